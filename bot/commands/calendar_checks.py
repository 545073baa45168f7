"""Whether Guildhall gets at the calendars that the settings name."""

import asyncio
from typing import TYPE_CHECKING

from bot.bootstrap.calendars import CalendarsIncomplete, calendar_account
from bot.chat.errors import DeliveryFailed
from bot.commands.finding import Finding, State
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.platforms.calendars.google import ServiceAccount
    from bot.platforms.calendars.microsoft import ClientSecret

NAME = "calendars"


def check_calendars(settings: Settings, account: "ClientSecret | ServiceAccount | None" = None) -> Finding:
    """Asks for a token and for nobody's calendar. `account` is the settings' own unless it is given."""
    try:
        known = account or calendar_account(settings)
    except CalendarsIncomplete as incomplete:
        return Finding(NAME, State.FAIL, "not all of it is set", str(incomplete))
    if known is None:
        return Finding(NAME, State.OK, "not set up")
    from bot.platforms.calendars.microsoft import ClientSecret

    if not isinstance(known, ClientSecret):
        # Google gives a token for a person only.
        return Finding(NAME, State.OK, "the key file is one; the first date shows whether the domain is delegated")
    try:
        asyncio.run(_asked(known))
    except DeliveryFailed as failed:
        return Finding(NAME, State.FAIL, "no token for calendars", str(failed))
    return Finding(NAME, State.OK, "Entra ID knows the application")


async def _asked(secret: "ClientSecret") -> None:
    from datetime import UTC, datetime

    from bot.platforms.calendars.platform import CalendarPlatform

    platform = CalendarPlatform(secret, lambda: datetime.now(UTC))
    try:
        await platform.calendars.tokens.get("")
    finally:
        await platform.stop()
