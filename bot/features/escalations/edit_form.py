"""An answer that is there already, changed before it goes out: its words, and which of its links stay."""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from bot.chat.errors import FormRejected
from bot.chat.form import ChoiceField, Form, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.escalations.model import ANSWER_LIMIT, LINK_LIMIT, Answer, Link
from bot.features.form_state import from_state, to_state

TEXT = "text"
LINKS = "links"
TITLE_LENGTH = 150
TITLES_IN_STATE = 2_000  # characters


class EditState(NamedTuple):
    """What comes back with the form: what is edited, and what its links are called."""

    subject: str
    titles: tuple[str, ...] = ()

    def to_text(self) -> str:
        return to_state(self)

    @classmethod
    def of(cls, subject: str, answer: Answer) -> "EditState":
        """Of the first links; what does not fit stays in the answer."""
        titles = [shortened(each.title, TITLE_LENGTH) for each in answer.links]
        lengths = accumulate(len(json.dumps(each, ensure_ascii=False)) + 2 for each in titles)
        return cls(
            subject, tuple(each for each, so_far in zip(titles, lengths, strict=True) if so_far <= TITLES_IN_STATE)
        )

    @classmethod
    def from_text(cls, text: str) -> "EditState":
        """Raises UserFacingError for what no form of ours carried."""
        state = from_state(text, cls, lost="nothing was sent")
        return state._replace(titles=state.titles[:LINK_LIMIT])


def edit_form(form_id: str, state: EditState, text: str = "") -> Form:
    fields: list[TextField | ChoiceField] = [
        TextField(TEXT, "Your answer", initial=text, multiline=True, max_length=ANSWER_LIMIT)
    ]
    if state.titles:
        options = tuple((str(number), title) for number, title in enumerate(state.titles))
        chosen = tuple(number for number, _ in options)
        fields.append(
            ChoiceField(LINKS, "Links that go with it", options, initial=chosen, required=False, multiple=True)
        )
    return Form(form_id, "Your answer", tuple(fields), submit="Send", state=state.to_text())


def edited(values: Values, state: EditState, links: Sequence[Link]) -> Answer:
    """`links` are those of the answer that was edited. Raises FormRejected."""
    text = one(values, TEXT)
    if not any(letter.isalnum() for letter in text):
        raise FormRejected({TEXT: "Words are needed that somebody can use."})
    kept = set(several(values, LINKS))
    offered = len(state.titles)
    return Answer(text, tuple(each for n, each in enumerate(links) if n >= offered or str(n) in kept))
