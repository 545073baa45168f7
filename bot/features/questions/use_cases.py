"""What can be done with a question. The caller owns the transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message
from bot.chat.turn import Person, Turn
from bot.features.questions.answer_card import answer_card, cited_sources
from bot.features.questions.model import NONE_OF_THESE, ExpertWish, Feedback, Question
from bot.features.questions.store import QuestionStore
from knowledge.answer import Answer

CONTEXT = 3
"""Earlier questions that a follow-up may refer to."""

CONTEXT_AGE = timedelta(minutes=30)
"""How long a question is context where there are no threads."""


def earlier_questions(store: QuestionStore, turn: Turn) -> Sequence[str]:
    """The person's newest questions in this conversation, oldest first."""
    since = turn.at - (timedelta(days=3_650) if turn.place.thread else CONTEXT_AGE)
    return store.earlier(turn.place.conversation, turn.person.id, since=since, limit=CONTEXT)


def record_question(
    store: QuestionStore, question_id: str, turn: Turn, text: str, answer: Answer, base_url: str
) -> Question:
    """Keep what was asked and what was shown for it."""
    cited = cited_sources(answer, base_url=base_url)
    question = Question(
        id=question_id,
        person_id=turn.person.id,
        person_name=turn.person.name[:200],
        place=turn.place,
        asked_at=turn.at,
        text=text,
        understood=answer.question,
        outcome=answer.outcome,
        confidence=answer.confidence,
        sources=cited,
        shown=answer_card(answer, cited, turn.at.date()),
    )
    store.add(question)
    return question


def own_question(store: QuestionStore, question_id: str, person: Person) -> Question:
    """Raises UserFacingError for somebody else's question, and the same for one that is gone."""
    question = store.get(question_id)
    if question is None:
        raise UserFacingError("That question is no longer kept, so nothing was changed. Ask it again.")
    if question.person_id != person.id:
        raise UserFacingError("Only the person who asked can do that, so nothing was changed. Ask it yourself.")
    return question


def judge_answer(store: QuestionStore, question: Question, feedback: Feedback | None) -> Question:
    """Feedback, or None to take it back."""
    store.set_feedback(question.id, feedback)
    return replace(question, feedback=feedback)


def ask_expert(store: QuestionStore, question: Question, now: datetime) -> Question:
    store.set_wish(question.id, ExpertWish.OPEN, now)
    return replace(question, wish=ExpertWish.OPEN, wished_at=now)


def take_back_request(store: QuestionStore, question: Question, now: datetime) -> Question:
    store.set_wish(question.id, ExpertWish.NONE, now)
    return replace(question, wish=ExpertWish.NONE, wished_at=now)


def choose_candidate(store: QuestionStore, question: Question, choice: int | None, shown: Message) -> Question:
    """`choice` is an index of the sources, NONE_OF_THESE, or None to go back to the choice."""
    if choice is not None and choice != NONE_OF_THESE and not 0 <= choice < len(question.sources):
        raise UserFacingError("That choice is not one of these, so nothing was changed. Ask again.")
    store.set_choice(question.id, choice, shown)
    return replace(question, choice=choice, shown=shown)
