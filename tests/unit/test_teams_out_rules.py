from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.teams.connector import is_service_url
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.profiles import profile_of
from tests.fake_teams import TENANT, Member


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://smba.infra.gcc.teams.microsoft.com/teams", True),
        ("https://smba.infra.gov.teams.microsoft.us/teams", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://evil.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://smba.trafficmanager.net/?x=", False),
        ("https://teams.microsoft.com.evil.example/", False),
        ("http://127.0.0.1:56150/_connector", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_service_urls_are_microsofts(url: str, expected: bool) -> None:
    assert is_service_url(url) is expected
    assert is_service_url(url, on_loopback=True) is url.startswith("http://127.0.0.1")


def test_teams_pace_is_kept_in_every_window() -> None:
    clock = [datetime.now(UTC)]
    pace = Pace(lambda: clock[0])
    begin = clock[0]
    sent: list[float] = []
    while clock[0] - begin < timedelta(minutes=10):
        wait = pace.wait("thread")
        if wait == 0:
            sent.append((clock[0] - begin).total_seconds())
        else:
            clock[0] += timedelta(seconds=wait)
    for limit, window in ((7, 1), (8, 2), (60, 30), (1_800, 3_600)):
        for index in range(len(sent) - limit):
            assert sent[index + limit] - sent[index] >= window
    assert len(sent) > 1_000


@pytest.mark.parametrize(
    "member",
    [
        Member("29:g", "g", "Guest", "gil_other.example#EXT#@contoso.onmicrosoft.com", "gil@other.example"),
        Member("29:g", "g", "Guest", "gil@other.example", role="guest"),
    ],
)
def test_a_guests_address_is_others_word(member: Member) -> None:
    profile = profile_of(member.as_json(), TENANT)
    assert profile is not None
    assert (profile.is_guest, profile.is_email_verified) == (True, False)
