"""What the clock does with the pulse: on working days a few people are chosen, who are asked on their next working
morning, and what may be shown by now is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from bot.chat.reply import Post
from bot.features.feature import TimerHandler
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.features.pulse import cards, use_cases
from bot.features.pulse.model import A_DAY, ASKED, LEAST, QUARTER, key_of, month_of, next_ten
from bot.features.pulse.store import SqlPulse
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.job import Job

WEEKEND = 5
ASK = "pulse.ask"
"""The timer of somebody who is going to be asked; its subject is the person."""

AT = time(0, 30)
"""UTC. Whoever is chosen is asked at ten in their own morning."""


@dataclass(frozen=True, slots=True)
class PulseJobs:
    """`a_day` people at most; nothing is shown of fewer than `least`."""

    database: Database
    base_url: str = ""
    a_day: int = A_DAY
    least: int = LEAST

    def job(self) -> Job:
        return Job("pulse", AT, "UTC", self.run)

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {ASK: self.ask}

    def run(self, now: datetime) -> None:
        """Begun again it asks nobody twice."""
        with self.database.begin() as unit:
            SqlPulse(unit).write_anew()
            use_cases.show_what_may_be(SqlPulse(unit), now, self.least)
        with self.database.reading() as unit:
            chosen = use_cases.to_ask(unit, now, self.a_day) if now.weekday() < WEEKEND else ()
        for person in chosen:
            with self.database.begin() as unit:
                at = next_ten(person.preferences.time_zone or person.time_zone, now)
                if SqlPulse(unit).ask(person.id, at, now - QUARTER):
                    Timers(unit).set(ASK, person.id, at)

    def ask(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Where they are reached just then, in quiet hours once these are over. Who does not want it is not asked."""
        store, person = SqlPulse(unit), People(unit).get(subject)
        own, place = store.get(subject), reach(subject, unit)
        if person is None or place is None or own.opted_out or not own.is_open(now):
            return
        quiet = quiet_until(person, now)
        if quiet is not None:
            Timers(unit).set(ASK, subject, quiet)
            return
        message = cards.question_message(self.least, pages_from(place, self.base_url))
        Outbox(unit).add(Post(message, key_of(own)), place, now)
        store.put_place(subject, place)
        store.count(month_of(now), "", ASKED)
