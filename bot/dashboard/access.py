"""Who may reach the web page at all, and under which name of this server."""

from collections.abc import Collection
from enum import StrEnum
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.chat.errors import UserFacingError
from bot.settings import FORWARDED, Settings, is_loopback

HEALTH = "/healthz"


class Access(StrEnum):
    BY_NAME = "by name"
    """For trying out: whoever sits at this machine says who they are."""
    OIDC = "oidc"
    """Everybody signs in with the company's identity provider."""
    TEAMS = "teams"
    """No sign-in of its own: the page opens inside Teams, which says who that is."""
    NONE = "none"
    """Only what Slack and Teams send; no page."""


class SignInMissing(UserFacingError):
    """Other machines could reach this page, and nothing says who may."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Guildhall will not listen on {host}: other machines could reach it, and no sign-in is configured. "
            "Set GUILDHALL_OIDC_ISSUER, GUILDHALL_OIDC_CLIENT_ID and GUILDHALL_BASE_URL for sign-in through your "
            "identity provider, or keep GUILDHALL_HOST at 127.0.0.1 and reach it from elsewhere through an SSH "
            "tunnel: ssh -L 8080:127.0.0.1:8080 THE-MACHINE. Nothing was started."
        )


class SettingMissing(UserFacingError):
    """Sign-in is half configured."""


def access_of(settings: Settings) -> Access:
    """Raises SignInMissing, or SettingMissing."""
    if settings.oidc_issuer is not None:
        if not settings.oidc_client_id or not settings.base_url:
            raise SettingMissing(
                "Sign-in through an identity provider also needs GUILDHALL_OIDC_CLIENT_ID and GUILDHALL_BASE_URL, "
                "the address under which people open the page. Nothing was started."
            )
        return Access.OIDC
    is_published = bool(settings.base_url) and not is_loopback(settings.base_url)
    if settings.is_loopback and not is_published:
        return Access.BY_NAME
    if has_teams_tab(settings):
        return Access.TEAMS
    if settings.is_loopback or settings.has_slack or settings.has_teams:
        return Access.NONE
    raise SignInMissing(settings.host)


def has_teams_tab(settings: Settings) -> bool:
    """Teams shows pages over https only, and the token has to be of one tenant."""
    is_https = settings.base_url.startswith("https://")
    return settings.teams_app_id is not None and settings.teams_tenant_id is not None and is_https


def right_host(access: Access, base_url: str, verified_paths: Collection[str]) -> Middleware:
    """Lets through what opens under this access. A section verifies its own `verified_paths`, whatever the host."""
    own = _authority(base_url)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == HEALTH or request.path in verified_paths:
            return await handler(request)
        host = request.headers.get("Host", "")
        if access is Access.NONE:
            raise web.HTTPNotFound(
                text="There is no page here: no sign-in is configured. Ask Guildhall in Slack or Teams instead."
            )
        if access is Access.BY_NAME:
            # Signing in by name trusts this machine, so nobody must reach it from elsewhere or under another name.
            if not is_loopback(f"//{host}") or any(name in request.headers for name in FORWARDED):
                raise web.HTTPMisdirectedRequest(
                    text="This Guildhall is for trying out on this machine. Open it as http://localhost with its port."
                )
        elif _authority(f"{urlsplit(base_url).scheme}://{host}") != own:
            raise web.HTTPMisdirectedRequest(text=f"Open Guildhall at {base_url}")
        return await handler(request)

    return middleware


def _authority(url: str) -> tuple[str, int] | None:
    """Host and port; None for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and parts.username is None else None
