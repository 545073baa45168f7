"""What can be done with a question. The caller owns the transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Note
from bot.chat.turn import Person, Reworded, Said, Turn, Withdrawn
from bot.chat.wording import shortened
from bot.features.questions.answer_card import answer_card, cited_sources
from bot.features.questions.looking_up import Found
from bot.features.questions.model import NONE_OF_THESE, Feedback, Question
from bot.features.questions.store import QuestionStore
from knowledge.understanding import needs_context

CONTEXT = 3
"""Earlier questions that a follow-up may refer to."""

CONTEXT_AGE = timedelta(minutes=30)
"""How long a question is context where there are no threads."""

PASSED_ON_AGE = timedelta(days=7)
"""How long a question can be passed on by a word alone."""

LOOKED_THROUGH = 50
"""Questions of a person, the newest first, among which those of a conversation are looked for."""

MINUTE = timedelta(minutes=1)

QUOTED = 120


def asks_too_much(store: QuestionStore, turn: Turn, a_minute: int) -> bool:
    """Whether the person has asked as many questions as one may in the minute that ends now."""
    return store.count_asked(turn.person.id, turn.at - MINUTE, turn.at) >= a_minute


def earlier_questions(store: QuestionStore, turn: Turn, text: str) -> Sequence[str]:
    """The person's newest questions in this conversation before `text`, oldest first. Where there are no threads, none
    unless it plainly follows from them."""
    if not turn.place.thread and not needs_context(text):
        return ()
    since = turn.at - (timedelta(days=3_650) if turn.place.thread else CONTEXT_AGE)
    return store.earlier(turn.place.conversation, turn.person.id, since=since, before=turn.at, limit=CONTEXT)


def answered_question(question_id: str, turn: Turn, text: str, found: Found, pages: str | None) -> Question:
    """What was asked and what is shown for it. Nothing is kept yet."""
    answer = found.answer
    cited = cited_sources(answer, pages=pages)
    shown = answer_card(answer, cited, turn.at.date())
    return Question(
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
        shown=replace(shown, blocks=(*map(Note, found.before), *shown.blocks, *map(Note, found.after))),
        said_id=turn.content.id if isinstance(turn.content, Said | Reworded) else "",
        addressed=not isinstance(turn.content, Said) or turn.content.addressed,
        answered_in=found.place,
    )


def of_this_message(store: QuestionStore, turn: Turn) -> list[Question]:
    """What was asked with the message that a turn tells of."""
    said_id = turn.content.id if isinstance(turn.content, Reworded | Withdrawn) else ""
    here = (turn.place.platform, turn.place.channel)
    return [each for each in store.said_as(said_id) if (each.place.platform, each.place.channel) == here]


def each_once(asked: Sequence[Question]) -> list[Question]:
    """Of one that was answered in a channel and privately too, the one that the person has built on, else the private
    one, which has the better answer."""
    shown: dict[tuple[object, ...], Question] = {}
    for each in asked:
        once = (each.place.conversation, each.asked_at, each.text)
        earlier = shown.get(once)
        if earlier is None or _rank(each) > _rank(earlier):
            shown[once] = each
    return list(shown.values())


def _rank(question: Question) -> tuple[bool, bool]:
    return question.is_settled, question.answered_in is not None


def own_question(store: QuestionStore, question_id: str, person: Person) -> Question:
    """Raises UserFacingError for somebody else's question, and the same for one that is gone."""
    question = store.get(question_id)
    if question is None:
        raise UserFacingError("That question is no longer kept, so nothing was changed. Ask it again.")
    if question.person_id != person.id:
        raise UserFacingError("Only the person who asked can do that, so nothing was changed. Ask it yourself.")
    return question


def question_for_expert(store: QuestionStore, turn: Turn) -> Question:
    """The person's newest question that is answered in this conversation. Raises UserFacingError where there is
    none."""
    here = turn.place.conversation
    for each in store.asked_by(turn.person.id, LOOKED_THROUGH):
        if each.stands_in.conversation == here and each.asked_at > turn.at - PASSED_ON_AGE:
            return each
    raise UserFacingError(
        "You have asked nothing here in the last days, so nobody was asked. Ask your question first; where there are "
        "threads, say it in the question's thread."
    )


def check_not_asked(question: Question) -> None:
    """`question` with what became of it. Raises UserFacingError."""
    if question.is_with_experts:
        asked = shortened(question.text, QUOTED)
        raise UserFacingError(f"“{asked}” is with an expert already, so nothing was changed. Its request shows that.")


def judge_answer(store: QuestionStore, question: Question, feedback: Feedback | None) -> Question:
    """Feedback, or None to take it back."""
    store.set_feedback(question.id, feedback)
    return replace(question, feedback=feedback)


def choose_candidate(store: QuestionStore, question: Question, choice: int | None, shown: Message) -> Question:
    """`choice` is an index of the sources, NONE_OF_THESE, or None to go back to the choice."""
    if choice is not None and choice != NONE_OF_THESE and not 0 <= choice < len(question.sources):
        raise UserFacingError("That choice is not one of these, so nothing was changed. Ask again.")
    store.set_choice(question.id, choice, shown)
    return replace(question, choice=choice, shown=shown)
