"""Office hours in the browser: opened, booked, held with a line that moves by itself, and taken along."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_pages import overflow, violations

pytestmark = pytest.mark.browser

LIVE = 8_000
"""Milliseconds in which a session's page has looked for news."""


def book(page: Page, brings: str) -> None:
    page.get_by_label("What do you bring?").fill(brings)
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Booked: “Pricing clinic”")


def test_a_session_is_booked_held_and_written_down(open_page: OpenPage, axe: str) -> None:
    guest = open_page("/office-hours", name="Gita Guest")
    row = guest.get_by_role("row", name=re.compile("Pricing clinic"))
    row.get_by_role("link").nth(1).click()
    session = guest.url
    guest.get_by_role("link", name="Book a place").click()
    book(guest, "A discount for Brazil")
    expect(guest).to_have_url(session)
    expect(guest.locator("#standing")).to_contain_text("You have a place")

    host = open_page(name="Hana Host")
    host.goto(session)
    expect(host.locator("#standing")).to_contain_text("A discount for Brazil")
    host.get_by_role("button", name="Start", exact=True).click()
    call = host.get_by_role("button", name="Next", exact=True)
    call.focus()

    other = open_page(name="Omar Other")
    other.goto(session)
    other.get_by_role("link", name="Book a place").click()
    book(other, "A price list")
    expect(host.locator("#standing")).to_contain_text("A price list", timeout=LIVE)
    expect(call).to_be_focused()
    for width in (1440, 768, 360):
        host.set_viewport_size({"width": width, "height": 900})
        assert (overflow(host), violations(host, axe)) == (0, [])
    host.keyboard.press("Enter")
    expect(host.locator("#standing")).to_contain_text("It is Gita Guest’s turn")
    expect(guest.locator("#standing")).to_contain_text("It is your turn", timeout=LIVE)

    host.locator("li", has_text="Gita Guest").get_by_role("link", name="Note the answer").click()
    host.get_by_label("Question").fill("What discount does Brazil get?")
    host.get_by_label("Answer").fill("A tenth, for three years.")
    host.get_by_role("button", name=re.compile("^(Note|Save)")).click()
    expect(guest.locator("#standing")).to_contain_text("A tenth, for three years.", timeout=LIVE)
    host.get_by_role("button", name="Finish").click()
    host.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(host.get_by_role("heading", name="Who was there")).to_be_visible()
    host.get_by_role("link", name="Pricing clinic").click()
    expect(host.locator(".numbers")).to_contain_text("1 session held")


def test_office_hours_are_opened_narrowed_down_and_taken_away(open_page: OpenPage) -> None:
    page = open_page("/office-hours", name="Oda Opener")
    page.get_by_role("link", name="Open office hours").click()
    page.get_by_label("What they are called").fill("Journey maps")
    page.get_by_label("Topics").fill("journeys, personas")
    page.get_by_label("When", exact=True).fill("whenever")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_label("What they are called")).to_have_value("Journey maps")
    page.get_by_label("When", exact=True).fill("every second Tuesday 15:00 Berlin")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("#hours tbody tr").first).to_contain_text("You host it")
    page.get_by_label("Topic").select_option("personas")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#hours tbody tr")).to_have_count(1)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take away as CSV").click()
    assert "Journey maps" in taken.value.path().read_text("utf-8-sig")
    page.get_by_role("link", name="Journey maps", exact=True).click()
    expect(page.locator(".lede")).to_contain_text("every second Tuesday at 15:00 Berlin time")
    with page.expect_download() as file:
        page.locator("tbody a").first.click()
        page.get_by_role("link", name="This date as a file").click()
    assert "SUMMARY:Journey maps with Oda Opener" in file.value.path().read_text("utf-8")
