"""One suite over all platforms: what people do, and what they see. The web page, the fake Slack, the fake Teams."""

import asyncio

import pytest

from tests.contract.platforms.conftest import where_one_can
from tests.drivers.driver import SILENCE, Driver, Shown, Spot, offers, says, wait_for
from tests.drivers.product import ANSWER, ANSWERED, HOSTILE_QUESTION, OFFERED, TITLE, UNKNOWN, Product

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELPFUL = "Helpful"
UNHELPFUL = "Not helpful"
EXPERT = "Ask an expert"
TAKE_BACK = "Take it back"
SAME = "robin@example.com"
NONE_FITS = "None of these"


async def stays(driver: Driver, spot: Spot, count: int) -> list[Shown]:
    """Nothing more comes."""
    await asyncio.sleep(SILENCE)
    shown = await driver.messages(spot)
    assert len(shown) == count, [each.text for each in shown]
    return shown


async def test_an_answer_stands_in_the_thread_with_its_sources(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    answer = await wait_for(driver, remark.spot, says(ANSWER))
    assert TITLE in answer.text
    assert any("/library/" in link and "renewals.md" in link for link in answer.links)
    assert ANSWER in answer.notification
    assert answer.labels[:2] == [HELPFUL, UNHELPFUL]


async def test_a_follow_up_keeps_the_threads_context(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    await wait_for(driver, remark.spot, says(ANSWER))
    await driver.say(dana, remark.spot, "And who owns it?")
    await wait_for(driver, remark.spot, says("success manager"), count=2)


async def test_not_knowing_is_said_and_an_expert_offered(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), UNKNOWN)
    unknown = await wait_for(driver, remark.spot, offers(EXPERT))
    assert HELPFUL not in unknown.labels
    form = (await driver.press(dana, unknown, EXPERT)).form
    assert form is not None
    assert form.fields == ("text", "name")
    sent = await driver.submit(dana, unknown.spot, form, {"text": "Where do I park?", "name": "shown"})
    assert sent.form is None
    await wait_for(driver, remark.spot, lambda shown: shown.id == unknown.id and EXPERT not in shown.labels)
    request = await wait_for(driver, remark.spot, says("I know of no expert for this yet"))
    assert "Where do I park?" in request.text
    await driver.press(dana, request, TAKE_BACK)
    await wait_for(driver, remark.spot, lambda shown: shown.id == request.id and "took this back" in shown.text)
    await wait_for(driver, remark.spot, lambda shown: shown.id == unknown.id and EXPERT in shown.labels)


async def test_an_expert_is_asked_by_word_as_by_button(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    await wait_for(driver, remark.spot, offers(EXPERT))
    await driver.say(dana, remark.spot, "expert")
    consent = await wait_for(driver, remark.spot, offers("Ask without my name"))
    await driver.press(dana, consent, "Ask without my name")
    asked = await wait_for(driver, remark.spot, offers(TAKE_BACK))
    assert asked.id == consent.id


async def test_what_was_helpful_is_thanked_for_in_place(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    answer = await wait_for(driver, remark.spot, offers(HELPFUL))
    outcome = await driver.press(dana, answer, HELPFUL)
    assert outcome.form is None
    assert "Nothing was" not in outcome.notice
    judged = await wait_for(driver, remark.spot, lambda shown: HELPFUL not in shown.labels)
    assert judged.id == answer.id
    assert ANSWER in judged.text
    assert len(await driver.messages(remark.spot)) == 1


async def test_a_form_shows_the_problem_at_its_field_and_then_takes_the_rest(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    answer = await wait_for(driver, remark.spot, offers(UNHELPFUL))
    form = (await driver.press(dana, answer, UNHELPFUL)).form
    assert form is not None
    assert form.fields == ("reason", "comment")
    rejected = (await driver.submit(dana, answer.spot, form, {"comment": "Last year's figures."})).form
    assert rejected is not None
    assert list(rejected.problems) == ["reason"]
    sent = await driver.submit(dana, answer.spot, form, {"reason": "outdated", "comment": "Last year's figures."})
    assert sent.form is None
    judged = await wait_for(driver, remark.spot, lambda shown: UNHELPFUL not in shown.labels)
    assert judged.id == answer.id


async def test_a_form_is_taken_once(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    answer = await wait_for(driver, remark.spot, offers(UNHELPFUL))
    form = (await driver.press(dana, answer, UNHELPFUL)).form
    assert form is not None
    await driver.submit(dana, answer.spot, form, {"reason": "outdated"})
    await wait_for(driver, remark.spot, lambda shown: UNHELPFUL not in shown.labels)
    judged = await driver.messages(remark.spot)
    await driver.submit(dana, answer.spot, form, {"reason": "wrong"})
    assert await stays(driver, remark.spot, 1) == judged


async def test_of_several_candidates_one_is_chosen_in_place(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), OFFERED)
    offered = await wait_for(driver, remark.spot, offers(NONE_FITS))
    first = offered.labels[0]
    assert first not in (EXPERT, HELPFUL, UNHELPFUL, NONE_FITS)
    await driver.press(dana, offered, first)
    chosen = await wait_for(driver, remark.spot, lambda shown: first not in shown.labels)
    assert chosen.id == offered.id


async def test_a_button_of_an_older_version_is_stale_and_says_so(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    answer = await wait_for(driver, remark.spot, offers(HELPFUL))
    await driver.press(dana, answer, HELPFUL)
    judged = await wait_for(driver, remark.spot, lambda shown: HELPFUL not in shown.labels)
    stale = await driver.press(dana, answer, HELPFUL)
    assert "Nothing was" in stale.notice
    assert [shown.text for shown in await driver.messages(remark.spot)] == [judged.text]


@pytest.mark.parametrize("renumbered", [False, True])
async def test_a_question_delivered_again_is_answered_once(driver: Driver, renumbered: bool) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    for _ in range(3):
        await driver.resend(remark, renumbered=renumbered)
    await wait_for(driver, remark.spot, says(ANSWER))
    await driver.resend(remark, renumbered=renumbered)
    await stays(driver, remark.spot, 1)


async def test_help_says_what_one_can_do(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    spot = await driver.direct(dana)
    await driver.command(dana, spot, "help")
    await wait_for(driver, spot, says("library"))


async def test_the_library_is_searched_by_a_command(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    spot = await driver.direct(dana)
    await driver.command(dana, spot, "library renewal clock")
    found = await wait_for(driver, spot, says(TITLE))
    assert any("/library/" in link for link in found.links)


async def test_nothing_in_a_document_comes_alive(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), HOSTILE_QUESTION)
    answer = await wait_for(driver, remark.spot, says("badger"))
    assert "fed at nine" in answer.text
    assert answer.alive == ()
    assert [link for link in answer.links if not link.startswith(("/library/", "http://127.0.0.1:"))] == []


async def test_a_hostile_question_is_quoted_as_words_only(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    words = "<!everyone> <at>all</at> [x](https://evil.example/) <img src=x> badger badger?"
    remark = await driver.say(dana, await driver.direct(dana), words)
    answer = await wait_for(driver, remark.spot, lambda shown: True)
    assert answer.alive == ()
    assert [link for link in answer.links if "evil.example" in link] == []


@where_one_can("channel")
async def test_a_mention_in_a_channel_is_answered_in_its_thread(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    channel = await driver.channel(dana, sam)
    remark = await driver.say(dana, channel, ANSWERED, mention=True)
    answer = await wait_for(driver, remark.spot, says(ANSWER))
    assert answer.spot.thread == remark.spot.thread != ""
    await stays(driver, channel, 1)


@where_one_can("channel")
async def test_what_people_say_to_each_other_is_left_alone(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    channel = await driver.channel(dana, sam)
    await driver.say(dana, channel, ANSWERED)
    await stays(driver, channel, 0)


@where_one_can("channel")
async def test_only_the_asker_presses_the_buttons_of_an_answer(driver: Driver) -> None:
    dana, sam = await driver.person("Dana Okafor"), await driver.person("Sam Lee")
    channel = await driver.channel(dana, sam)
    remark = await driver.say(dana, channel, ANSWERED, mention=True)
    answer = await wait_for(driver, remark.spot, says(ANSWER))
    mine = await driver.as_seen_by(dana, answer)
    refused = await driver.press(sam, mine, HELPFUL)
    assert refused.notice
    assert [shown.text for shown in await driver.messages(channel)] == [answer.text]
    await driver.press(dana, mine, HELPFUL)
    mine = await driver.as_seen_by(dana, await wait_for(driver, remark.spot, lambda shown: shown.text != answer.text))
    assert HELPFUL not in mine.labels


@where_one_can("edit")
async def test_an_edited_question_is_answered_anew_in_place(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), UNKNOWN)
    first = await wait_for(driver, remark.spot, offers(EXPERT))
    await driver.edit(remark, ANSWERED)
    answer = await wait_for(driver, remark.spot, says(ANSWER))
    assert answer.id == first.id


@where_one_can("delete")
async def test_the_answer_to_a_deleted_question_goes_too(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    remark = await driver.say(dana, await driver.direct(dana), ANSWERED)
    answer = await wait_for(driver, remark.spot, says(ANSWER))
    await driver.delete(remark)
    gone = await wait_for(driver, remark.spot, lambda shown: ANSWER not in shown.text)
    assert gone.id == answer.id
    assert gone.controls == ()


async def test_what_was_asked_on_one_platform_stands_in_the_list_on_the_other(product: Product) -> None:
    slack, teams = product.drivers["slack"], product.drivers["teams"]
    in_slack, in_teams = await slack.person("Robin Lee", SAME), await teams.person("R. Lee", SAME)
    remark = await slack.say(in_slack, await slack.direct(in_slack), ANSWERED)
    await wait_for(slack, remark.spot, says(ANSWER))
    spot = await teams.direct(in_teams)
    await teams.command(in_teams, spot, "mine")
    await wait_for(teams, spot, says(ANSWERED))


async def test_every_message_can_be_understood_from_its_notification(driver: Driver) -> None:
    dana = await driver.person("Dana Okafor")
    for question in (ANSWERED, OFFERED, UNKNOWN):
        remark = await driver.say(dana, await driver.direct(dana), question)
        shown = await wait_for(driver, remark.spot, lambda shown: bool(shown.labels))
        assert len(shown.notification.split()) > 3
