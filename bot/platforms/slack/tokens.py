"""Where tokens come from: whose the one in the settings is, and new ones for old where the app rotates them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat.errors import OutcomeUnknown
from bot.platforms.payload import text_at
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.errors import PERMANENT, SlackFailed, answered, fields, response_of
from bot.platforms.slack.installations import Installation, Installations, Renew
from bot.platforms.slack.workspace import Workspace

AGAIN = 5.0
LONGEST_WAIT = 60.0
SCOPES_HEADER = "X-OAuth-Scopes"
START_WITHIN = 3.0

log = structlog.stdlib.get_logger(__name__)


class FixedToken:
    """SLACK_BOT_TOKEN: asks Slack whose it is, and whether it may do what is `needed`. `problem` is what is wrong with
    it, empty when all is well."""

    def __init__(self, token: str, api: SlackApi, installations: Installations, needed: Iterable[str] = ()) -> None:
        self._token = token
        self._needed = needed
        self._api = api
        self._installations = installations
        self._asking: asyncio.Task[None] | None = None
        self.problem = ""
        self._wait_for(SlackFailed("starting", "Slack has not been asked yet.", permanent=False, retry_after=AGAIN))

    async def start(self) -> None:
        """Returns soon: where Slack is slow or cannot be reached it is asked again and again, aside."""
        self._asking = asyncio.create_task(self._ask())
        await asyncio.wait({self._asking}, timeout=START_WITHIN)

    async def stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            with suppress(asyncio.CancelledError):
                await self._asking

    async def _ask(self) -> None:
        wait = AGAIN
        while not await self._asked():
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _asked(self) -> bool:
        """True when there is nothing more to ask."""
        try:
            response = await response_of("auth.test", self._api.bearing(self._token).api_call("auth.test"))
            said = fields(response.data)
        except SlackFailed as failed:
            if failed.permanent:
                log.error("slack does not accept SLACK_BOT_TOKEN", reason=str(failed))
                self._wait_for(failed)
                return True
            self._wait_for(SlackFailed(failed.code, str(failed), permanent=False, retry_after=AGAIN))
        except OutcomeUnknown as unknown:
            self._wait_for(SlackFailed("unreachable", str(unknown), permanent=False, retry_after=AGAIN))
        else:
            workspace = workspace_of(said)
            self._installations.fix(Installation(workspace, self._token))
            missing = missing_scopes(self._needed, response)
            self.problem = f"{PERMANENT['missing_scope']} Missing: {', '.join(missing)}" if missing else ""
            log.info("slack workspace", team=workspace.team, name=text_at(said, "team"))
            return True
        log.warning("slack cannot be asked whose the token is", reason=self.problem)
        return False

    def _wait_for(self, failed: SlackFailed) -> None:
        self.problem = str(failed)
        self._installations.await_fixed(failed)


def missing_scopes(needed: Iterable[str], response: AsyncSlackResponse) -> list[str]:
    """What the token may not do; empty also where Slack does not say."""
    granted = {scope.strip() for scope in str(response.headers.get(SCOPES_HEADER, "")).split(",")} - {""}
    return sorted(set(needed) - granted) if granted else []


def workspace_of(said: Mapping[str, object]) -> Workspace:
    """From what auth.test says."""
    return Workspace(
        team=text_at(said, "team_id"),
        bot_user=text_at(said, "user_id"),
        url=text_at(said, "url"),
        enterprise=text_at(said, "enterprise_id"),
    )


def installation_of(granted: Mapping[str, object], whose: Workspace, now: datetime) -> Installation:
    """From what oauth.v2.access grants, for a code or for a refresh token."""
    seconds = granted.get("expires_in")
    is_rotated = isinstance(seconds, int) and bool(text_at(granted, "refresh_token"))
    return Installation(
        whose,
        text_at(granted, "access_token"),
        text_at(granted, "refresh_token") if is_rotated else "",
        now + timedelta(seconds=seconds) if isinstance(seconds, int) and is_rotated else None,
    )


async def exchange(api: SlackApi, client_id: str, client_secret: str, **given: str | None) -> Mapping[str, object]:
    """A code or a refresh token for an access token. Raises SlackFailed or OutcomeUnknown."""
    form = {"client_id": client_id, "client_secret": client_secret, **given}
    return await answered("oauth.v2.access", api.bearing(None).api_call("oauth.v2.access", data=form))


def renewal(api: SlackApi, client_id: str, client_secret: str, clock: Callable[[], datetime]) -> Renew:
    """A refresh token for a new pair. It is good once: where the answer is lost, the old access token still works
    until it expires, and only installing the app again brings a new one."""

    async def renew(installation: Installation) -> Installation:
        granted = await exchange(
            api, client_id, client_secret, grant_type="refresh_token", refresh_token=installation.refresh_token
        )
        team = text_at(granted, "team", "id")
        if team and team != installation.workspace.team:
            raise SlackFailed("wrong_team", "Slack renewed the token of another workspace.", permanent=True)
        return installation_of(granted, installation.workspace, clock())

    return renew
