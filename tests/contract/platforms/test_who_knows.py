"""Offering help, being found and leaving, on every platform: the web page, the fake Slack, the fake Teams."""

import pytest

from tests.drivers.driver import Driver, Remark, Someone, Values, offers, says, wait_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFER, CHANGE, LEAVE = "Offer your help", "Change", "Leave"
FILLED: Values = {
    "days": ("0", "1", "2", "3", "4", "5", "6"),
    "works_from": "00:00",
    "works_to": "23:30",
    "weekly_limit": "5",
    "languages": ("en",),
}


async def asked_together(driver: Driver, who: Someone, text: str) -> Remark:
    """In a channel, where the platform has any."""
    if "channel" in driver.lacks:
        return await driver.say(who, await driver.direct(who), text)
    return await driver.say(who, await driver.channel(who), text, mention=True)


async def test_help_is_offered_found_and_taken_back(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    direct = await driver.direct(dana)
    await driver.command(dana, direct, "expertise")
    card = await wait_for(driver, direct, offers(OFFER))
    form = (await driver.press(dana, card, OFFER)).form
    assert form is not None
    subject = f"marmot census {driver.name}"
    wrong = {**FILLED, "more_topics": f"{subject}, <!here> *bold*", "works_to": "00:00"}
    rejected = (await driver.submit(dana, card.spot, form, wrong)).form
    assert rejected is not None
    assert list(rejected.problems) == ["works_to"]
    sent = await driver.submit(dana, card.spot, form, {**wrong, "works_to": "23:30"})
    assert sent.form is None
    own = await wait_for(driver, direct, says("You are listed as an expert now", subject))
    assert own.id == card.id
    assert [each for each in own.alive if "/experts/" not in each] == []
    assert {CHANGE, LEAVE} <= set(own.labels)

    asked = await asked_together(driver, sam, f"Who knows about {subject}?")
    found = await wait_for(driver, asked.spot, says("Dana Okafor", f"knows {subject}"))
    assert "Dana Okafor" in found.notification
    assert [each for each in found.alive if "/experts/" not in each] == []
    assert any("/experts/" in link for link in found.links)

    await driver.press(dana, own, LEAVE)
    left = await wait_for(driver, direct, says("not listed as an expert any more"))
    assert left.id == own.id
    again = await driver.say(sam, await driver.direct(sam), f"Who knows about {subject}?")
    await wait_for(driver, again.spot, says("Nobody has said"))
