"""Colleagues who are asked whether it helps: real store, jobs, pages and timekeeper."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from bot.chat.reply import Button
from bot.chat.turn import Opened, Person
from bot.features.feature import HomeSection
from bot.features.page import Download, PageRequest
from bot.features.pulse import acts
from bot.features.pulse.chat import PulseChat
from bot.features.pulse.feature import pulse_feature
from bot.features.pulse.jobs import PulseJobs
from bot.features.pulse.pages import PulsePages
from bot.features.pulse.store import SqlPulse
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.announcements_house import BASE, CHANNELS, DANA, GUEST, PEOPLE
from tests.builders import NOON
from tests.chat_house import ChatHouse, direct, labels

DAY = timedelta(days=1)
LATER = NOON + 30 * DAY
COLLEAGUES = [each for each in PEOPLE if each is not GUEST]
SCALE = list(acts.SCALE.values())


class House(ChatHouse):
    """A month after people came."""

    command = "pulse"

    def __init__(self, database: Database, a_day: int = 3, least: int = 5) -> None:
        super().__init__(database, PEOPLE, CHANNELS)
        self.clock.at = LATER
        self.jobs = PulseJobs(database, BASE, a_day, least)
        self.pages = PulsePages(database, self.clock, least)
        self.open(pulse_feature(PulseChat(least, base_url=BASE), self.jobs))

    def days(self, number: int) -> None:
        for _ in range(number):
            self.clock.at = (self.clock.at + DAY).replace(hour=0, minute=30)
            self.jobs.run(self.clock.at)
            self.live(timedelta(hours=18), timedelta(hours=6))

    def questions(self, person: Person) -> list[Delivery]:
        return [each for each in self.history if each.place.channel == direct(person) and SCALE[0] in labels(each)]

    def asked(self, *people: Person) -> None:
        """By hand, just now."""
        for person in people:
            with self.database.begin() as unit:
                assert SqlPulse(unit).ask(person.id, self.clock(), self.clock() - 92 * DAY)
                self.jobs.ask(person.id, self.clock(), unit)
        self.out()

    def answer(self, person: Person, score: int) -> Delivery:
        self.press(self.newest(person), SCALE[score - 1], person)
        return self.newest(person)

    def file(self) -> list[list[str]]:
        download = self.pages.take_away(PageRequest(DANA))
        assert isinstance(download, Download)
        return list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))[1:]

    def home(self, person: Person = DANA) -> HomeSection | None:
        (source,) = self.catalog.home
        with self.database.reading() as unit:
            return source(self.turn_of(Opened("home"), person), unit)

    def words(self) -> list[str]:
        return [text for text, _ in self.at_words(DANA)]

    def buttons_at_words(self, person: Person) -> list[str]:
        return [button.label for _, button in self.at_words(person) if button is not None]

    def at_words(self, person: Person) -> Sequence[tuple[str, Button | None]]:
        found = self.page(person)["words"]
        assert isinstance(found, Sequence)
        return found

    def page(self, person: Person = DANA) -> dict[str, object]:
        return dict(self.pages.show(PageRequest(person)).values)
