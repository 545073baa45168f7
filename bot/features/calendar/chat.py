"""The calendar in a chat: what comes next, one's own part of it, and the addresses to subscribe to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.chat.moments import moment_for_readers, zone_of
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Commanded, Turn
from bot.features.calendar import card
from bot.features.calendar.feeds import Addresses, CalendarFeed, offered
from bot.features.calendar.sources import Calendar
from bot.features.feature import Command, Feature, HomeSection
from bot.features.library.links import pages_from
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork

KEY = "calendar-"
"""Begins the key of every message that is one of these."""

AT_HOME = timedelta(days=14)


class CalendarChat:
    """Turn -> Reply. `base_url` is how people reach the web page from a chat."""

    def __init__(self, calendar: Calendar, addresses: Addresses, *, base_url: str = "") -> None:
        self._calendar = calendar
        self._addresses = addresses
        self._base_url = base_url

    def on_calendar(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Own dates and addresses are for one pair of eyes, wherever they were asked for."""
        words = turn.content.text.strip().casefold() if isinstance(turn.content, Commanded) else ""
        key = f"{KEY}{uuid4().hex}"
        if words == "subscribe":
            return Reply((Post(self._subscribe(turn, unit), key, turn.private_place),))
        if words == card.ONLY_MINE:
            return Reply((Post(self._next(_privately(turn), unit, only_mine=True), key, turn.private_place),))
        return Reply((Post(self._next(turn, unit), key),))

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return _in_place(turn, self._next(_privately(turn), unit, only_mine=turn.carried == card.ONLY_MINE))

    def on_subscribe(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return _in_place(turn, self._subscribe(turn, unit))

    def on_renew(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Of one feed where it is named, else of all of them."""
        own = offered(turn.person.principals)
        feeds = [turn.carried] if turn.carried in own else own
        self._addresses.renew(feeds, turn.person.id, turn.at, unit)
        record(unit, AuditEntry(turn.at, turn.person.id, "calendar address renewed", ", ".join(feeds)))
        return _in_place(turn, self._subscribe(turn, unit, card.RENEWED))

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        coming = self._calendar.coming(turn, zone_of(turn.person.time_zone), unit, ahead=AT_HOME)
        return card.home_section(coming, _moments(turn), pages_from(turn.place, self._base_url), turn.at)

    def _next(self, turn: Turn, unit: UnitOfWork, *, only_mine: bool = False) -> Message:
        zone = zone_of("UTC" if turn.place.is_shared else turn.person.time_zone)
        coming = self._calendar.coming(turn, zone, unit, only_mine=only_mine)
        pages = pages_from(turn.place, self._base_url)
        return card.next_message(
            coming, _moments(turn), pages, turn.at, only_mine=only_mine, is_shared=turn.place.is_shared
        )  # fmt: skip

    def _subscribe(self, turn: Turn, unit: UnitOfWork, summary: str = "") -> Message:
        addresses = self._addresses.of(turn.person.id, turn.person.principals, turn.at, unit)
        return card.subscribe_message(addresses, summary)


def calendar_feature(chat: CalendarChat, feed: CalendarFeed) -> Feature:
    """Without its pages; `pages.py` adds them."""
    command = Command(
        chat.on_calendar,
        "the next dates; “calendar mine” for yours, “calendar subscribe” for your own calendar program",
        words=frozenset({card.ONLY_MINE, "subscribe"}),
    )
    return Feature(
        name="calendar",
        commands={"calendar": command},
        buttons={card.SHOW: chat.on_show, card.SUBSCRIBE: chat.on_subscribe, card.RENEW: chat.on_renew},
        home=(chat.at_home,),
        feeds=feed.feeds(),
        on_pages=frozenset({card.RENEW}),
    )


def _privately(turn: Turn) -> Turn:
    """The same, as it is answered where only they read."""
    return replace(turn, place=turn.private_place)


def _moments(turn: Turn) -> Callable[[datetime], str]:
    return lambda at: moment_for_readers(at, turn)


def _in_place(turn: Turn, message: Message) -> Reply:
    """Instead of the message whose button was pressed, where that is one of these and only they read it."""
    if turn.place != turn.private_place:
        return Reply((Post(message, f"{KEY}{uuid4().hex}", turn.private_place),))
    key = turn.message_key or ""
    return Reply((Post(message, key if key.startswith(KEY) else f"{KEY}{uuid4().hex}"),))
