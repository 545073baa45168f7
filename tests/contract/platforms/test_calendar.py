"""The calendar's card on every platform: what comes next, one's own part, the addresses, and back again."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot.features.calendar import card
from bot.features.events.model import EventState
from bot.features.events.store import SqlEvents
from tests.drivers.driver import Driver, Shown, offers, says, wait_for, wait_for_private
from tests.drivers.product import Product
from tests.drivers.story import fits
from tests.events_house import event

pytestmark = pytest.mark.asyncio(loop_scope="session")


def announce(product: Product) -> str:
    """A webinar that begins soon, so that it stands before whatever other tests plan; a word of its title."""
    word, now = f"webinar{uuid4().hex[:8]}", datetime.now(UTC)
    title = f"{word} <!here> <at>everyone</at> [x](https://evil.example)"
    soon = event(word[-8:], title=title, starts=now + timedelta(minutes=2), ends=now + timedelta(hours=1),
                 state=EventState.ANNOUNCED, announced_at=now)  # fmt: skip
    with product.app.database.begin() as unit:
        SqlEvents(unit).add(soon)
    return word


def calls_nobody(shown: Shown) -> None:
    """The links in it are our own."""
    assert [each for each in shown.alive if "evil" in each] == []


async def test_the_card_turns_over_and_back_in_place(driver: Driver, product: Product, native: Product) -> None:
    word = announce(native if driver in native.drivers.values() else product)
    dana = await driver.person("Dana Okafor")
    direct = await driver.direct(dana)
    await driver.command(dana, direct, "calendar")
    shown = await wait_for(driver, direct, fits(says(word, "Webinar"), offers("Only mine")))
    assert shown.notification.startswith("Next: “")
    calls_nobody(shown)
    await driver.press(dana, shown, "Only mine")
    own = await wait_for(driver, direct, fits(says("You have no dates ahead"), offers("Show everything")))
    assert own.id == shown.id
    await driver.press(dana, own, "Subscribe")
    told = await wait_for(driver, direct, fits(says("calendar program"), offers("Back to the dates")))
    assert told.id == shown.id
    await driver.press(dana, told, "Back to the dates")
    back = await wait_for(driver, direct, fits(says(word), offers("Only mine")))
    assert back.id == shown.id


async def test_asked_for_in_a_channel_ones_own_dates_come_privately(
    driver: Driver, product: Product, native: Product
) -> None:
    if "channel" in driver.lacks:
        pytest.skip("There are no channels on the web page.")
    word = announce(native if driver in native.drivers.values() else product)
    sam = await driver.person("Sam Lee")
    spot = await driver.channel(sam)
    asked = await driver.say(sam, spot, "calendar", mention=True)
    shared = await wait_for(driver, asked.spot, says(word))
    assert shared.controls == ()
    await driver.say(sam, spot, "calendar mine", mention=True)
    await wait_for_private(driver, sam, says(card.NOTHING_OF_YOURS[:20]))
