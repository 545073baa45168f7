"""From the outbox to a Bot Connector of ours, over real connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.reply import Actions, Button, Heading, Message, Paragraph, Post
from bot.chat.turn import Place
from bot.platforms.teams import connector as connector_module
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.messenger import TeamsMessenger
from bot.platforms.teams.profiles import TeamsProfiles
from bot.platforms.teams.references import References
from bot.platforms.teams.settings import Cloud, TeamsSettings
from bot.platforms.teams.token import ClientCredentials, NoToken
from bot.platforms.teams.views import Views
from bot.relay import Outlet, Relay
from bot.storage.addresses import SqlAddresses
from bot.storage.outbox import Outbox, OutboxState, outbox
from bot.storage.unit_of_work import Database
from tests.fake_teams import DANA, SAM, TENANT, Chat, FakeTeams, Fault, Member, activity_from, places_of
from tests.fake_teams.connector import CLIENT_KEY
from tests.fakes_people import MemoryAddresses
from tests.waiting import until

HELLO = Message("Hello.", (Paragraph("Hello."),))
CARD = Message("Who answers?", (Heading("Who answers?"), Actions((Button("I do", "x.claim", "7"),))))
CHANNEL = "19:renewals@thread.tacv2"
DIRECT = Place("teams", f"@{DANA.object_id}")


def now() -> datetime:
    return datetime.now(UTC)


class CountingAddresses(MemoryAddresses):
    puts = 0

    def put_all(self, platform: str, by_name: Mapping[str, str]) -> None:
        self.puts += 1
        super().put_all(platform, by_name)


@dataclass
class Bench:
    """Everything that goes out to the fake."""

    teams: FakeTeams
    connector: Connector
    book: CountingAddresses = field(default_factory=CountingAddresses)

    def __post_init__(self) -> None:
        self.references = References(self.book)
        self.messenger = TeamsMessenger(self.connector, self.references, Views(self.references, places_of), now)
        self.profiles = TeamsProfiles(self.connector, self.references)

    async def met(self, member: Member, chat: Chat) -> None:
        await self.references.keep(activity_from(member, chat, self.teams.url))


@asynccontextmanager
async def session() -> AsyncIterator[Callable[[], aiohttp.ClientSession]]:
    async with aiohttp.ClientSession() as opened:
        yield lambda: opened


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with FakeTeams() as teams, session() as opened:
        yield Bench(teams, Connector(opened, NoToken(), on_loopback=True))


async def test_a_message_reaches_the_chat_and_is_changed_there(bench: Bench) -> None:
    chat = bench.teams.chat("a:1", "personal", DANA)
    await bench.met(DANA, chat)
    place = Place("teams", "a:1")
    message_id = await bench.messenger.post(place, CARD, "card", "n1")
    await bench.messenger.update(place, message_id, HELLO, "n2")
    assert chat.activities[message_id]["text"] == "Hello."
    assert (chat.updates, bench.teams.invalid) == (1, [])


async def test_a_reply_in_a_channel_goes_into_its_thread(bench: Bench) -> None:
    channel = bench.teams.chat(CHANNEL, "channel", DANA)
    activity = activity_from(DANA, channel, bench.teams.url)
    activity["conversation"]["id"] = f"{CHANNEL};messageid=17"
    await bench.references.keep(activity)
    in_thread = await bench.messenger.post(Place("teams", CHANNEL, "17", is_shared=True), CARD, "k", "n")
    on_top = await bench.messenger.post(Place("teams", CHANNEL, None, is_shared=True), CARD, "k", "n")
    assert channel.threads == {in_thread: "17", on_top: ""}


async def test_somebody_met_in_a_channel_is_written_to_in_a_chat_of_their_own(bench: Bench) -> None:
    await bench.met(DANA, bench.teams.chat(CHANNEL, "channel", DANA))
    await bench.messenger.post(DIRECT, HELLO, "k1", "n")
    await bench.messenger.post(DIRECT, HELLO, "k2", "n")
    assert len(bench.teams.chats[f"a:{DANA.object_id}"].activities) == 2
    assert bench.teams.calls.count(("POST", "/v3/conversations")) == 1


async def test_somebody_never_met_is_reached_by_what_the_tenant_knows(bench: Bench) -> None:
    await bench.met(DANA, bench.teams.chat("a:1", "personal", DANA))
    await bench.messenger.post(Place("teams", f"@{SAM.object_id}"), HELLO, "k", "n")
    assert len(bench.teams.chats[f"a:{SAM.object_id}"].activities) == 1


async def test_before_anybody_was_met_nobody_can_be_reached(bench: Bench) -> None:
    with pytest.raises(DeliveryFailed, match="Once anybody has used Guildhall") as failed:
        await bench.messenger.post(DIRECT, HELLO, "k", "n")
    assert failed.value.permanent
    with pytest.raises(DeliveryFailed, match="not in this chat"):
        await bench.messenger.post(Place("teams", "a:unknown"), HELLO, "k", "n")


async def test_a_chat_that_guildhall_left_is_forgotten(bench: Bench) -> None:
    chat = bench.teams.chat("a:1", "personal", DANA)
    await bench.met(DANA, chat)
    await bench.references.forget("a:1")
    assert await bench.references.of_channel("a:1") is None
    known = await bench.references.of_person(DANA.object_id)
    assert known is not None
    assert (known.conversation, known.user_id) == ("", DANA.id)
    await bench.met(DANA, chat)
    known = await References(bench.book).of_person(DANA.object_id)
    assert known is not None
    assert known.conversation == "a:1"


async def test_what_is_known_already_is_not_written_again(bench: Bench) -> None:
    chat = bench.teams.chat("a:1", "personal", DANA)
    await bench.met(DANA, chat)
    assert bench.book.puts == 1
    await bench.met(DANA, chat)
    bench.references = References(bench.book)  # as after a restart
    await bench.met(DANA, chat)
    assert bench.book.puts == 1


@pytest.mark.parametrize(
    ("fault", "permanent", "retry_after", "says"),
    [
        (Fault(429, "Throttled", "7"), False, 7.0, "wait"),
        (Fault(429), False, 10.0, "wait"),
        (Fault(412, "PreconditionFailed"), False, 2.0, "wait"),
        (Fault(403, "MessageWritesBlocked"), True, None, "blocked or uninstalled"),
        (Fault(403, "BotNotInConversationRoster"), True, None, "Add the app there"),
        (Fault(403, body='{"errorCode":209,"message":"{\\"subCode\\": \\"MessageWritesBlocked\\"}"}'), True, None,
         "blocked or uninstalled"),
        (Fault(404, "ConversationNotFound"), True, None, "gone"),
        (Fault(413, "MessageSizeTooBig"), True, None, "longer than Teams takes"),
        (Fault(400, "BadSyntax"), True, None, "refused the message"),
        (Fault(307, body=""), True, None, "refused the message"),
        (Fault(503), False, None, "503"),
    ],
    ids=lambda value: f"{value.status}-{value.code}" if isinstance(value, Fault) else "",
)  # fmt: skip
async def test_what_teams_answers_decides_what_becomes_of_a_message(
    bench: Bench, fault: Fault, permanent: bool, retry_after: float | None, says: str
) -> None:
    await bench.met(DANA, bench.teams.chat("a:1", "personal", DANA))
    bench.teams.faults = [fault]
    with pytest.raises(DeliveryFailed, match=says) as failed:
        await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")
    assert (failed.value.permanent, failed.value.retry_after) == (permanent, retry_after)


@pytest.mark.parametrize("status", [0, 500, 502, 504])
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_post_without_an_answer_may_have_arrived(
    bench: Bench, status: int, arrived: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector_module, "TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    await bench.met(DANA, bench.teams.chat("a:1", "personal", DANA))
    bench.teams.faults = [Fault(status, after=arrived)]
    with pytest.raises(OutcomeUnknown):
        await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")


@pytest.mark.parametrize("status", [0, 502])
async def test_an_update_without_an_answer_is_done_again(
    bench: Bench, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector_module, "TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    await bench.met(DANA, bench.teams.chat("a:1", "personal", DANA))
    place = Place("teams", "a:1")
    message_id = await bench.messenger.post(place, HELLO, "k", "n")
    bench.teams.faults = [Fault(status)]
    with pytest.raises(DeliveryFailed) as failed:
        await bench.messenger.update(place, message_id, CARD, "n")
    assert not failed.value.permanent


async def test_a_teams_that_cannot_be_reached_got_nothing(bench: Bench) -> None:
    chat = Chat("a:1", "personal", [DANA])
    await bench.references.keep(activity_from(DANA, chat, "http://127.0.0.1:1"))
    with pytest.raises(DeliveryFailed, match="cannot be reached") as failed:
        await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")
    assert not failed.value.permanent


async def test_messages_go_to_teams_and_nowhere_else(bench: Bench) -> None:
    chat = Chat("a:1", "personal", [DANA])
    await bench.references.keep(activity_from(DANA, chat, "https://evil.example/"))
    with pytest.raises(DeliveryFailed, match="not an address of Teams"):
        await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")


def credentials(teams: FakeTeams, opened: Callable[[], aiohttp.ClientSession], key: str = CLIENT_KEY) -> Bench:
    settings = TeamsSettings("app-1", key, TENANT, cloud=Cloud("https://api.botframework.com", "", teams.url))
    return Bench(teams, Connector(opened, ClientCredentials(settings, opened, now), on_loopback=False))


@pytest.fixture
def local_teams_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real check stands in `test_service_urls_are_microsofts`; a test has no certificate of Microsoft's."""
    monkeypatch.setattr(connector_module, "is_service_url", lambda url, on_loopback: True)


