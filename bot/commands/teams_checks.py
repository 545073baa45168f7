"""Whether Entra ID knows the bot, and people reach the page that Teams opens."""

import asyncio

from bot.chat.errors import DeliveryFailed
from bot.commands.finding import Finding, State
from bot.platforms.teams.settings import CLOUDS, Cloud, TeamsSettings
from bot.settings import Settings

NAME = "teams"
NO_ADDRESS = "Set GUILDHALL_BASE_URL to the https address of the web page: links and tabs lead there (docs/teams.md)."


def check_teams(settings: Settings, cloud: Cloud | None = None) -> Finding:
    """`cloud` is the settings' own unless it is given."""
    if not settings.has_teams:
        return Finding(NAME, State.OK, "not set up")
    if settings.teams_app_id is None:
        return Finding(NAME, State.OK, "the Agents Playground on this machine only")
    named = {
        "MicrosoftAppPassword": settings.teams_app_password,
        "MicrosoftAppTenantId": settings.teams_tenant_id,
    }
    missing = [name for name, value in named.items() if value is None]
    if missing:
        advice = f"Set {' and '.join(missing)} beside MicrosoftAppId (docs/teams.md)."
        return Finding(NAME, State.FAIL, f"no {' and no '.join(missing)}", advice)
    try:
        asyncio.run(_asked(settings, cloud or CLOUDS[settings.teams_cloud]))
    except DeliveryFailed as failed:
        return Finding(NAME, State.FAIL, "no token for the bot", str(failed))
    if not settings.base_url.startswith("https://"):
        return Finding(NAME, State.WARN, "Entra ID knows the bot; tabs and links lead nowhere", NO_ADDRESS)
    return Finding(NAME, State.OK, "Entra ID knows the bot")


async def _asked(settings: Settings, cloud: Cloud) -> None:
    from datetime import UTC, datetime

    import aiohttp

    from bot.platforms.teams.token import ClientCredentials

    password = settings.teams_app_password.get_secret_value() if settings.teams_app_password else ""
    bot = TeamsSettings(settings.teams_app_id or "", password, settings.teams_tenant_id or "", cloud=cloud)
    async with aiohttp.ClientSession(trust_env=True) as session:
        await ClientCredentials(bot, lambda: session, lambda: datetime.now(UTC)).get()
