"""Puts the web page together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.chat.turn import Person
from bot.dashboard import pages as feature_pages
from bot.dashboard.access import HEALTH, Access, access_of, has_teams_tab, right_host
from bot.dashboard.failures import friendly
from bot.dashboard.frame import Clock, Frame, NavItem, environment
from bot.dashboard.guard import add_headers, signed_in
from bot.dashboard.session import Sessions, session_key
from bot.dashboard.sign_in import SignIn
from bot.dashboard.static_files import StaticFiles
from bot.directory import Directory
from bot.features.page import Page
from bot.settings import Settings

UPLOAD_LIMIT = 64 * 1024 * 1024
FEATURES = Path(__file__).parent.parent / "features"


class PageFrame(Protocol):
    """What a section gets from the frame."""

    def person(self, request: web.Request) -> Person: ...

    def account(self, request: web.Request) -> str: ...

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response: ...

    def redirect(self, request: web.Request, to: str, notice: str = "") -> web.Response: ...


class Section(Protocol):
    """A part of the page with routes of its own, e.g. the chat. Its templates are found as ``name/x.html``.

    At its `verified_paths` it verifies itself who asks, e.g. by a signature, and limits what is read: neither host
    nor session nor origin are looked at there.
    """

    @property
    def name(self) -> str: ...

    @property
    def templates(self) -> Path: ...

    @property
    def verified_paths(self) -> frozenset[str]: ...

    def routes(self, frame: PageFrame) -> Sequence[web.RouteDef]: ...

    async def close(self) -> None:
        """Ends what is still open, e.g. streams, so that stopping takes no longer than it must."""
        ...


def create_web_app(
    settings: Settings,
    *,
    pages: Sequence[Page],
    sections: Sequence[Section],
    directory: Directory,
    clock: Clock,
) -> web.Application:
    """The whole web page. Raises SignInMissing when other machines could reach it and nothing says who may.

    `pages` are the features' pages; their templates lie in ``bot/features/<feature>/templates``.
    """
    access = access_of(settings)
    secret = settings.secret.get_secret_value() if settings.secret else None
    sessions = Sessions(
        session_key(secret, settings.home),
        secure=settings.base_url.startswith("https://"),
        by_name=access is Access.BY_NAME,
    )
    folders = {folder.parent.name: folder for folder in sorted(FEATURES.glob("*/templates"))}
    folders |= {section.name: section.templates for section in sections}
    static = StaticFiles()
    listed = (page for page in pages if page.nav)
    items = (NavItem(page.nav, page.path, page.admin_only, page.nav_for == "curators", page.nav_in) for page in listed)
    navigation = [NavItem("Ask", "/"), *items]
    by_name = access is Access.BY_NAME
    frame = Frame(environment(folders), static, sessions, navigation, clock, signs_in_by_name=by_name)
    tab = None
    if has_teams_tab(settings):
        from bot.dashboard.teams_tab import TeamsTab  # with PyJWT, that nobody waits for who signs in by name

        tab = TeamsTab(settings, frame, sessions, directory, clock)
    verified = frozenset[str]().union(*(section.verified_paths for section in sections))
    verified |= tab.verified_paths if tab else frozenset()

    guards = [
        friendly(frame),
        right_host(access, settings.base_url, verified),
        signed_in(
            sessions, clock, directory.person_of, verified_paths=verified, has_teams_tab=tab is not None
        ),
    ]  # fmt: skip
    app = web.Application(middlewares=guards, client_max_size=UPLOAD_LIMIT)
    app.on_response_prepare.append(add_headers)
    app.router.add_get(HEALTH, _healthy)
    app.router.add_get("/static/{digest}/{name:.+}", static.serve)
    if access is Access.OIDC:
        from bot.dashboard.oidc import OidcProvider  # with PyJWT too
        from bot.dashboard.oidc_sign_in import OidcSignIn

        provider = OidcProvider(settings, clock)
        app.add_routes(OidcSignIn(provider, frame, sessions, directory, clock).routes())
        app.on_cleanup.append(_closing(provider))
    else:
        app.add_routes(SignIn(frame, sessions, directory, clock).routes(by_name=by_name))
    if tab is not None:
        app.add_routes(tab.routes())
        app.on_cleanup.append(_closing(tab))
    for section in sections:
        app.add_routes(section.routes(frame))
        app.on_shutdown.append(_closing(section))
    app.add_routes(feature_pages.routes(tuple(pages), frame))
    return app


async def _healthy(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


class Closes(Protocol):
    async def close(self) -> None: ...


def _closing(part: Closes) -> Callable[[web.Application], Awaitable[None]]:
    async def close(app: web.Application) -> None:
        await part.close()

    return close
