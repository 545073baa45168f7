import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Said, Searched, Submitted, Turn
from bot.dispatcher import FAILED, TRIES, Dispatcher
from bot.features.catalog import Catalog
from bot.features.feature import ADMINS_ONLY, Feature
from bot.router import STALE, UNKNOWN, Router
from bot.storage.inbox import claim_turn
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.ballot import Ballot, effects
from tests.builders import ADMIN, NOON, SAM, minutes, turn
from tests.fakes import FixedClock
from tests.waiting import until


class Hall:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.ballot = Ballot()
        self.clock = FixedClock(NOON)
        self.dispatcher = Dispatcher(database, Router(self.ballot.catalog()), self.clock)

    def say(self, text: str = "hello", **values: object) -> None:
        self.dispatcher.accept_now(turn(text, **values))
        self.work()

    def press(self, action: str, nonce: str, value: str = "yes", **values: object) -> None:
        self.dispatcher.answer_now(turn(Pressed(action, value, nonce), **values))

    def submit(self, reason: str, nonce: str) -> None:
        self.dispatcher.answer_now(turn(Submitted("ballot.why", {"reason": reason}, "yes", nonce)))

    def work(self) -> None:
        while self.dispatcher.work_one():
            pass

    def deliveries(self) -> list[Delivery]:
        """Everything that goes out now, marked as sent."""
        found = []
        pace = {"web": timedelta(0), "slack": timedelta(0)}
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.clock(), pace).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.clock())
                    assert delivery is not None
                    Outbox(unit).sent(delivery, f"id-{delivery.id}", self.clock())
                    found.append(delivery)
            if not ready:
                return found

    def nonce(self) -> str:
        """Of a fresh card."""
        self.say()
        return self.deliveries()[-1].nonce


@pytest.fixture
def hall(sqlite_database: Database) -> Iterator[Hall]:
    hall = Hall(sqlite_database)
    yield hall
    hall.dispatcher.stop()


@pytest.fixture
def any_hall(database: Database) -> Iterator[Hall]:
    hall = Hall(database)
    yield hall
    hall.dispatcher.stop()


def test_a_turn_has_its_effect_and_its_reply_once(any_hall: Hall) -> None:
    assert any_hall.dispatcher.accept_now(turn("hello", key="k1"))
    assert not any_hall.dispatcher.accept_now(turn("hello", key="k1"))
    any_hall.work()
    assert len(effects(any_hall.database, "said")) == 1
    assert [delivery.message.summary for delivery in any_hall.deliveries()] == ["Vote here."]


@pytest.mark.promise
def test_a_pressed_button_counts_once_among_fifty(any_hall: Hall) -> None:
    nonce = any_hall.nonce()

    def press(_: int) -> str:
        try:
            any_hall.press("ballot.vote", nonce)
        except UserFacingError as error:
            return str(error)
        return "voted"

    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(press, range(50)))
    assert said.count("voted") == 1
    assert said.count(STALE) == 49
    assert len(effects(any_hall.database, "voted")) == 1


def test_a_queued_press_that_comes_too_late_gets_a_friendly_word(hall: Hall) -> None:
    nonce = hall.nonce()
    for _ in range(2):
        hall.dispatcher.accept_now(turn(Pressed("ballot.vote", "yes", nonce)))
    hall.work()
    assert [delivery.message.summary for delivery in hall.deliveries()] == ["Voted.", STALE]


def test_in_a_shared_place_problems_are_told_to_the_person_alone(hall: Hall) -> None:
    shared = Place("slack", "C1", is_shared=True)
    hall.say("/reset", place=shared, person=SAM)
    (notice,) = hall.deliveries()
    assert (notice.message.summary, notice.place) == (ADMINS_ONLY, Place("slack", SAM.id))


def test_a_button_that_the_message_does_not_have_is_refused(hall: Hall) -> None:
    nonce = hall.nonce()
    with pytest.raises(UserFacingError, match="Nothing was done"):
        hall.press("ballot.vote", nonce, value="no")
    hall.press("ballot.vote", nonce)


def test_a_button_that_no_feature_knows_is_told_so(hall: Hall) -> None:
    with pytest.raises(UserFacingError) as told:
        hall.press("gone.away", "n")
    assert str(told.value) == UNKNOWN


def test_a_button_that_opens_a_form_stays_usable_and_changes_nothing(hall: Hall) -> None:
    nonce = hall.nonce()
    press = turn(Pressed("ballot.why", "yes", nonce))
    for _ in range(2):  # also when the platform delivers the press twice
        reply = hall.dispatcher.answer_now(press)
        assert reply.form is not None
        assert reply.nonce == nonce
    assert effects(hall.database, "asked why") == []
    hall.submit("because", nonce)
    assert len(effects(hall.database, "explained")) == 1
    with pytest.raises(UserFacingError, match="Nothing was done"):
        hall.submit("because", nonce)


