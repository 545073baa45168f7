"""What people see of the community in chats: cards and forms in their states, made by the product's own code, for
`slack_cards` and `teams_cards` to draw. Office hours and the calendar stand here, the rest in the modules beside it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.calendar import card as calendar
from bot.features.calendar.feeds import ALL, MINE
from bot.features.calendar.model import OnCalendar
from bot.features.calendar_entry import CalendarEntry
from bot.features.form_state import to_state
from bot.features.office_hours import booking_form, hosting_forms, session_forms, telling
from bot.features.office_hours import cards as hours_cards
from bot.features.office_hours.agenda import Agenda, Item
from bot.features.office_hours.cards import Dated, Offer, Own
from bot.features.office_hours.hosting_forms import Known
from bot.features.office_hours.model import Booking, BookingState, Fact, Host, Session, SessionState, What
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.session_card import SessionView, session_message
from bot.features.office_hours.telling import Reader
from bot.storage.people import KnownPerson
from docs import news_cards
from docs.meeting_cards import events, forms_of_events, introduced, introduction_forms
from docs.request_cards import BASE, Sheet
from docs.review_cards import in_words, of_authors, of_reviewers, review_forms
from scheduler.calendar_file import CalendarEvent
from tests.houred import booking, hours, session

NOW = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TIME = OwnTime(NOW, ZONE)
PRIVATE = Place("slack", "T1:D1")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = ("Dana Okafor", "Noor Nasser", "Kim Ortiz", "Aiko Mori")
BROUGHT = (
    "A discount for a customer in Brazil who pays late",
    "Two renewals that slipped twice",
    "How we quote bundles",
    "",
)


def sheets() -> Mapping[str, Sheet]:
    """By the picture's name."""
    return {
        "hours": {**hours_booked(), **hours_told()},
        "hours-sessions": sessions(),
        "hours-forms": hours_forms(),
        "reviews-author": of_authors(),
        "reviews-reviewer": of_reviewers(),
        "reviews-forms": review_forms(),
        "introductions": introduced(),
        "introductions-forms": introduction_forms(),
        "events": events(),
        "events-forms": forms_of_events(),
        "calendar": on_calendar(),
        **news_cards.sheets(),
    }


def chosen() -> Sheet:
    """Some of them, for a first look."""
    return {
        "A host sees who is next": sessions()["Runs, for its host"],
        "Somebody is asked to review": of_reviewers()["Asked"],
        "An event, in a channel": events()["In a channel"],
    }


# Office hours

CLINIC = hours(
    title="Pricing clinic",
    about="Bring a case: a discount that feels wrong, a renewal that slipped, a price nobody can explain.",
    place="Room 4, second floor",
    link="https://meet.example.com/pricing",
    topics=("pricing", "renewals"),
    hosts=(Host("sam", "Sam Lee"),),
    capacity=4,
)
TALKS = replace(
    CLINIC,
    id="s2",
    title="Journey maps, one-to-one",
    hosts=(Host("lee", "Lee Winter"),),
    slot_length=timedelta(minutes=20),
    topics=("journey maps",),
    about="",
    link="",
)
TODAY = session()
SLOTS = replace(TODAY, slot_length=timedelta(minutes=20))


def places(*states: BookingState) -> list[Booking]:
    return [
        booking(
            number + 1,
            f"p{number}",
            person_name=NAMES[number],
            state=state,
            brings=BROUGHT[number],
            seat=None if state is BookingState.WAITING else number,
        )
        for number, state in enumerate(states)
    ]


def own(state: BookingState, what: Session = TODAY, line: int = 0) -> Own:
    (made,) = places(state)
    said = "I have to be at a customer’s." if state is BookingState.CALLED_OFF else ""
    return Own(CLINIC, what, replace(made, word=said), line)


def hours_booked() -> dict[str, Message]:
    next_one, full = Dated(TODAY, 2, 2), Dated(replace(TODAY, slot_length=SLOTS.slot_length), 0, 3, 1)
    offers = [Offer(CLINIC, next_one), Offer(TALKS, full), Offer(CLINIC, next_one, is_host=True)]
    later = [Dated(session(original=date(2027, 3, 2) + week * 7 * DAY), 4) for week in range(1, 4)]
    place = own(BookingState.BOOKED)
    return {
        "The list": hours_cards.list_message(offers, [place], TIME, BASE),
        "None yet": hours_cards.list_message([], [], TIME, BASE),
        "A series": hours_cards.series_message(offers[0], [next_one, *later], [place], TIME, BASE),
        "A series, for its host": hours_cards.series_message(offers[2], [next_one, *later], [], TIME, BASE),
        "Booked": hours_cards.booking_message(place, TIME, BASE),
        "On the waiting list": hours_cards.booking_message(own(BookingState.WAITING, line=2), TIME, BASE),
        "Cancelled": hours_cards.booking_message(own(BookingState.CANCELLED), TIME, BASE),
    }


