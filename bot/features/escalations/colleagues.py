"""Who can be asked at all, and to whom somebody hands a question on."""

from collections.abc import Collection

from bot.chat.errors import FormRejected
from bot.chat.turn import EVERYONE
from bot.chat.wording import shortened
from bot.features.profile.reach import reach, reach_among
from bot.features.profile.readers import is_colleague, readers_of
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

NAME_LENGTH = 60


def who_can_be_asked(person_ids: Collection[str], unit: UnitOfWork) -> frozenset[str]:
    """Those of them who are of the company and can be written to."""
    accounts = People(unit).accounts_by_person(person_ids)
    return frozenset(each for each, own in accounts.items() if is_colleague(own) and reach_among(own) is not None)


def colleague_named(typed: str, unit: UnitOfWork) -> KnownPerson:
    """By e-mail address, or by a name that nobody else has. Raises FormRejected."""
    people, who = People(unit), shortened(typed, NAME_LENGTH)
    if not typed.strip():
        raise _rejected("Name a colleague, please.")
    by_address = people.by_email(typed.strip().lower())
    found = [by_address] if by_address else people.called(typed)
    if not found:
        raise _rejected(f"Nobody here is known as {who}. They have to write to Guildhall once.")
    if len(found) > 1:
        raise _rejected(f"Several people are called {who}. Write the e-mail address, please.")
    return checked_colleague(found[0].id, unit)


def checked_colleague(person_id: str, unit: UnitOfWork) -> KnownPerson:
    """Somebody of the company who can be written to. Raises FormRejected."""
    person = People(unit).get(person_id)
    if person is None or EVERYONE not in readers_of(person_id, unit):
        raise _rejected("That is no colleague of this company. Choose somebody else.")
    if reach(person_id, unit) is None:
        raise _rejected(f"{person.name} cannot be written to: they have never written to Guildhall. Choose another.")
    return person


def _rejected(problem: str) -> FormRejected:
    return FormRejected({"name": problem})
