"""Requests on every platform: asked for, completed, voted for, approved, planned, and done."""

from uuid import uuid4

import pytest

from tests.drivers.driver import Driver, Shown, Values, offers, says, wait_for
from tests.drivers.story import Actor, actor, admin

pytestmark = pytest.mark.asyncio(loop_scope="session")


def values(title: str, **more: str) -> Values:
    return {
        "title": title,
        "need-problem": "The calculator does not know the new bundles <!here>.",
        "need-data": "31 of 80 deals waited in May.",
        "need-result": "No deal waits for a price.",
        "value": "24,000",
        "unit": "money",
        **more,
    }


async def commands(who: Actor, words: str, *seen: str, label: str = "") -> Shown:
    await who.driver.command(who.who, await who.driver.direct(who.who), f"ideas {words}".strip())
    return await who.reads(says(*seen), *([offers(label)] if label else []))


async def sends(who: Actor, title: str) -> None:
    """Both steps, without what shows it. What others asked for may sound alike."""
    listed = await commands(who, "", label="Ask or propose")
    first = (await who.press(listed, "Ask or propose")).form
    assert first is not None
    second = await who.driver.submit(who.who, listed.spot, first, {"kind": "improvement", "title": title})
    assert second.form is not None, second
    filled = {**values(title, **{"need-data": ""}), **({"same": "none"} if "same" in second.form.fields else {})}
    sent = await who.driver.submit(who.who, listed.spot, second.form, filled)
    assert sent.form is None, sent.form


async def test_a_request_is_completed_voted_for_approved_planned_and_done(driver: Driver) -> None:
    word = f"bundles{uuid4().hex[:8]}"
    title = f"Prices for {word} <!here>"
    ana, lee = [await actor(driver, name) for name in ("Ana Bell", "Lee Moss")]
    curator = await admin(driver)
    remark = await curator.asks(await driver.direct(curator.who), "help")  # from then on they can be written to
    await wait_for(driver, remark.spot, says("library"))

    await sends(ana, title)
    kept = await ana.reads(says("something is missing", word), offers("Complete it"))
    assert [each for each in kept.alive if "127.0.0.1" not in each] == []
    await ana.fill(kept, "Complete it", values(title))
    await ana.reads(says("is sent. Those who decide are asked", word), offers("Take it back"))

    seen = await commands(lee, word, word, label="Vote for it")
    await lee.press(seen, "Vote for it")
    await lee.reads(says("You voted for", word), offers("Take my vote back"))

    asked = await curator.reads(says("asks for something", word), offers("Show it"))
    await curator.press(asked, "Show it")
    shown = await curator.reads(says("To decide", word), offers("Approve it"))
    await curator.press(shown, "Approve it")
    await ana.reads(says("is accepted", word))
    accepted = await curator.reads(says("You approved", word), offers("Estimate and plan"))
    plan = {
        "value": "24000",
        "unit": "money",
        "effort": "10",
        "owner": "",
        "starts": "2027-03-08",
        "ends": "2027-03-12",
    }
    await curator.fill(accepted, "Estimate and plan", plan)
    await ana.reads(says("is planned: 8 March 2027 to 12 March 2027", word))
    planned = await curator.reads(says("The plan for", "4 months: 10 days × 480 EUR", word), offers("Begin it"))
    await curator.press(planned, "Begin it")
    under_way = await curator.reads(says("is under way", word), offers("It is done"))
    await curator.fill(under_way, "It is done", {"value": "18000", "unit": "money", "lesson": "Counted in June."})
    for voter in (ana, lee):
        await voter.reads(says("is done: it brought 18,000 EUR a year, 75%", "Counted in June", word))
