"""Digests on every platform: got, looked at, paused, received, stopped; and one in a channel where there are any."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from bot.bootstrap.app import App
from bot.features.events.model import EventState
from bot.features.events.store import SqlEvents
from bot.features.events.tables import events
from bot.features.office_hours.model import SessionState
from bot.features.office_hours.tables import sessions
from tests.drivers.driver import Driver, Shown, Values, offers, says, wait_for
from tests.drivers.editions import is_due, newest
from tests.drivers.product import ANSWER, ANSWERED, Product
from tests.drivers.story import Actor, actor, admin, fits
from tests.events_house import event

pytestmark = pytest.mark.asyncio(loop_scope="session")

KINDS = ("dates",)
OWN: Values = {"rhythm": "every Monday at 9:00 Berlin time", "kinds": KINDS, "only": "no"}


async def commands(who: Actor, *seen: str, label: str) -> Shown:
    await who.driver.command(who.who, await who.driver.direct(who.who), "digests")
    return await who.reads(says(*seen), offers(label))


def comes_up(app: App, title: str) -> None:
    """An event that everybody may see, and nothing else of those who were here before."""
    now = datetime.now(UTC)
    starts = now + timedelta(hours=3)
    made = event(uuid4().hex[:16], title=title, starts=starts, ends=starts + timedelta(hours=1), announced_at=now)
    with app.database.begin() as unit:
        unit.connection.execute(update(events).values(state=EventState.CANCELLED))
        unit.connection.execute(update(sessions).values(state=SessionState.CANCELLED))
        SqlEvents(unit).add(replace(made, state=EventState.ANNOUNCED))


def calls_nobody(shown: Shown) -> None:
    """The links in it are our own."""
    assert [each for each in shown.alive if "127.0.0.1" not in each] == []


async def test_a_digest_is_got_looked_at_paused_received_and_stopped(
    driver: Driver, product: Product, native: Product
) -> None:
    app = native.app if driver in native.drivers.values() else product.app
    word = f"clinic{uuid4().hex[:8]}"
    comes_up(app, f"Open {word} <!here> <at>all</at>")
    dana = await actor(driver, f"Dana {word.title()}")
    remark = await dana.asks(await driver.direct(dana.who), "help")
    await wait_for(driver, remark.spot, says("library"))
    await dana.fill(await commands(dana, "You get no digest", label="Get a digest"), "Get a digest", OWN)
    card = await dana.reads(says("You get a digest every Monday at 09:00 Berlin time"), offers("Show the next one"))
    calls_nobody(card)
    await dana.press(card, "Show the next one")
    preview = await dana.reads(says("so far.", word), offers("Skip this one"))
    calls_nobody(preview)
    await dana.press(preview, "Skip this one")
    skipped = await dana.reads(says("is skipped. What it would tell comes with the next one."))
    await dana.press(skipped, "Send it after all")
    await dana.reads(says("goes out after all"))
    await dana.press(await commands(dana, "You get a digest", label="Pause it"), "Pause it")
    await dana.press(await dana.reads(says("Your digest is paused."), offers("Go on")), "Go on")
    await dana.reads(says("You get a digest every Monday"), offers("Pause it"))

    is_due(app.database, newest(app.database))
    edition = await dana.reads(says("Your digest of", word), offers("Stop it"))
    calls_nobody(edition)
    await dana.press(edition, "Stop it")
    stopped = await dana.reads(says("You get no digest any more.", word), offers("Get it again"))
    await dana.press(stopped, "Get it again")
    await dana.reads(says("You get a digest", word), offers("Stop it"))


async def test_a_channel_gets_one_that_was_edited(driver: Driver, product: Product, native: Product) -> None:
    if "channel" in driver.lacks:
        pytest.skip(driver.lacks["channel"])
    app = native.app if driver in native.drivers.values() else product.app
    word = f"clinic{uuid4().hex[:8]}"
    comes_up(app, f"Open {word} <!here>")
    sam, curator = await actor(driver, "Sam Lee"), await admin(driver)
    hall = await driver.channel(sam.who, curator.who)
    remark = await sam.asks(hall, ANSWERED)  # from then on the channel is known
    await wait_for(driver, remark.spot, says(ANSWER))
    await driver.command(curator.who, hall, "digests")
    none_yet = await curator.reads(says("gets no digest"), offers("Set up a digest"))
    rhythm = "every Monday at 9:00 Berlin time"
    values: Values = {"rhythm": rhythm, "kinds": KINDS, "topics": "", "only": "no", "look": "yes"}
    await curator.fill(none_yet, "Set up a digest", values)
    card = await curator.reads(says("gets a digest every Monday"), offers("Show the next one"))
    await curator.press(card, "Show the next one")
    preview = await curator.reads(says("so far.", word), offers("Edit it"))
    await curator.fill(preview, "Edit it", {"word": "Come <!here> to the clinic."})
    edited = await curator.reads(says("is edited.", "to the clinic", word))
    calls_nobody(edited)
    is_due(app.database, newest(app.database))
    shown = await wait_for(driver, hall, fits(says("Digest of", word)))
    calls_nobody(shown)
    assert shown.labels == []
