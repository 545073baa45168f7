"""How people judged what the library answered, by document."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.features.questions.model import Feedback, Reason, Verdict
from bot.features.questions.store import questions
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """`document_id` is what gave the words that the person judged."""

    document_id: str
    person_id: str
    feedback: Feedback


def judged_since(unit: UnitOfWork, since: datetime) -> Sequence[Judged]:
    """The first judged first."""
    of = questions.c
    query = (
        select(of.person_id, of.sources, of.outcome, of.choice, of.verdict, of.reason, of.comment, of.judged_at)
        .where(of.verdict.is_not(None), of.judged_at > since)
        .order_by(of.judged_at, of.id)
    )
    found: list[Judged] = []
    for row in unit.connection.execute(query):
        cited = [each["document_id"] for each in json.loads(row.sources)]
        shown = row.choice if row.choice is not None else 0 if row.outcome == Outcome.ANSWER else -1
        if 0 <= shown < len(cited):
            reason = Reason(row.reason) if row.reason else None
            feedback = Feedback(Verdict(row.verdict), row.judged_at, reason, row.comment)
            found.append(Judged(cited[shown], row.person_id, feedback))
    return found
