"""What the clock does: each morning the library is looked through, and reminders come in their time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from bot.features.freshness.desk import Desk
from bot.features.freshness.looking import Seen, by_subject, findings, is_settled
from bot.features.freshness.model import A_DAY
from bot.features.questions.verdicts import judged_since
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.job import Job

LOOKED_BACK = timedelta(days=365)
"""So far back verdicts and experts' answers count."""

AT = time(5, 0)
"""UTC; people hear of it in their own working hours."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """Looks through the library and asks. What is asked is written one transaction each, so that nobody waits for it;
    begun again it asks nothing twice."""

    database: Database
    desk: Desk

    def job(self) -> Job:
        return Job("freshness", AT, "UTC", self.run)

    def run(self, now: datetime) -> None:
        documents, today = tuple(self.desk.showing.documents().values()), now.date()
        known = by_subject(documents)
        with self.database.reading() as unit:
            seen, opened = self._seen(unit, now), self.desk.store(unit).opened()
            owners = self.desk.owners(unit)
        found = findings(documents, seen, today)
        asked: Counter[str] = Counter()
        for check in opened:
            about, finding = known.get(check.subject, ()), found.pop(check.subject, None)
            owner = "" if check.times or check.decided_by or check.person_id else owners.of(about)
            with self.database.begin() as unit:
                if finding is not None and finding.reason.weight > check.reason.weight:
                    self.desk.outweigh(check, finding, unit, now)
                elif is_settled(check, about, seen, today):
                    self.desk.close_changed(check, unit, now)
                elif owner and asked[owner] < A_DAY:
                    asked[owner] += 1
                    self.desk.adopt(check, owner, unit, now)
        for finding in sorted(found.values(), key=lambda each: (-each.reason.weight, each.due_on or today)):
            owner = owners.of(finding.documents)
            if owner and asked[owner] >= A_DAY:
                continue
            asked[owner] += 1
            with self.database.begin() as unit:
                self.desk.open(finding, owner, unit, now)
        log.info("library looked through", asked=asked.total())

    def _seen(self, unit: UnitOfWork, now: datetime) -> Seen:
        since = now - LOOKED_BACK
        answered = [each for each in self.desk.showing.escalations(unit).confirmed_since(since) if each.cited]
        store = self.desk.store(unit)
        raised = store.raised([each.id for each in answered])
        changed_at = {each.document_id: each.approved_at for each in self.desk.showing.entries(unit).live()}
        return Seen(store.confirmations(), judged_since(unit, since), answered, raised, changed_at)
