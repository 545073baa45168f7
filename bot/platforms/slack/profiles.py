"""What a workspace knows of its people and its channels."""

import structlog

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.ports import Profile
from bot.chat.turn import Place
from bot.platforms.payload import object_at, text_at
from bot.platforms.slack.client import ReadingApi
from bot.platforms.slack.errors import SlackFailed
from bot.platforms.slack.wire import PLATFORM

NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
TITLE_LIMIT = 200  # characters; Slack allows 80

log = structlog.stdlib.get_logger(__name__)


class SlackProfiles:
    """Fills `bot.chat.ports.Profiles` and `NamesChannels`. Accounts are ``slack:{team}:{user}``."""

    def __init__(self, api: ReadingApi) -> None:
        self._api = api
        self._refused: set[str] = set()

    async def profile(self, account: str) -> Profile | None:
        platform, _, rest = account.partition(":")
        team, _, user = rest.partition(":")
        if platform != PLATFORM or not team or not user:
            return None
        try:
            said = await self._api.read(team, "users.info", {"user": user, "include_locale": True})
        except SlackFailed as failed:
            if failed.code in NOBODY:
                return None
            raise
        except OutcomeUnknown as unknown:  # nothing was changed, so it can simply be asked again
            raise DeliveryFailed(str(unknown), permanent=False) from unknown
        who = object_at(said, "user")
        known = object_at(who, "profile")
        member_of = object_at(who, "enterprise_user").get("teams")  # in an organization of several workspaces
        is_member = text_at(who, "team_id") in ("", team) or (isinstance(member_of, list) and team in member_of)
        is_guest = any(who.get(sign) is True for sign in ("is_restricted", "is_ultra_restricted", "is_stranger"))
        return Profile(
            name=text_at(known, "real_name") or text_at(who, "real_name") or text_at(who, "name"),
            email=text_at(known, "email"),
            is_email_verified=who.get("is_email_confirmed") is True and bool(text_at(known, "email")),
            time_zone=text_at(who, "tz"),
            language=text_at(who, "locale").partition("-")[0],
            is_guest=is_guest or not is_member,
        )

    async def title(self, place: Place) -> str:
        """Without the scopes, which came late, and of a conversation of several people there is none."""
        team, _, channel = place.channel.partition(":")
        try:
            said = await self._api.read(team, "conversations.info", {"channel": channel})
        except SlackFailed as failed:
            if not failed.permanent:
                raise
            if failed.code == "missing_scope" and team not in self._refused:
                self._refused.add(team)
                log.warning("slack does not say what a channel is called", team=team, reason=str(failed))
            return ""
        except OutcomeUnknown as unknown:
            raise DeliveryFailed(str(unknown), permanent=False) from unknown
        known = object_at(said, "channel")
        return "" if known.get("is_mpim") is True else text_at(known, "name")[:TITLE_LIMIT]
