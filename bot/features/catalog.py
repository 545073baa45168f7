"""All features together: which of them answers to what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from bot.chat.turn import Person
from bot.features.feature import Command, Feature, FormRoute, Handler
from bot.features.page import Page
from scheduler.job import Job


class Catalog:
    """Raises ValueError where two features claim the same word, button or form."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features: tuple[Feature, ...] = tuple(features)
        self._commands: dict[str, Command] = {}
        self._buttons: dict[str, Handler] = {}
        self._forms: dict[str, FormRoute] = {}
        for feature in self.features:
            _take(self._commands, feature.commands)
            _take(self._buttons, feature.buttons)
            _take(self._forms, feature.forms)
        listeners = [feature.message for feature in self.features if feature.message is not None]
        if len(listeners) > 1:
            raise ValueError("Two features listen to what is said; one does.")
        self.message: Handler | None = listeners[0] if listeners else None

    def command(self, name: str) -> Command | None:
        return self._commands.get(name)

    def button(self, action: str) -> Handler | None:
        return self._buttons.get(action)

    def form(self, form: str) -> FormRoute | None:
        return self._forms.get(form)

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


def _take(into: dict[str, Route], routes: Mapping[str, Route]) -> None:
    for name, route in routes.items():
        if name in into:
            raise ValueError(f"Two features answer to {name!r}.")
        into[name] = route
