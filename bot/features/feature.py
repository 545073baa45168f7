"""What a feature is: one value that says what it answers to, what the clock does for it and which pages it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Column

from bot.chat.errors import UserFacingError
from bot.chat.form import Form
from bot.chat.reply import Block, Reply
from bot.chat.turn import Place, Turn
from bot.features.calendar_entry import CalendarSource
from bot.features.digest_entry import DigestSource
from bot.features.page import Page
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import UnitOfWork
from scheduler.job import Job

Handler = Callable[[Turn, UnitOfWork], Reply]
"""Turn -> use case -> Reply, inside the dispatcher's transaction. Never commits, never waits for the network.

A reply with a form opens it and nothing else: no posts, nothing written, and the button stays usable.
"""

ADMINS_ONLY = "Only admins can do that, so nothing was done. “help” lists what you can do here."

WAITS = "What waits for you"
"""The heading of a home under which several features have something to say."""


def for_admins(handler: Handler) -> Handler:
    """For buttons and forms that may stand where others can press them."""

    def checked(turn: Turn, unit: UnitOfWork) -> Reply:
        if not turn.person.is_admin:
            raise UserFacingError(ADMINS_ONLY)
        return handler(turn, unit)

    return checked


@dataclass(frozen=True, slots=True)
class Command:
    """`help` is one line for "what can you do"; what only admins may do is hidden from the others.

    `words` are what may follow: "reindex cancel" is a command without a slash too, "reindex it how" is a question.
    With `free_words` any few words may follow that are no question: "library renewal risk". `sentence` knows whole
    sentences that are this command, and gives the words of it: "pricing" of "Who knows about pricing?".
    Where outsiders read along it is answered privately, unless it is `about_channel`: then that is the handler's to see
    to.
    """

    handler: Handler
    help: str
    admin_only: bool = False
    words: frozenset[str] = frozenset()
    free_words: bool = False
    sentence: Callable[[str], str | None] | None = None
    about_channel: bool = False


@dataclass(frozen=True, slots=True)
class FormRoute:
    """`form` builds the form again from its state, so that what was sent is checked before `handler` sees it.
    `problems`, by field, are what else is wrong with it, whatever was sent: people read all of it at once."""

    handler: Handler
    form: Callable[[str], Form]
    problems: Callable[[Turn, UnitOfWork], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class MessageAction:
    """What can be done with any message, from its menu. `label` has at most 24 characters. With `opens_form` the
    handler answers with a form, so a platform asks for it inside its request."""

    handler: Handler
    label: str
    help: str
    opens_form: bool = False


@dataclass(frozen=True, slots=True)
class HomeSection:
    """A part of somebody's home, under its own heading."""

    title: str
    blocks: tuple[Block, ...]


HomeSource = Callable[[Turn, UnitOfWork], HomeSection | None]
"""What a feature has to say at somebody's home; None where that is nothing."""

Overhears = Callable[[Place, UnitOfWork], bool]
"""Whether the feature wants what people say to each other in a shared place."""


TimerHandler = Callable[[str, datetime, UnitOfWork], None]
"""What is done when a timer of `bot.storage.timers` is due: its subject, now, and the transaction in which it fires.

As of a turn, thinking comes before the first use of `unit.connection`. It checks how its subject stands, for that may
have changed while the timer ran; one that raises is fired again later, in a new transaction.
"""


FeedSource = Callable[[Subscription, datetime, UnitOfWork], bytes | None]
"""A calendar file of `scheduler.calendar_file` for whoever subscribed, now; None where there is none any more. Who
asks has not signed in: it tells what concerns that person, and what everyone may read."""


LeaveHandler = Callable[[Subscription, datetime, UnitOfWork], str]
"""Stops the letters that a subscription stands for, and nothing else; one whole sentence on how it stands by then. Who
asks has not signed in."""


Heard = Callable[[Turn, UnitOfWork], None]
"""Keeps that somebody spoke to Guildhall in a shared place, or was answered there; after whoever answered."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Buttons, forms and message actions are keyed by ``feature.action``, commands by their word.

    One feature has the handler `message` (Said, Reworded, Withdrawn), one `search` (Searched; what it writes is not
    kept), one `reacted` (Reacted), one each of `opened`.
    `timers` are handled by their name, ``feature.what``; `feeds` are filled, and letters ended by `leaves`, by
    theirs.
    `acted` comes after every button and form that had its effect, of whichever feature: what else shows that effect.
    `person_columns` are the columns that hold person ids: they follow when two of them prove to be one.
    `on_pages` are the buttons and forms that a page may offer too. No nonce vouches for what those carry there, so
    their handlers look at all of it.
    """

    name: str
    message: Handler | None = None
    opened: Mapping[Literal["home", "chat", "channel"], Handler] = field(default_factory=dict)
    search: Handler | None = None
    reacted: Handler | None = None
    acted: Handler | None = None
    overhears: Overhears | None = None
    heard: Heard | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    buttons: Mapping[str, Handler] = field(default_factory=dict)
    forms: Mapping[str, FormRoute] = field(default_factory=dict)
    message_actions: Mapping[str, MessageAction] = field(default_factory=dict)
    home: tuple[HomeSource, ...] = ()
    person_columns: tuple[Column[str], ...] = ()
    jobs: tuple[Job, ...] = ()
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    feeds: Mapping[str, FeedSource] = field(default_factory=dict)
    leaves: Mapping[str, LeaveHandler] = field(default_factory=dict)
    calendar: CalendarSource | None = None
    digest: DigestSource | None = None
    on_pages: frozenset[str] = frozenset()
    pages: tuple[Page, ...] = ()
