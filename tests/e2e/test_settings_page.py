"""Somebody's settings in the browser."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_settings_are_saved_undone_and_keep_what_was_typed_wrong(open_page: OpenPage) -> None:
    page = open_page("/settings", name="Setter")
    page.get_by_label("Time zone").fill("Atlantis")
    page.get_by_label("renewals", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No time zone is called Atlantis.")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("Atlantis")
    expect(page.get_by_label("renewals", exact=True)).to_be_checked()
    page.get_by_label("Time zone").fill("tokyo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved: topics, time zone.")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_role("button", name="Undo the last change").click()
    expect(page.get_by_label("renewals", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Time zone")).to_have_value("")


def test_settings_are_reached_from_every_page_and_read_by_everybody(open_page: OpenPage, axe: str) -> None:
    for width, scheme in ((360, "dark"), (768, "light"), (1440, "light")):
        page = open_page("/library", name="Reader", width=width, scheme=scheme)
        page.locator("details.account summary").click()
        page.get_by_role("link", name="Settings").click()
        page.get_by_role("heading", name="Settings", exact=True).wait_for()
        page.evaluate(axe)
        found = page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa'] })")
        assert [each["id"] for each in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
