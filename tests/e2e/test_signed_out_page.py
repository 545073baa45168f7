"""A page whose sign-in has run out in the browser: it says so, asks no more, keeps what was typed and goes on."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser

QUESTION = "When does a renewal open?"
OUT_OF_SIGHT = """(is) => {
  Object.defineProperty(document, "hidden", { value: is, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def run_out(page: Page) -> list[str]:
    """Gives what is asked of the server from now on."""
    asked: list[str] = []
    page.context.clear_cookies()
    page.on("request", lambda request: asked.append(request.url))
    return asked


def look_away_and_back(page: Page) -> None:
    page.evaluate(OUT_OF_SIGHT, True)
    page.evaluate(OUT_OF_SIGHT, False)


def sign_in_again(page: Page, name: str) -> None:
    """In another tab."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="sign in again in a new tab").click()
    other = opened.value
    other.get_by_label("Your name").fill(name)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in" not in url)
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_chat_stops_asking_keeps_what_was_typed_and_goes_on_after_a_new_sign_in(
    open_page: OpenPage, axe: str, width: int
) -> None:
    page = open_page(width=width)
    page.clock.install()
    page.goto("/")
    page.get_by_label("Your question").fill(QUESTION)
    asked = run_out(page)
    look_away_and_back(page)
    expect(page.get_by_text("You are signed out, so nothing new arrives here.")).to_be_visible()
    before = len(asked)
    assert [url for url in asked if url.endswith("/stream?after=0")] == asked[:1]
    page.clock.fast_forward("05:00")
    look_away_and_back(page)
    page.clock.fast_forward("05:00")
    assert [url for url in asked[before:] if "/stream" in url or "/threads" in url] == []
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_text("You are signed out, so nothing was sent. What you typed is kept.")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    expect(page.get_by_label("Your question")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    assert page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")["violations"] == []
    sign_in_again(page, "Dana Okafor")
    expect(page.locator("#ui-signed-out")).to_be_hidden()
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    expect(page.locator("#trouble")).to_be_hidden()
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".answer")).to_be_visible()


def test_what_somebody_typed_is_not_sent_in_the_name_of_another(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Your question").fill(QUESTION)
    run_out(page)
    look_away_and_back(page)
    expect(page.locator("#ui-signed-out")).to_be_visible()
    with page.expect_response("**/"):
        sign_in_again(page, "Kim Park")
    expect(page.locator("#ui-signed-out")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)


def test_a_page_that_brings_itself_up_to_date_stops_too(open_page: OpenPage) -> None:
    page = open_page("/library")
    asked = run_out(page)
    page.get_by_role("searchbox").press_sequentially("renewal")
    expect(page.locator("#ui-signed-out")).to_be_visible()
    before = len(asked)
    page.get_by_role("searchbox").press_sequentially(" risk")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("searchbox")).to_have_value("renewal risk")
    assert len(asked) == before
    sign_in_again(page, "Dana Okafor")
    expect(page.locator("#ui-signed-out")).to_be_hidden()
