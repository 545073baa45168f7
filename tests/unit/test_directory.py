"""Who is who: accounts, linking, merging, parting. On both databases."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.ports import Profile
from bot.chat.turn import EVERYONE, Person, Place
from bot.directory import NAMELESS, PAUSE
from bot.features.questions.store import SqlQuestions, questions
from bot.storage.audit import latest
from bot.storage.linking import linkable, part
from bot.storage.people import People, Preferences, accounts
from bot.storage.unit_of_work import Database
from tests.builders import NOON, question
from tests.company import DANA, OIDC, SLACK, TEAMS, Company, running_loop


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with running_loop() as running:
        yield running


@pytest.fixture
def company(database: Database, loop: asyncio.AbstractEventLoop) -> Company:
    return Company(database, loop)


def test_a_first_turn_makes_a_person_from_the_profile(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    person = company.identified(SLACK, "U1")
    assert person == Person(SLACK, "Dana Okafor", language="de", time_zone="Europe/Berlin")
    assert company.identified(SLACK, "U1") == person
    assert company.slack.asked == [SLACK]


def test_one_verified_email_is_one_person_on_slack_teams_and_the_web(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    company.teams.known[TEAMS] = replace(DANA, email="Dana@Example.COM")
    assert company.identified(SLACK).id == SLACK
    assert company.identified(TEAMS).id == SLACK
    web = company.directory.sign_in(
        Person(OIDC, "D", groups=frozenset({"board"})), replace(DANA, email=" DANA@example.com")
    )
    assert web.id == SLACK
    assert web.groups == {"board"}
    with company.database.reading() as unit:
        assert {each.id for each in People(unit).accounts_of(SLACK)} == {SLACK, TEAMS, OIDC}
        assert [entry.action for entry in latest(unit)] == ["account linked", "account linked"]


GENERAL = Place("slack", "T1:C1", "17.2", is_shared=True)


def test_what_a_channel_is_called_is_asked_once_and_again_after_a_day(company: Company) -> None:
    company.slack.titles["T1:C1"] = "general"
    assert [company.titled(GENERAL), company.titled(replace(GENERAL, thread="18.3"))] == ["general"] * 2
    assert company.slack.asked == ["T1:C1"]
    company.slack.titles["T1:C1"] = "everybody"
    company.later()
    assert company.titled(GENERAL) == "everybody"


def test_a_platform_that_does_not_say_what_a_channel_is_called_is_asked_again_within_the_hour(company: Company) -> None:
    assert [company.titled(GENERAL), company.titled(GENERAL)] == ["", ""]
    assert company.slack.asked == ["T1:C1"]
    company.slack.titles["T1:C1"] = "general"
    company.clock.now += NAMELESS
    assert company.titled(GENERAL) == "general"


def test_what_is_said_already_or_only_to_us_is_not_asked(company: Company) -> None:
    assert company.titled(replace(GENERAL, title="renewals")) == "renewals"
    assert company.titled(Place("slack", "T1:U1")) == ""
    assert company.titled(replace(GENERAL, platform="teams")) == ""
    assert company.slack.asked == []


def test_a_name_that_nobody_can_say_now_stops_no_turn_and_nobody_from_being_known(company: Company) -> None:
    company.slack.titles["T1:C1"] = "general"
    company.titled(GENERAL)
    company.later()
    company.slack.is_down = True
    assert [company.titled(GENERAL), company.titled(GENERAL)] == ["general"] * 2
    assert company.slack.asked == ["T1:C1"] * 2
    company.slack.is_down = False
    company.slack.known[SLACK] = DANA
    assert company.identified(SLACK).name == "Dana Okafor"
    company.clock.now += PAUSE
    assert company.titled(GENERAL) == "general"
    assert company.slack.asked == ["T1:C1"] * 2 + [SLACK, "T1:C1"]


def test_an_empty_name_makes_nobody_an_admin(database: Database, loop: asyncio.AbstractEventLoop) -> None:
    company = Company(database, loop, admins=frozenset({""}))
    company.slack.known[SLACK] = replace(DANA, email="")
    assert not company.identified(SLACK).is_admin


@pytest.mark.parametrize(
    "profile",
    [
        replace(DANA, is_email_verified=False),
        replace(DANA, is_guest=True),
        replace(DANA, email="dana@example.com\0"),
        replace(DANA, email="ｄana@example.com"),
        replace(DANA, email="dana@example.com, dana@evil.example"),
        replace(DANA, email="dana@example.com <x@evil.example>"),
        replace(DANA, email=""),
    ],
)
def test_an_address_that_nobody_vouches_for_links_nothing(company: Company, profile: Profile) -> None:
    company.slack.known[SLACK] = DANA
    company.teams.known[TEAMS] = profile
    company.identified(SLACK)
    stranger = company.identified(TEAMS)
    if linkable(profile.email) == "dana@example.com" and not profile.is_guest and profile.is_email_verified:
        pytest.fail("The case says nothing.")
    assert stranger.id == TEAMS
    assert company.identified(SLACK).id == SLACK


def test_a_guest_whose_address_is_a_colleagues_reads_as_a_guest(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    company.teams.known[TEAMS] = replace(DANA, is_guest=True)
    company.identified(SLACK)
    guest = company.identified(TEAMS)
    assert guest.is_guest
    assert EVERYONE not in guest.principals
    assert not company.identified(SLACK).is_guest


def test_letters_that_fold_to_others_are_no_address() -> None:
    assert linkable("\u212aim@example.com") == ""  # the Kelvin sign
    assert linkable("straße@example.com") == ""
    assert linkable("KIM@Example.com") == "kim@example.com"


def test_two_people_become_one_when_a_second_address_proves_it(company: Company) -> None:
    company.slack.known[SLACK] = replace(DANA, is_email_verified=False)
    company.teams.known[TEAMS] = DANA
    first = company.identified(SLACK)
    company.clock.now += timedelta(minutes=1)
    second = company.identified(TEAMS)
    assert (first.id, second.id) == (SLACK, TEAMS)
    with company.database.begin() as unit:
        SqlQuestions(unit).add(replace(question("q1"), person_id=TEAMS))
        people = People(unit)
        known = people.get(TEAMS)
        assert known is not None
        people.put(replace(known, preferences=Preferences(("crm",), quiet_from="22:00", quiet_to="07:00")), NOON)
    company.slack.known[SLACK] = DANA
    company.later()
    assert company.identified(SLACK).id == SLACK
    assert company.identified(TEAMS).id == SLACK
    with company.database.reading() as unit:
        kept = People(unit).get(SLACK)
        assert kept is not None
        assert kept.preferences == Preferences(("crm",), quiet_from="22:00", quiet_to="07:00")
        assert kept.email == "dana@example.com"
        assert unit.connection.execute(select(questions.c.person_id)).scalar_one() == SLACK
        assert "people merged" in [entry.action for entry in latest(unit)]


def test_what_was_written_for_somebody_in_the_moment_of_a_merge_follows(company: Company) -> None:
    test_two_people_become_one_when_a_second_address_proves_it(company)
    with company.database.begin() as unit:
        SqlQuestions(unit).add(replace(question("q2"), person_id=TEAMS))
    company.directory.follow_stragglers()
    with company.database.reading() as unit:
        assert set(unit.connection.execute(select(questions.c.person_id)).scalars()) == {SLACK}


def test_an_account_whose_address_changes_is_a_person_of_its_own(company: Company) -> None:
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    company.identified(TEAMS)
    company.clock.now += timedelta(minutes=1)
    assert company.identified(SLACK).id == TEAMS
    company.slack.known[SLACK] = replace(DANA, name="Eve", email="eve@example.com")
    company.later()
    assert company.identified(SLACK).id == SLACK
    assert company.identified(TEAMS) == replace(company.identified(TEAMS), id=TEAMS, name="Dana Okafor")
    company.later()
    company.slack.known[SLACK] = DANA
    assert company.identified(SLACK).id == TEAMS


def test_a_parted_account_never_takes_an_id_that_is_somebody_elses(company: Company) -> None:
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    company.identified(SLACK)
    company.identified(TEAMS)
    company.slack.known[SLACK] = replace(DANA, email="eve@example.com")
    company.later()
    parted = company.identified(SLACK)
    assert parted.id.startswith(SLACK + "~")
    assert company.identified(TEAMS).id == SLACK


def test_a_new_surname_keeps_one_person_one(company: Company) -> None:
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    company.identified(SLACK)
    company.identified(TEAMS)
    married = replace(DANA, email="dana.lee@example.com")
    company.teams.known[TEAMS] = married
    company.later()
    assert company.identified(TEAMS).id == TEAMS  # until Slack says the same
    company.slack.known[SLACK] = married
    assert company.identified(SLACK).id == SLACK
    assert company.identified(TEAMS).id == SLACK


def test_an_account_that_was_called_not_mine_is_never_linked_again(company: Company) -> None:
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    company.identified(SLACK)
    company.identified(TEAMS)
    with company.database.begin() as unit:
        account = People(unit).account(TEAMS)
        assert account is not None
        part(unit, replace(account, is_separate=True), NOON)
    company.later()
    assert company.identified(TEAMS).id == TEAMS
    assert company.identified(SLACK).id == SLACK


def test_a_directory_that_is_down_holds_up_nobody_and_is_asked_again_later(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    company.slack.is_down = True
    assert company.identified(SLACK, "dana").name == "dana"
    assert company.identified(SLACK, "dana").name == "dana"
    assert len(company.slack.asked) == 1
    company.slack.is_down = False
    company.clock.now += PAUSE
    assert company.identified(SLACK, "dana").name == "Dana Okafor"


def test_an_account_that_its_platform_does_not_know_is_not_asked_for_at_every_turn(company: Company) -> None:
    company.identified(SLACK, "Dana")
    company.identified(SLACK, "Dana")
    assert company.slack.asked == [SLACK]


def test_whom_no_platform_has_described_reads_as_a_guest(company: Company) -> None:
    stranger = company.identified(TEAMS, "Mallory")
    assert stranger.is_guest
    assert EVERYONE not in stranger.principals
    company.teams.known[TEAMS] = DANA
    company.clock.now += PAUSE + timedelta(seconds=1)
    assert EVERYONE in company.identified(TEAMS).principals


def test_a_first_turn_while_the_directory_is_down_reads_as_a_guest_does(company: Company) -> None:
    company.slack.known[SLACK] = replace(DANA, is_guest=True)
    company.slack.is_down = True
    unknown = company.identified(SLACK, "Guest")
    assert unknown.is_guest
    assert unknown.is_stranger
    company.slack.is_down = False
    company.clock.now += PAUSE
    known = company.identified(SLACK, "Guest")
    assert known.is_guest
    assert not known.is_stranger


def test_a_known_colleague_stays_one_while_the_directory_is_down(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    company.identified(SLACK)
    company.slack.is_down = True
    company.later()
    assert not company.identified(SLACK).is_guest


def test_what_a_sign_in_says_counts_for_whom_the_platform_does_not_know(company: Company) -> None:
    company.identified(TEAMS, "Dana")
    signed_in = company.directory.person_of(Person(TEAMS, "Dana"), "", DANA)
    assert not signed_in.is_guest
    assert not company.identified(TEAMS, "Dana").is_guest


def test_two_first_turns_at_once_make_one_person(company: Company) -> None:
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    start = threading.Barrier(16)

    def first(number: int) -> str:
        start.wait()
        return company.identified((SLACK, TEAMS)[number % 2]).id

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(first, range(16)))) == 1
    with company.database.reading() as unit:
        assert len(set(unit.connection.execute(select(accounts.c.person_id)).scalars())) == 1


def test_merges_at_once_leave_one_person(company: Company) -> None:
    unproved = replace(DANA, is_email_verified=False)
    many = [f"slack:T1:U{number}" for number in range(8)]
    for account in many:
        company.slack.known[account] = unproved
        company.identified(account)
        company.clock.now += timedelta(seconds=1)
    for account in many:
        company.slack.known[account] = DANA
    company.later()
    start = threading.Barrier(8)

    def merge(account: str) -> None:
        start.wait()
        company.identified(account)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(merge, many))
    assert {company.identified(account).id for account in many} == {many[0]}


@pytest.mark.parametrize(
    ("admins", "profile", "is_admin"),
    [
        ({SLACK}, DANA, True),
        ({"Dana@example.com"}, DANA, True),
        ({"dana@example.com"}, replace(DANA, is_email_verified=False), False),
        ({"dana@example.com"}, replace(DANA, is_guest=True), False),
        ({"dana"}, DANA, False),
    ],
)
def test_admins_and_curators_are_named_by_account_or_verified_email(
    sqlite_database: Database, loop: asyncio.AbstractEventLoop, admins: set[str], profile: Profile, is_admin: bool
) -> None:
    company = Company(sqlite_database, loop, admins=frozenset(admins))
    company.slack.known[SLACK] = profile
    assert company.identified(SLACK).is_admin is is_admin
    others = Company(sqlite_database, loop, curators=frozenset(admins))
    others.slack.known[SLACK] = profile
    curator = others.identified(SLACK)
    assert (curator.is_admin, curator.is_curator, curator.curates) == (False, is_admin, is_admin)


def test_being_an_admin_comes_along_to_every_linked_account(
    sqlite_database: Database, loop: asyncio.AbstractEventLoop
) -> None:
    company = Company(sqlite_database, loop, admins=frozenset({SLACK}))
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    assert not company.identified(TEAMS).is_admin
    assert company.identified(SLACK).is_admin
    assert company.identified(TEAMS).is_admin


def test_an_account_that_was_called_not_mine_is_no_admin_by_its_address(
    sqlite_database: Database, loop: asyncio.AbstractEventLoop
) -> None:
    company = Company(sqlite_database, loop, admins=frozenset({"dana@example.com"}))
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    company.identified(SLACK)
    assert company.identified(TEAMS).is_admin
    with company.database.begin() as unit:
        account = People(unit).account(TEAMS)
        assert account is not None
        part(unit, replace(account, is_separate=True), NOON)
    assert not company.identified(TEAMS).is_admin
    assert company.identified(SLACK).is_admin


def test_what_somebody_set_themselves_goes_before_what_a_platform_says(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    company.identified(SLACK)
    with company.database.begin() as unit:
        known = People(unit).get(SLACK)
        assert known is not None
        People(unit).put(replace(known, preferences=Preferences(time_zone="Asia/Tokyo", language="ja")), NOON)
    company.later()
    person = company.identified(SLACK)
    assert (person.time_zone, person.language) == ("Asia/Tokyo", "ja")


def test_nonsense_of_a_platform_is_not_kept(company: Company) -> None:
    company.slack.known[SLACK] = Profile("x" * 5_000 + "\0", "e" * 5_000, True, "../../etc/passwd", "<script>")
    person = company.identified(SLACK)
    assert len(person.name) == 200
    assert (person.time_zone, person.language) == ("UTC", "en")


def test_the_places_of_a_person_are_those_where_only_they_read(company: Company) -> None:
    company.slack.known[SLACK] = company.teams.known[TEAMS] = DANA
    person = company.identified(SLACK, direct="T1:U1")
    company.identified(TEAMS)
    assert company.directory.places_of(person.id) == [Place("slack", "T1:U1")]
    company.identified(TEAMS, direct="@oid")
    company.identified(SLACK)
    assert company.directory.places_of(person.id) == [Place("slack", "T1:U1"), Place("teams", "@oid")]


def test_names_on_this_machine_are_linked_to_nobody(company: Company) -> None:
    company.slack.known[SLACK] = DANA
    company.identified(SLACK)
    assert company.identified("web:dana", "Dana").id == "web:dana"
