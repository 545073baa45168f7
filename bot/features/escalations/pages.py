"""The questions that go to experts as pages: what concerns the reader, and each with what they can do about it here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.moments import exact, zone_of
from bot.chat.turn import Person, Place
from bot.features.channels import model as channels
from bot.features.escalations import use_cases
from bot.features.escalations.askers import askers_of
from bot.features.escalations.desk import Desk
from bot.features.escalations.expert_chat import NOT_YOURS
from bot.features.escalations.expert_showing import hand_card
from bot.features.escalations.model import Escalation, State
from bot.features.escalations.overview import Row, Standing, in_order, standing
from bot.features.escalations.requests_card import PAGE
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.use_cases import COLLEAGUES_ONLY
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 500
PLATFORMS = {**channels.PLATFORMS, "web": "This page"}
COLUMNS = ("Question", "How it stands", "Asked by", "Asked on", "Asked", "Due")
TONES = {Standing.YOURS: "warn", Standing.OFFERED: "warn", Standing.ANSWERED: "good"}


@dataclass(frozen=True, slots=True)
class RequestPages:
    database: Database
    desk: Desk
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{request}}"
        return (
            Page(PAGE, self.show_all, nav="Open questions"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(f"{one}/claim", self.claim, method="POST"),
            Page(f"{one}/here", self.bring_here, method="POST"),
            Page(one, self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        rows = self._rows(request.person)
        wanted = _wanted(request.query)
        values: dict[str, object] = {
            "rows": [row for row in rows if wanted in ("", row.standing)],
            "total": len(rows),
            "wanted": wanted,
            "standings": [each for each in Standing if each == wanted or any(row.standing is each for row in rows)],
            "tones": TONES,
            "asker": _asker,
            "platform": _platform,
            "reader": request.person,
            "limit": SHOWN,
        }
        return View("escalations/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        wanted = _wanted(request.query)
        rows = [row for row in self._rows(request.person) if wanted in ("", row.standing)]
        zone = zone_of(request.person.time_zone)
        cells = (
            (
                row.asked.text,
                row.standing.value,
                _asker(row.asked, request.person),
                _platform(row.asked),
                exact(row.asked.opened_at, zone),
                exact(row.due_at, zone) if row.due_at else "",
            )
            for row in rows
        )
        return table_to_take_away("requests", COLUMNS, cells)

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            found = self._seen(request, unit)
            store = SqlEscalations(unit)
            row = _row(found, request.person, store)
            offer = next((each for each in store.offers(found.id) if each.person_id == request.person.id), None)
            waits = request.person.id in askers_of(store, found).ids
        values: dict[str, object] = {
            "row": row,
            "asked": found,
            "offer": offer,
            "waits": waits,
            "is_open": found.state is State.OPEN,
            "has_it": found.owner_id == request.person.id,
            "tone": TONES.get(row.standing, ""),
            "asker": _asker(found, request.person),
            "platform": _platform(found),
        }
        return View("escalations/request.html", values)

    def claim(self, request: PageRequest) -> Redirect:
        """Their card comes to a thread of this page, where they answer it."""
        with self.database.reading() as unit:
            found = self._seen(request, unit)
        try:
            with self.database.begin() as unit:
                self._hand(found, request.person, unit)
                self.desk.claim(found.id, request.person, unit, self.clock())
        except UserFacingError as error:
            return Redirect(PAGE, str(error))
        return Redirect(f"/t/{_thread(found)}")

    def bring_here(self, request: PageRequest) -> Redirect:
        """The card that they have in a chat, for those who would rather write here."""
        with self.database.begin() as unit:
            found = self._seen(request, unit)
            if found.owner_id != request.person.id:
                raise UserFacingError(NOT_YOURS)
            self._hand(found, request.person, unit)
            self.desk.settle(found, unit, self.clock())
        return Redirect(f"/t/{_thread(found)}")

    def _hand(self, asked: Escalation, person: Person, unit: UnitOfWork) -> None:
        hand_card(asked, person.id, Place("web", person.id, _thread(asked)), uuid4().hex, unit)

    def _rows(self, person: Person) -> Sequence[Row]:
        check_colleague(person, COLLEAGUES_ONLY)
        with self.database.reading() as unit:
            store = SqlEscalations(unit)
            concern = {each.id: each for each in store.concerning(person.id, SHOWN)}
            concern |= {each.id: each for each in store.in_state(State.OPEN) if each.readers & person.principals}
            threads = store.web_threads(person.id)
        return in_order(Row(each, standing(each, person.id), threads.get(each.id, "")) for each in concern.values())

    def _seen(self, request: PageRequest, unit: UnitOfWork) -> Escalation:
        """Raises PageNotFound. What is over is there for whoever had to do with it."""
        check_colleague(request.person, COLLEAGUES_ONLY)
        store = SqlEscalations(unit)
        try:
            found = use_cases.seen_by(store, request.path["request"], request.person)
        except UserFacingError as error:
            raise PageNotFound from error
        own = {found.owner_id, *(each.person_id for each in store.offers(found.id))}
        if not found.is_running and request.person.id not in own:
            raise PageNotFound
        return found


def _row(asked: Escalation, person: Person, store: SqlEscalations) -> Row:
    return Row(asked, standing(asked, person.id), store.web_threads(person.id).get(asked.id, ""))


def _thread(asked: Escalation) -> str:
    """Where Guildhall writes about it on this page."""
    return f"request-{asked.id}"


def _wanted(query: Mapping[str, str]) -> str:
    wanted = query.get("state", "")
    return wanted if wanted in set(Standing) else ""


def _asker(asked: Escalation, person: Person) -> str:
    if asked.asker_id == person.id:
        return "You"
    return asked.asker_name or "A colleague"


def _platform(asked: Escalation) -> str:
    """What a channel is called may be as secret as what is said in it."""
    return "" if asked.is_anonymous else PLATFORMS.get(asked.place.platform, asked.place.platform)
