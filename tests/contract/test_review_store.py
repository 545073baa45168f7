"""What is asked of the store of reviews, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.reviews.model import Case, File, Link, Pair, Rating, Seat, State
from bot.features.reviews.rubric import Apart, Blind
from bot.features.reviews.rubric_reader import starter_rubrics
from bot.features.reviews.store import SqlReviews
from bot.features.reviews.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM
from tests.reviewed import DAY, assignment, in_review, review, rubric, submission

FULL = submission(
    "full",
    rubric=rubric(blind=Blind.DOUBLE, apart=Apart.TEAM, within=timedelta(hours=3), language="de"),
    title="Größe",
    links=(Link("Karte", "https://example.com/ü"), Link("", "https://example.com/2")),
    given={"persona": "Käuferin", "scope": "überall"},
    team=frozenset({"emea", "cx"}),
    with_ids=frozenset({"web:kim", "web:lee"}),
    language="de",
    blind=Blind.SINGLE,
    seats=3,
    state=State.CLOSED,
    missing=("Ein Titel fehlt.", "So."),
    returned_by="web:mo",
    returned_at=NOON - DAY,
    complete_at=NOON,
    asked=4,
    short_told_at=NOON + DAY,
    released_at=NOON + 2 * DAY,
    reply="Danke.",
    replied_at=NOON + 3 * DAY,
    closed_at=NOON + 4 * DAY,
    is_example=True,
    revision=9,
    files=(File("f1", "Größe.pdf", 1), File("f2", "b.png", 9_999_999)),
)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlReviews:
    return SqlReviews(unit)


def test_a_submission_comes_back_as_it_was_kept(store: SqlReviews) -> None:
    for each in (FULL, submission("plain")):
        assert store.get(each.id) is None
        assert store.add(each)
        assert store.get(each.id) == store.take(each.id) == each
        assert not store.add(replace(each, title="again"))
        assert store.get(each.id) == each
    assert store.take("unknown") is None


def test_every_rubric_that_comes_with_guildhall_can_be_kept(store: SqlReviews) -> None:
    for each in starter_rubrics().values():
        store.add(submission(each.id, rubric=each))
        kept = store.get(each.id)
        assert kept is not None and kept.rubric == each


def test_what_is_too_long_is_kept_as_far_as_it_goes(store: SqlReviews) -> None:
    store.add(submission(title="ü" * 5_000, author_name="n" * 5_000))
    kept = store.get("r1")
    assert kept is not None and kept.title == "ü" * 300 and kept.author_name == "n" * 200


def test_a_submission_is_changed_in_the_revision_that_was_read_or_not_at_all(store: SqlReviews) -> None:
    store.add(submission(with_ids=frozenset({"web:kim"})))
    changed = in_review(with_ids=frozenset({"web:lee", "web:mo"}), revision=2)
    assert store.change(changed)
    assert not store.change(replace(changed, title="Late", with_ids=frozenset()))
    assert not store.change(replace(changed, id="unknown"))
    assert store.get("r1") == changed


def test_work_is_found_by_whoever_made_it_the_newest_first(store: SqlReviews) -> None:
    store.add(submission("old"))
    store.add(submission("shared", author_id="web:lee", with_ids=frozenset({DANA.id}), submitted_at=NOON + DAY))
    store.add(in_review("new", submitted_at=NOON + 2 * DAY))
    store.add(submission("other", author_id="web:lee"))
    store.add(submission("closed", state=State.CLOSED, author_id="web:lee"))
    assert [each.id for each in store.submitted_by(DANA.id, 9)] == ["new", "shared", "old"]
    assert [each.id for each in store.submitted_by(DANA.id, 1)] == ["new"]
    assert [each.id for each in store.running()] == ["old", "other", "shared", "new"]
    assert [each.submission.id for each in store.since(NOON + DAY)] == ["shared", "new"]


def test_a_case_has_its_reviewers_in_order_and_their_reviews(store: SqlReviews) -> None:
    store.add(in_review())
    store.add(in_review("empty", submitted_at=NOON + DAY))
    second = assignment(2, "web:lee", seat=Seat.HANDED_IN, accepted_at=NOON, ended_at=NOON + DAY)
    first = assignment(1, "web:kim", why="kennt Größen", by=SAM.id, word="Nein.")
    assert store.add_assignment(second) and store.add_assignment(first)
    written = review(2, ratings={"focus": Rating(None, "Größe?"), "view": Rating(0)})
    store.put_review(review(2))
    store.put_review(written)
    assert store.case("r1") == Case(in_review(), [first, second], {"r1-2": written})
    assert store.case("empty") == Case(in_review("empty", submitted_at=NOON + DAY), (), {})
    assert store.case("unknown") is None


def test_nobody_is_asked_twice_about_the_same_work(store: SqlReviews) -> None:
    assert store.add_assignment(assignment())
    assert not store.add_assignment(assignment(2))
    assert not store.add_assignment(assignment(1, "web:lee", id="another"))
    assert store.assignment("r1-1") == assignment()
    store.put_assignment(assignment(seat=Seat.DECLINED, word="Away", ended_at=NOON))
    assert store.assignment("r1-1") == assignment(seat=Seat.DECLINED, word="Away", ended_at=NOON)
    assert store.assignment("unknown") is None


def test_what_somebody_owes_comes_in_the_order_in_which_it_is_due(store: SqlReviews) -> None:
    for each in ("r1", "r2", "r3", "r4"):
        store.add(in_review(each))
    late = assignment(1, id="late", due_at=NOON + 3 * DAY, seat=Seat.ACCEPTED)
    soon = assignment(1, id="soon", submission_id="r2")
    done = assignment(1, id="done", submission_id="r3", seat=Seat.HANDED_IN, ended_at=NOON, asked_at=NOON - 9 * DAY)
    theirs = assignment(1, "web:lee", id="theirs", submission_id="r4")
    for each_asked in (late, soon, done, theirs):
        store.add_assignment(each_asked)
    assert [(sent.id, owed.id) for sent, owed in store.owed_by("web:kim")] == [("r2", "soon"), ("r1", "late")]
    assert [each.id for each in store.reviewed_by("web:kim", 5)] == ["done"]
    assert store.in_hand() == {"web:kim": 2, "web:lee": 1}
    assert store.asked_since(NOON) == {"web:kim": 2, "web:lee": 1}
    assert store.asked_since(NOON - 9 * DAY) == {"web:kim": 3, "web:lee": 1}


def test_pairs_are_known_both_ways_and_only_where_a_review_came_of_it(store: SqlReviews) -> None:
    store.add(in_review("r1"))
    store.add(in_review("r2", author_id="web:kim"))
    store.add(in_review("r3", author_id="web:lee"))
    for each in (
        assignment(1, "web:kim", seat=Seat.HANDED_IN),
        assignment(2, "web:lee", seat=Seat.DECLINED),
        assignment(1, DANA.id, id="r2-1", submission_id="r2", asked_at=NOON + DAY),
        assignment(2, "web:lee", id="r2-2", submission_id="r2", asked_at=NOON + DAY),
        assignment(1, DANA.id, id="r3-1", submission_id="r3", asked_at=NOON - 99 * DAY),
    ):
        store.add_assignment(each)
    assert store.pairs(DANA.id, NOON - DAY) == [
        Pair(DANA.id, "web:kim", NOON),
        Pair("web:kim", DANA.id, NOON + DAY),
    ]


def test_two_people_who_prove_to_be_one_are_one_here_too(unit: UnitOfWork, store: SqlReviews) -> None:
    store.add(in_review("r1", author_id="younger"))
    store.add(in_review("r2", with_ids=frozenset({"younger"})))
    store.add(in_review("r3", with_ids=frozenset({"younger", SAM.id})))
    store.add_assignment(assignment(1, "younger", id="a", submission_id="x"))
    store.add_assignment(assignment(1, "younger", id="b", submission_id="y", by="younger"))
    store.add_assignment(assignment(2, SAM.id, id="c", submission_id="y"))
    follow(unit, PERSON_COLUMNS, "younger", SAM.id)
    assert {each.id for each in store.submitted_by(SAM.id, 9)} == {"r1", "r2", "r3"}
    moved = store.assignment("a")
    assert moved is not None and moved.person_id == SAM.id
    assert store.assignment("b") is None
    assert store.assignment("c") == assignment(2, SAM.id, id="c", submission_id="y")


def test_what_is_in_a_file_comes_back_whole_until_it_is_forgotten(store: SqlReviews) -> None:
    content = bytes(range(256)) * 4_000
    store.keep_content("r1", "f1", content)
    store.keep_content("r1", "f2", b"two")
    store.keep_content("r2", "f3", b"other")
    assert store.content("r1", "f1") == content
    assert store.content("r2", "f1") is None, "it is another's"
    store.forget_content("r1", "f1")
    assert (store.content("r1", "f1"), store.content("r1", "f2")) == (None, b"two")
    store.forget_content("r1")
    assert (store.content("r1", "f2"), store.content("r2", "f3")) == (None, b"other")


def test_examples_are_what_is_closed_with_consent_and_each_change_of_them_counts(store: SqlReviews) -> None:
    assert (list(store.examples()), store.changes_of_closed()) == ([], 0)
    closed = submission("late", state=State.CLOSED, closed_at=NOON + DAY, is_example=True)
    store.add(closed)
    store.add(submission("early", state=State.CLOSED, closed_at=NOON, is_example=True))
    store.add(submission("secret", state=State.CLOSED, closed_at=NOON))
    store.add(submission("open", state=State.RELEASED, is_example=True))
    assert [each.submission.id for each in store.examples()] == ["early", "late"]
    before = store.changes_of_closed()
    assert store.change(replace(closed, is_example=False, revision=2))
    assert [each.submission.id for each in store.examples()] == ["early"]
    assert store.changes_of_closed() > before
