"""Rounds and steps that failed: for admins, until they went well."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.introductions.jobs import TIMERS
from bot.features.introductions.store import SqlIntroductions
from bot.storage.timers import Timer, Timers
from bot.storage.unit_of_work import UnitOfWork

WHAT = {
    "introductions.round": "A round",
    "introductions.ask": "Asking whether people met",
    "introductions.mend": "Looking after who was left alone",
    "introductions.step": "A step of somebody’s first week",
}


@dataclass(frozen=True, slots=True)
class Failed:
    """`timer` says how often, with what, and when it is tried again. Without a circle `circle` is empty."""

    what: str
    circle: str
    timer: Timer


def failed_rounds(unit: UnitOfWork) -> Sequence[Failed]:
    return [Failed(WHAT[each.name], _circle(each, unit), each) for each in Timers(unit).retried(TIMERS)]


def _circle(timer: Timer, unit: UnitOfWork) -> str:
    store = SqlIntroductions(unit)
    made = store.round(timer.subject)
    circle = store.circle(made.circle_id if made else timer.subject)
    return circle.title if circle else ""
