"""Freshness as pages: what is due and whose it is, for everybody; and one check, to decide on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.chat.errors import FormRejected
from bot.chat.turn import Person
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT
from bot.features.freshness import card, use_cases
from bot.features.freshness.chat import NOBODY
from bot.features.freshness.desk import Desk, may_decide
from bot.features.freshness.looking import Seen
from bot.features.freshness.model import Check, State
from bot.features.freshness.overview import TONES, Filter, Row, Standing, rows, whose
from bot.features.freshness.owners import colleague_named
from bot.features.library.links import reader_url
from bot.features.library.model import KINDS, hub_name
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View, number_in
from bot.features.spreadsheet import table_to_take_away
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork

COLUMNS = ("title", "kind", "hub", "owner", "review_by", "state", "who", "why", "link")
UNDOABLE = frozenset({State.CONFIRMED, State.RETIRED})

Act = Callable[[Check, PageRequest, UnitOfWork], object]


@dataclass(frozen=True, slots=True)
class FreshnessPages:
    database: Database
    desk: Desk
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        one = f"{card.PAGE}/{{check}}"
        acts: Mapping[str, tuple[Act, str]] = {
            "confirm": (self._confirm, "Noted: it still holds."),
            "not-mine": (self._disown, "The curators see to it now."),
            "retire": (self._retire, "Retired. Nothing is answered from it any more; its links say so."),
            "edit": (self._edit, "Saved. Questions are answered from the new words within seconds."),
            "hand-on": (self._hand_on, "Asked. They get it privately."),
            "take-back": (self._take_back, "Taken back. It is asked as before."),
        }
        return (
            Page(card.PAGE, self.show, nav="Freshness"),
            Page(f"{card.PAGE}.csv", self.take_away),
            Page(one, self.read),
            *(Page(f"{one}/{name}", self._acting(*act), method="POST") for name, act in acts.items()),
        )

    def show(self, request: PageRequest) -> View:
        wanted = Filter.from_query(request.query)
        listed, own, names = self._rows(request.person)
        values: dict[str, object] = {
            "wanted": wanted,
            "rows": [row for row in listed if wanted.matches(row, row.subject in own)],
            "counts": {each: sum(row.standing is each for row in listed) for each in Standing},
            "hubs": sorted({(row.first.hub, hub_name(row.first.hub)) for row in listed}),
            "whose": lambda row: whose(row, names, request.person.id),
            "own": own,
            "tones": TONES,
            "kinds": KINDS,
            "reader_url": reader_url,
            "address": card.address,
            "export": wanted.url(f"{card.PAGE}.csv"),
        }
        return View("freshness/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        wanted = Filter.from_query(request.query)
        listed, own, names = self._rows(request.person)
        shown = [row for row in listed if wanted.matches(row, row.subject in own)]
        return table_to_take_away("freshness", COLUMNS, [_cells(row, names) for row in shown])

    def read(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            check = self._known(request, unit)
        return self._view(request, check, {}, {})

    def _rows(self, person: Person) -> tuple[list[Row], frozenset[str], Mapping[str, str]]:
        """With the subjects of what is theirs, and the names of those who are asked."""
        now = self.clock()
        readable = [each for each in self.desk.showing.documents().values() if each.audience & person.principals]
        with self.database.reading() as unit:
            store = self.desk.store(unit)
            opened, seen, owners = store.opened(), Seen(store.confirmations()), self.desk.owners(unit)
            names = {
                person_id: known.name
                for person_id, known in People(unit).known([each.person_id for each in opened]).items()
            }  # fmt: skip
        listed = rows(readable, seen, opened, now, now.date())
        own = frozenset(
            row.subject
            for row in listed
            if (row.check.person_id if row.check else owners.of([row.first])) == person.id
        )  # fmt: skip
        return listed, own, names

    def _known(self, request: PageRequest, unit: UnitOfWork) -> Check:
        """For whoever is asked, and for who may read what it is about. Raises PageNotFound."""
        check = self.desk.store(unit).get(request.path["check"])
        if check is None:
            raise PageNotFound
        documents = self.desk.showing.standing(check, unit).documents
        is_readable = any(each.audience & request.person.principals for each in documents)
        if not is_readable and check.person_id != request.person.id and (documents or not request.person.curates):
            raise PageNotFound
        return check

    def _acting(self, act: Act, said: str) -> Callable[[PageRequest], View | Redirect]:
        def handle(request: PageRequest) -> View | Redirect:
            try:
                with self.database.begin() as unit:
                    check = self._known(request, unit)
                    act(check, request, unit)
            except FormRejected as rejected:
                return self._view(request, check, request.form, rejected.problems, status=422)
            return Redirect(card.address(check), said)

        return handle

    def _confirm(self, check: Check, request: PageRequest, unit: UnitOfWork) -> object:
        return self.desk.confirm(self._open(check, unit), request.person, unit, self.clock())

    def _disown(self, check: Check, request: PageRequest, unit: UnitOfWork) -> object:
        return self.desk.disown(self._open(check, unit), request.person, unit, self.clock())

    def _retire(self, check: Check, request: PageRequest, unit: UnitOfWork) -> object:
        return self.desk.retire(self._open(check, unit), request.person, unit, self.clock())

    def _edit(self, check: Check, request: PageRequest, unit: UnitOfWork) -> object:
        revision = number_in(request.form.get("revision", ""))
        return self.desk.edit(self._open(check, unit), request.form, revision, request.person, unit, self.clock())

    def _hand_on(self, check: Check, request: PageRequest, unit: UnitOfWork) -> object:
        colleague = colleague_named(request.form.get(card.COLLEAGUE, ""), unit)
        if colleague is None:
            raise FormRejected({card.COLLEAGUE: NOBODY})
        return self.desk.hand_on(self._open(check, unit), colleague, request.person, unit, self.clock())

    def _take_back(self, check: Check, request: PageRequest, unit: UnitOfWork) -> object:
        return self.desk.take_back(check, request.person, unit, self.clock())

    def _open(self, check: Check, unit: UnitOfWork) -> Check:
        return use_cases.open_check(self.desk.store(unit), check.id)

    def _view(
        self,
        request: PageRequest,
        check: Check,
        typed: Mapping[str, str],
        problems: Mapping[str, str],
        *,
        status: int = 200,
    ) -> View:
        person = request.person
        with self.database.reading() as unit:
            standing = self.desk.showing.standing(check, unit)
        entry = standing.entry
        is_own = check.decided_by == person.id
        decides = is_own or may_decide(check, person)  # what people wrote, and what one was answered, is for them
        values: dict[str, object] = {
            "check": check,
            "standing": standing,
            "document": standing.document,
            "headline": card.headline(check),
            "who": _who(check, "You are" if check.person_id == person.id else f"{standing.asked or 'Its owner'} is"),
            "sides": card.both_sides(standing, person.principals) if decides else [],
            "remarks": check.remarks if decides else (),
            "kind": KINDS[standing.document.kind] if standing.document else "",
            "reader": reader_url(standing.document.id) if standing.document else "",
            "may_decide": check.is_open and may_decide(check, person),
            "may_disown": check.state is State.ASKED and check.person_id == person.id,
            "may_take_back": is_own and (check.state in UNDOABLE or check.state is State.CURATORS),
            "entry": entry if entry is not None and entry.is_live else None,
            "typed": {
                "question": entry.question if entry else "",
                "answer": entry.answer if entry else "",
                "revision": str(entry.revision) if entry else "",
                "personal": "mask",
                card.COLLEAGUE: "",
                **typed,
            },
            "problems": problems,
            "question_limit": QUESTION_LIMIT,
            "answer_limit": ANSWER_LIMIT,
            "page": card.PAGE,
        }
        return View("freshness/check.html", values, status=status)


def _cells(row: Row, names: Mapping[str, str]) -> tuple[str, ...]:
    first = row.first
    because = row.check.because if row.check else ""
    cells = (row.title, KINDS[first.kind], first.hub, first.owner, _iso(row.review_by), row.standing.value)
    return (*cells, whose(row, names), because, first.url or reader_url(first.id))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _who(check: Check, somebody_is: str) -> str:
    """How it stands, as a whole sentence."""
    match check.state:
        case State.ASKED:
            return f"{somebody_is} asked."
        case State.CURATORS:
            return "The curators see to it."
        case State.CHANGED:
            return "It was changed since, or is gone: there is nothing left to decide."
        case _:
            return f"Decided by {check.decided_by_name}."
