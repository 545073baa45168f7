import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.relay import LONGEST_BACK_OFF, LONGEST_WAIT, TRIES, Outlet, Relay, back_off
from bot.storage.dead_letters import DeadLetters
from bot.storage.listener import listen
from bot.storage.outbox import Outbox, OutboxState, outbox
from bot.storage.unit_of_work import Database
from tests.builders import THREAD, message
from tests.fakes import Delivered, FindingMessenger, RecordingMessenger, RepeatingMessenger
from tests.waiting import until


def now() -> datetime:
    return datetime.now(UTC)


def add(database: Database, text: str, key: str = "card", place: Place = THREAD) -> None:
    with database.begin() as unit:
        Outbox(unit).add(Post(message(text), key), place, now())


def states(database: Database) -> list[str]:
    with database.reading() as unit:
        return list(unit.connection.execute(outbox.select().order_by(outbox.c.id)).scalars("state"))


def is_sent(database: Database, count: int) -> Callable[[], bool]:
    return lambda: states(database) == [OutboxState.SENT] * count


def leave_half_done(database: Database, row: int = 1) -> None:
    """As a crash between the call and its record does."""
    with database.begin() as unit:
        assert Outbox(unit).claim(row, now() - timedelta(minutes=5)) is not None


@asynccontextmanager
async def relaying(database: Database, messenger: RecordingMessenger, **outlet: timedelta) -> AsyncIterator[Relay]:
    relay = Relay(database, {"web": Outlet(messenger, **outlet)}, now)
    running = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        await running


async def test_a_message_goes_out_at_the_commit(database: Database) -> None:
    messenger = RecordingMessenger()
    async with relaying(database, messenger):
        await asyncio.sleep(0.05)
        await asyncio.to_thread(add, database, "Hello.")
        await until(is_sent(database, 1), seconds=2)
    assert [post.message for post in messenger.posts] == [message("Hello.")]


async def test_a_later_version_edits_the_message_in_place(database: Database) -> None:
    messenger = RecordingMessenger()
    async with relaying(database, messenger):
        await asyncio.to_thread(add, database, "First.")
        await until(is_sent(database, 1))
        await asyncio.to_thread(add, database, "Second.")
        await until(is_sent(database, 2))
    (post,) = messenger.posts
    assert [version.summary for version, _ in post.versions] == ["First.", "Second."]
    assert post.versions[0][1] != post.versions[1][1]


async def test_a_channel_keeps_its_order_also_when_the_first_try_fails(sqlite_database: Database) -> None:
    messenger = RecordingMessenger(failures=[DeliveryFailed("busy", permanent=False, retry_after=0.05)])
    for number in range(4):
        add(sqlite_database, f"{number}", f"m{number}")
    async with relaying(sqlite_database, messenger):
        await until(is_sent(sqlite_database, 4))
    assert [post.message.summary for post in messenger.posts] == ["0", "1", "2", "3"]


async def test_what_comes_next_does_not_wait_for_the_next_look(sqlite_database: Database) -> None:
    """Nor does another try that may be made at once, `POLL` being 5 seconds."""
    messenger = RecordingMessenger(failures=[DeliveryFailed("busy", permanent=False, retry_after=0)] * 3)
    for number in range(4):
        add(sqlite_database, f"{number}", f"m{number}")
    async with relaying(sqlite_database, messenger):
        await until(is_sent(sqlite_database, 4), seconds=3)


async def test_deliveries_in_one_channel_are_paced(sqlite_database: Database) -> None:
    called: list[float] = []
    loop = asyncio.get_running_loop()
    messenger = RecordingMessenger(before_call=lambda: called.append(loop.time()))
    for number in range(3):
        add(sqlite_database, f"{number}", f"m{number}")
    async with relaying(sqlite_database, messenger, pace=timedelta(seconds=0.2)):
        await until(is_sent(sqlite_database, 3))
    assert all(later - earlier > 0.15 for earlier, later in pairwise(called))


async def test_a_permanent_failure_is_not_tried_again(sqlite_database: Database) -> None:
    messenger = RecordingMessenger(failures=[DeliveryFailed("blocked", permanent=True)])
    add(sqlite_database, "Hello.")
    async with relaying(sqlite_database, messenger):
        await until(lambda: states(sqlite_database) == [OutboxState.FAILED])
    with sqlite_database.reading() as unit:
        assert [each.reason for each in DeadLetters(unit).newest()] == ["blocked"]


