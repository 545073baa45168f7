"""What comes back with forms, from somebody who changed it on the way."""

import json
from collections.abc import Callable

import pytest

from bot.chat.errors import UserFacingError
from bot.features.escalations.asker_forms import carried_in
from bot.features.escalations.edit_form import EditState, edit_form
from bot.features.escalations.model import LINK_LIMIT
from bot.features.faq.review_card import Decision
from bot.features.freshness.card import Editing


@pytest.mark.parametrize(
    ("read", "state"),
    [
        (carried_in, '["q1", Infinity]'),
        (Editing.from_text, '["c1", 1e999]'),
        (Decision.from_text, '["d1", "", "e1", -Infinity]'),
    ],
)
def test_a_number_without_end_is_no_number(read: Callable[[str], object], state: str) -> None:
    with pytest.raises(UserFacingError, match="cannot be read"):
        read(state)


def test_of_titles_no_more_are_offered_than_an_answer_has_links() -> None:
    state = EditState.from_text(json.dumps(["e1", list("x" * 200)]))
    assert len(state.titles) == LINK_LIMIT
    assert edit_form("escalations.correct_draft", state).fields
