"""Somebody's questions and home, and the admins' pages of channels and drafts, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser

QUESTION = "When does the renewal clock start?"


def test_what_is_asked_is_found_again_at_home_and_among_my_questions(open_page: OpenPage) -> None:
    page = open_page(name="Mira Home")
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    expect(page).to_have_url(re.compile("/t/"))
    thread = page.url
    page.get_by_role("link", name="Home", exact=True).click()
    page.locator(".home").get_by_role("link", name=QUESTION).click()
    expect(page).to_have_url(re.compile("/questions/[0-9a-f]{32}$"))
    expect(page.locator(".drawn")).to_contain_text("120 days before")
    expect(page.locator(".drawn button")).to_have_count(0)
    page.get_by_role("link", name="Open the thread").click()
    expect(page).to_have_url(thread)
    page.goto("/questions")
    page.get_by_role("link", name="Answered").click()
    expect(page.locator("#question-table tbody tr")).to_have_count(1)


def test_a_question_to_try_is_asked_with_a_click(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Your question").fill("what can you do?")
    page.keyboard.press("Enter")
    prompt = page.locator(".answer .suggestions button").first
    text = prompt.inner_text()
    prompt.click()
    expect(page.locator(".said p").last).to_have_text(text)
    expect(page.locator(".answer")).to_have_count(2)


def test_a_channel_is_set_up_and_the_change_undone(open_page: OpenPage) -> None:
    page = open_page("/channels", name="admin")
    page.get_by_role("link", name="renewals-emea").click()
    page.get_by_label("Never").check()
    page.get_by_label("FAQ", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved: off in renewals-emea.")
    expect(page.get_by_label("FAQ", exact=True)).to_be_checked()
    page.get_by_label("Admins and the people named below").check()
    named = page.get_by_role("textbox", name=re.compile("People named"))
    named.fill("nobody@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#named-problem")).to_contain_text("Nobody here is known by nobody@example.org")
    expect(named).to_have_value("nobody@example.org")
    page.get_by_role("button", name="Undo the last change").click()
    expect(page.get_by_label("When it is mentioned")).to_be_checked()


def test_a_draft_is_edited_deleted_put_back_and_exported(open_page: OpenPage) -> None:
    page = open_page("/faq/drafts", name="admin")
    page.get_by_role("link", name="When does it start?").click()
    page.get_by_label("Answer").fill("On the first of April.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#draft-table")).to_contain_text("On the first of April.")
    page.get_by_role("link", name="When does it start?").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("link", name="All drafts").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all as one file").click()
    assert "## When does it start?\n\nOn the first of April." in download.value.path().read_text("utf-8")


def test_a_draft_is_approved_read_in_the_library_and_retired(open_page: OpenPage) -> None:
    page = open_page("/faq/drafts/draft-2", name="admin")
    expect(page.get_by_role("alert")).to_contain_text("It holds personal data: name “Sam Lee”.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".notice")).to_contain_text("Questions are answered from it within seconds.")
    expect(page.get_by_label("Answer")).to_have_value("Ask [name].")
    entry, library = page.url, page.get_by_role("link", name="in the library").get_attribute("href")
    assert library is not None
    for _ in range(50):
        response = page.goto(library)
        if response is not None and response.status == 200:
            break
        page.wait_for_timeout(100)
    expect(page.get_by_role("heading", name="Who keeps the keys?")).to_be_visible()
    page.goto(entry)
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()
    for _ in range(50):
        page.goto(library)
        if page.get_by_text("This answer is retired").count():
            break
        page.wait_for_timeout(100)
    expect(page.get_by_role("heading", name="This answer is retired")).to_be_visible()


def test_nobody_else_reads_somebodys_question(open_page: OpenPage) -> None:
    page = open_page()
    for path in ("/questions/private-1", "/questions/nothing"):
        response = page.goto(path)
        assert response is not None
        assert response.status == 404


def test_a_colleague_reads_what_experts_were_asked_and_nothing_of_the_answer(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/requests")
    page.get_by_role("link", name="How do renewals work?").click()
    expect(page.get_by_role("heading", name="How do renewals work?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Nobody has taken this yet")
    expect(page.get_by_role("main")).not_to_contain_text("ninety days")
