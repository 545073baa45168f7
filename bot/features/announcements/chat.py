"""Announcements in a chat, and by the same buttons on a page."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Message, Note, Paragraph, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Pressed, Submitted, Turn
from bot.features.announcements import forms, use_cases
from bot.features.announcements.cards import (
    SHOWN,
    AnnouncementView,
    announcement_message,
    list_message,
    waits_for,
    when,
)
from bot.features.announcements.desk import Desk
from bot.features.announcements.model import ID_LENGTH, WORD_LIMIT, Announcement, AnnouncementState
from bot.features.announcements.showing import KEY
from bot.features.announcements.store import SqlAnnouncements
from bot.features.channels.choosing import channels_in_chats
from bot.features.feature import WAITS, HomeSection
from bot.features.library.links import pages_from
from bot.features.page import number_in
from bot.storage.unit_of_work import UnitOfWork

LIMIT = 500
Kept = TypeVar("Kept")


class AnnouncementsChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_announcements(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In private, for a curator reads drafts too: what waits for them, then the newest, or those with the words
        after the command."""
        place = turn.private_place
        words = turn.content.text.casefold().split() if isinstance(turn.content, Commanded) else []
        found = [each for each in self._theirs(turn, unit) if _has(each, words)]
        pages, curates = pages_from(place, self._desk.showing.base_url), turn.person.curates
        views = self._views(found[:SHOWN], turn, unit)
        message = list_message(views, pages, may_write=curates, total=len(found), is_chosen=bool(words))
        return Reply((Post(message, f"{KEY}list-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._show(use_cases.seen(SqlAnnouncements(unit), turn.carried, turn.person, turn.at), turn, unit, "")

    def on_write(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _check_curates(turn)
        return Reply(form=forms.write_form(uuid4().hex[:ID_LENGTH], channels_in_chats(unit)))

    def in_form(self, turn: Turn, unit: UnitOfWork) -> Mapping[str, str]:
        """What is wrong with what was typed in a draft."""
        problems: dict[str, str] = {}
        _filled(_new(turn), turn, unit, problems)
        return problems

    def on_write_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        filled = _filled(_new(turn), turn, unit, {})
        made = _kept(lambda: self._desk.write(filled, turn.person, unit, turn.at))
        return self._show(made, turn, unit, f"The draft of “{made.title}” is kept. Ask for approval when it is ready.")

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        known = self._theirs_to_change(turn, unit)
        if not known.is_open:
            raise UserFacingError(use_cases.NOT_OPEN)
        return Reply(form=forms.change_form(known, channels_in_chats(unit)))

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        known = use_cases.seen(SqlAnnouncements(unit), _new(turn).id, turn.person, turn.at)
        edited = _filled(known, turn, unit, {})
        made = _kept(lambda: self._desk.change(edited, turn.person, unit, turn.at))
        return self._show(made, turn, unit, f"“{made.title}” is changed. It has to be approved before it goes out.")

    def on_hand_in(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made, asked = self._desk.hand_in(turn.carried, turn.person, unit, turn.at)
        return self._asked(made, asked, f"“{made.title}”", turn, unit)

    def on_approve(self, turn: Turn, unit: UnitOfWork) -> Reply:
        announcement_id, _, revision = turn.carried.partition("/")
        made = self._desk.approve(announcement_id, number_in(revision), turn.person, unit, turn.at)
        done = f"“{made.title}” is approved and goes out {when(made)}."
        if made.state is AnnouncementState.SENT:
            done = f"“{made.title}” is corrected wherever it stands."
        return self._show(made, turn, unit, done)

    def on_give_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.give_back_form(self._theirs_to_change(turn, unit).id))

    def on_give_back_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.give_back(turn.carried, turn.person, one(turn.values, forms.WORD), unit, turn.at)
        who = made.correction.by_name if made.correction else made.author_name
        return self._show(made, turn, unit, f"“{made.title}” is back with {who}.")

    def on_drop(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.drop(turn.carried, turn.person, unit, turn.at)
        what = "draft" if made.state is AnnouncementState.DROPPED else "correction"
        return self._show(made, turn, unit, f"The {what} of “{made.title}” is thrown away.")

    def on_stop(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.stop(turn.carried, turn.person, unit, turn.at)
        done = "It is a draft again." if made.is_open else "What has not gone stays here."
        return self._show(made, turn, unit, f"“{made.title}” is stopped. {done}")

    def on_again(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.try_again(turn.carried, turn.person, unit, turn.at)
        return self._show(made, turn, unit, f"“{made.title}” is tried again where it failed.")

    def on_correct(self, turn: Turn, unit: UnitOfWork) -> Reply:
        known = self._theirs_to_change(turn, unit)
        use_cases.check_sent(known)
        return Reply(form=forms.correct_form(known))

    def on_correct_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _check_curates(turn)
        begun = forms.begun_in(turn.carried)
        known = use_cases.seen(SqlAnnouncements(unit), begun.announcement_id, turn.person, turn.at)
        edited, asks_again = forms.corrected_from(turn.values, known, begun)
        made, asked = _kept(lambda: self._desk.correct(edited, turn.person, unit, turn.at, asks_again=asks_again))
        return self._asked(made, asked, f"the correction of “{made.title}”", turn, unit)

    def on_take_down(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.take_down(turn.carried, turn.person, unit, turn.at)
        return self._show(made, turn, unit, f"“{made.title}” is taken down.")

    def on_read(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Asked for wherever it stands, by whoever reads it there."""
        use_cases.check_may_say_read(SqlAnnouncements(unit), *_read_as(turn.carried), turn.person)
        return Reply(form=forms.read_form(turn.carried))

    def on_read_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question = one(turn.values, forms.WORD)[:WORD_LIMIT]
        known = self._desk.say_read(*_read_as(turn.carried), turn.person, question, unit, turn.at)
        asked = f" Your question went to {known.author_name}." if question else ""
        said = f"Noted: you have read “{known.title}”.{asked}"
        place = turn.private_place
        post = Post(
            Message(said, (Paragraph(said), Note("It is counted once, without your name."))),
            f"{KEY}{known.id}-read",
            None if place == turn.place else place,
        )
        return Reply((post,))

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        """What waits for their approval, what came back to them, and what they are asked to read again."""
        store, person = SqlAnnouncements(unit), turn.person
        found = [*(store.unsent(turn.at, LIMIT) if person.curates else ())]
        found += store.to_read_again(person.id, LIMIT) if EVERYONE in person.principals else ()
        waiting = [blocks for each in self._views(_once(found), turn, unit) if (blocks := waits_for(each)) is not None]
        return HomeSection(WAITS, tuple(block for each in waiting[:SHOWN] for block in each)) if waiting else None

    def _theirs(self, turn: Turn, unit: UnitOfWork) -> list[Announcement]:
        """What is asked of them first, then what has not gone out, then the newest."""
        store, person = SqlAnnouncements(unit), turn.person
        is_colleague = EVERYONE in person.principals
        again = store.to_read_again(person.id, LIMIT) if is_colleague else ()
        unsent = store.unsent(turn.at, LIMIT) if person.curates else ()
        asked = [each for each in unsent if each.waits_for_approval and each.proposer_id != person.id]
        return _once([*asked, *again, *unsent, *(store.sent(turn.at, LIMIT) if is_colleague else ())])

    def _views(self, found: Sequence[Announcement], turn: Turn, unit: UnitOfWork) -> list[AnnouncementView]:
        return [self._desk.showing.view(each, turn.person, turn.private_place, unit) for each in found]

    def _asked(self, made: Announcement, asked: int, what: str, turn: Turn, unit: UnitOfWork) -> Reply:
        who = "1 curator is" if asked == 1 else f"{asked} curators are"
        done = f"{who} asked to approve {what}."
        if not asked:
            done = f"Nobody else who curates can be written to, so {what} waits where they look."
        if not self._desk.showing.roles.others(turn.person.id, unit):
            done = f"Nobody else curates, so {what} waits for you: approve it yourself, and that is said on it."
        return self._show(made, turn, unit, done)

    def _theirs_to_change(self, turn: Turn, unit: UnitOfWork) -> Announcement:
        _check_curates(turn)
        return use_cases.seen(SqlAnnouncements(unit), turn.carried, turn.person, turn.at)

    def _show(self, announcement: Announcement, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        """As this person sees it, where only they do, and kept up to date there for those who curate. On a page nothing
        is posted: it shows what came of it."""
        private, store, showing = turn.private_place, SqlAnnouncements(unit), self._desk.showing
        message = announcement_message(showing.view(announcement, turn.person, private, unit), done)
        fresh = f"{KEY}{announcement.id}-{uuid4().hex[:12]}"
        if isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce:
            return Reply((Post(message, fresh),))
        have = store.cards(announcement.id).get(turn.person.id)
        key = turn.message_key or ""
        if not (key.startswith(f"{KEY}{announcement.id}") and turn.place == private):
            was_theirs = have is not None and have[0] == private == turn.place and isinstance(turn.content, Submitted)
            key = have[1] if have and was_theirs else fresh
        if turn.person.curates:
            showing.replace(announcement, have, turn.person.id, private, key, unit, turn.at)
        return Reply((Post(message, key, None if private == turn.place else private),))


def _check_curates(turn: Turn) -> None:
    if not turn.person.curates:
        raise UserFacingError(use_cases.NOT_CURATOR)


def _new(turn: Turn) -> Announcement:
    person, begun = turn.person, forms.begun_in(turn.carried)
    return Announcement(begun.announcement_id, "", "", person.id, person.name[:200], turn.at)


def _filled(known: Announcement, turn: Turn, unit: UnitOfWork, problems: dict[str, str]) -> Announcement:
    _check_curates(turn)
    begun = forms.begun_in(turn.carried)
    return forms.announcement_from(turn.values, known, begun, channels_in_chats(unit), turn.at, problems)


def _has(announcement: Announcement, words: Sequence[str]) -> bool:
    text = f"{announcement.title} {announcement.text}".casefold()
    return all(word in text for word in words)


def _once(found: Sequence[Announcement]) -> list[Announcement]:
    return list({each.id: each for each in found}.values())


def _read_as(carried: str) -> tuple[str, int]:
    """Which announcement, in which edition."""
    announcement_id, _, edition = carried.partition("/")
    return announcement_id, number_in(edition)


def _kept(what: Callable[[], Kept]) -> Kept:
    """What is refused stands beside the title, and nothing that was typed is lost."""
    try:
        return what()
    except UserFacingError as refused:
        raise FormRejected({forms.TITLE: str(refused)}) from refused
