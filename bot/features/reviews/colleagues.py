"""People as somebody types them: who worked on it too, and whom an admin chooses."""

import re
from collections.abc import Collection

from bot.chat.errors import FormRejected
from bot.chat.wording import shortened
from bot.features.escalations.colleagues import colleague_named
from bot.features.reviews.matching import Candidate
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

NAME_LENGTH = 60
MOST = 20
CHOSEN = "An admin chose you."


def coauthors_named(typed: str, known_ids: Collection[str], unit: UnitOfWork) -> frozenset[str]:
    """By e-mail address or name, with commas or new lines between them; `known_ids` were named before. Raises
    FormRejected."""
    people = People(unit)
    before = {each.name.casefold(): each.id for each in people.known(known_ids).values()}
    names = [" ".join(each.split()) for each in re.split(r"[,;\n]", typed) if each.strip()]
    if len(names) > MOST:
        raise _rejected(f"At most {MOST} people, please.")
    found = set()
    for name in names:
        if name.casefold() in before:
            found.add(before[name.casefold()])
            continue
        by_address = people.by_email(name.lower())
        called = [by_address] if by_address else people.called(name)
        who = shortened(name, NAME_LENGTH)
        if not called:
            raise _rejected(f"Nobody here is known as {who}. Who is not known here is not asked, so leave them out.")
        if len(called) > 1:
            raise _rejected(f"Several people are called {who}. Write the e-mail address, please.")
        found.add(called[0].id)
    return frozenset(found)


def candidate_named(typed: str, unit: UnitOfWork) -> Candidate:
    """A colleague who can be written to. Raises FormRejected."""
    person = colleague_named(typed, unit)
    return Candidate(person.id, person.name, CHOSEN)


def _rejected(problem: str) -> FormRejected:
    return FormRejected({"with": problem})
