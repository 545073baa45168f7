"""How long reviews take, and where they wait. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bot.features.reviews.model import READABLE, Case, Seat, State


@dataclass(frozen=True, slots=True)
class Figures:
    """Of what was submitted in some time. `returned` counts those that were not complete at first, `in_time` the
    released that were out by the day for which they were wished. Each time is the median, None where there is none:
    from the first submission until complete, until a reviewer accepted, from accepting until handing in, from complete
    until released, and from released until closed. `asked`, `declined` and `replaced` count reviewers."""

    submitted: int = 0
    returned: int = 0
    released: int = 0
    in_time: int = 0
    closed: int = 0
    withdrawn: int = 0
    asked: int = 0
    declined: int = 0
    replaced: int = 0
    until_complete: timedelta | None = None
    until_accepted: timedelta | None = None
    until_handed_in: timedelta | None = None
    until_released: timedelta | None = None
    until_closed: timedelta | None = None


def figures_of(cases: Sequence[Case]) -> Figures:
    sent = [each.submission for each in cases]
    asked = [each for case in cases for each in case.assignments]
    out = [each for each in sent if each.released_at is not None and each.state in READABLE]
    return Figures(
        submitted=len(sent),
        returned=sum(1 for each in sent if each.complete_at != each.submitted_at),
        released=len(out),
        in_time=sum(1 for each in out if each.released_at is not None and each.released_at <= each.due_at),
        closed=sum(1 for each in sent if each.state is State.CLOSED),
        withdrawn=sum(1 for each in sent if each.state is State.WITHDRAWN),
        asked=len(asked),
        declined=sum(1 for each in asked if each.seat is Seat.DECLINED),
        replaced=sum(1 for each in asked if each.seat is Seat.REPLACED),
        until_complete=_median(each.complete_at - each.submitted_at for each in sent if each.complete_at is not None),
        until_accepted=_median(each.accepted_at - each.asked_at for each in asked if each.accepted_at is not None),
        until_handed_in=_median(
            each.ended_at - each.accepted_at
            for each in asked
            if each.seat is Seat.HANDED_IN and each.ended_at is not None and each.accepted_at is not None
        ),
        until_released=_median(
            each.released_at - each.complete_at
            for each in out
            if each.released_at is not None and each.complete_at is not None
        ),
        until_closed=_median(
            each.closed_at - each.released_at
            for each in out
            if each.closed_at is not None and each.released_at is not None
        ),
    )


def _median(times: Iterable[timedelta]) -> timedelta | None:
    found = [each.total_seconds() for each in times]
    return timedelta(seconds=median(found)) if found else None
