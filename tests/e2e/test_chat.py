"""Ask, be answered, open the source, say what you think of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser

QUESTION = "When does the renewal clock start?"


def ask(page: Page, question: str = QUESTION) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".answer").last).to_be_visible()


def test_a_question_is_answered_and_its_source_opens_at_the_passage(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    expect(page).to_have_url(re.compile(r"/t/[\w-]+$"))
    page.locator(".answer .sources a", has_text="Renewal playbook").first.click()
    panel = page.get_by_role("complementary", name="Source")
    expect(panel).to_be_visible()
    expect(panel.locator("mark.cited").first).to_be_in_viewport()
    expect(panel.locator(".path")).to_contain_text("Renewal playbook")
    panel.get_by_role("link", name="Open the page").click()
    expect(page).to_have_url(re.compile(r"/library/.*chunk=\d+"))
    expect(page.locator("#passage")).to_be_in_viewport()


def test_of_several_candidates_none_may_fit_and_an_expert_is_asked(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Wann beginnt die Arbeit an der Verlängerung und wer ist dafür verantwortlich?")
    answer = page.locator(".answer").last
    expect(answer).to_contain_text("One of these may be what you are looking for.")
    expect(answer).to_contain_text("The library is in English.")
    answer.get_by_role("button", name=re.compile(r"^1\. ")).click()
    expect(answer.get_by_role("button", name="Helpful", exact=True)).to_be_visible()
    answer.get_by_role("button", name="Back to the choice").click()
    answer.get_by_role("button", name="None of these").click()
    first = page.locator(".answer").first
    first.get_by_role("button", name="Ask an expert").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("Experts read these words and nothing else of your chat.")
    form.get_by_role("button", name="Ask", exact=True).click()
    expect(first).to_contain_text("An expert was asked")
    request = page.locator(".answer").last
    request.get_by_role("button", name="Take it back").click()
    expect(request).to_contain_text("You took this back")
    expect(first.get_by_role("button", name="Ask an expert")).to_be_visible()


def test_a_follow_up_says_how_it_was_taken(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    page.get_by_label("Your question").fill("and who owns it?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator(".answer").last).to_contain_text(f"I took it as: {QUESTION} and who owns it?")


def test_a_thread_can_be_found_again_and_deleted(open_page: OpenPage) -> None:
    page = open_page(name="Threads Only")
    ask(page)
    thread = page.url
    page.goto("/")
    page.get_by_role("link", name=re.compile(QUESTION[:-1])).click()
    expect(page).to_have_url(thread)
    expect(page.locator(".said p")).to_have_text(QUESTION)
    expect(page.locator(".answer")).to_have_count(1)
    page.get_by_role("button", name=re.compile("Delete the thread")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(page.get_by_text("What you ask is kept here")).to_be_visible()


def test_nobody_sees_another_persons_thread(open_page: OpenPage) -> None:
    hers = open_page(name="First Person")
    ask(hers)
    his = open_page(hers.url, name="Second Person")
    expect(his.get_by_text("What do you want to know?")).to_be_visible()
    expect(his.locator(".entry")).to_have_count(0)


def test_unhelpful_asks_why_keeps_what_was_typed_and_can_be_undone(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    answer = page.locator(".answer").last
    answer.get_by_role("button", name="Not helpful").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    comment = dialog.locator("textarea")
    comment.fill("The date is missing.")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator(".problem:visible")).to_be_visible()
    expect(comment).to_have_value("The date is missing.")
    dialog.get_by_label("It is incomplete").check()
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_be_hidden()
    expect(answer).to_contain_text("not helpful: incomplete")
    answer.get_by_role("button", name="Undo feedback").click()
    expect(answer.get_by_role("button", name="Not helpful")).to_be_visible()


def test_a_form_that_is_answered_by_a_form_shows_that_one(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Your question").fill("reviews")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask for a review").click()
    page.get_by_role("dialog").get_by_label("Dashboard").check()
    page.get_by_role("button", name="Continue").click()
    fields = page.get_by_role("dialog")
    expect(fields.get_by_label("Title")).to_be_focused()
    fields.get_by_role("button", name="Cancel").click()
    expect(fields).to_be_hidden()
    expect(page.get_by_role("button", name="Ask for a review")).to_be_focused()


def test_what_only_others_may_read_is_no_answer(open_page: OpenPage) -> None:
    outsider = open_page()
    ask(outsider, "What is Project Heron?")
    expect(outsider.locator(".answer").last).not_to_contain_text("code name")
    insider = open_page(groups="board")
    ask(insider, "What is Project Heron?")
    expect(insider.locator(".answer").last).to_contain_text("Heron")


def test_the_whole_way_works_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("h1").first.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("When does the renewal clock start")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("for us?")
    expect(page.get_by_label("Your question")).to_have_value("When does the renewal clock start\nfor us?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    source = page.locator(".sources a").first
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if source.evaluate("link => link === document.activeElement"):
            break
    expect(source).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Source")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Source")).to_be_hidden()
    expect(source).to_be_focused()


def test_while_it_is_looked_for_the_question_stands_there_and_the_wait_is_announced(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/turns", lambda route: (page.wait_for_timeout(700), route.continue_())[1])
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".said p")).to_have_text(QUESTION)
    expect(page.get_by_text("Looking in the documents…")).to_be_visible()
    expect(page.locator(".answer")).to_be_visible()
    expect(page.locator(".said")).to_have_count(1)
    expect(page.locator("#status")).not_to_be_empty()


def test_a_question_that_could_not_be_sent_is_kept_and_sent_once(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/turns", lambda route: route.abort())
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    page.unroute("**/turns")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    expect(page.locator(".said")).to_have_count(1)


def test_hostile_words_are_shown_as_words(open_page: OpenPage) -> None:
    page = open_page()
    words = "<img src=x onerror=alert(1)> <b>renewal</b>"
    ask(page, words)
    expect(page.locator(".said p")).to_have_text(words)
    assert page.locator(".entries img").count() == 0


def test_on_a_phone_the_source_fills_the_screen_and_back_returns(open_page: OpenPage) -> None:
    page = open_page(width=360)
    ask(page)
    page.locator(".sources a").first.click()
    panel = page.get_by_role("complementary", name="Source")
    expect(panel).to_be_visible()
    box = panel.bounding_box()
    assert box is not None
    assert box["width"] == 360
    page.go_back()
    expect(panel).to_be_hidden()
    expect(page.locator(".answer")).to_be_visible()
