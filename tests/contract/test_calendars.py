"""The same of both calendars, on their stand-ins."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.chat.calendars import Appointment, Busy, Calendars
from bot.chat.errors import DeliveryFailed
from bot.chat.reply import Invitation, Message
from bot.platforms.calendars.google import service_account
from bot.platforms.calendars.invitation import wish_of
from bot.platforms.calendars.microsoft import ClientSecret
from bot.platforms.calendars.platform import CalendarPlatform
from scheduler.calendar_file import CalendarEvent, Method, calendar_file
from tests.fake_calendars.google import FakeGoogle
from tests.fake_calendars.microsoft import CLIENT, SECRET, TENANT, FakeMicrosoft
from tests.fake_calendars.server import ALEX, MEGAN, NOBODY, NOW, Fault, Shown

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
LUNCH = Appointment(
    uid="7@coe.example",
    starts=datetime(2026, 3, 3, 15, tzinfo=BERLIN),
    ends=datetime(2026, 3, 3, 16, tzinfo=BERLIN),
    title="Office hours: renewals",
    description="Bring your account plan.",
    location="Room 4",
    url="https://coe.example/office-hours/7",
)
SHOWN = Shown(
    "Office hours: renewals",
    datetime(2026, 3, 3, 14, tzinfo=UTC),
    datetime(2026, 3, 3, 15, tzinfo=UTC),
    "Bring your account plan.\n\nhttps://coe.example/office-hours/7",
    "Room 4",
)
LATER = replace(LUNCH, starts=LUNCH.starts + HOUR, ends=LUNCH.ends + HOUR, sequence=1)
SHOWN_LATER = replace(SHOWN, starts=SHOWN.starts + HOUR, ends=SHOWN.ends + HOUR)
DAY = datetime(2026, 3, 3, tzinfo=UTC)
RECORDED = {
    "microsoft": {
        "too fast": Fault(429, "microsoft_throttled", {"Retry-After": "23"}),
        "unavailable": Fault(503, "microsoft_unavailable"),
        "denied": Fault(403, "microsoft_denied"),
        "bad token": Fault(401, "microsoft_bad_token"),
        "no token": Fault(401, "microsoft_token_refused"),
        "moved": Fault(302, "microsoft_event", {"Location": "/elsewhere"}),
    },
    "google": {
        "too fast": Fault(429, "google_too_fast_429", {"Retry-After": "23"}),
        "unavailable": Fault(503, "google_unavailable"),
        "denied": Fault(403, "google_denied"),
        "bad token": Fault(401, "google_bad_token"),
        "no token": Fault(401, "google_token_refused"),
        "moved": Fault(302, "google_event", {"Location": "/elsewhere"}),
    },
}


@dataclass
class House:
    kind: str
    fake: FakeMicrosoft | FakeGoogle
    platform: CalendarPlatform

    @property
    def calendars(self) -> Calendars:
        return self.platform.calendars

    def fault(self, name: str) -> Fault:
        return RECORDED[self.kind][name]


@pytest.fixture(params=["microsoft", "google"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        fake: FakeMicrosoft | FakeGoogle
        if request.param == "microsoft":
            fake = await stack.enter_async_context(FakeMicrosoft())
            secret = ClientSecret(fake.url, fake.url, TENANT, CLIENT, SECRET)
            platform = CalendarPlatform(secret, lambda: fake.now)
        else:
            google = fake = await stack.enter_async_context(FakeGoogle())
            account = service_account(google.key_file())
            platform = CalendarPlatform(account, lambda: fake.now, google.api)
        stack.push_async_callback(platform.stop)
        yield House(request.param, fake, platform)
        assert fake.invalid == []


async def failed(house: House, *, appointment: Appointment = LUNCH, address: str = MEGAN) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await house.calendars.put(address, appointment)
    return caught.value


async def test_what_is_put_stands_there_in_its_moment(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)

    assert house.fake.standing(MEGAN) == [SHOWN]
    assert house.fake.standing(ALEX) == []


async def test_whole_days_are_those_days_and_take_nobodys_time(house: House) -> None:
    berlin = [datetime(2026, 3, day, tzinfo=BERLIN) for day in (27, 31)]  # the clock is put forward in between
    dated = CalendarEvent("9@coe.example", 0, *berlin, "Europe/Berlin", "Spring campaign", is_all_day=True)
    file = calendar_file(Method.REQUEST, [dated], NOW).decode()
    wish = wish_of(Message("You follow it.", (Invitation("Spring campaign", "27 to 30 March 2026", file=file),)))
    await house.calendars.put(MEGAN, wish.appointment)
    days = (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))

    assert house.fake.standing(MEGAN) == [Shown("Spring campaign", *days, is_all_day=True)]


async def test_put_twice_it_stands_once(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)
    await house.calendars.put(MEGAN, LUNCH)

    assert house.fake.standing(MEGAN) == [SHOWN]


async def test_what_is_put_again_says_what_it_says_now(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)
    await house.calendars.put(MEGAN, LATER)

    assert house.fake.standing(MEGAN) == [SHOWN_LATER]


async def test_what_is_taken_out_is_gone_and_nothing_else(house: House) -> None:
    house.fake.add_other(MEGAN)
    await house.calendars.put(MEGAN, LUNCH)
    await house.calendars.put(ALEX, LUNCH)

    await house.calendars.take_out(MEGAN, LUNCH.uid)

    assert [shown.title for shown in house.fake.standing(MEGAN)] == ["Let's go for lunch"]
    assert house.fake.standing(ALEX) == [SHOWN]


async def test_taken_out_twice_or_never_put_is_no_fault(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)
    await house.calendars.take_out(MEGAN, LUNCH.uid)
    await house.calendars.take_out(MEGAN, LUNCH.uid)
    await house.calendars.take_out(ALEX, LUNCH.uid)

    assert house.fake.standing(MEGAN) == house.fake.standing(ALEX) == []


async def test_what_was_taken_out_comes_back(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)
    await house.calendars.take_out(MEGAN, LUNCH.uid)

    await house.calendars.put(MEGAN, replace(LUNCH, sequence=2))

    assert house.fake.standing(MEGAN) == [SHOWN]


async def test_what_somebody_deleted_by_hand_comes_back_when_it_moves(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)
    house.fake.delete_all(MEGAN)

    await house.calendars.put(MEGAN, LATER)

    assert house.fake.standing(MEGAN) == [SHOWN_LATER]


async def test_an_answer_that_is_lost_makes_no_second_appointment(house: House) -> None:
    looks_first = house.kind == "microsoft"
    house.fake.faults = [None, Fault()] if looks_first else [Fault()]

    assert not (await failed(house)).permanent
    assert house.fake.standing(MEGAN) == [SHOWN]
    await house.calendars.put(MEGAN, LUNCH)

    assert house.fake.standing(MEGAN) == [SHOWN]


async def test_words_of_others_are_shown_as_they_are(house: House) -> None:
    hostile = replace(LUNCH, title="<b>'; DROP\"\n&amp;", description="<script>alert(1)</script>", url="")

    await house.calendars.put(MEGAN, replace(hostile, uid="' or 1 eq 1 or '"))

    (shown,) = house.fake.standing(MEGAN)
    assert (shown.title, shown.text) == (hostile.title, hostile.description)


@pytest.mark.parametrize("address", ["", "megan", "../me@x", "megan@", "a b@example.com", "me\n@example.com"])
async def test_what_is_no_address_is_asked_of_nobody(house: House, address: str) -> None:
    assert (await failed(house, address=address)).permanent
    assert house.fake.calls == []


async def test_whoever_has_no_calendar_is_a_failure_for_good(house: House) -> None:
    assert "no" in str(refused := await failed(house, address=NOBODY))
    assert refused.permanent


async def test_told_to_wait_it_waits_for_so_long(house: House) -> None:
    house.fake.faults = [house.fault("too fast")]

    waits = await failed(house)

    assert (waits.permanent, waits.retry_after) == (False, 23)


async def test_a_calendar_that_is_away_for_now_is_tried_again(house: House) -> None:
    house.fake.faults = [house.fault("unavailable")]

    assert not (await failed(house)).permanent


async def test_a_missing_permission_says_what_an_admin_can_do(house: House) -> None:
    house.fake.faults = [house.fault("denied")]

    refused = await failed(house)

    assert refused.permanent
    assert "Calendars.ReadWrite" in str(refused) or "delegation" in str(refused)


async def test_no_redirect_is_followed(house: House) -> None:
    house.fake.faults = [house.fault("moved")]

    assert (await failed(house)).permanent


async def test_one_token_serves_until_shortly_before_its_end(house: House) -> None:
    for minutes in (0, 30, 54):
        house.fake.now = NOW + timedelta(minutes=minutes)
        await house.calendars.put(MEGAN, LUNCH)
    assert len(house.fake.issued) == 1

    house.fake.now = NOW + timedelta(minutes=56)
    await house.calendars.put(MEGAN, LUNCH)

    assert len(house.fake.issued) == 2


async def test_a_token_that_is_not_accepted_is_fetched_anew_once(house: House) -> None:
    await house.calendars.put(MEGAN, LUNCH)
    house.fake.issued.clear()  # it was revoked

    await house.calendars.put(MEGAN, LATER)

    assert house.fake.standing(MEGAN) == [SHOWN_LATER]
    assert len(house.fake.issued) == 1


async def test_tokens_that_are_never_accepted_are_a_failure_for_good(house: House) -> None:
    house.fake.faults = [house.fault("bad token"), house.fault("bad token")]

    assert (await failed(house)).permanent
    assert len(house.fake.issued) == 2


async def test_without_a_token_admins_read_why_until_there_is_one(house: House) -> None:
    house.fake.token_faults = [house.fault("no token")]

    refused = await failed(house)

    assert refused.permanent
    assert house.platform.problem == str(refused)
    assert house.fake.calls == []
    await house.calendars.put(MEGAN, LUNCH)
    assert house.platform.problem == ""


async def test_a_token_endpoint_that_is_away_is_tried_again(house: House) -> None:
    house.fake.token_faults = [house.fault("unavailable")]

    assert not (await failed(house)).permanent
    assert house.platform.problem == ""


async def test_when_somebody_is_busy_is_told_and_not_why(house: House) -> None:
    house.fake.busy[MEGAN] = [
        ("busy", "2026-03-03T12:00", "2026-03-03T14:00"),
        ("tentative", "2026-03-03T08:30", "2026-03-03T09:30"),
        ("free", "2026-03-03T10:00", "2026-03-03T11:00"),
        ("oof", "2026-03-03T13:00", "2026-03-03T15:00"),
        ("busy", "2026-03-03T15:00", "2026-03-03T15:30"),
        ("workingElsewhere", "2026-03-03T16:00", "2026-03-03T18:00"),
    ]

    assert await house.calendars.busy(MEGAN, DAY, DAY + 24 * HOUR) == [
        Busy(datetime(2026, 3, 3, 8, 30, tzinfo=UTC), datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),
        Busy(datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 3, 3, 15, 30, tzinfo=UTC)),
    ]


async def test_nobody_knows_when_a_stranger_is_busy(house: House) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        await house.calendars.busy(NOBODY, DAY, DAY + HOUR)

    assert caught.value.permanent


@pytest.mark.parametrize("length", [timedelta(0), -HOUR, timedelta(days=61)])
async def test_no_more_of_a_calendar_is_asked_about_than_it_says(house: House, length: timedelta) -> None:
    with pytest.raises(ValueError, match="stretch"):
        await house.calendars.busy(MEGAN, DAY, DAY + length)
