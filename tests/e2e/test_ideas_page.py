"""Requests and ideas in the browser: asked for, voted for, approved and done on the page; the board by keyboard, at
every width."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def propose(page: Page, title: str) -> None:
    page.goto("/ideas")
    page.get_by_role("link", name="Ask or propose").click()
    page.get_by_label(re.compile(r"^\s*Improvement")).check()
    page.get_by_label("In a few words").fill(title)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("The problem").fill("The calculator does not know the new bundles.")
    page.get_by_label("What shows it").fill("31 of 80 deals waited in May.")
    page.get_by_label("The result expected").fill("No deal waits for a price.")
    page.get_by_label("What it is worth").fill("24,000")
    page.get_by_label("EUR a year").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".notice")).to_contain_text("is sent. Those who decide are asked")


def test_a_request_is_asked_for_voted_for_approved_and_done_on_the_page(open_page: OpenPage) -> None:
    title = "Falcons for the mail"
    asker = open_page("/ideas", name="Vera")
    propose(asker, title)

    reader = open_page("/ideas", name="Nora", width=360)
    card = reader.get_by_role("listitem").filter(has_text=title)
    card.get_by_role("button", name="Vote for it").click()
    expect(reader.locator(".notice")).to_contain_text("You voted for")
    expect(card).to_contain_text("1 vote")

    admin = open_page("/ideas", name="admin")
    admin.get_by_role("link", name=title).click()
    admin.get_by_role("button", name="Approve it").click()
    admin.get_by_role("button", name="Yes").click()
    expect(admin.locator(".notice")).to_contain_text("It is accepted")
    admin.get_by_role("link", name="Estimate and plan").click()
    admin.get_by_label("Effort in working days").fill("10")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("2.4 months: 10 days × 480 EUR")).to_be_visible()
    admin.get_by_role("button", name="Begin it").click()
    admin.get_by_role("link", name="It is done").click()
    admin.get_by_label("What it brings").fill("30000")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("30,000 EUR a year, 125% of the 24,000 EUR a year expected")).to_be_visible()

    asker.goto("/ideas?view=list&state=done")
    expect(asker.get_by_role("row").filter(has_text=title)).to_contain_text("Done")


def test_what_sounds_alike_is_offered_before_it_is_sent(open_page: OpenPage) -> None:
    page = open_page("/ideas", name="Vera")
    propose(page, "A stable for the unicorns")
    other = open_page("/ideas", name="Nora")
    other.get_by_role("link", name="Ask or propose").click()
    other.get_by_label(re.compile(r"^\s*Help")).check()
    other.get_by_label("In a few words").fill("A stable for unicorns")
    other.get_by_role("button", name="Continue").click()
    other.get_by_role("group", name="Is it one of these?").get_by_label("A stable for the unicorns").check()
    other.get_by_role("button", name="Send").click()
    expect(other.locator(".notice")).to_contain_text("You voted for “A stable for the unicorns”")


def test_the_arrow_keys_lead_over_the_board(open_page: OpenPage) -> None:
    page = open_page("/ideas", name="Kay Keys")
    for title in ("First of the keys", "Second of the keys"):
        propose(page, title)
    page.goto("/ideas")
    page.get_by_role("region", name="Board").focus()
    page.keyboard.press("ArrowDown")
    column = page.locator(".board section").filter(has=page.locator("li")).first
    expect(column.locator("li > a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(column.locator("li > a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1.asked")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_and_can_be_used_by_everybody(open_page: OpenPage, axe: str, width: int, scheme: str) -> None:
    page = open_page("/ideas", name="admin", width=width, scheme=scheme)
    propose(page, f"Wide {width} {scheme} request with a title that is rather long and goes on")
    for path in ("/ideas", "/ideas?view=list", "/ideas?mine=yes&kind=help", "/ideas/gaps"):
        page.goto(path)
        _check(page, axe)
    page.goto("/ideas")
    page.get_by_role("link", name=re.compile(f"Wide {width} {scheme}")).click()
    _check(page, axe)


def _check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [each["id"] for each in found["violations"]] == []
