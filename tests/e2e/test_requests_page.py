"""Requests in the browser: news are marked, an open one is claimed from the list."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def ask_an_expert(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask an expert").click()
    page.get_by_role("dialog").get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()


def test_news_are_marked_in_the_list_and_the_title_until_they_are_read(open_page: OpenPage) -> None:
    expert = open_page("/experts/me", name="Falconer")
    expert.get_by_label("Other topics").fill("falcon hoods")
    expert.get_by_role("button", name="Offer your help").click()
    expert.goto("/")
    expert.get_by_label("Your question").wait_for()
    ask_an_expert(open_page(name="Nora"), "Who sews falcon hoods that fit a young falcon?")
    news = expert.locator("#thread-list .unread")
    expect(news).to_contain_text("A question for you")
    expect(news.get_by_text("New", exact=True)).to_be_visible()
    expect(expert).to_have_title(re.compile(r"^\(1\) "))
    expect(expert.locator("#status")).to_contain_text("New in another thread: A question for you")
    news.get_by_role("link").click()
    expect(expert.get_by_role("button", name="Claim")).to_be_visible()
    expert.get_by_role("link", name="New question").click()
    expect(news).to_have_count(0)
    expect(expert).to_have_title(re.compile(r"^Ask"))


def test_an_open_request_is_claimed_from_the_list_and_answered_in_its_thread(open_page: OpenPage) -> None:
    asker = open_page(name="Nora")
    ask_an_expert(asker, "Which moat depth is right for the smaller castle?")
    page = open_page("/requests", name="Moira")
    page.get_by_role("link", name="Which moat depth").click()
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Answer", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_label("Your answer").fill("Three metres.")
    form.get_by_role("button", name="Send").click()
    expect(asker.locator("#entries")).to_contain_text("Three metres.")
    page.goto("/requests?state=answered+by+you")
    row = page.get_by_role("row", name=re.compile("Which moat depth"))
    expect(row).to_contain_text("Answered by you")
    row.get_by_role("link", name="Open the thread").click()
    expect(page).to_have_url(re.compile("/t/request-"))
