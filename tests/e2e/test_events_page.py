"""Events in the browser: planned, announced on the calendar, signed up for and asked about, at every width."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def plan(page: Page, title: str) -> None:
    page.get_by_role("link", name="Plan an event").click()
    page.get_by_label("What it is called").fill(title)
    page.get_by_label("Day", exact=True).fill((datetime.now(UTC) + timedelta(days=5)).date().isoformat())
    page.get_by_label("From", exact=False).first.fill("15:00")
    page.get_by_label("Until", exact=False).first.fill("16:00")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.locator(".notice")).to_contain_text("The draft of")


def test_an_event_is_planned_announced_and_signed_up_for_on_the_page(open_page: OpenPage) -> None:
    title = "New in falconry"
    organiser = open_page("/events", name="Vera")
    plan(organiser, title)
    organiser.get_by_role("link", name=title).click()
    organiser.get_by_role("button", name="Ask to announce it").click()
    admin = open_page("/events", name="admin")
    admin.get_by_role("link", name=title).click()
    admin.get_by_role("link", name="Announce it").click()
    admin.get_by_role("button", name="Announce it").click()
    expect(admin.locator(".notice")).to_contain_text("is on the calendar now")

    reader = open_page("/events", name="Nora", width=360)
    reader.get_by_role("link", name=title).click()
    reader.get_by_role("link", name="Sign up").click()
    reader.get_by_label("A question for it").fill("Is the moat in it?")
    reader.get_by_label("It is asked without your name").check()
    reader.get_by_role("button", name="Sign up").click()
    expect(reader.locator(".notice")).to_contain_text("You have a place at “New in falconry”")
    expect(reader.get_by_text("You have a place.", exact=True)).to_be_visible()
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Calendar file").click()
    assert download.value.suggested_filename.endswith(".ics")

    organiser.goto("/events?which=mine")
    organiser.get_by_role("link", name=title).click()
    question = organiser.get_by_role("article").filter(has_text="Is the moat in it?")
    expect(question).to_contain_text("Somebody")
    question.get_by_role("link", name="Answer").click()
    organiser.get_by_label("The answer").fill("It is.")
    organiser.get_by_role("button", name="Answer").click()
    expect(organiser.get_by_role("article")).to_contain_text("Answered by Vera")


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_and_can_be_used_by_everybody(open_page: OpenPage, axe: str, width: int, scheme: str) -> None:
    page = open_page("/events", name="Wide Web", width=width, scheme=scheme)
    plan(page, f"Wide {width} {scheme} event with a title that is rather long and goes on")
    for path in ("/events", "/events?which=past", "/events?which=mine"):
        page.goto(path)
        _check(page, axe)
    page.get_by_role("link", name=re.compile(f"Wide {width} {scheme}")).click()
    _check(page, axe)


def _check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [each["id"] for each in found["violations"]] == []
