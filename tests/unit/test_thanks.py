"""What an expert's answers did, in words, and who reads it."""

from dataclasses import replace

import pytest

from bot.chat.form import several
from bot.features.escalations.model import Impact
from bot.features.escalations.thanks import impact_in_words
from bot.features.experts.expert_form import Offered, expert_form, expert_from, form_again
from bot.features.experts.knowing import Colleague
from bot.features.experts.model import Expert
from bot.storage.people import KnownPerson
from tests.builders import DANA, NOON


@pytest.mark.parametrize(
    ("impact", "later", "said"),
    [
        (Impact(answers=3), 0, ""),
        (Impact(1, 1), 0, "Your answers helped 1 person and saved about 15 minutes."),
        (Impact(4, 7, 2), 0, "Your answers helped 7 people and saved about 105 minutes."),
        (Impact(2), 1, "Your answers helped 1 person and saved about 15 minutes."),
        (Impact(4, 3), 4, "Your answers helped 7 people, 4 of them from the library, and saved about 105 minutes."),
    ],
)
def test_impact_counts_people_who_were_helped_and_what_that_saves(impact: Impact, later: int, said: str) -> None:
    assert impact_in_words(impact, 15, later) == said


def test_thanks_are_private_until_the_expert_chooses_otherwise() -> None:
    before = Expert(DANA.id, NOON)
    own = Colleague(before, KnownPerson(DANA.id, DANA.name, NOON))
    field = next(each for each in expert_form(own, Offered(), "", NOON).fields if each.name == "thanks")
    assert several({"thanks": getattr(field, "initial", ())}, "thanks") == ("private",)
    assert "thanks" in {each.name for each in form_again("").fields}
    values = {"days": ("0",), "works_from": "09:00", "works_to": "17:00", "weekly_limit": "5"}
    for chosen, is_public in ((None, False), ("private", False), ("public", True)):
        sent = values if chosen is None else {**values, "thanks": chosen}
        given = replace(before, is_public=not is_public)
        assert expert_from(sent, given, Offered(), NOON.date(), lambda name: None).is_public is is_public
