"""A feature's page on the dashboard, independent of the web framework that serves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.chat.turn import Person


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


PageHandler = Callable[[PageRequest], View | Redirect | Download]
"""Runs in a worker thread; opens its own unit of work. Raises UserFacingError or PageNotFound."""


class PageNotFound(Exception):
    """Nothing here, or nothing that this person may see: the two look the same."""


@dataclass(frozen=True, slots=True)
class Page:
    """`path` may hold placeholders, ``/library/{document}``; with `nav` it stands in the navigation."""

    path: str
    handler: PageHandler
    method: Literal["GET", "POST"] = "GET"
    nav: str = ""
    admin_only: bool = False