class Throttling(RecordingMessenger):
    """Says "later" to the first calls, and notes when it was called."""

    def __init__(self, times: int, seconds: float) -> None:
        super().__init__(failures=[DeliveryFailed("busy", permanent=False, retry_after=seconds) for _ in range(times)])
        self.called: list[float] = []
        self.before_call = lambda: self.called.append(asyncio.get_running_loop().time())


async def test_a_platform_that_says_later_for_long_is_not_given_up_and_never_called_early(
    sqlite_database: Database,
) -> None:
    messenger = Throttling(TRIES + 3, 0.03)
    add(sqlite_database, "Hello.", "a")
    add(sqlite_database, "Next.", "b")
    async with relaying(sqlite_database, messenger):
        await until(is_sent(sqlite_database, 2))
    gaps = [later - earlier for earlier, later in pairwise(messenger.called[:-1])]
    assert min(gaps) >= 0.03
    assert [post.message.summary for post in messenger.posts] == ["Hello.", "Next."]


async def test_a_restart_does_not_make_it_call_early(sqlite_database: Database) -> None:
    messenger = Throttling(1, 0.5)
    add(sqlite_database, "Hello.")
    for _ in range(3):
        async with relaying(sqlite_database, messenger):
            await until(lambda: len(messenger.called) == 1)
            await asyncio.sleep(0.05)
    assert len(messenger.called) == 1
    async with relaying(sqlite_database, messenger):
        await until(is_sent(sqlite_database, 1))
    assert messenger.called[1] - messenger.called[0] >= 0.5


async def test_after_a_day_of_later_it_is_given_up(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        Outbox(unit).add(Post(message("Old."), "card"), THREAD, now() - LONGEST_WAIT - timedelta(minutes=1))
    async with relaying(sqlite_database, Throttling(1, 60)):
        await until(lambda: states(sqlite_database) == [OutboxState.FAILED])


LOST = OutcomeUnknown("No answer within 10 s.")


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_lost_answer_is_looked_up_once_it_is_quiet(sqlite_database: Database, arrived: bool) -> None:
    messenger = FindingMessenger(failures=[LOST])
    add(sqlite_database, "Hello.")
    async with relaying(sqlite_database, messenger, quiet=timedelta(seconds=0.2)):
        await until(lambda: not messenger.failures)
        if arrived:  # late, and after the client has hung up
            messenger.posts.append(Delivered(THREAD, "card", [(message("Hello."), "n")]))
    assert states(sqlite_database) == [OutboxState.SENDING]
    await asyncio.sleep(0.2)
    async with relaying(sqlite_database, messenger, quiet=timedelta(seconds=0.2)):
        await until(is_sent(sqlite_database, 1))
    assert len(messenger.posts) == 1


async def test_a_lost_answer_that_nobody_can_look_up_is_parked(sqlite_database: Database) -> None:
    add(sqlite_database, "Hello.")
    async with relaying(sqlite_database, RecordingMessenger(failures=[LOST]), quiet=timedelta(0)) as relay:
        await until(lambda: states(sqlite_database) == [OutboxState.SENDING])
        await relay.resolve_stranded()
        await until(lambda: states(sqlite_database) == [OutboxState.UNKNOWN])


async def test_an_edit_whose_answer_was_lost_is_repeated(sqlite_database: Database) -> None:
    messenger = RecordingMessenger(failures=[None, LOST])
    add(sqlite_database, "First.")
    async with relaying(sqlite_database, messenger, quiet=timedelta(0)) as relay:
        await until(is_sent(sqlite_database, 1))
        await asyncio.to_thread(add, sqlite_database, "Second.")
        await until(lambda: not messenger.failures)
        await until(lambda: states(sqlite_database)[1] == OutboxState.SENDING)
        await relay.resolve_stranded()
        await until(is_sent(sqlite_database, 2))
    assert (len(messenger.posts), messenger.updates) == (1, 1)


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (DeliveryFailed("missing_scope", permanent=True), OutboxState.UNKNOWN),
        (DeliveryFailed("busy", permanent=False, retry_after=60), OutboxState.SENDING),
        (RuntimeError("broken pipe"), OutboxState.SENDING),
    ],
)
async def test_a_look_up_that_fails_parks_or_comes_later_and_holds_up_no_other_channel(
    sqlite_database: Database, failure: Exception, state: OutboxState
) -> None:
    messenger = UnfindingMessenger(failure)
    add(sqlite_database, "Hello.")
    leave_half_done(sqlite_database)
    with capture_logs():
        async with relaying(sqlite_database, messenger) as relay:
            await until(lambda: messenger.looked_up == 1)
            add(sqlite_database, "Other.", place=Place("web", "web:sam", "t"))
            await until(lambda: states(sqlite_database) == [state, OutboxState.SENT])
            if not isinstance(failure, RuntimeError):
                await relay.resolve_stranded()
    assert messenger.looked_up == 1


