"""Freshness in the browser: found, said to hold, taken back, and left to the curators."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_an_owner_says_that_it_holds_takes_it_back_and_leaves_it_to_a_curator(open_page: OpenPage) -> None:
    page = open_page("/home", name="Mira Owner")
    page.get_by_role("link", name="CRM metrics", exact=True).first.click()
    expect(page.get_by_role("heading", name="“CRM metrics” did not help people")).to_be_visible()
    page.get_by_role("button", name="Still true").click()
    expect(page.get_by_role("status")).to_have_text("Noted: it still holds.")
    page.goto("/freshness?whose=mine")
    expect(page.get_by_role("heading", name="Nothing fits all of these")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_have_text("Taken back. It is asked as before.")

    other = open_page("/freshness?state=voted+down", name="Somebody Else")
    expect(other.locator("#due tbody tr")).to_have_count(1)
    expect(other.locator("#due")).to_contain_text("Mira Owner is asked")
    other.get_by_role("link", name="CRM metrics", exact=True).click()
    expect(other.get_by_role("button", name="Still true")).to_have_count(0)

    page.get_by_role("button", name="Not mine").click()
    expect(page.get_by_role("status")).to_have_text("The curators see to it now.")
    curator = open_page("/freshness", name="admin")
    curator.get_by_role("link", name="CRM metrics", exact=True).click()
    curator.get_by_label("Who knows?").fill("nobody@example.org")
    curator.get_by_role("button", name="Ask them").click()
    expect(curator.get_by_text("Nobody known has that name or address")).to_be_visible()
    expect(curator.get_by_label("Who knows?")).to_have_value("nobody@example.org")
    curator.get_by_label("Who knows?").fill("sam@example.com")
    curator.get_by_role("button", name="Ask them").click()
    expect(curator.get_by_role("status")).to_have_text("Asked. They get it privately.")
    expect(curator.locator(".lede")).to_contain_text("Sam Lee is asked.")


def test_the_list_is_narrowed_and_taken_away(open_page: OpenPage) -> None:
    page = open_page("/freshness", name="Somebody Else")
    page.get_by_label("State").select_option(label="Overdue (0)")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(r"/freshness\?state=overdue"))
    page.get_by_role("link", name="Show all that waits").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take away as CSV").click()
    assert taken.value.suggested_filename == "freshness.csv"
    page.get_by_label("Narrow down").fill("nothing like it")
    expect(page.locator("#due tbody tr:visible")).to_have_count(0)
