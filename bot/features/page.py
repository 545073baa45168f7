"""A feature's page on the dashboard, independent of the web framework that serves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.chat.reply import Actions, Judge, Message, Suggestions
from bot.chat.turn import Person, storable


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One signed-in person's request. `path` holds the placeholders of the page's path."""

    person: Person
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A template (``feature/name.html``) and what it shows."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """See other: after a form was taken. `notice` is one sentence, said once on the next page."""

    to: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep, e.g. a table's export."""

    filename: str
    content_type: str
    content: bytes


DrawMessage = Callable[[Message], str]
"""A message to HTML in which everything is escaped."""


def still(message: Message) -> Message:
    """As a page shows it: nothing of it can be pressed."""
    blocks = tuple(each for each in message.blocks if not isinstance(each, Actions | Judge | Suggestions))
    return replace(message, blocks=blocks)


def number_in(text: str) -> int:
    """What an address or a field says; -1 for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def ticked(form: Mapping[str, str], prefix: str) -> tuple[str, ...]:
    """The boxes of a page's form have a name each; those of one group begin alike."""
    return tuple(storable(name.removeprefix(prefix)) for name in form if name.startswith(prefix))


PageHandler = Callable[[PageRequest], View | Redirect | Download]
"""Runs in a worker thread; opens its own unit of work. Raises UserFacingError or PageNotFound."""


class PageNotFound(Exception):
    """Nothing here, or nothing that this person may see: the two look the same."""


@dataclass(frozen=True, slots=True)
class Page:
    """`path` may hold placeholders, ``/library/{document}``; with `nav` it stands in the navigation, of curators alone
    where it is `nav_for` them: the others come to it from elsewhere. `nav_in` is the menu that it stands in."""

    path: str
    handler: PageHandler
    method: Literal["GET", "POST"] = "GET"
    nav: str = ""
    nav_for: Literal["everyone", "curators"] = "everyone"
    nav_in: Literal["", "Community"] = ""
    admin_only: bool = False
