"""What Guildhall does with an escalation by itself: each None, and nothing done, where it is no longer to be done."""

from dataclasses import replace
from datetime import datetime

from bot.features.escalations.changes import freed, put, set_offer
from bot.features.escalations.model import Entry, Escalation, Offer, OfferState, State, Step
from bot.features.escalations.store import SqlEscalations


def offer(store: SqlEscalations, made: Offer, person_name: str) -> Escalation | None:
    """An open one that is nobody's turn becomes the turn of whom `made` names."""
    found = store.take(made.escalation_id)
    if found is None or found.state is not State.OPEN or found.offered_to:
        return None
    offered = put(store, replace(found, offered_to=made.person_id, offered_at=made.at, lead_told_at=None))
    store.put_offer(made)
    store.note(Entry(found.id, Step.OFFERED, made.at, made.person_id, person_name))
    return offered


def pass_offer(store: SqlEscalations, escalation_id: str, person_id: str) -> Escalation | None:
    """Their time went by: the next one is asked, and they may still claim it."""
    found = store.take(escalation_id)
    if found is None or found.state is not State.OPEN or found.offered_to != person_id:
        return None
    passed = put(store, replace(found, offered_to="", offered_at=None))
    set_offer(store, found.id, person_id, OfferState.PASSED, found.offered_at or found.opened_at)
    return passed


def tell_lead(store: SqlEscalations, escalation_id: str, now: datetime) -> Escalation | None:
    """Everybody was asked, and it waits on; once until somebody is asked again."""
    found = store.take(escalation_id)
    if found is None or found.state is not State.OPEN or found.offered_to or found.lead_told_at is not None:
        return None
    store.note(Entry(found.id, Step.TOLD_LEAD, now))
    return put(store, replace(found, lead_told_at=now))


def overdue(store: SqlEscalations, escalation_id: str, now: datetime) -> Escalation | None:
    """It was due, and its owner has it on."""
    found = store.take(escalation_id)
    if found is None or found.state is not State.CLAIMED or found.due_at is None or now < found.due_at:
        return None
    store.note(Entry(found.id, Step.OVERDUE, now, found.owner_id, found.owner_name))
    return put(store, found)


def release(store: SqlEscalations, escalation_id: str, now: datetime) -> Escalation | None:
    """Long overdue: the next one is asked, and whoever had it may claim it again."""
    found = store.take(escalation_id)
    if found is None or found.state is not State.CLAIMED or found.due_at is None or now < found.due_at:
        return None
    released = put(store, freed(found))
    set_offer(store, found.id, found.owner_id, OfferState.PASSED, now)
    store.note(Entry(found.id, Step.GIVEN_BACK, now))
    return released


def close_unheard(store: SqlEscalations, escalation_id: str, now: datetime) -> Escalation | None:
    """Answered, and nobody said a word for long."""
    found = store.take(escalation_id)
    if found is None or found.state is not State.ANSWERED:
        return None
    store.note(Entry(found.id, Step.CLOSED_UNHEARD, now))
    return put(store, replace(found, state=State.CLOSED, closed_at=now))
