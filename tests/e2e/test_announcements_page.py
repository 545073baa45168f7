"""Announcements and the pulse in the browser: written, approved by nobody alone, and usable at every width."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_an_announcement_is_written_and_waits_for_somebody_else(open_page: OpenPage) -> None:
    page = open_page("/announcements", name="admin")
    page.get_by_role("link", name="Write one").click()
    page.get_by_label("Title").fill("The moat is drained")
    page.get_by_label("What it says").fill("On Tuesday.")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("At least one group or channel, please.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("The moat is drained")
    page.get_by_label("Experts").check()
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.locator(".notice")).to_contain_text("The draft of “The moat is drained” is kept.")
    page.get_by_role("link", name="The moat is drained").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.locator(".notice")).to_contain_text("The moat is drained")
    expect(page.get_by_role("button", name="Approve it")).to_have_count(0)
    reader = open_page("/announcements", name="Nora", width=360)
    expect(reader.get_by_text("The moat is drained")).to_have_count(0)
    expect(reader.get_by_role("link", name="Write one")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_their_pages_fit_and_can_be_used_by_everybody(open_page: OpenPage, axe: str, width: int, scheme: str) -> None:
    page = open_page("/announcements", name="admin", width=width, scheme=scheme)
    for path in ("/announcements", "/do/announcements.write?back=/announcements", "/pulse"):
        page.goto(path)
        _check(page, axe)


def _check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [each["id"] for each in found["violations"]] == []
