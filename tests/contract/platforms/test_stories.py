"""Stories on every platform: told, agreed to by whom they name, approved, sent to a channel where there are any,
corrected when somebody thinks better of it, and taken back."""

import asyncio
from uuid import uuid4

import pytest

from tests.contract.platforms.conftest import where_one_can
from tests.drivers.driver import SILENCE, Driver, Shown, Spot, Values, offers, says, wait_for
from tests.drivers.product import ANSWER, ANSWERED
from tests.drivers.story import Actor, actor, admin, fits

pytestmark = pytest.mark.asyncio(loop_scope="session")


def values(title: str, named: str) -> Values:
    return {
        "title": title,
        "challenge": "Quotes for Umbrella took two weeks <!here>.",
        "done": f"{named} drew up [one](https://evil.example/) template.",
        "result": "From ten days to one.",
        "value": "time",
        "customer": "Umbrella",
        "called": "a bank in the north",
        "clearance": "anonymous",
        "people": named,
        "topics": "renewals",
        "industry": "Banking",
    }


async def commands(who: Actor, text: str, *seen: str, label: str = "") -> Shown:
    await who.driver.command(who.who, await who.driver.direct(who.who), f"stories {text}".strip())
    await asyncio.sleep(SILENCE)  # until an earlier card says that there is a newer one
    return await who.reads(says(*seen), *([offers(label)] if label else []))


async def sends(curator: Actor, shown: Shown, hall: Spot) -> None:
    """To the channel where something was said last."""
    form = (await curator.press(shown, "Send it out")).form
    assert form is not None
    sent = await curator.driver.submit(curator.who, shown.spot, form, {"channels": ("0",)})
    assert sent.form is None, sent.form
    assert hall.is_shared


def calls_nobody(shown: Shown) -> None:
    """The links in it are our own."""
    assert [each for each in shown.alive if "127.0.0.1" not in each] == []


async def test_a_story_is_told_agreed_to_approved_sent_corrected_and_taken_back(driver: Driver) -> None:
    word = f"quotes{uuid4().hex[:8]}"
    title = f"New {word} <!here>"
    sam, dana, kim = [await actor(driver, name) for name in ("Sam Lee", f"Dana {word.title()}", "Kim Park")]
    named = dana.who.name
    curator = await admin(driver)
    remark = await dana.asks(await driver.direct(dana.who), "help")  # from now on Guildhall can write to her
    await wait_for(driver, remark.spot, says("library"))
    await sam.fill(await commands(sam, "", label="Tell a story"), "Tell a story", values(title, named))
    calls_nobody(await sam.reads(says("is with the curators", word), offers("Take it back")))

    asked = await dana.reads(says(f"{sam.who.name} would like to name you", word), offers("Name me"))
    calls_nobody(asked)
    assert "Umbrella" not in asked.text
    assert f"{named} drew up" in asked.text, "how it would read"
    await dana.press(asked, "Name me")
    await dana.reads(says("names you as", named), offers("Leave me out"))

    waits = await commands(curator, word, word, f"{named} agreed", label="Approve it")
    calls_nobody(waits)
    await curator.press(waits, "Approve it")
    approved = await curator.reads(says("every colleague reads it", word), offers("Send it out"))
    await sam.reads(says("approved your success story", word))
    found = await commands(kim, word, "Success story", word, named)
    calls_nobody(found)
    assert "Umbrella" not in found.text
    hall = None
    if "channel" not in driver.lacks:
        hall = await driver.channel(sam.who, dana.who, kim.who)
        said = await sam.asks(hall, ANSWERED)  # from then on the channel is known
        await wait_for(driver, said.spot, says(ANSWER))
        await sends(curator, approved, hall)
        stands = await wait_for(driver, hall, fits(says("Success story", word, named, "a bank in the north")))
        calls_nobody(stands)
        assert f"Success story: “{title}”" in stands.notification.replace("&lt;", "<").replace("&gt;", ">")

    mine = await dana.reads(says(word), offers("Leave me out"))
    await dana.press(mine, "Leave me out")
    await dana.reads(says("does not name you", word))
    if hall is not None:
        await wait_for(driver, hall, lambda shown: word in shown.text and named not in shown.text)
    await sam.press(await sam.reads(says("does not want to be named", word), offers("Take it back")), "Take it back")
    await sam.reads(says("is taken back", word))
    if hall is not None:
        await wait_for(driver, hall, says("was taken down", word))


@where_one_can("point")
async def test_a_message_is_told_as_a_story_from_its_menu_and_all_its_problems_are_said_at_once(driver: Driver) -> None:
    word = f"kiosk{uuid4().hex[:8]}"
    dana = await actor(driver, "Dana Okafor")
    remark = await dana.asks(await driver.direct(dana.who), "help")  # in Teams that says who she is
    await wait_for(driver, remark.spot, says("library"))
    channel = await driver.channel(dana.who)
    pointed = await driver.point(dana.who, channel, "stories.tell", "We won the renewal.")
    form = pointed.form
    assert form is not None, pointed
    wrong = {**values(f"New {word}", "Zoe Nobody"), "result": "", "clearance": "public", "picture": "http://x"}
    rejected = (await driver.submit(dana.who, channel, form, wrong)).form
    assert rejected is not None
    assert set(rejected.problems) == {"result", "cleared_by", "people", "picture"}
    sent = await driver.submit(dana.who, channel, form, values(f"New {word}", ""))
    assert sent.form is None, sent.form
    await wait_for(driver, await driver.direct(dana.who), says("is with the curators", word))
