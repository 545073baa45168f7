"""What reaches people aside from answers: message menus, search, home, private replies, news after a restart."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.bootstrap.app import App
from bot.bootstrap.parts import utc_now
from bot.chat.reply import Post
from bot.storage.outbox import Outbox
from tests.builders import message
from tests.contract.platforms.conftest import where_one_can
from tests.drivers.driver import SILENCE, Driver, Someone, Spot, says, wait_for
from tests.drivers.product import ANSWER, ANSWERED, TITLE, Product, prepared, started
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver
from tests.drivers.web import WebDriver
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def met_in_channel(driver: Driver, *people: Someone) -> Spot:
    """A channel where Guildhall has been heard."""
    channel = await driver.channel(*people)
    remark = await driver.say(people[0], channel, "help", mention=True)
    await wait_for(driver, remark.spot, says("library"))
    return channel


@where_one_can("point")
async def test_a_colleagues_message_is_looked_up_from_its_menu(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    channel = await met_in_channel(driver, dana, sam)
    await driver.point(dana, channel, "questions.ask_about", ANSWERED)
    # Slack answers in the message's thread. In Teams it may be a place where Guildhall cannot post.
    await wait_for(driver, channel if driver.name == "slack" else await driver.direct(dana), says(ANSWER))


@where_one_can("point")
async def test_a_good_answer_is_saved_as_faq_from_its_menu_by_a_form(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    channel = await met_in_channel(driver, dana, sam)
    form = (await driver.point(dana, channel, "faq.save", "Badgers are fed at nine, says Sam.")).form
    assert form is not None
    assert set(form.fields) == {"question", "answer"}
    rejected = await driver.submit(dana, channel, form, {"question": "", "answer": "At nine."})
    assert rejected.form is not None
    assert list(rejected.form.problems) == ["question"]
    sent = await driver.submit(dana, channel, form, {"question": "When are badgers fed?", "answer": "At nine."})
    assert sent.form is None
    await wait_for(driver, await driver.direct(dana), says("When are badgers fed?"))
    assert [shown.text for shown in await driver.messages(channel) if "badgers" in shown.text] == []


@where_one_can("bring_in")
async def test_where_it_is_brought_in_it_says_hello_once_and_how_to_ask(driver: Driver) -> None:
    channel = await driver.bring_in(await driver.person("Dana Okafor"))
    hello = await wait_for(driver, channel, says("Guildhall is here now", "Mention it with a question", "“channel”"))
    await asyncio.sleep(SILENCE)
    assert [shown.id for shown in await driver.messages(channel)] == [hello.id]


@where_one_can("search")
async def test_the_library_is_searched_while_writing(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    assert any(TITLE in found for found in await driver.search(dana, "renewal clock"))


async def test_home_shows_what_somebody_asked(driver: Driver) -> None:
    dana = await driver.person("Homer Home")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    await wait_for(driver, remark.spot, says(ANSWER))
    if "home" in driver.lacks:
        spot = await driver.direct(dana)
        await driver.command(dana, spot, "home")
        await wait_for(driver, spot, says("My questions", ANSWERED))
        return
    assert ANSWERED in (await driver.home(dana)).text


async def test_a_question_asked_at_home_is_answered_directly_and_shows_at_home(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    spot = await driver.direct(dana)
    home = None if "home" in driver.lacks else await driver.home(dana)
    if home is None:
        await driver.command(dana, spot, "home")
        home = await wait_for(driver, spot, says("Settings"))
    form = (await driver.press(dana, home, "Ask a question")).form
    assert form is not None
    assert (await driver.submit(dana, home.spot, form, {"question": ANSWERED})).form is None
    answer = await wait_for(driver, spot, says("You asked", ANSWER))
    if "home" in driver.lacks:
        current = await wait_for(driver, spot, says("Settings", ANSWERED))
        assert current.id == home.id
    else:
        assert ANSWERED in (await driver.home(dana)).text
        assert "Settings" not in answer.text


@where_one_can("channel")
async def test_what_is_for_one_person_is_not_said_in_the_channel(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    channel = await driver.channel(dana, sam)
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    await wait_for(driver, remark.spot, says(ANSWER))
    await driver.say(dana, channel, "mine", mention=True)
    await wait_for(driver, await driver.direct(dana), says("your newest question", ANSWERED))
    await asyncio.sleep(SILENCE)
    assert [shown.text for shown in await driver.messages(channel) if ANSWERED in shown.text] == []


async def test_a_stranger_to_admins_commands_is_refused_in_private(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    spot = await driver.direct(dana)
    await driver.command(dana, spot, "/deliveries" if driver.name == "teams" else "deliveries")
    await wait_for(driver, spot, says("only admins"))


@pytest.mark.parametrize("name", ["slack", "teams"])
async def test_somebody_can_be_written_to_after_a_restart(product: Product, tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copytree(product.settings.snapshots, home / "snapshots")
    async with FakeSlack() as slack, FakeTeams() as teams:
        settings = prepared(tmp_path, slack.api_url)
        async with started(settings) as (app, address):
            driver: Driver = SlackDriver(slack, address) if name == "slack" else TeamsDriver(teams, address)
            dana = await driver.person("Dana Okafor")
            remark = await driver.say(dana, await driver.direct(dana), "help")
            await wait_for(driver, remark.spot, says("library"))
        async with started(settings) as (app, _):
            await asyncio.to_thread(write_to, app, dana.id, "Your question was answered.")
            await wait_for(driver, await driver.direct(dana), says("Your question was answered."))


def write_to(app: App, person_id: str, text: str) -> None:
    (place,) = app.directory.places_of(person_id)
    with app.database.begin() as unit:
        Outbox(unit).add(Post(message(text), "news"), place, utc_now())


async def test_the_pages_of_the_tab_are_there_for_teams(product: Product) -> None:
    web = product.drivers["web"]
    assert isinstance(web, WebDriver)
    dana = await web.person("Dana Okafor")
    assert "Renewal playbook" in (await web.page(dana, "/library")).get_text()
