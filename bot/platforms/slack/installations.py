"""Which workspaces have the app, and the token of each: one from the settings, any number by OAuth."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.ports import Vault
from bot.platforms.slack.errors import SlackFailed
from bot.platforms.slack.workspace import Workspace

PREFIX = "slack/installation/"
REMEMBERED = timedelta(seconds=60)
"""So long another replica's renewal or removal may go unnoticed; a renewed token's predecessor still works then."""

KNOWN_LIMIT = 10_000  # workspaces, and what was taken for one
RENEW_BEFORE = timedelta(hours=2)
RENEW_AGAIN = timedelta(minutes=1)
HOLD = 30.0
WAIT_FOR_OTHERS = 0.2
NOT_INSTALLED = "Guildhall is not installed in this Slack workspace. Install it (docs/slack.md)."

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Installation:
    """`expires_at` is set where the app rotates its tokens."""

    workspace: Workspace
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        return self.expires_at is not None and now > self.expires_at - RENEW_BEFORE

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


Renew = Callable[[Installation], Awaitable[Installation]]
"""Exchanges the refresh token, which is spent afterwards. Raises DeliveryFailed or OutcomeUnknown."""


class Installations:
    """Fills `workspace.Workspaces`."""

    def __init__(self, vault: Vault | None, clock: Callable[[], datetime], renew: Renew | None = None) -> None:
        self._vault = vault
        self._clock = clock
        self._renew = renew
        self._fixed: dict[str, Installation] = {}
        self._awaited: SlackFailed | None = None
        self._known: dict[str, tuple[Installation | None, datetime]] = {}
        self._renewals: dict[str, asyncio.Task[Installation | None]] = {}
        self._not_before: dict[str, datetime] = {}

    def fix(self, installation: Installation) -> None:
        """The one whose token stands in the settings: kept in memory only."""
        self._fixed[installation.workspace.team] = installation
        self._awaited = None

    def await_fixed(self, because: SlackFailed) -> None:
        """There is a token in the settings, and nobody knows yet, or ever, which workspace it is for."""
        self._awaited = because

    async def add(self, installation: Installation) -> None:
        """Installed by OAuth, or installed again."""
        await asyncio.to_thread(self._keep, installation)

    async def workspace(self, team: str) -> Workspace | None:
        """Raises SlackFailed where nobody knows yet: whoever asks for an event lets Slack send it again."""
        installation = await self._installation(team)
        if installation is None and self._awaited is not None and not self._awaited.permanent:
            raise self._missing()
        return installation.workspace if installation else None

    async def forget(self, team: str) -> None:
        self._fixed.pop(team, None)
        self._known.pop(team, None)
        if self._vault is not None:
            await asyncio.to_thread(self._vault.remove, PREFIX + team)
        log.warning("slack workspace forgotten", team=team)

    async def token(self, team: str) -> str:
        """One that is valid now. Raises DeliveryFailed."""
        installation = await self._installation(team)
        if installation is not None and self._is_time(installation):
            installation = await asyncio.shield(self._renewal(team))
        if installation is None:
            raise self._missing()
        return installation.token

    async def refused(self, team: str) -> None:
        """By Slack. Read it again before the next call: another replica may have renewed it."""
        self._known.pop(team, None)
        log.error("slack does not accept the token", team=team)

    async def close(self) -> None:
        """Waits for renewals under way: what they bring comes once."""
        if self._renewals:
            await asyncio.wait(tuple(self._renewals.values()))

    def _renewal(self, team: str) -> asyncio.Task[Installation | None]:
        """One at a time. It goes on where whoever waits for it does not."""

        def done(task: asyncio.Task[Installation | None]) -> None:
            self._renewals.pop(team, None)
            if not task.cancelled():
                task.exception()  # whoever waited was told; it is no news for the loop

        running = self._renewals.get(team)
        if running is None:
            running = self._renewals[team] = asyncio.create_task(self._renewed(team))
            running.add_done_callback(done)
        return running

    def _is_time(self, installation: Installation) -> bool:
        """To renew: at once where the token is over, else not right after a try that failed."""
        now = self._clock()
        waits = now < self._not_before.get(installation.workspace.team, now)
        return installation.is_due(now) and (installation.is_over(now) or not waits)

    def _missing(self) -> SlackFailed:
        because = self._awaited
        if because is None:
            return SlackFailed("not_installed", NOT_INSTALLED, permanent=True)
        return SlackFailed(because.code, str(because), permanent=because.permanent, retry_after=because.retry_after)

    async def _installation(self, team: str) -> Installation | None:
        now = self._clock()
        known = self._known.get(team)
        if known is None or now - known[1] > REMEMBERED:
            kept = await asyncio.to_thread(self._read, team)
            if len(self._known) >= KNOWN_LIMIT:
                self._known.clear()
            known = self._known[team] = (kept, now)
        return known[0] or self._fixed.get(team)

    async def _renewed(self, team: str) -> Installation | None:
        """One caller among all replicas renews; the others go on with the old token, or wait where it is over."""
        vault, renew = self._vault, self._renew
        if vault is None or renew is None:
            return await self._installation(team)
        name = f"{PREFIX}{team}/renewal"
        deadline = self._clock() + timedelta(seconds=HOLD)
        while True:
            installation = await asyncio.to_thread(self._read, team)
            if installation is None or not installation.is_due(self._clock()):
                self._known[team] = (installation, self._clock())
                return installation
            if await asyncio.to_thread(vault.hold, name, HOLD):
                break
            if not installation.is_over(self._clock()):
                return installation
            if self._clock() > deadline:
                raise SlackFailed("token_expired", "The token is being renewed.", permanent=False)
            await asyncio.sleep(WAIT_FOR_OTHERS)
        try:
            installation = await asyncio.to_thread(self._read, team)  # renewed while this one waited to hold it?
            if installation is None or not installation.is_due(self._clock()):
                return installation
            return await self._exchange(installation, renew)
        finally:
            await asyncio.to_thread(vault.let_go, name)

    async def _exchange(self, installation: Installation, renew: Renew) -> Installation:
        team = installation.workspace.team
        try:
            renewed = await renew(installation)
        except (DeliveryFailed, OutcomeUnknown) as failed:
            log.error("slack token not renewed", team=team, reason=str(failed))
            self._not_before[team] = self._clock() + RENEW_AGAIN
            if not installation.is_over(self._clock()):
                return installation  # up to two hours are left to mend it
            if isinstance(failed, OutcomeUnknown):
                raise SlackFailed("token_expired", str(failed), permanent=False) from failed
            raise
        await asyncio.to_thread(self._keep, renewed)  # at once: the old refresh token is spent
        log.info("slack token renewed", team=team)
        return renewed

    def _keep(self, installation: Installation) -> None:
        if self._vault is None:
            raise ValueError("Without a vault there is no place for installations.")
        team = installation.workspace.team
        self._vault.put(PREFIX + team, _to_json(installation))
        self._known[team] = (installation, self._clock())

    def _read(self, team: str) -> Installation | None:
        kept = self._vault.get(PREFIX + team) if self._vault is not None else None
        return _from_json(kept) if kept is not None else None


def _to_json(installation: Installation) -> str:
    return json.dumps(
        {
            "workspace": asdict(installation.workspace),
            "token": installation.token,
            "refresh_token": installation.refresh_token,
            "expires_at": installation.expires_at.timestamp() if installation.expires_at else None,
        }
    )


def _from_json(kept: str) -> Installation:
    values = json.loads(kept)
    expires_at = values["expires_at"]
    return Installation(
        Workspace(**values["workspace"]),
        values["token"],
        values["refresh_token"],
        datetime.fromtimestamp(expires_at, UTC) if expires_at is not None else None,
    )
