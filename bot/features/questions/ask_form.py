"""The form to ask a question where nothing can be said, e.g. in a home."""

from bot.chat.form import Form, TextField
from bot.chat.reply import Button
from bot.features.questions.model import TEXT_LIMIT

ACTION = "questions.ask"
ASK = Button("Ask a question", ACTION, style="primary", opens_form=True)
FIELD = "question"


def ask_form(state: str = "") -> Form:
    return Form(
        id=ACTION,
        title="Ask a question",
        submit="Ask",
        fields=(
            TextField(
                FIELD,
                "What would you like to know?",
                hint="In a sentence or two. The answer comes where only you read it.",
                multiline=True,
                max_length=TEXT_LIMIT,
            ),
        ),
    )
