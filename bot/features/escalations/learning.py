"""An answer that helped speaks for its expert, and becomes a draft for the library."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.features.escalations.desk import Case
from bot.features.escalations.model import Entry, Escalation, Step, since
from bot.features.escalations.terms import policy_for
from bot.features.experts.model import Evidence
from bot.features.experts.store import SqlExperts
from bot.features.faq.capture import Captured, capture
from bot.features.faq.model import Link
from bot.features.library.model import COMPANY
from bot.features.profile.reach import reach
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

ASKED_AGAIN = (Step.ASKED_ON, Step.REOPENED)


def learn(case: Case, unit: UnitOfWork, now: datetime) -> None:
    """Fills `desk.Follows`."""
    escalation = case.escalation
    if escalation.answer is None or not _is_new(case.log):
        return
    evidence = Evidence(escalation.id, escalation.owner_id, escalation.text, escalation.topics, escalation.readers, now)
    SqlExperts(unit).add_evidence(evidence)
    if escalation.answer == escalation.draft:  # the library says it already
        return
    said = _said(case.log)
    people = People(unit).known({escalation.owner_id, *case.askers.ids})
    asked = " ".join((escalation.text, *(each.text for each in said if each.step in ASKED_AGAIN)))
    written = frozenset(re.findall(r"\w+", asked))
    capture(
        Captured(
            id=escalation.id,
            question=escalation.text,
            answer="\n\n".join(each.text for each in said),
            author_id=escalation.owner_id,
            author=escalation.owner_name,
            place=reach(escalation.owner_id, unit),
            links=tuple(
                Link(each.title, each.url) for each in dict.fromkeys(link for one in said for link in one.links)
            ),
            source_url=escalation.url,
            audience=escalation.readers,
            hub=_hub(escalation, unit),
            topics=escalation.topics,
            # Which words are masked would tell who withheld their name: only what they wrote themselves counts.
            people=tuple(
                person.name
                for person in people.values()
                if person.id not in case.askers.unnamed or not written.isdisjoint(person.name.split())
            ),
        ),
        unit,
        now,
    )


def _said(log: Sequence[Entry]) -> Sequence[Entry]:
    """The answers as they were corrected, and between them what was asked on: one without the other misleads."""
    said: list[Entry] = []
    for each in log:
        if each.step is Step.CORRECTED:
            said[-1] = each
        elif each.step in (Step.ANSWERED, *ASKED_AGAIN):
            said.append(each)
    return said


def _is_new(log: Sequence[Entry]) -> bool:
    """Confirmed for the first time since it was given, or corrected after that."""
    steps = [each.step for each in since(log, Step.ANSWERED)]
    if Step.CONFIRMED not in steps:
        return False
    return steps[-1] is Step.CORRECTED or (steps[-1] is Step.CONFIRMED and steps.count(Step.CONFIRMED) == 1)


def _hub(escalation: Escalation, unit: UnitOfWork) -> str:
    """What is said in a channel of one hub is that hub's."""
    hubs = policy_for(escalation, unit).hubs
    return next(iter(hubs)) if len(hubs) == 1 else COMPANY
