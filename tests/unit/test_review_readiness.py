"""A submission that is not complete is told what it lacks, in sentences."""

import pytest

from bot.features.reviews.model import Link
from bot.features.reviews.readiness import lacks
from bot.features.reviews.rubric_reader import starter_rubrics
from tests.builders import NOON
from tests.reviewed import DAY, WORK, submission


def test_a_complete_submission_lacks_nothing() -> None:
    assert lacks(submission(), NOON) == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": " "}, "a title"),
        ({"title": "x" * 121}, "a title"),
        ({"links": ()}, "a link to it, or a file"),
        ({"links": (WORK,) * 6}, "5 links"),
        ({"links": (WORK, Link("", "http://example.com"))}, "https://"),
        ({"links": (Link("", "https://"),)}, "https://"),
        ({"links": (Link("", "https:// example.com"),)}, "https://"),
        ({"links": (Link("", "javascript:alert(1)"),)}, "https://"),
        ({"wanted": "All."}, "on what you want feedback"),
        ({"wanted": "why so " * 400}, "2000 characters on what"),
        ({"about": "x" * 2_001}, "2000 characters what it is about"),
        ({"given": {}}, "Whose journey it is: say this, e.g. “Renewal buyer”."),
        ({"given": {"persona": " tbd. "}}, "Whose journey it is"),
        ({"given": {"persona": "N/A"}}, "Whose journey it is"),
        ({"given": {"persona": "?!"}}, "Whose journey it is"),
        ({"given": {"persona": "x" * 301}}, "at most 300 characters"),
        ({"due_at": NOON + DAY / 2}, "at least a day"),
        ({"due_at": NOON + 121 * DAY}, "four months"),
    ],
)
def test_each_thing_that_is_missing_is_named(values: dict[str, object], said: str) -> None:
    found = lacks(submission(**values), NOON)
    assert len(found) == 1
    assert said in found[0]


def test_everything_that_is_missing_is_named_at_once() -> None:
    for rubric in starter_rubrics().values():
        empty = submission(rubric=rubric, title="", links=(), wanted="", given={}, due_at=NOON)
        assert len(lacks(empty, NOON)) == 4 + len(rubric.needs)
        full = submission(rubric=rubric, given={need.id: need.hint for need in rubric.needs})
        assert lacks(full, NOON) == ()
