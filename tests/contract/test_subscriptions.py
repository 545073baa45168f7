from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from bot.storage.merging import follow
from bot.storage.subscriptions import Subscription, Subscriptions, subscriptions
from bot.storage.unit_of_work import Database

NOW = datetime(2027, 3, 1, tzinfo=UTC)
MINE = Subscription("office_hours.mine", "", "sam")


def test_a_subscription_keeps_its_key(database: Database) -> None:
    with database.begin() as unit:
        first = Subscriptions(unit).key_of(MINE, NOW)
    with database.begin() as unit:
        assert Subscriptions(unit).key_of(MINE, NOW) == first
        assert Subscriptions(unit).with_key(first) == MINE
    assert len(first) > 40


def test_each_person_and_each_subject_has_a_key_of_its_own(database: Database) -> None:
    others = [Subscription("office_hours.mine", "", "dana"), Subscription("office_hours.series", "s1", "sam")]
    with database.begin() as unit:
        keys = {Subscriptions(unit).key_of(each, NOW) for each in (MINE, *others)}

    assert len(keys) == 3


def test_a_renewed_key_takes_the_place_of_the_one_that_got_about(database: Database) -> None:
    with database.begin() as unit:
        told = Subscriptions(unit)
        old = told.key_of(MINE, NOW)
        new = told.renew(MINE, NOW)

        assert told.with_key(old) is None
        assert told.with_key(new) == MINE
        assert told.key_of(MINE, NOW) == new


def test_a_key_is_found_without_making_one(database: Database) -> None:
    with database.begin() as unit:
        assert Subscriptions(unit).find(MINE) == ""
        key = Subscriptions(unit).key_of(MINE, NOW)
    with database.reading() as unit:
        assert Subscriptions(unit).find(MINE) == key


def test_a_key_that_nobody_has_opens_nothing(database: Database) -> None:
    with database.reading() as unit:
        assert Subscriptions(unit).with_key("") is None
        assert Subscriptions(unit).with_key("x' OR 1=1") is None


def test_a_subscription_follows_when_two_people_prove_to_be_one(database: Database) -> None:
    with database.begin() as unit:
        told = Subscriptions(unit)
        key = told.key_of(MINE, NOW)
        follow(unit, [subscriptions.c.person_id], "sam", "dana")

        assert told.with_key(key) == Subscription(MINE.feed, MINE.subject, "dana")


def test_no_two_have_one_key(database: Database) -> None:
    with database.begin() as unit:
        key = Subscriptions(unit).key_of(MINE, NOW)
    row = {"feed": "x", "subject": "", "person_id": "dana", "key": key, "made_at": NOW}
    with pytest.raises(IntegrityError), database.begin() as unit:
        unit.connection.execute(subscriptions.insert().values(**row))
