"""From a turn to the feature that answers it, with what holds for all features: nonces, forms, permission."""

import re
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import missing_or_invalid
from bot.chat.reply import Reply
from bot.chat.turn import (
    Commanded,
    Opened,
    Person,
    Place,
    Pointed,
    Pressed,
    Reworded,
    Said,
    Searched,
    Submitted,
    Turn,
    Withdrawn,
)
from bot.features.catalog import Catalog
from bot.features.feature import Handler
from bot.storage.nonces import Nonces
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork

STALE = (
    "That button was pressed already, or its message has changed since. Nothing was done this time; "
    "the message shows where things stand."
)
UNKNOWN = "That button is from an older version of Guildhall. Nothing was done. Ask again to get a current one."
ADMINS_ONLY = "Only admins can do that, so nothing was done. `help` lists what you can do here."

_SLASH = re.compile(r"/(?:guildhall\s+)?([a-z][a-z-]*)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


class StaleButton(UserFacingError):
    """The nonce was used up by somebody else, or by the same person a moment ago."""

    def __init__(self) -> None:
        super().__init__(STALE)


class Router:
    """Runs inside the dispatcher's transaction and never commits."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def route(self, turn: Turn, unit: UnitOfWork, now: datetime) -> Reply:
        """Raises UserFacingError; then the caller rolls everything back. A reply with a form discards the unit."""
        match turn.content:
            case Said():
                reply = self._said(turn, turn.content, unit)
            case Reworded() | Withdrawn():
                reply = _handled(self._catalog.message, turn, unit)
            case Opened():
                reply = _handled(self._catalog.opened(turn.content.what), turn, unit)
            case Searched():
                reply = _handled(self._catalog.search, turn, unit)
            case Pointed():
                reply = self._pointed(turn, turn.content, unit)
            case Commanded():
                reply = self._commanded(turn, turn.content, unit)
            case Pressed():
                reply = self._pressed(turn, turn.content, unit, now)
            case Submitted():
                reply = self._submitted(turn, turn.content, unit, now)
        if reply.form is not None:
            if reply.posts:
                raise TypeError("A reply opens a form or posts, not both.")
            unit.discard()
        return reply

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        return any(overhears(place, unit) for overhears in self._catalog.overhearing)

    def _said(self, turn: Turn, said: Said, unit: UnitOfWork) -> Reply:
        command = self._slashed(said.text) or self._spoken(said.text, turn.person) if said.addressed else None
        if command is not None:
            return self._commanded(replace(turn, content=command), command, unit)
        return _handled(self._catalog.message, turn, unit)

    def _slashed(self, text: str) -> Commanded | None:
        """``/reindex force``, where there is such a command."""
        slash = _SLASH.fullmatch(text.strip())
        if slash is None or self._catalog.command(slash[1].lower()) is None:
            return None
        return Commanded(slash[1].lower(), (slash[2] or "").strip())

    def _spoken(self, text: str, person: Person) -> Commanded | None:
        """``reindex force`` by itself, from somebody who may; for everybody else the words are a question."""
        name, _, words = " ".join(text.lower().split()).partition(" ")
        command = self._catalog.command(name)
        if command is None or (command.admin_only and not person.is_admin) or (words and words not in command.words):
            return None
        return Commanded(name, words)

    def _commanded(self, turn: Turn, command: Commanded, unit: UnitOfWork) -> Reply:
        found = self._catalog.command(command.name)
        if found is None:
            raise UserFacingError("There is no such command, so nothing was done. `help` lists what there is.")
        if found.admin_only and not turn.person.is_admin:
            raise UserFacingError(ADMINS_ONLY)
        return found.handler(turn, unit)

    def _pressed(self, turn: Turn, pressed: Pressed, unit: UnitOfWork, now: datetime) -> Reply:
        handler = self._catalog.button(pressed.action)
        if handler is None:
            raise UserFacingError(UNKNOWN)
        nonces = Nonces(unit)
        if not nonces.offers(pressed.nonce, pressed.action, pressed.value) or not nonces.use(pressed.nonce, now):
            raise StaleButton
        known = replace(pressed, message=nonces.message_of(pressed.nonce))
        turn = _where_it_stands(replace(turn, content=known), pressed.nonce, unit)
        return _placed(replace(handler(turn, unit), nonce=pressed.nonce), turn.place)

    def _pointed(self, turn: Turn, pointed: Pointed, unit: UnitOfWork) -> Reply:
        found = self._catalog.message_action(pointed.action)
        if found is None:
            raise UserFacingError(UNKNOWN)
        return found.handler(turn, unit)

    def _submitted(self, turn: Turn, submitted: Submitted, unit: UnitOfWork, now: datetime) -> Reply:
        route = self._catalog.form(submitted.form)
        if route is None:
            raise UserFacingError(UNKNOWN)
        form = route.form(submitted.state)
        if problems := missing_or_invalid(form, submitted.values):
            raise FormRejected(problems, form)
        if not Nonces(unit).use(submitted.nonce, now):
            raise StaleButton
        turn = _where_it_stands(turn, submitted.nonce, unit)
        try:
            return _placed(replace(route.handler(turn, unit), nonce=submitted.nonce), turn.place)
        except FormRejected as rejected:
            raise FormRejected(rejected.problems, form) from rejected


def _where_it_stands(turn: Turn, nonce: str, unit: UnitOfWork) -> Turn:
    """A platform may know a place by two names, e.g. a direct message by its person and by its channel. For the
    message to be changed in place, it is the name under which it was posted."""
    place = Outbox(unit).place_of(nonce)
    return replace(turn, place=place) if place and place.platform == turn.place.platform else turn


def _placed(reply: Reply, place: Place) -> Reply:
    return replace(reply, posts=tuple(replace(post, place=post.place or place) for post in reply.posts))


def _handled(handler: Handler | None, turn: Turn, unit: UnitOfWork) -> Reply:
    return handler(turn, unit) if handler else Reply()
