"""Puts the web page together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.chat.turn import Person
from bot.dashboard import pages as feature_pages
from bot.dashboard.failures import friendly
from bot.dashboard.frame import Clock, Frame, NavItem, environment
from bot.dashboard.guard import add_headers, loopback_only, signed_in
from bot.dashboard.session import Sessions, session_key
from bot.dashboard.sign_in import SignIn, check_host
from bot.dashboard.static_files import StaticFiles
from bot.features.page import Page
from bot.settings import Settings

UPLOAD_LIMIT = 64 * 1024 * 1024
FEATURES = Path(__file__).parent.parent / "features"


class PageFrame(Protocol):
    """What a section gets from the frame."""

    def person(self, request: web.Request) -> Person: ...

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response: ...


class Section(Protocol):
    """A part of the page with routes of its own, e.g. the chat. Its templates are found as ``name/x.html``."""

    @property
    def name(self) -> str: ...

    @property
    def templates(self) -> Path: ...

    def routes(self, frame: PageFrame) -> Sequence[web.RouteDef]: ...

    async def close(self) -> None:
        """Ends what is still open, e.g. streams, so that stopping takes no longer than it must."""
        ...


def create_web_app(
    settings: Settings, *, pages: Sequence[Page], sections: Sequence[Section], clock: Clock
) -> web.Application:
    """The whole web page. Raises SignInMissing when other machines could reach it.

    `pages` are the features' pages; their templates lie in ``bot/features/<feature>/templates``.
    """
    check_host(settings.host)
    secret = settings.secret.get_secret_value() if settings.secret else None
    sessions = Sessions(
        session_key(secret, settings.home),
        admins=settings.admins,
        secure=settings.base_url.startswith("https://"),
    )
    folders = {folder.parent.name: folder for folder in sorted(FEATURES.glob("*/templates"))}
    folders |= {section.name: section.templates for section in sections}
    static = StaticFiles()
    navigation = [NavItem("Ask", "/"), *(NavItem(page.nav, page.path, page.admin_only) for page in pages if page.nav)]
    frame = Frame(environment(folders), static, sessions, navigation, clock)

    app = web.Application(
        middlewares=[friendly(frame), loopback_only, signed_in(sessions, clock)], client_max_size=UPLOAD_LIMIT
    )
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/healthz", _healthy)
    app.router.add_get("/static/{digest}/{name:.+}", static.serve)
    app.add_routes(SignIn(frame, sessions, clock).routes())
    for section in sections:
        app.add_routes(section.routes(frame))
        app.on_shutdown.append(_closing(section))
    app.add_routes(feature_pages.routes(tuple(pages), frame, sessions))
    return app


async def _healthy(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _closing(section: Section) -> Callable[[web.Application], Awaitable[None]]:
    async def close(app: web.Application) -> None:
        await section.close()

    return close
