"""From a draft to an answer within seconds, and out again, on every platform: a curator's presses, an asker's words."""

import asyncio
import time
from uuid import uuid4

import pytest

from bot.bootstrap.app import App
from bot.chat.turn import Place
from bot.features.faq.model import Draft
from bot.features.faq.store import SqlDrafts
from tests.builders import NOON
from tests.drivers.driver import Driver, Someone, Spot, offers, says, wait_for
from tests.drivers.product import ADMIN, ADMIN_EMAIL, Product
from tests.drivers.web import WebDriver

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMISED = 5.0
"""Seconds from the press to an answer from it."""

SAVERS = Place("web", "web:dana", "drafts-of-dana")


async def curator(driver: Driver) -> Someone:
    if isinstance(driver, WebDriver):
        return await driver.person("admin", as_it_is=True)
    return await driver.person(ADMIN, ADMIN_EMAIL)


async def until_known(app: App, draft: Draft, *, is_known: bool = True) -> None:
    """Whether the library holds it."""
    for _ in range(200):
        titles = {document.title for document in app.knowledge.documents(frozenset({"everyone"}))}
        if (draft.question in titles) is is_known:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{draft.question} is known: {not is_known}")


async def drafts_of(driver: Driver, who: Someone) -> Spot:
    spot = await driver.direct(who)
    await driver.command(who, spot, "drafts")
    return spot


async def test_what_a_curator_approves_is_answered_within_seconds_until_it_is_retired(
    driver: Driver, product: Product, native: Product
) -> None:
    app: App = native.app if driver in native.drivers.values() else product.app
    place = f"hall {uuid4().hex[:6]}"
    question, answer = f"Who waters the ferns of {place}?", f"Team Moss waters the ferns of {place}."
    draft = Draft(uuid4().hex, question, answer, "web:dana", "Dana Okafor", NOON, SAVERS)
    with app.database.begin() as unit:
        SqlDrafts(unit).add(draft)
    admin = await curator(driver)
    spot = await drafts_of(driver, admin)
    card = await wait_for(driver, spot, lambda shown: question in shown.text and "Approve" in shown.labels)
    assert "within seconds" in card.text
    pressed = time.monotonic()
    await driver.press(admin, card, "Approve")
    await until_known(app, draft)
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), question)
    shown = await wait_for(driver, remark.spot, says(answer))
    assert time.monotonic() - pressed < PROMISED
    assert any("/library/~faq" in link or "/library/%7Efaq" in link for link in shown.links)
    approved = await wait_for(driver, spot, says("Approved and live"))
    await driver.press(admin, approved, "Retire")
    await wait_for(driver, spot, offers("Put it back"))
    await until_known(app, draft, is_known=False)


async def test_a_rejection_is_told_with_its_word(driver: Driver, product: Product, native: Product) -> None:
    app: App = native.app if driver in native.drivers.values() else product.app
    draft = Draft(uuid4().hex, f"Is it {uuid4().hex}?", "Yes.", "web:dana", "Dana Okafor", NOON, SAVERS)
    with app.database.begin() as unit:
        SqlDrafts(unit).add(draft)
    admin = await curator(driver)
    spot = await drafts_of(driver, admin)
    card = await wait_for(driver, spot, lambda shown: draft.question in shown.text and "Reject" in shown.labels)
    form = (await driver.press(admin, card, "Reject")).form
    assert form is not None
    await driver.submit(admin, spot, form, {"word": "That is known."})
    await wait_for(driver, spot, lambda shown: "Rejected" in shown.text and draft.question in shown.text)
    with app.database.reading() as unit:
        kept = SqlDrafts(unit).get(draft.id)
    assert kept is not None
    assert kept.word == "That is known."
