"""Whatever people, the clock, the relay and the platforms do to a broadcast, in whatever order: nobody gets it twice,
nobody is forgotten, and nothing goes out that was stopped. Each seed is another story; ``GUILDHALL_BROADCAST_STORIES``
says how many."""

import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.model import Broadcast, BroadcastState, TargetState
from bot.storage.dead_letters import DeadLetters
from bot.storage.outbox import Delivery, Outbox, OutboxState
from bot.storage.unit_of_work import Database
from tests.broadcast_house import GONE, NAMES, House
from tests.builders import DANA, message

STORIES = int(os.environ.get("GUILDHALL_BROADCAST_STORIES", "20"))
STEPS = 25
PROBLEMS = (TargetState.FAILED, TargetState.UNCLEAR)


class Story:
    """One broadcast and what befalls it."""

    def __init__(self, database: Database, seed: int) -> None:
        self.house = House(database)
        self.chance = random.Random(seed)
        self.broadcast = self.house.sent(self.house.add_channels(*NAMES))
        self.newest = "A story."
        self.in_flight: list[Delivery] = []
        self.may_still_come: set[str] | None = None
        """Channels that may still get it, once it was ended."""

    @property
    def now(self) -> Broadcast:
        return self.house.get(self.broadcast)

    def goes_on(self) -> None:
        self.chance.choices(
            [self.tick, self.claim, self.settle_one, self.correct, self.end, self.try_again, self.admin],
            [4, 4, 10, 1, 0.4, 1, 1],
        )[0]()

    def tick(self) -> None:
        self.house.now += timedelta(minutes=self.chance.choice([0, 0, 1, 10]))
        self.house.keeper.run_due()

    def claim(self) -> None:
        self.in_flight += self.house.claimed()

    def settle_one(self) -> None:
        if not self.in_flight:
            return
        delivery = self.in_flight.pop(self.chance.randrange(len(self.in_flight)))
        luck = self.chance.random()
        if luck < 0.6:
            self.house.finish(delivery)
            return
        with self.house.database.begin() as unit:
            if luck < 0.8:
                Outbox(unit).postpone(delivery, self.house.now, "Slack is not there.")
            elif luck < 0.95 or delivery.message_id is not None:
                Outbox(unit).fail(delivery, "Guildhall is not in that channel.", self.house.now)
            else:
                Outbox(unit).park(delivery, self.house.now)

    def correct(self) -> None:
        newest = f"Version {self.chance.random()}."
        with suppress(UserFacingError):
            self.house.act(
                lambda unit: use_cases.correct(self.broadcast.id, message(newest), None, DANA.id, unit, self.house.now)
            )
            self.newest = newest

    def end(self) -> None:
        takes_down = self.chance.random() < 0.5
        with suppress(UserFacingError):
            if takes_down:
                self.house.act(lambda unit: use_cases.take_down(self.broadcast.id, GONE, DANA.id, unit, self.house.now))
                self.newest = GONE.summary
            else:
                self.house.act(lambda unit: use_cases.stop(self.broadcast.id, DANA.id, unit, self.house.now))
            if self.may_still_come is None:
                unclear = {each.name for each in self.house.targets(self.broadcast) if each.state in PROBLEMS[1:]}
                self.may_still_come = {each.place.channel for each in self.in_flight} | {*self.house.wall} | unclear

    def try_again(self) -> None:
        with suppress(UserFacingError):
            self.house.act(lambda unit: use_cases.try_again(self.broadcast.id, DANA.id, unit, self.house.now))

    def admin(self) -> None:
        with self.house.database.begin() as unit:
            for letter in DeadLetters(unit).newest():
                if letter.state is OutboxState.FAILED and self.chance.random() < 0.3:
                    DeadLetters(unit).drop(letter.delivery.id)
                elif self.chance.random() < 0.5:
                    DeadLetters(unit).send_again(letter.delivery.id, self.house.now)

    def ends_well(self) -> None:
        """Nothing goes wrong any more."""
        for each in self.in_flight:
            self.house.finish(each)
        self.in_flight = []
        for _ in range(6):
            self.house.tick(10)
            self.house.deliver()

    def check(self) -> None:
        assert all(len(texts) == 1 for texts in self.house.wall.values())
        if self.may_still_come is not None:
            assert {*self.house.wall} <= self.may_still_come


@pytest.mark.parametrize("seed", range(STORIES))
def test_nobody_gets_it_twice_and_nobody_is_forgotten(seed: int, sqlite_database: Database) -> None:
    story = Story(sqlite_database, seed)
    for _ in range(STEPS):
        story.goes_on()
        story.check()
    story.ends_well()
    story.check()
    targets = {each.name: each for each in story.house.targets(story.broadcast)}
    assert len(targets) == len(NAMES)
    assert not story.house.has_timer(story.broadcast)
    assert story.now.state is BroadcastState.SENT or story.now.is_over
    for name, target in targets.items():
        assert (target.state is TargetState.ARRIVED) == (name in story.house.wall), target
        if target.state is TargetState.ARRIVED and not target.reason:
            assert story.house.wall[name] == [story.newest]
        elif not story.now.is_over:
            assert target.state is TargetState.ARRIVED or target.state in PROBLEMS
