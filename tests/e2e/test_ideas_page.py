"""Requests and ideas in the browser: asked for, voted for, approved and done on the page; the board by keyboard, at
every width."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from bot.bootstrap.parts import open_database
from bot.features.ideas import tables
from bot.features.ideas.gap_store import KnownGap, SqlGaps
from bot.features.ideas.model import Colleague, State
from bot.features.ideas.store import SqlIdeas
from bot.settings import Settings
from tests.builders import NOON
from tests.e2e.conftest import OpenPage
from tests.ideas_house import idea

pytestmark = pytest.mark.browser


def propose(page: Page, title: str) -> None:
    page.goto("/ideas")
    page.get_by_role("link", name="Ask or propose").click()
    page.get_by_label(re.compile(r"^\s*Improvement")).check()
    page.get_by_label("In a few words").fill(title)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("The problem").fill("The calculator does not know the new bundles.")
    page.get_by_label("What shows it").fill("31 of 80 deals waited in May.")
    page.get_by_label("The result expected").fill("No deal waits for a price.")
    page.get_by_label("What it is worth").fill("24,000")
    page.get_by_label("EUR a year").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".notice")).to_contain_text("is sent. Those who decide are asked")


def test_a_request_is_asked_for_voted_for_approved_and_done_on_the_page(open_page: OpenPage) -> None:
    title = "Falcons for the mail"
    asker = open_page("/ideas", name="Vera")
    propose(asker, title)

    reader = open_page("/ideas", name="Nora", width=360)
    card = reader.get_by_role("listitem").filter(has_text=title)
    card.get_by_role("button", name="Vote for it").click()
    expect(reader.locator(".notice")).to_contain_text("You voted for")
    expect(card).to_contain_text("1 vote")

    admin = open_page("/ideas", name="admin")
    admin.get_by_role("link", name=title).click()
    admin.get_by_role("button", name="Approve it").click()
    admin.get_by_role("button", name="Yes").click()
    expect(admin.locator(".notice")).to_contain_text("It is accepted")
    admin.get_by_role("link", name="Estimate and plan").click()
    admin.get_by_label("Effort in working days").fill("10")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("2.4 months: 10 days × 480 EUR")).to_be_visible()
    admin.get_by_role("button", name="Begin it").click()
    admin.get_by_role("link", name="It is done").click()
    admin.get_by_label("What it brings").fill("30000")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("30,000 EUR a year, 125% of the 24,000 EUR a year expected")).to_be_visible()

    asker.goto("/ideas?view=list&state=done")
    expect(asker.get_by_role("row").filter(has_text=title)).to_contain_text("Done")


def labels(page: Page) -> list[str]:
    """Of what can be done with the request that is open."""
    return page.locator('section[aria-label="What it is"] .actions').locator("a, summary, button").all_inner_texts()


def reads(page: Page, path: str) -> set[str]:
    page.goto(path)
    return {each.strip() for each in labels(page) if each.strip() not in ("Yes", "")}


def test_each_role_can_do_its_part_and_no_other(open_page: OpenPage) -> None:
    title = "Churn seen before it happens"
    names = ("Ines Asks", "Spencer Stands", "Olga Owner", "Vic Votes", "admin")
    asker, sponsor, owner, voter, admin = (open_page("/ideas", name=name) for name in names)
    asker.get_by_role("link", name="Ask or propose").click()
    asker.get_by_label(re.compile(r"^\s*Capability")).check()
    asker.get_by_label("In a few words").fill(title)
    asker.get_by_role("button", name="Continue").click()
    asker.get_by_label("The problem").fill("Nobody here can forecast churn before it is late.")
    asker.get_by_label("What shows it").fill("18 percent of contracts ended.")
    asker.get_by_label("The result expected").fill("A list each Monday.")
    asker.get_by_label("The sponsor").fill("Spencer Stands")
    asker.get_by_role("button", name="Send").click()
    expect(asker.locator(".notice")).to_contain_text("Those who decide are asked")
    admin.goto("/ideas")
    path = admin.get_by_role("link", name=title).get_attribute("href") or ""

    assert reads(asker, path) == {"Change it", "Take it back"}
    assert reads(sponsor, path) == {"Approve it", "Decline it", "Vote for it"}
    assert reads(voter, path) == {"Vote for it"}
    assert reads(admin, path) == {"Approve it", "Estimate and plan", "Give it back", "Decline it", "Vote for it"}
    sponsor.get_by_role("button", name="Approve it").click()
    sponsor.get_by_role("button", name="Yes").click()
    expect(sponsor.locator(".notice")).to_contain_text("Others still have to approve it")
    assert "Approve it" not in reads(sponsor, path)
    admin.goto(path)
    admin.get_by_role("button", name="Approve it").click()
    admin.get_by_role("button", name="Yes").click()
    expect(admin.locator(".notice")).to_contain_text("It is accepted")
    admin.get_by_role("link", name="Estimate and plan").click()
    admin.get_by_label("Who does it").fill("Olga Owner")
    admin.get_by_label("From").fill("2027-03-08")
    admin.get_by_label("Until").fill("2027-03-12")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("Spencer Stands as sponsor, admin as curator")).to_be_visible()

    assert reads(asker, path) == {"Take it back"}
    assert reads(sponsor, path) == reads(voter, path) == {"Vote for it"}
    assert reads(owner, path) == {"Begin it", "Estimate and plan", "Vote for it"}
    voter.goto("/calendar?month=2027-03&view=list")
    expect(voter.get_by_role("link", name=title).first).to_be_visible()
    voter.goto(path)
    voter.get_by_role("button", name="Vote for it").click()
    owner.goto(path)
    owner.get_by_role("button", name="Begin it").click()
    expect(owner.locator(".notice")).to_contain_text("is under way")
    owner.get_by_role("link", name="It is done").click()
    owner.get_by_role("button", name="Save").click()
    expect(owner.locator(".notice")).to_contain_text("is done")
    assert reads(owner, path) == {"Say what it brought", "Tell it as a story"}
    assert reads(asker, path) == {"Tell it as a story"}
    assert reads(sponsor, path) == reads(voter, path) == set()
    for person in (asker, sponsor, voter):
        person.goto("/")
        expect(person.get_by_text(f"“{title}” is done.").first).to_be_visible()


@pytest.fixture
def many(settings: Settings) -> Iterator[None]:
    """200 requests, gone afterwards."""
    states = (State.NEW, State.NEW, State.ACCEPTED, State.UNDER_WAY, State.DONE, State.DECLINED)
    database = open_database(settings)
    with database.begin() as unit:
        for number in range(200):
            made = idea(f"many{number}", title=f"Zebra crossing number {number}", state=states[number % 6])
            SqlIdeas(unit).add(replace(made, asker=Colleague("web:many", "Many Moore")))
    yield
    with database.begin() as unit:
        unit.connection.execute(tables.ideas.delete().where(tables.ideas.c.asker_id == "web:many"))
    database.close()


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("width", [360, 1440])
def test_a_board_of_200_can_be_read_on_a_phone_and_by_keyboard(open_page: OpenPage, axe: str, width: int) -> None:
    page = open_page("/ideas", name="Nora", width=width)
    _check(page, axe)
    to_column = page.get_by_role("navigation", name="States")
    if width == 360:
        to_column.get_by_role("link", name="Done").click()
        expect(page.get_by_role("heading", name=re.compile("^Done"))).to_be_in_viewport()
    else:
        expect(to_column).to_be_hidden()
    page.get_by_role("region", name="Board").focus()
    page.keyboard.press("ArrowDown")
    for _ in range(24):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".board section").first.locator("li > a").nth(24)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("h1.asked")).to_contain_text("Zebra crossing")
    page.goto("/ideas")
    more = page.locator(".board section").first.get_by_role("link", name="more in the list")
    more.click()
    expect(page.locator("#ideas-table tbody tr").nth(60)).to_be_attached()
    page.goto("/ideas?view=list")
    page.get_by_label("With the words").fill("number 199")
    expect(page.locator("#ideas-table tbody tr:visible")).to_have_count(1)
    _check(page, axe)


def test_a_gap_is_made_a_request_of_or_dropped_on_its_page(open_page: OpenPage, settings: Settings) -> None:
    database = open_database(settings)
    with database.begin() as unit:
        for name in ("parental leave for griffins", "the menu of the griffins"):
            SqlGaps(unit).add(KnownGap(name.replace(" ", "-")[:32], name, 4, NOON))
    database.close()
    page = open_page("/ideas/gaps", name="admin", width=360)
    page.get_by_role("row").filter(has_text="menu of the griffins").get_by_role("button", name="Not a gap").click()
    expect(page.locator(".notice")).to_contain_text("is not shown as a gap again")
    page.get_by_text("Said to be no gap").click()
    page.get_by_role("button", name="It is one").click()
    expect(page.locator(".notice")).to_contain_text("among the gaps again")
    row = page.get_by_role("row").filter(has_text="parental leave for griffins")
    row.get_by_role("link", name="Propose it as a request").click()
    page.get_by_label(re.compile(r"^\s*Help")).check()
    expect(page.get_by_label("In a few words")).to_have_value("parental leave for griffins")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("The problem").fill("People ask for it and nobody can say.")
    page.get_by_label("What is expected").fill("A page that says it.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".notice")).to_contain_text("is sent")
    page.goto("/ideas/gaps")
    expect(page.get_by_text("parental leave for griffins")).to_have_count(0)


def test_what_sounds_alike_is_offered_before_it_is_sent(open_page: OpenPage) -> None:
    page = open_page("/ideas", name="Vera")
    propose(page, "A stable for the unicorns")
    other = open_page("/ideas", name="Nora")
    other.get_by_role("link", name="Ask or propose").click()
    other.get_by_label(re.compile(r"^\s*Help")).check()
    other.get_by_label("In a few words").fill("A stable for unicorns")
    other.get_by_role("button", name="Continue").click()
    other.get_by_role("group", name="Is it one of these?").get_by_label("A stable for the unicorns").check()
    other.get_by_role("button", name="Send").click()
    expect(other.locator(".notice")).to_contain_text("You voted for “A stable for the unicorns”")


def test_the_arrow_keys_lead_over_the_board(open_page: OpenPage) -> None:
    page = open_page("/ideas", name="Kay Keys")
    for title in ("First of the keys", "Second of the keys"):
        propose(page, title)
    page.goto("/ideas")
    page.get_by_role("region", name="Board").focus()
    page.keyboard.press("ArrowDown")
    column = page.locator(".board section").filter(has=page.locator("li")).first
    expect(column.locator("li > a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(column.locator("li > a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1.asked")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_fit_and_can_be_used_by_everybody(open_page: OpenPage, axe: str, width: int, scheme: str) -> None:
    page = open_page("/ideas", name="admin", width=width, scheme=scheme)
    propose(page, f"Wide {width} {scheme} request with a title that is rather long and goes on")
    for path in ("/ideas", "/ideas?view=list", "/ideas?mine=yes&kind=help", "/ideas/gaps", "/ideas/figures"):
        page.goto(path)
        _check(page, axe)
    page.goto("/ideas")
    page.get_by_role("link", name=re.compile(f"Wide {width} {scheme}")).click()
    _check(page, axe)


def _check(page: Page, axe: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [each["id"] for each in found["violations"]] == []
