"""What can be done about a check. The caller owns the transaction and has looked whether this person may."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.freshness.looking import Finding
from bot.features.freshness.model import RENEWED_FOR, Check, Confirmation, State
from bot.features.freshness.store import FreshnessStore

SETTLED = {
    State.CONFIRMED: "{} said a moment ago that it still holds, so nothing was changed.",
    State.EDITED: "{} changed it a moment ago, so nothing was changed now.",
    State.RETIRED: "{} retired it a moment ago, so nothing was changed.",
    State.CHANGED: "It was changed since, so there is nothing to decide any more. Nothing was changed now.",
}
MOVED = "Somebody decided on that a moment ago, so nothing was changed. “freshness” shows how it stands."
NOT_YOURS = "Only its owner and the curators decide on that, so nothing was changed."
GONE = "That is not asked any more, so nothing was changed. “freshness” shows what is."


def begin(finding: Finding, person_id: str, now: datetime) -> Check:
    """Nothing is kept yet. Where nobody is known who owns it the curators see to it."""
    return Check(
        id=uuid4().hex,
        subject=finding.subject,
        title=finding.title,
        reason=finding.reason,
        opened_at=now,
        because=finding.because,
        remarks=finding.remarks,
        escalation_id=finding.escalation_id,
        edition=finding.edition,
        due_on=finding.due_on,
        person_id=person_id,
        state=State.ASKED if person_id else State.CURATORS,
    )


def outweigh(store: FreshnessStore, check: Check, finding: Finding) -> Check | None:
    """A weightier reason for what is open; None where somebody was faster."""
    return _put(
        store,
        replace(
            check,
            reason=finding.reason,
            because=finding.because,
            remarks=finding.remarks,
            escalation_id=finding.escalation_id,
            edition=finding.edition,
        ),
    )


def ask(store: FreshnessStore, check: Check, now: datetime) -> Check | None:
    """Its owner, once more; None where somebody was faster."""
    return _put(store, replace(check, asked_at=now, times=check.times + 1))


def leave_to_curators(store: FreshnessStore, check: Check) -> Check | None:
    """Its owner has not answered; None where somebody was faster."""
    return _put(store, replace(check, state=State.CURATORS))


def close_changed(store: FreshnessStore, check: Check, now: datetime) -> Check | None:
    return _put(store, replace(check, state=State.CHANGED, decided_at=now))


def known_check(store: FreshnessStore, check_id: str) -> Check:
    """Raises UserFacingError."""
    check = store.get(check_id)
    if check is None:
        raise UserFacingError(GONE)
    return check


def open_check(store: FreshnessStore, check_id: str) -> Check:
    """Raises UserFacingError."""
    check = known_check(store, check_id)
    if not check.is_open:
        raise UserFacingError(SETTLED[check.state].format(check.decided_by_name or "Somebody"))
    return check


def confirm(store: FreshnessStore, check: Check, review_by: date | None, by: Person, now: datetime) -> Check:
    """It still holds. `review_by` is the date that it has. Raises UserFacingError."""
    confirmed = decide(store, check, State.CONFIRMED, by, now)
    store.confirm(confirmation_of(check.subject, review_by, by, now, check.id))
    return confirmed


def confirmation_of(
    subject: str, review_by: date | None, by: Person, now: datetime, confirmation_id: str = ""
) -> Confirmation:
    until = (now + RENEWED_FOR).date()
    return Confirmation(confirmation_id or uuid4().hex, subject, until, review_by, now, by.id, by.name[:200])


def decide(store: FreshnessStore, check: Check, state: State, by: Person, now: datetime) -> Check:
    """Raises UserFacingError where somebody was faster."""
    decided = replace(check, state=state, decided_at=now, decided_by=by.id, decided_by_name=by.name)
    return _surely(_put(store, decided))


def disown(store: FreshnessStore, check: Check, by: Person, now: datetime) -> Check:
    """It is not theirs: the curators see to it. Raises UserFacingError."""
    if check.state is not State.ASKED:
        raise UserFacingError("The curators see to that already, so nothing was changed.")
    return decide(store, replace(check, person_id=""), State.CURATORS, by, now)


def hand_on(store: FreshnessStore, check: Check, person_id: str) -> Check:
    """To a colleague who knows. Raises UserFacingError."""
    given = replace(
        check, person_id=person_id, state=State.ASKED, times=0, decided_at=None, decided_by="", decided_by_name=""
    )
    return _surely(_put(store, given))


def take_back(store: FreshnessStore, check: Check, by: Person) -> Check:
    """What they decided themselves. Raises UserFacingError."""
    if check.decided_by != by.id or check.state not in (State.CONFIRMED, State.RETIRED, State.CURATORS):
        raise UserFacingError("Only who decided that can take it back, so nothing was changed.")
    if check.state is State.CONFIRMED:
        store.take_back(check.id)
    owner = by.id if check.state is State.CURATORS else check.person_id
    state = State.ASKED if owner else State.CURATORS
    open_again = replace(check, person_id=owner, state=state, decided_at=None, decided_by="", decided_by_name="")
    return _surely(_put(store, open_again))


def _put(store: FreshnessStore, check: Check) -> Check | None:
    newer = replace(check, revision=check.revision + 1)
    return newer if store.change(newer) else None


def _surely(check: Check | None) -> Check:
    if check is None:
        raise UserFacingError(MOVED)
    return check