@pytest.mark.usefixtures("local_teams_is_trusted")
async def test_one_token_serves_everything_until_it_is_refused() -> None:
    async with FakeTeams(app_id="app-1") as teams, session() as opened:
        bench = credentials(teams, opened)
        await bench.met(DANA, teams.chat("a:1", "personal", DANA))
        place = Place("teams", "a:1")
        await asyncio.gather(*(bench.messenger.post(place, HELLO, f"k{n}", "n") for n in range(5)))
        assert teams.tokens == ["token-1"]
        teams.refused_tokens = {"token-1"}
        await bench.messenger.post(place, HELLO, "k6", "n")
        assert teams.tokens == ["token-1", "token-2"]
        assert len(teams.chats["a:1"].activities) == 6


@pytest.mark.usefixtures("local_teams_is_trusted")
async def test_a_bot_that_teams_does_not_accept_asks_twice_and_says_what_to_do() -> None:
    async with FakeTeams(app_id="app-1") as teams, session() as opened:
        bench = credentials(teams, opened)
        await bench.met(DANA, teams.chat("a:1", "personal", DANA))
        teams.refused_tokens = {"token-1", "token-2", "token-3"}
        with pytest.raises(DeliveryFailed, match="MicrosoftAppId") as failed:
            await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")
        assert (failed.value.permanent, len(teams.tokens)) == (True, 2)


