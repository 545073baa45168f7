"""Events on every platform: planned, announced in a channel where there are any, signed up for, asked about, changed,
and cancelled."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot.bootstrap.app import App
from bot.features.events.model import Question
from bot.features.events.store import SqlEvents
from tests.drivers.driver import Driver, Shown, Values, offers, says, wait_for
from tests.drivers.product import ANSWER, ANSWERED, Product
from tests.drivers.story import Actor, actor, admin, fits

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMED: Values = {"name": "shown"}

CALL = "https://meet.example/1"


def values(title: str, at: str = "15:00", until: str = "16:00") -> Values:
    return {
        "title": title,
        "kind": "webinar",
        "about": "What changes <!here> in spring.",
        "day": (datetime.now(UTC) + timedelta(days=5)).date().isoformat(),
        "at": at,
        "until": until,
        "zone": "Europe/Berlin",
        "place": "Room 4",
        "link": CALL,
        "capacity": "1",
    }


async def commands(who: Actor, words: str, *seen: str, label: str = "") -> Shown:
    await who.driver.command(who.who, await who.driver.direct(who.who), f"events {words}".strip())
    return await who.reads(says(*seen), *([offers(label)] if label else []))


async def announces(curator: Actor, shown: Shown, *, in_first_channel: bool) -> None:
    """Elsewhere only on the calendar; whether there are channels to choose depends on who was here before."""
    form = (await curator.press(shown, "Announce it")).form
    assert form is not None
    chosen: Values = {"channels": ("0",)} if in_first_channel else {"where": "calendar"}
    sent = await curator.driver.submit(
        curator.who, shown.spot, form, {name: value for name, value in chosen.items() if name in form.fields}
    )
    assert sent.form is None, sent.form


def question_about(app: App, title: str) -> Question:
    with app.database.reading() as unit:
        store = SqlEvents(unit)
        now = datetime.now(UTC)
        found = store.public(frozenset({"everyone"}), now, now + timedelta(days=9))
        (event,) = [each for each in found if each.title == title]
        (asked,) = store.questions(event.id)
    return asked


def calls_nobody(shown: Shown) -> None:
    """The links in it are our own, and that of the call, which reads as it is."""
    assert [each for each in shown.alive if "127.0.0.1" not in each and CALL not in each] == []


async def test_an_event_is_planned_announced_signed_up_for_changed_and_cancelled(
    driver: Driver, product: Product, native: Product
) -> None:
    word = f"spring{uuid4().hex[:8]}"
    title = f"New {word} <!here>"
    sam, dana, kim = [await actor(driver, name) for name in ("Sam Lee", "Dana Okafor", "Kim Park")]
    curator = await admin(driver)
    remark = await curator.asks(await driver.direct(curator.who), "help")  # from then on they can be written to
    await wait_for(driver, remark.spot, says("library"))
    hall = None
    if "channel" not in driver.lacks:
        hall = await driver.channel(sam.who, dana.who, kim.who)
        remark = await sam.asks(hall, ANSWERED)  # from then on the channel is known
        await wait_for(driver, remark.spot, says(ANSWER))
    await sam.fill(await commands(sam, "", label="Plan an event"), "Plan an event", values(title))
    draft = await sam.reads(says("The draft of", word), offers("Ask to announce it"))
    calls_nobody(draft)
    await sam.press(draft, "Ask to announce it")
    await sam.reads(says("asked to announce", word))

    waits = await commands(curator, word, word, label="Announce it")
    await announces(curator, waits, in_first_channel=hall is not None)
    await curator.reads(says("is announced in" if hall else "is on the calendar", word))
    if hall is None:
        shown = await commands(dana, word, word, label="Sign up")
    else:
        shown = await wait_for(driver, hall, fits(says(word), offers("Sign up")))
        assert "meet.example" not in shown.text
    calls_nobody(shown)
    await dana.fill(shown, "Sign up", {"question": "Is Brazil in it?", "name": "withheld"})
    has_place = await dana.reads(says("You have a place at", word, "meet.example/1"), offers("Leave"))
    calls_nobody(has_place)
    await kim.fill(await commands(kim, word, word, label="Join the waiting list"), "Join the waiting list", NAMED)
    await kim.reads(says("is full. You are on the waiting list", word))

    mine = await sam.reads(says("1 person comes, 1 waits", "Is Brazil in it?", word), offers("Answer a question"))
    assert "Dana" not in mine.text
    app = native.app if driver in native.drivers.values() else product.app
    asked = question_about(app, title)
    await sam.fill(mine, "Answer a question", {"question": asked.id, "answer": "From May on."})
    await dana.reads(says("answered a question", "From May on."))
    changed = await sam.reads(says("Answered for", word), offers("Change it"))
    await sam.fill(changed, "Change it", values(title, "17:00", "18:00"))
    await dana.reads(says("has another time", word))
    if hall is not None:
        await wait_for(driver, hall, fits(says(word, "17:00 Europe/Berlin")))

    card = await dana.reads(says("You have a place: ", word), offers("Leave"))
    left = await dana.press(card, "Leave")
    assert "nothing was" not in left.notice.lower(), left.notice
    await dana.reads(says("You left", word))
    await kim.reads(says("You moved up from the waiting list", word), offers("Leave"))
    standing = await sam.reads(says("1 person comes.", word), offers("Cancel it"))
    await sam.fill(standing, "Cancel it", {"word": "No speaker."})
    await kim.reads(says("is cancelled", "No speaker.", word))
    if hall is not None:
        await wait_for(driver, hall, fits(says("Cancelled", word)))
