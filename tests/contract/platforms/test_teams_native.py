"""What only Teams itself has and its Playground has not, with requests signed as Microsoft signs them."""

import asyncio

import aiohttp
import pytest

from tests.drivers.driver import OpenForm, Shown, offers, says, wait_for
from tests.drivers.product import ANSWER, ANSWERED, TITLE, Product
from tests.drivers.teams import TeamsDriver

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def teams(native: Product) -> TeamsDriver:
    driver = native.drivers["teams"]
    assert isinstance(driver, TeamsDriver)
    return driver


def raw(shown: Shown) -> dict[str, object]:
    assert isinstance(shown.raw, dict)
    return shown.raw


async def test_what_nobody_signed_is_refused(teams: TeamsDriver) -> None:
    async with aiohttp.ClientSession() as session, session.post(teams.url, json={"type": "message"}) as response:
        assert response.status == 401


async def test_an_answer_is_text_with_citations_thumbs_and_what_can_be_said(teams: TeamsDriver) -> None:
    dana = await teams.person("Dana Okafor")
    remark = await teams.say(dana, await teams.direct(dana), ANSWERED)
    answer = raw(await wait_for(teams, remark.spot, says(ANSWER)))
    assert "attachments" not in answer
    assert str(answer["text"]).endswith("[1] [2] [3]")
    assert answer["channelData"] == {"feedbackLoop": {"type": "custom"}}
    assert f"'name': '{TITLE}'" in str(answer["entities"])
    assert "'value': 'expert'" in str(answer["suggestedActions"])


async def test_a_thumb_opens_a_dialog_whose_words_are_kept(teams: TeamsDriver) -> None:
    dana = await teams.person("Dana Okafor")
    remark = await teams.say(dana, await teams.direct(dana), ANSWERED)
    answer = await wait_for(teams, remark.spot, offers("Not helpful"))
    form = (await teams.press(dana, answer, "Not helpful")).form
    assert isinstance(form, OpenForm)
    assert form.wire["reaction"] == "dislike"
    await teams.submit(dana, remark.spot, form, {"reason": "outdated", "comment": "Last year's figures."})
    judged = await wait_for(teams, remark.spot, offers("Undo feedback"))
    assert (judged.id, "channelData" in raw(judged)) == (answer.id, False)


async def test_in_a_channel_the_asker_alone_is_shown_the_buttons(teams: TeamsDriver) -> None:
    dana, sam = await teams.person("Dana Okafor"), await teams.person("Sam Lee")
    channel = await teams.channel(dana, sam)
    remark = await teams.say(dana, channel, ANSWERED, mention=True)
    for_all = await wait_for(teams, remark.spot, says(ANSWER))
    hers, his = await asyncio.gather(teams.as_seen_by(dana, for_all), teams.as_seen_by(sam, for_all))
    assert "Ask an expert" in hers.labels
    assert "Ask an expert" not in {*his.labels, *for_all.labels}
