from dataclasses import replace

import pytest

from bot.chat.reply import Bullets, Button, Progress
from bot.features.broadcasts import model
from bot.features.broadcasts.cards import figures_in_words, progress_message, way_in_words
from bot.features.broadcasts.model import Broadcast, BroadcastState, Figures, Recipient, Target, TargetState
from bot.features.stories import acts
from tests.builders import NOON, message

STORY = Broadcast("b1", "stories/1", "dana", NOON, message())
ARRIVED, FAILED, STOPPED, QUEUED = (
    TargetState.ARRIVED,
    TargetState.FAILED,
    TargetState.STOPPED,
    TargetState.QUEUED,
)


@pytest.mark.parametrize(
    ("state", "progress", "said"),
    [
        (BroadcastState.SCHEDULED, {TargetState.WAITING: 2}, "scheduled for 2 places. Nothing was sent yet."),
        (BroadcastState.SENDING, {ARRIVED: 120, QUEUED: 1380}, "on its way, 120 of 1,500 places have it."),
        (BroadcastState.SENT, {ARRIVED: 1}, "it has arrived."),
        (BroadcastState.SENT, {ARRIVED: 2}, "it has arrived in all 2 places."),
        (BroadcastState.SENT, {ARRIVED: 1, FAILED: 1}, "it has arrived in 1 of 2 places. 1 place did not get it."),
        (
            BroadcastState.STOPPED,
            {ARRIVED: 1, STOPPED: 4},
            "stopped. It had arrived in 1 place, 4 places did not get it any more.",
        ),
        (BroadcastState.TAKEN_DOWN, {ARRIVED: 3}, "taken down in 3 places."),
    ],
)
def test_it_says_in_one_line_how_far_it_has_come(
    state: BroadcastState, progress: dict[TargetState, int], said: str
) -> None:
    shown = progress_message("Story “Renewals”", replace(STORY, state=state), model.Progress(progress))
    assert shown.summary == f"Story “Renewals”: {said}"
    assert any(isinstance(block, Progress) for block in shown.blocks) == (state is BroadcastState.SENDING)


def test_a_correction_on_its_way_is_no_sending() -> None:
    shown = progress_message("It", replace(STORY, state=BroadcastState.SENDING), model.Progress({ARRIVED: 9}, 4))
    assert shown.summary == "It: 4 places of 9 are being brought up to date."
    down = progress_message("It", replace(STORY, state=BroadcastState.TAKEN_DOWN), model.Progress({ARRIVED: 9}, 4))
    assert down.summary == "It: taken down in 9 places, 4 still to come."


def test_a_change_that_did_not_arrive_is_said_and_can_be_tried_again() -> None:
    gone = [Target("b1", 1, Recipient("slack", "C1"), "sales", state=ARRIVED, reason="The message was deleted.")]
    for state in (BroadcastState.SENT, BroadcastState.TAKEN_DOWN):
        sent, progress = replace(STORY, state=state), model.Progress({ARRIVED: 3})
        shown = progress_message("It", sent, progress, gone, acts.for_broadcast(sent, progress, gone))
        assert shown.summary.endswith("3 places. 1 place still has what it said before.")
        assert [each.label for each in shown.buttons] == ["Try again"]
        assert acts.for_broadcast(sent, progress) == ()


def test_where_one_thing_is_sent_by_several_broadcasts_each_names_its_first_places() -> None:
    places, letter = ("general", "sales", "renewals"), replace(STORY, letter=message())
    assert way_in_words(STORY, places[:1], 1) == "in general"
    assert (
        way_in_words(replace(STORY, outsiders=True), places, 3)
        == "in general, sales, renewals, with people from outside"
    )
    assert way_in_words(letter, places, 1_500) == "by e-mail to general, sales, renewals and 1,497 more"


def test_problems_are_told_by_their_reason_the_commonest_first() -> None:
    missing = [Target("b1", n, Recipient("slack", f"C{n}"), f"hub-{n}", reason="Not in there.") for n in range(5)]
    one = Target("b1", 9, Recipient("slack", "C9"), "sales", reason="It is archived.")
    stop = Button("Stop it", "stories.stop", "b1", "danger")
    shown = progress_message("It", STORY, model.Progress({FAILED: 6}), [one, *missing], (stop,))
    (listed,) = [block for block in shown.blocks if isinstance(block, Bullets)]
    assert listed.items == ("hub-0, hub-1, hub-2 and 2 more: Not in there.", "sales: It is archived.")
    assert shown.buttons == (stop,)


def test_what_nobody_tells_is_left_out() -> None:
    assert figures_in_words(Figures(2)) == (("Arrived", "2 places"),)
    assert figures_in_words(Figures(1, 0, {"tada": 3, "eyes": 1})) == (
        ("Arrived", "1 place"),
        ("Opened", "0 people"),
        ("Reactions", "tada 3, eyes 1"),
    )
