"""Broadcasts on both databases, from the choice of places to the last outcome; the relay is played by hand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Paragraph, Reply
from bot.chat.turn import Place, Reacted
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import GUEST, NOT_KNOWN, OUTSIDERS, UNREACHABLE, BroadcastJobs
from bot.features.broadcasts.model import (
    Broadcast,
    BroadcastState,
    Departure,
    Figures,
    Progress,
    Recipient,
    Target,
    TargetState,
)
from bot.features.broadcasts.store import DROPPED, SqlBroadcasts
from bot.features.catalog import Catalog
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.router import Router
from bot.storage.dead_letters import DeadLetters
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import DANA, NOON, SAM, message, turn

local = datetime.fromisoformat
PACE = {"slack": timedelta(0), "teams": timedelta(0), "mail": timedelta(0), "web": timedelta(0)}
STORY = message("A story.")
BETTER = message("A better story.")
GONE = message("This was taken down.")


class House:
    """Channels, people, one broadcast, and the messengers' side of the outbox."""

    def __init__(self, database: Database, batch: int = 3) -> None:
        self.database = database
        self.now = NOON
        self.heard: list[Progress] = []
        jobs = BroadcastJobs([self.hear], batch)
        self.keeper = Timekeeper(database, jobs.timers(), lambda: self.now)
        self.wall: dict[str, list[str]] = {}
        """What stands in each channel, each message in its last version."""

    def hear(self, broadcast: Broadcast, progress: Progress, unit: UnitOfWork, now: datetime) -> None:
        self.heard.append(progress)

    def add_channels(self, *names: str, zone: str = "", outsiders: bool = False) -> list[Recipient]:
        with self.database.begin() as unit:
            for name in names:
                members = frozenset[str]() if outsiders else frozenset({"everyone"})
                SqlChannels(unit).note(Place("slack", name, is_shared=True, members=members, title=name), NOON)
                if zone:
                    SqlChannels(unit).change(Channel("slack", name, Policy(zone=zone), revision=1))
        return [Recipient("slack", name) for name in names]

    def add_person(self, person_id: str, platform: str = "slack", *, is_guest: bool = False, **known: object) -> None:
        with self.database.begin() as unit:
            person = KnownPerson(person_id, person_id.title(), NOON, email=f"{person_id}@example.com")
            People(unit).add(replace(person, **known))
            account = Account(f"{platform}:{person_id}", person_id, platform, NOON, f"D-{person_id}", "Somebody")
            People(unit).add_account(replace(account, is_guest=is_guest))

    def drafted(self, recipients: Sequence[Recipient], **values: object) -> Broadcast:
        with self.database.begin() as unit:
            made = replace(Broadcast("", "stories/1", DANA.id, NOON, STORY), **values)
            return use_cases.draft(made, recipients, unit)

    def sent(self, recipients: Sequence[Recipient], **values: object) -> Broadcast:
        made = self.drafted(recipients, **values)
        self.act(lambda unit: use_cases.send(made.id, DANA.id, unit, self.now))
        return made

    def act(self, what: Callable[[UnitOfWork], Broadcast]) -> Broadcast:
        with self.database.begin() as unit:
            return what(unit)

    def tick(self, minutes: float = 0) -> None:
        """The clock's side."""
        self.now += timedelta(minutes=minutes)
        while self.keeper.run_due():
            pass

    def claimed(self) -> list[Delivery]:
        """What the relay takes next."""
        with self.database.begin() as unit:
            ready = heads(unit, self.now, PACE).ready
            return [each for row in ready if (each := Outbox(unit).claim(row, self.now)) is not None]

    def deliver(self, *failing: str) -> None:
        """All that may go now; what goes to `failing` channels fails for good."""
        while deliveries := self.claimed():
            for each in deliveries:
                self.finish(each, fails=each.place.channel in failing)

    def finish(self, delivery: Delivery, *, fails: bool = False) -> None:
        with self.database.begin() as unit:
            if fails:
                Outbox(unit).fail(delivery, "Guildhall is not in that channel.", self.now)
                return
            on_wall = self.wall.setdefault(delivery.place.channel, [])
            if delivery.message_id is None:
                on_wall.append(delivery.message.summary)
                Outbox(unit).sent(delivery, f"{delivery.place.channel}-{len(on_wall)}", self.now)
            else:
                on_wall[int(delivery.message_id.rpartition("-")[2]) - 1] = delivery.message.summary
                Outbox(unit).sent(delivery, delivery.message_id, self.now)

    def get(self, broadcast: Broadcast) -> Broadcast:
        with self.database.reading() as unit:
            found = SqlBroadcasts(unit).get(broadcast.id)
        assert found is not None
        return found

    def progress(self, broadcast: Broadcast) -> Progress:
        with self.database.reading() as unit:
            return use_cases.progress_of(self.get(broadcast), unit)

    def problems(self, broadcast: Broadcast) -> list[tuple[str, TargetState, str]]:
        with self.database.reading() as unit:
            found = use_cases.problems_of(self.get(broadcast), unit)
        return [(each.name, each.state, each.reason) for each in found]

    def targets(self, broadcast: Broadcast) -> list[Target]:
        with self.database.reading() as unit:
            return SqlBroadcasts(unit).targets(self.get(broadcast))

    def figures(self, broadcast: Broadcast) -> Figures:
        with self.database.reading() as unit:
            return use_cases.figures_of(self.get(broadcast), unit)

    def has_timer(self, broadcast: Broadcast) -> bool:
        with self.database.reading() as unit:
            return Timers(unit).due_at(use_cases.GO, broadcast.id) is not None


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


