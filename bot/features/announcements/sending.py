"""An announcement on its way, and what becomes of it. The caller owns the transaction and has taken it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.features.announcements.audience import Recipients
from bot.features.announcements.messages import going_out, taken_down
from bot.features.announcements.model import Announcement
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.cards import progress_in_words, stale_in_words
from bot.features.broadcasts.model import (
    MOST_TARGETS,
    Broadcast,
    BroadcastState,
    Figures,
    Progress,
    Target,
    TargetState,
)
from bot.features.broadcasts.store import SqlBroadcasts
from bot.storage.unit_of_work import UnitOfWork
from scheduler.local_time import in_utc

FIRST_ZONE = "Pacific/Kiritimati"
"""Where each day begins first. Who gets it is looked up when that day and time come there."""

STILL = frozenset({BroadcastState.SCHEDULED, BroadcastState.SENDING})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far all of it has come, in words too; `state` is that of the broadcast that is the least far."""

    said: str = ""
    progress: Progress = field(default_factory=Progress)
    state: BroadcastState | None = None
    figures: Figures | None = None
    problems: tuple[Target, ...] = ()


def leaves_at(local_at: datetime | None, now: datetime) -> datetime:
    return now if local_at is None else max(in_utc(local_at, FIRST_ZONE), now)


def send(
    announcement: Announcement, to: Recipients, unit: UnitOfWork, now: datetime, *, zone: str, base_url: str
) -> datetime:
    """Each place at its own time; returns the first of them. `zone` is that of places without one."""
    moments = [now] if announcement.local_at is None else []
    for recipients, outside in (((*to.inside, *to.refused), False), (to.outside, True)):
        for begin in range(0, len(recipients), MOST_TARGETS):
            made = Broadcast(
                id="",
                about=announcement.about,
                made_by=announcement.approved_by,
                made_at=now,
                message=going_out(announcement, base_url, outside=outside),
                local_at=announcement.local_at,
                zone=zone,
                outsiders=outside,
            )
            drafted = use_cases.draft(made, recipients[begin : begin + MOST_TARGETS], unit)
            use_cases.send(drafted.id, announcement.approved_by, unit, now)
            moments.append(SqlBroadcasts(unit).next_due(drafted.id) or now)
    return min(moments)


def first_at(announcement: Announcement, unit: UnitOfWork, now: datetime) -> datetime:
    """When the first place gets it, as it is by now; `now` where some of it has gone."""
    found = _broadcasts(announcement, unit)
    if any(each.state is not BroadcastState.SCHEDULED for each in found):
        return now
    return min((SqlBroadcasts(unit).next_due(each.id) or now for each in found), default=now)


def call_off(announcement: Announcement, by: str, unit: UnitOfWork, now: datetime) -> None:
    """Of which nothing has gone yet."""
    for each in _broadcasts(announcement, unit):
        use_cases.call_off(each.id, by, unit, now)


def stop(announcement: Announcement, by: str, unit: UnitOfWork, now: datetime) -> None:
    moving = [each for each in _broadcasts(announcement, unit) if each.state in STILL]
    if not moving:
        raise UserFacingError("All of it has gone already, so nothing was stopped. It can be corrected or taken down.")
    for each in moving:
        use_cases.stop(each.id, by, unit, now)


def try_again(announcement: Announcement, by: str, unit: UnitOfWork, now: datetime) -> None:
    failed = [each for each in _broadcasts(announcement, unit) if use_cases.problems_of(each, unit)]
    if not failed:
        raise UserFacingError(use_cases.NO_PROBLEM)
    for each in failed:
        use_cases.try_again(each.id, by, unit, now)


def correct(announcement: Announcement, by: str, unit: UnitOfWork, now: datetime, *, base_url: str) -> None:
    for each in _broadcasts(announcement, unit):
        if each.state is not BroadcastState.TAKEN_DOWN:
            new = going_out(announcement, base_url, outside=each.outsiders)
            use_cases.correct(each.id, new, None, by, unit, now)


def take_down(announcement: Announcement, by: str, unit: UnitOfWork, now: datetime) -> None:
    for each in _broadcasts(announcement, unit):
        if each.state is not BroadcastState.TAKEN_DOWN:
            use_cases.take_down(each.id, taken_down(announcement), by, unit, now)


def opened(announcement: Announcement, person_id: str, unit: UnitOfWork, now: datetime) -> None:
    use_cases.note_opened(announcement.about, person_id, unit, now)


def outcome(announcement: Announcement, unit: UnitOfWork) -> Outcome:
    """Of all its broadcasts together."""
    found = _broadcasts(announcement, unit)
    if not found:
        return Outcome()
    progress = [use_cases.progress_of(each, unit) for each in found]
    counts: Counter[TargetState] = Counter()
    for one in progress:
        counts.update(one.counts)
    all_of_it = Progress(counts, sum(each.changing for each in progress))
    least_far = min(found, key=lambda each: tuple(BroadcastState).index(each.state))
    figures = [use_cases.figures_of(each, unit) for each in found]
    problems = tuple(problem for each in found for problem in use_cases.problems_of(each, unit))
    said = f"{progress_in_words(least_far, all_of_it)}{stale_in_words(problems)}"
    return Outcome(said, all_of_it, least_far.state, _together(figures), problems)


def _together(figures: Sequence[Figures]) -> Figures:
    """What no platform tells stays None."""
    openings = [each.opened for each in figures if each.opened is not None]
    told = [each.reactions for each in figures if each.reactions is not None]
    reactions: Counter[str] = Counter()
    for each in told:
        reactions.update(each)
    # Openings are of the announcement: the same for each.
    return Figures(sum(each.arrived for each in figures), max(openings, default=None), reactions if told else None)


def _broadcasts(announcement: Announcement, unit: UnitOfWork) -> list[Broadcast]:
    return SqlBroadcasts(unit).about(announcement.about)
