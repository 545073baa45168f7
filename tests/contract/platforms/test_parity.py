"""Every route of every feature is reached on every platform, or a reason stands in docs/parity.md."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction

import pytest
import pytest_asyncio

from bot.features.catalog import Catalog
from tests.contract.platforms.conftest import DRIVERS
from tests.drivers.driver import Driver, Remark, Shown, Someone, Spot, wait_for
from tests.drivers.parity import PAGE, PLATFORMS, Route, document, reason, routes
from tests.drivers.probe import Probe, running_probe
from tests.drivers.product import Product, prepared
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver
from tests.drivers.web import WebDriver
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams

on_the_loop = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Drive:
    probe: Probe
    drivers: dict[str, Driver]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def drive(product: Product, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    probe = Probe(product.app.catalog)
    async with FakeSlack() as slack, FakeTeams() as teams:
        folder = tmp_path_factory.mktemp("parity")
        (folder / "home" / "snapshots").mkdir(parents=True)  # nothing here looks anything up
        async with running_probe(probe, prepared(folder, slack.api_url)) as address:
            web = WebDriver(address)
            drivers: list[Driver] = [web, SlackDriver(slack, address, patience=0.1), TeamsDriver(teams, address)]
            yield Drive(probe, {each.name: each for each in drivers})
            await web.close()


async def card_with(driver: Driver, spot: Spot, label: str) -> Shown:
    return await wait_for(driver, spot, lambda shown: label in shown.labels)


class Person:
    """Goes everywhere on one platform, as the routes say."""

    def __init__(self, driver: Driver, who: Someone, remark: Remark) -> None:
        self.driver = driver
        self.who = who
        self.remark = remark

    async def go(self, route: Route) -> None:
        driver, who, spot = self.driver, self.who, self.remark.spot
        match route.kind:
            case "said":
                other = await driver.person("Sam Lee")  # for this person's cards stay as they are
                await driver.say(other, await driver.direct(other), "Anything.")
            case "edited":
                await driver.edit(self.remark, "Something else.")
            case "deleted":
                await driver.delete(self.remark)
            case "command":
                await driver.command(who, await driver.direct(who), route.name)
            case "button":
                card = await card_with(driver, spot, route.name)
                await driver.press(who, card, route.name)
                await wait_for(driver, spot, lambda shown: shown.id == card.id and shown.controls != card.controls)
            case "form":
                label = f"form {route.name}"
                form = (await driver.press(who, await card_with(driver, spot, label), label)).form
                assert form is not None, f"{route.name} opens no form"
                await driver.submit(who, spot, form, {"words": "Some."})
            case "message action":
                await driver.point(who, spot, route.name, "A colleague's words.")
            case "reacted":
                await driver.react(who, (await driver.messages(spot))[-1], "tada")
            case "search":
                assert await driver.search(who, "words") == ["Found it"]
            case "home":
                await driver.home(who)
            case "chat opened":
                await driver.begin_chat(who)
            case "brought in":
                await driver.bring_in(who)


@on_the_loop
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_route_is_reached_or_a_reason_is_recorded(drive: Drive, product: Product, platform: str) -> None:
    driver, probe = drive.drivers[platform], drive.probe
    who = await driver.person("Dana Okafor")
    remark = await driver.say(who, await driver.direct(who), "Show me everything.")
    every_card = len(probe.cards())
    await wait_for(driver, remark.spot, lambda shown: bool(shown.labels), count=every_card, patience=60)
    person = Person(driver, who, remark)
    missed: list[str] = []
    for route in driven(product.app.catalog, platform):
        before = len(probe.reached)
        await person.go(route)
        if not await reached(probe, before, route):
            missed.append(f"{route.kind} {route.name}")
    assert missed == []


def driven(catalog: Catalog, platform: str) -> Sequence[Route]:
    """Those without a reason; what takes the question away comes last."""
    found = [each for each in routes(catalog) if not reason(each, platform) and each.kind != "page"]
    return sorted(found, key=lambda route: route.kind in ("edited", "deleted"))


async def reached(probe: Probe, before: int, route: Route) -> bool:
    for _ in range(150):
        if (route.kind, route.name) in probe.reached[before:]:
            return True
        await asyncio.sleep(0.02)
    return False


@on_the_loop
async def test_every_page_of_the_navigation_opens_for_an_admin(product: Product) -> None:
    driver = product.drivers["web"]
    assert isinstance(driver, WebDriver)
    admin = await driver.person("admin", as_it_is=True)
    for route in routes(product.app.catalog):
        if route.kind == "page":
            await driver.page(admin, route.name)


def test_the_table_is_current(product: Product) -> None:
    written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    assert written == document(product.app.catalog), "run `python -m tests.drivers.parity`"


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS)
def test_a_driver_goes_everywhere_but_where_it_says_why_not(driver: type[Driver]) -> None:
    methods = {name for name, method in vars(Driver).items() if iscoroutinefunction(method)} - {"as_seen_by", "private"}
    assert {name for name in methods if getattr(driver, name) is getattr(Driver, name)} == set(driver.lacks)
