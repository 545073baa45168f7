"""One suite for the in-memory transcript and for SQL on both databases."""

from collections.abc import Callable

import pytest

from bot.chat.ports import Transcript
from bot.chat.turn import Place, Pressed
from bot.storage.transcript import SqlTranscript
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, THREAD, message, minutes, turn
from tests.conftest import KINDS
from tests.fakes import MemoryTranscript


@pytest.fixture(params=["memory", *KINDS])
def transcript(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Transcript:
    return MemoryTranscript() if request.param == "memory" else SqlTranscript(new_database(request.param))


def test_what_was_said_and_answered_stands_in_order(transcript: Transcript) -> None:
    transcript.add_said(turn("How do renewals work?", key="k1"))
    transcript.put_message(THREAD, "m1", message("Ninety days before."), "n1", NOON)
    said, answered = transcript.entries(THREAD)
    assert (said.said, said.author, said.message) == ("How do renewals work?", DANA.name, None)
    assert (answered.said, answered.message, answered.nonce) == (None, message("Ninety days before."), "n1")
    assert said.position < answered.position


def test_the_same_turn_again_changes_nothing(transcript: Transcript) -> None:
    transcript.add_said(turn(key="k1"))
    before = transcript.entries(THREAD)
    transcript.add_said(turn(key="k1"))
    assert transcript.entries(THREAD) == before


def test_an_edit_keeps_its_place_and_is_seen_by_whoever_was_up_to_date(transcript: Transcript) -> None:
    transcript.put_message(THREAD, "m1", message("Draft."), "n1", NOON)
    transcript.put_message(THREAD, "m2", message("Second."), "n2", NOON)
    seen = transcript.entries(THREAD)[-1].revision
    transcript.put_message(THREAD, "m1", message("Final."), "n3", NOON + minutes(1))
    (changed,) = transcript.entries(THREAD, after=seen)
    assert (changed.id, changed.message, changed.nonce) == ("m1", message("Final."), "n3")
    by_position = sorted(transcript.entries(THREAD), key=lambda entry: entry.position)
    assert [entry.id for entry in by_position] == ["m1", "m2"]


def test_a_long_thread_is_read_a_page_at_a_time(transcript: Transcript) -> None:
    for number in range(7):
        transcript.put_message(THREAD, f"m{number}", message(), "n", NOON)
    first = transcript.entries(THREAD, limit=5)
    rest = transcript.entries(THREAD, after=first[-1].revision, limit=5)
    assert [entry.id for entry in (*first, *rest)] == [f"m{number}" for number in range(7)]


def test_threads_are_listed_for_their_person_last_changed_first(transcript: Transcript) -> None:
    for number in range(3):
        place = Place("web", DANA.id, f"thread-{number}")
        transcript.add_said(turn(f"Question {number}?", place=place, at=NOON + minutes(number)))
    transcript.add_said(turn("Mine?", person=SAM, place=Place("web", SAM.id, "thread-0")))
    first = transcript.threads(DANA.id, limit=2)
    assert [(each.title, each.place.thread) for each in first] == [
        ("Question 2?", "thread-2"),
        ("Question 1?", "thread-1"),
    ]
    assert [each.title for each in transcript.threads(DANA.id, before=first[-1].changed_at)] == ["Question 0?"]


def test_a_thread_is_unread_from_a_new_message_until_it_is_seen(transcript: Transcript) -> None:
    def unread() -> list[bool]:
        return [each.is_unread for each in transcript.threads(DANA.id)]

    transcript.add_said(turn("When?"))
    assert unread() == [False]
    transcript.put_message(THREAD, "m1", message("In April."), "n1", NOON)
    assert unread() == [True]
    transcript.saw(THREAD, transcript.entries(THREAD)[-1].revision)
    transcript.saw(THREAD, 1)
    assert unread() == [False]
    transcript.put_message(THREAD, "m1", message("In May."), "n2", NOON)
    assert unread() == [False]
    transcript.put_message(THREAD, "m2", message("In June."), "n3", NOON)
    assert unread() == [True]


def test_a_title_is_one_short_line(transcript: Transcript) -> None:
    transcript.add_said(turn("one two three\n" * 40))
    (thread,) = transcript.threads(DANA.id)
    assert len(thread.title) <= 80
    assert thread.title.endswith("…")
    assert "\n" not in thread.title


def test_a_thread_in_which_only_guildhall_wrote_is_called_after_its_newest_message(transcript: Transcript) -> None:
    def titles() -> list[str]:
        return [each.title for each in transcript.threads(DANA.id)]

    transcript.put_message(THREAD, "m1", message("A draft to approve."), "n1", NOON)
    transcript.put_message(THREAD, "m2", message("Another draft."), "n2", NOON)
    assert titles() == ["Another draft."]
    transcript.put_message(THREAD, "m1", message("Approved."), "n3", NOON)
    assert titles() == ["Another draft."]
    transcript.add_said(turn("Thanks."))
    transcript.put_message(THREAD, "m3", message("You are welcome."), "n4", NOON)
    assert titles() == ["Another draft."]


def test_a_deleted_thread_is_gone_and_the_others_stay(transcript: Transcript) -> None:
    other = Place("web", DANA.id, "thread-2")
    transcript.add_said(turn("Gone?"))
    transcript.add_said(turn("Stays?", place=other))
    transcript.delete_thread(THREAD)
    assert transcript.entries(THREAD) == []
    assert [each.title for each in transcript.threads(DANA.id)] == ["Stays?"]


def test_only_what_was_said_is_taken(transcript: Transcript) -> None:
    with pytest.raises(ValueError, match="said"):
        transcript.add_said(turn(Pressed("a.b", "", "n")))


def test_a_thread_is_found_by_its_person_wherever_it_began(transcript: Transcript) -> None:
    began = Place("web", "oidc:login.example:1", "thread_12")
    transcript.add_said(turn("Where was it?", place=began))
    transcript.add_said(turn("Another?", place=Place("web", DANA.id, "threadX12")))
    assert transcript.place_of(DANA.id, "thread_12") == began
    assert transcript.place_of(SAM.id, "thread_12") is None
    assert transcript.place_of(DANA.id, "_12") is None
    assert transcript.place_of(DANA.id, "%") is None
