"""Who calls, and tokens for codes and refresh tokens."""

from typing import TYPE_CHECKING

from tests.fake_slack.conditions import ApiError
from tests.fake_slack.world import APP_ID, Answer, Arguments, Installed, RefreshToken

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack


def auth_test(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    return {
        "url": "https://example.slack.com/",
        "team": "Example",
        "user": "guildhall",
        "team_id": installed.team,
        "user_id": installed.bot_user,
        "bot_id": installed.bot_id,
        "is_enterprise_install": False,
    }


def oauth(slack: "FakeSlack", arguments: Arguments) -> Answer:
    """Codes and refresh tokens are good once. With a refresh token the answer is a new pair."""
    if arguments.get("client_id") != slack.client[0]:
        raise ApiError("invalid_client_id")
    if arguments.get("client_secret") != slack.client[1]:
        raise ApiError("bad_client_secret")
    if arguments.get("grant_type") == "refresh_token":
        known = slack.refresh_tokens.get(str(arguments.get("refresh_token", "")))
        if known is None or known.is_used:
            raise ApiError("invalid_refresh_token")
        known.is_used = True
        team, rotates, scopes = known.team, True, None
    else:
        offered = slack.codes.pop(str(arguments.get("code", "")), None)
        if offered is None:
            raise ApiError("invalid_code")
        team, rotates = str(offered["team"]), bool(offered.get("rotates"))
        scopes = None
    number = slack.next_number()
    token = f"xoxe.xoxb-{number}" if rotates else f"xoxb-{number}"
    slack.installed[token] = Installed(team, token, scopes=scopes)
    answer: Answer = {
        "ok": True,
        "app_id": APP_ID,
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": slack.installed[token].bot_user,
        "scope": "chat:write",
        "team": {"id": team, "name": f"Team {team}"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": "U0ADMIN"},
    }
    if rotates:
        slack.refresh_tokens[f"xoxe-1-{number}"] = RefreshToken(team)
        answer |= {"refresh_token": f"xoxe-1-{number}", "expires_in": 43_200}
    return answer
