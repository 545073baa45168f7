"""Before an expert is asked: what they read, and whether they learn who asks."""

from bot.chat.form import ChoiceField, Form, TextField, Values, one
from bot.chat.reply import Actions, Button, Message, Note, Paragraph, Post, Quote, Span
from bot.chat.turn import Place
from bot.chat.wording import shortened
from bot.features.form_state import from_state, to_state
from bot.features.questions.model import TEXT_LIMIT, Question

ASK_EXPERT = "questions.ask_expert"
ASK_NAMED = "questions.ask_named"
ASK_UNNAMED = "questions.ask_unnamed"

TEXT, NAME = "text", "name"
SHOWN, WITHHELD = "shown", "withheld"

WHO_LENGTH = 300
QUOTED = 200
NOBODY_YET = "It goes to whoever knows best, and then to the next colleague."


def key_of(question: Question) -> str:
    """Of the message that shows how it stands with the experts."""
    return f"request-{question.id}"


def consent_form(question: Question, who: str) -> Form:
    """`who` is whom it would go to and why; empty where nobody is known."""
    return _form(to_state((question.id, shortened(who, WHO_LENGTH))), question.understood)


def form_again(state: str) -> Form:
    return _form(state)


def question_in(state: str) -> str:
    """The id of the question that a form or a button is about. Raises UserFacingError."""
    return _read(state)[0]


def text_from(values: Values) -> str:
    return one(values, TEXT)


def is_named(values: Values) -> bool:
    return one(values, NAME) == SHOWN


def consent_post(question: Question, who: str, place: Place) -> Post:
    """For what was said instead of pressed, where no form opens. `place` is where only the asker reads."""
    text = f"Shall I ask {shortened(who, WHO_LENGTH)}?" if who else "Shall I ask an expert?"
    blocks = (
        Paragraph((Span(text, bold=True),)),
        Quote(question.understood),
        Paragraph("They read these words and nothing else of your chat." + ("" if who else f" {NOBODY_YET}")),
        Actions(
            (
                Button("Ask with my name", ASK_NAMED, question.id, "primary"),
                Button("Ask without my name", ASK_UNNAMED, question.id),
                Button("Change the words", ASK_EXPERT, question.id, opens_form=True),
            )
        ),
        Note("Nobody is asked before you say so."),
    )
    return Post(Message(text, blocks), key_of(question), place)


def consented_post(question: Question, place: Place) -> Post:
    """In the place of the consent, where the request shows elsewhere."""
    text = f"Asked an expert: “{shortened(question.text, QUOTED)}”. How it goes shows below the answer that you had."
    return Post(Message(text, (Paragraph(text),)), key_of(question), place)


def _form(state: str, words: str = "") -> Form:
    who = _read(state)[1]
    first = f"It goes to {who}." if who else NOBODY_YET
    return Form(
        id=ASK_EXPERT,
        title="Ask an expert",
        intro=f"{first} Experts read these words and nothing else of your chat.",
        fields=(
            TextField(
                TEXT,
                "What they read",
                hint="So that it can be understood by itself.",
                initial=words[:TEXT_LIMIT],
                multiline=True,
                max_length=TEXT_LIMIT,
            ),
            ChoiceField(
                NAME,
                "Who asks",
                ((SHOWN, "Show my name"), (WITHHELD, "Keep my name to myself")),
                initial=(SHOWN,),
            ),
        ),
        submit="Ask",
        state=state,
    )


def _read(state: str) -> tuple[str, str]:
    question_id, who = from_state(state, tuple[str, str], lost="nobody was asked")
    return question_id, who[:WHO_LENGTH]
