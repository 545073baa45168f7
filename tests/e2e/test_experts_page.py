"""Experts in the browser: offered, found, corrected, left."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_help_is_offered_found_by_others_and_taken_back(open_page: OpenPage) -> None:
    page = open_page("/experts", name="Helper")
    page.get_by_role("link", name="Offer your help").click()
    page.get_by_label("renewals", exact=True).check()
    page.get_by_label("Other topics").fill("badger feeding")
    page.get_by_label("Monday").uncheck()
    page.get_by_label("You work until").select_option("09:00")
    page.get_by_role("button", name="Offer your help").click()
    expect(page.get_by_text("Choose an end that is not the beginning")).to_be_visible()
    expect(page.get_by_label("Other topics")).to_have_value("badger feeding")
    expect(page.get_by_label("Monday")).not_to_be_checked()
    page.get_by_label("You work until").select_option("16:00")
    page.get_by_role("button", name="Offer your help").click()
    expect(page.get_by_role("status")).to_have_text("You are listed as an expert now.")

    other = open_page("/experts?q=who+knows+about+badger+feeding%3F", name="Asker")
    expect(other.get_by_text("Knows badger feeding")).to_be_visible()
    other.get_by_role("link", name="Helper").click()
    expect(other.get_by_text("Tuesday to Friday, 09:00 to 16:00")).to_be_visible()

    page.get_by_role("button", name="Leave the experts").click()
    expect(page.get_by_role("status")).to_contain_text("You are not listed as an expert any more.")
    other.goto("/experts?q=badger+feeding")
    expect(other.get_by_text("Nobody listed knows about “badger feeding”")).to_be_visible()


def test_who_knows_is_answered_in_the_chat_of_the_page(open_page: OpenPage) -> None:
    page = open_page("/", name="Asker")
    page.get_by_label("Your question").fill("Who knows about renewals?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer").first).to_contain_text("Sam Lee")
    page.get_by_role("link", name="Sam Lee").click()
    expect(page.get_by_role("heading", name="Sam Lee")).to_be_visible()
