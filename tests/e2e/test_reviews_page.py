"""Peer reviews in the browser: submitted with a file, reviewed blind, answered and shown as an example."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_pages import overflow, violations

pytestmark = pytest.mark.browser

TRIES = 50
"""Looks at a page, 200 milliseconds apart, until reviewers are found, or what is new is in the library."""


def offer_help(page: Page, topics: str) -> None:
    page.get_by_label("Other topics").fill(topics)
    page.get_by_role("button", name="Offer your help").click()


def fill(page: Page, name: str, text: str) -> None:
    page.get_by_label(name).fill(text)


def look_at(page: Page, axe: str, widths: Sequence[int] = (360, 768, 1440)) -> None:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert (overflow(page), violations(page, axe)) == (0, []), f"{page.url} at {width}"


def submit(page: Page, title: str = "Falcon feeding figures") -> None:
    """A dashboard that lacks nothing but the work itself."""
    page.goto("/reviews/rubrics")
    page.get_by_role("link", name="Dashboard", exact=True).click()
    page.get_by_role("link", name="Ask for a review").click()
    fill(page, "Title", title)
    fill(page, "Who reads it and when", "Falconers, on Mondays")
    fill(page, "What they decide with it", "Which falcon flies")
    fill(page, "Where the figures come from", "The feeding book")
    fill(page, "How a reviewer gets to see it", "It is in the file")
    fill(page, "On what do you want feedback?", "Are the colours clear enough?")
    page.locator("[name=blind][value=double]").check()
    page.get_by_role("button", name="Submit").click()


def review(page: Page) -> None:
    for _ in range(TRIES):
        page.goto("/reviews?part=asked+of+me")
        if page.get_by_role("link", name="Falcon feeding figures").count():
            break
        page.wait_for_timeout(200)
    page.get_by_role("link", name="Falcon feeding figures").click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Write the review").click()
    for name in ("purpose", "definitions", "trust", "reading", "upkeep"):
        page.locator(f'[name=level-{name}][value="3"]').check()
    fill(page, "What should stay", "The feeding curve.")
    fill(page, "What would make it better", "A target line.")
    page.get_by_role("button", name="Hand in").click()


def test_work_is_submitted_with_a_file_reviewed_blind_answered_and_shown(
    open_page: OpenPage, axe: str, tmp_path: Path
) -> None:
    reviewers = [open_page("/experts/me", name=name) for name in ("Rita Ravenbird", "Ruben Robinbird")]
    for each in reviewers:
        offer_help(each, "dashboard, falcon feeding figures, metrics, reporting")
    author = open_page("/reviews", name="Aida Authorbird")
    expect(author.get_by_role("heading", name="Have a colleague look at it first")).to_be_visible()
    submit(author)
    author.goto("/reviews")
    author.get_by_role("link", name="Falcon feeding figures").click()
    expect(author.get_by_text("Yours to complete")).to_be_visible()

    large, small = tmp_path / "large.bin", tmp_path / "authorbird.txt"
    large.write_bytes(b"x" * 10_000_001)
    small.write_text("Feeding figures.")
    chooser = author.get_by_label(re.compile("Add files"))
    chooser.set_input_files([large])
    author.get_by_role("button", name="Add", exact=True).click()
    expect(author.get_by_role("alert")).to_contain_text("“large.bin” is larger than 10 MB")
    assert chooser.evaluate("field => field.files.length") == 1, "what was chosen stays chosen"
    look_at(author, axe)
    chooser.set_input_files([small])
    author.get_by_role("button", name="Add", exact=True).click()
    expect(author.get_by_role("link", name="authorbird.txt")).to_be_visible()
    expect(author.locator(".lede")).to_contain_text("In review")

    for each in reviewers:
        review(each)
    expect(reviewers[1].locator("main")).not_to_contain_text("Authorbird")
    look_at(reviewers[1], axe)
    with reviewers[1].expect_download() as taken:
        reviewers[1].get_by_role("link", name="File 1.txt").click()
    assert taken.value.suggested_filename == "File 1.txt"

    author.reload()
    table = author.get_by_role("region", name="The reviews side by side")
    expect(table.get_by_role("columnheader")).to_have_text(["Criterion", "Reviewer 1", "Reviewer 2"])
    expect(author.locator("main")).not_to_contain_text(re.compile("Ravenbird|Robinbird"))
    look_at(author, axe)
    author.get_by_role("link", name="Answer your reviewers").click()
    author.get_by_role("textbox").last.fill("Thank you, there is a target line now.")
    author.get_by_role("button", name=re.compile("^(Send|Answer)")).click()
    author.get_by_role("button", name="Show it as an example").click()
    author.get_by_role("dialog").get_by_role("button", name="Yes").click()
    author.get_by_role("button", name="Close it").click()
    expect(author.locator(".lede")).to_contain_text("An example")

    reader = open_page("/reviews?part=examples", name="Nils Newbird")
    reader.get_by_role("link", name="Falcon feeding figures").click()
    expect(reader.get_by_text("What good looks like")).to_be_visible()
    expect(reader.locator("main")).not_to_contain_text(re.compile("Authorbird|Ravenbird|Robinbird"))
    look_at(reader, axe)
    for _ in range(TRIES):
        reader.goto("/library?kind=example")
        if reader.get_by_role("link", name="Falcon feeding figures").count():
            break
        reader.wait_for_timeout(200)
    reader.get_by_role("link", name="Falcon feeding figures").first.click()
    expect(reader.locator("main")).to_contain_text("The feeding curve.")


def test_the_list_sorts_narrows_down_and_keeps_its_place_by_keys(open_page: OpenPage) -> None:
    page = open_page("/reviews", name="Kora Keysbird")
    for title in ("Beta board", "Alpha board"):
        submit(page, title)
    page.goto("/reviews")
    titles = page.locator("#review-table tbody .asked a")
    page.get_by_role("button", name="Work", exact=True).focus()
    page.keyboard.press("Enter")
    expect(titles.first).to_have_text("Alpha board")
    page.keyboard.press("/")
    page.keyboard.type("beta")
    expect(titles.filter(visible=True)).to_have_text(["Beta board"])
    page.reload()
    expect(titles.filter(visible=True)).to_have_text(["Beta board"])
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take away as CSV").click()
    assert taken.value.suggested_filename == "reviews.csv"
