"""Introductions as pages: circles, whom one was introduced to, newcomers and their buddies. All that is done here comes
by the buttons and forms of the chats."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Button
from bot.chat.turn import EVERYONE, Person
from bot.features.introductions import cards, lobby
from bot.features.introductions.figures import by_round, figures_by_round, in_all
from bot.features.introductions.first_week import Step, pages_for
from bot.features.introductions.home import open_meetings, standing
from bot.features.introductions.lobby import Own
from bot.features.introductions.model import Answer, Meeting
from bot.features.introductions.problems import failed_rounds
from bot.features.introductions.seats import Seat, rhythm_as_sentence, seat_in, seats_of
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.telling import Library
from bot.features.library.links import reader_url
from bot.features.page import Page, PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 100
"""Introductions, the newest."""

TONES = {Answer.MET: "good", Answer.PLANNED: "warn"}
IN_WORDS = {Answer.MET: "You met", Answer.PLANNED: "It is planned", Answer.NOT_MET: "You did not meet", None: "Open"}


@dataclass(frozen=True, slots=True)
class Introduced:
    """One introduction of the reader's."""

    who: str
    circle_id: str
    circle: str
    made_at: datetime
    answer: Answer | None
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class IntroductionPages:
    database: Database
    library: Library
    steps: Sequence[Step]
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        return (
            Page(lobby.PAGE, self.show_all, nav="Introductions", nav_in="Community"),
            Page(f"{lobby.PAGE}/first-week", self.show_first_week),
            Page(f"{lobby.PAGE}/{{circle}}", self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        person, now = request.person, self.clock()
        if EVERYONE not in person.principals:
            return View("introductions/list.html", {"is_colleague": False})
        with self.database.reading() as unit:
            store = SqlIntroductions(unit)
            own = Own(store.week(person.id), store.buddy(person.id) is not None, store.refusals(person.id))
            seats = seats_of(person, unit, now)
            met = store.meetings_of(person.id)
            values: dict[str, object] = {
                "is_colleague": True,
                "waits": self._waits(person, unit, now),
                "mine": [each for each in seats if each.member is not None],
                "others": [each for each in seats if each.member is None],
                "introduced": self._introduced(met[:SHOWN], person, unit),
                "total": len(met),
                "newcomers": [(each, _hand_on(each.person_id)) for each in store.weeks_with(person.id)],
                "failed": failed_rounds(unit) if person.is_admin else [],
            }
        values |= {
            "own": own,
            "buttons_of": lambda seat: lobby.circle_buttons(seat, now),
            "together": [(each.other_name, lobby.together_button(each)) for each in own.refusals],
            "open_one": lobby.OPEN_ONE,
            "buddy": lobby.STOP_BEING_ONE if own.is_buddy else lobby.BE_A_BUDDY,
            "new": _week_button(own),
            "never_with": lobby.NEVER_WITH,
            "steps": self.steps,
            "rhythm": rhythm_as_sentence,
            "is_paused": lambda seat: seat.is_paused(now),
            "tones": TONES,
            "in_words": IN_WORDS,
        }
        return View("introductions/list.html", values)

    def show(self, request: PageRequest) -> View:
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            seat = seat_in(request.path["circle"], person, unit, now)
            if seat is None or EVERYONE not in person.principals:
                raise PageNotFound
            store, circle_id = SqlIntroductions(unit), seat.circle.id
            offices = {each.person_id: each.office for each in store.members(circle_id)}
            figures = figures_by_round(store.meetings_of_circle(circle_id), offices)
            own = [each for each in store.meetings_of(person.id) if each.round_id.startswith(f"{circle_id}-")]
            values: dict[str, object] = {
                "seat": seat,
                "circle": seat.circle,
                "introduced": self._introduced(own[:SHOWN], person, unit),
                "rounds": by_round(store.rounds(circle_id), figures),
                "all": in_all(figures),
            }
        values |= {
            "buttons": lobby.circle_buttons(seat, now) if _can_act(seat) else (),
            "is_paused": seat.is_paused(now),
            "rhythm": rhythm_as_sentence(seat.circle),
            "tones": TONES,
            "in_words": IN_WORDS,
        }
        return View("introductions/circle.html", values)

    def show_first_week(self, request: PageRequest) -> View:
        """For newcomers what they have had and what comes; for everybody else what newcomers get."""
        person = request.person
        if EVERYONE not in person.principals:
            raise PageNotFound
        with self.database.reading() as unit:
            store = SqlIntroductions(unit)
            own = Own(store.week(person.id), store.buddy(person.id) is not None)
        documents = self.library.documents(person.principals)
        values: dict[str, object] = {
            "week": own.week if own.week is not None and not own.week.is_declined else None,
            "steps": [(each, pages_for(each, documents)) for each in self.steps],
            "button": _week_button(own),
            "reader_url": reader_url,
        }
        return View("introductions/first_week.html", values)

    def _waits(self, person: Person, unit: UnitOfWork, now: datetime) -> list[tuple[str, tuple[Button, ...]]]:
        return [standing(each, person.id, unit, now, person.time_zone) for each in open_meetings(person.id, unit, now)]

    def _introduced(self, meetings: Sequence[Meeting], person: Person, unit: UnitOfWork) -> list[Introduced]:
        store = SqlIntroductions(unit)
        refused = {each.other_id for each in store.refusals(person.id)}
        circles = _circles(meetings, store)
        found: list[Introduced] = []
        for meeting in meetings:
            others, answer = meeting.others(person.id), meeting.said_by(person.id)
            if not others:
                continue
            buttons = [Button("We met", cards.MET, meeting.id)] if answer is not Answer.MET else []
            never = [
                lobby.apart_button(each.person_id, each.person_name) for each in others if each.person_id not in refused
            ]
            who = cards.others_in_words(meeting, person.id)
            circle = circles.get(meeting.round_id, ("", ""))
            found.append(Introduced(who, *circle, meeting.made_at, answer, (*buttons, *never)))
        return found


def _circles(meetings: Sequence[Meeting], store: SqlIntroductions) -> Mapping[str, tuple[str, str]]:
    """Id and title of the circle by round id."""
    found: dict[str, tuple[str, str]] = {}
    for name in {each.round_id for each in meetings}:
        made = store.round(name)
        circle = store.circle(made.circle_id) if made else None
        if circle is not None:
            found[name] = (circle.id, circle.title)
    return found


def _can_act(seat: Seat) -> bool:
    return seat.circle.is_open or seat.member is not None


def _hand_on(newcomer_id: str) -> Button:
    sure = "Another buddy is looked for, and they hear who it is."
    return Button("I have no time", cards.HAND_ON, newcomer_id, confirm=sure)


def _week_button(own: Own) -> Button | None:
    if own.week is None or own.week.is_declined:
        return lobby.I_AM_NEW
    return lobby.STOP_WEEK if own.week.is_running else None
