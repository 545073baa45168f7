"""The admins' pages of messages that did not arrive and of what was changed, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_what_did_not_arrive_is_decided_on_and_written_down(open_page: OpenPage) -> None:
    page = open_page("/deliveries", name="admin")
    rows = page.locator("#letters tbody tr")
    lost, refused = rows.filter(has_text="lost"), rows.filter(has_text="archived")
    expect(refused).to_have_count(2)
    lost.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("dialog")).to_contain_text("people see it twice")
    page.get_by_role("dialog").get_by_role("button", name="No, keep it").click()
    lost.get_by_role("button", name="It arrived").click()
    expect(page.locator(".notice")).to_have_text("Noted: it arrived.")
    expect(lost).to_have_count(0)
    refused.first.get_by_role("button", name="Drop").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(page.locator(".notice")).to_have_text("It is dropped.")
    refused.first.get_by_role("button", name="Send again").click()
    expect(page.locator(".notice")).to_have_text("It is on its way again.")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    page.goto("/audit")
    for action in ("delivery marked as arrived", "delivery dropped", "delivery sent again"):
        expect(page.locator("#entries tbody tr", has_text=action).first).to_contain_text("today")


def test_the_audit_log_narrows_and_is_taken_away(open_page: OpenPage) -> None:
    page = open_page("/audit?action=delivery dropped", name="admin")
    rows = page.locator("#entries tbody tr:visible")
    page.get_by_label("Narrow down").fill("platform: slack")
    expect(rows).not_to_have_count(0)
    page.get_by_label("Narrow down").fill("no such words")
    expect(rows).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Take away as CSV").click()
    assert "delivery dropped" in download.value.path().read_text("utf-8")
