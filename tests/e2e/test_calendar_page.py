"""The calendar in the browser: months and lists, filters, keys, files, and the addresses to subscribe to."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from playwright.sync_api import Page, expect

from bot.bootstrap.parts import open_database
from bot.features.events.model import EventState, Kind
from bot.features.events.store import SqlEvents
from bot.settings import Settings
from tests.drivers.product import free_port
from tests.e2e.conftest import OpenPage
from tests.e2e.test_pages import overflow, violations
from tests.events_house import event
from tests.running import running

pytestmark = pytest.mark.browser

DAY = timedelta(days=1)


def months_ahead() -> tuple[date, date, date]:
    """The first days of this month and of the next two."""
    this = datetime.now(UTC).date().replace(day=1)
    then = (this + 31 * DAY).replace(day=1)
    return this, then, (then + 31 * DAY).replace(day=1)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A product of its own, that calendar programs reach, with nothing but dates in it: all in the month after next."""
    port, home = free_port(), tmp_path_factory.mktemp("calendar")
    reached = {"port": port, "base_url": f"http://127.0.0.1:{port}", "starter": None}
    settings = Settings.model_validate({"home": home / "home", **reached})
    settings.home.mkdir()
    database, then = open_database(settings), months_ahead()[2]
    announced = {"state": EventState.ANNOUNCED, "announced_at": datetime.now(UTC), "zone": "UTC"}
    starts = datetime.combine(then + 9 * DAY, datetime.min.time(), UTC)
    with database.begin() as unit:
        store, hour = SqlEvents(unit), timedelta(hours=1)
        store.add(event("e1", title="New in <b>renewals</b>", starts=starts + 14 * hour, ends=starts + 15 * hour,
                        **announced))  # fmt: skip
        store.add(event("e2", title="Spring", kind=Kind.CAMPAIGN, starts=starts, ends=starts + 3 * DAY, **announced))
        for number in range(5):
            at = starts + 5 * DAY + number * hour
            store.add(event(f"n{number}", title=f"Launch {number}", kind=Kind.LAUNCH, starts=at, ends=at + hour,
                            **announced))  # fmt: skip
    database.close()
    with running(settings) as base:
        yield base


def at_month(page: Page, month: date) -> None:
    expect(page.locator("#month")).to_have_text(f"{month:%B %Y}")


def press(page: Page, key: str) -> None:
    """Scripts are there once the page is loaded."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_a_month_is_paged_narrowed_and_listed_by_keys_and_its_address(open_page: OpenPage) -> None:
    this, following, then = months_ahead()
    page = open_page("/calendar")
    page.get_by_role("link", name=f"Show {then:%B %Y}").click()
    at_month(page, then)
    expect(page.get_by_role("table").get_by_role("link", name="New in <b>renewals</b>")).to_have_count(1)
    expect(page.get_by_role("table").get_by_role("link", name="Spring")).to_have_count(3)
    press(page, "k")
    at_month(page, following)
    press(page, "j")
    at_month(page, then)
    page.get_by_role("link", name="2 more").click()
    expect(page).to_have_url(re.compile(r"view=list.*#day-"))
    expect(page.get_by_role("link", name="Launch 4", exact=True)).to_be_visible()
    page.get_by_role("link", name="Webinar", exact=True).click()
    expect(page).to_have_url(re.compile(r"view=list&kind=Webinar"))
    expect(page.locator(".on-calendar")).to_have_count(1)
    page.get_by_role("link", name="Only mine").click()
    expect(page.get_by_role("heading", name="Nothing fits all of these")).to_be_visible()
    page.get_by_role("link", name="Show everything").click()
    expect(page.get_by_role("link", name="Launch 4", exact=True)).to_be_visible()
    press(page, "m")
    expect(page.get_by_role("table")).to_be_visible()
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("The next month, the one before")
    press(page, "Escape")
    press(page, "t")
    at_month(page, this)


def test_a_date_and_a_month_are_taken_away(open_page: OpenPage) -> None:
    page = open_page(f"/calendar?month={months_ahead()[2]:%Y-%m}&view=list")
    with page.expect_download() as taken:
        page.locator(".on-calendar", has_text="Spring").get_by_role("link", name="as a calendar file").click()
    assert taken.value.suggested_filename == "Spring.ics"
    file = vobject.readOne(taken.value.path().read_text(encoding="utf-8"))
    assert file.vevent.dtend.value - file.vevent.dtstart.value == 3 * DAY
    with page.expect_download() as table:
        page.get_by_role("link", name="Take away as CSV").click()
    assert len(table.value.path().read_text(encoding="utf-8-sig").splitlines()) == 8


def test_an_address_is_copied_read_by_a_program_and_renewed(open_page: OpenPage) -> None:
    page = open_page("/calendar/subscribe")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    field = page.get_by_label("Address of what everyone may see")
    before = field.input_value()
    card = page.locator(".card", has_text="What everyone may see")
    card.get_by_role("button", name="Copy").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == before
    program = page.context.browser
    assert program is not None
    nobody = program.new_context().request
    assert len(vobject.readOne(nobody.get(before).text()).vevent_list) == 7
    card.get_by_role("button", name="Make a new address").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(page.get_by_role("status")).to_contain_text("new address")
    after = page.get_by_label("Address of what everyone may see").input_value()
    assert (nobody.get(before).status, nobody.get(after).status) == (404, 200)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_calendar_is_accessible_at_every_width(open_page: OpenPage, axe: str, scheme: str) -> None:
    then = months_ahead()[2]
    page = open_page("/calendar", scheme=scheme)
    for path in ("/calendar", f"/calendar?month={then:%Y-%m}", f"/calendar?month={then:%Y-%m}&view=list",
                 "/calendar/subscribe"):  # fmt: skip
        page.goto(path)
        for width in (1440, 768, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, f"{path} scrolls sideways at {width}"
            assert violations(page, axe) == [], f"{path} at {width}, {scheme}"


def test_on_a_phone_the_list_stands_in_for_the_month(open_page: OpenPage) -> None:
    page = open_page(f"/calendar?month={months_ahead()[2]:%Y-%m}", width=360)
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.get_by_role("link", name="Launch 4", exact=True)).to_be_visible()
