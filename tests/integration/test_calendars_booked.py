"""From a booking to somebody's own calendar."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from bot.chat.calendars import CALENDAR
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.invitations import Invitations
from bot.features.profile.invitation import Inviter
from bot.platforms.calendars.microsoft import ClientSecret
from bot.platforms.calendars.platform import CalendarPlatform
from bot.relay import Outlet, Relay
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee
from tests.builders import DANA, NOON, SAM
from tests.fake_calendars.microsoft import CLIENT, SECRET, TENANT, FakeMicrosoft
from tests.fake_calendars.server import MEGAN
from tests.houred import STARTS, hours, session
from tests.waiting import until

DESK = Desk((Invitations(Inviter(Attendee("Guildhall", "guildhall@corp.example"), CALENDAR)),))
WHERE = session().id


async def test_a_booking_is_in_the_calendar_moves_with_its_session_and_goes(sqlite_database: Database) -> None:
    async with FakeMicrosoft() as fake:
        platform = CalendarPlatform(ClientSecret(fake.url, fake.url, TENANT, CLIENT, SECRET), lambda: fake.now)
        relay = Relay(sqlite_database, {CALENDAR: Outlet(platform.messenger)}, lambda: NOON)
        running = asyncio.create_task(relay.run())

        def starts(*expected: datetime) -> Callable[[], bool]:
            return lambda: [shown.starts for shown in fake.standing(MEGAN)] == list(expected)

        with sqlite_database.begin() as unit:
            People(unit).add(KnownPerson(DANA.id, DANA.name, NOON, email=MEGAN))
            People(unit).add(KnownPerson(SAM.id, SAM.name, NOON))
            DESK.open(hours(), SAM, unit, NOON)
            own = DESK.book(WHERE, DANA, "", unit, NOON).booking
        await until(starts(STARTS))

        with sqlite_database.begin() as unit:
            DESK.move(WHERE, SAM, datetime.fromisoformat("2027-03-03T09:00"), unit, NOON)
        await until(starts(datetime(2027, 3, 3, 8, tzinfo=UTC)))

        with sqlite_database.begin() as unit:
            DESK.cancel(own.id, DANA, unit, NOON)
        await until(starts())

        relay.stop()
        await running
        await platform.stop()
        assert fake.invalid == []
