"""Digests in the browser: all that can be done with one's own and with a channel's."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.bootstrap.parts import open_database
from bot.features.digests.jobs import LETTERS
from bot.features.digests.store import SqlDigests
from bot.settings import Settings
from bot.storage.subscriptions import Subscription, Subscriptions
from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.browser


def get_one(page: Page, rhythm: str = "every Monday at 9:00 Berlin time") -> None:
    page.get_by_role("link", name="Get a digest").click()
    page.get_by_label("How often").fill(rhythm)
    page.get_by_role("button", name="Save").click()


def test_somebody_walks_through_all_that_can_be_done_with_a_digest(
    open_page: OpenPage, browser: Browser, address: str, settings: Settings
) -> None:
    page = open_page("/digests", name="Dita Digest", width=360)
    get_one(page, "Now and then")
    expect(page.get_by_label("How often")).to_have_value("Now and then")
    expect(page.locator("main")).to_contain_text("I did not understand “Now and then”.")
    page.get_by_label("How often").fill("every Monday at 9:00 Berlin time")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice[role=status]")).to_contain_text(
        "You get a digest every Monday at 09:00 Berlin time. The next one"
    )
    page.get_by_role("link", name="What comes next").click()
    digest = page.url
    expect(page.get_by_role("heading", name="Coming up")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Pricing clinic")
    page.get_by_role("button", name="Skip this one").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("is skipped")
    expect(page.locator("main")).to_contain_text("What it would tell comes with the one after it.")
    page.get_by_role("button", name="Send it after all").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("goes out after all")
    page.get_by_role("button", name="Pause it").click()
    expect(page.locator("main")).to_contain_text("Your digest is paused.")
    expect(page.get_by_role("heading", name="The next one")).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("You get a digest every Monday")
    expect(page.locator("main")).to_contain_text("Pricing clinic")
    page.get_by_role("link", name="Change it").click()
    page.get_by_label("How often").fill("every weekday at 8:30")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("every weekday at 08:30")

    stranger = browser.new_context(base_url=address).new_page()
    stranger.goto(f"/leave?key={letters_key(settings, digest.rpartition('/')[2])}")
    expect(stranger.locator("main")).to_contain_text("Stop these letters")
    page.goto(digest)
    expect(page.locator("main")).to_contain_text("You get a digest every weekday")
    stranger.get_by_role("button", name="Stop them").click()
    expect(stranger.locator("main")).to_contain_text("You get no digest any more.")
    expect(stranger.get_by_role("button")).to_have_count(0)
    stranger.context.close()
    page.reload()
    expect(page.locator("main")).to_contain_text("You get no digest any more.")
    page.get_by_role("button", name="Get it again").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("You get a digest every weekday")
    page.get_by_role("button", name="Stop it").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("You get no digest any more.")


def letters_key(settings: Settings, digest_id: str) -> str:
    """What the link of a letter carries."""
    database = open_database(settings)
    with database.begin() as unit:
        digest = SqlDigests(unit).get(digest_id)
        assert digest is not None
        key = Subscriptions(unit).key_of(Subscription(LETTERS, digest_id, digest.person_id), digest.made_at)
    database.close()
    return key


def test_an_admin_sets_one_up_for_a_channel_edits_skips_and_pauses_it(open_page: OpenPage) -> None:
    page = open_page("/digests", name="admin")
    row = page.get_by_role("row", name=re.compile("renewals-emea"))
    row.get_by_role("link", name="Set up a digest").click()
    page.get_by_label(re.compile("^Topics")).fill("renewals")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("renewals-emea gets a digest every Monday")
    page.get_by_role("link", name="renewals-emea").click()
    expect(page.locator("main")).to_contain_text("Pricing clinic")
    page.get_by_role("link", name="Edit it").click()
    page.get_by_label(re.compile("^Say something first")).fill("Read the playbook <b>first</b>.")
    page.get_by_label("Pricing clinic").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("is edited.")
    coming = page.get_by_role("region", name="The next one")
    expect(coming).to_contain_text("admin: Read the playbook <b>first</b>.")
    expect(coming).not_to_contain_text("Pricing clinic")
    page.get_by_role("link", name="Edit it").click()
    expect(page.get_by_label("Pricing clinic")).to_be_checked()
    page.go_back()
    for label, said in (
        ("Skip this one", "is skipped"),
        ("Send it after all", "goes out after all"),
        ("Pause it", "The digest in renewals-emea is paused."),
        ("Go on", "renewals-emea gets a digest every Monday"),
    ):
        page.get_by_role("button", name=label).click()
        expect(page.locator(".notice[role=status]")).to_contain_text(said)
    expect(coming).to_contain_text("Read the playbook")
    other = open_page("/digests", name="Olga Other")
    expect(other.locator("main")).not_to_contain_text("renewals-emea")
    response = other.goto(page.url)
    assert response is not None
    assert response.status == 404


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_and_can_be_used_by_everybody(
    open_page: OpenPage, axe: str, width: int, scheme: str, settings: Settings
) -> None:
    page = open_page("/digests", name=f"Wide {width} {scheme}", width=width, scheme=scheme)
    _check(page, axe)
    get_one(page)
    _check(page, axe)
    page.get_by_role("link", name="What comes next").click()
    _check(page, axe)
    page.goto(f"/leave?key={letters_key(settings, page.url.rpartition('/')[2])}")
    _check(page, axe)
    admin = open_page("/digests", name="admin", width=width, scheme=scheme)
    _check(admin, axe)


def _check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [each["id"] for each in found["violations"]] == []
