"""The calendar in people's own programs, which read it without a sign-in: what is theirs, or what everyone may read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.turn import EVERYONE
from bot.chat.wording import shortened
from bot.features.calendar.sources import AHEAD, BACK, MOST, NOBODY, Calendar
from bot.features.calendar_entry import CalendarEntry
from bot.features.feature import FeedSource
from bot.features.profile.readers import readers_of
from bot.storage.people import People
from bot.storage.subscriptions import Subscription, Subscriptions
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import CalendarEvent, Method, calendar_file

MINE, ALL = "calendar.mine", "calendar.all"
NAMES = {MINE: "Guildhall: yours", ALL: "Guildhall: for everyone"}

TITLE_LENGTH, TEXT_LENGTH = 250, 5_000
"""Characters of a title, and of what is said beside it, in a feed."""

AddressOf = Callable[[str], str]
"""From the key of a subscription to the address that a calendar program reads; empty where people reach no page."""


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """`base_url` is how people reach the web page, for the links in it."""

    calendar: Calendar
    base_url: str = ""

    def feeds(self) -> Mapping[str, FeedSource]:
        return {MINE: self.mine, ALL: self.everyones}

    def mine(self, asked: Subscription, now: datetime, unit: UnitOfWork) -> bytes | None:
        """As whom they read is not known here, so nothing but what is their own."""
        if not People(unit).accounts_of(asked.person_id):
            return None
        found = self.calendar.entries(asked.person_id, frozenset({asked.person_id}), now - BACK, now + AHEAD, unit)
        return self._file([each for each in found if each.is_mine], MINE, now)

    def everyones(self, asked: Subscription, now: datetime, unit: UnitOfWork) -> bytes | None:
        """Guests are not among everyone."""
        if EVERYONE not in readers_of(asked.person_id, unit):
            return None
        found = self.calendar.entries(NOBODY, frozenset({EVERYONE}), now - BACK, now + AHEAD, unit)
        return self._file(found, ALL, now)

    def _file(self, entries: Sequence[CalendarEntry], feed: str, now: datetime) -> bytes:
        """Where they are too many, what is over and what is far away is left out."""
        ahead = [each for each in entries if not _is_over(each, now)][:MOST]
        over = [each for each in entries if _is_over(each, now)]
        kept = [*over[max(0, len(over) + len(ahead) - MOST) :], *ahead]
        return calendar_file(Method.PUBLISH, [in_feed(each, self.base_url) for each in kept], now, NAMES[feed])


def _is_over(entry: CalendarEntry, now: datetime) -> bool:
    return entry.event.recurrence is None and entry.event.ends < now


def in_feed(entry: CalendarEntry, base_url: str) -> CalendarEvent:
    """The event, with how it stands and where there is more."""
    event, page = entry.event, f"{base_url}{entry.page}" if base_url and entry.page else ""
    said = [event.description[:TEXT_LENGTH], entry.note, f"More about it in Guildhall: {page}" if page else ""]
    return replace(
        event,
        title=shortened(event.title, TITLE_LENGTH),
        description="\n\n".join(each for each in said if each),
        location=shortened(event.location, TITLE_LENGTH),
        url=event.url or page,
    )


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where somebody's calendar program finds the feeds."""

    address_of: AddressOf

    def of(self, person_id: str, readers: frozenset[str], now: datetime, unit: UnitOfWork) -> Mapping[str, str]:
        """By feed, those that they may have; none where people reach no page."""
        keys = Subscriptions(unit)
        found = {
            each: self.address_of(keys.key_of(Subscription(each, "", person_id), now)) for each in offered(readers)
        }
        return {feed: address for feed, address in found.items() if address}

    def renew(self, feeds: Sequence[str], person_id: str, now: datetime, unit: UnitOfWork) -> None:
        for each in feeds:
            Subscriptions(unit).renew(Subscription(each, "", person_id), now)


def offered(readers: frozenset[str]) -> Sequence[str]:
    return (MINE, ALL) if EVERYONE in readers else (MINE,)
