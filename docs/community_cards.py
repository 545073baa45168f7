"""What people see of office hours, reviews, introductions, events and the calendar in chats: cards and forms in their
states, made by the product's own code, for `slack_cards` and `teams_cards` to draw."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.moments import moment_at
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.calendar import card as calendar
from bot.features.calendar.feeds import ALL, MINE
from bot.features.calendar.model import OnCalendar
from bot.features.calendar_entry import CalendarEntry
from bot.features.channels.model import Channel
from bot.features.events import forms as event_forms
from bot.features.events import plan_form
from bot.features.events import telling as event_telling
from bot.features.events.cards import EventView, event_message, list_message
from bot.features.events.model import Event, EventState, Question, SignUp, SignUpState
from bot.features.form_state import to_state
from bot.features.introductions import cards as introductions
from bot.features.introductions import lobby, lobby_forms
from bot.features.introductions.first_week import read_steps
from bot.features.introductions.lobby import Own as OwnOfLobby
from bot.features.introductions.model import Answer, Participant, Refusal
from bot.features.introductions.seats import Seat as CircleSeat
from bot.features.office_hours import booking_form, hosting_forms, session_forms, telling
from bot.features.office_hours import cards as hours_cards
from bot.features.office_hours.agenda import Agenda, Item
from bot.features.office_hours.cards import Dated, Offer, Own
from bot.features.office_hours.hosting_forms import Known
from bot.features.office_hours.model import Booking, BookingState, Fact, Host, Session, SessionState, What
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.session_card import SessionView, session_message
from bot.features.office_hours.telling import Reader
from bot.features.reviews import list_card, submit_form, word_forms
from bot.features.reviews.author_cards import author_message
from bot.features.reviews.card_view import View
from bot.features.reviews.model import Case, Rating, Review, Seat, State, Submission, assignment_id
from bot.features.reviews.review_form import review_form
from bot.features.reviews.reviewer_cards import reviewer_message, short_message
from bot.features.reviews.rubric import Blind
from bot.features.reviews.rubric_shelf import open_rubrics
from bot.storage.people import KnownPerson
from docs.request_cards import BASE, Sheet
from scheduler.calendar_file import CalendarEvent
from tests.builders import DANA, turn
from tests.events_house import campaign, event
from tests.houred import booking, hours, session
from tests.introduced import circle, meeting, member, week
from tests.reviewed import assignment, submission

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


# Peer reviews

JOURNEY = open_rubrics(None)["journey-map"]
WROTE = (("One buyer, from her side.", 3), ("The survey is from last spring.", 2), ("Two steps are still ours.", 1))


def work(state: State, **values: object) -> Submission:
    made = submission(
        rubric=JOURNEY,
        title="Renewal journey of a mid-size buyer",
        author_name="Kim Ortiz",
        given={each.id: each.hint for each in JOURNEY.needs},
        submitted_at=NOW - DAY,
        due_at=NOW + 5 * DAY,
        state=state,
        asked=2,
    )
    return replace(made, **values)


def case(state: State, *seats: Seat, **values: object) -> Case:
    asked = [
        assignment(
            number + 1,
            f"p{number}",
            person_name=("Dana Okafor", "Aiko Mori")[number],
            seat=seat,
            why="knows journey maps, answered 4 about them",
            due_at=NOW + DAY,
        )
        for number, seat in enumerate(seats)
    ]
    ratings = {each.id: Rating(WROTE[at % 3][1], WROTE[at % 3][0]) for at, each in enumerate(JOURNEY.criteria)}
    written = {
        assignment_id("r1", each.number): Review(
            each.id, "r1", ratings, "The quotes. I heard that buyer.", "Say how often each pain happens.", NOW
        )
        for each in asked
        if each.seat is Seat.HANDED_IN
    }
    return Case(work(state, **values), asked, written)


def view(of: Case, reader_id: str = DANA.id) -> View:
    return View(of, reader_id, NOW, in_words, f"{BASE}/reviews/r1")


def in_words(at: datetime) -> str:
    return moment_at(at, NOW, PRIVATE, ZONE)


def of_authors() -> Sheet:
    both = (Seat.HANDED_IN, Seat.HANDED_IN)
    missing = ("Nothing says what it rests on.", "No link and no file: reviewers have to be able to open the work.")
    running, closed = work(State.IN_REVIEW), work(State.CLOSED, title="Trial onboarding")
    returned = work(State.RETURNED, title="Adoption dashboard", rubric=open_rubrics(None)["dashboard"])
    owed = [(work(State.IN_REVIEW, title="Spring campaign"), assignment(seat=Seat.ACCEPTED, due_at=NOW + DAY))]
    listed = turn(at=NOW, place=PRIVATE)
    return {
        "The list": list_card.list_message(owed, [running, returned, closed], listed, BASE),
        "Nothing yet": list_card.list_message([], [], listed, BASE),
        "Returned": author_message(view(case(State.RETURNED, missing=missing))),
        "In review": author_message(view(case(State.IN_REVIEW, Seat.ACCEPTED, Seat.ASKED))),
        "In review, blind": author_message(view(case(State.IN_REVIEW, *both[:1], Seat.ASKED, blind=Blind.DOUBLE))),
        "Out": author_message(view(case(State.RELEASED, *both))),
        "Closed": author_message(view(case(State.CLOSED, *both, reply="Thank you, the steps are changed."))),
        "Taken back": author_message(view(case(State.WITHDRAWN))),
        "Nobody left to ask, for an admin": short_message(view(case(State.IN_REVIEW, Seat.DECLINED), "web:admin")),
    }


def of_reviewers() -> Sheet:
    def shown(state: State, *seats: Seat, **values: object) -> Message:
        made = view(case(state, *seats, **values), "p0")
        if made.own is None:
            raise LookupError("Nobody reviews it.")
        return reviewer_message(made, made.own)

    both = (Seat.HANDED_IN, Seat.HANDED_IN)
    return {
        "Asked": shown(State.IN_REVIEW, Seat.ASKED),
        "Asked, double blind": shown(State.IN_REVIEW, Seat.ASKED, blind=Blind.DOUBLE),
        "Accepted": shown(State.IN_REVIEW, Seat.ACCEPTED),
        "Handed in": shown(State.IN_REVIEW, Seat.HANDED_IN),
        "Returned": shown(State.RETURNED, Seat.ACCEPTED, missing=("What it rests on.",), returned_by="p0"),
        "Out": shown(State.RELEASED, *both),
        "The author answered": shown(State.CLOSED, *both, reply="Thank you, the steps are changed."),
        "Declined": shown(State.IN_REVIEW, Seat.DECLINED),
        "Replaced": shown(State.IN_REVIEW, Seat.REPLACED),
    }


def review_forms() -> Sheet:
    rubrics = open_rubrics(None)
    begun = submit_form.begin_with("", [])
    return {
        "Which kind": submit_form.submit_form(begun, rubrics),
        "Submit": submit_form.submit_form(begun._replace(rubric_id="journey-map"), rubrics, NOW.date() + 7 * DAY),
        "Complete": submit_form.complete_form(work(State.RETURNED, missing=("What it rests on.",)), ["Sam Lee"], ZONE),
        "Review": review_form(work(State.IN_REVIEW)),
        "Decline": word_forms.decline_form("r1"),
        "Return": word_forms.return_form("r1"),
        "Answer": word_forms.reply_form("r1"),
        "Choose": word_forms.choose_form("r1"),
    }


# Introductions

COFFEE = circle(title="Coffee across offices", about="Half an hour with somebody whom you would not meet otherwise.")
PAIR = meeting(
    "m1",
    prompt="What did you change your mind about lately?",
    participants=(Participant("dana", "Dana Okafor"), Participant("aiko", "Aiko Mori")),
)
TRIO = replace(PAIR, participants=(*PAIR.participants, Participant("kim", "Kim Ortiz")))
NEW = week("kim", person_name="Kim Ortiz", buddy_id="dana", buddy_name="Dana Okafor", steps=1, office="Madrid")


def introduced() -> Sheet:
    known = {
        "aiko": member("aiko", office="Tokyo", function="Customer success"),
        "kim": member("kim", office="Madrid", function="Marketing"),
    }
    addresses = {"aiko": "aiko@example.com", "kim": "kim@example.com"}
    paused = member("dana", paused_until=NOW.date() + 20 * DAY)
    seats = [
        CircleSeat(COFFEE, member("dana"), 24, NOW + 6 * DAY),
        CircleSeat(circle("lunch", title="Lunch of three", size=3), None, 9, NOW + 2 * DAY),
        CircleSeat(circle("walk", title="Walks"), paused, 5, NOW + 24 * DAY, is_theirs=True),
    ]
    step, refused = read_steps()[0], [Refusal("dana", "tomas", "Tomás Reyes", NOW)]
    pages = [("Center of Excellence charter", f"{BASE}/library/charter")]
    return {
        "The lobby": lobby.lobby_message(
            seats, "", OwnOfLobby(is_buddy=True, refusals=refused), NOW, zone=ZONE.key, pages=BASE
        ),
        "Introduced": introductions.introduction(COFFEE, PAIR, "dana", known, addresses),
        "Three": introductions.introduction(COFFEE, TRIO, "dana", known, addresses),
        "Nobody to meet": introductions.alone(COFFEE),
        "Did you meet?": introductions.did_you_meet(COFFEE, PAIR, "dana"),
        "We met": introductions.answered(PAIR, "dana", Answer.MET),
        "Not this time": introductions.answered(PAIR, "dana", Answer.NOT_MET),
        "The first day": introductions.step_card(NEW, step, 5, pages),
        "The last day": introductions.step_card(replace(NEW, steps=5, ended_at=NOW), read_steps()[4], 5, pages),
        "A buddy's newcomer": introductions.newcomer_card(NEW, 5, "kim@example.com"),
        "Another buddy": introductions.handed_on(NEW),
        "The week is over": introductions.over(NEW),
    }


def introduction_forms() -> Sheet:
    return {
        "Join": lobby_forms.join_form("coffee", "Berlin", "Customer success"),
        "Pause": lobby_forms.pause_form("coffee"),
        "Open a circle": lobby_forms.open_form(),
        "Change it": lobby_forms.change_form("coffee:1", COFFEE),
        "I am new": lobby_forms.new_form(),
        "Be a buddy": lobby_forms.buddy_form(),
        "Never with somebody": lobby_forms.apart_form(),
    }


# Events

WEBINAR = event(
    title="What is new in renewals",
    about="What changes in the playbook, and why. Twenty minutes of showing, forty of your questions.",
    topics=("renewals", "pricing"),
    place="",
    link="https://meet.example.com/renewals",
    state=EventState.ANNOUNCED,
    announced_at=NOW,
    announced_by="Mara Lindqvist",
    capacity=80,
)
SPRING = replace(
    campaign(), title="Spring campaign", state=EventState.ANNOUNCED, announced_at=NOW, announced_by="Mara Lindqvist"
)
ASKED = Question("q1", "e1", "noor", "Noor Nasser", "Does the notice period change in Brazil?", NOW, votes=2)
COMES = SignUp("s1", "e1", 1, "dana", "Dana Okafor", NOW, SignUpState.COMING, 0)


def events() -> dict[str, Message]:
    def seen(kept: Event, **values: object) -> EventView:
        made = EventView(kept, ZONE.key, "dana", coming=12, questions=(ASKED,), pages=BASE)
        return replace(made, **values)

    draft = replace(WEBINAR, state=EventState.DRAFT, announced_at=None)
    over = replace(
        WEBINAR, state=EventState.OVER, recording="https://meet.example.com/r/1", notes="What changed.", came=61
    )
    cancelled = replace(WEBINAR, state=EventState.CANCELLED, word="Mara is ill; a new date follows.")
    waits = replace(COMES, state=SignUpState.WAITING, seat=None)
    reader = event_telling.Reader(KnownPerson("dana", "Dana Okafor", NOW, time_zone=ZONE.key), PRIVATE, NOW, BASE)
    return {
        "The list": list_message([seen(WEBINAR, own=COMES), seen(SPRING)], 2, BASE, may_plan=True),
        "None yet": list_message([], 0, BASE, may_plan=True),
        "In a channel": event_message(EventView(WEBINAR, ZONE.key, pages=BASE)),
        "For a reader": event_message(seen(WEBINAR)),
        "Signed up": event_message(seen(WEBINAR, own=COMES)),
        "On the waiting list": event_message(seen(WEBINAR, own=waits, line=3, coming=80, waiting=3)),
        "A campaign": event_message(seen(SPRING)),
        "A draft, for its organiser": event_message(seen(draft, is_organiser=True)),
        "For its organiser": event_message(seen(WEBINAR, is_organiser=True)),
        "Over": event_message(seen(over, own=COMES)),
        "Cancelled": event_message(seen(cancelled)),
        "A curator is asked": event_telling.to_curators(draft, reader),
        "A reminder": event_telling.reminder(WEBINAR, reader),
        "An organiser's reminder": event_telling.organisers_reminder(WEBINAR, 12, [ASKED], reader),
        "An organiser is asked afterwards": event_telling.afterwards(WEBINAR, 1, reader),
        "Answered": event_telling.answered(WEBINAR, replace(ASKED, answer="No.", answered_by_name="Sam Lee"), reader),
    }


def forms_of_events() -> Sheet:
    channels = [Channel("slack", f"T1:C{at}", title=name) for at, name in enumerate(("general", "renewals-emea"))]
    return {
        "Plan": plan_form.plan_form(ZONE.key),
        "Sign up": event_forms.sign_up_form("e1"),
        "Ask": event_forms.ask_form(WEBINAR, [ASKED]),
        "Announce": event_forms.announce_form(WEBINAR, channels),
        "Cancel": event_forms.cancel_form(WEBINAR),
        "Answer": event_forms.answer_form(WEBINAR, [ASKED]),
        "Afterwards": event_forms.after_form(WEBINAR),
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
