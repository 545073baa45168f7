"""Channels, people and a broadcast on a real database; the relay is played by hand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.turn import Place
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.broadcasts.model import (
    Broadcast,
    Figures,
    Progress,
    Recipient,
    Target,
    TargetState,
)
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.features.channels.use_cases import change_policy, tell_zone
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import ADMIN, DANA, NOON, message

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

    def move(self, name: str, zone: str) -> None:
        """An admin changes the zone of that channel."""
        with self.database.begin() as unit:
            store = SqlChannels(unit)
            found = store.get("slack", name)
            assert found is not None
            policy, seen = replace(found.policy, zone=zone), found.revision
            moved = change_policy(store, found, policy, revision=seen, person=ADMIN, place=None, at=self.now)
            tell_zone(moved, [use_cases.follow_zone], unit, self.now)

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


NAMES = tuple(f"C{number}" for number in range(8))
