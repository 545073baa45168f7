"""All features together: which of them answers to what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Column

from bot.chat.turn import Person
from bot.features.calendar_entry import CalendarSource
from bot.features.digest_entry import DigestSource
from bot.features.feature import (
    Command,
    Feature,
    FeedSource,
    FormRoute,
    Handler,
    Heard,
    HomeSource,
    LeaveHandler,
    MessageAction,
    Overhears,
    TimerHandler,
)
from bot.features.page import Page
from scheduler.job import Job


class Catalog:
    """Raises ValueError where two features claim the same word, button or form."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features: tuple[Feature, ...] = tuple(features)
        self._commands: dict[str, Command] = {}
        self._buttons: dict[str, Handler] = {}
        self._forms: dict[str, FormRoute] = {}
        self._message_actions: dict[str, MessageAction] = {}
        self._opened: dict[str, Handler] = {}
        self._timers: dict[str, TimerHandler] = {}
        self._feeds: dict[str, FeedSource] = {}
        self._leaves: dict[str, LeaveHandler] = {}
        for feature in self.features:
            _take(self._commands, feature.commands)
            _take(self._buttons, feature.buttons)
            _take(self._forms, feature.forms)
            _take(self._message_actions, feature.message_actions)
            _take(self._opened, {str(what): handler for what, handler in feature.opened.items()})
            _take(self._timers, feature.timers)
            _take(self._feeds, feature.feeds)
            _take(self._leaves, feature.leaves)
        self.message = _only("message", [feature.message for feature in self.features])
        self.search = _only("search", [feature.search for feature in self.features])
        self.reacted = _only("reacted", [feature.reacted for feature in self.features])

    def command(self, name: str) -> Command | None:
        return self._commands.get(name)

    def button(self, action: str) -> Handler | None:
        return self._buttons.get(action)

    def form(self, form: str) -> FormRoute | None:
        return self._forms.get(form)

    def opened(self, what: str) -> Handler | None:
        return self._opened.get(what)

    def message_action(self, action: str) -> MessageAction | None:
        return self._message_actions.get(action)

    @property
    def message_actions(self) -> Mapping[str, MessageAction]:
        """By name, in the order of the features."""
        return self._message_actions

    @property
    def home(self) -> tuple[HomeSource, ...]:
        return tuple(source for feature in self.features for source in feature.home)

    @property
    def acted(self) -> tuple[Handler, ...]:
        return tuple(each.acted for each in self.features if each.acted is not None)

    @property
    def heard(self) -> tuple[Heard, ...]:
        return tuple(each.heard for each in self.features if each.heard is not None)

    @property
    def overhearing(self) -> tuple[Overhears, ...]:
        return tuple(each.overhears for each in self.features if each.overhears is not None)

    @property
    def person_columns(self) -> tuple[Column[str], ...]:
        return tuple(column for feature in self.features for column in feature.person_columns)

    @property
    def timers(self) -> Mapping[str, TimerHandler]:
        return self._timers

    @property
    def feeds(self) -> Mapping[str, FeedSource]:
        return self._feeds

    @property
    def leaves(self) -> Mapping[str, LeaveHandler]:
        return self._leaves

    @property
    def calendar(self) -> tuple[CalendarSource, ...]:
        return tuple(each.calendar for each in self.features if each.calendar is not None)

    @property
    def digest(self) -> tuple[DigestSource, ...]:
        return tuple(each.digest for each in self.features if each.digest is not None)

    @property
    def on_pages(self) -> frozenset[str]:
        return frozenset(action for each in self.features for action in each.on_pages)

    @property
    def commands(self) -> Mapping[str, Command]:
        """By word, in the order of the features."""
        return self._commands

    def commands_for(self, person: Person) -> Sequence[tuple[str, Command]]:
        """What this person may do, in the order of the features."""
        return [(name, each) for name, each in self._commands.items() if person.is_admin or not each.admin_only]

    @property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for feature in self.features for page in feature.pages)

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(job for feature in self.features for job in feature.jobs)


Route = TypeVar("Route")


def _only(what: str, handlers: Sequence[Handler | None]) -> Handler | None:
    taken = [handler for handler in handlers if handler is not None]
    if len(taken) > 1:
        raise ValueError(f"Two features have the handler {what!r}; one has.")
    return taken[0] if taken else None


def _take(into: dict[str, Route], routes: Mapping[str, Route]) -> None:
    for name, route in routes.items():
        if name in into:
            raise ValueError(f"Two features answer to {name!r}.")
        into[name] = route
