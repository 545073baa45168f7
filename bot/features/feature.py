"""What a feature is: one value that says what it answers to, what the clock does for it and which pages it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.chat.form import Form
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.page import Page
from bot.storage.unit_of_work import UnitOfWork
from scheduler.job import Job

Handler = Callable[[Turn, UnitOfWork], Reply]
"""Turn -> use case -> Reply, inside the dispatcher's transaction. Never commits, never waits for the network.

A reply with a form opens it and nothing else: no posts, nothing written, and the button stays usable.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """`help` is one line for "what can you do"; what only admins may do is hidden from the others.

    `words` are what may follow: "reindex cancel" is a command without a slash too, "reindex it how" is a question.
    """

    handler: Handler
    help: str
    admin_only: bool = False
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FormRoute:
    """`form` builds the form again from its state, so that what was sent is checked before `handler` sees it."""

    handler: Handler
    form: Callable[[str], Form]


@dataclass(frozen=True, slots=True)
class Feature:
    """Buttons and forms are keyed by ``feature.action``, commands by their word."""

    name: str
    message: Handler | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    buttons: Mapping[str, Handler] = field(default_factory=dict)
    forms: Mapping[str, FormRoute] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    pages: tuple[Page, ...] = ()
