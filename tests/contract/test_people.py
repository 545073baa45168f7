"""People and accounts on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import Column, String, Table, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError

from bot.storage.merging import follow, merge_people
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.tables import metadata
from bot.storage.unit_of_work import Database
from tests.builders import NOON, minutes

DANA = KnownPerson("slack:T1:U1", "Dana", NOON, "dana@example.com", "Europe/Berlin", "de")
OTHER = KnownPerson("teams:t:o", "Dana O.", NOON + minutes(1), preferences=Preferences(("crm",), quiet_from="22:00"))


def test_a_person_comes_back_as_kept(database: Database) -> None:
    own = replace(DANA, preferences=Preferences(("crm", "ÄI"), "Asia/Tokyo", "22:00", "07:00", "ja"))
    with database.begin() as unit:
        People(unit).add(DANA)
        People(unit).put(own, NOON)
    with database.reading() as unit:
        assert People(unit).get(DANA.id) == own
        assert People(unit).by_email("dana@example.com") == own
        assert People(unit).by_email("other@example.com") is None


def test_no_two_people_have_one_email_and_many_have_none(database: Database) -> None:
    with database.begin() as unit:
        People(unit).add(DANA)
        People(unit).add(OTHER)
        People(unit).add(replace(OTHER, id="web:x"))
    with pytest.raises(IntegrityError), database.begin() as unit:
        People(unit).add(replace(DANA, id="oidc:i:1"))


def test_merging_keeps_the_older_person_and_what_they_set(database: Database) -> None:
    account = Account("teams:t:o", OTHER.id, "teams", NOON, "@o")
    with database.begin() as unit:
        people = People(unit)
        people.add(OTHER)
        people.add(DANA)
        people.add_account(account)
        people.lock(DANA.id, OTHER.id)
        merged = merge_people(unit, OTHER, DANA, (), NOON)
    assert merged == replace(DANA, preferences=OTHER.preferences)
    with database.reading() as unit:
        people = People(unit)
        assert people.get(DANA.id) == merged
        assert people.get(OTHER.id) is None
        assert people.is_taken(OTHER.id)
        assert people.accounts_of(DANA.id) == [replace(account, person_id=DANA.id)]
        assert people.merged(NOON) == [(OTHER.id, DANA.id)]
        assert people.merged(NOON + minutes(1)) == []


def test_rows_follow_and_a_unique_key_keeps_one_of_two(database: Database) -> None:
    votes = Table(
        "votes_of_a_test",
        metadata,
        Column("id", String(10), primary_key=True),
        Column("person_id", String(200), nullable=False),
        Column("idea", String(10), nullable=False),
        UniqueConstraint("person_id", "idea"),
    )
    metadata.remove(votes)
    try:
        with database.begin() as unit:
            votes.create(unit.connection)
            rows = [("1", "a", "x"), ("2", "b", "x"), ("3", "b", "y"), ("4", "c", "y")]
            unit.connection.execute(
                votes.insert(), [{"id": row, "person_id": who, "idea": idea} for row, who, idea in rows]
            )
            follow(unit, (votes.c.person_id,), "b", "a")
            left = unit.connection.execute(select(votes.c.id, votes.c.person_id).order_by(votes.c.id)).all()
            assert [tuple(row) for row in left] == [("1", "a"), ("3", "a"), ("4", "c")]
    finally:
        with database.begin() as unit:
            votes.drop(unit.connection)


def test_those_with_a_vouched_address_are_told_from_the_others_and_namesakes_are_known(database: Database) -> None:
    with database.begin() as unit:
        people = People(unit)
        for person in (DANA, OTHER, replace(OTHER, id="web:x", name="dana"), replace(OTHER, id="web:y", name="Sam")):
            people.add(person)
        assert list(people.vouched()) == [DANA]
        assert people.known([DANA.id, "web:y", "nobody"]) == {
            DANA.id: DANA,
            "web:y": replace(OTHER, id="web:y", name="Sam"),
        }
        assert people.known([]) == {}
        assert people.namesakes(["DANA", "Sam", "Nobody"]) == {"dana"}
