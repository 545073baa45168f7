"""What the clock does: rounds of circles, asking whether people met, the steps of first weeks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.features.experts.model import zone_of
from bot.features.feature import TimerHandler
from bot.features.introductions.first_week import Step, next_morning
from bot.features.introductions.mending import Mended, mend_round
from bot.features.introductions.model import Circle, Meeting, Round, Week
from bot.features.introductions.planning import Made, make_round, plan_round
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.welcoming import take_step
from bot.storage.people import People
from bot.storage.recurring import Cue, Due, Recurring
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import Series, next_occurrence

ROUND = "introductions.round"
ASK = "introductions.ask"
STEP = "introductions.step"
MEND = "introductions.mend"
TIMERS = (ROUND, ASK, STEP, MEND)

GRACE = timedelta(days=3)
"""A weekend's outage is made up for."""

ASK_AFTER = timedelta(days=10)
ASK_PART = 0.7
"""Of the time until the next round, where that is less."""


MEND_AFTER = timedelta(days=1)
"""By then it is known who was never reached; after that only whoever leaves leaves others alone."""


class Tells(Protocol):
    """Whoever writes to people, in the transaction in which it happened."""

    def introduced(self, made: Made, unit: UnitOfWork, now: datetime) -> None: ...

    def missed(self, made: Round, person_ids: Collection[str], unit: UnitOfWork) -> Collection[str]:
        """Whom what was told of that round never reached."""
        ...

    def mended(self, mended: Mended, unit: UnitOfWork, now: datetime) -> None: ...

    def asks(
        self, circle: Circle, meeting: Meeting, person_ids: Collection[str], unit: UnitOfWork, now: datetime
    ) -> None:
        """Whether they met; `person_ids` have not said yet."""
        ...

    def guides(self, week: Week, step: Step, unit: UnitOfWork, now: datetime) -> None:
        """A step of a first week. `week` is as it is with this step; its buddy may be new since the last."""
        ...


class IntroductionJobs:
    """However many replicas run, each round is made once, and each question and step comes once."""

    def __init__(self, tells: Tells, steps: Sequence[Step]) -> None:
        self._tells = tells
        self.steps = tuple(steps)
        self._rounds = Recurring(ROUND, (Cue("round", grace=GRACE),), schedule_of, self._make_round)

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {ROUND: self._rounds, ASK: self.ask, MEND: self.mend, STEP: self.guide}

    def arm(self, circle: Circle, unit: UnitOfWork, now: datetime) -> None:
        """After a circle was opened, changed or closed: the last thing in its transaction."""
        self._rounds.arm(circle.id, unit, now)

    def left(self, circle_id: str, unit: UnitOfWork, now: datetime) -> None:
        """After somebody left a circle: whom that leaves alone in its last round meets others."""
        for made in SqlIntroductions(unit).rounds(circle_id)[:1]:
            if _is_open(made.id, unit):
                Timers(unit).set(MEND, made.id, now)

    def begin(self, week: Week, unit: UnitOfWork, now: datetime) -> None:
        """Of a first week that was begun: the first step comes at once."""
        Timers(unit).set(STEP, week.person_id, now)

    def ask(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Those who were introduced in a round, whether they met."""
        store = SqlIntroductions(unit)
        made = store.round(subject)
        circle = store.circle(made.circle_id) if made else None
        if circle is None:
            return
        for meeting in store.meetings_of_round(subject):
            silent = [each.person_id for each in meeting.participants if each.answer is None]
            if silent and len(meeting.participants) > 1:  # two of them may have proved to be one person
                self._tells.asks(circle, meeting, silent, unit, now)

    def mend(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Until they are asked whether they met."""
        made = SqlIntroductions(unit).round(subject)
        if made is None or not _is_open(subject, unit):
            return
        ids = [each for meeting in SqlIntroductions(unit).meetings_of_round(subject) for each in meeting.person_ids]
        mended = mend_round(made, self._tells.missed(made, ids, unit), unit, now)
        if mended is not None:
            self._tells.mended(mended, unit, now)
        if now < made.made_at + MEND_AFTER:
            Timers(unit).set(MEND, subject, made.made_at + MEND_AFTER)

    def guide(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """A newcomer through the next step, and sets the one after it for the next working day's morning."""
        store = SqlIntroductions(unit)
        week = store.week(subject)
        taken = take_step(store, week, len(self.steps), now) if week else None
        if taken is None:
            return
        self._tells.guides(taken, self.steps[taken.steps - 1], unit, now)
        person = People(unit).get(subject)
        if taken.is_running:
            Timers(unit).set(STEP, subject, next_morning(now, zone_of(person) if person else ""))

    def _make_round(self, series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        with unit.database.reading() as before:
            plan = plan_round(series_id, due.occurrence.original, now, before)
        if plan is None:
            return
        following = next_occurrence(plan.circle.schedule, due.occurrence.starts)
        if following is not None and following.starts <= now:
            return  # after an outage one round is enough
        made = make_round(plan, now, unit)
        if made is None:
            return
        self._tells.introduced(made, unit, now)
        if made.meetings:
            wait = min(ASK_AFTER, (following.starts - now) * ASK_PART) if following else ASK_AFTER
            Timers(unit).set(ASK, made.round.id, now + wait)
            Timers(unit).set(MEND, made.round.id, now + min(MEND_AFTER, wait / 2))


def _is_open(round_id: str, unit: UnitOfWork) -> bool:
    """Whether those of that round are still to be asked."""
    return Timers(unit).due_at(ASK, round_id) is not None


def schedule_of(circle_id: str, unit: UnitOfWork) -> Series | None:
    circle = SqlIntroductions(unit).circle(circle_id)
    return circle.schedule if circle is not None and circle.is_open else None