@pytest.mark.usefixtures("local_teams_is_trusted")
async def test_without_a_token_nothing_is_sent() -> None:
    async with FakeTeams(app_id="app-1") as teams, session() as opened:
        bench = credentials(teams, opened, key="another")
        await bench.met(DANA, teams.chat("a:1", "personal", DANA))
        with pytest.raises(DeliveryFailed, match="MicrosoftAppPassword") as failed:
            await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")
        assert failed.value.permanent
        assert "another" not in repr(failed.value)
        teams.token_faults = [Fault(503)]
        with pytest.raises(DeliveryFailed) as failed:
            await bench.messenger.post(Place("teams", "a:1"), HELLO, "k", "n")
        assert not failed.value.permanent
        assert teams.chats["a:1"].activities == {}


async def test_a_token_is_renewed_before_it_runs_out() -> None:
    clock = [now()]
    async with FakeTeams(app_id="app-1") as teams, session() as opened:
        settings = TeamsSettings(
            "app-1", CLIENT_KEY, TENANT, cloud=Cloud("https://api.botframework.com", "", teams.url)
        )
        token = ClientCredentials(settings, opened, lambda: clock[0])
        assert await token.get() == "token-1"
        clock[0] += timedelta(minutes=54)
        assert await token.get() == "token-1"
        clock[0] += timedelta(minutes=2)
        assert await token.get() == "token-2"
        assert CLIENT_KEY not in repr(settings)


