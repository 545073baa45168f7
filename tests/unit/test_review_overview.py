"""How a review stands for its reader, on calendars, and what its figures find."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.features.reviews.calendar import ReviewCalendar
from bot.features.reviews.charts import LEAST, by_month, charts_of, how_it_ends, in_words, where_time_goes
from bot.features.reviews.comparing import compared
from bot.features.reviews.figures import Figures, figures_of
from bot.features.reviews.model import Case, Rating, Seat, State
from bot.features.reviews.overview import Pace, Part, Standing, in_order, row_of, steps_of
from bot.features.reviews.rubric import Blind
from bot.features.reviews.store import SqlReviews
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Method, calendar_file
from tests.builders import DANA, NOON, SAM
from tests.reviewed import DAY, assignment, in_review, review, submission

HOUR = timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")


def case(*seats: Seat, **values: object) -> Case:
    """Sam has the first seat."""
    asked = [
        assignment(number, SAM.id if number == 1 else f"p{number}", seat=seat) for number, seat in enumerate(seats, 1)
    ]
    written = {each.id: review(each.number) for each in asked if each.seat is Seat.HANDED_IN}
    return Case(in_review(**values), asked, written)


@pytest.mark.parametrize(
    ("shown", "author", "reviewer"),
    [
        (case(Seat.ASKED, state=State.RETURNED), Standing.COMPLETE, Standing.RETURNED),
        (case(Seat.ASKED), Standing.IN_REVIEW, Standing.ASKED),
        (case(Seat.ACCEPTED), Standing.IN_REVIEW, Standing.REVIEW),
        (case(Seat.HANDED_IN), Standing.IN_REVIEW, Standing.HANDED_IN),
        (case(Seat.REPLACED), Standing.IN_REVIEW, Standing.PASSED_ON),
        (case(Seat.HANDED_IN, state=State.RELEASED), Standing.ANSWER, Standing.RELEASED),
        (case(Seat.HANDED_IN, state=State.RELEASED, reply="So."), Standing.CLOSE, Standing.RELEASED),
        (case(Seat.HANDED_IN, state=State.CLOSED), Standing.CLOSED, Standing.CLOSED),
        (case(Seat.HANDED_IN, state=State.CLOSED, is_example=True), Standing.EXAMPLE, Standing.EXAMPLE),
        (case(Seat.GONE, state=State.WITHDRAWN), Standing.WITHDRAWN, Standing.WITHDRAWN),
    ],
)
def test_it_stands_for_its_author_otherwise_than_for_a_reviewer(
    shown: Case, author: Standing, reviewer: Standing
) -> None:
    assert row_of(shown, DANA.id).standing is author
    assert row_of(shown, SAM.id).standing is reviewer


def test_who_was_replaced_has_a_part_in_it_while_they_may_write() -> None:
    assert row_of(case(Seat.REPLACED), SAM.id).part is Part.REVIEWER
    ended = row_of(case(Seat.REPLACED, state=State.CLOSED, is_example=True), SAM.id)
    assert (ended.part, ended.standing) == (Part.EXAMPLE, Standing.EXAMPLE)


def test_who_only_worked_on_it_too_owes_nothing() -> None:
    for state, standing in ((State.RETURNED, Standing.RETURNED), (State.RELEASED, Standing.RELEASED)):
        row = row_of(case(state=state, with_ids=frozenset({"web:lee"})), "web:lee")
        assert (row.part, row.standing, row.waits) == (Part.AUTHOR, standing, False)


def test_what_waits_comes_first_then_the_newest() -> None:
    asked = case(Seat.ASKED, id="asked")
    old = case(Seat.HANDED_IN, id="old", state=State.CLOSED, submitted_at=NOON - 9 * DAY)
    new = case(Seat.HANDED_IN, id="new", state=State.CLOSED)
    late = case(Seat.ACCEPTED, id="late")
    late = replace(late, assignments=[replace(late.assignments[0], due_at=NOON + 9 * DAY)])
    soon = replace(case(Seat.ACCEPTED), submission=in_review("soon"))
    rows = in_order(row_of(each, SAM.id) for each in (old, new, late, soon, asked))
    assert [row.case.submission.id for row in rows] == ["asked", "soon", "late", "new", "old"]
    assert [row.due_at for row in rows[-2:]] == [None, None]


def paces(shown: Case) -> str:
    letters = {Pace.DONE: "d", Pace.NOW: "n", Pace.AHEAD: "."}
    return "".join(letters[each.pace] for each in steps_of(shown))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Case(submission(missing=("A link.",)), (), {}), "dn...."),
        (case(Seat.ASKED), "ddn..."),
        (case(Seat.ACCEPTED, Seat.ASKED), "ddn..."),
        (case(Seat.ACCEPTED, Seat.ACCEPTED), "dddn.."),
        (case(Seat.HANDED_IN, state=State.RELEASED, released_at=NOON), "ddddn."),
        (case(Seat.HANDED_IN, state=State.RELEASED, released_at=NOON, reply="So."), "dddddn"),
        (case(Seat.HANDED_IN, state=State.CLOSED, released_at=NOON, reply="So."), "dddddd"),
        (case(Seat.HANDED_IN, state=State.CLOSED, released_at=NOON), "dddd.d"),
        (case(Seat.GONE, state=State.WITHDRAWN, closed_at=NOON), "ddd"),
    ],
)
def test_the_way_shows_what_is_reached_and_what_is_next(shown: Case, expected: str) -> None:
    assert paces(shown) == expected


def test_reviewers_who_see_it_differently_are_marked() -> None:
    asked = [assignment(number, f"p{number}", seat=Seat.HANDED_IN) for number in (1, 2)]
    ratings = ({"focus": Rating(0, "No."), "view": Rating(1)}, {"focus": Rating(2), "view": Rating(None, "Unknown.")})
    written = {each.id: review(each.number, ratings=given) for each, given in zip(asked, ratings, strict=True)}
    found = compared(Case(in_review(state=State.RELEASED), asked, written), DANA.id)
    assert [each.differs for each in found.criteria] == [True, False]
    levels = {
        mark.comment: (mark.level, mark.of, mark.name) for mark in (*found.criteria[0].marks, *found.criteria[1].marks)
    }
    assert levels["No."] == (1, 3, "Missing")
    assert levels["Unknown."] == (0, 3, "Could not judge it")


# Calendars


def test_due_dates_stand_on_the_calendar_of_whoever_owes_them_and_of_its_author(sqlite_database: Database) -> None:
    calendar = ReviewCalendar("guild.example", "https://guild.example")
    span = (NOON, NOON + 30 * DAY)
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson(SAM.id, SAM.name, NOON, "", "Asia/Tokyo"))
        store = SqlReviews(unit)
        store.add(in_review(with_ids=frozenset({"web:kim"}), blind=Blind.DOUBLE))
        store.add_assignment(assignment(1, SAM.id, seat=Seat.ACCEPTED, due_at=datetime(2027, 3, 4, 16, 30, tzinfo=UTC)))
        store.add_assignment(assignment(2, "web:lee", due_at=NOON + DAY))
        entries = {
            who: calendar.entries(who, frozenset(), *span, unit) for who in (SAM.id, "web:lee", DANA.id, "web:kim")
        }
        assert calendar.entries("web:mo", frozenset({"everyone"}), *span, unit) == []
        assert calendar.entries(SAM.id, frozenset(), NOON + 20 * DAY, NOON + 30 * DAY, unit) == []
        store.change(in_review(state=State.RELEASED, revision=2))
        assert calendar.entries(DANA.id, frozenset(), *span, unit) == []
    ((own,), (asked,), (author,), (helper,)) = entries.values()
    assert own.event.title == "Review due: “Renewal journey”"
    assert [each.isoformat() for each in own.event.days] == ["2027-03-05", "2027-03-05"], "it is tomorrow in Tokyo"
    assert (own.note, own.is_mine, own.page) == ("by 01:30", True, "/reviews/r1")
    assert own.event.url == "https://guild.example/reviews/r1"
    assert asked.event.title == "Reply due: review “Renewal journey”?"
    assert author.event.title == helper.event.title == "Reviews wished for: “Renewal journey”"
    assert DANA.name not in str(own) + str(asked)
    assert b"Renewal journey" in calendar_file(Method.PUBLISH, [own.event, asked.event], NOON)


# Figures


def done(number: int, lasts: timedelta, at: datetime = NOON) -> Case:
    sent = in_review(
        f"r{number}", state=State.RELEASED, submitted_at=at, complete_at=at, released_at=at + lasts, due_at=at + 5 * DAY
    )
    asked = assignment(1, id=f"a{number}", seat=Seat.HANDED_IN, asked_at=at, accepted_at=at + HOUR, ended_at=at + lasts)
    return Case(sent, (asked,), {})


def many(lasts: timedelta, at: datetime, how_many: int = LEAST) -> Sequence[Case]:
    return [done(number, lasts, at) for number in range(how_many)]


def test_fewer_than_a_few_are_not_shown() -> None:
    assert charts_of(many(DAY, NOON, LEAST - 1), UTC_ZONE) == ()
    assert where_time_goes(figures_of(many(DAY, NOON, LEAST - 1))) is None
    assert all(bar.many >= LEAST for bar in how_it_ends(Figures(submitted=5, asked=2, released=2)).bars)


def test_the_longest_wait_is_named() -> None:
    chart = where_time_goes(figures_of(many(3 * DAY, NOON)))
    assert chart is not None
    assert chart.title == "Half of the reviews are out within 3 days, and the writing takes longest"
    waits = Figures(released=3, until_released=2 * DAY, until_accepted=DAY, until_handed_in=HOUR)
    waiting = where_time_goes(waits)
    assert waiting is not None and "the wait for somebody to accept takes longest" in waiting.title
    assert max(bar.share for bar in chart.bars) == 1
    assert chart.ticks == ("0", "1.5", "3.0")


@pytest.mark.parametrize(
    ("lasts", "title"),
    [
        (DAY, "Reviews got faster: 1 day in March 2027, 2 days in February 2027"),
        (4 * DAY, "Reviews got slower: 4 days in March 2027, 2 days in February 2027"),
        (2 * DAY + HOUR, "Reviews took as long as before: 2 days in March 2027, 2 days in February 2027"),
    ],
)
def test_months_are_compared(lasts: timedelta, title: str) -> None:
    before = many(2 * DAY, NOON - 20 * DAY)
    chart = by_month([*before, *many(lasts, NOON)], UTC_ZONE)
    assert chart is not None and chart.title == title
    assert by_month(before, UTC_ZONE) is None
    assert by_month([*before, *many(lasts, NOON, LEAST - 1)], UTC_ZONE) is None


@pytest.mark.parametrize(
    ("lasts", "words"),
    [
        (timedelta(), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (HOUR, "1 hour"),
        (23 * HOUR, "23 hours"),
        (DAY, "1 day"),
        (DAY * 3.26, "3.3 days"),
    ],
)
def test_times_are_said_in_words(lasts: timedelta, words: str) -> None:
    assert in_words(lasts) == words
