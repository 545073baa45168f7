"""What an edition would tell: from the features' sources, for whoever reads it. It only reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.turn import Place
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestItem, DigestSource, DigestSpan
from bot.features.digests.model import (
    A_DAY,
    LONGEST,
    TOLD_ONCE,
    Digest,
    Edition,
    chosen,
    fitting,
    period,
    since_of,
)
from bot.features.digests.store import SqlDigests
from bot.features.experts.model import zone_of
from bot.features.profile.mailbox import mailbox
from bot.features.profile.reach import reach
from bot.features.profile.readers import readers_of
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import Occurrence, Series

NO_CHANNEL = "Guildhall does not know that channel any more."
OUTSIDERS = "People from outside the company read along there, so there is nothing that all of them may read."
UNREACHABLE = "Guildhall knows no place where that person can be written to."
NO_MAILBOX = "No e-mail address of that person is known any more."


@dataclass(frozen=True, slots=True)
class Target:
    """Where a digest goes, as it is by now; `problem` says why it cannot. `zone` is its own IANA name, `topics` what it
    is about."""

    zone: str
    place: Place | None = None
    problem: str = ""
    readers: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()
    channel: Channel | None = None
    person: KnownPerson | None = None


@dataclass(frozen=True, slots=True)
class Composer:
    """`sources` are those of all features; `zone` is the company's, `by_mail` whether e-mail leaves at all."""

    sources: Callable[[], Sequence[DigestSource]]
    zone: str = "UTC"
    by_mail: bool = False

    def target(self, digest: Digest, unit: UnitOfWork) -> Target:
        if not digest.is_personal:
            return self.in_channel(digest, SqlChannels(unit).get(digest.platform, digest.channel))
        person = People(unit).get(digest.person_id)
        if person is None:
            return Target("UTC", problem=UNREACHABLE)
        place = mailbox(person.id, unit) if digest.by_mail and self.by_mail else reach(person.id, unit)
        problem = "" if place else NO_MAILBOX if digest.by_mail else UNREACHABLE
        readers, topics = readers_of(person.id, unit), person.preferences.topics
        return Target(zone_of(person), place, problem, readers, topics, person=person)

    def series(self, digest: Digest, unit: UnitOfWork) -> Series:
        return digest.series(self.target(digest, unit).zone)

    def edition(
        self, digest: Digest, occurrence: Occurrence, unit: UnitOfWork, now: datetime, *, whole: bool = False
    ) -> Edition:
        """As it would go out now. What was planned for it holds: a word, and what is left out, unless it is to be
        `whole`."""
        store, target = SqlDigests(unit), self.target(digest, unit)
        series, day = digest.series(target.zone), occurrence.original
        planned = store.edition(digest.id, day) or Edition(digest.id, day)
        since = since_of(digest, series, occurrence, store.last(digest.id, day), now)
        ahead = now + period(series, occurrence) + A_DAY
        found = self._found(DigestSpan(digest.person_id, target.readers, since, now, ahead, digest.made_at), unit)
        before = store.last(digest.id, day, sent=True)
        told = {each.key for each in before.items} | before.left_out if before else set()
        left_out = frozenset[str]() if whole else planned.left_out
        items, more = chosen(found, digest, target.topics, told, left_out)
        return Edition(
            digest.id, day, planned.state, planned.word, planned.word_by, planned.left_out, since, now, items, more
        )

    def as_of_now(
        self, digest: Digest, told: Edition, readers: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Edition:
        """One that went out, for whoever of it `readers` is: what they may read of it today, in today's words."""
        if told.since is None or told.at is None:
            return told
        pages, ahead = frozenset(each.page for each in told.items), told.at + LONGEST + A_DAY
        then = DigestSpan(digest.person_id, readers, told.since, told.at, ahead, pages=pages)
        found = [*self._found(replace(then, now=now, ahead=now), unit), *self._found(then, unit)]
        by_key = {each.key: each for each in found}
        # What is told once may have been changed since, and is the same still.
        by_page = {(each.kind, each.page): each for each in found if each.kind in TOLD_ONCE and each.number == 1}
        items = [
            each if each.title else by_key.get(each.key) or by_page.get((each.kind, each.page)) for each in told.items
        ]
        kept = tuple(fitting(each) for each in items if each is not None)
        return replace(told, items=kept, gone=len(told.items) - len(kept))

    def _found(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        return [item for source in self.sources() for item in source(span, unit)] if span.readers else []

    def in_channel(self, digest: Digest, channel: Channel | None) -> Target:
        """Of that channel, where it is known."""
        if channel is None:
            return Target(self.zone, problem=NO_CHANNEL)
        zone, members = channel.policy.zone or self.zone, channel.place.members
        if not members:
            return Target(zone, problem=OUTSIDERS, channel=channel)
        return Target(zone, channel.place, "", members, digest.topics, channel)
