"""One person on Slack, in Teams and on the web: what is asked here shows there. On both databases."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.ports import Profile
from bot.chat.reply import Bullets, Message, plain
from bot.chat.turn import Commanded, Content, Person, Place, Said, Turn
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.questions.chat import QuestionsChat, questions_feature
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.transcript import SqlTranscript
from bot.storage.unit_of_work import Database
from tests.builders import NOON, turn
from tests.fakes import FakeChannels, FakeKnowledge
from tests.fakes_people import MemoryProfiles
from tests.fakes_requests import MemoryRequests

DANA = Profile("Dana", "dana@example.com", True, "Europe/Berlin", "de")
UNPROVED = replace(DANA, is_email_verified=False)
SLACK, TEAMS, WEB = "slack:T1:U1", "teams:t:o", "oidc:login.example:42"
PLACES = {
    SLACK: Place("slack", "T1:D1", "1700000000.000100"),
    TEAMS: Place("teams", "a:1"),
    WEB: Place("web", WEB, "thread-of-dana"),
}


class Company:
    """The questions feature behind a dispatcher and a directory."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.database = database
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.profiles = MemoryProfiles({SLACK: DANA, TEAMS: DANA})
        chat = QuestionsChat(FakeKnowledge(), lambda person: (), FakeChannels(), MemoryRequests())
        catalog = Catalog([questions_feature(chat)])
        profiles = {"slack": self.profiles, "teams": self.profiles}
        columns = catalog.person_columns
        self.directory = Directory(database, lambda: self.now, columns=columns, profiles=profiles)
        self.directory.start(self.loop)
        router = Router(catalog)
        self.dispatcher = Dispatcher(database, router, lambda: self.now, identify=self.directory.identify)
        self.transcript = SqlTranscript(database)

    def close(self) -> None:
        self.dispatcher.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    def turn(self, account: str, content: Content | str) -> Turn:
        return turn(content, person=Person(account, ""), place=PLACES[account], at=self.now)

    def say(self, account: str, content: Content | str) -> list[Message]:
        """What is answered."""
        self.dispatcher.accept_now(self.turn(account, content))
        while self.dispatcher.work_one():
            pass
        found: list[Message] = []
        with self.database.begin() as unit:
            while ready := heads(unit, self.now, dict.fromkeys(("slack", "teams", "web"), timedelta(0))).ready:
                delivery = Outbox(unit).claim(ready[0], self.now)
                assert delivery is not None
                Outbox(unit).sent(delivery, f"id-{delivery.id}", self.now)
                found.append(delivery.message)
        return found

    def mine(self, account: str) -> list[str]:
        """The questions that `mine` lists there."""
        *_, message = self.say(account, Commanded("mine"))
        bullets = [block for block in message.blocks if isinstance(block, Bullets)]
        return [plain(item).partition(" – ")[0] for block in bullets for item in block.items]


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    company = Company(database)
    yield company
    company.close()


def test_what_was_asked_on_slack_shows_in_teams_and_on_the_web(company: Company) -> None:
    company.say(SLACK, "How do renewals work?")
    company.directory.sign_in(Person(WEB, "Dana"), DANA)
    assert company.mine(TEAMS) == company.mine(WEB) == company.mine(SLACK) == ["How do renewals work?"]


def test_what_two_people_asked_is_one_persons_when_they_prove_to_be_one(company: Company) -> None:
    company.profiles.known[TEAMS] = UNPROVED
    company.say(SLACK, "How do renewals work?")
    company.now += timedelta(minutes=1)
    company.say(TEAMS, "Who owns pricing?")
    assert company.mine(TEAMS) == ["Who owns pricing?"]
    company.profiles.known[TEAMS] = DANA
    company.now += timedelta(days=2)
    assert company.mine(TEAMS) == company.mine(SLACK) == ["Who owns pricing?", "How do renewals work?"]


def test_nobody_sees_what_somebody_with_an_unproved_address_asked(company: Company) -> None:
    company.say(SLACK, "How do I resign?")
    company.directory.sign_in(Person(WEB, "Mallory"), UNPROVED)
    assert company.mine(WEB) == []


def test_a_thread_of_the_page_stays_its_persons_after_a_merge(company: Company) -> None:
    company.say(SLACK, "How do renewals work?")
    company.now += timedelta(minutes=1)
    said = company.turn(WEB, Said("Where is it?"))
    before = company.directory.sign_in(Person(WEB, "Dana"), UNPROVED)
    assert before.id == WEB
    company.transcript.add_said(replace(said, person=before))
    after = company.directory.sign_in(Person(WEB, "Dana"), DANA)
    assert after.id == SLACK
    assert [thread.place for thread in company.transcript.threads(SLACK)] == [PLACES[WEB]]
    assert company.transcript.place_of(SLACK, "thread-of-dana") == PLACES[WEB]
    assert company.transcript.place_of(WEB, "thread-of-dana") is None


def test_a_turn_that_waited_while_two_became_one_is_the_one_persons(company: Company) -> None:
    company.profiles.known[TEAMS] = UNPROVED
    company.say(SLACK, "How do renewals work?")
    company.now += timedelta(minutes=1)
    company.say(TEAMS, Commanded("mine"))
    company.dispatcher.accept_now(company.turn(TEAMS, "Who owns pricing?"))
    company.profiles.known[TEAMS] = DANA
    company.now += timedelta(days=2)
    assert company.directory.person_of(Person(TEAMS, "")).id == SLACK
    assert company.mine(SLACK) == ["Who owns pricing?", "How do renewals work?"]
