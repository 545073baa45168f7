"""Digests in a chat, and by the same buttons on a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.form import one, several
from bot.chat.moments import day_in_words, moment_in_words
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Place, Turn
from bot.features.digests import acts, forms, use_cases
from bot.features.digests.cards import digest_message, edition_message, none_message, preview_message, standing
from bot.features.digests.desk import Desk
from bot.features.digests.forms import SetUp
from bot.features.digests.jobs import LETTERS
from bot.features.digests.model import Digest, DigestState, Edition, EditionState
from bot.features.digests.store import SqlDigests
from bot.features.digests.tables import PERSON_COLUMNS
from bot.features.digests.viewing import View
from bot.features.feature import Command, Feature, FormRoute, TimerHandler
from bot.features.form_state import from_state
from bot.features.library.links import pages_from
from bot.features.profile.mailbox import mailbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

CARD, EDITION = "digests-", "digest-"
"""Begin the keys of the card that says how a digest stands, and of an edition."""

NONE_TO_COME = "There is no edition to come, so nothing was changed. “digests” shows how it stands."
NO_MAILBOX = "Guildhall knows no e-mail address of yours, so nothing was changed. Choose the chat."


@dataclass(frozen=True, slots=True)
class DigestsChat:
    """Turn -> desk -> Reply, where only this person reads. `base_url` is how people reach the web page from a chat."""

    desk: Desk
    base_url: str = ""

    def on_digests(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In a channel that of the channel, for those who decide there; else their own."""
        place = turn.place
        if place.is_shared and place.members:
            try:
                known = self.desk.known(place.platform, place.channel, turn.person, place, unit)
            except UserFacingError:
                return self._own(turn, unit)
            if known is None:
                button, pages = acts.set_up(place.platform, place.channel), pages_from(place, self.base_url)
                return _privately(turn, none_message(button, pages, place.title or "This channel"))
            return self._shown(known, turn, unit)
        return self._own(turn, unit)

    def on_set_up(self, turn: Turn, unit: UnitOfWork) -> Reply:
        platform, _, channel = turn.carried.partition("/")
        known = self.desk.known(platform, channel, turn.person, turn.place, unit)
        zone, topics, by_mail = self._circumstances(platform, channel, turn, unit)
        state = SetUp(platform, channel, known.revision if known else 0, by_mail, topics)
        return Reply(form=forms.set_up_form(state, known, zone))

    def on_set_up_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Whoever had stopped it, and sets it up again, gets it again."""
        state = from_state(turn.carried, SetUp)
        known = self.desk.known(state.platform, state.channel, turn.person, turn.place, unit)
        if (known.revision if known else 0) != state.revision:
            raise UserFacingError(use_cases.COLLISION)
        zone, _, by_mail = self._circumstances(state.platform, state.channel, turn, unit)
        begun = known or self.desk.begun(state.platform, state.channel, turn.person, turn.at)
        digest = forms.filled(turn.values, begun, zone, turn.at, is_new=known is None)
        if digest.by_mail and not by_mail:
            raise UserFacingError(NO_MAILBOX)
        digest = use_cases.set_up_by(digest, turn.person, turn.at)
        kept = self.desk.keep(digest, known, turn.person, turn.place, unit, turn.at)
        view = self._view(kept, turn, unit)
        following = self.desk.next_of(kept, unit, turn.at)
        first = f" The next one comes {moment_in_words(following.starts, turn.at, view.zone)}." if following else ""
        return self._shown(kept, turn, unit, f"{standing(view)}{first}")

    def on_preview(self, turn: Turn, unit: UnitOfWork) -> Reply:
        digest = use_cases.seen(turn.carried, turn.person, turn.place, unit)
        edition = self.desk.next_edition(digest, unit, turn.at)
        if edition is None:
            raise UserFacingError(NONE_TO_COME)
        buttons = (*acts.for_next(digest, edition), acts.change(digest)) if digest.is_running else ()
        message = preview_message(edition, self._view(digest, turn, unit), turn.at, buttons)
        return _privately(turn, message, in_place=True)

    def on_edit(self, turn: Turn, unit: UnitOfWork) -> Reply:
        digest, day = self._named(turn, unit)
        edition = self.desk.next_edition(digest, unit, turn.at, whole=True)
        if edition is None or edition.day != day:
            raise UserFacingError(use_cases.OUT)
        return Reply(form=forms.edit_form(digest, edition, edition.items))

    def on_edit_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        left, chosen = forms.left_in(turn.carried), several(turn.values, forms.LEFT_OUT)
        day = forms.day_in(left.day)
        if day is None:
            raise UserFacingError(use_cases.OUT)
        known = SqlDigests(unit).edition(left.digest_id, day)
        unseen = known.left_out - {key for key, _ in left.options} if known else frozenset[str]()
        digest = self.desk.edit(
            left.digest_id, left.revision, day, one(turn.values, forms.WORD), unseen | set(chosen),
            turn.person, turn.place, unit, turn.at,
        )  # fmt: skip
        return self._planned(digest, day, turn, unit, f"The digest of {day_in_words(day)} is edited.")

    def on_skip(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._plan(turn, unit, EditionState.SKIPPED, "is skipped. What it would tell comes with the next one.")

    def on_unskip(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._plan(turn, unit, EditionState.PLANNED, "goes out after all.")

    def on_pause(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._stand(turn, unit, DigestState.PAUSED)

    def on_go_on(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._stand(turn, unit, DigestState.RUNNING)

    def on_stop(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._stand(turn, unit, DigestState.STOPPED)

    def _own(self, turn: Turn, unit: UnitOfWork) -> Reply:
        known = self.desk.known("", "", turn.person, turn.place, unit)
        if known is None:
            return _privately(turn, none_message(acts.set_up(), pages_from(turn.place, self.base_url)))
        return self._shown(known, turn, unit)

    def _circumstances(self, platform: str, channel: str, turn: Turn, unit: UnitOfWork) -> tuple[str, str, int]:
        """The zone of the channel or person, the topics that they follow, and whether they can get e-mail."""
        target = self.desk.composer.target(self.desk.begun(platform, channel, turn.person, turn.at), unit)
        has_mailbox = not channel and self.desk.composer.by_mail and mailbox(turn.person.id, unit) is not None
        return target.zone, "" if channel else ", ".join(target.topics), int(has_mailbox)

    def _named(self, turn: Turn, unit: UnitOfWork) -> tuple[Digest, date]:
        digest_id, _, named = turn.carried.partition("/")
        day = forms.day_in(named)
        if day is None:
            raise UserFacingError(use_cases.OUT)
        return use_cases.seen(digest_id, turn.person, turn.place, unit), day

    def _plan(self, turn: Turn, unit: UnitOfWork, state: EditionState, done: str) -> Reply:
        digest, day = self._named(turn, unit)
        digest = self.desk.plan(digest.id, day, state, turn.person, turn.place, unit, turn.at)
        return self._planned(digest, day, turn, unit, f"The digest of {day_in_words(day)} {done}")

    def _planned(self, digest: Digest, day: date, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        """As it would go out now, in the place of the card on which that was done."""
        edition = self.desk.next_edition(digest, unit, turn.at)
        if edition is None or edition.day != day:
            return self._shown(digest, turn, unit, done)
        buttons = (*acts.for_next(digest, edition), acts.change(digest))
        message = preview_message(edition, self._view(digest, turn, unit), turn.at, buttons, done)
        return _privately(turn, message, in_place=True)

    def _stand(self, turn: Turn, unit: UnitOfWork, state: DigestState) -> Reply:
        digest = self.desk.stand(turn.carried, state, turn.person, turn.place, unit, turn.at)
        view = self._view(digest, turn, unit)
        return self._shown(digest, turn, unit, standing(view))

    def _shown(self, digest: Digest, turn: Turn, unit: UnitOfWork, done: str = "") -> Reply:
        """An edition whose button was pressed tells what may be read of it by now; else the card that says how it
        stands."""
        view, told = self._view(digest, turn, unit), _pressed_in(digest, turn, unit)
        if told is not None:
            edition = self.desk.composer.as_of_now(digest, told, turn.person.principals, unit, turn.at)
            return _privately(turn, edition_message(edition, view, done), in_place=True)
        following = self.desk.next_of(digest, unit, turn.at) if digest.is_running else None
        topics = self.desk.composer.target(digest, unit).topics
        message = digest_message(view, following.starts if following else None, turn.at, topics, done)
        return _privately(turn, message, in_place=True)

    def _view(self, digest: Digest, turn: Turn, unit: UnitOfWork) -> View:
        reader = People(unit).get(turn.person.id)
        target = self.desk.composer.target(digest, unit)
        return View.of(digest, target, Place(turn.place.platform, ""), self.base_url, reader)


def digests_feature(chat: DigestsChat, timers: Mapping[str, TimerHandler]) -> Feature:
    """Without its pages."""
    return Feature(
        name="digests",
        commands={
            "digests": Command(
                chat.on_digests,
                "what is new and coming, told regularly: to you, or to this channel",
                about_channel=True,
            )
        },
        buttons={
            acts.SET_UP: chat.on_set_up,
            acts.PREVIEW: chat.on_preview,
            acts.EDIT: chat.on_edit,
            acts.SKIP: chat.on_skip,
            acts.UNSKIP: chat.on_unskip,
            acts.PAUSE: chat.on_pause,
            acts.GO_ON: chat.on_go_on,
            acts.STOP: chat.on_stop,
        },
        forms={
            acts.SET_UP: FormRoute(chat.on_set_up_sent, forms.set_up_again),
            acts.EDIT: FormRoute(chat.on_edit_sent, forms.edit_again),
        },
        on_pages=acts.ON_PAGES,
        timers=timers,
        leaves={LETTERS: chat.desk.leave},
        person_columns=PERSON_COLUMNS,
    )


def _pressed_in(digest: Digest, turn: Turn, unit: UnitOfWork) -> Edition | None:
    """Whose button it was, where it is one of this digest."""
    begins = f"{EDITION}{digest.id}-"
    key = turn.message_key or ""
    day = forms.day_in(key.removeprefix(begins)) if key.startswith(begins) else None
    return SqlDigests(unit).edition(digest.id, day) if day is not None else None


def _privately(turn: Turn, message: Message, *, in_place: bool = False) -> Reply:
    """In the place of the card whose button was pressed, where it stands where only they read."""
    private, key = turn.private_place, turn.message_key or ""
    is_ours = key.startswith((CARD, EDITION)) and turn.place == private
    if in_place and is_ours:
        return Reply((Post(message, key),))
    return Reply((Post(message, f"{CARD}{uuid4().hex[:12]}", None if private == turn.place else private),))
