"""What the clock does: each edition once, and a day before it a look for whoever asked for one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Post
from bot.features.channels.model import Channel
from bot.features.digests.cards import edition_message, reminder_message
from bot.features.digests.composing import Composer
from bot.features.digests.model import A_DAY, AN_HOUR, Digest, Edition, EditionState, channel_id
from bot.features.digests.store import SqlDigests
from bot.features.digests.viewing import View
from bot.features.feature import TimerHandler
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.recurring import Cue, Due, Recurring
from bot.storage.subscriptions import Subscription, Subscriptions
from bot.storage.timers import TimerGone
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import Series, next_occurrence

EDITION = "digests.edition"
LETTERS = "digests.letters"
"""The subscription that a letter's way out ends."""

GRACE = timedelta(days=3)
"""A weekend's outage is made up for."""

SEND = Cue("edition", grace=GRACE)
REMIND = Cue("remind", A_DAY, grace=A_DAY - AN_HOUR)


class DigestJobs:
    """However many replicas run, each edition goes out once. `base_url` is how people reach the web page,
    `leave_url` where the subscription with a key is ended."""

    def __init__(
        self, composer: Composer, base_url: str = "", leave_url: Callable[[str], str] = lambda key: ""
    ) -> None:
        self._composer = composer
        self._base_url = base_url
        self._leave_url = leave_url
        self._recurring = Recurring(EDITION, (REMIND, SEND), self._series_of, self._due)

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {EDITION: self._recurring}

    def arm(self, digest_id: str, unit: UnitOfWork, now: datetime) -> None:
        """After a digest was set up, changed, paused or stopped: the last thing in its transaction."""
        self._recurring.arm(digest_id, unit, now)

    def follow_zone(self, channel: Channel, unit: UnitOfWork, now: datetime) -> None:
        """Fills `ZoneHears` of channels."""
        self.arm(channel_id(channel.platform, channel.channel), unit, now)

    def _series_of(self, digest_id: str, unit: UnitOfWork) -> Series | None:
        digest = SqlDigests(unit).get(digest_id)
        if digest is None or not digest.is_running:
            return None
        return self._composer.series(digest, unit)

    def _due(self, series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        with unit.database.reading() as before:
            digest = SqlDigests(before).get(series_id)
            if digest is None or due.occurrence.starts <= digest.active_from:
                return
            following = next_occurrence(self._composer.series(digest, before), due.occurrence.starts)
            if following is not None and following.starts <= now:
                return  # after an outage one edition is enough: the next one tells all of it
            if due.cue == REMIND.name and (digest.is_personal or not digest.reminds):
                return
            composed = self._composer.edition(digest, due.occurrence, before, now)
            target = self._composer.target(digest, before)
        if SqlDigests(unit).take(series_id) != digest:
            raise TimerGone  # somebody changed it meanwhile: it is composed anew
        if composed.state is not EditionState.PLANNED:
            return
        if due.cue == REMIND.name:
            self._remind(digest, composed, due, unit, now)
            return
        if target.place is None:
            settled = replace(composed, state=EditionState.HELD, word=target.problem, items=(), more=0)
        elif not composed.items and not composed.word:
            settled = replace(composed, state=EditionState.EMPTY)
        else:
            settled = replace(composed, state=EditionState.SENT)
        if not SqlDigests(unit).settle(settled) or target.place is None or settled.state is not EditionState.SENT:
            return
        view = View.of(digest, target, target.place, self._base_url)
        if view.is_letter:
            key = Subscriptions(unit).key_of(Subscription(LETTERS, digest.id, digest.person_id), now)
            view = replace(view, leave_url=self._leave_url(key))
        quiet = quiet_until(target.person, now) if target.person and not digest.by_mail else None
        Outbox(unit).add(Post(edition_message(settled, view), settled.key), target.place, now, not_before=quiet)

    def _remind(self, digest: Digest, composed: Edition, due: Due, unit: UnitOfWork, now: datetime) -> None:
        """Whoever set it up last, where there is something to look at and time left for it."""
        person, place = People(unit).get(digest.made_by), reach(digest.made_by, unit)
        if person is None or place is None or not (composed.items or composed.word):
            return
        quiet = quiet_until(person, now)
        if quiet is not None and quiet >= due.occurrence.starts:
            return
        view = View.of(digest, self._composer.target(digest, unit), place, self._base_url, person)
        message = reminder_message(composed, view, due.occurrence.starts, now)
        Outbox(unit).add(Post(message, f"{composed.key}-look"), place, now, not_before=quiet)
