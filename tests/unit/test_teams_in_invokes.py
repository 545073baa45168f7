"""Invokes: what is asked for inside the request is answered there, refusals too."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Form, TextField
from bot.chat.reply import Actions, Button, Found, Judge, Message, Paragraph, Reply
from bot.chat.turn import File, Place, Pointed, Pressed, Searched, Submitted, Turn
from bot.platforms.teams import invokes
from bot.platforms.teams.wire import form_data
from tests.teams_requests import GROUP, MEGAN, TENANT, Caller, calling, payload

CARD = "application/vnd.microsoft.card.adaptive"
HELPFUL = Button("Helpful", "questions.helpful", "q1")
UNHELPFUL = Button("Not helpful", "questions.unhelpful", "q1", opens_form=True)
JUDGED = Message("In April.", (Paragraph("In April."), Judge(HELPFUL, UNHELPFUL)))
CHOSEN = Message("Chosen.", (Paragraph("You chose the second."), Actions((Button("Undo", "questions.undo"),))))
FORM = Form(
    "questions.unhelpful",
    "What was missing?",
    (ChoiceField("reason", "Why?", (("wrong", "It is wrong"), ("other", "Something else"))), TextField("comment", "?")),
    state="q1",
)


@pytest.fixture
async def teams() -> AsyncIterator[Caller]:
    async with calling() as caller:
        caller.delivered.stand(Place("teams", GROUP), "answer-q1", "1737000000500", CHOSEN, "nonce-2")
        caller.delivered.stand(Place("teams", f"@{MEGAN}"), "answer-q1", "1737000000500", JUDGED, "nonce-1")
        yield caller


async def answer(teams: Caller, name: str, **changed: object) -> dict[str, object]:
    status, body = await teams.send(payload(name, **changed))
    assert status == 200
    assert isinstance(body, dict)
    return body


def dialog(body: dict[str, object]) -> dict[str, object]:
    task = body["task"]
    assert isinstance(task, dict) and task["type"] == "continue"
    return task["value"]


async def test_pressed_button_is_answered_with_the_card_as_it_is_now(teams: Caller) -> None:
    body = await answer(teams, "execute")
    assert teams.inbound.turn.content == Pressed("questions.choose", "q1 0", "nonce-1", "answer-q1")
    assert (body["statusCode"], body["type"]) == (200, CARD)
    assert "You chose the second." in json.dumps(body)
    assert "nonce-2" in json.dumps(body)


async def test_button_without_a_key_finds_its_message_by_teams_id(teams: Caller) -> None:
    action = {"verb": "questions.choose", "data": {"g": {"v": "", "n": "nonce-1"}}}
    body = await answer(teams, "execute", value={"action": action})
    assert "You chose the second." in json.dumps(body)
    assert '"k": "answer-q1"' in json.dumps(body)


async def test_a_post_that_begins_a_thread_is_found_where_it_was_posted(teams: Caller) -> None:
    channel = "19:253b1f341670408fb6fe51050b6e5ceb@thread.tacv2"
    teams.delivered.stand(Place("teams", channel), "answer-q1", "1737000000500", CHOSEN, "nonce-2")
    conversation = {"conversationType": "channel", "id": f"{channel};messageid=1737000000500"}
    for name in ("execute", "refresh"):
        body = await answer(teams, name, conversation=conversation)
        assert "You chose the second." in json.dumps(body)


async def test_button_whose_message_is_not_kept_says_that_it_is_done(teams: Caller) -> None:
    teams.delivered.standing.clear()
    body = await answer(teams, "execute")
    assert (body["type"], body["value"]) == ("application/vnd.microsoft.activity.message", "Done.")


async def test_refused_press_is_said_to_whoever_pressed(teams: Caller) -> None:
    teams.inbound.reply = UserFacingError("That button was pressed already.")
    body = await answer(teams, "execute")
    assert body == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "That button was pressed already.",
    }


async def test_form_that_a_card_asks_for_opens_in_the_card(teams: Caller) -> None:
    teams.inbound.reply = Reply(form=FORM, nonce="nonce-1")
    body = await answer(teams, "execute")
    assert body["type"] == CARD
    assert "What was missing?" in json.dumps(body)
    sent = {"g": {"f": FORM.id, "s": "q1", "n": "nonce-1", "one": ["reason"], "many": []}, "comment": "typed"}
    teams.inbound.reply = FormRejected({"reason": "This is needed."}, FORM)
    again = await answer(teams, "execute", value={"action": {"verb": "guildhall.form", "data": sent}})
    assert "This is needed." in json.dumps(again)
    assert "typed" in json.dumps(again)


async def test_refreshed_card_is_read_and_nothing_is_done(teams: Caller) -> None:
    body = await answer(teams, "refresh")
    assert body["type"] == CARD
    assert not teams.inbound.answered


async def test_own_buttons_are_shown_to_their_owner_alone(teams: Caller) -> None:
    owned = Message("Yours.", (Actions((Button("Take it", "questions.take"),), only_for=f"teams:{TENANT}:{MEGAN}"),))
    teams.delivered.stand(Place("teams", GROUP), "answer-q1", "1737000000500", owned, "nonce-2")
    assert "Take it" in json.dumps(await answer(teams, "refresh"))
    adele = {"id": "29:adele", "name": "Adele Vance", "aadObjectId": "0f1"}
    assert "Take it" not in json.dumps(await answer(teams, "refresh", **{"from": adele}))


async def test_card_that_is_not_ours_is_refused_in_words(teams: Caller) -> None:
    for action in ({}, {"verb": "x"}, {"verb": "questions.choose", "data": {}}, {"verb": 7, "data": []}, []):
        body = await answer(teams, "execute", value={"action": action})
        assert "older version" in str(body["value"])
    assert not teams.inbound.answered


async def test_button_opens_a_dialog(teams: Caller) -> None:
    teams.inbound.reply = Reply(form=FORM, nonce="nonce-1")
    shown = dialog(await answer(teams, "task_fetch"))
    assert teams.inbound.turn.content == Pressed("questions.unhelpful", "q1 0", "nonce-1", "answer-q1")
    assert shown["title"] == "What was missing?"


async def test_sent_dialog_closes(teams: Caller) -> None:
    assert await teams.send(payload("task_submit")) == (200, None)
    sent = teams.inbound.turn.content
    assert sent == Submitted(
        "questions.unhelpful", {"reason": "other", "comment": "It should name the clause."}, "q1", "nonce-1"
    )


async def test_rejected_dialog_comes_back_with_its_problems_and_what_was_typed(teams: Caller) -> None:
    teams.inbound.reply = FormRejected({"reason": "Please choose one of the options."}, FORM)
    shown = json.dumps(dialog(await answer(teams, "task_submit")))
    assert "Please choose one of the options." in shown
    assert "It should name the clause." in shown
    assert "nonce-1" in shown


async def test_rejected_dialog_keeps_the_words_around_its_fields(teams: Caller) -> None:
    opened = replace(FORM, intro="Only the curators read it.", submit="Tell them")
    data = {**form_data(opened, "nonce-1"), "reason": "other", "comment": "typed"}
    teams.inbound.reply = FormRejected({"reason": "Please choose one of the options."}, FORM)
    shown = json.dumps(dialog(await answer(teams, "task_submit", value={"data": data})))
    assert "Only the curators read it." in shown
    assert "Tell them" in shown


async def test_refused_dialog_says_why(teams: Caller) -> None:
    teams.inbound.reply = UserFacingError("That slot was taken a moment ago.")
    body = await answer(teams, "task_submit")
    assert body == {"task": {"type": "message", "value": "That slot was taken a moment ago."}}
    assert "older version" in json.dumps(await answer(teams, "task_submit", value={"data": {"g": 7}}))


async def test_search_lists_what_was_found(teams: Caller) -> None:
    teams.inbound.reply = Reply(found=(Found("Renewals", "The clock starts in April.", JUDGED),))
    body = await answer(teams, "search")
    assert teams.inbound.turn.content == Searched("renewal clock")
    result = body["composeExtension"]
    assert isinstance(result, dict)
    assert (result["type"], len(result["attachments"])) == ("result", 1)
    assert "nonce" not in json.dumps(body)


async def test_search_before_anything_is_typed_is_for_nothing(teams: Caller) -> None:
    value = {"parameters": [{"name": "initialRun", "value": "true"}]}
    body = await answer(teams, "search", value=value)
    assert teams.inbound.turn.content == Searched("")
    assert "Nothing in the library" in json.dumps(body)


async def test_same_search_twice_is_answered_twice(teams: Caller) -> None:
    await answer(teams, "search")
    await answer(teams, "search")
    assert len({turn.key for turn in teams.inbound.answered}) == 2


async def test_message_action_hands_on_the_message(teams: Caller) -> None:
    teams.inbound.reply = Reply(form=FORM, nonce="nonce-2")
    dialog(await answer(teams, "message_action"))
    assert teams.inbound.turn.content == Pointed(
        "faq.save",
        "Adele Vance, the clock starts in April & ends in June.\none\ntwo",
        "Adele Vance",
        "https://teams.microsoft.com/l/message/19:097d5d1a@thread.v2/1737000000400",
    )
    assert teams.addresses.names("teams") == []  # it may be used where we are not


async def test_message_action_hands_on_files_where_they_open(teams: Caller) -> None:
    teams.inbound.reply = Reply(form=FORM, nonce="nonce-2")
    place = "https://acme.sharepoint.com/sites/cx/Shared%20Documents/map.pdf"
    attachments = [
        {"id": "1", "contentType": "reference", "contentUrl": place, "name": "Renewal map.pdf"},
        {"id": "2", "contentType": "reference", "contentUrl": "https://sharepoint.com.evil.example/x", "name": "Bad"},
        {"id": "3", "contentType": "messageReference", "content": "{}"},
    ]
    body = {"contentType": "html", "content": '<attachment id="1"></attachment>'}
    value = {"commandId": "reviews.submit", "messagePayload": {"body": body, "attachments": attachments}}
    dialog(await answer(teams, "message_action", value=value))
    assert teams.inbound.turn.content == Pointed("reviews.submit", "", files=(File("Renewal map.pdf", place),))


async def test_message_action_that_only_does_something_says_so(teams: Caller) -> None:
    assert "Done." in json.dumps(await answer(teams, "message_action"))
    empty = {"commandId": "faq.save", "messagePayload": {"body": {"contentType": "html", "content": "<img>"}}}
    assert "no words" in json.dumps(await answer(teams, "message_action", value=empty))


async def test_resent_message_action_has_the_same_key(teams: Caller) -> None:
    await answer(teams, "message_action")
    await answer(teams, "message_action", id="f:another")
    assert len({turn.key for turn in teams.inbound.answered}) == 1


async def test_form_of_a_message_action_is_sent(teams: Caller) -> None:
    assert "Done." in json.dumps(dialog(await answer(teams, "message_action_submit")))
    assert teams.inbound.turn.content == Submitted("faq.save", {"answer": "In April."}, "", "nonce-2")


@pytest.mark.parametrize(("reaction", "button"), [("like", HELPFUL), ("dislike", UNHELPFUL)])
async def test_thumb_is_the_judges_button(teams: Caller, reaction: str, button: Button) -> None:
    teams.inbound.reply = Reply(form=FORM, nonce="nonce-1") if button.opens_form else Reply()
    bare = {"actionName": "feedback", "actionValue": {"reaction": reaction}}
    for value in (bare, {"data": bare}):
        body = await answer(teams, "thumb", value=value)
        assert ("What was missing?" in json.dumps(body)) == button.opens_form
    assert {turn.content for turn in teams.inbound.answered} == {
        Pressed(button.action, button.value, "nonce-1", "answer-q1")
    }


async def test_dialog_below_a_thumb_is_sent(teams: Caller) -> None:
    assert await teams.send(payload("thumb_submit")) == (200, None)
    sent = teams.inbound.turn.content
    assert sent == Submitted("questions.unhelpful", {"reason": "other", "comment": "No."}, "q1", "nonce-1")


async def test_thumb_below_what_is_not_kept_or_judged_already_says_so(teams: Caller) -> None:
    assert "not kept" in json.dumps(await answer(teams, "thumb", replyToId="unknown"))
    teams.delivered.stand(Place("teams", f"@{MEGAN}"), "answer-q1", "1737000000500", CHOSEN, "nonce-1")
    assert "has been judged" in json.dumps(await answer(teams, "thumb"))
    assert not teams.inbound.answered


@pytest.mark.parametrize(
    "name", ["", "signin/verifyState", "signin/tokenExchange", "composeExtension/selectItem", "fileConsent/invoke", "?"]
)
async def test_invoke_that_nothing_answers_is_taken(teams: Caller, name: str) -> None:
    assert await teams.send({**payload("execute"), "name": name}) == (200, None)
    assert not teams.inbound.answered


async def test_answer_that_takes_too_long_is_not_waited_for(teams: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invokes, "ANSWER_WITHIN", 0.01)

    async def never(turn: Turn) -> Reply:
        await asyncio.Event().wait()
        return Reply()

    teams.inbound.answer = never
    assert "takes longer" in json.dumps(await answer(teams, "execute"))
