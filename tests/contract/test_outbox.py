"""One suite for the in-memory outbox and for SQL on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.storage.lanes import Heads
from bot.storage.outbox import Delivery, OutboxState
from tests.builders import NOON, THREAD, message, minutes
from tests.stores import Stores

NO_PACE = {"web": timedelta(0)}


def add(stores: Stores, text: str, key: str = "card", place: Place = THREAD) -> None:
    with stores.begin() as unit:
        unit.outbox.add(Post(message(text), key), place, NOON)


def ready(stores: Stores, pace: dict[str, timedelta] = NO_PACE) -> Heads:
    with stores.reading() as unit:
        return unit.heads(NOON, pace)


def claim(stores: Stores) -> Delivery:
    with stores.begin() as unit:
        delivery = unit.outbox.claim(unit.heads(NOON, NO_PACE).ready[0], NOON)
    assert delivery is not None
    return delivery


def sent(stores: Stores, delivery: Delivery, message_id: str = "m1") -> None:
    with stores.begin() as unit:
        unit.outbox.sent(delivery, message_id, NOON)


def test_a_later_post_under_the_same_key_edits_the_message(stores: Stores) -> None:
    add(stores, "First.")
    first = claim(stores)
    assert (first.message_id, first.message) == (None, message("First."))
    sent(stores, first, "m1")
    add(stores, "Second.")
    second = claim(stores)
    assert (second.message_id, second.message) == ("m1", message("Second."))


def test_an_edit_of_what_still_waits_replaces_it(stores: Stores) -> None:
    add(stores, "First.")
    add(stores, "Second.")
    assert len(ready(stores).ready) == 1
    assert claim(stores).message == message("Second.")


def test_an_edit_waits_for_the_post_on_its_way(stores: Stores) -> None:
    add(stores, "First.")
    first = claim(stores)
    add(stores, "Second.")
    assert ready(stores).ready == ()
    sent(stores, first)
    assert claim(stores).message_id == "m1"


def test_a_channel_keeps_its_order_and_does_not_hold_up_others(stores: Stores) -> None:
    other = Place("web", "web:sam", "t")
    add(stores, "One.", "a")
    add(stores, "Two.", "b", Place("web", THREAD.channel, "another thread"))
    add(stores, "Other.", "c", other)
    with stores.reading() as unit:
        first, third = unit.heads(NOON, NO_PACE).ready
    assert (first, third) == (1, 3)


def test_one_lane_has_one_delivery_on_its_way(stores: Stores) -> None:
    add(stores, "One.", "a")
    add(stores, "Two.", "b")
    claim(stores)
    with pytest.raises(IntegrityError), stores.begin() as unit:
        unit.outbox.claim(2, NOON)


def test_a_delivery_is_claimed_once(stores: Stores) -> None:
    add(stores, "One.")

    def take(_: int) -> bool:
        with stores.begin() as unit:
            return unit.outbox.claim(1, NOON) is not None

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(take, range(16))).count(True) == 1


def test_a_channel_is_given_time_between_deliveries(stores: Stores) -> None:
    add(stores, "One.", "a")
    sent(stores, claim(stores))
    add(stores, "Two.", "b")
    assert ready(stores, {"web": timedelta(seconds=1)}) == Heads((), NOON + timedelta(seconds=1))


def test_a_platform_without_an_outlet_waits(stores: Stores) -> None:
    add(stores, "One.", place=Place("slack", "C1"))
    assert ready(stores) == Heads((), None)


def test_a_postponed_delivery_holds_its_channel_until_it_is_due(stores: Stores) -> None:
    add(stores, "One.", "a")
    add(stores, "Two.", "b")
    with stores.begin() as unit:
        delivery = unit.outbox.claim(1, NOON)
        assert delivery is not None
        unit.outbox.postpone(delivery, NOON + minutes(1), "busy")
    assert ready(stores) == Heads((), NOON + minutes(1))


def add_later(stores: Stores, text: str, key: str, until: float) -> None:
    with stores.begin() as unit:
        unit.outbox.add(Post(message(text), key), THREAD, NOON, not_before=NOON + minutes(until))


def heads_at(stores: Stores, after: float) -> Heads:
    with stores.reading() as unit:
        return unit.heads(NOON + minutes(after), NO_PACE)


def test_what_waits_for_its_hour_holds_up_no_answer_in_its_channel(stores: Stores) -> None:
    add_later(stores, "Later.", "later", 60)
    add(stores, "Now.", "now")
    assert heads_at(stores, 0) == Heads((2,), NOON + minutes(60))
    assert claim(stores).key == "now"
    assert heads_at(stores, 0) == Heads((), None)  # one at a time


def test_when_its_hour_has_come_it_goes_first(stores: Stores) -> None:
    add_later(stores, "Later.", "later", 60)
    add(stores, "Now.", "now")
    assert heads_at(stores, 60).ready == (1,)
    with stores.begin() as unit:
        delivery = unit.outbox.claim(1, NOON + minutes(60))
    assert delivery is not None
    assert delivery.queued_at == NOON + minutes(60)


def test_a_newer_version_takes_over_when_the_message_goes(stores: Stores) -> None:
    add_later(stores, "First.", "card", 60)
    add_later(stores, "Second.", "card", 90)
    assert heads_at(stores, 60) == Heads((), NOON + minutes(90))
    add(stores, "Answer.")
    assert heads_at(stores, 0).ready == (1,)
    add_later(stores, "Third.", "card", 60)
    assert heads_at(stores, 0).ready == (1,)
    assert claim(stores).message == message("Third.")


def test_a_failed_delivery_lets_the_next_one_go_and_is_shown(stores: Stores) -> None:
    add(stores, "One.", "a")
    add(stores, "Two.", "b")
    failed = claim(stores)
    with stores.begin() as unit:
        unit.outbox.fail(failed, "blocked", NOON)
    assert claim(stores).key == "b"
    with stores.reading() as unit:
        assert [(each.delivery.key, each.reason) for each in unit.dead_letters.newest()] == [("a", "blocked")]


def test_an_edit_of_what_never_arrived_is_posted(stores: Stores) -> None:
    add(stores, "First.")
    failed = claim(stores)
    with stores.begin() as unit:
        unit.outbox.fail(failed, "blocked", NOON)
    add(stores, "Second.")
    assert claim(stores).message_id is None


def test_what_was_left_half_done_is_found_after_the_quiet_period(stores: Stores) -> None:
    add(stores, "One.")
    claim(stores)
    with stores.reading() as unit:
        assert unit.outbox.stranded("web", NOON, NOON) == []
        assert [each.key for each in unit.outbox.stranded("web", NOON + minutes(1), NOON)] == ["card"]
        assert unit.outbox.stranded("slack", NOON + minutes(1), NOON) == []


def test_an_open_outcome_is_looked_into_again_when_that_is_due(stores: Stores) -> None:
    add(stores, "One.")
    delivery = claim(stores)
    with stores.begin() as unit:
        unit.outbox.look_again(delivery, NOON + minutes(5), "busy")
    with stores.reading() as unit:
        assert unit.outbox.stranded("web", NOON + minutes(4), NOON + minutes(4)) == []
        assert len(unit.outbox.stranded("web", NOON + minutes(5), NOON + minutes(5))) == 1


def test_being_told_to_wait_is_no_try(stores: Stores) -> None:
    add(stores, "One.")
    for _ in range(3):
        delivery = claim(stores)
        assert (delivery.attempts, delivery.queued_at) == (1, NOON)
        with stores.begin() as unit:
            unit.outbox.hold(delivery, NOON, "busy")


def test_an_edit_of_what_is_parked_is_not_posted_beside_it(stores: Stores) -> None:
    add(stores, "First.")
    parked = claim(stores)
    with stores.begin() as unit:
        unit.outbox.park(parked, NOON)
    add(stores, "Second.")
    assert ready(stores).ready == ()
    with stores.reading() as unit:
        assert [each.delivery.message for each in unit.dead_letters.newest()] == [message("Second.")]


def test_what_may_have_arrived_is_parked_and_shown_newest_first(stores: Stores) -> None:
    for text, key in (("One.", "a"), ("Two.", "b")):
        add(stores, text, key)
        parked = claim(stores)
        with stores.begin() as unit:
            unit.outbox.park(parked, NOON)
    assert ready(stores).ready == ()
    with stores.reading() as unit:
        assert [each.delivery.key for each in unit.dead_letters.newest()] == ["b", "a"]
        assert [each.delivery.key for each in unit.dead_letters.newest(1)] == ["b"]


def test_what_became_of_a_delivery_is_said_once(stores: Stores) -> None:
    add(stores, "One.")
    slow = claim(stores)
    with stores.begin() as unit:
        unit.outbox.fail(slow, "blocked", NOON)
        unit.outbox.postpone(slow, NOON, "late")
    assert ready(stores).ready == ()


def test_what_is_rolled_back_is_not_delivered(stores: Stores) -> None:
    with pytest.raises(RuntimeError), stores.begin() as unit:
        unit.outbox.add(Post(message(), "card"), THREAD, NOON)
        raise RuntimeError
    assert ready(stores).ready == ()


def test_each_version_carries_a_nonce_of_its_own(stores: Stores) -> None:
    add(stores, "One.")
    first = claim(stores)
    add(stores, "Two.")
    sent(stores, first)
    second = claim(stores)
    with stores.begin() as unit:
        carrier = unit.nonces.carrier(second.nonce)
        assert carrier is not None
        assert carrier.key == "card"
        assert not unit.nonces.use(first.nonce, NOON)
        assert unit.nonces.use(second.nonce, NOON)


def test_versions_that_were_replaced_are_forgotten_before_the_one_that_stands(stores: Stores) -> None:
    for text in ("One.", "Two."):
        add(stores, text)
        sent(stores, claim(stores), "m1")
    add(stores, "Waits.", "other")
    with stores.begin() as unit:
        assert unit.outbox.purge(NOON + minutes(1), NOON) == 1
        assert unit.outbox.purge(NOON + minutes(1), NOON) == 0
        assert unit.outbox.purge(NOON + minutes(1), NOON + minutes(1)) == 1
    sent(stores, claim(stores), "m2")
    add(stores, "Three.")
    assert claim(stores).message_id == "m1"


def lose(stores: Stores, state: OutboxState) -> int:
    add(stores, "One.")
    lost = claim(stores)
    with stores.begin() as unit:
        if state is OutboxState.FAILED:
            unit.outbox.fail(lost, "blocked", NOON)
        else:
            unit.outbox.park(lost, NOON)
        (letter,) = unit.dead_letters.newest()
    assert (letter.state, letter.since) == (state, NOON)
    return lost.id


@pytest.mark.parametrize("state", [OutboxState.FAILED, OutboxState.UNKNOWN])
def test_a_dead_letter_is_sent_again_once_as_if_it_were_new(stores: Stores, state: OutboxState) -> None:
    row = lose(stores, state)
    with stores.begin() as unit:
        assert unit.dead_letters.send_again(row, NOON)
        assert not unit.dead_letters.send_again(row, NOON)
        assert not unit.dead_letters.drop(row)
    again = claim(stores)
    assert (again.id, again.attempts) == (row, 1)


def test_a_dead_letter_is_dropped_once(stores: Stores) -> None:
    row = lose(stores, OutboxState.FAILED)
    with stores.begin() as unit:
        assert unit.dead_letters.drop(row)
        assert not unit.dead_letters.drop(row)
        assert not unit.dead_letters.send_again(row, NOON)
        assert unit.dead_letters.newest() == []
    assert ready(stores).ready == ()


def test_only_what_is_parked_can_have_arrived(stores: Stores) -> None:
    failed = lose(stores, OutboxState.FAILED)
    with stores.begin() as unit:
        assert not unit.dead_letters.mark_arrived(failed, NOON)
        unit.dead_letters.drop(failed)
    parked = lose(stores, OutboxState.UNKNOWN)
    with stores.begin() as unit:
        assert unit.dead_letters.mark_arrived(parked, NOON)
        assert not unit.dead_letters.mark_arrived(parked, NOON)
        assert unit.dead_letters.newest() == []


def test_a_newer_version_makes_an_older_failure_good(stores: Stores) -> None:
    lose(stores, OutboxState.FAILED)
    add(stores, "Two.")
    sent(stores, claim(stores))
    with stores.reading() as unit:
        assert unit.dead_letters.newest() == []


def test_where_a_message_stands_is_known_also_after_a_newer_version(stores: Stores) -> None:
    direct = Place("slack", "T1:U1", title="Dana")
    add(stores, "One.", place=direct)
    first = claim_any(stores)
    add(stores, "Two.", place=direct)
    with stores.reading() as unit:
        assert unit.outbox.place_of(direct.conversation, first.key) == direct
        assert unit.outbox.place_of(direct.conversation, "another") is None


def claim_any(stores: Stores) -> Delivery:
    with stores.begin() as unit:
        delivery = unit.outbox.claim(1, NOON)
    assert delivery is not None
    return delivery


def says(stores: Stores, text: str) -> bool:
    with stores.reading() as unit:
        return unit.outbox.says(message(text), THREAD, "card")


def has_arrived(stores: Stores) -> bool:
    with stores.reading() as unit:
        return unit.outbox.has_arrived(THREAD, "card")


def test_what_is_on_its_way_is_what_a_message_says(stores: Stores) -> None:
    assert not says(stores, "First.")
    add(stores, "First.")
    add(stores, "Another.", "card-2")
    assert says(stores, "First.")
    sent(stores, claim(stores))
    add(stores, "Second.")
    assert says(stores, "Second.")
    assert not says(stores, "First.")


def test_what_failed_is_not_what_a_message_says(stores: Stores) -> None:
    add(stores, "First.")
    failed = claim(stores)
    with stores.begin() as unit:
        unit.outbox.fail(failed, "Gone.", NOON)
    assert not says(stores, "First.")


def test_a_message_has_arrived_once_any_version_of_it_stands_there(stores: Stores) -> None:
    add(stores, "First.")
    assert not has_arrived(stores)
    sent(stores, claim(stores))
    add(stores, "Second.")
    assert has_arrived(stores)
