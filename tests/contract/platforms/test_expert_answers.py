"""A question on its way to an expert, on every platform: offered, claimed, asked back, answered, and it helped."""

import asyncio
from uuid import uuid4

import pytest

from bot.bootstrap.app import App
from bot.features.escalations.model import Escalation, State
from bot.features.escalations.store import SqlEscalations
from tests.contract.platforms.test_who_knows import FILLED
from tests.drivers.driver import Driver, Someone, Spot, Values, offers, says, wait_for
from tests.drivers.product import Product
from tests.drivers.web import WebDriver

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUBJECTS = {"web": "otter ledger", "slack": "walrus treaty", "teams": "heron lantern"}
"""So far apart that nobody is taken for the expert of another, and no question for the same."""


async def an_expert(driver: Driver, subject: str) -> Someone:
    """Who says that they know about `subject`, and works at any time."""
    sam = await driver.person("Sam Lee")
    spot = await driver.direct(sam)
    await driver.command(sam, spot, "expertise")
    card = await wait_for(driver, spot, offers("Offer your help"))
    form = (await driver.press(sam, card, "Offer your help")).form
    assert form is not None
    await driver.submit(sam, card.spot, form, {**FILLED, "more_topics": subject})
    await wait_for(driver, spot, says("You are listed as an expert now"))
    return sam


async def asked_of(app: App, words: str) -> Escalation:
    """As it was offered to somebody."""
    for _ in range(200):
        with app.database.reading() as unit:
            found = [each for each in SqlEscalations(unit).in_state(*State) if words in each.text]
        if found and found[0].offered_to:
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError(f"Nobody was asked: {found}")


async def own_spot(driver: Driver, who: Someone, asked: Escalation) -> Spot:
    """Where somebody is written to who did not write: on the page, a thread for it."""
    return Spot(who.id, thread=f"request-{asked.id}") if isinstance(driver, WebDriver) else await driver.direct(who)


async def filled(driver: Driver, who: Someone, spot: Spot, label: str, values: Values) -> None:
    """The newest card in `spot` that has such a button opens a form for it."""
    card = await wait_for(driver, spot, offers(label))
    form = (await driver.press(who, card, label)).form
    assert form is not None
    assert (await driver.submit(who, card.spot, form, values)).form is None


async def test_an_expert_claims_asks_back_and_answers(driver: Driver, product: Product, native: Product) -> None:
    app = native.app if driver in native.drivers.values() else product.app
    subject = f"{SUBJECTS[driver.name]} {uuid4().hex[:6]}"
    sam = await an_expert(driver, subject)
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), f"Who keeps the {subject}, and where?")
    await filled(driver, dana, remark.spot, "Ask an expert", {"text": f"Who keeps the {subject}?", "name": "shown"})
    asked = await asked_of(app, subject)
    spot = await own_spot(driver, sam, asked)
    card = await wait_for(driver, spot, says("A question for you", subject, "Dana Okafor"))
    assert card.labels == ["Claim", "Hand on", "Not mine"]
    assert card.notification.startswith("A question for you")
    await driver.press(sam, card, "Claim")
    mine = await wait_for(driver, spot, offers("Answer"))
    assert mine.id == card.id
    assert mine.alive == ()
    await wait_for(driver, remark.spot, says("Sam Lee", "has the question"))

    await filled(driver, sam, spot, "Ask back", {"text": "Of <!here> which year?"})
    await filled(driver, dana, remark.spot, "Reply", {"text": "Of <at>this</at> year."})
    answering = await wait_for(driver, spot, says("Dana Okafor", "replied", "year."))
    form = (await driver.press(sam, answering, "Answer")).form
    assert form is not None
    wrong = {"text": "Team Otter, in the *cellar*.", "links": "http://plain.example/"}
    rejected = (await driver.submit(sam, answering.spot, form, wrong)).form
    assert rejected is not None
    assert list(rejected.problems) == ["links"]
    right = {**wrong, "links": "https://guide.example/otters"}
    assert (await driver.submit(sam, answering.spot, form, right)).form is None

    answer = await wait_for(driver, remark.spot, says("Sam Lee", "answers", "Team Otter, in the *cellar*."))
    assert "https://guide.example/otters" in answer.links
    assert answer.alive == ()
    await driver.press(dana, answer, "That helped")
    await wait_for(driver, spot, says("Your answer helped", subject))
