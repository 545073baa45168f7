"""Sign-in by name, for trying out on one's own machine."""

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from bot.chat.moments import zone_of
from bot.chat.ports import Profile
from bot.chat.turn import Person
from bot.dashboard.frame import Clock, Frame, session_of
from bot.dashboard.posted import read_form
from bot.dashboard.session import Sessions, new_session
from bot.directory import Directory

NAME_LIMIT = 60
SLUG_LIMIT = 120  # one letter can stand for eighteen, and the database keeps 200
LIST_LIMIT = 20
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


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

    def __init__(self, frame: Frame, sessions: Sessions, directory: Directory, clock: Clock) -> None:
        self._frame = frame
        self._directory = directory
        self._sessions = sessions
        self._clock = clock

    def routes(self, *, by_name: bool) -> list[web.RouteDef]:
        """Without `by_name` the page opens inside Teams only."""
        leave = web.post("/sign-out", self.leave)
        if not by_name:
            return [web.get("/sign-in", self.closed), leave]
        return [web.get("/sign-in", self.show), web.post("/sign-in", self.enter), leave]

    async def closed(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPForbidden(
            text="This page opens inside Microsoft Teams, which says who you are. Open the Guildhall app there."
        )

    async def show(self, request: web.Request) -> web.StreamResponse:
        return self._form(request, {"next": request.query.get("next", "/")}, "")

    async def enter(self, request: web.Request) -> web.StreamResponse:
        form = (await read_form(request)).fields
        person = person_from(form, _language(request))
        if person is None:
            return self._form(request, form, "Type a name with at least one letter or digit.")
        profile = Profile(person.name, time_zone=person.time_zone, language=person.language)
        await asyncio.to_thread(self._directory.sign_in, replace(person, groups=frozenset()), profile)
        response = web.Response(status=303, headers={"Location": local_path(form.get("next", "/"))})
        self._sessions.write(response, new_session(self._clock(), person))
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(status=303, headers={"Location": "/sign-in"})
        self._sessions.forget(response)
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
