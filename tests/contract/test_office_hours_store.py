"""What is asked of the store of office hours, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.chat.turn import Place
from bot.features.office_hours.model import ANY_SLOT, BookingState, Card, Figures, Host, Point, SessionState
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM, minutes
from tests.houred import FIRST, SCHEDULE, STARTS, booking, hours, session

WEEK = timedelta(days=7)
FULL = hours(
    "full",
    title="Größen",
    hosts=(Host(SAM.id, SAM.name), Host(DANA.id, DANA.name)),
    schedule=replace(
        SCHEDULE,
        skipped=frozenset({date(2027, 3, 9)}),
        moved={date(2027, 3, 16): datetime.fromisoformat("2027-03-17T09:30")},
        holidays=frozenset({date(2027, 3, 30)}),
    ),
    topics=("Größe",),
    about="Alles über Größen.",
    place="Raum 4",
    link="https://meet.example/1",
    slot_length=timedelta(minutes=20),
    capacity=1,
    readers=frozenset({"emea", "sales"}),
    closed_at=NOON,
    revision=7,
)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlOfficeHours:
    return SqlOfficeHours(unit)


def test_a_series_comes_back_as_it_was_kept(store: SqlOfficeHours) -> None:
    for each in (FULL, hours("plain")):
        assert store.get(each.id) is None
        assert store.add(each)
        assert store.get(each.id) == store.take(each.id) == each
        assert not store.add(replace(each, title="again"))
        assert store.get(each.id) == each


def test_a_series_is_changed_in_the_revision_that_was_read_or_not_at_all(store: SqlOfficeHours) -> None:
    store.add(hours())
    changed = replace(hours(), title="Pricing", hosts=(Host(DANA.id, DANA.name), Host(SAM.id, "Sam")), revision=2)
    assert store.change(changed)
    assert not store.change(replace(changed, title="Late", hosts=(Host("other", "O"),)))
    assert not store.change(replace(changed, id="unknown"))
    assert store.get("s1") == changed


def test_open_series_are_found_by_who_may_see_and_who_hosts_them(store: SqlOfficeHours) -> None:
    both = (Host(DANA.id, DANA.name), Host(SAM.id, SAM.name))
    store.add(hours("b", title="B"))
    store.add(hours("a", title="A", readers=frozenset({"sales"}), hosts=both))
    store.add(hours("closed", closed_at=NOON, hosts=both))
    assert [each.id for each in store.open_ones(frozenset({"everyone", "sales"}))] == ["a", "b"]
    assert [each.id for each in store.open_ones(frozenset({"everyone"}))] == ["b"]
    assert store.open_ones(frozenset()) == []
    assert [each.id for each in store.hosted_by(DANA.id)] == ["a"]
    assert [each.id for each in store.hosted_by(SAM.id)] == ["a", "b"]


def test_a_date_of_a_series_is_one_session(store: SqlOfficeHours) -> None:
    full = session(
        slot_length=timedelta(minutes=20),
        state=SessionState.CANCELLED, sequence=3, word="Ill", notes="Viel über Größen", taken=4, revision=9
    )  # fmt: skip
    assert store.add_session(full)
    assert not store.add_session(session())
    assert not store.add_session(session(id="another"))
    assert store.session(full.id) == store.take_session(full.id) == full
    assert store.session("unknown") is None
    assert store.change_session(replace(full, state=SessionState.PLANNED, revision=10))
    assert not store.change_session(replace(full, word="late", revision=10))
    kept = store.session(full.id)
    assert kept is not None and (kept.state, kept.word) == (SessionState.PLANNED, "Ill")


def test_sessions_come_in_the_order_of_their_starts(store: SqlOfficeHours) -> None:
    store.add(hours())
    store.add(hours("s2", readers=frozenset({"sales"})))
    store.add(hours("shut", closed_at=NOON))
    first, second = session(), session(original=FIRST + WEEK)
    moved = session(original=FIRST + 2 * WEEK, starts=STARTS - minutes(1), ends=STARTS)
    cancelled = session(original=FIRST + 3 * WEEK, state=SessionState.CANCELLED)
    theirs, closed = session("s2", FIRST + WEEK, starts=STARTS + minutes(1)), session("shut")
    for each in (second, first, moved, cancelled, theirs, closed):
        store.add_session(each)
    assert store.sessions_of("s1", NOON) == [moved, first, second, cancelled]
    assert store.sessions_of("s1", first.ends) == [second, cancelled]
    everyone, until = frozenset({"everyone"}), STARTS + 9 * WEEK
    assert store.upcoming(everyone, NOON, until) == [(hours(), moved), (hours(), first), (hours(), second)]
    assert [each.id for _, each in store.upcoming(everyone | {"sales"}, NOON, second.starts)] == [
        moved.id,
        first.id,
        theirs.id,
    ]


def test_nobody_gets_a_seat_that_another_has(store: SqlOfficeHours) -> None:
    full = booking(seat=0, brings="Größe", word="w", sequence=2, revision=5, slot=1, state=BookingState.IN_TURN)
    assert store.add_booking(full)
    assert store.booking(full.id) == full
    assert not store.add_booking(booking(2, "web:kim", seat=0, slot=1))
    assert store.add_booking(booking(2, "web:kim", seat=0, slot=2))
    assert store.add_booking(booking(3, "web:lee", seat=None, slot=ANY_SLOT, state=BookingState.WAITING))
    assert store.add_booking(booking(4, "web:mo", seat=None, slot=ANY_SLOT, state=BookingState.WAITING))
    assert [each.number for each in store.bookings(full.session_id)] == [1, 2, 3, 4]
    assert store.bookings("unknown") == []


def test_a_person_has_one_standing_booking_of_a_session(store: SqlOfficeHours) -> None:
    first = booking()
    assert store.add_booking(first)
    assert not store.add_booking(booking(2, seat=2))
    gone = replace(first, state=BookingState.CANCELLED, seat=None, revision=2)
    assert store.change_booking(gone)
    assert not store.change_booking(replace(first, brings="late", revision=2))
    assert store.booking(first.id) == gone
    assert store.add_booking(booking(2, seat=1))
    assert [each.number for each in store.bookings(first.session_id)] == [2]
    assert store.change_booking(replace(booking(2), state=BookingState.CALLED_OFF, seat=None, revision=2))
    assert store.bookings(first.session_id) == []


def test_somebodys_bookings_come_in_the_order_of_their_sessions(store: SqlOfficeHours) -> None:
    first, second = session(), session(original=FIRST + WEEK)
    for each in (first, second):
        store.add_session(each)
    late, early = booking(1, session_id=second.id, id="late"), booking(1, id="early")
    for one in (late, early, booking(2, "web:kim")):
        store.add_booking(one)
    assert store.of_person("web:dana", NOON) == [(first, early), (second, late)]
    assert store.of_person("web:dana", first.ends) == [(second, late)]
    store.change_booking(replace(late, state=BookingState.CANCELLED, revision=2))
    assert store.of_person("web:dana", NOON) == [(first, early)]


def test_between_two_moments_is_what_one_may_see_hosts_or_has_a_place_in(store: SqlOfficeHours) -> None:
    store.add(hours("seen"))
    store.add(hours("hosted", readers=frozenset({"emea"}), hosts=(Host(DANA.id, DANA.name),)))
    store.add(hours("booked", readers=frozenset({"emea"}), closed_at=NOON))
    store.add(hours("hidden", readers=frozenset({"emea"})))
    for name in ("seen", "hosted", "booked", "hidden"):
        store.add_session(session(name, state=SessionState.OVER))
        store.add_session(session(name, FIRST + WEEK))
        store.add_session(session(name, FIRST + 2 * WEEK, state=SessionState.CANCELLED))
    store.add_booking(booking(session_id=session("booked").id))
    everyone = frozenset({"everyone"})
    found = store.between(everyone, DANA.id, NOON, NOON + 3 * WEEK)
    assert [(hours.id, each.original) for hours, each in found] == [
        ("booked", FIRST),
        ("hosted", FIRST),
        ("seen", FIRST),
        ("hosted", FIRST + WEEK),
        ("seen", FIRST + WEEK),
    ]
    assert [each.id for _, each in store.between(everyone, SAM.id, STARTS, STARTS)] == []


def test_bookings_of_several_sessions_are_counted_and_listed_by_session(store: SqlOfficeHours) -> None:
    first, second = session().id, session(original=FIRST + WEEK).id
    waits = booking(2, "web:kim", seat=None, state=BookingState.WAITING)
    gone = booking(3, "web:ann", seat=None, state=BookingState.CANCELLED)
    later = booking(4, id="later", session_id=second)
    for each in (booking(), waits, gone, later):
        assert store.add_booking(each)
    assert store.taken_seats([first, second, "none"]) == {first: (1, 1), second: (1, 0)}
    assert store.bookings_of([first, second, "none"]) == {first: [booking(), waits], second: [later]}
    assert store.bookings_of([]) == store.taken_seats([]) == {}


def test_figures_are_of_sessions_that_are_over(store: SqlOfficeHours) -> None:
    over, again = session(state=SessionState.OVER), session(original=FIRST + WEEK, state=SessionState.OVER)
    running = session(original=FIRST + 2 * WEEK, state=SessionState.RUNNING)
    for number, where in enumerate((over, again, running), 1):
        store.add_session(where)
        store.add_booking(booking(number, id=f"came-{number}", session_id=where.id, state=BookingState.DONE))
        store.put_point(Point(f"p{number}", where.id, "Why?", "So.", SAM.id, SAM.name, NOON))
    store.add_booking(booking(9, "web:kim", session_id=over.id, state=BookingState.MISSED))
    store.add_booking(booking(10, "web:ann", session_id=over.id, seat=None, state=BookingState.CALLED_OFF))
    assert store.figures("s1") == Figures(sessions=2, places=3, came=2, people=1, points=2)
    assert store.figures("other") == Figures(0, 0, 0, 0, 0)


def test_points_come_in_the_order_in_which_they_came_up(store: SqlOfficeHours) -> None:
    late = Point("p2", "s1-270302", "Why?", "So.", SAM.id, SAM.name, NOON + minutes(1))
    early = Point("p1", "s1-270302", "Größe?", "Groß.", SAM.id, SAM.name, NOON, "s1-270302-1")
    for each in (late, early, replace(late, id="p3", session_id="other")):
        store.put_point(each)
    assert store.points("s1-270302") == [early, late]
    said_again = replace(early, answer="Größer.")
    store.put_point(said_again)
    assert store.points("s1-270302") == [said_again, late]


def test_two_people_who_prove_to_be_one_are_one_here_too(unit: UnitOfWork, store: SqlOfficeHours) -> None:
    store.add(hours("s1", hosts=(Host("younger", "Y"),)))
    store.add(hours("s2", hosts=(Host("younger", "Y"), Host(SAM.id, SAM.name))))
    store.add_booking(booking(1, "younger"))
    store.add_booking(booking(2, SAM.id))
    store.add_booking(booking(1, "younger", id="alone", session_id="other"))
    store.put_point(Point("p1", "s1-270302", "Why?", "So.", "younger", "Y", NOON))
    follow(unit, PERSON_COLUMNS, "younger", SAM.id)
    assert [each.id for each in store.hosted_by(SAM.id)] == ["s1", "s2"]
    assert [each.number for each in store.bookings(session().id)] == [2]
    assert [each.person_id for each in store.bookings("other")] == [SAM.id]
    assert [each.noted_by for each in store.points("s1-270302")] == [SAM.id]


def test_a_message_follows_one_thing_at_a_time(store: SqlOfficeHours) -> None:
    here, there = Place("slack", "D1"), Place("slack", "D2")
    store.put_card(Card(here, "k1", "s1", DANA.id))
    store.put_card(Card(there, "k1", "s1", SAM.id))
    assert [each.person_id for each in store.cards(["s1", "other"])] == [DANA.id, SAM.id]
    store.put_card(Card(here, "k1", "b1", DANA.id))
    assert store.cards(["b1"]) == [Card(here, "k1", "b1", DANA.id)]
    store.drop_card(there, "k1")
    assert store.cards(["s1"]) == store.cards([]) == []
