"""A house in which people are introduced: the real store, desk, jobs and timekeeper, and whoever writes to people
replaced by a list of what was told."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.turn import Person
from bot.features.introductions.desk import Desk
from bot.features.introductions.first_week import Step, read_steps
from bot.features.introductions.jobs import IntroductionJobs, Tells
from bot.features.introductions.model import Circle, Meeting, Member, Week
from bot.features.introductions.planning import Made
from bot.features.introductions.store import SqlIntroductions
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import ADMIN
from tests.introduced import SUNDAY, circle, member

HOUR = timedelta(hours=1)


def person(person_id: str, **values: object) -> Person:
    return replace(Person(person_id, person_id.title()), **values)


class Told:
    """Fills `jobs.Tells`."""

    def __init__(self) -> None:
        self.rounds: list[Made] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.steps: list[tuple[Week, Step, datetime]] = []

    def introduced(self, made: Made, unit: UnitOfWork, now: datetime) -> None:
        unit.after_commit(lambda: self.rounds.append(made))

    def asks(
        self, circle: Circle, meeting: Meeting, person_ids: Collection[str], unit: UnitOfWork, now: datetime
    ) -> None:
        unit.after_commit(lambda: self.asked.append((meeting.id, tuple(person_ids))))

    def guides(self, week: Week, step: Step, unit: UnitOfWork, now: datetime) -> None:
        unit.after_commit(lambda: self.steps.append((week, step, now)))


class House:
    def __init__(self, database: Database, tells: Tells | None = None) -> None:
        self.database = database
        self.now = SUNDAY
        self.told = Told()
        self.jobs = IntroductionJobs(tells or self.told, read_steps())
        self.desk = Desk(self.jobs)

    def arrive(
        self, *person_ids: str, is_guest: bool = False, zone: str = "Europe/Berlin", email: bool = False
    ) -> None:
        with self.database.begin() as unit:
            for each in person_ids:
                address = f"{each}@example.com" if email else ""
                People(unit).add(KnownPerson(each, each.title(), SUNDAY, address, zone))
                account = Account(f"slack:T1:{each}", each, "slack", SUNDAY, f"D-{each}", each.title())
                People(unit).add_account(replace(account, is_guest=is_guest))

    def open(self, **values: object) -> Circle:
        with self.database.begin() as unit:
            return self.desk.open(circle(**{"opened_at": self.now, **values}), ADMIN, unit)

    def join(self, *person_ids: str, circle_id: str = "coffee", **values: object) -> None:
        """Those who arrived before."""
        with self.database.begin() as unit:
            for each in person_ids:
                SqlIntroductions(unit).put_member(member(each, circle_id, **values))

    def members(self) -> list[Member]:
        with self.database.reading() as unit:
            return list(SqlIntroductions(unit).members("coffee"))

    def meetings(self, person_id: str) -> list[Meeting]:
        with self.database.reading() as unit:
            return list(SqlIntroductions(unit).meetings_of(person_id))

    def keeper(self) -> Timekeeper:
        return Timekeeper(self.database, self.jobs.timers(), lambda: self.now)

    def live(self, until: datetime, step: timedelta = HOUR) -> None:
        keeper = self.keeper()
        while self.now < until:
            self.now = min(self.now + step, until)
            while keeper.run_due():
                pass

    def groups(self) -> list[list[tuple[str, ...]]]:
        """Of each round that was told of."""
        return [sorted(meeting.person_ids for meeting in made.meetings) for made in self.told.rounds]
