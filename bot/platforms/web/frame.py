"""What the chat needs from whoever serves it."""

from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from bot.chat.turn import Person


class Frame(Protocol):
    """The page around the chat: sign-in, navigation and templates."""

    def person(self, request: web.Request) -> Person:
        """Who is signed in."""
        ...

    def account(self, request: web.Request) -> str:
        """The account they signed in with."""
        ...

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response: ...
