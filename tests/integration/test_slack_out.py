from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.reply import Message, Paragraph, Suggestions
from bot.chat.turn import Place
from bot.storage.unit_of_work import Database
from tests.builders import message
from tests.fake_slack import TEAM, Channel, Delayed, FakeSlack, LateCommit, LostResponse, Refused, ServerError
from tests.slack_out import CHANNEL, DIRECT, all_sent, messenger, peopled, queue, relaying, rows, texts
from tests.waiting import until


async def test_a_message_is_posted_with_its_key_and_without_previews() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        message_id = await out.post(CHANNEL, message("Hello."), "card", "nonce")
        (posted,) = slack.messages("C1")
    assert message_id == f"C1:{posted['ts']}"
    assert (posted["text"], posted["unfurl_links"], posted["unfurl_media"]) == ("Hello.", False, False)
    assert posted["metadata"]["event_type"] == "guildhall"
    assert "card" not in str(posted["metadata"])


async def test_a_message_is_updated_in_place_and_keeps_what_it_is_found_by() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        message_id = await out.post(CHANNEL, message("First."), "card", "n1")
        await out.update(CHANNEL, message_id, message("Second."), "n2")
        assert texts(slack.messages("C1")) == ["Second."]
        assert await out.find(CHANNEL, "card") == message_id


async def test_a_reply_stands_in_its_thread_and_is_found_there() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        root = await out.post(CHANNEL, message("Root."), "root", "n")
        thread = replace(CHANNEL, thread=root.partition(":")[2])
        reply = await out.post(thread, message("Reply."), "reply", "n")
        assert slack.messages("C1")[1]["thread_ts"] == thread.thread
        assert await out.find(thread, "reply") == reply
        assert await out.find(thread, "other") is None


async def test_a_direct_message_goes_to_a_person_and_is_found_in_their_conversation() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        message_id = await out.post(DIRECT, message("For you."), "private", "n")
        assert message_id.startswith("D1:")
        assert await out.find(DIRECT, "private") == message_id
        await out.update(DIRECT, message_id, message("For you, changed."), "n")
        assert texts(slack.messages("D1")) == ["For you, changed."]


async def test_a_look_up_reads_all_pages() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        first = await out.post(CHANNEL, message("The first."), "first", "n")
        for _ in range(230):
            slack.messages("C1").append({"type": "message", "user": "U1", "text": "…", "ts": slack.next_ts()})
        assert await out.find(CHANNEL, "first") == first
        assert len(slack.calls_of("conversations.history")) == 3


async def test_the_home_is_published_and_published_again() -> None:
    home = replace(DIRECT, thread="home")
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        message_id = await out.post(home, message("Your questions."), "home", "n")
        await out.update(home, message_id, message("Your question was answered."), "n")
        assert "answered" in str(slack.homes["U1"])
        assert (message_id, slack.calls_of("chat.postMessage")) == ("home", [])


async def test_suggestions_become_prompts_in_an_assistants_thread_and_bullets_where_there_is_none() -> None:
    offered = Message("Ask away.", (Paragraph("Ask away."), Suggestions(("How do renewals work?", "Who approves?"))))
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        channel = slack.direct_channel("U1")
        thread = Place("slack", f"{TEAM}:{channel.id}", "1700000000.000001")
        await out.post(thread, offered, "start", "n")
        (prompts,) = slack.suggested
        assert [each["message"] for each in prompts["prompts"]] == ["How do renewals work?", "Who approves?"]
        assert "How do renewals work?" not in str(channel.messages[-1]["blocks"])
        slack.fail("assistant.threads.setSuggestedPrompts", Refused("missing_scope", "assistant:write"))
        await out.post(thread, offered, "again", "n")
        assert "How do renewals work?" in str(channel.messages[-1]["blocks"])


async def test_a_workspace_that_refuses_the_newer_blocks_gets_older_ones_and_at_last_the_words() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        slack.fail("chat.postMessage", Refused("invalid_blocks"), Refused("invalid_blocks"))
        posted_id = await out.post(CHANNEL, message("Hello."), "card", "n")
        (posted,) = slack.messages("C1")
        assert (posted["text"], posted["blocks"]) == ("Hello.", [])
        await out.update(CHANNEL, posted_id, message("At 120 days."), "n")
        assert posted["blocks"]
        slack.fail("chat.update", Refused("invalid_blocks"), Refused("invalid_blocks"))
        await out.update(CHANNEL, posted_id, message("At 90 days."), "n")
        assert (posted["text"], posted["blocks"]) == ("At 90 days.", [])


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("invalid_auth", "Install Guildhall"),
        ("token_revoked", "Install Guildhall"),
        ("account_inactive", "Install Guildhall"),
        ("not_in_channel", "Invite"),
        ("channel_not_found", "Invite"),
        ("is_archived", "Unarchive"),
        ("restricted_action", "admins"),
        ("cannot_dm_bot", "bot"),
        ("something_new", "docs.slack.dev"),
    ],
)
async def test_a_refusal_for_good_says_what_to_do(code: str, advice: str) -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        slack.fail("chat.postMessage", Refused(code))
        with pytest.raises(DeliveryFailed, match=advice) as failed:
            await out.post(CHANNEL, message(), "card", "n")
    assert failed.value.permanent
    assert code in str(failed.value)


