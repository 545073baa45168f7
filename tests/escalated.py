"""Escalations for tests, with what a test does not care about filled in."""

from dataclasses import replace

from bot.chat.turn import EVERYONE, Place
from bot.features.escalations.model import Escalation, Follower
from tests.builders import DANA, NOON, SAM, THREAD

PRIVATE = Place("web", DANA.id, "private")


def escalation(escalation_id: str = "e1", **values: object) -> Escalation:
    made = Escalation(
        escalation_id,
        "How do renewals work?",
        DANA.id,
        DANA.name,
        THREAD,
        PRIVATE,
        NOON,
        frozenset({EVERYONE}),
    )
    return replace(made, **values)


def follower(escalation_id: str = "e1", question_id: str = "q1", **values: object) -> Follower:
    place = Place("web", SAM.id, "thread-2")
    made = Follower(escalation_id, question_id, SAM.id, SAM.name, "And how do renewals work?", place, place, NOON)
    return replace(made, **values)
