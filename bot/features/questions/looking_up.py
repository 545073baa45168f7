"""For whose eyes a question is looked up, and where what is found may stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.chat.turn import Place, Turn
from bot.features.channels.model import USUAL, Listening, Policy
from bot.features.questions.knowledge_port import Knowledge
from knowledge.answer import Answer, Outcome

OUTSIDERS = "I answer here and not in the channel, because people from outside the company read along there."
SWITCHED_OFF = "I answer here and not in the channel, because Guildhall is switched off there."
STRANGER = (
    "I could not find out who you are, so I looked only at what guests may read. Ask again in a minute; if it stays "
    "so, tell an admin."
)
ONLY_FOR_YOU = "This is for you only: not everybody in the channel may read where it comes from."
UNASKED = "Nobody asked me: in this channel I answer a question when I am sure. “channel” says who can change that."
FOLLOW_UP = "I took this as your next question, because I answered you in this thread before."


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, the place that it goes to if that is not the turn's own, and lines that go before and after it."""

    answer: Answer
    place: Place | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def reads_along(turn: Turn) -> bool:
    """Whether somebody from outside the company would read what is posted there, the asker included."""
    return turn.place.is_shared and (not turn.place.members or turn.person.is_guest)


def reply_place(turn: Turn) -> Place | None:
    """Where to say something that is no answer."""
    return turn.private_place if reads_along(turn) else None


def look_up(
    knowledge: Knowledge, turn: Turn, text: str, previous: Sequence[str], policy: Policy = USUAL
) -> list[Found]:
    """What the asker asked for: the answer in its place, and in a shared one what only the asker may know, if every
    member may not know as much."""
    ask = partial(
        knowledge.ask,
        text,
        hubs=turn.person.hubs,
        previous=previous,
        kinds=policy.kinds,
        only_hubs=policy.hubs,
    )
    if turn.person.is_stranger:
        answer = ask(turn.person.principals)
        return [Found(answer, reply_place(turn), after=() if answer.outcome is Outcome.ANSWER else (STRANGER,))]
    if not turn.place.is_shared:
        return [Found(ask(turn.person.principals))]
    if reads_along(turn):
        return [Found(ask(turn.person.principals), turn.private_place, after=(OUTSIDERS,))]
    if policy.listening is Listening.OFF:
        return [Found(ask(turn.person.principals), turn.private_place, after=(SWITCHED_OFF,))]
    for_all = Found(ask(turn.principals))
    if for_all.answer.outcome is Outcome.ANSWER:
        return [for_all]
    own = ask(turn.person.principals | turn.principals)
    if own.outcome is not Outcome.ANSWER:
        return [for_all]
    return [for_all, Found(own, turn.private_place, after=(ONLY_FOR_YOU,))]


def look_up_unasked(
    knowledge: Knowledge, turn: Turn, text: str, previous: Sequence[str], policy: Policy
) -> list[Found]:
    """What was said to the others: an answer that is sure enough and everybody there may read, or nothing."""
    if reads_along(turn) or policy.listening is Listening.OFF:
        return []
    if policy.listening is not Listening.EVERY and not (previous and turn.place.thread):
        return []
    answer = knowledge.ask(
        text,
        turn.principals,
        hubs=turn.person.hubs,
        previous=previous,
        kinds=policy.kinds,
        only_hubs=policy.hubs,
        answer_from=policy.answer_from,
    )
    why = UNASKED if policy.listening is Listening.EVERY else FOLLOW_UP
    return [Found(answer, after=(why,))] if answer.outcome is Outcome.ANSWER else []