def test_a_rejected_form_leaves_everything_as_it_was(hall: Hall) -> None:
    nonce = hall.nonce()
    with pytest.raises(FormRejected) as missing:
        hall.submit("", nonce)
    assert missing.value.problems == {"reason": "This is needed."}
    with pytest.raises(FormRejected):
        hall.submit("x" * 21, nonce)
    with pytest.raises(UserFacingError, match="be kind"):
        hall.submit("rude", nonce)
    hall.submit("because", nonce)


def test_a_submission_delivered_twice_counts_once(hall: Hall) -> None:
    sent = turn(Submitted("ballot.why", {"reason": "because"}, "yes", hall.nonce()))
    for _ in range(2):
        hall.dispatcher.answer_now(sent)
    assert len(effects(hall.database, "explained")) == 1


@pytest.mark.parametrize("content", [Commanded("reset"), "/reset", "/guildhall reset now"])
def test_what_only_admins_may_do_is_checked(hall: Hall, content: Content | str) -> None:
    hall.dispatcher.accept_now(turn(content))
    hall.dispatcher.accept_now(turn(content, person=ADMIN))
    hall.work()
    assert [delivery.message.summary for delivery in hall.deliveries()] == [ADMINS_ONLY, "Vote here."]


def test_a_slash_before_no_command_is_just_said(hall: Hall) -> None:
    hall.say("/etc/hosts is what?")
    hall.say("/shrug")
    assert len(effects(hall.database, "said")) == 2


@pytest.mark.parametrize(
    ("text", "person", "commands"),
    [
        ("reset", ADMIN, ["reset"]),
        ("Reset  NOW", ADMIN, ["reset now"]),
        ("reset the counter how", ADMIN, []),
        ("reset", SAM, []),
        ("count", SAM, ["count"]),
        ("count the votes", SAM, []),
        ("Pick  Renewal risk", SAM, ["pick Renewal risk"]),
        ("pick", SAM, ["pick"]),
        ("pick renewal risk?", SAM, []),
        ("pick what is a renewal", SAM, []),
        ("pick one of these two things for me now", SAM, []),
    ],
)
def test_a_command_by_itself_needs_no_slash(hall: Hall, text: str, person: Person, commands: list[str]) -> None:
    hall.say(text, person=person)
    assert effects(hall.database, "commanded") == commands
    assert len(effects(hall.database, "said")) == 1


def test_an_unknown_command_is_told_so(hall: Hall) -> None:
    with pytest.raises(UserFacingError, match="no such command"):
        hall.dispatcher.answer_now(turn(Commanded("dance")))


def test_a_fault_changes_nothing_tells_the_person_and_logs_no_words(hall: Hall) -> None:
    hall.ballot.faults = [RuntimeError("a secret question")]
    with capture_logs() as logged:
        hall.say("a secret question")
    assert effects(hall.database, "said") == []
    assert [delivery.message.summary for delivery in hall.deliveries()] == [FAILED]
    assert logged[0]["event"] == "turn failed"
    assert "secret" not in str({key: value for key, value in logged[0].items() if key != "exc_info"})
    hall.say()
    assert len(effects(hall.database, "said")) == 1


def test_a_fault_while_the_platform_waits_is_told_at_once(hall: Hall) -> None:
    hall.ballot.faults = [RuntimeError("x")]
    with pytest.raises(UserFacingError) as told:
        hall.dispatcher.answer_now(turn(Commanded("count"), key="k1"))
    assert str(told.value) == FAILED
    hall.dispatcher.answer_now(turn(Commanded("count"), key="k1"))
    assert len(effects(hall.database, "said")) == 1


def test_a_search_is_answered_and_leaves_nothing_behind(hall: Hall) -> None:
    search = turn(Searched("ballot"))
    for _ in range(2):  # each time anew, for it has no effect that would have to happen once
        assert [found.title for found in hall.dispatcher.answer_now(search).found] == ["The ballot"]
    assert effects(hall.database, "searched") == []
    assert hall.deliveries() == []
    hall.dispatcher.accept_now(replace(search, content=Said("hello")))  # under a key that was not used up
    hall.work()
    assert len(effects(hall.database, "said")) == 1


def test_a_database_that_stumbles_is_tried_again(hall: Hall) -> None:
    hall.ballot.faults = [OperationalError("", {}, Exception()) for _ in range(TRIES - 1)]
    hall.say()
    assert len(effects(hall.database, "said")) == 1


