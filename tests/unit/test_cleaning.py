import pytest

from bot.platforms.cleaning import clean, units
from tests.languages import NAMES


@pytest.mark.parametrize("hidden", ["\u3164", "\u115f", "\u061c", "\u200f", "\u202e", "\u2066", "\ufeff", "\U000e0041"])
def test_what_nobody_sees_is_gone(hidden: str) -> None:
    assert clean(f"pay{hidden}roll") == "payroll"


def test_words_and_emoji_that_need_a_joiner_keep_it() -> None:
    for text in ("می\u200cخواهم", "👩\u200d💻"):
        assert clean(text) == text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_any_language_is_taken_for_invisible(name: str) -> None:
    assert clean(name) == name


def test_lines_end_in_one_way() -> None:
    assert clean("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"


def test_text_is_counted_as_the_platforms_do() -> None:
    assert [units(text) for text in ("ab", "ä", "👩", "\ud800")] == [2, 1, 2, 1]
