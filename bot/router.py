"""From a turn to the feature that answers it, with what holds for all features: nonces, forms, permission."""

import re
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import STATE_LIMIT, missing_or_invalid
from bot.chat.question_words import looks_like_question
from bot.chat.reply import Reply
from bot.chat.turn import (
    Commanded,
    Opened,
    Person,
    Place,
    Pointed,
    Pressed,
    Reacted,
    Reworded,
    Said,
    Searched,
    Submitted,
    Turn,
    Withdrawn,
)
from bot.features.catalog import Catalog
from bot.features.feature import ADMINS_ONLY, FormRoute, Handler
from bot.storage.nonces import Carrier, Nonces
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork

STALE = (
    "That button was pressed already, or its message has changed since. Nothing was done this time; "
    "the message shows where things stand."
)
UNKNOWN = "That button is from an older version of Guildhall. Nothing was done. Ask again to get a current one."

TOO_LARGE = "That is more than can be sent at once, so nothing was changed. Shorten it, and send it again."

ROOM = 100_000
"""Characters of all that a form on a page may bring."""

FREE_WORDS = 6
"""Words that may follow a command without a slash where any may: more are a sentence."""

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
            case Reacted():
                reply = _handled(self._catalog.reacted, turn, unit)
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
        elif _spoke_here(turn, reply):
            for heard in self._catalog.heard:
                heard(turn, unit)
        return reply

    def act(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """What a page of ours offers: no nonce vouches for what it carries. Raises as `route` does."""
        _check_size(turn)
        match turn.content:
            case Pressed(action=name):
                handler = self._catalog.button(name)
            case Submitted(form=name) as content if (route := self._catalog.form(name)) is not None:
                handler = partial(_filled_in, route, content)
            case _:
                raise UserFacingError(UNKNOWN)
        if handler is None or name not in self._catalog.on_pages:
            raise UserFacingError(UNKNOWN)
        reply = handler(turn, unit)
        return self._with_what_shows_it(reply, turn, unit)

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        return any(overhears(place, unit) for overhears in self._catalog.overhearing)

    def _said(self, turn: Turn, said: Said, unit: UnitOfWork) -> Reply:
        if said.addressed and (command := self._command_in(said.text, turn.person)) is not None:
            return self._commanded(replace(turn, content=command), command, unit)
        return _handled(self._catalog.message, turn, unit)

    def _command_in(self, text: str, person: Person) -> Commanded | None:
        return self._slashed(text) or self._spoken(text, person) or self._in_a_sentence(text, person)

    def _in_a_sentence(self, text: str, person: Person) -> Commanded | None:
        for name, command in self._catalog.commands_for(person):
            if command.sentence is not None and (words := command.sentence(text)) is not None:
                return Commanded(name, words)
        return None

    def _slashed(self, text: str) -> Commanded | None:
        """``/reindex force``, where there is such a command."""
        slash = _SLASH.fullmatch(text.strip())
        if slash is None:
            return None
        name, words = self._named(slash[1], (slash[2] or "").strip())
        return Commanded(name, words) if self._catalog.command(name) is not None else None

    def _spoken(self, text: str, person: Person) -> Commanded | None:
        """``reindex force`` by itself, from somebody who may; for everybody else the words are a question."""
        first, _, others = " ".join(text.split()).partition(" ")
        name, words = self._named(first, others)
        command = self._catalog.command(name)
        if command is None or (command.admin_only and not person.is_admin):
            return None
        if words.lower() in command.words or not words:
            return Commanded(name, words.lower())
        if not command.free_words or len(words.split()) > FREE_WORDS or looks_like_question(words):
            return None
        return Commanded(name, words)

    def _named(self, first: str, others: str) -> tuple[str, str]:
        """A command's name and what follows it. A name of two words may be said in two: "office hours"."""
        second, _, rest = others.partition(" ")
        joined = f"{first}-{second}".lower()
        return (joined, rest.strip()) if self._catalog.command(joined) is not None else (first.lower(), others)

    def _commanded(self, turn: Turn, command: Commanded, unit: UnitOfWork) -> Reply:
        name, words = self._named(command.name, command.text)
        found = self._catalog.command(name)
        if found is None:
            raise UserFacingError("There is no such command, so nothing was done. “help” lists what there is.")
        if found.admin_only and not turn.person.is_admin:
            raise UserFacingError(ADMINS_ONLY)
        if name != command.name:
            turn = replace(turn, content=replace(command, name=name, text=words))
        if found.about_channel or not turn.place.is_shared or turn.place.members:
            return found.handler(turn, unit)
        aside = turn.private_place  # what it tells is not for the people of other companies who read along
        reply = found.handler(replace(turn, place=aside), unit)
        return replace(reply, posts=tuple(replace(post, place=post.place or aside) for post in reply.posts))

    def _pressed(self, turn: Turn, pressed: Pressed, unit: UnitOfWork, now: datetime) -> Reply:
        handler = self._catalog.button(pressed.action)
        if handler is None:
            raise UserFacingError(UNKNOWN)
        nonces = Nonces(unit)
        carrier = nonces.carrier(pressed.nonce)
        if carrier is None or (pressed.action, pressed.value) not in carrier.buttons or not _stands_here(turn, carrier):
            raise StaleButton
        is_first = nonces.use(pressed.nonce, now)
        turn = _where_it_stands(replace(turn, content=replace(pressed, message=carrier.key)), carrier, unit)
        if not is_first and not turn.place.is_home:
            raise StaleButton
        reply = handler(turn, unit)
        if reply.form is not None and (reply.form.lasts or turn.place.is_home):
            return reply  # with a nonce of its own: a home is drawn anew at any time, under whoever fills in the form
        if not is_first:
            raise StaleButton
        return self._with_what_shows_it(replace(reply, nonce=pressed.nonce), turn, unit)

    def _pointed(self, turn: Turn, pointed: Pointed, unit: UnitOfWork) -> Reply:
        found = self._catalog.message_action(pointed.action)
        if found is None:
            raise UserFacingError(UNKNOWN)
        return found.handler(turn, unit)

    def _submitted(self, turn: Turn, submitted: Submitted, unit: UnitOfWork, now: datetime) -> Reply:
        route = self._catalog.form(submitted.form)
        if route is None:
            raise UserFacingError(UNKNOWN)
        nonces = Nonces(unit)
        carrier = nonces.carrier(submitted.nonce)
        if carrier is None or not (carrier.is_for(submitted.form, turn.person.id) or _stands_here(turn, carrier)):
            raise StaleButton
        if not nonces.use(submitted.nonce, now):
            raise StaleButton
        turn = _where_it_stands(replace(turn, content=replace(submitted, message=carrier.key)), carrier, unit)
        reply = _filled_in(route, submitted, turn, unit)
        return self._with_what_shows_it(replace(reply, nonce=submitted.nonce), turn, unit)

    def _with_what_shows_it(self, reply: Reply, turn: Turn, unit: UnitOfWork) -> Reply:
        """The reply where it belongs, and what other messages show of its effect."""
        posts = [replace(post, place=post.place or _spoken_in(turn)) for post in reply.posts]
        for acted in () if reply.form else self._catalog.acted:
            posts += [replace(post, place=post.place or turn.place) for post in acted(turn, unit).posts]
        return replace(reply, posts=tuple(posts))


def _spoke_here(turn: Turn, reply: Reply) -> bool:
    """Somebody to us; or we to them, where what they said was overheard, or pointed at, which people do everywhere."""
    if not turn.place.is_shared:
        return False
    match turn.content:
        case Said(addressed=True) | Opened():
            return True
        case Said() | Pointed():
            return any(post.place is None or post.place == turn.place for post in reply.posts)
        case _:
            return False


def _check_size(turn: Turn) -> None:
    """Of what a page brings, which can be anything."""
    carried = turn.carried
    values = turn.content.values if isinstance(turn.content, Submitted) else {}
    room = ROOM - sum(len(name) + sum(map(len, value)) for name, value in values.items())
    if len(carried) > STATE_LIMIT or room < 0:
        raise UserFacingError(TOO_LARGE)


def _filled_in(route: FormRoute, submitted: Submitted, turn: Turn, unit: UnitOfWork) -> Reply:
    form = route.form(submitted.state)
    more = route.problems(turn, unit) if route.problems else {}
    if problems := {**more, **missing_or_invalid(form, submitted.values)}:
        in_order = {each.name: problems[each.name] for each in form.fields if each.name in problems}
        raise FormRejected({**in_order, **problems}, form)
    try:
        return route.handler(turn, unit)
    except FormRejected as rejected:
        raise FormRejected(rejected.problems, form) from rejected


def _stands_here(turn: Turn, carrier: Carrier) -> bool:
    """Whether the message is in the turn's channel, by either name of what only one person reads."""
    names = (turn.place.channel,) if turn.place.is_shared else (turn.place.channel, turn.direct)
    channels = tuple(f"{turn.place.platform}/{name}/" for name in names if name)
    return not carrier.is_form and carrier.conversation.startswith(channels)


def _where_it_stands(turn: Turn, carrier: Carrier, unit: UnitOfWork) -> Turn:
    """A platform may know a place by two names, e.g. a direct message by its person and by its channel. For the
    message to be changed in place, it is the name under which it was posted. Whoever reads along by now counts."""
    place = Outbox(unit).place_of(carrier.conversation, carrier.key)
    if place is None or place.platform != turn.place.platform:
        return turn
    return replace(turn, place=replace(place, members=place.members & turn.place.members))


def _spoken_in(turn: Turn) -> Place:
    """Where to say something: a home would lose all that it shows."""
    return turn.private_place if turn.place.is_home else turn.place


def _handled(handler: Handler | None, turn: Turn, unit: UnitOfWork) -> Reply:
    return handler(turn, unit) if handler else Reply()
