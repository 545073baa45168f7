"""One suite for the in-memory store and for SQL on both databases."""

from collections.abc import Callable, Iterator

import pytest

from bot.chat.turn import Place
from bot.features.questions.model import Feedback, Reason, Verdict
from bot.features.questions.store import QuestionStore, SqlQuestions
from bot.storage.unit_of_work import Database
from knowledge.answer import Outcome
from tests.builders import DANA, NOON, SAM, THREAD, message, minutes, question
from tests.conftest import KINDS
from tests.fakes import MemoryQuestions


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[QuestionStore]:
    if request.param == "memory":
        yield MemoryQuestions()
        return
    with new_database(request.param).begin() as unit:
        yield SqlQuestions(unit)


def test_a_question_comes_back_as_it_was_kept(store: QuestionStore) -> None:
    feedback = Feedback(Verdict.UNHELPFUL, NOON, Reason.OUTDATED, "Älter als 2020 – \u202e?")
    kept = question(outcome=Outcome.CANDIDATES, choice=0, feedback=feedback)
    store.add(kept)
    assert store.get("q1") == kept
    assert store.get("q2") is None


def test_earlier_questions_are_the_newest_of_the_person_and_thread_oldest_first(store: QuestionStore) -> None:
    for number in range(5):
        store.add(question(f"q{number}", asked_at=NOON + minutes(number), text=f"Question {number}?"))
    store.add(question("other thread", place=Place("web", DANA.id, "thread-2"), text="Elsewhere?"))
    store.add(question("other person", person_id=SAM.id, text="Somebody else?"))
    assert store.earlier(THREAD.conversation, DANA.id, since=NOON, before=NOON + minutes(5), limit=3) == [
        "Question 2?",
        "Question 3?",
        "Question 4?",
    ]
    assert store.earlier(THREAD.conversation, DANA.id, since=NOON + minutes(4), before=NOON + minutes(5), limit=3) == [
        "Question 4?"
    ]
    assert store.earlier(THREAD.conversation, DANA.id, since=NOON, before=NOON + minutes(1), limit=3) == ["Question 0?"]
    assert store.is_known(THREAD.conversation)
    assert not store.is_known("slack/T1:C1/1")


def test_feedback_is_kept_and_taken_back(store: QuestionStore) -> None:
    store.add(question())
    feedback = Feedback(Verdict.HELPFUL, NOON)
    store.set_feedback("q1", feedback)
    assert store.get("q1") == question(feedback=feedback)
    store.set_feedback("q1", None)
    assert store.get("q1") == question()


def test_a_choice_changes_what_is_shown(store: QuestionStore) -> None:
    store.add(question(outcome=Outcome.CANDIDATES))
    store.set_choice("q1", 0, message("The passage."))
    assert store.get("q1") == question(outcome=Outcome.CANDIDATES, choice=0, shown=message("The passage."))


PRIVATE = Place("slack", "T1:U1")


def test_what_a_message_asked_is_found_by_its_id(store: QuestionStore) -> None:
    store.add(question("q1"))
    store.add(question("q2", said_id="C1:17.2", addressed=False))
    store.add(question("q3", said_id="C1:17.2", asked_at=NOON + minutes(1), answered_in=PRIVATE))
    assert [each.id for each in store.said_as("C1:17.2")] == ["q2", "q3"]
    assert store.get("q3") == question("q3", said_id="C1:17.2", asked_at=NOON + minutes(1), answered_in=PRIVATE)
    assert store.said_as("") == []


def test_a_person_sees_their_newest_questions_first(store: QuestionStore) -> None:
    for number in range(3):
        store.add(question(f"q{number}", asked_at=NOON + minutes(number)))
    store.add(question("other", person_id=SAM.id))
    assert [each.id for each in store.asked_by(DANA.id, 2)] == ["q2", "q1"]


def test_an_answer_changes_until_somebody_judges_it(store: QuestionStore) -> None:
    store.add(question(said_id="C1:17.2"))
    anew = question(
        said_id="C1:17.2", text="And Q3?", outcome=Outcome.UNKNOWN, shown=message("No."), answered_in=PRIVATE
    )
    assert store.answer_anew(anew)
    assert store.get("q1") == anew
    store.set_feedback("q1", Feedback(Verdict.HELPFUL, NOON))
    assert not store.answer_anew(question(text="Again?"))
    assert not store.answer_anew(question("nobody asked this"))


def test_a_question_that_is_removed_is_gone(store: QuestionStore) -> None:
    store.add(question(said_id="C1:17.2"))
    store.remove("q1")
    store.remove("q1")
    assert store.get("q1") is None
    assert store.said_as("C1:17.2") == []


def test_a_message_that_was_withdrawn_is_known_as_such_in_its_channel(store: QuestionStore) -> None:
    store.note_withdrawn(PRIVATE, "C1:17.2", NOON)
    store.note_withdrawn(PRIVATE, "C1:17.2", NOON + minutes(1))
    assert store.is_withdrawn(PRIVATE, "C1:17.2")
    assert not store.is_withdrawn(PRIVATE, "C1:17.3")
    assert not store.is_withdrawn(THREAD, "C1:17.2")


def test_the_questions_of_a_minute_are_counted_and_one_with_two_answers_once(store: QuestionStore) -> None:
    store.add(question("q1"))
    store.add(question("q2", answered_in=PRIVATE))
    store.add(question("q3", asked_at=NOON + minutes(0.5)))
    store.add(question("q4", asked_at=NOON + minutes(2)))
    store.add(question("q5", person_id="web:sam"))
    assert store.count_asked(DANA.id, NOON - minutes(1), NOON) == 1
    assert store.count_asked(DANA.id, NOON - minutes(1), NOON + minutes(1)) == 2
    assert store.count_asked(DANA.id, NOON, NOON + minutes(1)) == 1
