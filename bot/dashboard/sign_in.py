"""Sign-in by name, for trying out on one's own machine."""

import re
import unicodedata
from collections.abc import Mapping

from aiohttp import web

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.dashboard.frame import Clock, Frame, session_of
from bot.dashboard.moments import zone_of
from bot.dashboard.posted import read_form
from bot.dashboard.session import COOKIE, Sessions, new_session
from bot.settings import LOOPBACK

NAME_LIMIT = 60
SLUG_LIMIT = 120  # one letter can stand for eighteen, and the database keeps 200
LIST_LIMIT = 20
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class SignInMissing(UserFacingError):
    """Other machines could reach this page, and nothing says who may."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Guildhall will not listen on {host}: other machines could reach it, and no sign-in is configured. "
            "Sign-in through your identity provider (OpenID Connect) is not built yet. Until then keep "
            "GUILDHALL_HOST at 127.0.0.1, and reach it from elsewhere through an SSH tunnel: "
            "ssh -L 8080:127.0.0.1:8080 THE-MACHINE. Nothing was started."
        )


def check_host(host: str) -> None:
    """Raises SignInMissing for anything but loopback."""
    if host not in LOOPBACK:
        raise SignInMissing(host)


def slug_of(name: str) -> str:
    """`Dana Okafor` to `dana-okafor`; empty when nothing is left."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "-", letters)[:SLUG_LIMIT].strip("-")


def person_from(form: Mapping[str, str], language: str) -> Person | None:
    """Who the form names; None when the name says nothing."""
    name = " ".join(form.get("name", "").split())[:NAME_LIMIT]
    slug = slug_of(name)
    if not slug:
        return None
    return Person(
        id=f"web:{slug}",
        name=name,
        groups=_names(form.get("groups", "")),
        hubs=_names(form.get("hubs", "")),
        language=language,
        time_zone=zone_of(form.get("time_zone", "")).key,
    )


def local_path(path: str) -> str:
    """`path` if it stays on this site, else the start page."""
    stays = path.startswith("/") and not path.startswith(("//", "/sign-")) and "\\" not in path
    return path if stays and path.isprintable() else "/"


class SignIn:
    """The pages that let people in and out."""

    def __init__(self, frame: Frame, sessions: Sessions, clock: Clock) -> None:
        self._frame = frame
        self._sessions = sessions
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sign-in", self.show),
            web.post("/sign-in", self.enter),
            web.post("/sign-out", self.leave),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        return self._form(request, {"next": request.query.get("next", "/")}, "")

    async def enter(self, request: web.Request) -> web.StreamResponse:
        form = (await read_form(request)).fields
        person = person_from(form, _language(request))
        if person is None:
            return self._form(request, form, "Type a name with at least one letter or digit.")
        response = web.Response(status=303, headers={"Location": local_path(form.get("next", "/"))})
        self._sessions.write(response, new_session(self._clock(), person))
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(status=303, headers={"Location": "/sign-in"})
        response.del_cookie(COOKIE)
        return response

    def _form(self, request: web.Request, form: Mapping[str, str], problem: str) -> web.Response:
        kept = {name: form.get(name, "") for name in ("name", "groups", "hubs")}
        session = session_of(request)
        signed_in = session.person if session else None
        response = self._frame.page(
            request,
            "sign_in.html",
            {**kept, "next": local_path(form.get("next", "/")), "problem": problem, "signed_in": signed_in},
            status=422 if problem else 200,
        )
        if session:
            self._sessions.write(response, session)
        return response


def _names(text: str) -> frozenset[str]:
    names = [" ".join(name.split())[:NAME_LIMIT] for name in text.split(",")]
    return frozenset([name for name in names if name][:LIST_LIMIT])


def _language(request: web.Request) -> str:
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    return first if LANGUAGE.fullmatch(first) else "en"
