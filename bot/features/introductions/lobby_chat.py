"""The command `introductions`: circles to join, and one's own part in them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.moments import day_in_words, zone_of
from bot.chat.reply import Message, Paragraph, Post, Reply
from bot.chat.turn import Turn
from bot.features.introductions import lobby, lobby_forms
from bot.features.introductions.desk import Desk
from bot.features.introductions.lobby import Own
from bot.features.introductions.model import ID_LENGTH, Circle
from bot.features.introductions.seats import next_round_in_words, rhythm_in_words, seats_of
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.use_cases import COLLISION, check_colleague, circle_to_change
from bot.features.library.links import pages_from
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rule_phrases import series_in_words
from scheduler.rule_words import rhythm_of
from scheduler.rules import Series

HALF_AN_HOUR = timedelta(minutes=30)
NO_DAY = "Write a day like 2027-03-31, please."
KEY = "introductions-"


class LobbyChat:
    """Turn -> desk -> Reply. A change from the list shows it anew, in private, with what was done above it; one from
    elsewhere says what was done."""

    def __init__(self, desk: Desk, base_url: str = "") -> None:
        self._desk = desk
        self._base_url = base_url

    def on_introductions(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply((Post(self._message("", turn, unit), f"{KEY}{uuid4().hex}", turn.private_place),))

    def on_join(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """With what they said in another circle."""
        check_colleague(turn.person)
        said = [each for each in SqlIntroductions(unit).memberships(turn.person.id) if each.office or each.function]
        office, function = (said[-1].office, said[-1].function) if said else ("", "")
        return Reply(form=lobby_forms.join_form(turn.carried, office, function))

    def on_join_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        circle = self._desk.join(turn.carried, turn.person, *about_you(turn), unit, turn.at)
        return self.shown(f"You are in “{circle.title}”. {_next(circle, turn)}", turn, unit)

    def on_leave(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.leave(turn.carried, turn.person, unit, turn.at)
        return self.shown(f"You left {_titled(turn.carried, unit)}, and are not introduced there any more.", turn, unit)

    def on_pause(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby_forms.pause_form(turn.carried))

    def on_pause_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        try:
            until = date.fromisoformat(one(turn.values, lobby_forms.UNTIL))
        except ValueError as error:
            raise FormRejected({lobby_forms.UNTIL: NO_DAY}) from error
        try:
            self._desk.pause(turn.carried, turn.person, until, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({lobby_forms.UNTIL: str(refused)}) from refused
        return self.shown(f"You pause in {_titled(turn.carried, unit)} until {day_in_words(until)}.", turn, unit)

    def on_come_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.come_back(turn.carried, turn.person, unit, turn.at)
        return self.shown(f"You are back in {_titled(turn.carried, unit)}, from the next round on.", turn, unit)

    def on_open(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby_forms.open_form())

    def on_open_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In their own time zone, where the words name none."""
        person, zone = turn.person, zone_of(turn.person.time_zone).key
        schedule = _schedule(one(turn.values, lobby_forms.RHYTHM), turn.at, zone)
        circle = Circle(uuid4().hex[:ID_LENGTH], "", schedule, person.id, person.name, turn.at)
        opened = self._desk.open(_filled(circle, turn), person, unit)
        more = "Join it yourself, and tell colleagues."
        return self.shown(f"“{opened.title}” is open: {_understood(opened, turn)} {more}", turn, unit)

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        circle = circle_to_change(SqlIntroductions(unit), turn.carried, turn.person)
        return Reply(form=lobby_forms.change_form(f"{circle.id}:{circle.revision}", circle))

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In the circle's time zone, where the words name none. An unchanged rhythm goes on as it is."""
        circle_id, _, revision = turn.carried.partition(":")
        circle = circle_to_change(SqlIntroductions(unit), circle_id, turn.person)
        if str(circle.revision) != revision:
            raise UserFacingError(COLLISION)
        rhythm = one(turn.values, lobby_forms.RHYTHM)
        if rhythm != series_in_words(circle.schedule):
            circle = replace(circle, schedule=_schedule(rhythm, turn.at, circle.schedule.zone))
        changed = self._desk.change(_filled(circle, turn), turn.person, unit, turn.at)
        return self.shown(f"“{changed.title}” is changed: {_understood(changed, turn)}", turn, unit)

    def on_close(self, turn: Turn, unit: UnitOfWork) -> Reply:
        closed = self._desk.close(turn.carried, turn.person, unit, turn.at)
        return self.shown(f"“{closed.title}” is closed. Nobody is introduced in it any more.", turn, unit)

    def shown(self, said: str, turn: Turn, unit: UnitOfWork) -> Reply:
        key = turn.message_key or ""
        if key.startswith(KEY):
            return Reply((Post(self._message(said, turn, unit), key),))
        where = turn.private_place if turn.place.is_shared else None
        return Reply((Post(Message(said, (Paragraph(said),)), f"{KEY}said-{uuid4().hex}", where),))

    def _message(self, said: str, turn: Turn, unit: UnitOfWork) -> Message:
        pages = pages_from(turn.place, self._base_url)
        seats, zone = seats_of(turn.person, unit, turn.at), turn.person.time_zone
        return lobby.lobby_message(seats, said, own_of(turn, unit), turn.at, zone=zone, pages=pages)


def own_of(turn: Turn, unit: UnitOfWork) -> Own:
    store, own_id = SqlIntroductions(unit), turn.person.id
    return Own(store.week(own_id), store.buddy(own_id) is not None, store.refusals(own_id))


def about_you(turn: Turn) -> tuple[str, str]:
    """Office and function."""
    return one(turn.values, lobby_forms.OFFICE), one(turn.values, lobby_forms.FUNCTION)


def _filled(circle: Circle, turn: Turn) -> Circle:
    values = turn.values
    title, about = one(values, lobby_forms.TITLE), one(values, lobby_forms.ABOUT)
    return replace(circle, title=title, about=about, size=int(one(values, lobby_forms.SIZE)))


def _schedule(rhythm: str, now: datetime, zone: str) -> Series:
    try:
        return rhythm_of(rhythm, now.astimezone(zone_of(zone)).date()).series(now, zone, HALF_AN_HOUR)
    except ValueError as error:
        raise FormRejected({lobby_forms.RHYTHM: str(error)}) from error


def _understood(circle: Circle, turn: Turn) -> str:
    return f"{rhythm_in_words(circle)}. {_next(circle, turn)}"


def _next(circle: Circle, turn: Turn) -> str:
    return next_round_in_words(circle, turn.at, turn.person.time_zone)


def _titled(circle_id: str, unit: UnitOfWork) -> str:
    circle = SqlIntroductions(unit).circle(circle_id)
    return f"“{circle.title}”" if circle else "that circle"
