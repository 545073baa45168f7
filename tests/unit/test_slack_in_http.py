"""Slack over HTTP: acknowledged when durable, refused when malformed, never answered with a fault of ours."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.chat.errors import DeliveryFailed, FormRejected, UserFacingError
from bot.chat.form import Form, TextField
from bot.chat.reply import Reply
from bot.chat.turn import EVERYONE, Commanded, Opened, Place, Pointed, Pressed, Said, Submitted, Withdrawn
from bot.platforms.slack.errors import SlackFailed
from bot.platforms.slack.wire import decode_metadata
from bot.platforms.slack.workspace import Workspace
from tests.slack_requests import (
    ACME,
    BOT,
    CHANNEL,
    DIRECT,
    TEAM,
    USER,
    Caller,
    calling,
    payload,
    payload_names,
    signed,
)

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
WHY = Form("questions.unhelpful", "What was missing", (TextField("reason", "What?"),), state="q-17")


async def settled(caller: Caller) -> None:
    """Until the calls that nobody waits for are through."""
    await caller.half.surfaces.finish()


@pytest.mark.parametrize("name", payload_names())
async def test_everything_that_slack_sends_is_acknowledged(name: str) -> None:
    async with calling() as slack:
        status, _ = await slack.send(payload(name))
        assert status == 200


async def test_a_question_is_accepted_and_the_thread_shows_that_somebody_thinks() -> None:
    async with calling() as slack:
        assert await slack.send(payload("message_im")) == (200, "")
        await settled(slack)
        assert isinstance(slack.inbound.turn.content, Said)
        (status,) = slack.api.of("assistant.threads.setStatus")
        assert status["channel_id"] == DIRECT
        assert status["thread_ts"] == "1355517523.000005"
        assert status["loading_messages"]
        (title,) = slack.api.of("assistant.threads.setTitle")
        assert title["title"] == "How do I renew a contract?"


async def test_a_resend_under_a_new_event_id_has_no_second_effect() -> None:
    async with calling() as slack:
        for n in range(3):
            await slack.send({**payload("app_mention"), "event_id": f"Ev{n}"})
            await slack.send({**payload("message_channel_mention"), "event_id": f"Ew{n}"})
        await settled(slack)
        assert isinstance(slack.inbound.turn.content, Said)
        assert len(slack.api.of("assistant.threads.setStatus")) == 1
        assert not slack.api.of("assistant.threads.setTitle")


async def test_a_thread_of_the_older_surface_is_titled_by_its_first_question() -> None:
    async with calling() as slack:
        await slack.send(payload("assistant_thread_started"))
        for ts in ("1729999400.000100", "1729999500.000100"):
            message = payload("message_im_thread")
            event = {**message["event"], "ts": ts, "thread_ts": "1729999327.187299"}
            await slack.send({**message, "event": event})
        await settled(slack)
        assert [type(turn.content) for turn in slack.inbound.accepted.values()] == [Opened, Said, Said]
        assert len(slack.api.of("assistant.threads.setTitle")) == 1


async def test_a_workspace_without_the_surface_is_no_reason_to_fail() -> None:
    async with calling() as slack:
        slack.api.failing = DeliveryFailed("not here", permanent=True)
        assert (await slack.send(payload("message_im")))[0] == 200
        await settled(slack)


async def test_what_people_say_to_each_other_is_dropped_unless_it_is_wanted() -> None:
    async with calling() as slack:
        await slack.send(payload("message_channel"))
        assert not slack.inbound.accepted
        slack.inbound.overhearing = True
        await slack.send(payload("message_channel"))
        assert isinstance(slack.inbound.turn.content, Said)
        assert not slack.inbound.turn.content.addressed
        assert {place.channel for place in slack.inbound.asked_about} == {f"{TEAM}:{CHANNEL}"}
        await settled(slack)
        assert not slack.api.calls


async def test_what_cannot_be_kept_is_not_acknowledged() -> None:
    async with calling() as slack:
        slack.inbound.broken = OSError("the disk is full")
        for name in ("message_im", "slash_command", "message_action", "block_actions_message", "view_submission"):
            assert (await slack.send(payload(name)))[0] == 503


async def test_a_fault_of_ours_before_anything_is_kept_is_sent_again_and_logged_without_what_was_said() -> None:
    class Faulty:
        async def workspace(self, team: str) -> Workspace | None:
            raise KeyError(team)

    async with calling(Faulty()) as slack:
        with capture_logs() as logged:
            for name in ("message_im", "slash_command", "message_action", "block_actions_message", "view_submission"):
                assert (await slack.send(payload(name)))[0] == 503
    assert len(logged) == 5
    assert all(isinstance(line["exc_info"], KeyError) for line in logged)
    assert "renew a contract" not in str(logged)


async def test_while_nobody_knows_the_workspace_slack_is_to_send_again() -> None:
    class Unknown:
        async def workspace(self, team: str) -> Workspace | None:
            raise DeliveryFailed("Slack has not been asked yet.", permanent=False)

    async with calling(Unknown()) as slack:
        assert (await slack.send(payload("message_im")))[0] == 503


async def test_another_workspace_is_acknowledged_and_ignored() -> None:
    async with calling() as slack:
        slack.half.workspaces.known.clear()
        for name in payload_names():
            if name != "url_verification":
                assert (await slack.send(payload(name)))[0] == 200
        assert not slack.inbound.accepted
        assert not slack.inbound.answered


async def test_an_uninstalled_workspace_is_forgotten() -> None:
    for name in ("app_uninstalled", "tokens_revoked"):
        async with calling() as slack:
            await slack.send(payload(name))
            assert not slack.half.workspaces.known


async def test_a_revoked_token_of_a_person_forgets_nothing() -> None:
    async with calling() as slack:
        body = payload("tokens_revoked")
        await slack.send({**body, "event": {"type": "tokens_revoked", "tokens": {"oauth": [USER], "bot": []}}})
        assert slack.half.workspaces.known == {TEAM: ACME}


async def test_a_pressed_button_that_opens_a_form_opens_it_for_its_place() -> None:
    async with calling() as slack:
        slack.inbound.reply = Reply(form=WHY, nonce="nonce-1")
        assert await slack.send(payload("block_actions_message")) == (200, "")
        await settled(slack)
        assert isinstance(slack.inbound.turn.content, Pressed)
        (opened,) = slack.api.of("views.open")
        assert opened["trigger_id"] == "12466734323.1395872398"
        view = opened["view"]
        assert isinstance(view, dict)
        metadata = decode_metadata(view["private_metadata"])
        assert (metadata.nonce, metadata.state, metadata.place) == ("nonce-1", "q-17", slack.inbound.turn.place)


async def test_a_press_where_people_of_another_company_read_along_knows_of_them() -> None:
    async with calling() as slack:
        await slack.send(payload("block_actions_message"))
        await slack.send(payload("message_ext_shared"))
        await slack.send(payload("block_actions_message"))
        before, after = slack.inbound.answered
        assert (before.place.members, after.place.members) == ({EVERYONE}, frozenset())


@pytest.mark.parametrize(
    ("reply", "told"),
    [(Reply(form=WHY, nonce="nonce-1"), "please press it again"), (UserFacingError("It was taken."), "It was taken.")],
)
async def test_what_slack_opens_no_more_is_told_where_only_that_person_reads(
    reply: Reply | UserFacingError, told: str
) -> None:
    async with calling() as slack:
        slack.inbound.reply = reply
        slack.api.failing = SlackFailed("expired_trigger_id", "Too late.", permanent=True)
        await slack.send(payload("block_actions_message"))
        await settled(slack)
        ((place, text),) = slack.inbound.told
        assert place == Place("slack", f"{TEAM}:{USER}")
        assert told in text


async def test_a_press_that_fails_says_why_to_the_one_who_pressed() -> None:
    async with calling() as slack:
        slack.inbound.reply = UserFacingError("That slot was taken a moment ago.")
        assert await slack.send(payload("block_actions_home")) == (200, "")
        await settled(slack)
        (opened,) = slack.api.of("views.open")
        assert "That slot was taken a moment ago." in json.dumps(opened["view"])


async def test_a_press_with_no_more_to_show_opens_nothing() -> None:
    async with calling() as slack:
        await slack.send(payload("block_actions_feedback"))
        await settled(slack)
        assert isinstance(slack.inbound.turn.content, Pressed)
        assert not slack.api.calls


async def test_a_form_closes_when_it_was_taken() -> None:
    async with calling() as slack:
        assert await slack.send(payload("view_submission")) == (200, "")
        assert isinstance(slack.inbound.turn.content, Submitted)


async def test_a_rejected_form_stays_open_with_each_problem_at_its_field() -> None:
    async with calling() as slack:
        slack.inbound.reply = FormRejected({"reason": "This is needed."})
        status, text = await slack.send(payload("view_submission"))
        assert status == 200
        assert json.loads(text) == {"response_action": "errors", "errors": {"reason": "This is needed."}}


async def test_a_form_that_comes_too_late_turns_into_a_word_about_it() -> None:
    async with calling() as slack:
        slack.inbound.reply = UserFacingError("That button was pressed already.")
        _, text = await slack.send(payload("view_submission"))
        answer = json.loads(text)
        assert answer["response_action"] == "update"
        assert "That button was pressed already." in json.dumps(answer["view"])


async def test_a_form_may_lead_to_another_form() -> None:
    async with calling() as slack:
        slack.inbound.reply = Reply(form=WHY, nonce="nonce-9")
        _, text = await slack.send(payload("view_submission"))
        answer = json.loads(text)
        assert answer["response_action"] == "update"
        assert answer["view"]["callback_id"] == WHY.id


async def test_a_closed_form_says_nothing() -> None:
    async with calling() as slack:
        assert await slack.send(payload("view_closed")) == (200, "")
        assert not slack.inbound.answered


async def test_a_shortcut_is_accepted_and_one_with_a_form_is_answered_at_once() -> None:
    async with calling() as slack:
        await slack.send(payload("message_action"))
        (turn,) = slack.inbound.accepted.values()
        assert isinstance(turn.content, Pointed)
        slack.inbound.reply = Reply(form=WHY, nonce="nonce-3")
        await slack.send({**payload("message_action"), "callback_id": "faq.save"})
        await settled(slack)
        assert len(slack.inbound.answered) == 1
        assert len(slack.api.of("views.open")) == 1


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found"])
async def test_a_shortcut_where_guildhall_cannot_write_is_answered_directly(code: str) -> None:
    async with calling() as slack:
        slack.api.unreadable = SlackFailed(code, "no", permanent=True)
        await slack.send(payload("message_action"))
        assert slack.inbound.turn.place == Place("slack", f"{TEAM}:{USER}")


async def test_a_shortcut_is_answered_in_place_where_nobody_can_say_otherwise() -> None:
    async with calling() as slack:
        slack.api.unreadable = SlackFailed("ratelimited", "wait", permanent=False)
        await slack.send(payload("message_action"))
        assert slack.inbound.turn.place.channel == f"{TEAM}:{CHANNEL}"


async def test_a_slash_question_says_where_the_answer_comes() -> None:
    async with calling() as slack:
        status, text = await slack.send(payload("slash_command"))
        assert status == 200
        answer = json.loads(text)
        assert answer["response_type"] == "ephemeral"
        assert "direct messages" in answer["text"]
        assert isinstance(slack.inbound.turn.content, Said)


async def test_a_command_about_the_channel_says_that_it_is_answered_there() -> None:
    async with calling() as slack:
        _, text = await slack.send({**payload("slash_command"), "text": "channel"})
        assert "this channel" in json.loads(text)["text"]


async def test_a_slash_command_may_hold_any_words() -> None:
    async with calling() as slack:
        await slack.send({**payload("slash_command"), "text": 'help payload={"x": & ü 🎉'})
        assert slack.inbound.turn.content == Commanded("help", 'payload={"x": & ü 🎉')


async def test_where_outsiders_read_along_is_remembered_for_what_does_not_say_it() -> None:
    async with calling() as slack:
        await slack.send(payload("message_ext_shared"))
        await slack.send(payload("message_action"))
        await slack.send({**payload("slash_command"), "text": "channel"})
        assert [turn.place.members for turn in slack.inbound.accepted.values()] == [frozenset()] * 3
        later = payload("message_channel_mention")
        await slack.send({**later, "event": {**later["event"], "ts": "1355517999.000005"}})
        await slack.send({**payload("message_action"), "trigger_id": "1.2.3"})
        assert [*slack.inbound.accepted.values()][-1].place.members


async def test_a_deleted_question_is_withdrawn() -> None:
    async with calling() as slack:
        await slack.send(payload("message_deleted"))
        assert isinstance(slack.inbound.turn.content, Withdrawn)


async def test_the_address_is_verified_by_its_challenge() -> None:
    async with calling() as slack:
        sent = payload("url_verification")
        assert await slack.send(sent) == (200, json.dumps({"challenge": sent["challenge"]}))


async def test_a_look_at_the_certificate_is_answered() -> None:
    async with calling() as slack:
        assert (await slack.raw(b"ssl_check=1&token=x", {"Content-Type": FORM}))[0] == 200


async def test_what_is_kept_can_be_kept() -> None:
    async with calling() as slack:
        body = payload("message_im")
        await slack.send({**body, "event": {**body["event"], "text": "half \ud800 and NUL \0 end"}})
        content = slack.inbound.turn.content
        assert content == Said("half ? and NUL  end", f"{DIRECT}:1355517523.000005")


async def test_nothing_that_people_say_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with calling() as slack:
        body = json.dumps(changed_text("the-secret-of-acme"))
        await slack.post(body, JSON)
        await slack.post(body, JSON, signed(body, JSON, key="another"))
        await slack.post(json.dumps({"type": "the-secret-of-acme", "team_id": TEAM}), JSON)
        slack.inbound.broken = OSError("full")
        await slack.post(body, JSON)
    assert "the-secret-of-acme" not in caplog.text
    assert BOT not in caplog.text


def changed_text(text: str) -> dict[str, object]:
    body = payload("message_im")
    event = body["event"]
    assert isinstance(event, dict)
    return {**body, "event": {**event, "text": text, "ts": "1355517999.000005"}}


async def test_what_stands_in_the_environment_is_left_to_our_own_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
    for name in (*names, "SLACK_VERIFICATION_TOKEN"):
        monkeypatch.setenv(name, "from-the-environment")
    monkeypatch.setenv("HOME", str(tmp_path))
    async with calling() as slack:
        assert slack.half.bolt.client.token is None
        assert await slack.send(payload("message_im")) == (200, "")
        assert isinstance(slack.inbound.turn.content, Said)
    assert await asyncio.to_thread(os.listdir, tmp_path) == []
    assert not caplog.records
