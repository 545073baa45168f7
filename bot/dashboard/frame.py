"""What every page stands in: the templates, who is signed in and what they may go to."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from bot.chat.moments import day_in_words, exact, moment_in_words, short_day, zone_of
from bot.chat.turn import Person
from bot.dashboard.session import Session, Sessions
from bot.dashboard.static_files import StaticFiles

SESSION = web.RequestKey("session", Session)
MANAGE = "Manage"
TEMPLATES = Path(__file__).parent / "templates"

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    path: str
    admin_only: bool = False
    curators_only: bool = False
    menu: str = ""

    @property
    def in_menu(self) -> str:
        """Which one; empty where it stands in the bar. What is for those who keep Guildhall going stands together."""
        return MANAGE if self.admin_only or self.curators_only else self.menu

    def holds(self, path: str) -> bool:
        """Whether the page at `path` belongs to it; threads do to the first."""
        if self.path == "/":
            return path == "/" or path.startswith("/t/")
        return path == self.path or path.startswith(f"{self.path}/")

    def is_for(self, person: Person) -> bool:
        return (person.is_admin or not self.admin_only) and (person.curates or not self.curators_only)


def menus(listed: Sequence[NavItem]) -> Mapping[str, Sequence[NavItem]]:
    """The one of those who manage comes last."""
    names = sorted({item.in_menu for item in listed if item.in_menu}, key=lambda name: (name == MANAGE, name))
    return {name: [item for item in listed if item.in_menu == name] for name in names}


def environment(sections: Mapping[str, Path]) -> Environment:
    """Templates of the frame by their name, those of a section as ``section/name.html``."""
    loaders = {name: FileSystemLoader(folder) for name, folder in sections.items()}
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader(loaders)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def session_of(request: web.Request) -> Session | None:
    """None where no session is looked at: static files, and requests that were turned away before."""
    session: Session | None = request.get(SESSION)
    return session


def fresh_key() -> str:
    """For a form: sent twice it has one effect."""
    return secrets.token_urlsafe(12)


class Frame:
    """Renders pages. Safe to use from several threads."""

    def __init__(
        self,
        templates: Environment,
        static: StaticFiles,
        sessions: Sessions,
        navigation: Sequence[NavItem],
        clock: Clock,
        *,
        signs_in_by_name: bool = True,
    ) -> None:
        templates.globals["static"] = static.url
        templates.globals["fresh_key"] = fresh_key
        templates.filters["day"] = day_in_words
        templates.filters["short_day"] = short_day
        self._templates = templates
        self._sessions = sessions
        self._navigation = tuple(navigation)
        self._clock = clock
        self._signs_in_by_name = signs_in_by_name

    def person(self, request: web.Request) -> Person:
        """Who is signed in. Raises 401 when nobody is."""
        session = session_of(request)
        if session is None or session.person is None:
            raise web.HTTPUnauthorized
        return session.person

    def account(self, request: web.Request) -> str:
        """The account that signed in: what a turn carries, until it is known whose it is. Raises 401."""
        session = session_of(request)
        if session is None or session.account is None:
            raise web.HTTPUnauthorized
        return session.account.id

    def markup(self, request: web.Request, template: str, values: Mapping[str, object]) -> str:
        session = session_of(request)
        person = session.person if session else None
        zone = zone_of(person.time_zone if person else "UTC")
        now = self._clock()
        listed = [item for item in self._navigation if person and item.is_for(person)]

        def moment(at: datetime) -> str:
            return moment_in_words(at, now, zone)

        return self._templates.get_template(template).render(
            {
                "person": person,
                "proof": self._sessions.token(session) if session else "",
                "notice": session.notice if session else "",
                "everyday": [item for item in listed if not item.in_menu],
                "menus": menus(listed),
                "section": max((item.path for item in listed if item.holds(request.path)), key=len, default=""),
                "here": request.path,
                "signs_in_by_name": self._signs_in_by_name,
                "is_framed": session is not None and session.is_framed,
                "moment": moment,
                "exact": lambda at: exact(at, zone),
                "today": now.astimezone(zone).date(),
                **values,
            }
        )

    def redirect(self, request: web.Request, to: str, notice: str = "") -> web.Response:
        """See other; `notice` is said once on the next page."""
        response = web.Response(status=303, headers={"Location": to})
        session = session_of(request)
        if session and notice:
            self._sessions.write(response, session.saying(notice))
        return response

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response:
        response = web.Response(text=self.markup(request, template, values), content_type="text/html", status=status)
        session = session_of(request)
        if session and session.notice:
            self._sessions.write(response, session.saying(""))
        return response
