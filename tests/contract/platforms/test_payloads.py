"""Whatever the features say, Slack and Teams take it: all that goes out on a tour of them, by every checker."""

from collections.abc import Iterator, Mapping

import pytest
import pytest_asyncio

from tests import adaptive_card, block_kit
from tests.drivers.driver import Driver, Someone, Spot, offers, wait_for
from tests.drivers.product import ADMIN, ADMIN_EMAIL, ANSWERED, HOSTILE_QUESTION, OFFERED, UNKNOWN, Product
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMMANDS = ("help", "mine", "open", "settings", "home", "library renewal", "library", "drafts", "sources", "reindex",
            "deliveries", "rollback", "nothing of the kind")  # fmt: skip
BUTTONS = ("Helpful", "None of these", "Ask an expert", "Take it back")


async def tour(driver: Driver) -> None:
    """An admin tries everything once."""
    admin = await driver.person(ADMIN, ADMIN_EMAIL)
    spot = await driver.direct(admin)
    for command in COMMANDS:
        await driver.command(admin, spot, command)
    for question in (ANSWERED, OFFERED, UNKNOWN, HOSTILE_QUESTION, "x" * 1_900, "<!channel> *?*"):
        remark = await driver.say(admin, await driver.direct(admin), question)
        await wait_for(driver, remark.spot, lambda shown: True)
        await press_everything(driver, admin, remark.spot)
    await forms(driver, admin)
    if "home" not in driver.lacks:
        await driver.home(admin)
    if "search" not in driver.lacks:
        await driver.search(admin, "renewal")
    if "begin_chat" not in driver.lacks:
        await wait_for(driver, await driver.begin_chat(await driver.person("New Here")), lambda shown: True)
    channel = await driver.channel(admin)
    await driver.command(admin, channel, "channel")


async def press_everything(driver: Driver, who: Someone, spot: Spot) -> None:
    for label in BUTTONS:
        shown = (await driver.messages(spot))[-1]
        if label in shown.labels:
            form = (await driver.press(who, shown, label)).form
            if form is not None:
                await driver.submit(who, spot, form, {"text": "Who <!here> knows <at>this</at>?", "name": "withheld"})
            await wait_for(driver, spot, lambda now, shown=shown: now.id == shown.id and now.controls != shown.controls)


async def forms(driver: Driver, who: Someone) -> None:
    remark = await driver.say(who, await driver.direct(who), ANSWERED)
    answer = await wait_for(driver, remark.spot, offers("Not helpful"))
    form = (await driver.press(who, answer, "Not helpful")).form
    assert form is not None
    await driver.submit(who, remark.spot, form, {"comment": "<at>x</at> <!here>"})
    saving = (await driver.point(who, await driver.channel(who), "faq.save", "A *good* <!here> answer.")).form
    assert saving is not None
    await driver.submit(who, remark.spot, saving, {"question": "", "answer": ""})
    spot = await driver.direct(who)
    settings = await wait_for(driver, spot, offers("Change"))
    changing = (await driver.press(who, settings, "Change")).form
    assert changing is not None


@pytest.mark.parametrize("is_peer", [False, pytest.param(True, marks=block_kit.NEEDS_PEER)])
async def test_slack_takes_all_of_it(product: Product, toured: None, is_peer: bool) -> None:
    check = block_kit.peer_problems if is_peer else block_kit.problems
    payloads = list(sent_to_slack(product))
    assert len(payloads) > 30
    assert {str(problem) for payload in payloads for problem in check(payload)} == set()


async def test_teams_takes_all_of_it(product: Product, toured: None) -> None:
    cards = list(cards_of_teams(product))
    assert len(cards) > 20
    assert product.teams.invalid == []
    assert {problem for card in cards for problem in adaptive_card.problems(card)} == set()


async def test_teams_itself_takes_all_of_it(native: Product) -> None:
    await tour(native.drivers["teams"])
    assert len(list(cards_of_teams(native))) > 10
    assert native.teams.invalid == []
    assert {problem for card in cards_of_teams(native) for problem in adaptive_card.problems(card)} == set()


@pytest_asyncio.fixture(loop_scope="session")
async def toured(product: Product) -> None:
    """Once in this session."""
    if not product.is_toured:
        for name in ("slack", "teams"):
            await tour(product.drivers[name])
    product.is_toured = True


def sent_to_slack(product: Product) -> Iterator[Mapping[str, object]]:
    slack = product.drivers["slack"]
    assert isinstance(slack, SlackDriver)
    for call in product.slack.calls:
        view = call.arguments.get("view")
        if isinstance(view, dict):
            yield view
        elif call.arguments.get("blocks"):
            yield call.arguments
    yield from (each["view"] for each in slack.answers if isinstance(each.get("view"), dict))


def cards_of_teams(product: Product) -> Iterator[Mapping[str, object]]:
    teams = product.drivers["teams"]
    assert isinstance(teams, TeamsDriver)
    for chat in product.teams.chats.values():
        yield from found_in(list(chat.activities.values()))
    yield from found_in(teams.answers)


def found_in(sent: object) -> Iterator[Mapping[str, object]]:
    """Cards, outermost only."""
    if isinstance(sent, dict):
        if sent.get("type") == "AdaptiveCard":
            yield sent
            return
        for value in sent.values():
            yield from found_in(value)
    elif isinstance(sent, list):
        for value in sent:
            yield from found_in(value)