async def test_a_real_token_never_goes_to_this_machine() -> None:
    async with session() as opened:
        token = ClientCredentials(TeamsSettings("a", "b", "c"), opened, now)
        with pytest.raises(ValueError, match="real token"):
            Connector(opened, token, on_loopback=True)


async def test_the_directory_vouches_for_the_companys_own_people(bench: Bench) -> None:
    await bench.met(DANA, bench.teams.chat(CHANNEL, "channel", DANA))
    profile = await bench.profiles.profile(f"teams:{TENANT}:{DANA.object_id}")
    assert profile is not None
    assert (profile.name, profile.email, profile.is_email_verified, profile.is_guest) == (
        "Dana Okafor",
        "dana@contoso.example",
        True,
        False,
    )
    assert await bench.profiles.profile(f"teams:another-tenant:{DANA.object_id}") is None
    assert await bench.profiles.profile("slack:T1:U1") is None


async def test_more_than_teams_allows_in_a_chat_is_held_back_here(bench: Bench) -> None:
    chat = bench.teams.chat("a:1", "personal", DANA)
    await bench.met(DANA, chat)
    with pytest.raises(DeliveryFailed, match="allows no more") as held:
        for number in range(9):
            await bench.messenger.post(Place("teams", "a:1"), HELLO, f"key-{number}", "n")
    assert (held.value.permanent, 0 < (held.value.retry_after or 0) < 2) == (False, True)
    assert len(chat.activities) in (7, 8)


async def test_somebody_who_left_is_nobody(bench: Bench) -> None:
    channel = bench.teams.chat(CHANNEL, "channel", DANA)
    await bench.met(DANA, channel)
    channel.members.clear()
    assert await bench.profiles.profile(f"teams:{TENANT}:{DANA.object_id}") is None


def add(database: Database, key: str, place: Place, message: Message = HELLO) -> None:
    with database.begin() as unit:
        Outbox(unit).add(Post(message, key), place, now())


def states(database: Database) -> list[str]:
    with database.reading() as unit:
        return list(unit.connection.execute(outbox.select().order_by(outbox.c.id)).scalars("state"))


@asynccontextmanager
async def relaying(database: Database, bench: Bench, quiet: timedelta = timedelta(seconds=60)) -> AsyncIterator[None]:
    relay = Relay(database, {"teams": Outlet(bench.messenger, timedelta(0), quiet)}, now)
    running = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        relay.stop()
        await running


async def test_the_relay_posts_updates_and_gives_up(database: Database, bench: Bench) -> None:
    chat = bench.teams.chat("a:1", "personal", DANA)
    bench.references = References(SqlAddresses(database))
    bench.messenger = TeamsMessenger(bench.connector, bench.references, Views(bench.references, places_of), now)
    await bench.references.keep(activity_from(DANA, chat, bench.teams.url))
    async with relaying(database, bench):
        add(database, "card", Place("teams", "a:1"), CARD)
        await until(lambda: states(database) == [OutboxState.SENT])
        add(database, "card", Place("teams", "a:1"), HELLO)
        await until(lambda: chat.updates == 1)
        bench.teams.faults = [Fault(403, "MessageWritesBlocked")]
        add(database, "other", Place("teams", "a:1"))
        await until(lambda: states(database)[-1] == OutboxState.FAILED)
    assert len(chat.activities) == 1
    assert bench.teams.invalid == []


async def test_an_outcome_that_nobody_saw_is_parked_and_never_sent_twice(database: Database, bench: Bench) -> None:
    chat = bench.teams.chat("a:1", "personal", DANA)
    await bench.met(DANA, chat)
    bench.teams.faults = [Fault(502, after=True)]
    async with relaying(database, bench):
        add(database, "card", Place("teams", "a:1"), CARD)
        await until(lambda: len(chat.activities) == 1)
    async with relaying(database, bench, quiet=timedelta(0)):
        await until(lambda: states(database) == [OutboxState.UNKNOWN])
    assert len(chat.activities) == 1
