"""Forms of a field or two: why not, what is missing, what the author makes of it, who reviews it."""

from bot.chat.form import Field, Form, TextField
from bot.features.reviews.acts import CHOOSE, DECLINE, REPLY, RETURN
from bot.features.reviews.model import TEXT_LIMIT, WORD_LIMIT


def decline_form(submission_id: str) -> Form:
    hint = "Its author reads it where the review is open."
    word = TextField("word", "A word, if you like", hint, required=False, multiline=True, max_length=WORD_LIMIT)
    return _form(DECLINE, "Decline", word, "Decline", "Somebody else is asked then.", submission_id)


def return_form(submission_id: str) -> Form:
    hint = "A link that does not open, a part that is not there: what you cannot begin without."
    missing = TextField("missing", "What is missing?", hint, multiline=True, max_length=WORD_LIMIT)
    intro = "It goes back to its author, who reads what you write. Nothing is due until it is completed."
    return _form(RETURN, "Return it", missing, "Return it", intro, submission_id)


def reply_form(submission_id: str, reply: str = "") -> Form:
    hint = "What you take up, what you leave, and why. All your reviewers read it."
    text = TextField("reply", "What do you make of them?", hint, reply, multiline=True, max_length=TEXT_LIMIT)
    return _form(REPLY, "Answer your reviewers", text, "Send", "", submission_id)


def choose_form(submission_id: str) -> Form:
    hint = "Name or e-mail address of a colleague who has written to Guildhall before."
    name = TextField("name", "Who reviews it?", hint, max_length=320)
    intro = "They are asked, and may decline. It has to be somebody who stands apart from the work."
    return _form(CHOOSE, "Choose a reviewer", name, "Ask them", intro, submission_id)


def _form(form_id: str, title: str, field: Field, submit: str, intro: str, state: str) -> Form:
    return Form(form_id, title, (field,), submit, intro, state, lasts=True)
