"""Where everything that happens to announcements comes by: the use case, the audit log, who is told, and what goes
out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Note, Post, Quote
from bot.chat.turn import Person, Place
from bot.features.announcements import audience, sending, use_cases
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.showing import KEY, Showing
from bot.features.announcements.store import SqlAnnouncements
from bot.features.broadcasts.model import Broadcast, Progress
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

GO = "announcements.go"
"""The timer of an approved one; its subject is the announcement."""

MOST_QUESTIONS = 3
"""That one person asks about one announcement: each goes to its author."""

APPROVALS = ("approved", "corrected")
NOBODY_LEFT = "There was nobody that it could go to. Choose whom it is for, and ask again."


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done.
    `zone` is that of channels and people without one."""

    def __init__(self, showing: Showing, zone: str = "UTC") -> None:
        self.showing = showing
        self._zone = zone

    def write(self, new: Announcement, person: Person, unit: UnitOfWork, now: datetime) -> Announcement:
        return self._settled("written", person.id, use_cases.write(_store(unit), new, person), {}, unit, now)

    def change(self, edited: Announcement, person: Person, unit: UnitOfWork, now: datetime) -> Announcement:
        return self._settled("changed", person.id, use_cases.change(_store(unit), edited, person), {}, unit, now)

    def hand_in(
        self, announcement_id: str, person: Person, unit: UnitOfWork, now: datetime
    ) -> tuple[Announcement, int]:
        """And how many were asked to approve it."""
        made = use_cases.hand_in(_store(unit), announcement_id, person)
        return self._asked("handed in", "the announcement", made, person, unit, now)

    def approve(
        self, announcement_id: str, revision: int, person: Person, unit: UnitOfWork, now: datetime
    ) -> Announcement:
        """It goes out by itself, when its day and time come where they come first; a correction of it at once. Who is
        the only one to curate approves their own words, and that is kept."""
        alone = not self.showing.roles.others(person.id, unit)
        before = _store(unit).get(announcement_id)
        made = use_cases.approve(_store(unit), announcement_id, revision, person, now, alone=alone)
        what = "approved" if made.state is AnnouncementState.APPROVED else "corrected"
        if what == "approved":
            Timers(unit).set(GO, made.id, sending.leaves_at(made.local_at, now))
        else:
            sending.correct(made, person.id, unit, now, base_url=self.showing.base_url)
        done = f"{person.name} approved {'' if what == 'approved' else 'the correction of '}“{made.title}”."
        told = self._told(made, person, done)
        if before and before.approved_by not in ("", person.id):
            told[before.approved_by] = done
        return self._settled(what, person.id, made, told, unit, now)

    def give_back(
        self, announcement_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime
    ) -> Announcement:
        made = use_cases.give_back(_store(unit), announcement_id, person, word)
        done = f"{person.name} gave {'the correction of ' if made.correction else ''}“{made.title}” back."
        return self._settled("given back", person.id, made, self._told(made, person, done), unit, now)

    def drop(self, announcement_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Announcement:
        made = use_cases.drop(_store(unit), announcement_id, person)
        what = "dropped" if made.state is AnnouncementState.DROPPED else "correction dropped"
        return self._settled(what, person.id, made, {}, unit, now)

    def go(self, approved: Announcement, unit: UnitOfWork, now: datetime) -> Announcement:
        """To those whom it is for by now. `approved` is taken."""
        store = _store(unit)
        to = audience.recipients(approved.audience, self.showing.roles, unit)
        if not to:
            made = use_cases.back_to_draft(store, approved, NOBODY_LEFT)
            told = {made.author_id: f"“{made.title}” did not go out: nobody was left that it could go to."}
            return self._settled("not sent", approved.approved_by, made, told, unit, now)
        first_at = sending.send(approved, to, unit, now, zone=self._zone, base_url=self.showing.base_url)
        made = use_cases.begin(store, approved, first_at)
        return self._settled("sent", approved.approved_by, made, {}, unit, now)

    def stop(self, announcement_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Announcement:
        """What has not begun to go becomes a draft again."""
        store = _store(unit)
        known = use_cases.taken(store, announcement_id, person)
        if known.state is AnnouncementState.APPROVED:
            Timers(unit).clear(GO, known.id)
            made = use_cases.back_to_draft(store, known, "")
        elif known.state is AnnouncementState.SENT and not known.is_out(now):
            sending.call_off(known, person.id, unit, now)
            made = use_cases.back_to_draft(store, known, "")
        else:
            use_cases.check_sent(known)
            made = known
            sending.stop(made, person.id, unit, now)
        return self._settled("stopped", person.id, made, {}, unit, now)

    def try_again(self, announcement_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Announcement:
        made = use_cases.taken(_store(unit), announcement_id, person)
        sending.try_again(made, person.id, unit, now)
        return self._settled("tried again", person.id, made, {}, unit, now)

    def correct(
        self, edited: Announcement, person: Person, unit: UnitOfWork, now: datetime, *, asks_again: bool
    ) -> tuple[Announcement, int]:
        """And how many were asked to approve it: until one has, what stands there stays."""
        made = use_cases.correct(_store(unit), edited, person, asks_again=asks_again)
        return self._asked("correction handed in", "a correction of", made, person, unit, now)

    def take_down(self, announcement_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Announcement:
        made = use_cases.take_down(_store(unit), announcement_id, person)
        sending.take_down(made, person.id, unit, now)
        return self._settled("taken down", person.id, made, {}, unit, now)

    def say_read(
        self, announcement_id: str, edition: int, person: Person, question: str, unit: UnitOfWork, now: datetime
    ) -> Announcement:
        """`question`, where there is one, goes to its author."""
        known = use_cases.say_read(_store(unit), announcement_id, edition, person, now)
        author, place = People(unit).get(known.author_id), reach(known.author_id, unit)
        if question and author is not None and place is not None:
            said = f"{person.name} asks about your announcement “{known.title}”."
            message = Message(said, (Quote(question), Note("Write to them: Guildhall passes no answer on.")))
            post = Post(message, _free_key(f"{KEY}{known.id}-asked-{person.id}", place, known, unit))
            Outbox(unit).add(post, place, now, not_before=quiet_until(author, now))
        self.showing.everywhere(known, unit, now)
        return known

    def progress(self, broadcast: Broadcast, progress: Progress, unit: UnitOfWork, now: datetime) -> None:
        """Fills `broadcasts.jobs.Hears`."""
        owner, _, announcement_id = broadcast.about.partition("/")
        known = _store(unit).get(announcement_id) if owner == "announcements" else None
        if known is None:
            return
        if known.state is AnnouncementState.SENT and not known.is_out(now):  # a channel may have another zone by now
            known = replace(known, sent_at=sending.first_at(known, unit, now))
            _store(unit).put_sent_at(known)
        self.showing.everywhere(known, unit, now)

    def _told(self, made: Announcement, person: Person, done: str) -> dict[str, str]:
        return {each: done for each in (made.author_id, made.proposer_id) if each != person.id}

    def _asked(
        self, what: str, name: str, made: Announcement, person: Person, unit: UnitOfWork, now: datetime
    ) -> tuple[Announcement, int]:
        asked = f"{person.name} asks you to approve {name} “{made.title}”."
        others = self.showing.roles.others(person.id, unit) - {made.proposer_id}
        reached = [each for each in sorted(others) if reach(each, unit) is not None]
        self._settled(what, person.id, made, dict.fromkeys(reached, asked), unit, now)
        return made, len(reached)

    def _settled(
        self, what: str, by: str, made: Announcement, told: Mapping[str, str], unit: UnitOfWork, now: datetime
    ) -> Announcement:
        """`told` are those who get a message of it; what the others have is brought up to date."""
        details = {"revision": str(made.revision), "edition": str(made.edition)}
        if what in APPROVALS and made.is_approved_alone:
            details["alone"] = "nobody else curates"
        record(unit, AuditEntry(now, by, f"announcement {what}", made.id, details))
        self.showing.give(made, told, unit, now)
        self.showing.everywhere(made, unit, now, but=told.keys())
        return made


def _free_key(begins: str, place: Place, known: Announcement, unit: UnitOfWork) -> str:
    """Of one more question by the same person."""
    keys = (f"{begins}-{number}" for number in range(MOST_QUESTIONS))
    free = next((each for each in keys if Outbox(unit).place_of(place.conversation, each) is None), None)
    if free is None:
        raise UserFacingError(f"You asked {MOST_QUESTIONS} times about it, so nothing was sent. "
                              f"Write to {known.author_name}.")  # fmt: skip
    return free


def _store(unit: UnitOfWork) -> SqlAnnouncements:
    return SqlAnnouncements(unit)
