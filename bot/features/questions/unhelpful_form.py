"""The form that asks why an answer did not help."""

from datetime import datetime

from bot.chat.form import ChoiceField, Form, TextField, Values, one
from bot.features.questions.model import COMMENT_LIMIT, REASONS, Feedback, Reason, Verdict


def unhelpful_form(question_id: str) -> Form:
    """The question's id is the form's state."""
    reasons = tuple((reason.value, text) for reason, text in REASONS.items())
    return Form(
        id="questions.unhelpful",
        title="What was missing?",
        intro="This helps whoever owns the source to mend it.",
        fields=(
            ChoiceField("reason", "Why did it not help?", reasons),
            TextField(
                "comment",
                "What would have helped?",
                hint="A sentence is enough.",
                required=False,
                multiline=True,
                max_length=COMMENT_LIMIT,
            ),
        ),
        state=question_id,
    )


def feedback_from(values: Values, at: datetime) -> Feedback:
    """From values that were checked against the form."""
    return Feedback(Verdict.UNHELPFUL, at, Reason(one(values, "reason")), one(values, "comment"))
