"""A question's message as it stands now: what was shown, what became of it, and what can be done next."""

from typing import Literal

from bot.chat.reply import Actions, Block, Button, Judge, Message, Note, Paragraph, Post
from bot.chat.wording import shortened
from bot.features.questions.consent import ASK_EXPERT
from bot.features.questions.model import NONE_OF_THESE, Cited, Feedback, Question, QuestionState, Reason, Verdict
from knowledge.answer import Outcome

HELPFUL = "questions.helpful"
UNHELPFUL = "questions.unhelpful"
UNDO_FEEDBACK = "questions.undo_feedback"
CHOOSE = "questions.choose"
UNDO_CHOICE = "questions.undo_choice"

ASK_AN_EXPERT = "Ask an expert"
EXPERT = "expert"
"""What somebody can say instead of pressing that button: the command of this name."""

LABEL_LIMIT = 60

WITH_EXPERTS = "An expert was asked; how that goes shows below."
EXPERT_ANSWERED = "An expert answered this; it stands below."

_SAID = {
    Reason.WRONG: "wrong",
    Reason.OUTDATED: "outdated",
    Reason.INCOMPLETE: "incomplete",
    Reason.UNCLEAR: "hard to understand",
    Reason.OFF_TOPIC: "not what was asked",
}


def question_url(question: Question, base_url: str = "") -> str:
    return f"{base_url.rstrip('/')}/questions/{question.id}"


def question_post(question: Question, base_url: str = "") -> Post:
    """Edits the question's earlier message in place. `base_url` is how people reach the web page from a chat."""
    blocks: list[Block] = [*question.shown.blocks]
    if question.is_with_experts:
        blocks.append(Paragraph(EXPERT_ANSWERED if question.state is QuestionState.EXPERT else WITH_EXPERTS))
    if question.feedback is not None:
        blocks.append(Note(judgement(question.feedback)))
    only_for = question.person_id if question.stands_in.is_shared else ""
    if question.is_answered and question.feedback is None:
        helpful = Button("Helpful", HELPFUL, question.id)
        unhelpful = Button("Not helpful", UNHELPFUL, question.id, opens_form=True)
        blocks.append(Judge(helpful, unhelpful, only_for))
    if buttons := _buttons(question):
        blocks.append(Actions(tuple(buttons), only_for))
    url = question_url(question, base_url) if base_url else ""
    return Post(Message(question.shown.summary, tuple(blocks), url), question.message_key, question.stands_in)


def taken_away_post(question: Question, why: str) -> Post:
    """In the place of the answer."""
    return Post(Message(why, (Note(why),)), question.message_key, question.stands_in)


def judgement(feedback: Feedback) -> str:
    if feedback.verdict is Verdict.HELPFUL:
        return "You marked this as helpful."
    why = f": {_SAID[feedback.reason]}" if feedback.reason else ""
    return f"You marked this as not helpful{why}."


def choice_value(question: Question, index: int) -> str:
    return f"{question.id} {index}"


def _buttons(question: Question) -> list[Button]:
    if question.outcome is Outcome.CANDIDATES and question.choice is None:
        return _offers(question)
    buttons: list[Button] = []
    if not question.is_with_experts:
        likely = not question.is_answered or _was_unhelpful(question)
        style: Literal["primary", "normal"] = "primary" if likely else "normal"
        spoken = EXPERT if question.is_answered else ""
        buttons.append(Button(ASK_AN_EXPERT, ASK_EXPERT, question.id, style, opens_form=True, spoken=spoken))
    if question.feedback is not None:
        buttons.append(Button("Undo feedback", UNDO_FEEDBACK, question.id))
    if question.outcome is Outcome.CANDIDATES and question.feedback is None:
        buttons.append(Button("Back to the choice", UNDO_CHOICE, question.id))
    return sorted(buttons, key=lambda button: button.style != "primary")


def _offers(question: Question) -> list[Button]:
    offers = [
        Button(f"{number}. {_offered(source)}", CHOOSE, choice_value(question, number - 1))
        for number, source in enumerate(question.sources, 1)
    ]
    return [*offers, Button("None of these", CHOOSE, choice_value(question, NONE_OF_THESE))]


def _offered(source: Cited) -> str:
    """Title and heading, for titles are wide ("CRM metrics"); the heading alone where both are too long."""
    heading = source.place.rpartition(" › ")[2] or source.title
    whole = source.title if heading == source.title else f"{source.title} › {heading}"
    return shortened(whole if len(whole) <= LABEL_LIMIT else heading, LABEL_LIMIT)


def _was_unhelpful(question: Question) -> bool:
    return question.feedback is not None and question.feedback.verdict is Verdict.UNHELPFUL
