import pytest

from bot.features.broadcasts.local_moment import moment_typed
from tests.builders import NOON


@pytest.mark.parametrize(
    ("day", "at", "said"),
    [("", "", ""), ("2027-03-02", "", "2027-03-02T09:00:00"), ("2027-03-02", "7.30", "2027-03-02T07:30:00")],
)
def test_a_day_and_time_are_taken_without_a_zone(day: str, at: str, said: str) -> None:
    problems: dict[str, str] = {}
    found = moment_typed({"day": day, "at": at}, NOON, problems)
    assert ("" if found is None else found.isoformat(), problems) == (said, {})
