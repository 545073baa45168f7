"""The outbox and its nonces on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.chat.reply import Actions, Button, Message, Post
from bot.chat.turn import Place
from bot.storage.lanes import Heads, heads
from bot.storage.nonces import Nonces
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database
from tests.builders import NOON, THREAD, message, minutes

NO_PACE = {"web": timedelta(0)}


def add(database: Database, text: str, key: str = "card", place: Place = THREAD) -> None:
    with database.begin() as unit:
        Outbox(unit).add(Post(message(text), key), place, NOON)


def ready(database: Database, pace: dict[str, timedelta] = NO_PACE) -> Heads:
    with database.reading() as unit:
        return heads(unit, NOON, pace)


def claim(database: Database) -> Delivery:
    with database.begin() as unit:
        delivery = Outbox(unit).claim(heads(unit, NOON, NO_PACE).ready[0], NOON)
    assert delivery is not None
    return delivery


def sent(database: Database, delivery: Delivery, message_id: str = "m1") -> None:
    with database.begin() as unit:
        Outbox(unit).sent(delivery, message_id, NOON)


def test_a_later_post_under_the_same_key_edits_the_message(database: Database) -> None:
    add(database, "First.")
    first = claim(database)
    assert (first.message_id, first.message) == (None, message("First."))
    sent(database, first, "m1")
    add(database, "Second.")
    second = claim(database)
    assert (second.message_id, second.message) == ("m1", message("Second."))


def test_an_edit_of_what_still_waits_replaces_it(database: Database) -> None:
    add(database, "First.")
    add(database, "Second.")
    assert len(ready(database).ready) == 1
    assert claim(database).message == message("Second.")


def test_an_edit_waits_for_the_post_on_its_way(database: Database) -> None:
    add(database, "First.")
    first = claim(database)
    add(database, "Second.")
    assert ready(database).ready == ()
    sent(database, first)
    assert claim(database).message_id == "m1"


def test_a_channel_keeps_its_order_and_does_not_hold_up_others(database: Database) -> None:
    other = Place("web", "web:sam", "t")
    add(database, "One.", "a")
    add(database, "Two.", "b", Place("web", THREAD.channel, "another thread"))
    add(database, "Other.", "c", other)
    with database.reading() as unit:
        first, third = heads(unit, NOON, NO_PACE).ready
    assert (first, third) == (1, 3)


def test_one_lane_has_one_delivery_on_its_way(database: Database) -> None:
    add(database, "One.", "a")
    add(database, "Two.", "b")
    claim(database)
    with pytest.raises(IntegrityError), database.begin() as unit:
        Outbox(unit).claim(2, NOON)


def test_a_delivery_is_claimed_once(database: Database) -> None:
    add(database, "One.")

    def take(_: int) -> bool:
        with database.begin() as unit:
            return Outbox(unit).claim(1, NOON) is not None

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(take, range(16))).count(True) == 1


def test_a_channel_is_given_time_between_deliveries(database: Database) -> None:
    add(database, "One.", "a")
    sent(database, claim(database))
    add(database, "Two.", "b")
    assert ready(database, {"web": timedelta(seconds=1)}) == Heads((), NOON + timedelta(seconds=1))


def test_a_platform_without_an_outlet_waits(database: Database) -> None:
    add(database, "One.", place=Place("slack", "C1"))
    assert ready(database) == Heads((), None)


def test_a_postponed_delivery_holds_its_channel_until_it_is_due(database: Database) -> None:
    add(database, "One.", "a")
    add(database, "Two.", "b")
    with database.begin() as unit:
        delivery = Outbox(unit).claim(1, NOON)
        assert delivery is not None
        Outbox(unit).postpone(delivery, NOON + minutes(1), "busy")
    assert ready(database) == Heads((), NOON + minutes(1))


def test_a_failed_delivery_lets_the_next_one_go_and_is_shown(database: Database) -> None:
    add(database, "One.", "a")
    add(database, "Two.", "b")
    failed = claim(database)
    with database.begin() as unit:
        Outbox(unit).fail(failed, "blocked", NOON)
    assert claim(database).key == "b"
    with database.reading() as unit:
        assert [(each.key, why) for each, why in Outbox(unit).undelivered()] == [("a", "blocked")]


def test_an_edit_of_what_never_arrived_is_posted(database: Database) -> None:
    add(database, "First.")
    failed = claim(database)
    with database.begin() as unit:
        Outbox(unit).fail(failed, "blocked", NOON)
    add(database, "Second.")
    assert claim(database).message_id is None


def test_what_was_left_half_done_is_found_after_the_quiet_period(database: Database) -> None:
    add(database, "One.")
    claim(database)
    with database.reading() as unit:
        assert Outbox(unit).stranded("web", NOON) == []
        assert [each.key for each in Outbox(unit).stranded("web", NOON + minutes(1))] == ["card"]
        assert Outbox(unit).stranded("slack", NOON + minutes(1)) == []


def test_what_is_rolled_back_is_not_delivered(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as unit:
        Outbox(unit).add(Post(message(), "card"), THREAD, NOON)
        raise RuntimeError
    assert ready(database).ready == ()


def test_a_nonce_is_used_by_one_of_fifty_at_once(database: Database) -> None:
    add(database, "One.")
    nonce = claim(database).nonce

    def press(_: int) -> bool:
        with database.begin() as unit:
            return Nonces(unit).use(nonce, NOON)

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(press, range(50))).count(True) == 1


def test_a_new_version_uses_up_the_nonce_of_the_old_one(database: Database) -> None:
    add(database, "One.")
    first = claim(database)
    add(database, "Two.")
    sent(database, first)
    second = claim(database)
    with database.begin() as unit:
        assert not Nonces(unit).use(first.nonce, NOON)
        assert Nonces(unit).use(second.nonce, NOON)


def test_a_nonce_knows_its_message_and_the_buttons_on_it(database: Database) -> None:
    card = Message("Which?", (Actions((Button("One", "x.choose", "1"),)),))
    with database.begin() as unit:
        Outbox(unit).add(Post(card, "card"), THREAD, NOON)
    nonce = claim(database).nonce
    with database.reading() as unit:
        nonces = Nonces(unit)
        assert nonces.message_of(nonce) == "card"
        assert nonces.offers(nonce, "x.choose", "1")
        assert not nonces.offers(nonce, "x.choose", "2")
        assert not nonces.offers(nonce, "x.delete", "1")
        assert not nonces.offers("made-up", "x.choose", "1")
        assert nonces.message_of("made-up") is None


def test_only_what_was_sent_is_forgotten_and_can_still_be_edited(database: Database) -> None:
    add(database, "One.")
    sent(database, claim(database), "m1")
    with database.begin() as unit:
        assert Outbox(unit).purge(NOON + minutes(1)) == 1
    add(database, "Two.")
    assert claim(database).message_id == "m1"
