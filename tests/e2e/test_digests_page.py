"""Digests in the browser: got, looked at, skipped and stopped; and a channel's, edited before it goes out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def get_one(page: Page, rhythm: str = "every Monday at 9:00 Berlin time") -> None:
    page.get_by_role("link", name="Get a digest").click()
    page.get_by_label("How often").fill(rhythm)
    page.get_by_role("button", name="Save").click()


def test_somebody_gets_a_digest_looks_at_the_next_one_skips_and_stops_it(open_page: OpenPage) -> None:
    page = open_page("/digests", name="Dita Digest", width=360)
    get_one(page, "now and then")
    expect(page.get_by_label("How often")).to_have_value("now and then")
    page.get_by_label("How often").fill("every Monday at 9:00 Berlin time")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("You get a digest every Monday at 09:00 Berlin time. The next one")
    page.get_by_role("link", name="What comes next").click()
    expect(page.get_by_role("heading", name="Coming up")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Pricing clinic")
    page.get_by_role("button", name="Skip this one").click()
    expect(page.locator(".notice")).to_contain_text("is skipped")
    page.get_by_role("button", name="Send it after all").click()
    page.get_by_role("button", name="Pause it").click()
    expect(page.locator("main")).to_contain_text("Your digest is paused.")
    page.goto(f"{page.url}/leave")
    page.get_by_role("button", name="Stop it").click()
    expect(page.locator(".notice")).to_contain_text("You get no digest any more.")
    page.get_by_role("button", name="Get it again").click()
    expect(page.locator(".notice")).to_contain_text("You get a digest every Monday")


def test_an_admin_sets_one_up_for_a_channel_and_edits_the_next_one(open_page: OpenPage) -> None:
    page = open_page("/digests", name="admin")
    page.get_by_role("row", name=re.compile("renewals-emea")).get_by_role("link", name="Set up a digest").click()
    page.get_by_label(re.compile("^Topics")).fill("renewals")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("renewals-emea gets a digest every Monday")
    page.get_by_role("link", name="renewals-emea").click()
    page.get_by_role("link", name="Edit it").click()
    page.get_by_label(re.compile("^Say something first")).fill("Read the playbook <b>first</b>.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Read the playbook <b>first</b>.")
    other = open_page("/digests", name="Olga Other")
    expect(other.locator("main")).not_to_contain_text("renewals-emea")
    response = other.goto(page.url)
    assert response is not None
    assert response.status == 404


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_and_can_be_used_by_everybody(open_page: OpenPage, axe: str, width: int, scheme: str) -> None:
    page = open_page("/digests", name=f"Wide {width} {scheme}", width=width, scheme=scheme)
    _check(page, axe)
    get_one(page)
    _check(page, axe)
    page.get_by_role("link", name="What comes next").click()
    _check(page, axe)
    page.goto(f"{page.url}/leave")
    _check(page, axe)
    admin = open_page("/digests", name="admin", width=width, scheme=scheme)
    _check(admin, axe)


def _check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [each["id"] for each in found["violations"]] == []
