"""What people do with an escalation. The caller owns the transaction, and settles what follows: cards and timers.

Each raises UserFacingError where it is not to be done, and then nothing was changed. What Guildhall does by itself is
in `automatic`. `due_at` is the moment when an answer is due, by the working hours of whoever owes it."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.escalations.askers import askers_of
from bot.features.escalations.changes import (
    GONE,
    HIDDEN,
    NOT_ASKING,
    answered_for,
    asked_by,
    check_colleague,
    check_open,
    end_offers,
    ended_if_nobody_waits,
    for_colleague,
    freed,
    has_said,
    noted,
    owned_by,
    put,
    set_offer,
    take,
)
from bot.features.escalations.model import (
    Answer,
    Entry,
    Escalation,
    Follower,
    Offer,
    OfferState,
    State,
    Step,
)
from bot.features.escalations.store import SqlEscalations

YOURS = "You wait for this answer yourself, so nothing was changed. Somebody else has to answer it."
ASKED_ALREADY = "An expert has this question already, so nothing was changed. Its request shows how it stands."
ANSWERED_ALREADY = "This was answered already, so nothing was changed. Say there that you still wonder, or ask anew."


def open_(store: SqlEscalations, escalation: Escalation) -> Escalation:
    """Whoever took theirs back may ask again; where others waited on, they come back to it."""
    following = store.of_question(escalation.id)
    if following is not None and following.id != escalation.id and following.is_running:
        raise UserFacingError(ASKED_ALREADY)
    if store.add(escalation):
        return _opened(store, escalation, escalation, Step.OPENED)
    found = take(store, escalation.id)
    if found.asker_id != escalation.asker_id:
        raise UserFacingError(NOT_ASKING)
    if found.state is State.WITHDRAWN:
        renewed = put(store, replace(escalation, revision=found.revision, answers=found.answers))
        return _opened(store, renewed, escalation, Step.OPENED)
    if found.is_running and found.asker_left:
        named = replace(found, asker_name=escalation.asker_name, url=escalation.url)
        back = put(store, replace(named, asker_left=False))
        return _opened(store, back, escalation, Step.JOINED)
    raise UserFacingError(ASKED_ALREADY if found.is_running else ANSWERED_ALREADY)


def join(store: SqlEscalations, follower: Follower, principals: frozenset[str]) -> Escalation:
    """Somebody who asked the same gets the same answer. `principals` are theirs."""
    found = take(store, follower.escalation_id)
    if not found.readers & principals:
        raise UserFacingError(HIDDEN)
    if not found.is_running:
        raise UserFacingError(ANSWERED_ALREADY)
    asked = store.of_question(follower.question_id)
    if asked is not None and asked.state is not State.WITHDRAWN:
        raise UserFacingError(ASKED_ALREADY if asked.is_running else ANSWERED_ALREADY)
    if found.owner_id == follower.person_id:
        raise UserFacingError("You have claimed the same question yourself, so nothing was changed. Answer it there.")
    if not store.follow(follower):
        raise UserFacingError(ASKED_ALREADY)
    if found.offered_to == follower.person_id:
        set_offer(store, found.id, follower.person_id, OfferState.PASSED, follower.at)
        found = freed(found)
    joined = put(store, found)
    store.note(Entry(found.id, Step.JOINED, follower.at, follower.person_id, follower.person_name))
    return joined


def unjoin(store: SqlEscalations, question_id: str, person: Person, now: datetime) -> Escalation:
    """Theirs is different, or they do not wait any more."""
    followed = store.of_question(question_id)
    found = take(store, followed.id if followed else "")
    own = next((each for each in store.followers(found.id) if each.question_id == question_id), None)
    if own is None or own.person_id != person.id:
        raise UserFacingError(NOT_ASKING)
    store.unfollow(question_id)
    left = put(store, found)
    store.note(Entry(found.id, Step.LEFT, now, person.id, own.person_name))
    return ended_if_nobody_waits(store, left, now)


def withdraw(store: SqlEscalations, escalation_id: str, person: Person, now: datetime) -> Escalation:
    """The asker takes it back; it goes on for whoever follows it."""
    found = asked_by(take(store, escalation_id), person)
    if found.asker_left or not found.is_running:
        raise UserFacingError("It is over already, so nothing was changed. What it came to stands at your request.")
    left = noted(store, put(store, replace(found, asker_left=True)), Step.WITHDRAWN, now, person)
    return ended_if_nobody_waits(store, left, now)


def claim(
    store: SqlEscalations, escalation_id: str, person: Person, due_at: datetime | None, now: datetime
) -> Escalation:
    """By any colleague who may know of it: of all at once, one has it."""
    found = for_colleague(store, escalation_id, person)
    if found.owner_id == person.id and found.is_running:
        raise UserFacingError("You have claimed this already, so nothing was changed. Answer it, or give it back.")
    check_open(found)
    if person.id in askers_of(store, found).ids:
        raise UserFacingError(YOURS)
    claimed = put(
        store,
        replace(
            freed(found),
            state=State.CLAIMED,
            owner_id=person.id,
            owner_name=person.name,
            claimed_at=now,
            due_at=due_at,
        ),
    )
    set_offer(store, found.id, person.id, OfferState.CLAIMED, now)
    end_offers(store, found.id, OfferState.GONE)
    return noted(store, claimed, Step.CLAIMED, now, person)


def decline(store: SqlEscalations, escalation_id: str, person: Person, word: str, now: datetime) -> Escalation:
    """By whom it was offered to, also after their time: the next one is asked. `word` says why."""
    found = take(store, escalation_id)
    check_open(found)
    asked = {each.person_id: each.state for each in store.offers(found.id)}
    if asked.get(person.id) not in (OfferState.OFFERED, OfferState.PASSED):
        raise UserFacingError("This is not offered to you any more, so nothing was changed.")
    declined = put(store, freed(found) if found.offered_to == person.id else found)
    set_offer(store, found.id, person.id, OfferState.DECLINED, now, word)
    return noted(store, declined, Step.DECLINED, now, person, word)


def give_back(store: SqlEscalations, escalation_id: str, person: Person, word: str, now: datetime) -> Escalation:
    """The next one is asked."""
    given = put(store, freed(owned_by(take(store, escalation_id), person)))
    set_offer(store, given.id, person.id, OfferState.GIVEN_BACK, now, word)
    return noted(store, given, Step.GIVEN_BACK, now, person, word)


def hand_on(
    store: SqlEscalations, escalation_id: str, person: Person, to_id: str, to_name: str, word: str, now: datetime
) -> Escalation:
    """By its owner or, while nobody has it, by any colleague who may know of it. `to_id` is a colleague, which the
    caller has made sure of. `word` is for them."""
    found = for_colleague(store, escalation_id, person)
    waiting = askers_of(store, found).ids
    if not (found.state is State.OPEN and person.id not in waiting):
        owned_by(found, person)
    if to_id == person.id or to_id in waiting:
        why = "That is you" if to_id == person.id else f"{to_name} waits for the answer"
        raise UserFacingError(f"{why}, so nothing was changed. Choose somebody else.")
    if to_id == found.offered_to:
        raise UserFacingError(f"{to_name} was asked already, so nothing was changed. Choose somebody else, or wait.")
    handed = put(store, replace(freed(found), offered_to=to_id, offered_at=now))
    if found.owner_id == person.id:
        set_offer(store, found.id, person.id, OfferState.GIVEN_BACK, now, word)
    elif found.offered_to == person.id:
        set_offer(store, found.id, person.id, OfferState.DECLINED, now, word)
    end_offers(store, found.id, OfferState.PASSED)
    store.put_offer(Offer(found.id, to_id, now, word=word, by=person.id))
    noted(store, handed, Step.HANDED_ON, now, person, word)
    store.note(Entry(found.id, Step.OFFERED, now, to_id, to_name))
    return handed


def ask_back(
    store: SqlEscalations,
    escalation_id: str,
    person: Person,
    text: str,
    time_left: timedelta | None,
    now: datetime,
) -> Escalation:
    """Nothing is due until the asker has replied. `time_left` is the working time until it would have been."""
    found = owned_by(take(store, escalation_id), person)
    if found.state is State.ASKED_BACK:  # once more: their time stands still already
        time_left = found.time_left
    asked = put(store, replace(found, state=State.ASKED_BACK, due_at=None, time_left=time_left))
    return noted(store, asked, Step.ASKED_BACK, now, person, text)


def reply(
    store: SqlEscalations, escalation_id: str, person: Person, text: str, due_at: datetime | None, now: datetime
) -> Escalation:
    """By the asker, asked back or not. Once the asker has left, by whoever has followed longest."""
    found = take(store, escalation_id)
    if not found.is_running:
        raise UserFacingError(ANSWERED_ALREADY)
    if person.id != askers_of(store, found).spokesman:
        raise UserFacingError(NOT_ASKING)
    changes = replace(found, state=State.CLAIMED, due_at=due_at, time_left=None)
    replied = put(store, changes if found.state is State.ASKED_BACK else found)
    return noted(store, replied, Step.REPLIED, now, person, text)


def snooze(store: SqlEscalations, escalation_id: str, person: Person, until: datetime, now: datetime) -> Escalation:
    """Its owner is not reminded until then; what is due stays due."""
    snoozed = put(store, replace(owned_by(take(store, escalation_id), person), snoozed_until=until))
    return noted(store, snoozed, Step.SNOOZED, now, person)


def answer(
    store: SqlEscalations,
    escalation_id: str,
    person: Person,
    given: Answer,
    now: datetime,
    is_draft_approved: bool | None = None,
) -> Escalation:
    """By its owner, who need not wait for what they asked back."""
    found = owned_by(take(store, escalation_id), person)
    answered = replace(
        found,
        state=State.ANSWERED,
        answer=given,
        answers=found.answers + 1,
        answered_at=now,
        due_at=None,
        time_left=None,
        snoozed_until=None,
        is_draft_approved=found.is_draft_approved if is_draft_approved is None else is_draft_approved,
    )
    return noted(store, put(store, answered), Step.ANSWERED, now, person, given.text, given)


def judge_draft(
    store: SqlEscalations, escalation_id: str, person: Person, is_approved: bool, now: datetime
) -> Escalation:
    """Without answering yet."""
    found = for_colleague(store, escalation_id, person)
    if found.draft is None or not found.is_running or person.id in askers_of(store, found).ids:
        raise UserFacingError("There is no draft for you to judge, so nothing was changed.")
    return put(store, replace(found, is_draft_approved=is_approved))


def correct(store: SqlEscalations, escalation_id: str, person: Person, given: Answer, now: datetime) -> Escalation:
    """Of the answer that was given."""
    found = take(store, escalation_id)
    if found.owner_id != person.id or found.state not in (State.ANSWERED, State.CLOSED):
        raise UserFacingError(
            "There is no answer of yours to correct, so nothing was changed. Claim the request and answer it."
        )
    corrected = put(store, replace(found, answer=given))
    return noted(store, corrected, Step.CORRECTED, now, person, given.text, given)


def confirm(store: SqlEscalations, escalation_id: str, person: Person, now: datetime) -> Escalation:
    """It helped. The asker's word closes it; a follower speaks for themselves, unless the asker has left."""
    found = answered_for(store, take(store, escalation_id), person)
    if has_said(store, found, Step.CONFIRMED, person):
        raise UserFacingError("You have said so already, so nothing was changed.")
    for each in store.followers(found.id):
        if each.person_id == person.id:
            store.set_helped(each.question_id)
    if person.id == askers_of(store, found).spokesman:
        found = replace(found, state=State.CLOSED, closed_at=now, is_confirmed=True)
    return noted(store, put(store, found), Step.CONFIRMED, now, person)