def test_a_turn_left_working_by_a_crash_is_worked_off_once(any_hall: Hall) -> None:
    any_hall.dispatcher.accept_now(turn("hello"))
    assert claim_turn(any_hall.database, NOON) is not None  # and the process dies
    assert not any_hall.dispatcher.work_one()
    any_hall.clock.at = NOON + minutes(10)
    any_hall.dispatcher.recover()
    any_hall.work()
    assert len(effects(any_hall.database, "said")) == 1


def test_a_turn_that_kills_its_worker_is_given_up(hall: Hall) -> None:
    hall.dispatcher.accept_now(turn("deadly"))
    for round_ in range(1, TRIES + 1):
        assert claim_turn(hall.database, NOON) is not None
        hall.clock.at = NOON + minutes(10 * round_)
        hall.dispatcher.recover()
    hall.work()
    assert effects(hall.database, "said") == []
    assert [delivery.message.summary for delivery in hall.deliveries()] == [FAILED]


async def test_workers_begin_at_once_and_keep_the_order_of_a_conversation(hall: Hall) -> None:
    hall.dispatcher.start()
    turns = [
        turn(f"{number}", place=Place("web", "web:dana", f"t{number % 4}"), at=NOON + minutes(number))
        for number in range(40)
    ]
    for each in turns:
        assert await hall.dispatcher.accept(each)
    await until(lambda: len(effects(hall.database, "said")) == 40)
    done = effects(hall.database, "said")
    for thread in range(4):
        own = [int(subject.split()[1]) for subject in done if subject.split()[0].endswith(f"t{thread}")]
        assert own == list(range(thread, 40, 4))


async def test_stopping_finishes_the_turn_in_hand(hall: Hall) -> None:
    begun, go_on = threading.Event(), threading.Event()
    usual = hall.ballot.on_said

    class Slow(Ballot):
        def on_said(self, turn: Turn, unit: UnitOfWork) -> Reply:
            begun.set()
            go_on.wait(5)
            return usual(turn, unit)

    dispatcher = Dispatcher(hall.database, Router(Slow().catalog()), hall.clock)
    dispatcher.start()
    await dispatcher.accept(turn("hello"))
    await asyncio.to_thread(begun.wait, 5)
    stopping = asyncio.create_task(asyncio.to_thread(dispatcher.stop))
    go_on.set()
    await stopping
    assert len(effects(hall.database, "said")) == 1


async def test_answers_that_wait_hold_up_no_acknowledgement(sqlite_database: Database) -> None:
    let_go = threading.Event()

    def slowly(turn: Turn) -> Turn:
        let_go.wait(10)
        return turn

    dispatcher = Dispatcher(sqlite_database, Router(Ballot().catalog()), FixedClock(NOON), identify=slowly)
    answers = [asyncio.create_task(dispatcher.answer(turn(Searched("x"), key=f"a{n}"))) for n in range(20)]
    try:
        await asyncio.sleep(0)
        assert await asyncio.wait_for(dispatcher.accept(turn("hello", key="k1")), 5)
    finally:
        let_go.set()
        await asyncio.gather(*answers)
        await asyncio.to_thread(dispatcher.stop)


def test_what_a_platform_could_not_show_is_told_where_only_that_person_reads(any_hall: Hall) -> None:
    shared = Place("slack", "T1:C1", "1.0", is_shared=True)
    any_hall.dispatcher.tell_now(replace(turn("hello", place=shared), direct="T1:U1"), "Taken a moment ago.")
    (told,) = any_hall.deliveries()
    assert (told.place, told.message.summary) == (Place("slack", "T1:U1"), "Taken a moment ago.")


def test_what_a_channel_is_called_is_asked_before_the_transaction_and_while_nobody_waits(hall: Hall) -> None:
    asked: list[str] = []

    def titled(turn: Turn) -> Turn:
        asked.append(turn.content.kind)
        with hall.database.begin():  # which the turn's own transaction would keep from it
            return replace(turn, place=replace(turn.place, title="general"))

    heard: list[str] = []
    keeper = Feature("keeper", heard=lambda turn, unit: heard.append(turn.place.title))
    catalog = Catalog([*hall.ballot.catalog().features, keeper])
    hall.dispatcher = Dispatcher(hall.database, Router(catalog), hall.clock, titled=titled)
    place = Place("slack", "T1:C1", "17.2", is_shared=True)
    with suppress(UserFacingError):
        hall.press("ballot.vote", "none", place=place)
    assert hall.dispatcher.accept_now(turn("hello", place=place))
    assert asked == []
    hall.work()
    assert (asked, heard) == (["said"], ["general"])
