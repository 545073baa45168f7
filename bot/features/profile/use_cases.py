"""What people can do with their settings and accounts. The caller owns the transaction."""

from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.storage.audit import AuditEntry, record
from bot.storage.linking import linkable, part
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.unit_of_work import UnitOfWork

UNKNOWN = "Guildhall has no settings of yours yet, so nothing was changed. Ask it something first, then try again."
NOT_YOURS = "That account is not linked to yours any longer, so nothing was changed. “settings” shows those that are."
NOT_AGAIN = (
    "These two are not linked: their verified e-mail addresses are not the same. Nothing was changed; "
    "the address is set in Slack, Teams or your company's directory."
)


def known_person(unit: UnitOfWork, person: Person) -> KnownPerson:
    """Raises UserFacingError for somebody who has never been here."""
    known = People(unit).get(person.id)
    if known is None:
        raise UserFacingError(UNKNOWN)
    return known


def save_preferences(unit: UnitOfWork, person: Person, preferences: Preferences, now: datetime) -> Preferences:
    """Returns what was set before."""
    known = known_person(unit, person)
    if known.preferences != preferences:
        People(unit).put(replace(known, preferences=preferences, previous=known.preferences), now)
    return known.preferences


def undo_preferences(unit: UnitOfWork, person: Person, now: datetime) -> None:
    """To what was set before the last change; once more brings that back."""
    previous = known_person(unit, person).previous
    if previous is None:
        raise UserFacingError("There is nothing to undo, so nothing was changed.")
    save_preferences(unit, person, previous, now)


def part_account(unit: UnitOfWork, person: Person, account_id: str, now: datetime) -> Account:
    """For "this is not me": a person of its own from now on, that no address links again."""
    account = People(unit).account(account_id, lock=True)
    if account is None or account.person_id != person.id or len(People(unit).accounts_of(person.id)) < 2:
        raise UserFacingError(NOT_YOURS)
    part(unit, replace(account, is_separate=True, looked_at=None), now)
    return account


def rejoin_account(unit: UnitOfWork, person: Person, account_id: str, now: datetime) -> Account:
    """Takes the parting back: with its next turn the account is looked at, and linked if its address still says so."""
    people = People(unit)
    account = people.account(account_id, lock=True)
    known = people.get(person.id)
    if account is None or known is None or not account.is_separate:
        raise UserFacingError(NOT_YOURS)
    if not account.is_email_verified or not known.email or linkable(account.email) != known.email:
        raise UserFacingError(NOT_AGAIN)
    people.put_account(replace(account, is_separate=False, looked_at=None))
    record(unit, AuditEntry(now, person.id, "account may be linked again", account.id))
    return account
