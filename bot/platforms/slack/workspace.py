"""Where Guildhall is installed, as the inbound half has to know it. The installations know it: no call per event."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Workspace:
    """As Slack's auth.test and oauth.v2.access say it. `url` ends in a slash, e.g. ``https://acme.slack.com/``."""

    team: str
    bot_user: str
    url: str = ""
    enterprise: str = ""


class Workspaces(Protocol):
    """Looked up for every request: kept in memory, at most one read of the store, never a call to Slack."""

    async def workspace(self, team: str) -> Workspace | None:
        """None where Guildhall is not installed (any more). Raises DeliveryFailed where nobody can say yet."""
        ...

    async def forget(self, team: str) -> None:
        """The app was uninstalled there, or its tokens were revoked: nothing can be sent any more."""
        ...
