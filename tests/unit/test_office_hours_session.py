"""A session as it is held: whose turn it is, what was said, what becomes of it, and what the clock does."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chat.errors import UserFacingError
from bot.chat.reply import Bullets, Message, Quote
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.escalations.model import Escalation, State
from bot.features.escalations.store import SqlEscalations
from bot.features.faq.model import DraftState
from bot.features.faq.store import SqlDrafts
from bot.features.office_hours import alarms, telling
from bot.features.office_hours.agenda import Agenda, agenda_of, is_about
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.feature import office_hours_feature
from bot.features.office_hours.model import Booking, BookingState, Host, OfficeHours, SessionState
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.audit import latest
from bot.storage.outbox import lane, outbox
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.serialisation import message_from_json
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import DANA, NOON, SAM, minutes
from tests.escalated import escalation
from tests.houred import FIRST, SCHEDULE, STARTS, hours, session

KIM, LEE = Person("web:kim", "Kim"), Person("web:lee", "Lee")
PEOPLE = (SAM, DANA, KIM, LEE)
WHERE = session().id
ONE_TO_ONE = {"slot_length": timedelta(minutes=20)}
DESK = Desk((telling.tell,))


@pytest.fixture
def unit(sqlite_database: Database) -> Iterator[UnitOfWork]:
    with sqlite_database.begin() as opened:
        _settle_in(opened)
        yield opened


class Asked:
    """Fills `OpenQuestions` as the requests do."""

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        return [each for each in SqlEscalations(unit).in_state(State.OPEN) if each.readers & readers]


def test_one_after_the_other_has_the_word_and_those_who_wait_come_last(unit: UnitOfWork) -> None:
    _open(unit, capacity=2)
    dana, kim, lee = (_book(unit, person) for person in (DANA, KIM, LEE))
    with _refused("does not run"):
        DESK.call_next(WHERE, SAM, unit, STARTS)
    DESK.begin(WHERE, SAM, unit, STARTS)
    assert [_states(unit)[dana.id], _next(unit), _states(unit)[dana.id]] == ["booked", dana.id, "in turn"]
    assert _next(unit) == kim.id
    assert (_states(unit)[dana.id], _states(unit)[kim.id]) == ("done", "in turn")
    assert _next(unit) == lee.id
    assert _next(unit) == lee.id  # done, and nobody is left
    assert set(_states(unit).values()) == {"done"}
    with _refused("Nobody waits in line"):
        DESK.call_next(WHERE, SAM, unit, STARTS)


def test_slots_come_in_their_order_whoever_booked_first(unit: UnitOfWork) -> None:
    _open(unit, **ONE_TO_ONE)
    late, early = _book(unit, DANA, slot=2), _book(unit, KIM, slot=0)
    DESK.begin(WHERE, SAM, unit, STARTS)
    assert [_next(unit), _next(unit)] == [early.id, late.id]


def test_who_did_not_come_is_put_back_when_they_do(unit: UnitOfWork) -> None:
    _open(unit)
    dana, kim = _book(unit, DANA), _book(unit, KIM)
    DESK.begin(WHERE, SAM, unit, STARTS)
    DESK.miss(dana.id, SAM, unit, STARTS)
    assert _next(unit) == kim.id
    with _refused("is not in line"):
        DESK.call(dana.id, SAM, unit, STARTS)
    DESK.put_back(dana.id, SAM, unit, STARTS)
    with _refused("in line already"):
        DESK.put_back(dana.id, SAM, unit, STARTS)
    assert DESK.call(dana.id, SAM, unit, STARTS)[-1].booking.state is BookingState.IN_TURN
    assert _states(unit) == {dana.id: "in turn", kim.id: "done"}
    with _refused("It is your turn or was"):
        DESK.cancel(dana.id, DANA, unit, STARTS)


def test_only_hosts_run_a_session(unit: UnitOfWork) -> None:
    _open(unit)
    own = _book(unit, DANA)
    with _refused("Only its hosts"):
        DESK.begin(WHERE, DANA, unit, STARTS)
    DESK.begin(WHERE, SAM, unit, STARTS)
    with _refused("has begun already"):
        DESK.begin(WHERE, SAM, unit, STARTS)
    for refused in (DESK.call, DESK.miss, DESK.put_back):
        with _refused("Only its hosts"):
            refused(own.id, DANA, unit, STARTS)
    for act in (DESK.call_next, DESK.finish):
        with _refused("Only its hosts"):
            act(WHERE, DANA, unit, STARTS)
    with _refused("Only its hosts"):
        DESK.note_point(WHERE, DANA, "Why?", "So.", unit, STARTS)
    with _refused("Only its hosts"):
        DESK.write_notes(WHERE, DANA, "So.", unit, STARTS)


def test_when_it_is_over_who_waited_hears_and_hosts_say_who_came(unit: UnitOfWork) -> None:
    _open(unit, capacity=2)
    dana, kim, lee = (_book(unit, person) for person in (DANA, KIM, LEE))
    DESK.begin(WHERE, SAM, unit, STARTS)
    DESK.call_next(WHERE, SAM, unit, STARTS)
    with _refused("not over yet"):
        DESK.set_attendance(WHERE, SAM, (), unit, STARTS)
    over, drafts = DESK.finish(WHERE, SAM, unit, STARTS + minutes(50))
    assert (over.state, drafts) == (SessionState.OVER, 0)
    assert _states(unit) == {dana.id: "done", kim.id: "booked"}
    assert "does not take place for you" in _heard(unit, LEE)[-1].summary
    assert Quote("There was no time left in this session. Book the next one.") in _heard(unit, LEE)[-1].blocks
    marked = DESK.set_attendance(WHERE, SAM, [kim.id], unit, STARTS + minutes(60))
    assert {each.id: each.has_come for each in marked} == {dana.id: False, kim.id: True}
    assert SqlOfficeHours(unit).booking(lee.id) not in marked
    assert DESK.write_notes(WHERE, SAM, "Much about Brazil.", unit, STARTS).notes == "Much about Brazil."


def test_what_was_noted_becomes_drafts_when_the_session_is_over(unit: UnitOfWork) -> None:
    _open(unit, readers=frozenset({EVERYONE}))
    own = _book(unit, DANA, "How do renewals work in Brazil?")
    with _refused("has not begun"):
        DESK.note_point(WHERE, SAM, "Why?", "So.", unit, NOON)
    DESK.begin(WHERE, SAM, unit, STARTS)
    brought = DESK.note_point(WHERE, SAM, own.brings, "As elsewhere.", unit, STARTS, own.id)
    reworded = DESK.note_point(WHERE, SAM, own.brings, "Ninety days before, Dana.", unit, STARTS, own.id)
    DESK.note_point(WHERE, SAM, "And in Chile?", "There too.", unit, STARTS)
    with _refused("needs a question and its answer"):
        DESK.note_point(WHERE, SAM, "…", "So.", unit, STARTS)
    with _refused("no part of this session"):
        DESK.note_point(WHERE, SAM, "Why?", "So.", unit, STARTS, "other")
    assert brought.id == reworded.id
    assert SqlDrafts(unit).waiting() == []
    assert DESK.finish(WHERE, SAM, unit, STARTS + minutes(50))[1] == 2
    drafts = {each.id: each for each in SqlDrafts(unit).waiting()}
    first = drafts[own.id]
    assert (first.question, first.answer) == ("How do renewals work in Brazil?", "Ninety days before, Dana.")
    assert (first.author, first.audience, first.topics) == (SAM.name, {EVERYONE}, ("renewals", "pricing"))
    assert {DANA.name, SAM.name} <= set(first.people)
    DESK.note_point(WHERE, SAM, "And in Peru?", "No.", unit, STARTS + minutes(99))
    assert len(SqlDrafts(unit).waiting()) == 3
    SqlDrafts(unit).move(own.id, DraftState.REJECTED, DraftState.WAITING)
    DESK.note_point(WHERE, SAM, own.brings, "Again.", unit, STARTS + minutes(100), own.id)
    assert own.id not in {each.id for each in SqlDrafts(unit).waiting()}


def test_the_agenda_has_what_people_bring_and_open_questions_on_its_topics(unit: UnitOfWork) -> None:
    _open(unit)
    _book(unit, DANA, "Brazil")
    _book(unit, KIM)
    store = SqlEscalations(unit)
    store.add(escalation("by topic", text="Who decides?", topics=("Pricing",), asker_name=""))
    store.add(escalation("by words", text="Is there a rule for renewals?", opened_at=NOON + minutes(1)))
    store.add(escalation("other", text="Who books travel?"))
    store.add(escalation("hidden", text="Renewals of Acme?", readers=frozenset({"board"})))
    store.add(escalation("claimed", text="Renewals in Chile?", state=State.CLAIMED, owner_id=SAM.id))
    found = _agenda(unit, SAM)
    assert [(each.name, each.text) for each in found.line] == [(DANA.name, "Brazil"), (KIM.name, "")]
    assert [(each.escalation_id, each.name) for each in found.questions] == [
        ("by topic", ""),
        ("by words", DANA.name),
    ]


def test_what_somebody_brings_to_a_slot_of_their_own_is_for_the_hosts(unit: UnitOfWork) -> None:
    _open(unit, **ONE_TO_ONE)
    _book(unit, DANA, "My own case", slot=1)
    _book(unit, KIM, "Mine", slot=0)
    assert [(each.text, each.starts) for each in _agenda(unit, SAM).line] == [
        ("Mine", STARTS),
        ("My own case", STARTS + minutes(20)),
    ]
    assert [each.text for each in _agenda(unit, DANA).line] == ["My own case"]
    assert _agenda(unit, LEE).line == ()
    DESK.begin(WHERE, SAM, unit, STARTS)
    _next(unit), _next(unit)
    assert [each.text for each in _agenda(unit, SAM).line] == ["My own case"]
    assert [each.text for each in _agenda(unit, SAM).came] == ["Mine"]
    assert _agenda(unit, DANA).came == ()


def test_an_agenda_is_for_those_who_may_see_the_series(unit: UnitOfWork) -> None:
    _open(unit, readers=frozenset({"sales"}))
    with _refused("You may not see"):
        _agenda(unit, DANA)
    assert _agenda(unit, replace(DANA, groups=frozenset({"sales"}))).line == ()
    with _refused("no longer kept"):
        agenda_of("unknown", SAM, Asked(), unit)


def test_a_topic_is_the_questions_own_or_in_its_words() -> None:
    asked = escalation(text="What is the notice period of a partner contract?", topics=("Legal",))
    assert is_about(asked, ("legal",))
    assert is_about(asked, ("Partner contract",))
    assert not is_about(asked, ("art", "partner pricing", "…"))


def test_everybody_is_reminded_a_day_before_and_just_before_it_begins_by_itself(sqlite_database: Database) -> None:
    clock = Clock()
    jobs = Timekeeper(sqlite_database, office_hours_feature(DESK, Asked()).timers, clock)
    with sqlite_database.begin() as unit:
        _settle_in(unit)
        _open(unit, schedule=replace(SCHEDULE, first=datetime.fromisoformat("2027-03-09T15:00")), place="Room 4")
        own = DESK.book("s1-270309", DANA, "Brazil", unit, NOON).booking
        assert Timers(unit).due_at(alarms.REMIND, own.session_id) == STARTS + timedelta(days=6)
    starts = STARTS + timedelta(days=7)
    assert jobs.run_due() == 0
    clock.at = starts - timedelta(days=1)
    assert jobs.run_due() == 2  # it is planned ahead, too
    with sqlite_database.reading() as unit:
        (reminder,), (note,) = _heard(unit, DANA), _heard(unit, SAM)
    assert reminder.summary == "“Renewals” with Sam Lee is Tuesday, 9 March, 14:00 your time."
    assert "1 person comes" in note.summary
    assert Bullets((f"{DANA.name}: Brazil",)) in note.blocks
    clock.at = starts - alarms.SOON_BEFORE
    assert jobs.run_due() == 1
    clock.at = starts
    assert (jobs.run_due(), jobs.run_due()) == (1, 0)
    with sqlite_database.reading() as unit:
        running = SqlOfficeHours(unit).session(own.session_id)
        assert running is not None and running.state is SessionState.RUNNING
        assert len(_heard(unit, DANA)) == 2
    clock.at = starts + timedelta(hours=2)
    while jobs.run_due():
        pass
    with sqlite_database.reading() as unit:
        over = SqlOfficeHours(unit).session(own.session_id)
        assert over is not None and over.state is SessionState.OVER
        assert "are over" in _heard(unit, SAM)[-1].summary


def test_after_an_outage_one_reminder_is_enough_and_none_comes_late(sqlite_database: Database) -> None:
    clock = Clock()
    jobs = Timekeeper(sqlite_database, office_hours_feature(DESK, Asked()).timers, clock)
    later = session(original=FIRST + timedelta(days=7))
    with sqlite_database.begin() as unit:
        _settle_in(unit)
        _open(unit)
        DESK.book(later.id, DANA, "", unit, NOON)
    clock.at = later.starts - minutes(5)
    while jobs.run_due():
        pass
    with sqlite_database.reading() as unit:
        assert len(_heard(unit, DANA)) == 1
        plan = Timers(unit).due_at(alarms.PLAN, "s1")
        assert plan is not None and plan > clock.at
        ahead = SqlOfficeHours(unit).sessions_of("s1", NOON)
        assert ahead[-1].original == FIRST + timedelta(days=63)


def test_a_reminder_that_quiet_hours_would_make_late_is_not_sent(unit: UnitOfWork) -> None:
    made = _open(unit)
    _book(unit, DANA)
    quiet = replace(_known(DANA), preferences=Preferences(quiet_from="13:00", quiet_to="16:00"))
    People(unit).put(quiet, NOON)
    found = SqlOfficeHours(unit).session(WHERE)
    assert found is not None
    assert telling.remind(made, found, "soon", unit, STARTS - minutes(10)) == 1
    assert _heard(unit, DANA) == []


def test_a_cancelled_session_has_no_timers_and_a_kept_one_has_them_again(unit: UnitOfWork) -> None:
    _open(unit)
    later = session(original=FIRST + timedelta(days=7))
    timers = Timers(unit)
    assert timers.due_at(alarms.BEGIN, later.id) == later.starts
    DESK.skip(later.id, SAM, "", unit, NOON)
    assert [timers.due_at(name, later.id) for name in sorted(alarms.OF_SESSION)] == [None] * 4
    DESK.keep(later.id, SAM, unit, NOON)
    DESK.move(later.id, SAM, datetime.fromisoformat("2027-03-10T10:00"), unit, NOON)
    assert timers.due_at(alarms.SOON, later.id) == datetime.fromisoformat("2027-03-10T08:50+00:00")
    DESK.close("s1", SAM, "", unit, NOON)
    assert timers.due_at(alarms.BEGIN, later.id) is None
    assert timers.due_at(alarms.PLAN, "s1") is None


def test_who_moves_up_is_retimed_or_called_off_hears_it_once(unit: UnitOfWork) -> None:
    _open(unit, capacity=1, hosts=(Host(SAM.id, SAM.name), Host(KIM.id, KIM.name)))
    own = _book(unit, DANA)
    _book(unit, LEE)
    assert _heard(unit, DANA) == _heard(unit, LEE) == []
    DESK.cancel(own.id, DANA, unit, NOON)
    (moved_up,) = _heard(unit, LEE)
    when = "Tuesday, 2 March, 14:00"
    assert moved_up.summary.startswith(f"You moved up from the waiting list: “Renewals” with Sam Lee and Kim, {when}")
    DESK.move(WHERE, SAM, datetime.fromisoformat("2027-03-03T09:00"), unit, NOON)
    moved = SqlOfficeHours(unit).get("s1")
    assert moved is not None
    DESK.change(replace(moved, link="https://meet.example/2"), KIM, unit, NOON)
    DESK.skip(WHERE, SAM, "Sam is ill", unit, NOON)
    said = [each.summary for each in _heard(unit, LEE)]
    assert len(said) == 4
    assert "has another time: Wednesday, 3 March, 08:00" in said[1]
    assert said[2].startswith("Something changed about")
    assert Quote("Sam is ill") in _heard(unit, LEE)[-1].blocks


def test_what_is_done_stands_in_the_audit_log(unit: UnitOfWork) -> None:
    made = _open(unit)
    own = _book(unit, DANA)
    DESK.reword(own.id, DANA, "Chile", unit, NOON)
    DESK.call_off(own.id, SAM, "", unit, NOON)
    DESK.change(replace(made, about="More"), SAM, unit, NOON)
    assert [(each.action, each.person_id) for each in reversed(latest(unit))] == [
        ("office hours opened", SAM.id),
        ("office hour booked", DANA.id),
        ("booking reworded", DANA.id),
        ("booking called off", SAM.id),
        ("office hours changed", SAM.id),
    ]


class Clock:
    at = NOON

    def __call__(self) -> datetime:
        return self.at


def _settle_in(unit: UnitOfWork) -> None:
    for person in PEOPLE:
        People(unit).add(_known(person))
        People(unit).add_account(Account(person.id, person.id, "web", NOON, name=person.name))


def _known(person: Person) -> KnownPerson:
    return KnownPerson(person.id, person.name, NOON)


def _open(unit: UnitOfWork, **values: object) -> OfficeHours:
    return DESK.open(hours(**values), SAM, unit, NOON)


def _book(unit: UnitOfWork, person: Person, brings: str = "", slot: int = -1) -> Booking:
    return DESK.book(WHERE, person, brings, unit, NOON, slot=slot).booking


def _next(unit: UnitOfWork) -> str:
    return DESK.call_next(WHERE, SAM, unit, STARTS)[-1].booking.id


def _states(unit: UnitOfWork) -> dict[str, str]:
    return {each.id: str(each.state) for each in SqlOfficeHours(unit).bookings(WHERE)}


def _agenda(unit: UnitOfWork, reader: Person) -> Agenda:
    return agenda_of(WHERE, reader, Asked(), unit)


def _heard(unit: UnitOfWork, person: Person) -> list[Message]:
    """What waits to be told them, in order."""
    place = Place("web", person.id)
    rows = select(outbox.c.message).where(outbox.c.lane == lane(place)).order_by(outbox.c.id)
    said = unit.connection.execute(rows).scalars()
    return [each for each in map(message_from_json, said) if "draft" not in each.summary.lower()]


def _refused(why: str) -> pytest.RaisesExc[UserFacingError]:
    return pytest.raises(UserFacingError, match=why)
