"""How good answers are that experts see before anybody else: when Guildhall may answer by itself again. Pure."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from bot.features.channels.model import Channel
from bot.storage.unit_of_work import UnitOfWork

MEASURED_FROM = 20
"""Drafts that have to be judged before the rate says anything."""

JUDGED_WITHIN = timedelta(days=90)
BARS = (0.8, 0.9, 0.95)

MANY = 1_000_000
FAR = 200

_Z = 1.959964  # of 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """Of the drafts that were judged, how many were sent as they were."""

    approved: int = 0
    judged: int = 0

    @property
    def lower_bound(self) -> float:
        """Of Wilson's 95 % interval: with few judged it is far below the share."""
        if not self.judged:
            return 0.0
        share, n, z2 = self.approved / self.judged, self.judged, _Z * _Z
        spread = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
        return max(0.0, (share + z2 / (2 * n) - spread) / (1 + z2 / n))

    def passes(self, bar: float) -> bool:
        return self.judged >= MEASURED_FROM and self.lower_bound >= bar

    def missing(self, bar: float) -> int:
        """How many more in a row have to be approved."""
        return bisect_left(
            range(MANY), True, key=lambda more: Rate(self.approved + more, self.judged + more).passes(bar)
        )


RateOf = Callable[[Channel, datetime, UnitOfWork], Rate]
"""How many drafts of a channel hold. Features above know; bootstrap hands it in."""


def no_rate(channel: Channel, now: datetime, unit: UnitOfWork) -> Rate:
    return Rate()


def judged_since(channel: Channel, now: datetime) -> datetime:
    """When what counts was asked: not before the last change, where that switched it on."""
    since, previous = now - JUDGED_WITHIN, channel.previous
    began = channel.changed_at if previous is not None and not previous.shadow else None
    return max(since, began) if began is not None else since


def rate_in_words(rate: Rate, bar: float) -> str:
    missing = rate.missing(bar)
    drafts = "draft" if missing == 1 else "drafts"
    if not rate.judged:
        return f"no draft was judged yet; after {missing} approved in a row Guildhall answers by itself"
    share = f"{rate.approved} of {rate.judged} drafts were approved unchanged ({rate.approved / rate.judged:.0%})"
    if not missing:
        return f"{share}: with the next one Guildhall answers by itself"
    if missing > FAR:
        return f"{share}, far from the {bar:.0%} that are wanted"
    return f"{share}; {missing} more {drafts} approved in a row, and Guildhall answers by itself"
