"""What is peculiar to Microsoft or to Google, on what they answer."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.calendars import Appointment, Busy
from bot.chat.errors import DeliveryFailed
from bot.platforms.calendars.google import service_account
from bot.platforms.calendars.microsoft import ClientSecret
from bot.platforms.calendars.platform import CalendarPlatform
from tests.fake_calendars.google import FakeGoogle
from tests.fake_calendars.microsoft import CLIENT, SECRET, TENANT, FakeMicrosoft
from tests.fake_calendars.server import ALEX, MEGAN, NOBODY, Fault

DAY = datetime(2019, 3, 15, tzinfo=UTC)
LUNCH = Appointment("7@coe.example", DAY, DAY + timedelta(hours=1), "Lunch")


@pytest.fixture
async def microsoft() -> AsyncIterator[tuple[FakeMicrosoft, CalendarPlatform]]:
    async with FakeMicrosoft() as fake:
        platform = CalendarPlatform(ClientSecret(fake.url, fake.url, TENANT, CLIENT, SECRET), lambda: fake.now)
        yield fake, platform
        await platform.stop()
        assert fake.invalid == []


@pytest.fixture
async def google() -> AsyncIterator[tuple[FakeGoogle, CalendarPlatform]]:
    async with FakeGoogle() as fake:
        platform = CalendarPlatform(service_account(fake.key_file()), lambda: fake.now, fake.api)
        yield fake, platform
        await platform.stop()
        assert fake.invalid == []


def at(hour: int, minute: int = 0) -> datetime:
    return DAY.replace(hour=hour, minute=minute)


async def put_fails(platform: CalendarPlatform, address: str = MEGAN) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await platform.calendars.put(address, LUNCH)
    return caught.value


async def test_microsofts_schedule_is_read_as_it_is_documented(
    microsoft: tuple[FakeMicrosoft, CalendarPlatform],
) -> None:
    fake, platform = microsoft
    fake.faults = [Fault(200, "microsoft_schedule")]

    assert await platform.calendars.busy(MEGAN, DAY, at(18)) == [
        Busy(at(8, 30), at(9, 30)), Busy(at(12), at(14)), Busy(at(16), at(17)),
    ]  # fmt: skip


async def test_googles_free_busy_is_read_as_it_is_documented(google: tuple[FakeGoogle, CalendarPlatform]) -> None:
    fake, platform = google
    fake.faults = [Fault(200, "google_free_busy")]

    assert await platform.calendars.busy(MEGAN, DAY, at(18)) == [
        Busy(at(8, 30), at(9, 30)), Busy(at(12), at(14)), Busy(at(16), at(17)),
    ]  # fmt: skip


async def test_google_names_a_calendar_that_it_does_not_know(google: tuple[FakeGoogle, CalendarPlatform]) -> None:
    fake, platform = google
    fake.events[NOBODY] = {}
    fake.faults = [Fault(200, "google_free_busy_unknown")]

    with pytest.raises(DeliveryFailed, match="no Google calendar") as caught:
        await platform.calendars.busy(NOBODY, DAY, at(18))
    assert caught.value.permanent


@pytest.mark.parametrize("body", ["google_event", "google_free_busy_unknown"])
async def test_an_answer_that_says_nothing_of_the_person_is_no_free_day(
    google: tuple[FakeGoogle, CalendarPlatform], body: str
) -> None:
    fake, platform = google
    fake.faults = [Fault(200, body)]

    with pytest.raises(DeliveryFailed):
        await platform.calendars.busy(MEGAN, DAY, at(18))


async def test_at_google_each_person_is_spoken_for_with_a_token_of_their_own(
    google: tuple[FakeGoogle, CalendarPlatform],
) -> None:
    fake, platform = google
    await platform.calendars.put(MEGAN, LUNCH)
    await platform.calendars.put(ALEX, LUNCH)
    await platform.calendars.put(MEGAN, LUNCH)

    assert [token.rpartition("-")[2] for token, _ in fake.issued] == [MEGAN, ALEX]


async def test_at_microsoft_one_token_speaks_for_all(microsoft: tuple[FakeMicrosoft, CalendarPlatform]) -> None:
    fake, platform = microsoft
    await platform.calendars.put(MEGAN, LUNCH)
    await platform.calendars.put(ALEX, LUNCH)

    assert len(fake.issued) == 1


async def test_what_microsoft_does_not_find_yet_is_not_added_twice(
    microsoft: tuple[FakeMicrosoft, CalendarPlatform],
) -> None:
    fake, platform = microsoft
    fake.hides_new = True

    await platform.calendars.put(MEGAN, LUNCH)
    await platform.calendars.put(MEGAN, LUNCH)

    assert len(fake.standing(MEGAN)) == 1


async def test_an_answer_that_cannot_be_read_is_not_nothing(
    microsoft: tuple[FakeMicrosoft, CalendarPlatform],
) -> None:
    fake, platform = microsoft
    fake.faults = [Fault(200, "microsoft_event")]

    assert not (await put_fails(platform)).permanent
    assert fake.standing(MEGAN) == []


async def test_a_transaction_of_something_deleted_is_tried_again_later(
    microsoft: tuple[FakeMicrosoft, CalendarPlatform],
) -> None:
    fake, platform = microsoft
    await platform.calendars.put(MEGAN, LUNCH)
    fake.delete_all(MEGAN)

    assert not (await put_fails(platform)).permanent


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("microsoft_invalid_user", 404, "no calendar"),
        ("microsoft_no_mailbox", 404, "no calendar"),
        ("microsoft_denied", 403, "Calendars.ReadWrite"),
    ],
)
async def test_what_microsoft_will_never_do_is_said_in_words(
    microsoft: tuple[FakeMicrosoft, CalendarPlatform], name: str, status: int, words: str
) -> None:
    fake, platform = microsoft
    fake.faults = [Fault(status, name)]

    refused = await put_fails(platform)

    assert refused.permanent
    assert words in str(refused)


@pytest.mark.parametrize(
    ("name", "status", "seconds"),
    [("google_too_fast", 403, 10), ("google_too_fast_429", 429, 10), ("google_quota", 403, 3_600)],
)
async def test_a_limit_of_googles_is_no_refusal(
    google: tuple[FakeGoogle, CalendarPlatform], name: str, status: int, seconds: float
) -> None:
    fake, platform = google
    fake.faults = [Fault(status, name)]

    waits = await put_fails(platform)

    assert (waits.permanent, waits.retry_after) == (False, seconds)


async def test_whom_google_does_not_know_has_no_calendar_there(google: tuple[FakeGoogle, CalendarPlatform]) -> None:
    _, platform = google

    refused = await put_fails(platform, NOBODY)

    assert refused.permanent
    assert "no Google calendar" in str(refused)


async def test_one_person_without_a_calendar_is_no_problem_of_the_set_up(
    google: tuple[FakeGoogle, CalendarPlatform],
) -> None:
    _, platform = google
    await put_fails(platform, NOBODY)

    assert platform.problem == ""


async def test_a_key_that_google_takes_no_more_is_a_problem_of_the_set_up(
    google: tuple[FakeGoogle, CalendarPlatform],
) -> None:
    fake, platform = google
    fake.token_faults = [Fault(400, "google_token_bad_key")]

    assert (await put_fails(platform)).permanent
    assert "key file" in platform.problem


async def test_nothing_secret_is_shown(google: tuple[FakeGoogle, CalendarPlatform]) -> None:
    fake, platform = google
    account = service_account(fake.key_file())
    fake.token_faults = [Fault(401, "google_token_refused")]

    shown = f"{account!r} {ClientSecret('', '', TENANT, CLIENT, SECRET)!r} {await put_fails(platform)}"

    assert "PRIVATE" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    "change",
    [{"type": "authorized_user"}, {"private_key": "-----BEGIN PRIVATE KEY-----"}, {"token_uri": "http://example.com"}],
)
def test_a_key_file_that_cannot_work_is_refused_without_a_word_of_it(change: dict[str, str]) -> None:
    fake = FakeGoogle()
    fake.url = "https://oauth2.googleapis.com"
    assert service_account(fake.key_file()).url == "https://oauth2.googleapis.com/token"

    with pytest.raises(ValueError, match="it") as refused:
        service_account(json.dumps({**json.loads(fake.key_file()), **change}))
    assert "BEGIN" not in str(refused.value)


def test_what_is_no_json_is_no_key_file() -> None:
    with pytest.raises(ValueError, match="no key of a service account"):
        service_account("-----BEGIN PRIVATE KEY-----")


def test_a_token_goes_nowhere_without_encryption() -> None:
    with pytest.raises(ValueError, match="encryption"):
        CalendarPlatform(ClientSecret("https://login", "http://graph.example.com", TENANT, CLIENT, SECRET), lambda: DAY)


async def test_nobody_there_is_tried_again() -> None:
    async with FakeMicrosoft() as fake:
        url, now = fake.url, fake.now
    platform = CalendarPlatform(ClientSecret(url, url, TENANT, CLIENT, SECRET), lambda: now)

    assert not (await put_fails(platform)).permanent
    await platform.stop()
