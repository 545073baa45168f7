"""Who approved a request, on both databases."""

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.ideas import deciding, use_cases
from bot.features.ideas.model import Approval, Colleague, Role, approves_as
from bot.features.ideas.rules import Kind
from bot.features.ideas.store import SqlIdeas
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.ideas_house import ANA, CLEO, KIM, idea

BOTH = (Role.SPONSOR, Role.CURATOR)
SPONSORED = idea(needed=BOTH, sponsor=Colleague(KIM.id, KIM.name))
CURATING_SPONSOR = Person(KIM.id, KIM.name, is_curator=True)


def test_whoever_approved_in_one_role_is_not_asked_in_another() -> None:
    assert approves_as(SPONSORED, (), CURATING_SPONSOR) is Role.SPONSOR
    approved = (Approval(Role.SPONSOR, KIM.id, KIM.name, NOON),)
    assert approves_as(SPONSORED, approved, CURATING_SPONSOR) is None
    assert approves_as(SPONSORED, approved, CLEO) is Role.CURATOR


def test_what_was_given_back_is_approved_by_all_roles_again(database: Database) -> None:
    kind = Kind("improvement", "Improvement", "What should be better.", needs=(), approvals=BOTH)
    with database.begin() as unit:
        store = SqlIdeas(unit)
        store.add(SPONSORED)
        deciding.approve(store, SPONSORED.id, 1, KIM, NOON)
        returned = deciding.give_back(store, SPONSORED.id, CLEO, "Which bundles?", NOON)
        assert not store.approvals(SPONSORED.id)
        use_cases.complete(store, returned, kind, ANA, NOON)
        assert not store.approvals(SPONSORED.id)
        with pytest.raises(UserFacingError, match="moved on"):
            deciding.approve(store, SPONSORED.id, 1, KIM, NOON)
