"""Broadcasts on both databases, from the choice of places to the last outcome."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Paragraph, Reply
from bot.chat.turn import Place, Reacted
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import GUEST, MADE_WAY, NOT_KNOWN, OUTSIDERS, UNREACHABLE, BroadcastJobs
from bot.features.broadcasts.model import (
    BroadcastState,
    Figures,
    Recipient,
    TargetState,
)
from bot.features.broadcasts.standing import DROPPED
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.catalog import Catalog
from bot.router import Router
from bot.storage.audit import latest
from bot.storage.dead_letters import DeadLetters
from bot.storage.outbox import Outbox
from bot.storage.people import Preferences
from bot.storage.unit_of_work import Database
from tests.broadcast_house import NAMES, STORY, House
from tests.builders import DANA, NOON, turn

local = datetime.fromisoformat


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_each_place_gets_it_once_and_then_it_is_sent(house: House) -> None:
    places = house.add_channels(*NAMES)
    broadcast = house.sent([*places, *places])
    assert house.get(broadcast).state is BroadcastState.SENDING
    house.tick()
    house.deliver()
    house.tick(1)
    assert house.wall == {name: ["A story."] for name in NAMES}
    done = house.get(broadcast)
    assert (done.state, done.finished_at) == (BroadcastState.SENT, house.now)
    assert house.heard[-1].counts == {TargetState.ARRIVED: 8}
    assert {each.arrived_at for each in house.targets(broadcast)} == {NOON}
    assert not house.has_timer(broadcast)


def test_nothing_goes_out_before_it_is_sent_and_it_is_sent_once(house: House) -> None:
    broadcast = house.drafted(house.add_channels("C1"))
    house.tick(60)
    house.deliver()
    assert house.wall == {}
    house.act(lambda unit: use_cases.send(broadcast.id, DANA.id, unit, house.now))
    with pytest.raises(UserFacingError, match="on its way already"):
        house.act(lambda unit: use_cases.send(broadcast.id, DANA.id, unit, house.now))
    nobody = house.drafted([])
    with pytest.raises(UserFacingError, match="Nobody was chosen"):
        house.act(lambda unit: use_cases.send(nobody.id, DANA.id, unit, house.now))


def test_each_target_gets_it_at_the_local_time_of_its_own_zone(house: House) -> None:
    places = [
        *house.add_channels("tokyo", zone="Asia/Tokyo"),
        *house.add_channels("berlin", zone="Europe/Berlin"),
        *house.add_channels("home"),
        Recipient(person_id="sam"),
    ]
    house.add_person("sam", time_zone="America/New_York")
    broadcast = house.drafted(places, local_at=local("2027-03-02 09:00"), zone="Europe/London")
    house.act(lambda unit: use_cases.send(broadcast.id, DANA.id, unit, house.now))
    assert house.get(broadcast).state is BroadcastState.SCHEDULED
    arrived: list[tuple[int, list[str]]] = []
    for hour in range(12, 12 + 30):
        house.tick()
        house.deliver()
        if not arrived or len(house.wall) > len(arrived[-1][1]):
            arrived.append((hour, sorted(house.wall)))
        house.tick(60)
    assert arrived == [
        (12, []),
        (24, ["tokyo"]),
        (32, ["berlin", "tokyo"]),
        (33, ["berlin", "home", "tokyo"]),
        (38, ["D-sam", "berlin", "home", "tokyo"]),
    ]


def test_where_its_time_has_gone_by_it_goes_at_once(house: House) -> None:
    places = [*house.add_channels("auckland", zone="Pacific/Auckland"), *house.add_channels("home")]
    broadcast = house.drafted(places, local_at=local("2027-03-01 15:00"))
    house.act(lambda unit: use_cases.send(broadcast.id, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    assert house.wall == {"auckland": ["A story."]}


def test_what_waits_follows_the_zone_of_its_channel_and_goes_at_once_where_that_moment_is_past(house: House) -> None:
    names = ("east", "west", "past", "gone", "stays")
    broadcast = house.sent(house.add_channels(*names, zone="Europe/London"), local_at=local("2027-03-02 09:00"))
    house.move("gone", "Asia/Tokyo")
    house.tick(12 * 60)  # midnight in London: it is nine in Tokyo
    house.deliver()
    assert sorted(house.wall) == ["gone"]
    house.move("gone", "Europe/London")  # has it already
    house.move("past", "Pacific/Auckland")
    house.tick()
    house.deliver()
    assert sorted(house.wall) == ["gone", "past"]
    house.move("east", "Asia/Kolkata")
    house.move("west", "America/New_York")
    arrived: list[tuple[int, list[str]]] = []
    for hour in range(24):
        house.tick()
        house.deliver()
        if not arrived or len(house.wall) > len(arrived[-1][1]):
            arrived.append((hour, sorted(house.wall)))
        house.tick(30)
        house.deliver()
        house.tick(30)
    assert arrived == [
        (0, ["gone", "past"]),
        (4, ["east", "gone", "past"]),  # half past three
        (9, ["east", "gone", "past", "stays"]),
        (14, ["east", "gone", "past", "stays", "west"]),
    ]
    assert house.wall == {name: ["A story."] for name in names}
    zones = {each.name: each.zone for each in house.targets(broadcast)}
    assert (zones["east"], zones["stays"]) == ("Asia/Kolkata", "Europe/London")
    assert house.get(broadcast).state is BroadcastState.SENT


def test_without_a_zone_of_its_own_a_channel_waits_for_the_time_of_the_company(house: House) -> None:
    broadcast = house.sent(
        house.add_channels("C1", zone="Asia/Tokyo"), local_at=local("2027-03-02 09:00"), zone="Europe/Berlin"
    )
    house.move("C1", "")
    (target,) = house.targets(broadcast)
    assert (target.zone, target.due_at) == ("Europe/Berlin", datetime(2027, 3, 2, 8, tzinfo=UTC))


def test_a_zone_changes_nothing_of_what_is_still_a_draft_was_stopped_or_is_tried_again(house: House) -> None:
    at_nine = local("2027-03-01 09:00")
    places = house.add_channels("C1", "C2", zone="Asia/Tokyo")
    drafted, stopped = house.drafted(places, local_at=at_nine), house.sent(places, local_at=local("2027-03-02 09:00"))
    house.act(lambda unit: use_cases.stop(stopped.id, DANA.id, unit, house.now))
    house.tick()
    tried = house.sent(places, local_at=at_nine)
    house.tick()
    house.deliver("C1")
    house.tick(1)
    house.act(lambda unit: use_cases.try_again(tried.id, DANA.id, unit, house.now))
    house.move("C1", "Pacific/Honolulu")
    assert not house.has_timer(stopped) and not house.has_timer(drafted)
    house.tick()
    house.deliver()
    assert house.wall == {"C1": ["A story."], "C2": ["A story."]}
    assert {each.state for each in house.targets(stopped)} == {TargetState.STOPPED}


def test_what_is_scheduled_is_called_off_as_if_it_had_never_been(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2"), local_at=local("2027-03-02 09:00"))
    with house.database.begin() as unit:
        use_cases.call_off(broadcast.id, DANA.id, unit, house.now)
    house.tick(24 * 60)
    house.deliver()
    assert house.wall == {} and not house.has_timer(broadcast)
    with house.database.reading() as unit:
        assert SqlBroadcasts(unit).about(broadcast.about) == []
        assert "broadcast called off" in {each.action for each in latest(unit)}


def test_what_has_begun_to_go_is_not_called_off(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1"))
    with house.database.begin() as unit, pytest.raises(UserFacingError, match="on its way already"):
        use_cases.call_off(broadcast.id, DANA.id, unit, house.now)


def test_outsiders_read_it_only_where_somebody_said_that_they_may(house: House) -> None:
    house.add_person("guest", is_guest=True)
    places = [
        *house.add_channels("inside"),
        *house.add_channels("shared", outsiders=True),
        Recipient("slack", "never-seen"),
        Recipient(person_id="guest"),
        Recipient(person_id="nobody"),
    ]
    broadcast = house.sent(places)
    house.tick()
    house.deliver()
    assert house.wall == {"inside": ["A story."]}
    assert house.problems(broadcast) == [
        ("shared", TargetState.NOT_ALLOWED, OUTSIDERS),
        ("never-seen", TargetState.NOT_ALLOWED, NOT_KNOWN),
        ("Guest", TargetState.NOT_ALLOWED, GUEST),
        ("", TargetState.FAILED, UNREACHABLE),
    ]
    house.sent(places, outsiders=True)
    house.tick()
    house.deliver()
    assert house.wall == {"inside": ["A story."] * 2, "shared": ["A story."], "D-guest": ["A story."]}


def test_a_correction_says_nothing_where_people_from_outside_came_to_read_along(house: House) -> None:
    broadcast = house.sent(house.add_channels("inside", "opened"))
    house.tick()
    house.deliver()
    house.add_channels("opened", outsiders=True)
    house.act(lambda unit: use_cases.correct(broadcast.id, Message("A new one.", ()), None, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    assert house.wall == {"inside": ["A new one."], "opened": [MADE_WAY]}


def test_people_are_reached_where_they_are_and_not_in_their_quiet_hours(house: House) -> None:
    house.add_person("sam", preferences=Preferences(quiet_from="11:00", quiet_to="14:00"))
    house.add_person("dana", "teams")
    whole = Message("The whole story.", (Paragraph("It begins."),))
    people = [*use_cases.to_people(["sam", "dana"]), *use_cases.to_people(["sam"], "mail")]
    broadcast = house.sent([*people, Recipient("mail", "all@example.com")], letter=whole)
    house.tick()
    house.deliver()
    letters = {"sam@example.com": ["The whole story."], "all@example.com": ["The whole story."]}
    assert house.wall == {"D-dana": ["A story."], **letters}
    house.tick(119)
    assert house.progress(broadcast).of(TargetState.QUEUED) == 1
    house.tick(1)
    house.deliver()
    assert house.wall["D-sam"] == ["A story."]


def test_what_failed_says_why_and_is_tried_again(house: House) -> None:
    broadcast = house.sent([*house.add_channels(*NAMES), *house.add_channels("shared", outsiders=True)])
    house.tick()
    house.deliver("C2", "C5")
    house.tick(1)
    assert house.get(broadcast).state is BroadcastState.SENT
    why = "Guildhall is not in that channel."
    assert house.problems(broadcast) == [
        ("C2", TargetState.FAILED, why),
        ("C5", TargetState.FAILED, why),
        ("shared", TargetState.NOT_ALLOWED, OUTSIDERS),
    ]
    house.add_channels("shared")
    house.act(lambda unit: use_cases.try_again(broadcast.id, DANA.id, unit, house.now))
    assert house.get(broadcast).state is BroadcastState.SENDING
    house.tick()
    house.deliver("C5")
    house.tick(1)
    assert house.wall == {name: ["A story."] for name in {*NAMES, "shared"} - {"C5"}}
    assert house.problems(broadcast) == [("C5", TargetState.FAILED, why)]
    assert house.get(broadcast).state is BroadcastState.SENT


def test_there_is_nothing_to_try_again_where_nothing_failed(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1"))
    with pytest.raises(UserFacingError, match="Nothing of it failed"):
        house.act(lambda unit: use_cases.try_again(broadcast.id, DANA.id, unit, house.now))


def test_what_admins_do_about_a_failed_delivery_counts(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2", "C3"))
    house.tick()
    first, *others = house.claimed()
    for each in others:
        house.finish(each, fails=True)
    with house.database.begin() as unit:
        Outbox(unit).park(first, house.now)
    house.tick(1)
    assert [state for _, state, _ in house.problems(broadcast)] == [
        TargetState.UNCLEAR,
        TargetState.FAILED,
        TargetState.FAILED,
    ]
    with house.database.begin() as unit:
        letters = {each.delivery.place.channel: each.delivery.id for each in DeadLetters(unit).newest()}
        DeadLetters(unit).mark_arrived(letters["C1"], house.now)
        DeadLetters(unit).send_again(letters["C2"], house.now)
        DeadLetters(unit).drop(letters["C3"])
    house.deliver()
    assert house.progress(broadcast).counts == {TargetState.ARRIVED: 2, TargetState.FAILED: 1}
    another = house.sent([Recipient("slack", "C3")])
    house.tick()
    (delivery,) = house.claimed()
    house.finish(delivery, fails=True)
    with house.database.begin() as unit:
        DeadLetters(unit).drop(delivery.id)
    house.tick(1)
    assert house.problems(another) == [("C3", TargetState.FAILED, DROPPED)]


def test_who_opened_it_and_who_reacted_counts_once_and_can_be_taken_back(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2"), message=replace(STORY, url="https://guildhall/stories/1"))
    house.tick()
    house.deliver()
    key = house.get(broadcast).key
    with house.database.begin() as unit:
        for person in ("dana", "sam", "dana"):
            use_cases.note_opened(broadcast.about, person, unit, NOON)
            assert use_cases.note_reaction(Place("slack", "C1"), key, "tada", person, unit, NOON)
        use_cases.note_reaction(Place("slack", "C2"), key, "eyes", "sam", unit, NOON)
        use_cases.note_reaction(Place("slack", "C1"), key, "tada", "sam", unit, NOON, is_gone=True)
        assert not use_cases.note_reaction(Place("slack", "C9"), key, "tada", "sam", unit, NOON)
        assert not use_cases.note_reaction(Place("slack", "C1"), "another", "tada", "sam", unit, NOON)
    assert house.figures(broadcast) == Figures(2, opened=2, reactions={"eyes": 1, "tada": 1})
    another = house.sent(house.add_channels("C3"), message=replace(STORY, url="https://guildhall/stories/1"))
    assert house.figures(another).opened == 2, "they opened what both tell of"


def test_a_reaction_is_counted_as_the_platform_tells_of_it(house: House) -> None:
    house.add_person("sam")
    broadcast = house.sent([*house.add_channels("C1"), *use_cases.to_people(["sam"])])
    house.tick()
    house.deliver()
    router = Router(Catalog([broadcasts_feature(BroadcastJobs())]))
    channel, direct = Place("slack", "C1", is_shared=True), Place("slack", "D-sam")
    told = [
        (channel, Reacted("C1-1", "tada")),
        (channel, Reacted("C1-1", "eyes")),
        (channel, Reacted("C1-1", "eyes", is_gone=True)),
        (channel, Reacted("C1-99", "tada")),
        (direct, Reacted("D-sam-1", "heart")),
    ]
    for place, content in told:
        with house.database.begin() as unit:
            assert router.route(turn(content, place=place), unit, NOON) == Reply()
    assert house.figures(broadcast).reactions == {"heart": 1, "tada": 1}


def test_what_nobody_tells_is_absent_and_not_zero(house: House) -> None:
    house.add_person("sam")
    broadcast = house.sent(use_cases.to_people(["sam"], "mail"))
    house.tick()
    house.deliver()
    assert house.figures(broadcast) == Figures(1, opened=None, reactions=None)
