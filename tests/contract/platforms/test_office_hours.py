"""Office hours on every platform: opened in words, booked, waited for, given up, held, and what came of it."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap.app import App
from bot.features.office_hours.model import Session
from bot.features.office_hours.store import SqlOfficeHours
from tests.drivers.driver import Driver, Shown, Someone, Values, offers, says, wait_for_private
from tests.drivers.product import Product
from tests.drivers.story import fits

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Visitor:
    """Somebody on one platform, in the chat where only they read."""

    def __init__(self, driver: Driver, who: Someone) -> None:
        self.driver = driver
        self.who = who

    async def asks(self, words: str, label: str) -> Shown:
        """What the command shows."""
        await self.driver.command(self.who, await self.driver.direct(self.who), f"office hours {words}")
        return await self.reads(words, label=label)

    async def reads(self, *words: str, label: str = "") -> Shown:
        seen = [says(*words), *([offers(label)] if label else [])]
        return await wait_for_private(self.driver, self.who, fits(*seen))

    async def press(self, shown: Shown, label: str) -> None:
        outcome = await self.driver.press(self.who, shown, label)
        assert outcome.form is None and "nothing was" not in outcome.notice.lower(), outcome

    async def fill(self, shown: Shown, label: str, values: Values) -> None:
        form = (await self.driver.press(self.who, shown, label)).form
        assert form is not None, f"{label} opens no form"
        assert set(values) <= set(form.fields), form.fields
        sent = await self.driver.submit(self.who, shown.spot, form, values)
        assert sent.form is None, sent.form


async def visitor(driver: Driver, name: str) -> Visitor:
    return Visitor(driver, await driver.person(name))


def first_date(app: App, title: str) -> Session:
    with app.database.reading() as unit:
        store = SqlOfficeHours(unit)
        (found,) = [each for each in store.open_ones(frozenset({"everyone"})) if each.title == title]
        return store.sessions_of(found.id, found.opened_at)[0]


def calls_nobody(shown: Shown) -> None:
    """The links in it are our own."""
    assert [each for each in shown.alive if "127.0.0.1" not in each] == []


async def test_office_hours_are_opened_booked_and_held(driver: Driver, product: Product, native: Product) -> None:
    app = native.app if driver in native.drivers.values() else product.app
    word = f"clinic{uuid4().hex[:8]}"
    title = f"Pricing {word} <!here>"
    sam, dana, kim = [await visitor(driver, name) for name in ("Sam Lee", "Dana Okafor", "Kim Park")]
    await sam.driver.command(sam.who, await driver.direct(sam.who), "office hours")
    soon = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(minutes=20)
    said: Values = {
        "title": title,
        "topics": "pricing",
        "rhythm": f"every day {soon:%H:%M} Berlin",
        "kind": "group",
        "size": "1",
    }
    await sam.fill(await sam.reads(label="Open office hours"), "Open office hours", said)
    opened = await sam.reads("Opened", word, f"every day at {soon:%H:%M} Berlin time", label="Change")
    calls_nobody(opened)

    date = first_date(app, title)
    when = f"{date.original:%y%m%d}:-1"
    await dana.fill(await dana.asks(word, "Book"), "Book", {"when": when, "brings": "Prices in Brazil"})
    booked = await dana.reads("Booked", word, "Sam Lee", label="Cancel my place")
    calls_nobody(booked)
    await kim.fill(await kim.asks(word, "Choose a date"), "Choose a date", {"when": when, "brings": "Discounts"})
    await kim.reads("number 1 in line", label="Leave the list")
    await dana.press(booked, "Cancel my place")
    await dana.reads("Your place is cancelled", word)
    await kim.reads("You moved up from the waiting list", label="Cancel my place")

    await sam.press(await sam.asks(word, "Agenda"), "Agenda")
    agenda = await sam.reads("1 person is on the agenda", "Discounts", label="Start")
    await sam.press(agenda, "Start")
    runs = await sam.reads("It runs", label=f"Next: {kim.who.name}")
    await sam.press(runs, f"Next: {kim.who.name}")
    await kim.reads("It is your turn now", word)
    turn = await sam.reads(f"It is the turn of {kim.who.name}", label="Note the answer")
    noted: Values = {"question": f"How much is {word}?", "answer": "As much as last year."}
    await sam.fill(turn, "Note the answer", noted)
    await sam.press(await sam.reads("Noted", label="Finish"), "Finish")
    over = await sam.reads("It is over", "1 draft for the FAQ", label="Who came")
    await sam.fill(over, "Who came", {"came": ("2",)})
    await sam.reads("1 of 1 came")
