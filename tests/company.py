"""A company's people in front of a directory, on a loop of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.ports import Profile
from bot.chat.turn import Person, Place, Turn
from bot.directory import FRESH, Directory
from bot.features.questions.store import questions
from bot.storage.unit_of_work import Database
from tests.builders import NOON, turn
from tests.fakes_people import MemoryNames, MemoryProfiles

DANA = Profile("Dana Okafor", "dana@example.com", True, "Europe/Berlin", "de")
SLACK, TEAMS, OIDC = "slack:T1:U1", "teams:tenant:oid", "oidc:login.example:42"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Company:
    """A directory over the platforms' profiles, on a loop of its own, and turns to identify."""

    def __init__(self, database: Database, loop: asyncio.AbstractEventLoop, **named: frozenset[str]) -> None:
        self.clock = Clock()
        self.database = database
        self.slack, self.teams = MemoryNames({}), MemoryProfiles({})
        profiles = {"slack": self.slack, "teams": self.teams}
        columns = (questions.c.person_id,)
        self.directory = Directory(database, self.clock, columns=columns, profiles=profiles, **named)
        self.directory.start(loop)

    def identified(self, account: str, name: str = "", direct: str = "") -> Person:
        return self.directory.identify(turn_of(account, name, direct)).person

    def titled(self, place: Place) -> str:
        return self.directory.titled(turn(place=place)).place.title

    def later(self) -> None:
        self.clock.now += FRESH + timedelta(seconds=1)


def turn_of(account: str, name: str = "", direct: str = "") -> Turn:
    place = Place(account.partition(":")[0], "somewhere")
    return replace(turn(person=Person(account, name), place=place), direct=direct)


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
