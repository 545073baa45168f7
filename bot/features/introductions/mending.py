"""After a round: whoever would be left alone, for the other one left, is gone or was never reached, meets others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from bot.features.introductions.model import Answer, Circle, Meeting, Round, candidate, earlier
from bot.features.introductions.pairing import Apart, Earlier, form_groups, may_meet
from bot.features.introductions.planning import LOOKED_BACK, prompts_from, reachable
from bot.features.introductions.store import SqlIntroductions
from bot.storage.unit_of_work import UnitOfWork

AGREED = (Answer.MET, Answer.PLANNED)


@dataclass(frozen=True, slots=True)
class Mended:
    """`meetings` are those that have somebody new, as they are now. Those who are `alone` have nobody to meet."""

    circle: Circle
    round: Round
    meetings: Sequence[Meeting]
    alone: tuple[str, ...]


def mend_round(made: Round, missed: Collection[str], unit: UnitOfWork, now: datetime) -> Mended | None:
    """`missed` were never reached. None where nobody is left alone, or the circle is closed. Those who are left alone
    meet each other, or join a pair."""
    store = SqlIntroductions(unit)
    circle = store.take_circle(made.circle_id)
    if circle is None or not circle.is_open:
        return None
    members = reachable(store.members(circle.id), unit)
    here = {each.person_id: each for each in members if each.person_id not in missed}
    meetings = store.meetings_of_round(made.id)
    left = [person for each in meetings if (person := _left_alone(each, here))]
    if not left:
        return None
    met = [earlier(each, now) for each in store.meetings_among(circle.id, now - LOOKED_BACK)]
    apart, seed = store.refused(circle.id), crc32(made.id.encode())
    groups = form_groups([candidate(here[each], 0.0) for each in left], met, circle.size, seed, apart)
    changed = [
        _brought_together(f"{made.id}-{number}", group, made, store, now)
        for number, group in enumerate(groups, len(meetings))
    ]
    seated = {person for group in groups for person in group}
    pairs = [each for each in meetings if len(each.participants) == 2 and here.keys() >= set(each.person_ids)]
    alone: list[str] = []
    for person in left:
        if person in seated:
            continue
        pair = _to_join(person, pairs, met, apart)
        if pair is None:
            alone.append(person)
            continue
        store.move(person, made.id, pair.id)
        pairs.remove(pair)
        changed.append(pair.id)
    return Mended(circle, made, [each for name in changed if (each := store.meeting(name))], tuple(alone))


def _left_alone(meeting: Meeting, here: Collection[str]) -> str:
    """Who; empty where that is nobody, or two of them agreed on something already."""
    rest = [each for each in meeting.person_ids if each in here]
    agreed = any(each.answer in AGREED for each in meeting.participants)
    return rest[0] if len(rest) == 1 and not agreed else ""


def _brought_together(
    meeting_id: str, group: Sequence[str], made: Round, store: SqlIntroductions, now: datetime
) -> str:
    store.add_meeting(meeting_id, made.id, prompts_from(meeting_id)[0], now)
    for person in group:
        store.move(person, made.id, meeting_id)
    return meeting_id


def _to_join(person: str, pairs: Sequence[Meeting], met: Sequence[Earlier], apart: Collection[Apart]) -> Meeting | None:
    """Of those whom they may meet, the pair that they met least."""

    def rank(pair: Meeting) -> int:
        return sum(person in each.person_ids and bool(set(pair.person_ids) & set(each.person_ids)) for each in met)

    return min((each for each in pairs if may_meet((*each.person_ids, person), apart)), key=rank, default=None)
