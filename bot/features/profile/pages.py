"""The same settings as a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.errors import FormRejected
from bot.chat.turn import Person
from bot.features.page import Page, PageRequest, Redirect, View, ticked
from bot.features.profile import use_cases
from bot.features.profile.chat import ProfileChat
from bot.features.profile.model import (
    HOURS,
    LANGUAGES,
    NONE,
    account_in_words,
    changes,
    preferences_from,
    zone_names,
)
from bot.features.profile.settings_card import PAGE
from bot.features.profile.settings_form import OFFERED_TOPICS
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database

BOX = "topic-"


@dataclass(frozen=True, slots=True)
class SettingsPages:
    database: Database
    chat: ProfileChat
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        return (
            Page(PAGE, self.show),
            Page(PAGE, self.save, method="POST"),
            Page(f"{PAGE}/undo", self.undo, method="POST"),
            Page(f"{PAGE}/not-me", self.part, method="POST"),
            Page(f"{PAGE}/mine", self.rejoin, method="POST"),
        )

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            known = use_cases.known_person(unit, request.person)
        return self._form(request.person, _typed(known.preferences), {})

    def save(self, request: PageRequest) -> View | Redirect:
        try:
            after = preferences_from({**request.form, "topics": ticked(request.form, BOX)})
        except FormRejected as rejected:
            return self._form(request.person, request.form, rejected.problems, status=422)
        with self.database.begin() as unit:
            before = use_cases.save_preferences(unit, request.person, after, self.clock())
        changed = changes(before, after)
        if not changed:
            return Redirect(PAGE, "Nothing is different, so your settings are as they were.")
        return Redirect(PAGE, f"Saved: {', '.join(label.lower() for label, _ in changed)}.")

    def undo(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            use_cases.undo_preferences(unit, request.person, self.clock())
        return Redirect(PAGE, "Undone: your settings are as they were before.")

    def part(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            account = use_cases.part_account(unit, request.person, request.form.get("account", ""), self.clock())
        return Redirect(PAGE, f"{account_in_words(account)} is somebody else from now on.")

    def rejoin(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            account = use_cases.rejoin_account(unit, request.person, request.form.get("account", ""), self.clock())
        return Redirect(PAGE, f"{account_in_words(account)} is yours again, with the next thing you do there.")

    def _form(
        self, person: Person, typed: Mapping[str, str], problems: Mapping[str, str], *, status: int = 200
    ) -> View:
        with self.database.reading() as unit:
            known = use_cases.known_person(unit, person)
            accounts = People(unit).accounts_of(known.id)
            parted = People(unit).separated(known.email) if known.email else ()
        offered = list(self.chat.topics(person)[:OFFERED_TOPICS])
        own = ticked(typed, BOX)
        return View(
            "profile/settings.html",
            {
                "known": known,
                "typed": typed,
                "problems": problems,
                "topics": [*offered, *(topic for topic in own if topic not in offered)],
                "zones": zone_names(),
                "hours": [(NONE, "No quiet hours"), *((hour, hour) for hour in HOURS)],
                "languages": [(NONE, "As my account says"), *LANGUAGES],
                "accounts": accounts,
                "parted": parted,
                "words": account_in_words,
            },
            status=status,
        )


def _typed(own: Preferences) -> dict[str, str]:
    return {
        **{f"{BOX}{topic}": "yes" for topic in own.topics},
        "time_zone": own.time_zone,
        "quiet_from": own.quiet_from or NONE,
        "quiet_to": own.quiet_to or NONE,
        "language": own.language or NONE,
    }
