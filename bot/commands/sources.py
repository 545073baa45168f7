"""`guildhall sources`: where knowledge comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from bot.chat.errors import UserFacingError
from bot.commands.explained import explained
from bot.commands.terminal import BY, AsJson, note, read_settings, result, result_json, table

if TYPE_CHECKING:
    from bot.features.indexing.store import SqlIndexing
    from bot.storage.unit_of_work import UnitOfWork

app = typer.Typer(help="List, add and remove the sources of knowledge.", no_args_is_help=True)
KINDS = ("folder", "git", "website")
Exclude = Annotated[list[str] | None, typer.Option(help="Paths to leave out, like 'drafts/*'; may be given again.")]
Audience = Annotated[
    list[str] | None, typer.Option(help="Who may read documents that do not say so themselves, e.g. everyone.")
]


@app.command("list")
def list_sources(as_json: AsJson = False) -> None:
    """The connected sources, in the order in which they were added."""
    with _unit() as unit:
        found = _store(unit).sources()
    if as_json:
        result_json([{"name": one.name, "kind": one.kind.value, "location": one.location} for one in found])
    elif found:
        table(("Name", "Kind", "Location"), [(one.name, one.kind.value, one.location) for one in found])
    else:
        result("No source is connected. The starter pack is, at the first `guildhall index` or `guildhall serve`.")


@app.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="folder, git or website", metavar="KIND")],
    location: Annotated[str, typer.Argument(help="A folder, a repository's address, a page or a sitemap.")],
    name: Annotated[str, typer.Option(help="What it is called; taken from the location without it.")] = "",
    audience: Audience = None,
    hub: Annotated[str, typer.Option(help="The line of business its documents belong to.")] = "",
    exclude: Exclude = None,
    golden: Annotated[Path | None, typer.Option(help="Golden questions, replayed before each swap.")] = None,
    ref: Annotated[str, typer.Option(help="git: branch, tag or commit.")] = "HEAD",
    subfolder: Annotated[str, typer.Option(help="git: read this folder only.")] = "",
    allow_private: Annotated[bool, typer.Option(help="website: it lies inside your own network.")] = False,
) -> None:
    """Connect a source. The next `guildhall index` reads it."""
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind} is no kind of source; there are {', '.join(KINDS)}.", param_hint="KIND")
    with _unit() as unit:
        from bot.bootstrap.parts import utc_now
        from bot.features.indexing.model import SourceKind, SourceRecord
        from bot.features.indexing.use_cases import add_source, new_source_id

        now = utc_now()
        is_path = kind == "folder" or (kind == "git" and Path(location).expanduser().is_dir())
        defaults = {"audience": tuple(audience or ()), "hub": (hub,) if hub else ()}
        added = add_source(
            _store(unit),
            SourceRecord(
                id=new_source_id(),
                name=name or name_from(location),
                kind=SourceKind(kind),
                location=str(Path(location).expanduser().resolve()) if is_path else location,
                added_by=BY,
                added_at=now,
                defaults={key: values for key, values in defaults.items() if values},
                exclude=tuple(exclude or ()),
                golden=str(golden.expanduser().resolve()) if golden else "",
                ref=ref,
                subfolder=subfolder,
                allow_private=allow_private,
            ),
        )
        _record(unit, now, "source added", added.name)
    result(f"Connected {added.name}: {added.location}")
    if not audience:
        note("Nobody may read a document that states no audience. If these state none, remove the source and add it")
        note("again with --audience everyone (or the groups that may).")
    note("Next: guildhall index")


@app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="As `guildhall sources list` shows it.")]) -> None:
    """Disconnect a source. Its documents leave the index with the next `guildhall index`."""
    with _unit() as unit:
        from bot.bootstrap.parts import utc_now
        from bot.features.indexing.use_cases import remove_source

        store = _store(unit)
        found = next((one for one in store.sources() if one.name == name), None)
        if found is None:
            raise UserFacingError(f"No source is called {name}, so nothing was removed. See: guildhall sources list")
        remove_source(store, found.id)
        _record(unit, utc_now(), "source removed", name)
    result(f"Removed {name}. Its documents can be found until the next `guildhall index`.")


def name_from(location: str) -> str:
    """The last part of a path or address that says something: the folder, the repository, the host."""
    parts = urlsplit(location)
    if parts.scheme in ("http", "https"):
        last = parts.path.rstrip("/").rpartition("/")[2]
        return last.removesuffix(".git") if last.endswith(".git") else parts.hostname or location
    return Path(location).expanduser().resolve().name.removesuffix(".git")


@contextmanager
def _unit() -> Iterator["UnitOfWork"]:
    with explained():
        from bot.bootstrap.parts import open_database

        database = open_database(read_settings())
        try:
            with database.begin() as unit:
                yield unit
        finally:
            database.close()


def _store(unit: "UnitOfWork") -> "SqlIndexing":
    from bot.features.indexing.store import SqlIndexing

    return SqlIndexing(unit)


def _record(unit: "UnitOfWork", at: datetime, action: str, subject: str) -> None:
    from bot.storage.audit import AuditEntry, record

    record(unit, AuditEntry(at, BY, action, subject))
