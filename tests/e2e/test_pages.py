"""The library, sign-in and the admin's pages in a browser; then every page for access and for width."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser

READER = "/library/Starter%20knowledge%2Fplaybooks%2Frenewals.md?chunk=1"


def test_the_library_filters_by_address_and_sorts(open_page: OpenPage) -> None:
    page = open_page("/library")
    page.get_by_role("link", name=re.compile(r"^Playbook \d")).click()
    expect(page).to_have_url(re.compile("kind=playbook"))
    rows = page.locator(".documents tbody tr")
    expect(rows.first.locator(".kind")).to_have_text("Playbook")
    count = rows.count()
    page.get_by_role("link", name="Review by").click()
    expect(page).to_have_url(re.compile("kind=playbook.*sort=review"))
    assert rows.count() == count
    expect(page.get_by_role("columnheader", name=re.compile("Review by"))).to_have_attribute("aria-sort", "ascending")


def test_searching_the_library_needs_no_button_and_keeps_the_focus(open_page: OpenPage) -> None:
    page = open_page("/library")
    page.keyboard.press("/")
    page.keyboard.type("risk review")
    expect(page.locator(".found .title").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=risk(\+|%20)review"))
    expect(page.get_by_label("Search the library")).to_be_focused()
    page.locator(".found .title").first.click()
    expect(page.locator("#passage")).to_be_in_viewport()


def test_a_document_for_others_and_one_that_is_not_there_look_the_same(open_page: OpenPage) -> None:
    page = open_page("/library")
    texts = []
    for path in ("board%2Fheron.md", "board%2Fnothing.md"):
        response = page.goto(f"/library/Starter%20knowledge%2F{path}")
        assert response is not None
        assert response.status == 404
        texts.append(page.inner_text("main"))
    assert texts[0] == texts[1]
    board = open_page("/library/Starter%20knowledge%2Fboard%2Fheron.md", groups="board")
    expect(board.get_by_role("heading", name="Acquisition plan")).to_be_visible()


def test_signing_in_leads_on_to_where_one_wanted_to_go(open_page: OpenPage) -> None:
    page = open_page("/library?kind=playbook")
    expect(page).to_have_url(re.compile(r"/library\?kind=playbook$"))
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your name")).to_be_visible()


def test_the_admins_pages_are_for_admins(open_page: OpenPage) -> None:
    page = open_page("/library")
    expect(page.get_by_role("link", name="Sources")).to_have_count(0)
    response = page.goto("/admin")
    assert response is not None
    assert response.status == 403


def test_an_upload_is_indexed_with_live_progress_and_read_in_the_library(open_page: OpenPage) -> None:
    page = open_page("/admin", name="admin")
    content = b"# Travel policy\n\nBook trains before flights on journeys under four hours.\n"
    page.set_input_files("#files", [{"name": "travel.md", "mimeType": "text/markdown", "buffer": content}])
    expect(page.get_by_text("1 chosen: travel.md")).to_be_visible()
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible(timeout=90_000)
    expect(page.locator("#run-state")).to_contain_text("in force")
    page.goto("/library?q=trains+before+flights")
    expect(page.locator(".found .title").first).to_have_text("Travel policy")


def test_a_source_that_cannot_be_read_is_refused_beside_its_field(open_page: OpenPage) -> None:
    page = open_page("/admin", name="admin")
    page.get_by_label("Name").fill("Handbook")
    page.get_by_label("Folder or address").fill("/nowhere/at/all")
    page.get_by_role("button", name="Connect").click()
    expect(page.locator("#location-problem")).to_contain_text("There is no folder")
    expect(page.get_by_label("Name")).to_have_value("Handbook")


PAGES = {
    "/": "Dana",
    "/library": "Dana",
    "/library?q=renewal": "Dana",
    "/library?kind=persona&hub=nothing": "Dana",
    READER: "Dana",
    "/library/nothing": "Dana",
    "/admin": "admin",
    "/admin/runs": "admin",
    "/admin/indexes": "admin",
    "/home": "Dana",
    "/experts": "Dana",
    "/experts?q=renewals": "Dana",
    "/experts/slack%3AT1%3AU1": "Dana",
    "/experts/me": "Dana",
    "/freshness": "Dana",
    "/freshness?state=overdue": "Dana",
    "/freshness/check-1": "admin",
    "/introductions": "admin",
    "/introductions/coffee": "admin",
    "/introductions/first-week": "Dana",
    "/do/introductions.open?back=/introductions": "Dana",
    "/do/introductions.change?value=coffee&back=/introductions": "admin",
    "/office-hours": "Dana",
    "/office-hours?topic=nothing": "Dana",
    "/office-hours/clinic": "Dana",
    "/questions": "Dana",
    "/requests": "admin",
    "/requests?state=open": "Dana",
    "/requests/open-1": "Dana",
    "/reviews": "Dana",
    "/reviews/figures": "Dana",
    "/reviews/rubrics": "Dana",
    "/reviews/rubrics/dashboard": "Dana",
    "/do/reviews.submit?back=/reviews": "Dana",
    "/stories": "Dana",
    "/stories?industry=nothing&value=time": "Dana",
    "/stories?part=waiting": "admin",
    f"/stories/{'5' * 32}": "Dana",
    f"/stories/{'6' * 32}": "admin",
    "/do/stories.tell?back=/stories": "Dana",
    f"/do/stories.send?value={'6' * 32}&back=/stories": "admin",
    "/channels": "admin",
    "/channels/slack/T1%3AC1": "admin",
    "/faq/drafts": "admin",
    "/faq/drafts/draft-1": "admin",
    "/faq/drafts/draft-2": "admin",
    "/faq/entries": "admin",
    "/faq/entries/entry-1": "admin",
    "/library/~faq%2Fentry-1": "Dana",
    "/deliveries": "admin",
    "/audit": "admin",
}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")
"""All that a scheme changes: the rest was looked at in the light."""


def violations(page: Page, axe: str, rules: Sequence[str] = RULES) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("scheme", "rules"), [("light", RULES), ("dark", COLOURS)], ids=["light", "dark"])
def test_every_page_is_accessible_at_every_width(
    open_page: OpenPage, axe: str, scheme: str, rules: Sequence[str]
) -> None:
    for name in ("Dana", "admin"):
        page = open_page(name=name, scheme=scheme)
        for path in [path for path, reader in PAGES.items() if reader == name]:
            page.goto(path)
            for width in (1440, 768, 360):
                page.set_viewport_size({"width": width, "height": 900})
                assert overflow(page) <= 0, f"{path} scrolls sideways at {width}"
                assert violations(page, axe, rules) == [], f"{path} at {width}, {scheme}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_is_accessible_with_an_answer_a_source_and_a_form(open_page: OpenPage, axe: str, scheme: str) -> None:
    page = open_page(scheme=scheme)
    assert violations(page, axe) == []
    page.get_by_label("Your question").fill("When does the renewal clock start?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    page.locator(".sources a").first.click()
    expect(page.locator("#panel")).to_be_visible()
    for width in (1440, 768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
        assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Not helpful").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_in_is_accessible(open_page: OpenPage, axe: str, scheme: str) -> None:
    page = open_page(scheme=scheme)
    page.goto("/sign-in")
    assert violations(page, axe) == []


def test_an_admins_table_sorts_narrows_and_keeps_its_place(open_page: OpenPage) -> None:
    page = open_page("/admin", name="admin")
    page.get_by_role("link", name="Starter knowledge").click()
    rows = page.locator("#document-table tbody tr:visible")
    page.get_by_role("button", name="Title", exact=True).click()
    page.get_by_role("button", name="Title", exact=True).click()
    page.get_by_label("Show only").fill("acquisition board")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "descending")


def test_rolling_back_asks_first_and_can_be_undone(open_page: OpenPage) -> None:
    page = open_page("/admin", name="admin")
    content = {"name": "parking.md", "mimeType": "text/markdown", "buffer": b"# Parking\n\nPark in yard two.\n"}
    page.set_input_files("#files", [content])
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible(timeout=90_000)
    page.goto("/admin/indexes")
    in_force = page.locator("tr", has=page.get_by_text("In force")).locator("td.number").first
    before = in_force.inner_text()
    roll_back = page.get_by_role("button", name="Roll back one step")
    roll_back.click()
    page.get_by_role("dialog").get_by_role("button", name="No, keep it").click()
    expect(page.locator(".notice")).to_have_count(0)
    roll_back.click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(page.locator(".notice")).to_contain_text("Rolling back again returns")
    expect(in_force).not_to_have_text(before)
    roll_back.click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(in_force).to_have_text(before)


@pytest.mark.parametrize("width", [360, 768, 1200, 1201, 1280, 1401])
def test_every_page_is_in_the_bar_and_nothing_of_it_is_cut(open_page: OpenPage, width: int) -> None:
    page = open_page("/home", name="admin", width=width)
    *_, last = page.locator(".bar nav:visible > *").all()
    ends, account = last.bounding_box(), page.locator(".account").bounding_box()
    assert ends is not None
    assert account is not None
    assert ends["x"] + ends["width"] <= account["x"]
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    names = set(links.all_inner_texts())
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=0.95)
    for menu in page.locator(".bar nav summary:visible").all():
        menu.focus()
        page.keyboard.press("Enter")
        names |= set(links.all_inner_texts())
        for link in links.all():
            link.scroll_into_view_if_needed()
            expect(link).to_be_in_viewport(ratio=0.95)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Tab")
        expect(page.locator(".menu a:focus")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(menu).to_be_focused()
    assert {"Ask", "Library", "Calendar", "Office hours", "Sources", "Audit log"} <= names
    expect(links.get_by_text("Audit log")).to_be_hidden()
