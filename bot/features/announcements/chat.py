"""Announcements in a chat, and by the same buttons on a page."""

from collections.abc import Callable
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Message, Note, Paragraph, Post, Reply
from bot.chat.turn import EVERYONE, Pressed, Submitted, Turn
from bot.features.announcements import forms, use_cases
from bot.features.announcements.audience import known_channels
from bot.features.announcements.cards import AnnouncementView, announcement_message, list_message, waits_for, when
from bot.features.announcements.desk import Desk
from bot.features.announcements.model import ID_LENGTH, WORD_LIMIT, Announcement
from bot.features.announcements.showing import KEY
from bot.features.announcements.store import SqlAnnouncements
from bot.features.feature import WAITS, HomeSection
from bot.features.library.links import pages_from
from bot.features.page import number_in
from bot.storage.unit_of_work import UnitOfWork

SHOWN = 5
LIMIT = 100


class AnnouncementsChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_announcements(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In private, for a curator reads drafts too."""
        place, views = turn.private_place, self._theirs(turn, unit)
        pages = pages_from(place, self._desk.showing.base_url)
        message = list_message(views[:SHOWN], pages, may_write=turn.person.curates, total=len(views))
        return Reply((Post(message, f"{KEY}list-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._show(use_cases.seen(SqlAnnouncements(unit), turn.carried, turn.person), turn, unit, "")

    def on_write(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _check_curates(turn)
        return Reply(form=forms.write_form(uuid4().hex[:ID_LENGTH], known_channels(unit)))

    def on_write_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _check_curates(turn)
        begun, person = forms.begun_in(turn.carried), turn.person
        new = Announcement(begun.announcement_id, "", "", person.id, person.name[:200], turn.at)
        filled = forms.announcement_from(turn.values, new, begun, turn.at)
        made = _kept(lambda: self._desk.write(filled, person, unit, turn.at))
        return self._show(made, turn, unit, f"The draft of “{made.title}” is kept. Ask for approval when it is ready.")

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        known = self._theirs_to_change(turn, unit)
        if not known.is_open:
            raise UserFacingError(use_cases.NOT_OPEN)
        return Reply(form=forms.change_form(known, known_channels(unit)))

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _check_curates(turn)
        begun = forms.begun_in(turn.carried)
        known = use_cases.seen(SqlAnnouncements(unit), begun.announcement_id, turn.person)
        edited = forms.announcement_from(turn.values, known, begun, turn.at)
        made = _kept(lambda: self._desk.change(edited, turn.person, unit, turn.at))
        return self._show(made, turn, unit, f"“{made.title}” is changed. Somebody else has to approve it.")

    def on_hand_in(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made, asked = self._desk.hand_in(turn.carried, turn.person, unit, turn.at)
        who = "1 curator is" if asked == 1 else f"{asked} curators are"
        done = f"{who} asked to approve “{made.title}”."
        if not asked:
            done = f"Nobody else who curates can be written to, so “{made.title}” waits where they look."
        return self._show(made, turn, unit, done)

    def on_approve(self, turn: Turn, unit: UnitOfWork) -> Reply:
        announcement_id, _, revision = turn.carried.partition("/")
        made = self._desk.approve(announcement_id, number_in(revision), turn.person, unit, turn.at)
        return self._show(made, turn, unit, f"“{made.title}” is approved and goes out {when(made)}.")

    def on_give_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.give_back_form(self._theirs_to_change(turn, unit).id))

    def on_give_back_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.give_back(turn.carried, turn.person, one(turn.values, forms.WORD), unit, turn.at)
        return self._show(made, turn, unit, f"“{made.title}” is back with {made.author_name}.")

    def on_drop(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.drop(turn.carried, turn.person, unit, turn.at)
        return self._show(made, turn, unit, f"The draft of “{made.title}” is thrown away.")

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
        known = use_cases.seen(SqlAnnouncements(unit), begun.announcement_id, turn.person)
        edited = forms.corrected_from(turn.values, known, begun)
        made = _kept(lambda: self._desk.correct(edited, turn.person, unit, turn.at))
        return self._show(made, turn, unit, f"“{made.title}” is corrected wherever it stands.")

    def on_take_down(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.take_down(turn.carried, turn.person, unit, turn.at)
        return self._show(made, turn, unit, f"“{made.title}” is taken down.")

    def on_read(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Asked for wherever it stands, by whoever reads it there."""
        use_cases.check_may_say_read(SqlAnnouncements(unit), turn.carried, turn.person)
        return Reply(form=forms.read_form(turn.carried))

    def on_read_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question = one(turn.values, forms.WORD)[:WORD_LIMIT]
        known = self._desk.say_read(turn.carried, turn.person, question, unit, turn.at)
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
        """What waits for their approval, and what came back to them."""
        if not turn.person.curates:
            return None
        waiting = [found for each in self._theirs(turn, unit) if (found := waits_for(each)) is not None]
        return HomeSection(WAITS, tuple(block for each in waiting[:SHOWN] for block in each)) if waiting else None

    def _theirs(self, turn: Turn, unit: UnitOfWork) -> list[AnnouncementView]:
        """What waits for them first, then what has not gone out, then the newest."""
        store, person, place = SqlAnnouncements(unit), turn.person, turn.private_place
        unsent = store.unsent(LIMIT) if person.curates else ()
        sent = store.sent(LIMIT) if EVERYONE in person.principals else ()
        views = [self._desk.showing.view(each, person, place, unit) for each in (*unsent, *sent)]
        return sorted(views, key=lambda view: not view.waits_for_them)

    def _theirs_to_change(self, turn: Turn, unit: UnitOfWork) -> Announcement:
        _check_curates(turn)
        return use_cases.seen(SqlAnnouncements(unit), turn.carried, turn.person)

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


def _kept(what: Callable[[], Announcement]) -> Announcement:
    """What is refused stands beside the title, and nothing that was typed is lost."""
    try:
        return what()
    except UserFacingError as refused:
        raise FormRejected({forms.TITLE: str(refused)}) from refused
