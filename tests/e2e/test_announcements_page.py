"""Announcements and the pulse in the browser: written, approved by nobody alone, and usable at every width."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.waiting import until_true

pytestmark = pytest.mark.browser


def test_who_curates_alone_announces_openly_and_a_correction_is_read_again(open_page: OpenPage) -> None:
    page = open_page("/announcements", name="admin")
    expect(page.get_by_text("Nobody else curates yet")).to_be_visible()
    page.get_by_role("link", name="Write one").click()
    page.get_by_label("Title").fill("The moat is drained")
    page.get_by_label("What it says").fill("On Tuesday.")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("At least one group or channel, please.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("The moat is drained")
    page.get_by_label("Admins").check()
    page.get_by_label("Yes: a button").check()
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("The draft of “The moat is drained” is kept.")).to_be_visible()
    reader = open_page("/announcements", name="Nora", width=360)
    expect(reader.get_by_text("The moat is drained")).to_have_count(0)
    expect(reader.get_by_role("link", name="Write one")).to_have_count(0)
    page.get_by_role("link", name="The moat is drained").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("approve it yourself, and that is said on it")).to_be_visible()
    page.get_by_role("button", name="Approve it").click()
    _reads(reader, "approved by admin, for nobody else curates")
    expect(reader.get_by_text("You said that you have read it.")).to_be_visible()

    page.reload()
    page.get_by_role("link", name="Correct it").click()
    page.get_by_label("What it says").fill("On Wednesday.")
    expect(page.get_by_label("In substance")).to_be_checked()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_label("What it would say")).to_contain_text("On Wednesday.")
    reader.reload()
    expect(reader.get_by_text("On Tuesday.")).to_be_visible()
    page.get_by_role("button", name="Approve the correction").click()
    expect(page.get_by_text("0 said so, 1 read only what it said before")).to_be_visible()
    reader.goto("/announcements")
    expect(reader.get_by_text("Read it again")).to_be_visible()
    _reads(reader, "On Wednesday.")
    with reader.expect_download() as taken:
        reader.goto("/announcements")
        reader.get_by_role("link", name="Take away as CSV").click()
    assert "On Wednesday." in taken.value.path().read_text("utf-8-sig")


def _reads(reader: Page, shown: str) -> None:
    """As soon as it is out."""

    def is_out() -> bool:
        reader.goto("/announcements")
        return reader.get_by_role("link", name="The moat is drained").count() > 0

    until_true(is_out)
    reader.get_by_role("link", name="The moat is drained").click()
    expect(reader.get_by_text(shown)).to_be_visible()
    reader.get_by_role("link", name="I have read it").click()
    reader.get_by_role("button", name="I have read it").click()
    expect(reader.get_by_text("Noted: you have read")).to_be_visible()


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
