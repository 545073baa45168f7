"""What is done with announcements. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

from dataclasses import replace
from datetime import datetime

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, storable
from bot.features.announcements.model import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Announcement,
    AnnouncementState,
    Correction,
    may_see,
)
from bot.features.announcements.store import SqlAnnouncements

GONE = "That announcement is no longer kept, or you may not see it, so nothing was changed."
NOT_CURATOR = "Only curators and admins see to announcements, so nothing was changed."
OWN_WORDS = "You wrote this yourself, so somebody else who curates has to approve it. Nothing was changed."
COLLISION = "Somebody changed this meanwhile, so nothing was done. Look at it as it is now and try again."
NOT_OPEN = "It was approved or dropped already, so that was not done. “announcements” shows how it stands."
NOT_SENT = "It has not gone out, so that was not done. “announcements” shows how it stands."
NOBODY = "Say whom it is for: at least one group or channel. Nothing was kept."
NO_WORDS = "An announcement has a title and says something. Nothing was kept."
SAME_WORDS = "It says that already, so nothing was kept."
READ_ANOTHER = "It was changed in substance meanwhile, so nothing was noted. Read it as it is now, and say so there."


def seen(store: SqlAnnouncements, announcement_id: str, person: Person, now: datetime) -> Announcement:
    """What is not there and what they may not see look the same."""
    found = store.get(announcement_id)
    if found is None or not may_see(found, person, now):
        raise UserFacingError(GONE)
    return found


def taken(store: SqlAnnouncements, announcement_id: str, person: Person) -> Announcement:
    """For a curator who is going to change it."""
    if not person.curates:
        raise UserFacingError(NOT_CURATOR)
    found = store.take(announcement_id)
    if found is None or found.state is AnnouncementState.DROPPED:
        raise UserFacingError(GONE)
    return found


def write(store: SqlAnnouncements, new: Announcement, person: Person) -> Announcement:
    """A draft, by a curator."""
    if not person.curates:
        raise UserFacingError(NOT_CURATOR)
    made = _checked(_by(replace(new, revision=0), person))
    if not store.add(made):
        raise UserFacingError("This draft is kept already, so nothing was kept again. “announcements” shows it.")
    return made


def change(store: SqlAnnouncements, edited: Announcement, person: Person) -> Announcement:
    """`edited` as it was read, with its changes, before it is approved. From now on these are the words of `person`."""
    known = taken(store, edited.id, person)
    _check_open(known)
    if known.revision != edited.revision:
        raise UserFacingError(COLLISION)
    return _put(store, _checked(_by(replace(edited, state=known.state), person)))


def hand_in(store: SqlAnnouncements, announcement_id: str, person: Person) -> Announcement:
    known = taken(store, announcement_id, person)
    if known.state is not AnnouncementState.DRAFT:
        raise UserFacingError(NOT_OPEN)
    return _put(store, replace(known, state=AnnouncementState.HANDED_IN, word=""))


def approve(
    store: SqlAnnouncements, announcement_id: str, revision: int, person: Person, now: datetime, *, alone: bool
) -> Announcement:
    """It, or its correction, as it was read in that revision, by somebody else than who wrote it. `alone`: there is
    nobody else who could."""
    known = taken(store, announcement_id, person)
    if not known.waits_for_approval:
        raise UserFacingError(NOT_OPEN)
    if person.id == known.proposer_id and not alone:
        raise UserFacingError(OWN_WORDS)
    if known.revision != revision:
        raise UserFacingError(COLLISION)
    approved = replace(known, approved_by=person.id, approved_name=person.name[:200])
    new = known.correction
    if new is None:
        return _put(store, replace(approved, state=AnnouncementState.APPROVED))
    words = replace(approved, title=new.title, text=new.text, writer_id=new.by_id, writer_name=new.by_name)
    edition = known.edition + new.asks_again
    return _put(store, replace(words, correction=None, corrected_at=now, edition=edition))


def give_back(store: SqlAnnouncements, announcement_id: str, person: Person, word: str) -> Announcement:
    known = taken(store, announcement_id, person)
    if not known.waits_for_approval:
        raise UserFacingError(NOT_OPEN)
    said = storable(word).strip()[:WORD_LIMIT]
    if not said:
        raise UserFacingError("Say what is to be changed. Nothing was changed.")
    return _put(store, replace(known, word=said)) if known.correction else back_to_draft(store, known, said)


def back_to_draft(store: SqlAnnouncements, known: Announcement, word: str) -> Announcement:
    """`known` is taken; `word` says why."""
    state = AnnouncementState.DRAFT
    undone = replace(known, state=state, word=word, approved_by="", approved_name="")
    return _put(store, replace(undone, sent_at=None, correction=None))


def drop(store: SqlAnnouncements, announcement_id: str, person: Person) -> Announcement:
    """Before it is approved, for good; of what has gone out its correction."""
    known = taken(store, announcement_id, person)
    if known.correction:
        return _put(store, replace(known, correction=None, word=""))
    _check_open(known)
    return _put(store, replace(known, state=AnnouncementState.DROPPED))


def begin(store: SqlAnnouncements, known: Announcement, first_at: datetime) -> Announcement:
    """`known` is taken and approved; the first place gets it at `first_at`."""
    return _put(store, replace(known, state=AnnouncementState.SENT, sent_at=first_at))


def correct(
    store: SqlAnnouncements, edited: Announcement, person: Person, *, asks_again: bool
) -> Announcement:  # fmt: skip
    """Title and text of what has gone out: they wait for approval as the first ones did. In place of a correction that
    was not approved yet."""
    known = taken(store, edited.id, person)
    check_sent(known)
    if known.revision != edited.revision:
        raise UserFacingError(COLLISION)
    new = _checked(edited)
    if (new.title, new.text) == (known.title, known.text):
        raise UserFacingError(SAME_WORDS)
    asks = asks_again and known.asks_read
    return _put(store, replace(known, correction=Correction(new.title, new.text, *_name(person), asks), word=""))


def take_down(store: SqlAnnouncements, announcement_id: str, person: Person) -> Announcement:
    known = taken(store, announcement_id, person)
    check_sent(known)
    return _put(store, replace(known, state=AnnouncementState.TAKEN_DOWN, correction=None, word=""))


def say_read(
    store: SqlAnnouncements, announcement_id: str, edition: int, person: Person, now: datetime
) -> Announcement:  # fmt: skip
    """Again too, which changes nothing."""
    known = check_may_say_read(store, announcement_id, edition, person)
    store.put_read(known, person.id, now)
    return known


def check_may_say_read(store: SqlAnnouncements, announcement_id: str, edition: int, person: Person) -> Announcement:
    check_colleague(person)
    known = store.get(announcement_id)
    if known is None or known.state is not AnnouncementState.SENT or not known.asks_read:
        raise UserFacingError("That announcement was taken down, so nothing was noted. There is nothing to do.")
    if known.edition != edition:
        raise UserFacingError(READ_ANOTHER)
    return known


def check_sent(known: Announcement) -> None:
    if known.state is not AnnouncementState.SENT:
        raise UserFacingError(NOT_SENT)


def _check_open(known: Announcement) -> None:
    if not known.is_open:
        raise UserFacingError(NOT_OPEN)


def _by(announcement: Announcement, person: Person) -> Announcement:
    writer_id, writer_name = _name(person)
    return replace(announcement, writer_id=writer_id, writer_name=writer_name)


def _name(person: Person) -> tuple[str, str]:
    return person.id, person.name[:200]


def _checked(announcement: Announcement) -> Announcement:
    title = " ".join(storable(announcement.title).split())[:TITLE_LIMIT]
    text = storable(announcement.text).strip()[:TEXT_LIMIT]
    if not any(map(str.isalnum, title)) or not any(map(str.isalnum, text)):
        raise UserFacingError(NO_WORDS)
    if announcement.audience.is_empty:
        raise UserFacingError(NOBODY)
    return replace(announcement, title=title, text=text)


def _put(store: SqlAnnouncements, changed: Announcement) -> Announcement:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    return counted
