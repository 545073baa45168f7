"""Introductions in the browser: a circle is opened, changed, joined and closed; what waits is said with one click."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_a_circle_is_opened_joined_changed_and_closed(open_page: OpenPage) -> None:
    page = open_page("/introductions", name="Olga")
    page.get_by_role("link", name="Open a circle").click()
    page.get_by_label("What it is called").fill("Walks in the park")
    page.get_by_label("How often").fill("now and then")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("I did not understand")).to_be_visible()
    expect(page.get_by_label("What it is called")).to_have_value("Walks in the park")
    page.get_by_label("How often").fill("every second Tuesday 15:00 Berlin")
    page.get_by_role("button", name="Open", exact=True).click()
    notice = page.get_by_role("status").first
    expect(notice).to_contain_text("“Walks in the park” is open: every second Tuesday at 15:00 Berlin time, in pairs.")
    page.get_by_role("link", name="Walks in the park").click()
    page.get_by_role("link", name="Join", exact=True).click()
    page.get_by_label("Your office").fill("Porto")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("You are in it")).to_be_visible()
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Back on").fill("2020-01-01")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("A pause ends on a day between tomorrow")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Close it").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(notice).to_contain_text("“Walks in the park” is closed.")
    expect(page.get_by_text("Closed", exact=True)).to_be_visible()


def test_what_waits_is_said_and_who_is_never_met_is_taken_back(open_page: OpenPage) -> None:
    page = open_page("/introductions", name="admin")
    page.locator("section", has_text="Did you meet Colleague 0?").get_by_role("button", name="We met").click()
    expect(page.get_by_role("status").first).to_contain_text("You met Colleague 0.")
    expect(page.get_by_role("row", name=re.compile("Colleague 0"))).to_contain_text("You met")
    page.get_by_role("button", name="Meet Colleague 2 again").click()
    expect(page.get_by_role("status").first).to_contain_text("You may be introduced to Colleague 2 again.")
    expect(page.get_by_role("button", name="Meet Colleague 2 again")).to_have_count(0)
    expect(page.get_by_role("region", name="What failed")).to_contain_text("Tea across offices")
    expect(open_page("/introductions", name="Olga").get_by_text("What failed")).to_have_count(0)