NAMES = tuple(f"C{number}" for number in range(8))


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
    with house.database.reading() as unit:
        planned = use_cases.departures(broadcast, unit, NOON)
    day = datetime(2027, 3, 2, tzinfo=UTC)
    assert planned == [
        Departure("Asia/Tokyo", day, 1, has_passed=False),
        Departure("Europe/Berlin", day + timedelta(hours=8), 1, has_passed=False),
        Departure("Europe/London", day + timedelta(hours=9), 1, has_passed=False),
        Departure("America/New_York", day + timedelta(hours=14), 1, has_passed=False),
    ]
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
    with house.database.reading() as unit:
        planned = use_cases.departures(broadcast, unit, NOON)
    assert [(each.zone, each.has_passed) for each in planned] == [("Pacific/Auckland", True), ("UTC", False)]
    house.act(lambda unit: use_cases.send(broadcast.id, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    assert house.wall == {"auckland": ["A story."]}


def test_what_is_scheduled_becomes_a_draft_again_and_can_be_changed(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2"), local_at=local("2027-03-02 09:00"))
    with pytest.raises(UserFacingError, match="on its way already"):
        house.act(lambda unit: use_cases.edit(replace(broadcast, message=BETTER), None, unit))
    house.act(lambda unit: use_cases.unschedule(broadcast.id, DANA.id, unit, house.now))
    house.act(lambda unit: use_cases.edit(replace(broadcast, message=BETTER, local_at=None), [], unit))
    house.act(lambda unit: use_cases.edit(replace(broadcast, message=BETTER), [Recipient("slack", "C2")], unit))
    house.tick(24 * 60)
    house.deliver()
    assert house.wall == {}
    house.act(lambda unit: use_cases.send(broadcast.id, DANA.id, unit, house.now))
    house.tick()
    house.deliver()
    assert house.wall == {"C2": ["A better story."]}


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


def test_people_are_reached_where_they_are_and_not_in_their_quiet_hours(house: House) -> None:
    house.add_person("sam", preferences=Preferences(quiet_from="11:00", quiet_to="14:00"))
    house.add_person("dana", "teams")
    whole = Message("The whole story.", (Paragraph("It begins."),))
    people = [*use_cases.to_people(["sam", "dana"]), *use_cases.to_people(["sam"], "mail")]
    broadcast = house.sent(people, letter=whole)
    house.tick()
    house.deliver()
    assert house.wall == {"D-dana": ["A story."], "sam@example.com": ["The whole story."]}
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
    for act in (use_cases.stop, use_cases.try_again):
        with pytest.raises(UserFacingError, match="before"):
            house.act(lambda unit, act=act: act(broadcast.id, SAM.id, unit, house.now))


def test_who_opened_it_and_who_reacted_counts_once_and_can_be_taken_back(house: House) -> None:
    broadcast = house.sent(house.add_channels("C1", "C2"), message=replace(STORY, url="https://guildhall/stories/1"))
    house.tick()
    house.deliver()
    key = house.get(broadcast).key
    with house.database.begin() as unit:
        for person in ("dana", "sam", "dana"):
            use_cases.note_opened(broadcast.id, person, unit, NOON)
            assert use_cases.note_reaction(Place("slack", "C1"), key, "tada", person, unit, NOON)
        use_cases.note_reaction(Place("slack", "C2"), key, "eyes", "sam", unit, NOON)
        use_cases.note_reaction(Place("slack", "C1"), key, "tada", "sam", unit, NOON, is_gone=True)
        assert not use_cases.note_reaction(Place("slack", "C9"), key, "tada", "sam", unit, NOON)
        assert not use_cases.note_reaction(Place("slack", "C1"), "another", "tada", "sam", unit, NOON)
    assert house.figures(broadcast) == Figures(2, opened=2, reactions={"eyes": 1, "tada": 1})


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
