"""What stands in many channels, on each platform that has any: reactions are counted as they are told of, a correction
is an edit, and where it cannot be made that is said."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bot.bootstrap.app import App
from bot.chat.reply import Message, Note, Paragraph
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.model import Broadcast, BroadcastState, Figures, Target
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from tests.contract.platforms.conftest import where_one_can
from tests.drivers.driver import PATIENCE, Driver, Shown, Spot, says, wait_for
from tests.drivers.product import Product
from tests.drivers.story import actor

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<!channel> <at>all</at> [x](https://evil.example)"
CHANNELS = 3


async def halls(driver: Driver, app: App) -> list[tuple[Spot, Channel]]:
    """Channels that Guildhall knows, by the name that people call them: help was asked for in each."""
    dana = await actor(driver, "Dana Okafor")
    found: list[tuple[Spot, Channel]] = []
    for _ in range(CHANNELS):
        spot = await driver.channel(dana.who)
        said = await dana.asks(spot, "help")
        await wait_for(driver, said.spot, says("library"))
        with app.database.reading() as unit:
            known = next(each for each in SqlChannels(unit).all() if each.channel.endswith(spot.channel))
        assert not known.name.startswith("Slack channel")
        found.append((spot, known))
    return found


def news(words: str) -> Message:
    return Message(f"News: {words}.", (Paragraph(f"{words} {HOSTILE}"), Note("You see this because somebody sent it.")))


def sent(app: App, channels: list[Channel], words: str) -> Broadcast:
    now = datetime.now(UTC)
    with app.database.begin() as unit:
        made = Broadcast("", f"tests/{uuid4().hex}", "somebody", now, news(words))
        drafted = use_cases.draft(made, use_cases.to_channels(channels), unit)
        return use_cases.send(drafted.id, "somebody", unit, now)


def corrected(app: App, broadcast: Broadcast, words: str) -> None:
    with app.database.begin() as unit:
        use_cases.correct(broadcast.id, news(words), None, "somebody", unit, datetime.now(UTC))


async def settled(app: App, broadcast: Broadcast) -> tuple[Figures, list[Target]]:
    """When nothing of it is on its way any more: what is known of its readers, and where it went wrong."""
    end = time.monotonic() + PATIENCE
    while True:
        with app.database.reading() as unit:
            known = SqlBroadcasts(unit).get(broadcast.id)
            assert known is not None
            if known.state is BroadcastState.SENT and not use_cases.progress_of(known, unit).is_moving:
                return use_cases.figures_of(known, unit), use_cases.problems_of(known, unit)
        assert time.monotonic() < end, known
        await asyncio.sleep(0.05)


async def reactions(app: App, broadcast: Broadcast, wanted: dict[str, int]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with app.database.reading() as unit:
            counted = use_cases.figures_of(broadcast, unit).reactions
        if counted == wanted:
            return
        assert time.monotonic() < end, counted
        await asyncio.sleep(0.03)


def delete(product: Product, driver: Driver, shown: Shown) -> None:
    """Somebody who may takes Guildhall's message away."""
    if driver.name == "slack":
        product.slack.channels[shown.spot.channel].messages.remove(shown.raw)
    else:
        del product.teams.chats[shown.spot.channel].activities[shown.id]


def archive(product: Product, driver: Driver, spot: Spot) -> None:
    """In Teams a channel that is archived or deleted is one that is not found."""
    if driver.name == "slack":
        product.slack.channels[spot.channel].is_archived = True
    else:
        del product.teams.chats[spot.channel]


def remove_the_app(product: Product, driver: Driver, spot: Spot) -> None:
    if driver.name == "slack":
        product.slack.channels[spot.channel].has_bot = False
    else:
        product.teams.chats[spot.channel].has_bot = False


@where_one_can("react")
async def test_reactions_are_counted_once_for_each_person_and_can_be_taken_back(
    driver: Driver, product: Product, native: Product
) -> None:
    app = native.app if driver in native.drivers.values() else product.app
    found = await halls(driver, app)
    word = uuid4().hex[:8]
    broadcast = sent(app, [channel for _, channel in found], word)
    here, there = [await wait_for(driver, spot, says(word)) for spot, _ in found[:2]]
    assert [each for each in here.alive if "127.0.0.1" not in each] == []
    dana, sam = [await actor(driver, name) for name in ("Dana Okafor", "Sam Lee")]
    assert (await settled(app, broadcast))[0].reactions == {}
    await driver.react(dana.who, here, "like")
    await driver.react(sam.who, here, "like")
    await driver.react(dana.who, there, "like")
    await reactions(app, broadcast, {"like": 2})
    await driver.react(sam.who, here, "heart")
    await driver.react(sam.who, here, "like", is_gone=True)
    await reactions(app, broadcast, {"like": 1, "heart": 1})
    corrected(app, broadcast, f"better {word}")
    await wait_for(driver, found[0][0], says(f"better {word}"))
    await driver.react(dana.who, here, "heart")
    await reactions(app, broadcast, {"heart": 2, "like": 1})


@where_one_can("channel")
@pytest.mark.parametrize(
    ("away", "words"),
    [(delete, "was deleted"), (archive, "archived|gone"), (remove_the_app, "not in the channel|removed")],
    ids=["deleted", "archived", "removed"],
)
async def test_where_a_correction_cannot_be_made_it_is_said_and_made_everywhere_else(
    driver: Driver, product: Product, native: Product, away: Callable[..., None], words: str
) -> None:
    where = native if driver in native.drivers.values() else product
    found = await halls(driver, where.app)
    word = uuid4().hex[:8]
    broadcast = sent(where.app, [channel for _, channel in found], word)
    shown = [await wait_for(driver, spot, says(word)) for spot, _ in found]
    spot, lost = found[1]
    away(where, driver, shown[1] if away is delete else spot)
    corrected(where.app, broadcast, f"better {word}")
    figures, problems = await settled(where.app, broadcast)
    for number in (0, 2):
        (now,) = [each for each in await driver.messages(found[number][0]) if word in each.text]
        assert f"better {word}" in now.text
        assert now.id == shown[number].id
    assert figures.arrived == CHANNELS
    (problem,) = problems
    assert problem.recipient.channel == lost.channel
    assert any(each in problem.reason for each in words.split("|")), problem.reason
