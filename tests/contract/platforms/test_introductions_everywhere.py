"""Circles, introductions and first weeks, on every platform: the web page, the fake Slack, the fake Teams."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.bootstrap.parts import utc_now
from bot.chat.turn import EVERYONE
from bot.features.introductions.jobs import ASK, ROUND
from bot.features.introductions.model import Circle
from bot.features.introductions.store import SqlIntroductions
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from scheduler.rules import Series
from tests.drivers.driver import Driver, Seen, Shown, Someone, Values, offers, says, wait_for, wait_for_private
from tests.drivers.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTHING: Values = {"office": "", "function": ""}


@pytest.fixture
def database(driver: Driver, product: Product, native: Product) -> Database:
    return (native if driver is native.drivers["teams"] else product).app.database


async def lobby(driver: Driver, who: Someone) -> Shown:
    spot = await driver.direct(who)
    before = {shown.id for shown in await driver.messages(spot)}
    await driver.command(who, spot, "introductions")
    return await wait_for(driver, spot, lambda shown: shown.id not in before and "Never with somebody" in shown.labels)


async def fill(driver: Driver, who: Someone, shown: Shown, label: str, values: Values) -> None:
    form = (await driver.press(who, shown, label)).form
    assert form is not None, label
    sent = await driver.submit(who, shown.spot, form, values)
    assert sent.form is None, sent.form


def both(*seen: Seen) -> Seen:
    return lambda shown: all(each(shown) for each in seen)


def due_now(database: Database, title: str) -> str:
    """Its round is due; the id of the circle."""
    now = utc_now()
    with database.begin() as unit:
        circle = circle_called(database, title)
        first = (now - timedelta(minutes=1)).replace(tzinfo=None, microsecond=0)
        schedule = Series(first, "UTC", timedelta(minutes=30), "FREQ=DAILY")
        assert SqlIntroductions(unit).change_circle(replace(circle, schedule=schedule, revision=circle.revision + 1))
        Timers(unit).set(ROUND, circle.id, now)
    return circle.id


def circle_called(database: Database, title: str) -> Circle:
    with database.reading() as unit:
        found = SqlIntroductions(unit).open_circles(frozenset({EVERYONE}))
    return next(each for each in found if each.title == title)


def ask_now(database: Database, circle_id: str, now: datetime) -> None:
    with database.begin() as unit:
        Timers(unit).set(ASK, SqlIntroductions(unit).rounds(circle_id)[0].id, now)


async def test_a_circle_is_opened_joined_introduced_and_closed(driver: Driver, database: Database) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    title = f"0 tea on {driver.name} <!here> *bold*"
    card = await lobby(driver, dana)
    form = (await driver.press(dana, card, "Open a circle")).form
    assert form is not None
    values: Values = {"title": title, "rhythm": "now and then", "size": "2", "about": ""}
    rejected = (await driver.submit(dana, card.spot, form, values)).form
    assert rejected is not None
    assert list(rejected.problems) == ["rhythm"]
    sent = await driver.submit(dana, card.spot, form, {**values, "rhythm": "every second Tuesday 15:00 Berlin"})
    assert sent.form is None
    opened = await wait_for(driver, card.spot, says("is open: every second Tuesday at 15:00 Berlin time, in pairs"))
    assert opened.id == card.id
    await fill(driver, dana, opened, "Join", {"office": "Berlin", "function": "Sales"})
    await wait_for(driver, card.spot, says("You are in “0 tea"))
    await fill(driver, sam, await lobby(driver, sam), "Join", NOTHING)
    await wait_for_private(driver, sam, says("You are in “0 tea"))

    circle_id = await asyncio.to_thread(due_now, database, title)
    told = await wait_for_private(driver, sam, says(f"Meet {dana.name}", "Sales · Berlin", "Something to begin with"))
    assert f"Meet {dana.name}" in told.notification
    assert told.alive == ()
    await wait_for_private(driver, dana, says(f"Meet {sam.name}"))
    await asyncio.to_thread(ask_now, database, circle_id, utc_now())
    asked = await wait_for_private(driver, dana, both(says(f"Did you meet {sam.name}?"), offers("We met")))
    await driver.press(dana, asked, "We met")
    said = await wait_for_private(driver, dana, says(f"You met {sam.name}"))
    assert said.id == asked.id
    asked = await wait_for_private(driver, sam, both(says(f"Did you meet {dana.name}?"), offers("Not this time")))
    await driver.press(sam, asked, "Not this time")
    missed = await wait_for_private(driver, sam, offers(f"Never with {dana.name}"))
    await driver.press(sam, missed, f"Never with {dana.name}")
    await wait_for_private(driver, sam, says(f"you are not introduced to {dana.name} any more"))
    again = await lobby(driver, sam)
    await driver.press(sam, again, f"Meet {dana.name} again")
    await wait_for_private(driver, sam, says(f"You may be introduced to {dana.name} again"))
    await driver.press(dana, await lobby(driver, dana), "Close it")
    await wait_for_private(driver, dana, says("is closed. Nobody is introduced in it any more"))


async def test_a_newcomer_gets_pages_and_a_buddy_who_may_hand_them_on(driver: Driver) -> None:
    sam, kim = await driver.person("Sam Lee"), await driver.person("Kim Park")
    card = await lobby(driver, sam)
    await fill(driver, sam, card, "Be a buddy", NOTHING)
    await wait_for(driver, card.spot, says("You are a buddy"))
    await fill(driver, kim, await lobby(driver, kim), "I am new here", NOTHING)
    await wait_for_private(driver, kim, says(f"Welcome. Your buddy is {sam.name}"))
    await wait_for_private(driver, kim, says("Your first week, 1 of 5: Where you are", "Your buddy"))
    newcomer = await wait_for_private(driver, sam, both(says(f"{kim.name} is new here"), offers("I have no time")))
    await driver.press(sam, newcomer, "I have no time")
    handed = await wait_for_private(driver, sam, says(f"{kim.name} is not with you any more"))
    assert handed.id == newcomer.id
    await driver.press(sam, await lobby(driver, sam), "Stop being a buddy")
    await wait_for_private(driver, sam, says("You are no buddy any more"))
    await driver.press(kim, await lobby(driver, kim), "Stop my first week")
    await wait_for_private(driver, kim, says("Your first week ends here"))
