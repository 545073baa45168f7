"""What a page offers to do: the buttons and forms of the chats, by the same handlers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Field, Form, Values, worded, wording_of
from bot.chat.reply import Reply
from bot.chat.turn import Content, Person, Place, Pressed, Submitted, Turn, storable
from bot.dashboard.frame import fresh_key
from bot.dashboard.posted import read_form
from bot.dashboard.sign_in import local_path
from bot.features.profile.reach import PAGE_THREAD

KEY_LIMIT = 64
DONE = "Done."
GONE = "That can no longer be done here, so nothing was changed. The page shows how it stands."


class Acting(Protocol):
    """`bot.dispatcher.Dispatcher` fills it. Both raise UserFacingError, and FormRejected with the form."""

    async def look(self, turn: Turn) -> Reply:
        """What it would answer; nothing of it is kept."""
        ...

    async def act(self, turn: Turn) -> Reply:
        """Done when this returns; `posts` are those that are said where it was done."""
        ...


class ActsFrame(Protocol):
    def person(self, request: web.Request) -> Person: ...

    def account(self, request: web.Request) -> str: ...

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response: ...

    def redirect(self, request: web.Request, to: str, notice: str = "") -> web.Response: ...


DrawFields = Callable[[Form, Mapping[str, str]], str]
"""A form's fields to HTML in which everything is escaped, with the problems beside them."""


@dataclass(frozen=True, slots=True)
class PageActs:
    """A section of the page. The session's proof, which the guard has looked at, vouches for who asks; what a button
    or form carries nobody vouches for."""

    acting: Acting
    draw: DrawFields
    clock: Callable[[], datetime]
    name: str = "acts"
    templates: Path = Path(__file__).parent / "templates"
    verified_paths: frozenset[str] = frozenset()

    def routes(self, frame: ActsFrame) -> Sequence[web.RouteDef]:
        async def open_form(request: web.Request) -> web.StreamResponse:
            pressed = Pressed(request.match_info["action"], storable(request.query.get("value", "")), "")
            turn, back = self._turn(frame, request, pressed, ""), local_path(request.query.get("back", "/"))
            try:
                reply = await self.acting.look(turn)
            except UserFacingError as error:
                return frame.redirect(request, back, str(error))
            if reply.form is None:
                return frame.redirect(request, back, GONE)
            return self._form(frame, request, reply.form, back, {})

        async def press(request: web.Request) -> web.StreamResponse:
            fields = (await read_form(request)).fields
            pressed = Pressed(request.match_info["action"], storable(fields.get("value", "")), "")
            return await self._act(frame, request, pressed, fields)

        async def send(request: web.Request) -> web.StreamResponse:
            posted = await read_form(request)
            values: dict[str, str | tuple[str, ...]] = {
                name: tuple(map(_typed, each)) if len(each) > 1 else _typed(each[0])
                for name, each in posted.several.items()
            }
            submitted = Submitted(request.match_info["form"], values, storable(posted.fields.get("form-state", "")), "")
            return await self._act(frame, request, submitted, posted.fields)

        return [
            web.get("/do/{action}", open_form),
            web.post("/do/{action}", press),
            web.post("/do/{form}/send", send),
        ]

    async def close(self) -> None:
        """Nothing is open."""

    async def _act(
        self, frame: ActsFrame, request: web.Request, content: Pressed | Submitted, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        back = local_path(fields.get("form-back", "/"))
        try:
            reply = await self.acting.act(self._turn(frame, request, content, fields.get("form-key", "")))
        except FormRejected as rejected:
            if rejected.form is None or not isinstance(content, Submitted):
                return frame.redirect(request, back, str(rejected))
            form = worded(rejected.form, fields.get("form-wording", ""))
            typed = replace(refilled(form, content.values), state=content.state)
            return self._form(frame, request, typed, back, rejected.problems)
        except UserFacingError as error:
            return frame.redirect(request, back, str(error))
        if reply.form is not None:
            return self._form(frame, request, reply.form, back, {})
        return frame.redirect(request, back, reply.posts[0].message.summary if reply.posts else DONE)

    def _form(
        self, frame: ActsFrame, request: web.Request, form: Form, back: str, problems: Mapping[str, str]
    ) -> web.StreamResponse:
        names = {field.name for field in form.fields}
        values = {
            "form": form,
            "fields": self.draw(form, problems),
            "problems": [words for name, words in problems.items() if name not in names],
            "back": back,
            "wording": wording_of(form),
            "key": fresh_key(),
        }
        return frame.page(request, "form.html", values, status=422 if problems else 200)

    def _turn(self, frame: ActsFrame, request: web.Request, content: Content, key: str) -> Turn:
        """A second sending of the same page has no second effect."""
        person = frame.person(request)
        account = frame.account(request)
        key = storable(key)[:KEY_LIMIT] or fresh_key()
        place = Place("web", person.id, PAGE_THREAD)
        return Turn(f"{account}/{key}", replace(person, id=account), place, self.clock(), content)


def refilled(form: Form, values: Values) -> Form:
    """With what was typed, so that nothing of it is lost."""
    fields: list[Field] = []
    for field in form.fields:
        value = values.get(field.name, "")
        if isinstance(field, ChoiceField):
            chosen = (value,) if isinstance(value, str) else value
            fields.append(replace(field, initial=tuple(each for each in chosen if each)))
        else:
            fields.append(replace(field, initial=value if isinstance(value, str) else "\n".join(value)))
    return replace(form, fields=tuple(fields))


def _typed(value: str) -> str:
    """Browsers end lines in CRLF."""
    return storable(value.replace("\r\n", "\n"))
