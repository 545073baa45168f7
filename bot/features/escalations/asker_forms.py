"""What an asker says about a question that is with an expert: a reply, what is still open, thanks."""

from bot.chat.form import Form, TextField
from bot.features.escalations.asker_cards import ASK_ON, REPLY, THANK
from bot.features.escalations.model import TEXT_LIMIT, WORD_LIMIT, Escalation
from bot.features.form_state import from_state, to_state

FIELD = "text"


def carried(question_id: str, escalation: Escalation) -> str:
    """What a form brings back: the question, and how many answers there were."""
    return to_state((question_id, escalation.answers))


def carried_in(state: str) -> tuple[str, int]:
    """The question's id, and how many answers there were. Raises UserFacingError."""
    return from_state(state, tuple[str, int])


def reply_form(state: str) -> Form:
    field = TextField(FIELD, "Your reply", multiline=True, max_length=TEXT_LIMIT)
    return Form(REPLY, "Reply", (field,), submit="Reply", state=state, lasts=True)


def ask_on_form(state: str) -> Form:
    hint = "It goes to whoever answered, or to the next colleague if they are not there."
    field = TextField(FIELD, "What is still open?", hint, multiline=True, max_length=TEXT_LIMIT)
    return Form(ASK_ON, "I still wonder", (field,), submit="Ask on", state=state, lasts=True)


def thanks_form(state: str) -> Form:
    hint = "A word of your own, if you like. Where the expert agreed to that, the channel reads it too."
    field = TextField(FIELD, "What did it do for you?", hint, required=False, multiline=True, max_length=WORD_LIMIT)
    return Form(THANK, "Thank them", (field,), submit="Send thanks", state=state)
