"""Everything that pages offer to do, tried with whatever ids and states there are: each try is rolled back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, DateField, Form, TextField
from bot.chat.turn import Content, Person, Place, Pressed, Submitted, Turn
from bot.features.catalog import Catalog
from bot.features.profile.reach import PAGE_THREAD
from bot.router import Router
from bot.storage.tables import metadata
from bot.storage.unit_of_work import Database, UnitOfWork

TRAFFIC = frozenset({"inbox", "outbox", "audit", "nonces", "timers", "people", "accounts", "transcript"})
A_DAY = "2027-03-31"


@dataclass(frozen=True)
class Tried:
    """`changed` counts rows, those of messages on their way too. `shown` is all that came back to who tried."""

    changed: int
    shown: str
    form: Form | None = None


class RolledBack(Exception):
    def __init__(self, tried: Tried) -> None:
        super().__init__()
        self.tried = tried


@dataclass(frozen=True)
class Walk:
    database: Database
    catalog: Catalog
    now: datetime
    typed: Mapping[str, str]
    shapes: tuple[str, ...] = ()
    """Of what buttons carry besides an id: two ids stand in each, which have the `stem` in them."""
    stem: str = ""

    def tried(self, person: Person, content: Content) -> Tried:
        turn = Turn("walked", person, Place("web", person.id, PAGE_THREAD), self.now, content)
        try:
            with self.database.begin() as unit:
                before = changes(unit)
                reply = Router(self.catalog).act(turn, unit)
                changed = 0 if reply.form else changes(unit) - before
                raise RolledBack(Tried(changed, repr(reply), reply.form))
        except RolledBack as done:
            return done.tried
        except FormRejected as rejected:
            return Tried(0, repr((rejected.problems, rejected.form)))
        except UserFacingError as error:
            return Tried(0, str(error))

    def values(self) -> list[str]:
        """Every id that there is, by itself and in the shapes of buttons."""
        found = {""}
        with self.database.reading() as unit:
            for table in metadata.sorted_tables:
                for column in table.columns if table.name not in TRAFFIC else ():
                    if column.name == "id" or column.name.endswith("_id"):
                        found |= {str(row[0]) for row in unit.connection.execute(select(column).distinct())}
        ids = sorted(found)
        stems = [each for each in ids if self.stem in each and each] if self.shapes else []
        pairs = [(one, other) for one in stems for other in ids if self.stem in other]
        return [*ids, *dict.fromkeys(shape % pair for pair in pairs for shape in self.shapes)]

    def contents(self, insiders: Sequence[Person]) -> Iterator[Content]:
        """All that some of them can do or open, and what the forms bring that open."""
        seen: set[tuple[str, str]] = set()
        for action in sorted(self.catalog.on_pages):
            if self.catalog.button(action) is None:
                continue
            for value in self.values():
                pressed = Pressed(action, value, "")
                for person in insiders:
                    tried = self.tried(person, pressed)
                    if tried.changed or tried.form:
                        yield pressed
                    form = tried.form
                    while form is not None and (form.id, form.state) not in seen:
                        seen.add((form.id, form.state))
                        sent = Submitted(form.id, filled(form, self.typed), form.state, "")
                        yield sent
                        form = self.tried(person, sent).form


def filled(form: Form, typed: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for field in form.fields:
        match field:
            case ChoiceField():
                found[field.name] = typed.get(field.name, "") or next(iter(field.initial), field.options[0][0])
            case DateField():
                found[field.name] = typed.get(field.name, "") or A_DAY
            case TextField():
                found[field.name] = typed.get(field.name, field.initial or "Words of somebody.")
    return found


def changes(unit: UnitOfWork) -> int:
    """Rows that this connection wrote."""
    counted: int = unit.connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    return counted


def name_of(content: Content) -> str:
    """Buttons and forms of one name are told apart."""
    match content:
        case Pressed(action=name):
            return name
        case Submitted(form=name):
            return f"{name}/send"
        case _:
            return ""


def names(catalog: Catalog) -> set[str]:
    pressed = {each for each in catalog.on_pages if catalog.button(each) is not None}
    return pressed | {f"{each}/send" for each in catalog.on_pages if catalog.form(each) is not None}


TEXTS = ("", "x" * 80, "x" * 5_000, "'; DROP TABLE people; --", "\u202e\u0130<b>", "https://", ":", "a:b")
NUMBERS = ("-1", "99999999999999999999", "0001-01-01", "9999-12-31", "1:2")
HOSTILE = (*TEXTS, *NUMBERS)
SHAPES = ("[]", "{}", "null", "[null]", '["",""]', "[[[[[]]]]]", '["a",1]', '["a",-1]', '["a","b","c",[]]')


def spoiled_values(known: Sequence[str]) -> list[str]:
    """Of what a button or a form carries: nothing of ours, and ours with a part that is not."""
    found = [*HOSTILE, *SHAPES]
    for each in known:
        found += [f"{each}x", each[:-1], each[::-1]]
        try:
            carried = json.loads(each)
        except ValueError:
            continue
        if isinstance(carried, list):
            parts: list[object] = [*HOSTILE, -1, 10**20, True, None, [], [["", ""]] * 200, [[-1, "x" * 80]]]
            found += [
                json.dumps([*carried[:at], part, *carried[at + 1 :]]) for at in range(len(carried)) for part in parts
            ]
    return found


def spoiled_fields(values: Mapping[str, str | tuple[str, ...]]) -> Iterator[dict[str, str | tuple[str, ...]]]:
    yield {}
    for name in values:
        for part in (*HOSTILE, (), ("", ""), ("x" * 9_000, "y"), ("1", "1")):
            yield {**values, name: part}


def spoiled_contents(content: Content) -> Iterator[Content]:
    match content:
        case Pressed(value=value):
            yield from (replace(content, value=each) for each in spoiled_values([value]))
        case Submitted(state=state, values=values):
            yield from (replace(content, state=each) for each in spoiled_values([state]))
            yield from (replace(content, values=each) for each in spoiled_fields(values))
