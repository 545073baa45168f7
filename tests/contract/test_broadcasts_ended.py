"""Broadcasts that are stopped, corrected and taken down, on both databases."""

import pytest

from bot.chat.errors import UserFacingError
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.model import (
    BroadcastState,
    Progress,
    TargetState,
)
from bot.storage.dead_letters import DeadLetters
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database
from tests.broadcast_house import BETTER, GONE, NAMES, House
from tests.builders import DANA, SAM


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_stopped_means_that_what_has_not_gone_does_not_go(house: House) -> None:
    broadcast = house.sent(house.add_channels(*NAMES))
    house.keeper.run_due()  # three of eight are in the outbox
    arrived, in_flight, lost = house.claimed()
    house.finish(arrived)
    house.tick()
    house.act(lambda unit: use_cases.stop(broadcast.id, SAM.id, unit, house.now))
    assert house.claimed() == []
    house.finish(in_flight)
    with house.database.begin() as unit:
        Outbox(unit).postpone(lost, house.now, "Slack is not there.")
    house.tick(60)
    house.deliver()
    assert house.wall == {"C0": ["A story."], "C1": ["A story."]}
    assert house.progress(broadcast).counts == {TargetState.ARRIVED: 2, TargetState.STOPPED: 6}
    assert house.get(broadcast).state is BroadcastState.STOPPED
    assert not house.has_timer(broadcast)
    with pytest.raises(UserFacingError, match="before"):
        house.act(lambda unit: use_cases.stop(broadcast.id, SAM.id, unit, house.now))


def test_what_failed_before_the_stop_keeps_its_reason_and_waits_for_no_admin(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2", "C3", "C4"))
    house.keeper.run_due()
    house.finish(house.claimed()[0], fails=True)
    house.act(lambda unit: use_cases.stop(broadcast.id, SAM.id, unit, house.now))
    house.tick(1)
    assert house.problems(broadcast) == [("C1", TargetState.FAILED, "Guildhall is not in that channel.")]
    with house.database.reading() as unit:
        assert DeadLetters(unit).count() == 0


def test_what_failed_before_the_stop_is_not_tried_again_unless_its_correction_failed(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2", "C3", "C4"))
    house.keeper.run_due()
    failed, *arrived = house.claimed()
    house.finish(failed, fails=True)
    for each in arrived:
        house.finish(each)
    house.act(lambda unit: use_cases.stop(broadcast.id, SAM.id, unit, house.now))
    house.tick(1)
    with pytest.raises(UserFacingError, match="Nothing of it failed"):
        house.act(lambda unit: use_cases.try_again(broadcast.id, DANA.id, unit, house.now))
    house.act(lambda unit: use_cases.correct(broadcast.id, BETTER, None, DANA.id, unit, house.now))
    house.tick()
    house.deliver("C2")
    house.act(lambda unit: use_cases.try_again(broadcast.id, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    house.tick(1)
    assert house.wall == {"C2": ["A better story."], "C3": ["A better story."]}
    assert house.get(broadcast).state is BroadcastState.STOPPED
    assert not house.has_timer(broadcast)


def test_a_correction_edits_what_stands_there_and_goes_out_where_it_waits(house: House) -> None:
    broadcast = house.sent(house.add_channels(*NAMES))
    house.keeper.run_due()
    arrived, failed, in_flight = house.claimed()
    house.finish(arrived)
    house.finish(failed, fails=True)
    house.act(lambda unit: use_cases.correct(broadcast.id, BETTER, None, DANA.id, unit, house.now))
    house.tick()
    house.finish(in_flight)
    house.deliver()
    house.tick(1)
    house.deliver()
    house.tick(1)
    assert house.wall == {name: ["A better story."] for name in NAMES}
    assert house.progress(broadcast) == Progress({TargetState.ARRIVED: 8})
    assert house.get(broadcast).state is BroadcastState.SENT


def test_a_correction_that_does_not_arrive_is_a_problem(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2"))
    house.tick()
    house.deliver()
    house.tick(1)
    house.act(lambda unit: use_cases.correct(broadcast.id, BETTER, None, DANA.id, unit, house.now))
    house.tick()
    assert house.progress(broadcast).changing == 2
    house.deliver("C2")
    house.tick(1)
    assert house.wall == {"C1": ["A better story."], "C2": ["A story."]}
    assert house.problems(broadcast) == [("C2", TargetState.ARRIVED, "Guildhall is not in that channel.")]
    assert [each.is_current for each in house.targets(broadcast)] == [True, False]
    house.act(lambda unit: use_cases.try_again(broadcast.id, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    house.tick(1)
    assert house.wall == {"C1": ["A better story."], "C2": ["A better story."]}
    assert house.problems(broadcast) == []


def test_what_the_outbox_forgot_has_arrived_all_the_same_and_is_edited_in_place(house: House) -> None:
    house.add_person("sam")
    broadcast = house.sent([*house.add_channels("C1", "C2"), *use_cases.to_people(["sam"])])
    house.tick()
    house.deliver("C2")
    house.tick(1)
    with house.database.begin() as unit:
        Outbox(unit).purge(house.now, house.now)
    counts = {TargetState.ARRIVED: 2, TargetState.FAILED: 1}
    assert house.progress(broadcast).counts == counts
    assert house.problems(broadcast) == [("C2", TargetState.FAILED, "Guildhall is not in that channel.")]
    house.act(lambda unit: use_cases.correct(broadcast.id, BETTER, None, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    house.tick(1)
    assert house.wall == {name: ["A better story."] for name in ("C1", "C2", "D-sam")}


def test_what_was_taken_down_is_replaced_everywhere_and_comes_nowhere_new(house: House) -> None:
    broadcast = house.sent(house.add_channels(*NAMES))
    house.keeper.run_due()
    arrived, in_flight, lost = house.claimed()
    house.finish(arrived)
    house.act(lambda unit: use_cases.take_down(broadcast.id, GONE, SAM.id, unit, house.now))
    house.tick()
    house.deliver()
    house.finish(in_flight)  # the old one, that was being sent at that moment
    with house.database.begin() as unit:
        Outbox(unit).fail(lost, "Slack is not there.", house.now)
    house.tick(1)
    house.deliver()
    house.tick(1)
    assert house.wall == {"C0": ["This was taken down."], "C1": ["This was taken down."]}
    assert house.progress(broadcast).counts == {TargetState.ARRIVED: 2, TargetState.STOPPED: 6}
    assert house.get(broadcast).state is BroadcastState.TAKEN_DOWN
    for act, said in ((use_cases.stop, "before"), (use_cases.try_again, "Nothing of it failed")):
        with pytest.raises(UserFacingError, match=said):
            house.act(lambda unit, act=act: act(broadcast.id, SAM.id, unit, house.now))
