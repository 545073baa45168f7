"""Whether Slack knows the tokens that are set, and lets the app do what it has to."""

import asyncio

from pydantic import SecretStr

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.commands.finding import Finding, State
from bot.settings import Settings

NAME = "slack"
NO_WAY_IN = "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests over HTTP (docs/slack.md)."
NOT_NAMED = "Set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID for several workspaces (docs/slack.md)."
SWAPPED = "SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp- (docs/slack.md)."


def check_slack(settings: Settings) -> Finding:
    if not settings.has_slack:
        if settings.slack_app_token is None and settings.slack_signing_secret is None:
            return Finding(NAME, State.OK, "not set up")
        return Finding(NAME, State.FAIL, "no token, so it is off", NOT_NAMED)
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        return Finding(NAME, State.FAIL, "nothing that people write arrives", NO_WAY_IN)
    if settings.slack_bot_token is None:
        if settings.slack_client_secret is None:
            return Finding(NAME, State.FAIL, "no client secret", "Set SLACK_CLIENT_SECRET beside SLACK_CLIENT_ID.")
        return Finding(NAME, State.OK, "installed by OAuth, at /slack/install")
    if _is_app_token(settings.slack_bot_token) or (
        settings.slack_app_token is not None and not _is_app_token(settings.slack_app_token)
    ):
        return Finding(NAME, State.FAIL, "a token of another kind", SWAPPED)
    try:
        return asyncio.run(_asked(settings, settings.slack_bot_token))
    except (DeliveryFailed, OutcomeUnknown) as failed:
        return Finding(NAME, State.FAIL, "Slack says no, or nothing", str(failed))


def _is_app_token(token: SecretStr) -> bool:
    return token.get_secret_value().startswith("xapp-")


async def _asked(settings: Settings, token: SecretStr) -> Finding:
    from bot.platforms.payload import text_at
    from bot.platforms.slack.client import open_session, web_client
    from bot.platforms.slack.errors import SlackFailed, answered, fields, response_of
    from bot.platforms.slack.manifest import SCOPES
    from bot.platforms.slack.socket_mode import DISCONNECTED
    from bot.platforms.slack.tokens import missing_scopes

    async with open_session() as session:
        bot = web_client(token.get_secret_value(), settings.slack_api_url, session)
        response = await response_of("auth.test", bot.api_call("auth.test"))
        if settings.slack_app_token is not None:
            app = web_client(settings.slack_app_token.get_secret_value(), settings.slack_api_url, session)
            try:
                await answered("apps.connections.open", app.api_call("apps.connections.open"))
            except SlackFailed as failed:
                if not failed.permanent:
                    raise
                return Finding(NAME, State.FAIL, f"no connection for Socket Mode: {failed.code}", DISCONNECTED)
    workspace = text_at(fields(response.data), "team")
    if missing := missing_scopes(SCOPES, response):
        advice = "Paste the newest manifest into the app's settings in Slack and reinstall it (docs/slack.md)."
        return Finding(NAME, State.WARN, f"{workspace}, without {', '.join(missing)}", advice)
    return Finding(NAME, State.OK, workspace)
