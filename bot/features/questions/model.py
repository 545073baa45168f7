"""What a question is, from being asked to being judged, by the library or by an expert."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.escalations.model import Escalation, State
from knowledge.answer import Outcome

NONE_OF_THESE = -1
"""The choice of somebody whom no candidate helped."""

COMMENT_LIMIT = 1_000
TEXT_LIMIT = 2_000


class Verdict(StrEnum):
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


class Reason(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OFF_TOPIC = "off-topic"


REASONS = {
    Reason.WRONG: "It is wrong",
    Reason.OUTDATED: "It is outdated",
    Reason.INCOMPLETE: "It is incomplete",
    Reason.UNCLEAR: "It is hard to understand",
    Reason.OFF_TOPIC: "It is not what I asked",
}


class QuestionState(StrEnum):
    """How it stands, as its asker sees it."""

    WAITING = "waiting for an expert"
    CLAIMED = "with an expert"
    ASKED_BACK = "waiting for your reply"
    EXPERT = "answered by an expert"
    HELPFUL = "helpful"
    UNHELPFUL = "not helpful"
    ANSWERED = "answered"
    OFFERED = "yours to choose"
    UNANSWERED = "not answered"


_WITH_EXPERTS = {
    State.OPEN: QuestionState.WAITING,
    State.CLAIMED: QuestionState.CLAIMED,
    State.ASKED_BACK: QuestionState.ASKED_BACK,
    State.ANSWERED: QuestionState.EXPERT,
    State.CLOSED: QuestionState.EXPERT,
}


@dataclass(frozen=True, slots=True)
class Feedback:
    verdict: Verdict
    at: datetime
    reason: Reason | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as it was shown: which chunk, how it was named, where it opens, which words."""

    document_id: str
    ordinal: int
    title: str
    place: str
    url: str
    quote: str
    note: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """`understood` is the question as retrieval saw it, with its context. `shown` is what was answered, without
    buttons. `choice` is the index of the candidate that was taken, or NONE_OF_THESE. `said_id` is the platform's id of
    the message that asked it, empty where nothing will be heard of that again; not `addressed`, it was overheard.
    `answered_in` is where the answer stands, if not in the `place` where it was asked. `request` is what became of it
    with the experts, or of the same question of somebody else; None where they were not asked, or not looked up."""

    id: str
    person_id: str
    person_name: str
    place: Place
    asked_at: datetime
    text: str
    understood: str
    outcome: Outcome
    confidence: float
    sources: tuple[Cited, ...]
    shown: Message
    choice: int | None = None
    feedback: Feedback | None = None
    said_id: str = ""
    addressed: bool = True
    answered_in: Place | None = None
    request: Escalation | None = None

    @property
    def stands_in(self) -> Place:
        """Where its message is."""
        return self.answered_in or self.place

    @property
    def is_settled(self) -> bool:
        """Whether somebody has built on the answer: then it does not change under their hands."""
        return self.feedback is not None or self.is_with_experts

    @property
    def is_with_experts(self) -> bool:
        """Whether experts were asked, and it was not taken back."""
        if self.request is None or self.request.state is State.WITHDRAWN:
            return False
        return not (self.request.asker_left and self.request.id == self.id)

    @property
    def state(self) -> QuestionState:
        if self.request is not None and self.is_with_experts:
            if self.request.state is State.ASKED_BACK and self.request.id != self.id:
                return QuestionState.CLAIMED
            return _WITH_EXPERTS[self.request.state]
        if self.feedback is not None:
            is_helpful = self.feedback.verdict is Verdict.HELPFUL
            return QuestionState.HELPFUL if is_helpful else QuestionState.UNHELPFUL
        if self.is_answered:
            return QuestionState.ANSWERED
        is_offered = self.outcome is Outcome.CANDIDATES and self.choice is None
        return QuestionState.OFFERED if is_offered else QuestionState.UNANSWERED

    @property
    def message_key(self) -> str:
        return f"question-{self.id}"

    @property
    def is_answered(self) -> bool:
        """Whether an answer stands there that somebody can judge."""
        chosen = self.choice is not None and self.choice != NONE_OF_THESE
        return self.outcome is Outcome.ANSWER or chosen
