"""Office hours as pages: what each reader finds there, may do and may take along."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
import vobject

from bot.chat.calendars import Busy
from bot.chat.reply import Button
from bot.chat.turn import Person
from bot.dashboard.feeds import feed_url
from bot.features.escalations.model import Escalation
from bot.features.office_hours import acts
from bot.features.office_hours.agenda import Agenda, Item
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.calendar import SERIES_FEED, OfficeHoursCalendar
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.model import Figures, OfficeHours, Point
from bot.features.office_hours.overview import Date, Row
from bot.features.office_hours.pages import OfficeHoursPages
from bot.features.office_hours.session_pages import SessionPages
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.page import Download, PageNotFound, PageRequest, View
from bot.storage.people import Account, KnownPerson, People
from bot.storage.subscriptions import Subscriptions
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import Attendee
from tests.builders import ADMIN, DANA, NOON, SAM
from tests.escalated import escalation
from tests.houred import FIRST, STARTS, hours, session

KIM = Person("web:kim", "Kim Park")
ANN = Person("web:ann", "Ann Brown")
GUEST = Person("web:guest", "Gus Guest", is_guest=True)
ORGANISER = Attendee("Guildhall", "guildhall@corp.example")
WHERE = session().id
NEXT = session(original=FIRST + timedelta(days=7)).id
TWENTY = timedelta(minutes=20)
BASE = "https://coe.example"


class Asked:
    """One open question about renewals, for colleagues."""

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        found = escalation("q1", text="When do renewals start?", topics=("renewals",), asker_name="Nora")
        return [found] if found.readers & readers else []


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.desk = Desk()
        self.busy: Sequence[Busy] = ()
        self.series = OfficeHoursPages(database, lambda: self.now, partial(feed_url, BASE), BASE)
        ask = HostsBusy(lambda addresses, since, until: dict.fromkeys(addresses, self.busy))
        self.dates = SessionPages(database, Asked(), ask, ORGANISER, lambda: self.now)

    def open(self, *, by: Person = SAM, **values: object) -> OfficeHours:
        with self.database.begin() as unit:
            return self.desk.open(hours(**values), by, unit, self.now)

    def book(self, person: Person, brings: str = "", *, slot: int = -1, where: str = WHERE) -> str:
        with self.database.begin() as unit:
            return self.desk.book(where, person, brings, unit, self.now, slot=slot).booking.id

    def hold(self) -> None:
        """Dana had her turn and Kim has his."""
        self.now = STARTS
        with self.database.begin() as unit:
            self.desk.begin(WHERE, SAM, unit, self.now)
            (first,) = self.desk.call_next(WHERE, SAM, unit, self.now)
            self.desk.note_point(WHERE, SAM, "How much?", "A tenth.", unit, self.now, first.booking.id)
            self.desk.call_next(WHERE, SAM, unit, self.now)

    def finish(self) -> None:
        with self.database.begin() as unit:
            self.desk.finish(WHERE, SAM, unit, self.now)

    def rows(self, person: Person, **query: str) -> list[Row]:
        view = self.series.show_all(PageRequest(person, query=query))
        found = view.values["rows"]
        assert isinstance(found, list)
        return found

    def one(self, person: Person, series: str = "s1") -> View:
        return self.series.show(PageRequest(person, path={"series": series}))

    def session(self, person: Person, where: str = WHERE) -> View:
        return self.dates.show(PageRequest(person, path={"session": where}))


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def actions(buttons: object) -> list[str]:
    assert isinstance(buttons, list)
    assert all(isinstance(each, Button) for each in buttons)
    return [each.action for each in buttons]


def test_own_office_hours_come_first_then_by_their_next_date(house: House) -> None:
    house.open(by=SAM)
    soon = replace(hours().schedule, first=datetime.fromisoformat("2027-03-02T09:00"))
    house.open(series_id="s0", title="Brand", topics=("Brand",), schedule=soon)
    house.open(series_id="s2", title="Audit", readers=frozenset({"finance"}))
    house.book(DANA)
    assert [row.hours.title for row in house.rows(DANA)] == ["Renewals", "Brand"]
    assert [row.hours.title for row in house.rows(KIM)] == ["Brand", "Renewals"]
    assert [row.is_hosted for row in house.rows(SAM)] == [True, True, True]
    assert [row.hours.title for row in house.rows(KIM, topic="brand")] == ["Brand"]
    assert house.rows(GUEST) == []
    values = house.series.show_all(PageRequest(GUEST)).values
    assert (values["total"], values["open_series"]) == (0, None)


def test_a_full_date_leads_to_the_next_free_one(house: House) -> None:
    house.open(capacity=1)
    house.book(KIM)
    (row,) = house.rows(DANA)
    assert row.next is not None and row.next_free is not None
    assert (row.next.standing, row.next_free.session.id) == ("full", NEXT)


def test_the_list_is_taken_along_as_a_table(house: House) -> None:
    house.open()
    house.open(series_id="s2", title="=cmd()", topics=("Brand",))
    house.book(DANA)
    table = house.series.take_away(PageRequest(DANA))
    assert isinstance(table, Download)
    first, second = table.content.decode("utf-8-sig").splitlines()[1:]
    assert first.startswith('Renewals,"renewals, pricing",Sam Lee,A group of up to 8,2027-03-02 14:00:00 UTC')
    assert first.endswith(f"7 places left,you have a place,{BASE}/office-hours/s1")
    assert second.startswith("'=cmd()")
    only = house.series.take_away(PageRequest(DANA, query={"topic": "brand"}))
    assert b"Renewals" not in only.content


def test_each_date_of_a_series_has_what_the_reader_can_do_with_it(house: House) -> None:
    house.open()
    house.book(DANA)

    def offered(person: Person) -> list[list[str]]:
        buttons = house.one(person).values["buttons_of"]
        assert isinstance(buttons, dict)
        return [actions(buttons[WHERE]), actions(buttons[NEXT])]

    assert offered(DANA) == [[acts.CANCEL], [acts.BOOK]]
    assert offered(KIM) == [[acts.BOOK], [acts.BOOK]]
    assert offered(SAM) == [[acts.MOVE, acts.SKIP]] * 2
    assert actions(house.one(SAM).values["buttons"]) == [acts.CHANGE, acts.CLOSE]
    assert house.one(KIM).values["buttons"] == []
    with house.database.begin() as unit:
        house.desk.close("s1", SAM, "", unit, NOON)
    assert house.one(SAM).values["buttons"] == []
    assert offered(KIM) == [[], []]
    for person, series in ((GUEST, "s1"), (DANA, "s9")):
        with pytest.raises(PageNotFound):
            house.one(person, series)


def test_what_came_of_a_series_is_open_to_all_who_see_it(house: House) -> None:
    house.open()
    house.book(DANA)
    house.book(KIM)
    house.book(ANN)
    house.hold()
    assert house.one(ADMIN).values["figures"] == Figures(0, 0, 0, 0, 0)
    house.finish()
    assert house.one(DANA).values["figures"] == Figures(sessions=1, places=3, came=2, people=2, points=1)


def test_a_series_is_subscribed_to_by_an_address_that_can_be_changed(house: House) -> None:
    house.open()
    request = PageRequest(DANA, path={"series": "s1"})
    assert (house.one(DANA).values["feeds"], house.one(DANA).values["feed"]) == (True, "")
    house.series.subscribe(request)
    house.series.subscribe(request)
    address = house.one(DANA).values["feed"]
    assert isinstance(address, str) and address.startswith(f"{BASE}/calendar.ics?key=")
    assert house.one(KIM).values["feed"] == ""
    house.series.renew(request)
    changed = house.one(DANA).values["feed"]
    assert isinstance(changed, str) and changed not in ("", address)
    with house.database.begin() as unit:
        People(unit).add_account(Account(DANA.id, DANA.id, "web", NOON))
        assert Subscriptions(unit).with_key(address.partition("=")[2]) is None
        subscription = Subscriptions(unit).with_key(changed.partition("=")[2])
        assert subscription is not None and subscription.feed == SERIES_FEED
        assert OfficeHoursCalendar(ORGANISER).series(subscription, NOON, unit) is not None


def test_who_could_not_read_a_series_without_signing_in_gets_no_address(house: House) -> None:
    house.open(readers=frozenset({"emea"}))
    emea = replace(DANA, groups=frozenset({"emea"}))
    assert house.one(emea).values["feeds"] is False
    for change in (house.series.subscribe, house.series.renew):
        with pytest.raises(PageNotFound):
            change(PageRequest(emea, path={"series": "s1"}))
    assert house.one(SAM).values["feeds"] is True


def test_a_session_shows_ones_own_place_and_what_the_others_bring(house: House) -> None:
    house.open(capacity=1)
    house.book(KIM, "A price list")
    house.book(ANN)
    house.book(DANA)
    seen = house.session(DANA).values
    date = seen["date"]
    assert isinstance(date, Date)
    assert (date.waits, date.place_in_line) == (True, 2)
    assert actions(seen["own_buttons"]) == [acts.REWORD, acts.CANCEL]
    assert (seen["runs"], seen["host_buttons"], seen["item_buttons"]) == (False, [], {})
    assert "A price list" in repr(seen["agenda"]) and "When do renewals start?" in repr(seen["agenda"])
    assert [each.label for each in _buttons(house.session(replace(DANA, id="web:eve")).values["own_buttons"])] == [
        "Join the waiting list"
    ]
    with pytest.raises(PageNotFound):
        house.session(GUEST)


def test_who_has_a_place_sees_its_session_whoever_may_see_the_series_by_now(house: House) -> None:
    made = house.open()
    house.book(DANA)
    with house.database.begin() as unit:
        house.desk.change(replace(made, readers=frozenset({"emea"})), SAM, unit, NOON)
    assert actions(house.session(DANA).values["own_buttons"]) == [acts.REWORD, acts.CANCEL]
    with pytest.raises(PageNotFound):
        house.session(KIM)


def test_of_one_to_one_times_only_hosts_know_who_comes_and_what_was_said(house: House) -> None:
    house.open(slot_length=TWENTY)
    house.book(DANA, "A secret deal", slot=0)
    house.book(KIM, slot=1)
    house.hold()
    with house.database.begin() as unit:
        house.desk.write_notes(WHERE, SAM, "Dana has a deal.", unit, house.now)
    other, own, host = (house.session(each).values for each in (ANN, DANA, SAM))
    assert _known(other) == ((), ())
    assert [each.name for each in _known(own)[1]] == ["Dana Okafor"]
    assert (other["points"], other["notes"], own["notes"]) == ([], "", "")
    assert [each.answer for each in _points(own["points"])] == ["A tenth."]
    assert [each.answer for each in _points(host["points"])] == ["A tenth."]
    assert (host["notes"], _known(host)[1][0].text) == ("Dana has a deal.", "A secret deal")


def test_hosts_have_the_line_with_what_they_can_do_with_each(house: House) -> None:
    house.open()
    booked = [house.book(each) for each in (DANA, KIM, ANN)]
    planned = house.session(SAM).values
    assert actions(planned["host_buttons"]) == [acts.MOVE, acts.SKIP]
    assert planned["is_live"] is False
    house.now = STARTS - timedelta(minutes=20)
    early = house.session(SAM).values
    assert (actions(early["host_buttons"])[0], early["is_live"]) == (acts.START, True)
    house.hold()
    running = house.session(SAM).values
    assert actions(running["host_buttons"]) == [acts.NEXT, acts.POINT, acts.NOTE, acts.FINISH]
    items = running["item_buttons"]
    assert isinstance(items, dict)
    assert [actions(items[each]) for each in booked] == [
        [acts.POINT, acts.BACK],
        [acts.DONE, acts.POINT, acts.BACK],
        [acts.CALL, acts.MISSED, acts.CALL_OFF],
    ]
    house.finish()
    over = house.session(SAM).values
    assert (actions(over["host_buttons"]), over["is_live"]) == ([acts.ATTENDANCE, acts.POINT, acts.NOTE], False)


def test_of_many_who_came_is_said_in_several_forms(house: House) -> None:
    house.open(capacity=50)
    for number in range(45):
        house.book(Person(f"web:p{number}", f"Person {number}"))
    house.now = STARTS
    with house.database.begin() as unit:
        house.desk.begin(WHERE, SAM, unit, house.now)
    house.finish()
    labels = [each.label for each in _buttons(house.session(SAM).values["host_buttons"])]
    assert labels[:2] == ["Who came (1 to 40)", "Who came (41 to 45)"]


def test_times_at_which_the_host_is_busy_are_not_shown_as_free(house: House) -> None:
    with house.database.begin() as unit:
        People(unit).add(KnownPerson(SAM.id, SAM.name, NOON, "sam@corp.example"))
    house.open(slot_length=TWENTY)
    house.busy = [Busy(STARTS, STARTS + TWENTY)]
    assert house.session(DANA).values["free"] == [
        (STARTS + TWENTY, STARTS + 2 * TWENTY),
        (STARTS + 2 * TWENTY, STARTS + 3 * TWENTY),
    ]


def test_ones_place_and_each_date_are_taken_along_as_a_calendar_file(house: House) -> None:
    house.open(slot_length=TWENTY, place="Room 4")
    own = house.book(DANA, "Brazil", slot=1)

    def taken(person: Person, booking: str = own) -> str:
        return house.dates.take_booking(PageRequest(person, path={"booking": booking})).content.decode()

    place = vobject.readOne(taken(DANA)).vevent
    assert (place.uid.value, place.dtstart.value, place.status.value) == (
        f"{own}@corp.example",
        STARTS + TWENTY,
        "CONFIRMED",
    )
    date = house.dates.take_session(PageRequest(KIM, path={"session": WHERE}))
    assert (date.filename, date.content_type) == (f"{WHERE}.ics", "text/calendar")
    assert vobject.readOne(date.content.decode()).vevent.uid.value == f"{WHERE}@corp.example"
    assert b"Brazil" not in date.content
    with house.database.begin() as unit:
        house.desk.cancel(own, DANA, unit, NOON)
    gone = vobject.readOne(taken(DANA)).vevent
    assert (gone.status.value, gone.sequence.value) == ("CANCELLED", "1")
    waits = [house.book(each, slot=1) for each in (KIM, ANN)][1]
    for person, booking in ((KIM, own), (ANN, waits), (DANA, "no such")):
        with pytest.raises(PageNotFound):
            taken(person, booking)
    with pytest.raises(PageNotFound):
        house.dates.take_session(PageRequest(GUEST, path={"session": WHERE}))


def test_a_session_is_open_to_view_as_it_was_when_its_series_is_closed(house: House) -> None:
    house.open()
    house.book(DANA)
    house.hold()
    house.finish()
    with house.database.begin() as unit:
        house.desk.close("s1", SAM, "", unit, house.now)
        assert SqlOfficeHours(unit).get("s1") is not None
    assert house.session(KIM).values["own_buttons"] == []


def _known(values: Mapping[str, object]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Who is in line, and who was."""
    agenda = values["agenda"]
    assert isinstance(agenda, Agenda)
    return agenda.line, agenda.came


def _buttons(found: object) -> list[Button]:
    assert isinstance(found, list)
    return found


def _points(found: object) -> list[Point]:
    assert isinstance(found, list)
    return found
