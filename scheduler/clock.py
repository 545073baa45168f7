"""The clock: APScheduler in memory to wake up, ticks in the database to decide."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.job import Job
from scheduler.tick import Ticks
from scheduler.trigger import last_due, next_due

log = structlog.stdlib.get_logger(__name__)


class Clock:
    """Runs each job at its local time, once among all replicas. After an outage only the latest missed tick
    is made up for. A job that raises is logged and not repeated before its next tick."""

    def __init__(self, jobs: Sequence[Job], ticks: Ticks, now: Callable[[], datetime]) -> None:
        self._jobs = tuple(jobs)
        self._ticks = ticks
        self._now = now
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        for job in self._jobs:
            # The first start after the installation owes nothing for the days before it.
            first = not self._ticks.is_known(job.name)
            if first:
                missed = last_due(job, self._now())
                self._ticks.try_take(job.name, missed.local_date, missed.slot)
            self._scheduler.add_job(self._wake, args=(job,), id=f"{job.name} at start", misfire_grace_time=None)
        self._scheduler.start()

    def stop(self) -> None:
        """Does not wait for a job that runs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def run_due(self, job: Job) -> bool:
        """Run the job's latest tick unless somebody has taken it; whether it was run."""
        due = last_due(job, self._now())
        if not self._ticks.try_take(job.name, due.local_date, due.slot):
            return False
        log.info("job begins", job=job.name, due_at=due.at.isoformat())
        job.run(due.at)
        log.info("job ends", job=job.name)
        return True

    def _wake(self, job: Job) -> None:
        self._scheduler.add_job(
            self._wake,
            "date",
            run_date=next_due(job, self._now()).at,
            args=(job,),
            id=job.name,
            replace_existing=True,
            misfire_grace_time=None,
        )
        self.run_due(job)
