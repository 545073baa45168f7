"""The steps that all changes of an escalation are made of: taken, checked, put back under its next revision, noted."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.chat import colleagues
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.escalations.askers import askers_of
from bot.features.escalations.model import RUNNING, Answer, Entry, Escalation, Offer, OfferState, State, Step, since
from bot.features.escalations.store import SqlEscalations

GONE = "That request is no longer kept, so nothing was changed. Ask the question again."
NOT_FOR_GUESTS = "Only colleagues can answer here, so nothing was changed. Ask your own question at any time."
HIDDEN = "You may not see that request, so nothing was changed. Ask whoever sent you here to hand it on to you."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Try again."
NOT_ASKING = "Only who asked this can do that, so nothing was changed. Ask your own question at any time."
UNANSWERED = "There is no answer yet, so nothing was changed. You will hear when there is one."


def take(store: SqlEscalations, escalation_id: str) -> Escalation:
    found = store.take(escalation_id)
    if found is None:
        raise UserFacingError(GONE)
    return found


def put(store: SqlEscalations, changed: Escalation) -> Escalation:
    """`changed` is what was taken, with its changes."""
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    return counted


def noted(
    store: SqlEscalations,
    escalation: Escalation,
    step: Step,
    now: datetime,
    person: Person,
    text: str = "",
    given: Answer | None = None,
) -> Escalation:
    """Whoever withheld their name has none in the log either."""
    named = {each.person_id: each.person_name for each in askers_of(store, escalation).everyone}
    name = named.get(person.id, person.name)
    store.note(Entry(escalation.id, step, now, person.id, name, text, given.links if given else ()))
    return escalation


def freed(escalation: Escalation) -> Escalation:
    """Whoever claims it first has it."""
    return replace(
        escalation,
        state=State.OPEN,
        owner_id="",
        owner_name="",
        claimed_at=None,
        offered_to="",
        offered_at=None,
        due_at=None,
        time_left=None,
        snoozed_until=None,
        lead_told_at=None,
    )


def set_offer(
    store: SqlEscalations, escalation_id: str, person_id: str, state: OfferState, now: datetime, word: str = ""
) -> None:
    """What became of the one to that person, whether they were asked or took it themselves."""
    asked = {each.person_id: each for each in store.offers(escalation_id)}
    offer = asked.get(person_id) or Offer(escalation_id, person_id, now)
    store.put_offer(replace(offer, state=state, word=word or offer.word))


def end_offers(store: SqlEscalations, escalation_id: str, state: OfferState) -> None:
    """Those that nobody has decided on."""
    for each in store.offers(escalation_id):
        if each.state is OfferState.OFFERED:
            store.put_offer(replace(each, state=state))


def ended_if_nobody_waits(store: SqlEscalations, escalation: Escalation, now: datetime) -> Escalation:
    if not escalation.is_running or askers_of(store, escalation).waiting:
        return escalation
    end_offers(store, escalation.id, OfferState.GONE)
    if escalation.owner_id:
        set_offer(store, escalation.id, escalation.owner_id, OfferState.GONE, now)
    return put(store, replace(escalation, state=State.WITHDRAWN, due_at=None, closed_at=now))


def check_colleague(store: SqlEscalations, escalation: Escalation, person: Person) -> None:
    colleagues.check_colleague(person, NOT_FOR_GUESTS)
    asked = {each.person_id for each in store.offers(escalation.id)}
    told = {each.person_id for each in store.cards(escalation.id)}  # a lead has no offer
    if not (person.id in asked | told or escalation.readers & person.principals):
        raise UserFacingError(HIDDEN)


def for_colleague(store: SqlEscalations, escalation_id: str, person: Person) -> Escalation:
    found = take(store, escalation_id)
    check_colleague(store, found, person)
    return found


def check_open(escalation: Escalation) -> None:
    match escalation.state:
        case State.OPEN:
            return
        case State.CLAIMED | State.ASKED_BACK:
            text = f"{escalation.owner_name} has claimed this, so nothing was changed. You need not do anything."
        case State.ANSWERED | State.CLOSED:
            text = f"{escalation.owner_name} has answered this, so nothing was changed. You need not do anything."
        case State.WITHDRAWN:
            text = "Whoever asked took this back, so nothing was changed. You need not do anything."
        case _:
            assert_never(escalation.state)
    raise UserFacingError(text)


def owned_by(escalation: Escalation, person: Person) -> Escalation:
    if escalation.owner_id == person.id and escalation.state in RUNNING:
        return escalation
    if escalation.owner_id == person.id and escalation.state is not State.WITHDRAWN:
        raise UserFacingError("You have answered this already, so nothing was changed. You can correct your answer.")
    check_open(escalation)
    raise UserFacingError("You have not claimed this, so nothing was changed. Claim it first.")


def asked_by(escalation: Escalation, person: Person) -> Escalation:
    if escalation.asker_id != person.id:
        raise UserFacingError(NOT_ASKING)
    return escalation


def answered_for(store: SqlEscalations, escalation: Escalation, person: Person) -> Escalation:
    """Answered or closed, and this person got the answer."""
    if person.id not in {each.person_id for each in askers_of(store, escalation).waiting}:
        raise UserFacingError(NOT_ASKING)
    if escalation.state not in (State.ANSWERED, State.CLOSED):
        raise UserFacingError(UNANSWERED)
    return escalation


def has_said(store: SqlEscalations, escalation: Escalation, step: Step, person: Person) -> bool:
    """Since the last answer."""
    newer = since(store.log(escalation.id), Step.ANSWERED)
    return any(each.step is step and each.person_id == person.id for each in newer)
