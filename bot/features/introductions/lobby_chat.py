"""The command `introductions`: circles to join, and one's own part in them."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.moments import day_in_words, zone_of
from bot.chat.reply import Post, Reply
from bot.chat.turn import Turn
from bot.features.introductions import lobby
from bot.features.introductions.desk import Desk
from bot.features.introductions.lobby import Seat
from bot.features.introductions.model import ID_LENGTH, Circle
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.telling import Telling
from bot.features.introductions.use_cases import check_colleague
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rule_words import rhythm_of
from scheduler.rules import next_occurrence

HALF_AN_HOUR = timedelta(minutes=30)
NO_DAY = "Write a day like 2027-03-31, please."


class LobbyChat:
    """Turn -> desk -> Reply. Each change shows the list anew, in private, with what was done above it."""

    def __init__(self, desk: Desk, telling: Telling) -> None:
        self._desk = desk
        self._telling = telling

    def on_introductions(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return self._shown("", turn, unit)

    def on_join(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """With what they said in another circle."""
        check_colleague(turn.person)
        said = [each for each in SqlIntroductions(unit).memberships(turn.person.id) if each.office or each.function]
        office, function = (said[-1].office, said[-1].function) if said else ("", "")
        return Reply(form=lobby.join_form(turn.carried, office, function))

    def on_join_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.join(turn.carried, turn.person, *_about(turn), unit, turn.at)
        return self._shown("You are in, from the next round on.", turn, unit)

    def on_leave(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.leave(turn.carried, turn.person, unit, turn.at)
        return self._shown("You left, and are not introduced there any more.", turn, unit)

    def on_pause(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=lobby.pause_form(turn.carried))

    def on_pause_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        try:
            until = date.fromisoformat(one(turn.values, lobby.UNTIL))
        except ValueError as error:
            raise FormRejected({lobby.UNTIL: NO_DAY}) from error
        try:
            self._desk.pause(turn.carried, turn.person, until, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({lobby.UNTIL: str(refused)}) from refused
        return self._shown(f"You pause until {day_in_words(until)}.", turn, unit)

    def on_come_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.come_back(turn.carried, turn.person, unit, turn.at)
        return self._shown("You are back, from the next round on.", turn, unit)

    def on_open(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby.open_form())

    def on_open_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In their own time zone, where the words name none."""
        local = zone_of(turn.person.time_zone)
        try:
            rhythm = rhythm_of(one(turn.values, lobby.RHYTHM), turn.at.astimezone(local).date())
            schedule = rhythm.series(turn.at, local.key, HALF_AN_HOUR)
        except ValueError as error:
            raise FormRejected({lobby.RHYTHM: str(error)}) from error
        circle = Circle(
            uuid4().hex[:ID_LENGTH],
            one(turn.values, lobby.TITLE),
            schedule,
            turn.person.id,
            turn.person.name,
            turn.at,
            one(turn.values, lobby.ABOUT),
            int(one(turn.values, lobby.SIZE)),
        )
        opened = self._desk.open(circle, turn.person, unit)
        return self._shown(f"“{opened.title}” is open. Join it yourself, and tell colleagues.", turn, unit)

    def on_close(self, turn: Turn, unit: UnitOfWork) -> Reply:
        closed = self._desk.close(turn.carried, turn.person, unit, turn.at)
        return self._shown(f"“{closed.title}” is closed.", turn, unit)

    def on_new(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby.new_form())

    def on_new_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        week = self._desk.begin(turn.person, *_about(turn), unit, turn.at)
        buddy = f"Your buddy is {week.buddy_name}." if week.buddy_name else "A buddy is looked for."
        return self._shown(f"Welcome. {buddy} Your first pages come in a moment.", turn, unit)

    def on_new_no_more(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._telling.tell_buddy(self._desk.end(turn.person, unit, turn.at), unit, turn.at)
        return self._shown("No more pages come.", turn, unit)

    def on_buddy(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby.buddy_form())

    def on_buddy_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.offer(turn.person, *_about(turn), unit, turn.at)
        return self._shown("You are a buddy. You hear when somebody new comes to you.", turn, unit)

    def on_buddy_no_more(self, turn: Turn, unit: UnitOfWork) -> Reply:
        for week in self._desk.withdraw(turn.person, unit, turn.at):
            self._telling.tell_former(turn.person.id, week, unit, turn.at)
            self._telling.tell_buddy(week, unit, turn.at)
        return self._shown("You are no buddy any more.", turn, unit)

    def _shown(self, said: str, turn: Turn, unit: UnitOfWork) -> Reply:
        store, person = SqlIntroductions(unit), turn.person
        is_buddy = any(each.person_id == person.id for each in store.buddies())
        message = lobby.lobby_message(
            self._seats(turn, unit), said, store.week(person.id), turn.at, is_buddy=is_buddy, zone=person.time_zone
        )
        if turn.message_key:
            return Reply((Post(message, turn.message_key),))
        return Reply((Post(message, f"introductions-{uuid4().hex}", turn.private_place),))

    def _seats(self, turn: Turn, unit: UnitOfWork) -> Sequence[Seat]:
        store, person = SqlIntroductions(unit), turn.person
        seats: list[Seat] = []
        for circle in store.open_circles(person.principals):
            members = store.members(circle.id)
            own = next((each for each in members if each.person_id == person.id), None)
            following = next_occurrence(circle.schedule, turn.at)
            is_theirs = person.is_admin or person.id == circle.opened_by
            seats.append(Seat(circle, own, len(members), following.starts if following else None, is_theirs))
        return seats


def _about(turn: Turn) -> tuple[str, str]:
    return one(turn.values, lobby.OFFICE), one(turn.values, lobby.FUNCTION)
