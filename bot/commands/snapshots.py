"""`guildhall snapshots`: what is kept, and one step back."""

import typer

from bot.commands.explained import explained
from bot.commands.terminal import BY, AsJson, read_settings, result, result_json, table

app = typer.Typer(help="List the kept snapshots of the index, or go one step back.", no_args_is_help=True)


@app.command("list")
def list_snapshots(as_json: AsJson = False) -> None:
    """The kept snapshots, newest first."""
    with explained():
        from knowledge.snapshot_store import SnapshotStore

        store = SnapshotStore(read_settings().snapshots)
        current = store.current_id()
        manifests = store.manifests()
    if as_json:
        fields = [
            {
                "id": one.id,
                "created_at": one.created_at.isoformat(),
                "in_force": one.id == current,
                "model": one.model,
                "documents": one.documents,
                "chunks": one.chunks,
            }
            for one in manifests
        ]
        result_json(fields)
        return
    if not manifests:
        result("There is no snapshot yet; `guildhall index` makes the first.")
        return
    rows = [
        (
            one.id,
            f"{one.created_at:%Y-%m-%d %H:%M} UTC",
            "in force" if one.id == current else "",
            f"{one.documents:,}",
            f"{one.chunks:,}",
        )
        for one in manifests
    ]
    table(("Snapshot", "Written", "", "Documents", "Chunks"), rows)


@app.command("roll-back")
def roll_back() -> None:
    """Put the snapshot before this one in force again. A second call returns to where it was."""
    with explained():
        from bot.bootstrap.parts import open_database, utc_now
        from bot.features.indexing.use_cases import roll_back as go_back
        from bot.storage.audit import AuditEntry, record
        from knowledge.snapshot_store import SnapshotStore

        settings = read_settings()
        database = open_database(settings)
        try:
            with database.begin() as unit:
                manifest = go_back(SnapshotStore(settings.snapshots))
                record(unit, AuditEntry(utc_now(), BY, "snapshot rolled back", manifest.id))
        finally:
            database.close()
    result(f"{manifest.id} is in force: {manifest.documents:,} documents, {manifest.chunks:,} chunks.")
