"""Groups that a sign-in proved, for the person's other accounts. On both databases."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.chat.ports import Profile
from bot.chat.turn import Person
from bot.directory import SIGN_IN_HOLDS
from bot.storage.linking import part
from bot.storage.people import People
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.company import DANA, OIDC, SLACK, Company, running_loop


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with running_loop() as running:
        yield running


@pytest.fixture
def company(database: Database, loop: asyncio.AbstractEventLoop) -> Company:
    return Company(database, loop)


def signed_in_to_the_board(company: Company, profile: Profile = DANA) -> None:
    company.directory.sign_in(Person(OIDC, "D", groups=frozenset({"board"})), profile)


def test_groups_of_a_sign_in_hold_for_the_persons_other_accounts_as_long_as_a_session(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    signed_in_to_the_board(company)
    assert company.identified(SLACK).groups == {"board"}
    company.clock.now += SIGN_IN_HOLDS
    assert company.identified(SLACK).groups == frozenset()
    company.directory.sign_in(Person(OIDC, "D", groups=frozenset({"sales"})), DANA)
    assert company.identified(SLACK).groups == {"sales"}


@pytest.mark.parametrize(
    "profile",
    [
        replace(DANA, is_email_verified=False),
        replace(DANA, is_guest=True),
        replace(DANA, email="sam@example.com"),
        replace(DANA, email=""),
    ],
)
def test_groups_follow_nobody_whose_address_is_not_the_one_that_signed_in(company: Company, profile: Profile) -> None:
    signed_in_to_the_board(company)
    company.slack.known[SLACK] = profile
    assert company.identified(SLACK).groups == frozenset()


@pytest.mark.parametrize("changed", [replace(DANA, is_guest=True), replace(DANA, is_email_verified=False), None])
def test_groups_leave_an_account_that_is_no_longer_vouched_for(company: Company, changed: Profile | None) -> None:
    company.slack.known[SLACK] = DANA
    signed_in_to_the_board(company)
    assert company.identified(SLACK).groups == {"board"}
    company.later()
    signed_in_to_the_board(company)
    if changed is not None:
        company.slack.known[SLACK] = changed
    else:
        with company.database.begin() as unit:
            account = People(unit).account(SLACK)
            assert account is not None
            part(unit, replace(account, is_separate=True), NOON)
    assert company.identified(SLACK).groups == frozenset()


def test_a_sign_in_without_an_address_keeps_its_groups_to_itself(company: Company) -> None:
    company.slack.known[SLACK] = replace(DANA, email="")
    signed_in_to_the_board(company, replace(DANA, email=""))
    assert company.identified(SLACK).groups == frozenset()
