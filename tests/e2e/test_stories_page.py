"""A story in the browser: told, agreed to, approved with a picture, found by its industry, and taken back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_pages import overflow, violations

pytestmark = pytest.mark.browser

TRIES = 50
"""Looks at the library, 200 milliseconds apart, until the story is in it."""

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "start.png"


def test_a_story_is_told_agreed_to_approved_found_and_taken_back(open_page: OpenPage, axe: str) -> None:
    nora = open_page("/stories", name="Nora Falk")
    sam = open_page("/stories", name="Sven Teller")
    sam.get_by_role("link", name="Tell a story").first.click()
    for name, text in (
        ("What it is called", "Falcons fed in time"),
        ("The challenge", "Falcon Inc waited for its feed."),
        ("What was done", "Nora Falk wrote a plan."),
        ("What came of it", "From ten days to one."),
        ("Customer", "Falcon Inc"),
        ("Who that is without the name", "a falconry"),
        ("People to name", "Nobody At All"),
        ("Industry", "Falconry"),
    ):
        sam.get_by_label(re.compile(f"^{name}")).fill(text)
    sam.get_by_role("button", name="Hand it in").click()
    expect(sam.get_by_text("is called “Nobody At All”")).to_be_visible()
    expect(sam.get_by_label("What came of it")).to_have_value("From ten days to one.")
    sam.get_by_label(re.compile("^People to name")).fill("Nora Falk")
    sam.get_by_role("button", name="Hand it in").click()
    expect(sam.locator(".notice")).to_contain_text("“Falcons fed in time” is with the curators.")
    sam.get_by_role("link", name="Mine", exact=True).click()
    sam.get_by_role("link", name="Falcons fed in time").click()
    sam.set_input_files("#file", [{"name": "a.png", "mimeType": "image/png", "buffer": b"<svg>"}])
    sam.get_by_role("button", name="Keep it").click()
    expect(sam.get_by_role("alert")).to_contain_text("no PNG, JPEG or WebP")
    sam.set_input_files("#file", str(PICTURE))
    sam.get_by_role("button", name="Keep it").click()
    picture = sam.get_by_role("img", name="Picture of the story")
    expect(picture).to_be_visible()
    picture.evaluate("picture => picture.decode()")

    nora.goto(sam.url)
    expect(nora.locator("main")).to_contain_text("A falconry waited for its feed.")
    expect(nora.locator("main")).not_to_contain_text("Falcon Inc")
    nora.get_by_role("button", name="Name me", exact=True).click()
    expect(nora.locator(".notice")).to_contain_text("“Falcons fed in time” names you as Nora Falk.")

    admin = open_page("/stories?part=waiting", name="admin")
    admin.get_by_role("link", name="Falcons fed in time").click()
    expect(admin.locator("main")).to_contain_text("Falcon Inc. Not named")
    admin.get_by_role("button", name="Approve it").click()
    expect(admin.locator(".notice")).to_contain_text("every colleague reads it")

    reader = open_page("/stories", name="Rita Reader")
    reader.get_by_label("Industry").select_option("Falconry")
    reader.get_by_role("button", name="Find").click()
    expect(reader).to_have_url(re.compile("industry=Falconry"))
    expect(reader.locator("#stories-table tbody tr")).to_have_count(1)
    reader.get_by_role("link", name="Falcons fed in time").click()
    expect(reader.locator(".story")).to_contain_text("Nora Falk wrote a plan.")
    for width in (360, 768, 1440):
        reader.set_viewport_size({"width": width, "height": 900})
        admin.set_viewport_size({"width": width, "height": 900})
        assert [overflow(each) for each in (reader, admin)] == [0, 0], width
    assert violations(reader, axe) == violations(admin, axe) == []

    cited(reader)

    sam.reload()
    sam.get_by_role("button", name="Take it back").click()
    sam.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(sam.locator(".notice")).to_contain_text("is taken back")
    response = reader.reload()
    assert response is not None
    assert response.status == 404


def cited(reader: Page) -> None:
    """It is the evidence in an answer."""
    here, document = reader.url, reader.get_by_role("link", name="Read it in the library").get_attribute("href")
    for _ in range(TRIES):
        found = reader.goto(document or "")
        if found is not None and found.ok:
            break
        reader.wait_for_timeout(200)
    reader.goto("/")
    reader.get_by_label("Your question").fill("How was a falconry's feed in time?")
    reader.keyboard.press("Enter")
    sources = reader.locator("#entries").get_by_role("link", name=re.compile("Falcons fed in time"))
    expect(sources.first).to_be_visible()
    reader.goto(here)


def test_a_closed_review_is_told_as_a_story_and_all_its_problems_are_said_at_once(
    open_page: OpenPage, axe: str
) -> None:
    page = open_page("/reviews/told-1", name="Rhea Reviewed")
    page.get_by_role("link", name="Tell it as a story").click()
    expect(page.get_by_label("What it is called")).to_have_value("Kestrel quotes")
    expect(page.get_by_label("What was done")).to_have_value("From reminder to signature.")
    page.get_by_label(re.compile("^Customer")).fill("Kestrel Inc")
    page.get_by_label("Named everywhere").check()
    page.get_by_label(re.compile("^People to name")).fill("Nobody At All")
    page.get_by_label(re.compile("^Link of a picture")).fill("http://kestrel.example")
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator('[aria-invalid="true"]')).to_have_count(5)
    for field in ("challenge", "result", "cleared_by", "people", "picture"):
        expect(page.locator(f"[name={field}]")).to_have_attribute("aria-invalid", "true")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert (overflow(page), violations(page, axe)) == (0, []), width
    page.get_by_label("The challenge").fill("Quotes for Kestrel Inc took ten days.")
    page.get_by_label("What came of it").fill("One day.")
    page.get_by_label(re.compile("^Who allowed the name")).fill("Their board")
    page.get_by_label(re.compile("^People to name")).fill("")
    page.get_by_label(re.compile("^Link of a picture")).fill("")
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator(".notice")).to_contain_text("“Kestrel quotes” is with the curators.")
    page.goto("/stories?part=mine&words=kestrel")
    expect(page.get_by_label("With the words")).to_have_value("kestrel")
    page.get_by_role("link", name="Kestrel quotes").click()
    expect(page.locator(".story")).to_contain_text("Quotes for Kestrel Inc took ten days.")
    page.get_by_role("link", name="A peer review").click()
    expect(page).to_have_url(re.compile("/reviews/told-1$"))
