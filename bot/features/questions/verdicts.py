"""How people judged what the library answered, by document."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.features.faq.entry import PREFIX, entry_id_of
from bot.features.faq.entry_store import faq_entries
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
    return _judged(unit, questions.c.verdict.is_not(None), questions.c.judged_at > since)


def helped_by_entries_of(author_id: str, unit: UnitOfWork) -> int:
    """How many people were helped by what that person said and the library keeps, each once an entry."""
    own = select(faq_entries.c.id).where(faq_entries.c.author_id == author_id)
    entries = frozenset(unit.connection.execute(own).scalars())
    if not entries:
        return 0
    helpful = (questions.c.verdict == Verdict.HELPFUL, questions.c.person_id != author_id)
    judged = _judged(unit, *helpful, questions.c.sources.contains(PREFIX))
    return len({(each.document_id, each.person_id) for each in judged if entry_id_of(each.document_id) in entries})


def _judged(unit: UnitOfWork, *where: ColumnElement[bool]) -> Sequence[Judged]:
    of = questions.c
    columns = (of.person_id, of.sources, of.outcome, of.choice, of.verdict, of.reason, of.comment, of.judged_at)
    found: list[Judged] = []
    for row in unit.connection.execute(select(*columns).where(*where).order_by(of.judged_at, of.id)):
        cited = [each["document_id"] for each in json.loads(row.sources)]
        shown = row.choice if row.choice is not None else 0 if row.outcome == Outcome.ANSWER else -1
        if 0 <= shown < len(cited):
            reason = Reason(row.reason) if row.reason else None
            feedback = Feedback(Verdict(row.verdict), row.judged_at, reason, row.comment)
            found.append(Judged(cited[shown], row.person_id, feedback))
    return found
