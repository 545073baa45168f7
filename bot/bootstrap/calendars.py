"""People's calendars at Microsoft 365 or Google, where the settings say so."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.bootstrap.chats import revealed
from bot.chat.errors import UserFacingError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.platforms.calendars.google import ServiceAccount
    from bot.platforms.calendars.microsoft import ClientSecret
    from bot.platforms.calendars.platform import CalendarPlatform


class CalendarsIncomplete(UserFacingError):
    """It is said where the calendars are, and what goes with that is not."""


def open_calendars(settings: Settings, now: Callable[[], datetime]) -> "CalendarPlatform | None":
    """None where it is not said where they are. Raises CalendarsIncomplete."""
    account = calendar_account(settings)
    if account is None:
        return None
    from bot.platforms.calendars.platform import CalendarPlatform

    return CalendarPlatform(account, now)


def calendar_account(settings: Settings) -> "ClientSecret | ServiceAccount | None":
    """As whom Guildhall goes there. Raises CalendarsIncomplete."""
    if settings.calendars is None:
        return None
    return _at_microsoft(settings) if settings.calendars == "microsoft" else _at_google(settings)


def _at_microsoft(settings: Settings) -> "ClientSecret":
    from bot.platforms.calendars.microsoft import GRAPH, ClientSecret

    secret = revealed(settings.azure_client_secret)
    if not (settings.azure_tenant_id and settings.azure_client_id and secret):
        raise CalendarsIncomplete(
            "Calendars at Microsoft 365 need AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET. "
            "Nothing was started."
        )
    graph = GRAPH[settings.teams_cloud]
    return ClientSecret(settings.entra, graph, settings.azure_tenant_id, settings.azure_client_id, secret)


def _at_google(settings: Settings) -> "ServiceAccount":
    from bot.platforms.calendars.google import service_account

    if settings.google_key_file is None:
        raise CalendarsIncomplete(
            "Google calendars need GOOGLE_APPLICATION_CREDENTIALS, the key file of a service account. "
            "Nothing was started."
        )
    try:
        return service_account(settings.google_key_file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except ValueError as error:
        reason = str(error) if not isinstance(error, UnicodeDecodeError) else "it is not text"
    raise CalendarsIncomplete(
        f"The key file that GOOGLE_APPLICATION_CREDENTIALS names cannot be used: {reason}. Nothing was started."
    )