class UnfindingMessenger(RecordingMessenger):
    """Its look-ups fail."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failure = failure
        self.looked_up = 0

    async def find(self, place: Place, key: str) -> str | None:
        self.looked_up += 1
        raise self.failure


def test_it_waits_longer_after_each_failure() -> None:
    waits = [back_off(attempts).total_seconds() for attempts in range(1, TRIES + 1)]
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == LONGEST_BACK_OFF.total_seconds()


async def test_what_may_be_repeated_is_sent_again_after_a_crash(database: Database) -> None:
    messenger = RepeatingMessenger()
    add(database, "Hello.")
    await messenger.post(THREAD, message("Hello."), "card", "n")
    leave_half_done(database)
    async with relaying(database, messenger):
        await until(is_sent(database, 1))
    assert len(messenger.posts) == 1


async def test_an_edit_is_repeated_after_a_crash(sqlite_database: Database) -> None:
    messenger = RecordingMessenger()
    async with relaying(sqlite_database, messenger):
        add(sqlite_database, "First.")
        await until(is_sent(sqlite_database, 1))
    add(sqlite_database, "Second.")
    leave_half_done(sqlite_database, 2)
    async with relaying(sqlite_database, messenger):
        await until(is_sent(sqlite_database, 2))
    assert (len(messenger.posts), messenger.updates) == (1, 1)


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_can_be_looked_up_is_sent_again_only_if_it_did_not_arrive(
    sqlite_database: Database, arrived: bool
) -> None:
    messenger = FindingMessenger()
    add(sqlite_database, "Hello.")
    if arrived:
        await messenger.post(THREAD, message("Hello."), "card", "n")
    leave_half_done(sqlite_database)
    async with relaying(sqlite_database, messenger):
        await until(is_sent(sqlite_database, 1))
    assert len(messenger.posts) == 1


async def test_what_nobody_can_look_up_is_parked_for_an_admin(sqlite_database: Database) -> None:
    messenger = RecordingMessenger()
    add(sqlite_database, "Hello.", "a")
    add(sqlite_database, "Next.", "b")
    leave_half_done(sqlite_database)
    async with relaying(sqlite_database, messenger):
        await until(lambda: states(sqlite_database) == [OutboxState.UNKNOWN, OutboxState.SENT])
    assert [post.message.summary for post in messenger.posts] == ["Next."]


async def test_a_delivery_still_on_its_way_is_left_alone(sqlite_database: Database) -> None:
    add(sqlite_database, "Hello.")
    with sqlite_database.begin() as unit:
        Outbox(unit).claim(1, now())
    async with relaying(sqlite_database, RecordingMessenger()) as relay:
        await relay.resolve_stranded()
    assert states(sqlite_database) == [OutboxState.SENDING]


async def test_a_messenger_that_breaks_leaves_the_outcome_open_and_stops_nothing(sqlite_database: Database) -> None:
    messenger = RecordingMessenger(failures=[RuntimeError("broken pipe")])
    add(sqlite_database, "Hello.")
    with capture_logs() as logged:
        async with relaying(sqlite_database, messenger):
            await until(lambda: states(sqlite_database) == [OutboxState.SENDING])
            add(sqlite_database, "Other.", place=Place("web", "web:sam", "t"))
            await until(lambda: states(sqlite_database) == [OutboxState.SENDING, OutboxState.SENT])
    assert "delivery failed" in [line["event"] for line in logged]


async def test_two_relays_deliver_each_message_once_and_in_order(database: Database) -> None:
    messenger = RecordingMessenger()
    async with relaying(database, messenger), relaying(database, messenger):
        for number in range(30):
            place = Place("web", f"web:{number % 3}", "t")
            await asyncio.to_thread(add, database, f"{number}", f"m{number}", place)
        await until(is_sent(database, 30))
    for channel in range(3):
        own = [int(post.message.summary) for post in messenger.posts if post.place.channel == f"web:{channel}"]
        assert own == list(range(channel, 30, 3))


async def test_another_replica_is_woken_through_postgresql(new_database: Callable[[str], Database]) -> None:
    here, there = new_database("postgresql"), new_database("postgresql")
    heard: list[str] = []
    here.wakeups.subscribe("outbox", lambda: heard.append("outbox"))
    listening = asyncio.create_task(listen(here))
    await until(lambda: heard != [])  # everybody is woken when the connection stands
    heard.clear()
    await asyncio.to_thread(add, there, "Hello.")
    await until(lambda: heard == ["outbox"])
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