def ask_on(
    store: SqlEscalations, escalation_id: str, person: Person, text: str, due_at: datetime | None, now: datetime
) -> Escalation:
    """The asker still wonders: it is the same owner's again, or anybody's with `due_at` None because they are away."""
    return _again(store, escalation_id, person, text, due_at, now, Step.ASKED_ON)


def reopen(
    store: SqlEscalations, escalation_id: str, person: Person, text: str, due_at: datetime | None, now: datetime
) -> Escalation:
    """Like `ask_on`, after it was closed."""
    return _again(store, escalation_id, person, text, due_at, now, Step.REOPENED)


def thank(store: SqlEscalations, escalation_id: str, person: Person, text: str, now: datetime) -> Escalation:
    """Once for each answer; `text` may be empty."""
    found = answered_for(store, take(store, escalation_id), person)
    if has_said(store, found, Step.THANKED, person):
        raise UserFacingError(f"{found.owner_name} has your thanks already, so nothing was sent again.")
    return noted(store, put(store, found), Step.THANKED, now, person, text)


def seen_by(store: SqlEscalations, escalation_id: str, person: Person) -> Escalation:
    """For reading: for whoever waits for it, has it, had it offered, or may know of it. Raises UserFacingError."""
    found = store.get(escalation_id)
    if found is None:
        raise UserFacingError(GONE)
    if not (person.is_admin or person.id in askers_of(store, found).ids):
        check_colleague(store, found, person)
    return found


def _again(
    store: SqlEscalations,
    escalation_id: str,
    person: Person,
    text: str,
    due_at: datetime | None,
    now: datetime,
    step: Step,
) -> Escalation:
    found = answered_for(store, take(store, escalation_id), person)
    if person.id != askers_of(store, found).spokesman:
        raise UserFacingError(
            "Only who asked this first can do that, so nothing was changed. "
            "Ask your own question about what is missing."
        )
    again = replace(found, closed_at=None, is_confirmed=False)
    if due_at is None:
        again = freed(again)
        set_offer(store, found.id, found.owner_id, OfferState.PASSED, now)
    else:
        again = replace(again, state=State.CLAIMED, claimed_at=now, due_at=due_at)
    return noted(store, put(store, again), step, now, person, text)


def _opened(store: SqlEscalations, found: Escalation, asked: Escalation, step: Step) -> Escalation:
    store.note(Entry(asked.id, step, asked.opened_at, asked.asker_id, asked.asker_name, asked.text))
    return found
