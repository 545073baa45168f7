"""What people do with digests. The caller owns the transaction, and sets the timer anew after each.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, Place, storable
from bot.features.channels.store import SqlChannels
from bot.features.digests.model import WORD_LIMIT, Digest, DigestState, Edition, EditionState, may_run
from bot.features.digests.store import SqlDigests
from bot.storage.unit_of_work import UnitOfWork

GONE = "There is no such digest, or it is not yours to change. Nothing was changed; “digests” shows what is."
COLLISION = "Somebody changed this digest a moment ago, so nothing was changed now. Open it again to see how it stands."
OUT = "That edition is over already, so nothing was changed. “digests” shows the next one."
NO_GUESTS = "Digests tell of what every colleague may read, so guests get none. Nothing was changed."


def keep(digest: Digest, known: Digest | None, person: Person, place: Place | None, unit: UnitOfWork) -> Digest:
    """As it was filled in; `known` is as it was read, None for a new one."""
    store = SqlDigests(unit)
    _check(digest, person, place, unit)
    if known is None:
        if not store.add(digest):
            raise UserFacingError(COLLISION)
        return digest
    if (known.first, known.rule, known.zone) != (digest.first, digest.rule, digest.zone):
        store.drop_plans(digest.id)
    return _changed(digest, unit)


def set_up_by(digest: Digest, person: Person, now: datetime) -> Digest:
    """Whoever sets it up looks after it from now on. One that was stopped runs again."""
    if digest.state is DigestState.STOPPED:
        digest = replace(digest, state=DigestState.RUNNING, active_from=now)
    return replace(digest, made_by=person.id)


def stand(
    digest_id: str, state: DigestState, person: Person, place: Place | None, unit: UnitOfWork, now: datetime
) -> Digest:
    """Pause it, stop it, or let it go on: what was due meanwhile is not made up for."""
    digest = taken(digest_id, person, place, unit)
    if digest.state is state:
        return digest
    active_from = now if state is DigestState.RUNNING else digest.active_from
    return _changed(replace(digest, state=state, active_from=active_from), unit)


def leave(digest_id: str, person_id: str, unit: UnitOfWork) -> None:
    """Stop it for whoever proves that it is theirs by the key of their letters. Pressed again it changes nothing."""
    digest = SqlDigests(unit).take(digest_id)
    if digest is not None and digest.person_id == person_id and digest.state is not DigestState.STOPPED:
        _changed(replace(digest, state=DigestState.STOPPED), unit)


def plan(
    digest_id: str, day: date, person: Person, place: Place | None, unit: UnitOfWork, state: EditionState
) -> Digest:
    """Skip an edition that is to come, or send it after all."""
    digest = taken(digest_id, person, place, unit)
    known = SqlDigests(unit).edition(digest_id, day) or Edition(digest_id, day)
    return _planned(digest, replace(known, state=state), unit)


def edit(
    digest_id: str,
    revision: int,
    day: date,
    word: str,
    left_out: Collection[str],
    person: Person,
    place: Place | None,
    unit: UnitOfWork,
) -> Digest:
    """What is said first in an edition that is to come, and what is not told in it."""
    digest = taken(digest_id, person, place, unit)
    if digest.revision != revision:
        raise UserFacingError(COLLISION)
    known = SqlDigests(unit).edition(digest_id, day) or Edition(digest_id, day)
    said = storable(word).strip()[:WORD_LIMIT]
    edited = replace(known, word=said, word_by=person.name if said else "", left_out=frozenset(left_out))
    return _planned(digest, edited, unit)


def seen(digest_id: str, person: Person, place: Place | None, unit: UnitOfWork) -> Digest:
    """For whoever may change it."""
    return _allowed(SqlDigests(unit).get(digest_id), person, place, unit)


def taken(digest_id: str, person: Person, place: Place | None, unit: UnitOfWork) -> Digest:
    """`seen`, to be changed: one after the other."""
    return _allowed(SqlDigests(unit).take(digest_id), person, place, unit)


def _allowed(digest: Digest | None, person: Person, place: Place | None, unit: UnitOfWork) -> Digest:
    if digest is None:
        raise UserFacingError(GONE)
    _check(digest, person, place, unit)
    return digest


def _check(digest: Digest, person: Person, place: Place | None, unit: UnitOfWork) -> None:
    channel = None if digest.is_personal else SqlChannels(unit).get(digest.platform, digest.channel)
    if not may_run(digest, channel, person, place):
        raise UserFacingError(NO_GUESTS if digest.is_personal and digest.person_id == person.id else GONE)


def _planned(digest: Digest, edition: Edition, unit: UnitOfWork) -> Digest:
    if edition.is_over or not SqlDigests(unit).put_plan(edition):
        raise UserFacingError(OUT)
    return _changed(digest, unit)


def _changed(digest: Digest, unit: UnitOfWork) -> Digest:
    if not SqlDigests(unit).change(digest):
        raise UserFacingError(COLLISION)
    return replace(digest, revision=digest.revision + 1)
