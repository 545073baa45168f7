"""Where everything that people do with digests comes by: the use case, the audit log, and the timer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, Place
from bot.features.channels.store import SqlChannels
from bot.features.digests import use_cases
from bot.features.digests.composing import OUTSIDERS, Composer
from bot.features.digests.jobs import DigestJobs
from bot.features.digests.model import (
    A_DAY,
    Digest,
    DigestState,
    Edition,
    EditionState,
    channel_id,
    may_run_in,
    own_id,
)
from bot.features.digests.store import SqlDigests
from bot.storage.audit import AuditEntry, record
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import Occurrence, next_occurrence, occurrence_on

NO_CHANNEL = (
    "That channel cannot get a digest: Guildhall does not know it, or you do not decide there. "
    "Nothing was changed; ask a curator."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """One for chat and pages. Each method checks who may, and raises UserFacingError where it is not done. `place` is
    where they act."""

    composer: Composer
    jobs: DigestJobs

    def known(self, platform: str, channel: str, person: Person, place: Place, unit: UnitOfWork) -> Digest | None:
        """Of that channel, or theirs without one; None where it is still to be set up."""
        if not channel:
            check_colleague(person, use_cases.NO_GUESTS)
            return SqlDigests(unit).of_person(person.id)
        found = SqlChannels(unit).get(platform, channel)
        if found is None or not may_run_in(found, person, place):
            raise UserFacingError(NO_CHANNEL)
        if not found.place.members:
            raise UserFacingError(f"{OUTSIDERS} Nothing was changed.")
        return SqlDigests(unit).get(channel_id(platform, channel))

    def begun(self, platform: str, channel: str, person: Person, now: datetime) -> Digest:
        """A new one, to be filled in."""
        new_id = channel_id(platform, channel) if channel else own_id(person.id)
        own = "" if channel else person.id
        return Digest(new_id, now.replace(tzinfo=None), "", person.id, now, now, platform, channel, own)

    def keep(
        self, digest: Digest, known: Digest | None, person: Person, place: Place, unit: UnitOfWork, now: datetime
    ) -> Digest:
        kept = use_cases.keep(digest, known, person, place, unit)
        return self._settled("digest changed" if known else "digest set up", kept, person, unit, now)

    def stand(
        self, digest_id: str, state: DigestState, person: Person, place: Place, unit: UnitOfWork, now: datetime
    ) -> Digest:
        kept = use_cases.stand(digest_id, state, person, place, unit, now)
        return self._settled(f"digest {state.value}", kept, person, unit, now)

    def leave(self, asked: Subscription, now: datetime, unit: UnitOfWork) -> str:
        """Fills `LeaveHandler`."""
        use_cases.leave(asked.subject, asked.person_id, unit)
        self.jobs.arm(asked.subject, unit, now)
        return "You get no digest any more. In Guildhall, “digests” takes it up again."

    def plan(
        self, digest_id: str, day: date, state: EditionState, person: Person, place: Place, unit: UnitOfWork,
        now: datetime,
    ) -> Digest:  # fmt: skip
        """Skip it, or send it after all."""
        self._check_coming(digest_id, day, person, place, unit, now)
        kept = use_cases.plan(digest_id, day, person, place, unit, state)
        return self._settled(f"digest edition {state.value}", kept, person, unit, now, day)

    def edit(
        self, digest_id: str, revision: int, day: date, word: str, left_out: Collection[str], person: Person,
        place: Place, unit: UnitOfWork, now: datetime,
    ) -> Digest:  # fmt: skip
        self._check_coming(digest_id, day, person, place, unit, now)
        kept = use_cases.edit(digest_id, revision, day, word, left_out, person, place, unit)
        return self._settled("digest edition edited", kept, person, unit, now, day)

    def next_of(self, digest: Digest, unit: UnitOfWork, now: datetime) -> Occurrence | None:
        return next_occurrence(self.composer.series(digest, unit), now)

    def next_edition(self, digest: Digest, unit: UnitOfWork, now: datetime, *, whole: bool = False) -> Edition | None:
        """As it would go out now."""
        occurrence = self.next_of(digest, unit, now)
        return None if occurrence is None else self.composer.edition(digest, occurrence, unit, now, whole=whole)

    def _check_coming(
        self, digest_id: str, day: date, person: Person, place: Place, unit: UnitOfWork, now: datetime
    ) -> None:
        """It is one of its dates, and not over."""
        digest = use_cases.seen(digest_id, person, place, unit)
        occurrence = occurrence_on(self.composer.series(digest, unit), day)
        if occurrence is None or not now - A_DAY < occurrence.starts:
            raise UserFacingError(use_cases.OUT)

    def _settled(
        self, what: str, digest: Digest, person: Person, unit: UnitOfWork, now: datetime, day: date | None = None
    ) -> Digest:
        if not digest.is_personal:
            details = {"day": day.isoformat()} if day else {}
            record(unit, AuditEntry(now, person.id, what, f"{digest.platform}/{digest.channel}", details))
        self.jobs.arm(digest.id, unit, now)
        return digest