async def test_a_missing_scope_is_named() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        slack.fail("chat.postMessage", Refused("missing_scope", "chat:write"))
        with pytest.raises(DeliveryFailed, match="chat:write"):
            await out.post(CHANNEL, message(), "card", "n")


async def test_an_edit_of_what_was_deleted_in_slack_fails_for_good() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        message_id = await out.post(CHANNEL, message("First."), "card", "n")
        slack.messages("C1").clear()
        with pytest.raises(DeliveryFailed, match="deleted in Slack") as failed:
            await out.update(CHANNEL, message_id, message("Second."), "n")
    assert failed.value.permanent


async def test_what_may_have_arrived_is_not_called_a_failure() -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        for fault in (LostResponse(), LateCommit(), ServerError(500), ServerError(502), Refused("internal_error")):
            slack.fail("chat.postMessage", fault)
            with pytest.raises(OutcomeUnknown):
                await out.post(CHANNEL, message(), "card", "n")


async def test_a_delivery_that_takes_too_long_is_left_for_the_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.messenger.DELIVERY_WITHIN", timedelta(seconds=0.05))
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        slack.fail("chat.postMessage", Delayed(0.15))
        with pytest.raises(OutcomeUnknown):
            await out.post(CHANNEL, message(), "card", "n")
        assert await out.find(CHANNEL, "card") is not None


async def test_a_slack_that_is_not_there_is_tried_again() -> None:
    slack = FakeSlack()
    await slack.start()
    async with messenger(peopled(slack)) as out:
        slack.fail("chat.postMessage", ServerError(503))
        with pytest.raises(DeliveryFailed) as unavailable:
            await out.post(CHANNEL, message(), "card", "n")
    await slack.stop()
    async with messenger(slack) as out:
        with pytest.raises(DeliveryFailed, match="cannot be reached") as unreachable:
            await out.post(CHANNEL, message(), "card", "n")
    assert (unavailable.value.permanent, unreachable.value.permanent) == (False, False)


@pytest.mark.promise
async def test_lost_and_late_answers_make_no_message_twice_and_lose_none(sqlite_database: Database) -> None:
    count = 30
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        places = [replace(CHANNEL, channel=f"{TEAM}:C{number}") for number in range(1, 6)]
        for place in places:
            slack.add_channel(Channel(place.channel.partition(":")[2]))
        slack.fail("chat.postMessage", LostResponse(), LateCommit(0.05), ServerError(502), LostResponse(), times=3)
        for number in range(count):
            queue(sqlite_database, message(f"Message {number}."), f"key-{number}", places[number % len(places)])
        async with relaying(sqlite_database, out):
            await until(lambda: all_sent(sqlite_database), 20)
        arrived = [text for channel in slack.channels.values() for text in texts(channel.messages)]
    assert sorted(arrived) == sorted(f"Message {number}." for number in range(count))


async def test_a_wait_that_slack_asks_for_is_kept_and_all_is_delivered(sqlite_database: Database) -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        slack.rates["chat.postMessage"] = (20, 0.5)
        for number in range(30):
            place = replace(CHANNEL, channel=f"{TEAM}:C{number}")
            slack.add_channel(Channel(f"C{number}"))
            queue(sqlite_database, message("Broadcast."), "broadcast", place)
        async with relaying(sqlite_database, out):
            await until(lambda: all_sent(sqlite_database), 20)
        refused = len(slack.calls_of("chat.postMessage")) - 30
        assert [len(channel.messages) for channel in slack.channels.values()] == [1] * 30
    assert slack.early_calls == 0
    assert refused > 0


async def test_a_token_that_slack_refuses_fails_for_good_and_says_so(sqlite_database: Database) -> None:
    async with FakeSlack() as slack, messenger(peopled(slack)) as out:
        slack.installed.clear()
        queue(sqlite_database, message(), "card")
        async with relaying(sqlite_database, out):
            await until(lambda: rows(sqlite_database)[0][0] == "failed")
    assert "Install Guildhall" in rows(sqlite_database)[0][1]
    assert len(slack.calls) == 1
