from dataclasses import replace

import pytest

from bot.chat.errors import OutcomeUnknown
from bot.chat.reply import Citation, Message, Paragraph, Sources
from bot.chat.turn import Place
from bot.storage.unit_of_work import Database
from tests.builders import message
from tests.fake_slack import TEAM, Channel, FakeSlack, LateCommit, LostResponse, RateLimited, Refused, ServerError
from tests.slack_out import CHANNEL, all_sent, messenger, peopled, queue, relaying
from tests.waiting import until

SOURCE = Citation(1, "Renewals", "Renewals › Pricing", "https://guildhall.example/read/1", "Ninety days before.")
ANSWER = Message("Renewals start ninety days before.", (Paragraph("Ninety days before."), Sources((SOURCE,))))
FAULTS = [
    ("chat.startStream", LostResponse()),
    ("chat.startStream", LateCommit(0.05)),
    ("chat.startStream", RateLimited(1)),
    ("chat.stopStream", LostResponse()),
    ("chat.stopStream", LateCommit(0.05)),
    ("chat.stopStream", RateLimited(1)),
    ("chat.stopStream", ServerError(503)),
    ("chat.stopStream", Refused("message_not_in_streaming_state")),
]


def thread_in(slack: FakeSlack) -> tuple[Channel, Place]:
    """Dana's own thread with Guildhall, which she began."""
    channel = peopled(slack).direct_channel("U1")
    asked = {"type": "message", "user": "U1", "text": "How do renewals work?", "ts": slack.next_ts()}
    channel.messages.append(asked)
    return channel, Place("slack", f"{TEAM}:{channel.id}", str(asked["ts"]))


async def test_an_answer_is_begun_and_finished_as_one_message() -> None:
    async with FakeSlack() as slack, messenger(slack, streams=True) as out:
        channel, thread = thread_in(slack)
        message_id = await out.post(thread, ANSWER, "answer", "n")
        _, answer = channel.messages
        assert (answer["streaming_state"], answer["thread_ts"]) == ("completed", thread.thread)
        assert "Ninety days before." in str(answer["blocks"])
        assert "› Pricing" in str(answer["blocks"])
        assert await out.find(thread, "answer") == message_id
        await out.update(thread, message_id, message("Withdrawn."), "n")
        assert channel.messages[1]["text"] == "Withdrawn."


@pytest.mark.parametrize("shared", [True, False])
async def test_what_is_no_answer_or_not_in_ones_own_thread_is_posted(shared: bool) -> None:
    async with FakeSlack() as slack, messenger(slack, streams=True) as out:
        _, thread = thread_in(slack)
        if shared:
            await out.post(replace(CHANNEL, thread=thread.thread), ANSWER, "answer", "n")
        else:
            await out.post(thread, message("Noted."), "note", "n")
        assert slack.calls_of("chat.startStream") == []


async def test_a_workspace_without_streams_gets_a_post_and_is_not_asked_again() -> None:
    async with FakeSlack() as slack, messenger(slack, streams=True) as out:
        channel, thread = thread_in(slack)
        slack.fail("chat.startStream", Refused("unknown_method"))
        await out.post(thread, ANSWER, "first", "n")
        await out.post(thread, ANSWER, "second", "n")
        assert ["streaming_state" in each for each in channel.messages] == [False] * 3
        assert len(slack.calls_of("chat.startStream")) == 1


async def test_a_stream_that_was_begun_and_not_finished_is_not_called_a_failure() -> None:
    async with FakeSlack() as slack, messenger(slack, streams=True) as out:
        _, thread = thread_in(slack)
        slack.fail("chat.stopStream", Refused("internal_error"), Refused("invalid_blocks"))
        for key in ("first", "second"):
            with pytest.raises(OutcomeUnknown):
                await out.post(thread, ANSWER, key, "n")


@pytest.mark.parametrize(("method", "fault"), FAULTS)
async def test_whatever_happens_to_a_stream_one_whole_answer_is_left(
    sqlite_database: Database, method: str, fault: LostResponse
) -> None:
    async with FakeSlack() as slack, messenger(slack, streams=True) as out:
        channel, thread = thread_in(slack)
        slack.fail(method, fault)
        queue(sqlite_database, ANSWER, "answer", thread)
        async with relaying(sqlite_database, out):
            await until(lambda: all_sent(sqlite_database))
        await slack.settle()
        (answer,) = channel.messages[1:]
    assert "› Pricing" in str(answer["blocks"])
    assert answer.get("streaming_state", "completed") == "completed"


async def test_without_asking_for_it_nothing_is_streamed() -> None:
    async with FakeSlack() as slack, messenger(slack) as out:
        _, thread = thread_in(slack)
        await out.post(thread, ANSWER, "answer", "n")
        assert slack.calls_of("chat.startStream") == []