def hours_told() -> dict[str, Message]:
    def told(what: What, state: BookingState) -> Message:
        return telling.told(Fact(what, own(state).booking, TODAY), CLINIC, reader)

    dana = KnownPerson("p0", NAMES[0], NOW, time_zone=ZONE.key)
    reader = Reader(dana, PRIVATE, NOW)
    return {
        "Moved up": told(What.MOVED_UP, BookingState.BOOKED),
        "Another time": told(What.RETIMED, BookingState.BOOKED),
        "Called off": told(What.CALLED_OFF, BookingState.CALLED_OFF),
        "A reminder": telling.reminder(CLINIC, TODAY, own(BookingState.BOOKED).booking, reader),
        "A host is reminded": telling.host_note(CLINIC, TODAY, places(*[BookingState.BOOKED] * 3), reader),
        "A host is asked afterwards": telling.afterwards(CLINIC, TODAY, 2, reader),
    }


def sessions() -> dict[str, Message]:
    def shown(state: SessionState, *states: BookingState, is_host: bool = True) -> Message:
        line = places(*states)
        items = [Item(each.brings, each.person_name, each.id, state=each.state) for each in line]
        standing = tuple(each for each in items if each.state is not BookingState.DONE)
        came = tuple(each for each in items if each.state is BookingState.DONE)
        asked = (Item("Which discount may we give in Brazil?", "Tomás Reyes", escalation_id="e"),)
        noted = (
            "Late payers: first the open invoices. Bundles: Sam writes a page." if state is SessionState.OVER else ""
        )
        agenda = Agenda(CLINIC, replace(TODAY, state=state, notes=noted), standing, came, asked)
        mine = None if is_host else own(BookingState.BOOKED)
        made = SessionView(agenda, is_host, {each.id: each for each in line}, points=2, own=mine)
        return session_message(made, TIME, BASE)

    booked, waiting, done = BookingState.BOOKED, BookingState.WAITING, BookingState.DONE
    return {
        "Planned, for its host": shown(SessionState.PLANNED, booked, booked, booked, waiting),
        "Runs, for its host": shown(SessionState.RUNNING, done, BookingState.IN_TURN, booked, waiting),
        "Runs, nobody in turn": shown(SessionState.RUNNING, booked, booked),
        "Over": shown(SessionState.OVER, done, done),
        "Skipped": shown(SessionState.CANCELLED),
        "Runs, for who booked": shown(SessionState.RUNNING, BookingState.IN_TURN, booked, is_host=False),
    }


def hours_forms() -> Sheet:
    weekly = [replace(session(original=date(2027, 3, 9) + week * 7 * DAY)) for week in range(4)]
    group = booking_form.offered(CLINIC, [(each, []) for each in weekly], TIME, is_one_date=False)
    slots = [(replace(each, slot_length=SLOTS.slot_length), []) for each in weekly[:1]]
    one = booking_form.offered(TALKS, slots, TIME, is_one_date=True)
    people = session_forms.people_state(
        replace(TODAY, state=SessionState.RUNNING), places(BookingState.BOOKED, BookingState.BOOKED)
    )
    return {
        "Book": booking_form.booking_form(group.text, hours_cards.named(CLINIC)),
        "Book a talk": booking_form.booking_form(one.text, hours_cards.named(TALKS)),
        "Open": hosting_forms.open_form(),
        "Change": hosting_forms.change_form(to_state(Known(CLINIC.id, 1, False)), CLINIC, ["sam@example.com"]),
        "Skip": hosting_forms.skip_form(TODAY.id, "Pricing clinic, today at 15:00"),
        "Move": hosting_forms.move_form(TODAY.id, CLINIC, TODAY),
        "The line": session_forms.line_form(people),
        "Who came": session_forms.attendance_form(people, ("1",)),
        "Note an answer": session_forms.point_form(to_state((TODAY.id, "")), "", ""),
        "Notes": session_forms.note_form(TODAY.id, ""),
    }


# The calendar


def on_calendar() -> Sheet:
    def on(kind: str, title: str, hours_ahead: int, *, is_mine: bool = False, note: str = "") -> OnCalendar:
        starts = NOW + hours_ahead * HOUR
        date_of = CalendarEvent(f"{hours_ahead}@x", 0, starts, starts + HOUR, ZONE.key, title)
        entry = CalendarEntry(kind, date_of, "/events/e1", is_mine, note)
        return OnCalendar(entry, starts, starts + HOUR, starts.date(), starts.date())

    coming = [
        on("Office hours", "Pricing clinic with Sam Lee", 1, is_mine=True, note="you have a place"),
        on("Introductions", "Coffee across offices", 30, note="24 people"),
        on("Webinar", "What is new in renewals", 120, is_mine=True, note="you have a place"),
    ]
    addresses = {MINE: f"{BASE}/calendar.ics?key={'x' * 43}", ALL: f"{BASE}/calendar.ics?key={'y' * 43}"}
    moment: Callable[[datetime], str] = in_words
    return {
        "What comes": calendar.next_message(coming, moment, BASE, NOW),
        "Only mine": calendar.next_message(coming[::2], moment, BASE, NOW, only_mine=True),
        "In a channel": calendar.next_message(coming[1:2], moment, BASE, NOW, is_shared=True),
        "Nothing": calendar.next_message([], moment, BASE, NOW),
        "Subscribe": calendar.subscribe_message(addresses),
        "No address": calendar.subscribe_message({}),
    }
