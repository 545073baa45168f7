"""What experts say in forms."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.errors import FormRejected, UserFacingError
from bot.features.escalations.expert_forms import (
    OFFERED,
    Carried,
    answer_from,
    carrying,
    declined_word,
    hand_on_form,
    is_address,
    snoozed_until,
)
from bot.features.escalations.model import LINK_LIMIT
from bot.features.experts.model import Expert, working_hours
from bot.storage.people import KnownPerson

FRIDAY = datetime(2027, 3, 5, 15, 30, tzinfo=UTC)
BERLIN = KnownPerson("sam", "Sam", FRIDAY, time_zone="Europe/Berlin")


def until(choice: str, **values: object) -> datetime:
    return snoozed_until(choice, working_hours(Expert("sam", FRIDAY, **values), BERLIN), FRIDAY)


def test_tomorrow_morning_is_when_their_next_working_day_begins() -> None:
    assert until("hour") == FRIDAY + timedelta(hours=1)
    assert until("tomorrow") == datetime(2027, 3, 8, 8, 0, tzinfo=UTC)
    assert until("tomorrow", days=(5,), works_from="10:30") == datetime(2027, 3, 6, 9, 30, tzinfo=UTC)
    assert until("monday") == datetime(2027, 3, 8, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "http://guide.example/",
        "javascript:alert(1)",
        "https://",
        "https://sam@evil.example/",
        "https://guide.example/a b",
        "https://guide.example/<script>",
        "https://guide.example/|other",
        "https://[::1",
        "https://guide.example/\u202e",
        "https://gu\u0456de.example/",
        "https://evil.example\\.guide.example/",
        f"https://guide.example/{'a' * 500}",
    ],
)
def test_what_is_no_plain_https_address_is_none(typed: str) -> None:
    assert not is_address(typed)


def test_an_https_address_is_one() -> None:
    assert is_address("https://guide.example:8443/renewals?in=br#when")


def test_an_address_given_twice_is_one_link() -> None:
    found = answer_from({"text": "See.", "links": "https://a.example/\nhttps://a.example/"}, lambda title: None)
    assert len(found.links) == 1


def test_more_links_than_a_card_shows_are_refused() -> None:
    typed = "\n".join(f"https://a.example/{number}" for number in range(LINK_LIMIT + 1))
    with pytest.raises(FormRejected, match="At most"):
        answer_from({"text": "See.", "links": typed}, lambda title: None)


def test_of_more_lines_than_links_none_is_looked_for() -> None:
    looked: list[str] = []
    with pytest.raises(FormRejected, match="these are 1000"):
        answer_from({"text": "See.", "links": "\n".join(map(str, range(1_000)))}, looked.append)
    assert looked == []


def test_an_answer_has_words() -> None:
    with pytest.raises(FormRejected, match="in words"):
        answer_from({"text": " … ", "links": ""}, lambda title: None)


def test_the_reason_stands_before_the_word() -> None:
    assert declined_word({"reason": "topic", "word": "Ask legal."}) == "Not my topic: Ask legal."
    assert declined_word({"reason": "time", "word": ""}) == "No time at the moment"


@given(st.lists(st.tuples(st.text(min_size=1, max_size=220), st.text(max_size=300)), max_size=12))
def test_whoever_is_offered_fits_into_the_form_and_comes_back(offered: list[tuple[str, str]]) -> None:
    carried = carrying("e" * 32, offered)
    assert len(carried.offered) <= OFFERED
    form = hand_on_form(carried.text)
    assert Carried.from_text(form.state) == carried
    for number, (person_id, _) in enumerate(carried.offered):
        assert carried.chosen({"colleague": str(number)}, "colleague") == person_id


@pytest.mark.parametrize("state", ["", "[]", "{}", "7", "[7, []]", '["e1", 7]', '["e1", [1]]', "[" * 9_000])
def test_a_form_that_is_not_ours_is_refused_in_words(state: str) -> None:
    with pytest.raises(UserFacingError, match="nothing was changed"):
        Carried.from_text(state)
