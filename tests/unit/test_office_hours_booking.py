"""Who gets a place in office hours, who waits, and what hosts do with their dates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.office_hours import hosting, use_cases
from bot.features.office_hours.model import ANY_SLOT, Booking, BookingState, Fact, Host, OfficeHours, SessionState, What
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, DANA, NOON, SAM, minutes
from tests.houred import FIRST, SCHEDULE, STARTS, hours, session

KIM, LEE, MO = Person("web:kim", "Kim"), Person("web:lee", "Lee"), Person("web:mo", "Mo")
GUEST = Person("web:guest", "Gus Guest", is_guest=True)
WHERE = session().id
NEXT = session(original=FIRST + timedelta(days=7)).id
ONE_TO_ONE = {"slot_length": timedelta(minutes=20)}


@pytest.fixture
def store(sqlite_database: Database) -> Iterator[SqlOfficeHours]:
    with sqlite_database.begin() as unit:
        yield SqlOfficeHours(unit)


def test_an_opened_series_has_its_sessions_for_the_weeks_to_come(store: SqlOfficeHours) -> None:
    _open(store)
    found = store.sessions_of("s1", NOON)
    assert len(found) == 8
    assert (found[0].starts, found[0].ends) == (STARTS, STARTS + timedelta(hours=1))
    after_the_clocks_changed = found[4].starts
    assert (after_the_clocks_changed.date().isoformat(), after_the_clocks_changed.hour) == ("2027-03-30", 13)


def test_the_next_date_is_there_however_far_away(store: SqlOfficeHours) -> None:
    yearly = replace(SCHEDULE, first=datetime.fromisoformat("2027-12-07T15:00"), rule="FREQ=YEARLY")
    _open(store, schedule=yearly)
    assert [each.original.isoformat() for each in store.sessions_of("s1", NOON)] == ["2027-12-07"]


def test_only_a_colleague_opens_what_they_host_themselves(store: SqlOfficeHours) -> None:
    with _refused("Only colleagues"):
        hosting.open_series(store, hours(hosts=(Host(GUEST.id, "Gus"),)), GUEST, NOON)
    with _refused("so you are one of the hosts"):
        hosting.open_series(store, hours(), DANA, NOON)
    with _refused("All of these dates are past"):
        hosting.open_series(store, hours(schedule=replace(SCHEDULE, rule="")), SAM, NOON + timedelta(days=9))
    assert store.get("s1") is None
    _open(store)
    with _refused("open already"):
        _open(store)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"title": " … "}, "title needs words"),
        ({"title": "x" * 121}, "title needs words"),
        ({"link": "javascript:alert(1)"}, "link begins with https"),
        ({"capacity": 0}, "between one and 500"),
        ({"slot_length": timedelta(hours=2)}, "fits into a session"),
        ({"slot_length": timedelta(minutes=1)}, "at least five minutes"),
        ({"topics": tuple("abcdefghijk")}, "at most 10 topics"),
        ({"hosts": (Host(SAM.id, "Sam"), Host(SAM.id, "Sam"))}, "each once"),
        ({"readers": frozenset()}, "Nobody could see"),
        ({"id": "x" * 17}, "no name to be kept under"),
    ],
)
def test_a_series_is_within_its_limits(store: SqlOfficeHours, values: dict[str, object], why: str) -> None:
    with _refused(why):
        hosting.open_series(store, hours(**values), SAM, NOON)


def test_who_comes_when_it_is_full_waits_and_moves_up_in_order(store: SqlOfficeHours) -> None:
    _open(store, capacity=1)
    first = _book(store, DANA, "Brazil")
    assert (first.state, first.seat, first.brings) == (BookingState.BOOKED, 0, "Brazil")
    second, third = _book(store, KIM), _book(store, LEE)
    assert [use_cases.place_in_line(store, each) for each in (first, second, third)] == [0, 1, 2]
    gone, up = use_cases.cancel(store, first.id, DANA, NOON)
    assert (gone.what, gone.booking.state, gone.booking.seat) == (What.CANCELLED, BookingState.CANCELLED, None)
    assert (up.what, up.booking.id, up.booking.seat) == (What.MOVED_UP, second.id, 0)
    again = _book(store, DANA)
    assert use_cases.place_in_line(store, again) == 2
    (_,) = use_cases.cancel(store, third.id, LEE, NOON)
    assert use_cases.place_in_line(store, again) == 1


def test_whoever_does_not_want_to_wait_is_told_that_it_is_taken(store: SqlOfficeHours) -> None:
    _open(store, **ONE_TO_ONE)
    _book(store, DANA, slot=1)
    with _refused("That was taken a moment ago"):
        use_cases.book(store, WHERE, KIM, "", NOON, slot=1, may_wait=False)
    for person in (LEE, MO):
        _book(store, person)
    with _refused("The session is full"):
        use_cases.book(store, WHERE, KIM, "", NOON, may_wait=False)
    assert [each.slot for each in store.bookings(WHERE)] == [1, 0, 2]


def test_one_person_has_one_place_in_a_session(store: SqlOfficeHours) -> None:
    _open(store, capacity=1)
    _book(store, DANA)
    with _refused("You have a place in that session already"):
        _book(store, DANA)
    _book(store, KIM)
    with _refused("You are on the waiting list already"):
        _book(store, KIM)
    assert use_cases.book(store, NEXT, DANA, "", NOON)[0].what is What.BOOKED


def test_a_slot_waited_for_goes_to_who_wants_it_or_any_the_first_first(store: SqlOfficeHours) -> None:
    _open(store, **ONE_TO_ONE)
    seated = [_book(store, Person(f"web:{slot}", f"At {slot}"), slot=slot) for slot in range(3)]
    wants_last, wants_any = _book(store, KIM, slot=2), _book(store, LEE)
    assert (wants_last.slot, wants_any.slot, wants_any.seat) == (2, ANY_SLOT, None)
    up = use_cases.cancel(store, seated[0].id, Person("web:0", ""), NOON)[1]
    assert (up.booking.id, up.booking.slot, up.booking.seat) == (wants_any.id, 0, 0)
    up = use_cases.cancel(store, seated[2].id, Person("web:2", ""), NOON)[1]
    assert (up.booking.id, up.booking.slot) == (wants_last.id, 2)


def test_a_slot_that_has_begun_is_not_booked_and_nobody_moves_up_into_it(store: SqlOfficeHours) -> None:
    _open(store, **ONE_TO_ONE)
    first = _book(store, DANA, slot=0)
    _book(store, KIM, slot=0)
    begun = STARTS + minutes(1)
    with _refused("That time has begun already"):
        use_cases.book(store, WHERE, LEE, "", begun, slot=0)
    with _refused("no such time"):
        use_cases.book(store, WHERE, LEE, "", begun, slot=3)
    assert len(use_cases.cancel(store, first.id, DANA, begun)) == 1
    assert use_cases.book(store, WHERE, LEE, "", begun)[0].booking.slot == 1


def test_only_those_who_may_see_it_and_do_not_host_it_book(store: SqlOfficeHours) -> None:
    _open(store, readers=frozenset({"sales"}))
    with _refused("You may not see those office hours"):
        _book(store, DANA)
    _book(store, replace(DANA, groups=frozenset({"sales"})))
    with _refused("your own office hours"):
        _book(store, replace(SAM, groups=frozenset({"sales"})))
    with _refused("no longer kept"):
        use_cases.book(store, "unknown", DANA, "", NOON)


def test_what_is_over_or_cancelled_is_not_booked(store: SqlOfficeHours) -> None:
    _open(store)
    with _refused("That session is over"):
        use_cases.book(store, WHERE, DANA, "", STARTS + minutes(60))
    hosting.skip(store, WHERE, SAM, "", NOON)
    with _refused("That session is cancelled"):
        _book(store, DANA)


def test_a_booking_is_its_persons_and_hosts_call_it_off(store: SqlOfficeHours) -> None:
    _open(store, capacity=1)
    own, waits = _book(store, DANA), _book(store, KIM)
    for change in (use_cases.cancel, lambda *those: use_cases.reword(*those[:3], "x")):
        with _refused("That is not your booking"):
            change(store, own.id, KIM, NOON)
    with _refused("Only its hosts"):
        use_cases.call_off(store, own.id, KIM, "", NOON)
    assert use_cases.reword(store, own.id, DANA, " Chile\0 ")[0].booking.brings == "Chile"
    off, up = use_cases.call_off(store, own.id, SAM, "Another time", NOON)
    assert (off.booking.state, off.booking.word) == (BookingState.CALLED_OFF, "Another time")
    assert (up.booking.id, up.what) == (waits.id, What.MOVED_UP)
    with _refused("does not stand any more"):
        use_cases.cancel(store, own.id, DANA, NOON)
    assert use_cases.call_off(store, waits.id, ADMIN, "", NOON)[0].what is What.CALLED_OFF


def test_a_skipped_date_tells_who_booked_and_can_be_kept_again(store: SqlOfficeHours) -> None:
    _open(store)
    own = _book(store, DANA)
    made, facts, _ = hosting.skip(store, WHERE, SAM, "Sam is ill", NOON)
    assert made.schedule.skipped == {FIRST}
    assert [(each.what, each.booking.word) for each in facts] == [(What.CALLED_OFF, "Sam is ill")]
    cancelled = store.session(WHERE)
    assert cancelled is not None
    assert (cancelled.state, cancelled.word, cancelled.sequence) == (SessionState.CANCELLED, "Sam is ill", 1)
    with _refused("cancelled already"):
        hosting.skip(store, WHERE, SAM, "", NOON)
    hosting.keep(store, WHERE, SAM, NOON)
    again = store.session(WHERE)
    assert again is not None and (again.state, again.sequence, again.starts) == (SessionState.PLANNED, 2, STARTS)
    with _refused("not one to be kept again"):
        hosting.keep(store, WHERE, SAM, NOON)
    assert store.bookings(WHERE) == []
    assert _book(store, DANA).number == own.number + 1


def test_a_holiday_that_was_named_at_the_opening_can_be_kept_too(store: SqlOfficeHours) -> None:
    _open(store, schedule=replace(SCHEDULE, holidays=frozenset({FIRST})))
    assert [each.state for each in store.sessions_of("s1", NOON)][:2] == [SessionState.CANCELLED, SessionState.PLANNED]
    with _refused("That session is cancelled"):
        _book(store, DANA)
    hosting.keep(store, WHERE, SAM, NOON)
    kept = store.session(WHERE)
    assert kept is not None and (kept.state, kept.starts) == (SessionState.PLANNED, STARTS)
    assert _book(store, DANA).session_id == WHERE


def test_a_holiday_is_cancelled_and_kept_where_a_host_says_so(store: SqlOfficeHours) -> None:
    made = _open(store)
    free = replace(made.schedule, holidays=frozenset({FIRST}))
    hosting.change_series(store, replace(made, schedule=free), SAM, NOON)
    assert [each.state for each in store.sessions_of("s1", NOON)][:2] == [SessionState.CANCELLED, SessionState.PLANNED]
    hosting.keep(store, WHERE, SAM, NOON)
    kept = store.session(WHERE)
    assert kept is not None and (kept.state, kept.starts) == (SessionState.PLANNED, STARTS)


def test_a_moved_date_keeps_its_bookings_and_their_order(store: SqlOfficeHours) -> None:
    _open(store, capacity=1)
    first, second = _book(store, DANA), _book(store, KIM)
    _, facts, _ = hosting.move(store, WHERE, SAM, datetime.fromisoformat("2027-03-03T09:00"), NOON)
    assert [(each.what, each.booking.id, each.booking.sequence) for each in facts] == [
        (What.RETIMED, first.id, 1),
        (What.RETIMED, second.id, 1),
    ]
    moved = store.session(WHERE)
    assert moved is not None
    assert (moved.starts.isoformat(), moved.original, moved.sequence) == ("2027-03-03T08:00:00+00:00", FIRST, 1)
    with _refused("That is past already"):
        hosting.move(store, WHERE, SAM, datetime.fromisoformat("2027-02-03T09:00"), NOON)
    with _refused("between 1970 and 2200"):
        hosting.move(store, WHERE, SAM, datetime.fromisoformat("2290-02-03T09:00"), NOON)


def test_a_session_that_began_is_neither_moved_nor_skipped(store: SqlOfficeHours) -> None:
    _open(store)
    with _refused("has begun or is over"):
        hosting.skip(store, WHERE, SAM, "", STARTS)
    with _refused("Only its hosts"):
        hosting.skip(store, WHERE, DANA, "", NOON)


def test_another_day_calls_off_what_was_booked_and_another_hour_retimes_it(store: SqlOfficeHours) -> None:
    made = _open(store)
    _book(store, DANA)
    later = replace(made.schedule, first=made.schedule.first.replace(hour=17))
    made, facts, _ = hosting.change_series(store, replace(made, schedule=later), SAM, NOON)
    assert [each.what for each in facts] == [What.RETIMED]
    thursday = replace(later, first=datetime.fromisoformat("2027-03-04T17:00"), rule="FREQ=WEEKLY;BYDAY=TH")
    made, facts, _ = hosting.change_series(store, replace(made, schedule=thursday), SAM, NOON)
    assert [(each.what, each.booking.word) for each in facts] == [(What.CALLED_OFF, hosting.NOT_KEPT)]
    planned = [each for each in store.sessions_of("s1", NOON) if each.state is SessionState.PLANNED]
    assert {each.original.weekday() for each in planned} == {3}


def test_more_room_lets_those_who_wait_move_up(store: SqlOfficeHours) -> None:
    made = _open(store, capacity=1)
    _book(store, DANA)
    waits = [_book(store, person) for person in (KIM, LEE)]
    _, facts, _ = hosting.change_series(store, replace(made, capacity=3), SAM, NOON)
    assert [(each.what, each.booking.id) for each in facts] == [(What.MOVED_UP, each.id) for each in waits]


def test_a_shorter_session_calls_off_the_slots_that_it_has_no_more(store: SqlOfficeHours) -> None:
    made = _open(store, **ONE_TO_ONE)
    last = _book(store, DANA, slot=2)
    kept = _book(store, KIM, slot=0)
    shorter = replace(made.schedule, duration=timedelta(minutes=40))
    _, facts, _ = hosting.change_series(store, replace(made, schedule=shorter), SAM, NOON)
    assert [(each.what, each.booking.id) for each in facts] == [(What.CALLED_OFF, last.id), (What.RETIMED, kept.id)]


def test_another_link_is_told_to_all_who_booked_once(store: SqlOfficeHours) -> None:
    made = _open(store)
    own = _book(store, DANA)
    elsewhere = replace(made, link="https://meet.example/2")
    made, facts, _ = hosting.change_series(store, elsewhere, SAM, NOON)
    assert [(each.what, each.booking.id, each.booking.sequence) for each in facts] == [(What.CHANGED, own.id, 1)]
    assert hosting.change_series(store, replace(made, about="More"), SAM, NOON)[1] == ()


def test_a_series_is_changed_as_it_was_read_or_not_at_all(store: SqlOfficeHours) -> None:
    made = _open(store)
    hosting.change_series(store, replace(made, title="Pricing"), SAM, NOON)
    with _refused("Somebody changed this at the same moment"):
        hosting.change_series(store, replace(made, title="Prices"), SAM, NOON)
    with _refused("stays what it is"):
        hosting.change_series(store, replace(made, **ONE_TO_ONE), SAM, NOON)


def test_a_closed_series_has_no_more_sessions(store: SqlOfficeHours) -> None:
    _open(store)
    _book(store, DANA)
    made, facts, _ = hosting.close_series(store, "s1", SAM, "Sam moves on", NOON)
    assert not made.is_open
    assert [(each.what, each.booking.word) for each in facts] == [(What.CALLED_OFF, "Sam moves on")]
    assert {each.state for each in store.sessions_of("s1", NOON)} == {SessionState.CANCELLED}
    assert hosting.plan(store, made, NOON) == ()
    with _refused("closed already"):
        hosting.close_series(store, "s1", SAM, "", NOON)
    with _refused("no longer kept"):
        hosting.keep(store, WHERE, SAM, NOON)


def _open(store: SqlOfficeHours, **values: object) -> OfficeHours:
    return hosting.open_series(store, hours(**values), SAM, NOON)[0]


def _book(store: SqlOfficeHours, person: Person, brings: str = "", slot: int = ANY_SLOT) -> Booking:
    facts: tuple[Fact, ...] = use_cases.book(store, WHERE, person, brings, NOON, slot=slot)
    return facts[0].booking


def _refused(why: str) -> pytest.RaisesExc[UserFacingError]:
    return pytest.raises(UserFacingError, match=why)
