"""What office hours say, in the worst of words, is what Slack and Teams take, and nothing in it is a link of anybody's
making but the address of a call, which reads as it is."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.form_state import to_state
from bot.features.office_hours import booking_form, cards, hosting_forms, session_forms, telling
from bot.features.office_hours.agenda import Agenda, Item
from bot.features.office_hours.cards import Dated, Offer, Own
from bot.features.office_hours.hosting_forms import Known
from bot.features.office_hours.model import (
    HOST_LIMIT,
    TEXT_LIMIT,
    TOPIC_LIMIT,
    WORD_LIMIT,
    Booking,
    BookingState,
    Fact,
    Host,
    SessionState,
    What,
)
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.session_card import SessionView, session_message
from bot.features.office_hours.telling import Reader
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from bot.storage.people import KnownPerson
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD
from tests.houred import FIRST, SCHEDULE, booking, hours, session

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + 'Käse " 界 ' * 600
CALL = "https://meet.example/" + "x" * 400
TIME = OwnTime(NOON, ZoneInfo("Asia/Tokyo"))
PAGES = "https://hall.example"

HOURS = hours(
    "h" * 16,
    title=WORST[:120],
    hosts=tuple(Host(f"web:{number}", WORST[:200]) for number in range(HOST_LIMIT)),
    about=WORST[:TEXT_LIMIT],
    place=WORST[:WORD_LIMIT],
    link=CALL,
    topics=tuple(f"{number} {WORST[:90]}" for number in range(TOPIC_LIMIT)),
    capacity=500,
)
SLOTS = replace(HOURS, slot_length=timedelta(minutes=20))
PLANNED = session("h" * 16, word=WORST[:WORD_LIMIT], notes=WORST[:TEXT_LIMIT])
SESSIONS = {state: replace(PLANNED, state=state) for state in SessionState}
CANCELLED = SESSIONS[SessionState.CANCELLED]
MOVED = replace(HOURS, schedule=replace(SCHEDULE, moved={FIRST: SCHEDULE.first + timedelta(days=1)}))


def reader() -> Reader:
    return Reader(KnownPerson("web:dana", "Dana", NOON, time_zone="Asia/Tokyo"), Place("slack", "D1"), NOON)


def own(state: BookingState, number: int = 1, **values: object) -> Booking:
    texts = {"person_name": WORST[:200], "brings": WORST[:TEXT_LIMIT], "word": WORST[:WORD_LIMIT]}
    made = booking(number, id=f"{PLANNED.id}-{number}", session_id=PLANNED.id, state=state, **texts)
    return replace(made, **{"seat": None if state is BookingState.WAITING else 0, **values})


def agenda(state: SessionState, in_turn: bool = True) -> SessionView:
    states = [BookingState.IN_TURN if in_turn else BookingState.BOOKED] + [BookingState.BOOKED] * 20
    line = [own(each, number) for number, each in enumerate([*states, *[BookingState.WAITING] * 20], 1)]
    came = [own(BookingState.DONE, 50), own(BookingState.MISSED, 51)]
    items = {each.id: Item(each.brings, each.person_name, each.id, state=each.state, starts=NOON) for each in line}
    found = Agenda(
        HOURS,
        SESSIONS[state],
        tuple(items.values()),
        tuple(Item(each.brings, each.person_name, each.id, state=each.state) for each in came),
        tuple(Item(WORST[:TEXT_LIMIT], WORST[:200], escalation_id="e") for _ in range(10)),
    )
    return SessionView(found, True, {each.id: each for each in (*line, *came)}, points=3)


def messages() -> dict[str, Message]:
    dates = [Dated(SESSIONS[state], 1, 12, 3) for state in SessionState] * 3
    offers = [Offer(each, dates[0], is_host=bool(number % 2)) for number, each in enumerate([HOURS, SLOTS] * 6)]
    mine = [Own(HOURS, PLANNED, own(state), int(state is BookingState.WAITING)) for state in BookingState]
    found = {f"place {each.booking.state}": cards.booking_message(each, TIME, PAGES) for each in mine}
    for state in SessionState:
        found[f"session {state}"] = session_message(agenda(state), TIME, PAGES)
        found[f"session {state}, nobody in turn"] = session_message(agenda(state, in_turn=False), TIME, None, "Done.")
        guests = replace(agenda(state), is_host=False, own=mine[0])
        found[f"session {state} of a guest"] = session_message(guests, TIME, PAGES)
    for fact in (What.MOVED_UP, What.CALLED_OFF, What.RETIMED, What.CHANGED, What.TAKEN_IN_TURN):
        state = BookingState.CALLED_OFF if fact is What.CALLED_OFF else BookingState.BOOKED
        found[f"told {fact}"] = telling.told(Fact(fact, own(state), PLANNED), HOURS, reader())
    section = cards.home_section(mine, offers, TIME, PAGES)
    assert section is not None
    return found | {
        "list": cards.list_message(offers, mine, TIME, PAGES),
        "empty list": cards.list_message([], [], TIME, None),
        "series": cards.series_message(offers[0], dates, mine, TIME, PAGES),
        "series of a host": cards.series_message(replace(offers[1], hours=MOVED), dates, [], TIME, None, WORST[:300]),
        "closed series": cards.series_message(
            replace(offers[0], hours=replace(HOURS, closed_at=NOON)), [], [], TIME, ""
        ),
        "home": Message("Home.", section.blocks),
        "reminder": telling.reminder(HOURS, PLANNED, own(BookingState.BOOKED), reader()),
        "host note": telling.host_note(SLOTS, PLANNED, [own(BookingState.BOOKED)] * 12, reader()),
        "afterwards": telling.afterwards(HOURS, PLANNED, 2, reader()),
        "made a host": telling.made_host(HOURS, WORST[:80], reader()),
    }


def forms() -> dict[str, Form]:
    weekly = [session("h" * 16, FIRST + timedelta(days=7 * each)) for each in range(20)]
    long = [replace(each, slot_length=timedelta(minutes=5), ends=each.starts + timedelta(hours=4)) for each in weekly]
    group = booking_form.offered(
        HOURS, [(each, [own(BookingState.BOOKED)]) for each in weekly], TIME, is_one_date=False
    )
    slots = booking_form.offered(SLOTS, [(each, [own(BookingState.BOOKED)]) for each in long], TIME, is_one_date=False)
    one = booking_form.offered(SLOTS, [(long[0], [own(BookingState.BOOKED)])], TIME, is_one_date=True)
    people = session_forms.people_state(
        SESSIONS[SessionState.RUNNING], [own(BookingState.BOOKED, number) for number in range(1, 60)]
    )
    known = to_state(Known("h" * 16, 12, True))
    hosts = [f"{'x' * 240}@example.com"] * HOST_LIMIT
    held = replace(SLOTS, schedule=replace(SCHEDULE, holidays=frozenset({date(2027, 12, 24), date(2027, 12, 25)})))
    topic = to_state((PLANNED.id, f"{PLANNED.id}-1"))
    return {
        "book a group": booking_form.booking_form(group.text, cards.named(HOURS)),
        "book a slot": booking_form.booking_form(slots.text, cards.named(HOURS)),
        "book one date": booking_form.booking_form(one.text),
        "reword": booking_form.reword_form(f"{PLANNED.id}-1", WORST[:TEXT_LIMIT], cards.named(HOURS)),
        "open": hosting_forms.open_form(),
        "change": hosting_forms.change_form(known, held, hosts),
        "skip": hosting_forms.skip_form(PLANNED.id, WORST[:300]),
        "close": hosting_forms.close_form("h" * 16, WORST[:300]),
        "move": hosting_forms.move_form(PLANNED.id, HOURS, PLANNED),
        "line": session_forms.line_form(people),
        "call off": session_forms.call_off_form(f"{PLANNED.id}-1", WORST[:200]),
        "note": session_forms.note_form(PLANNED.id, WORST[:TEXT_LIMIT]),
        "point": session_forms.point_form(topic, WORST[:TEXT_LIMIT], WORST[:TEXT_LIMIT]),
        "attendance": session_forms.attendance_form(people, ("1", "2")),
    }


@pytest.mark.parametrize("name", messages())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(messages()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", messages())
def test_teams_takes_every_message(name: str) -> None:
    assert adaptive_card.problems_of_activity(render_activity(messages()[name], View("n", "k"))) == []
    assert adaptive_card.problems(render_card(messages()[name], View("n", "k"))) == []


@pytest.mark.parametrize("name", messages())
def test_nothing_that_people_wrote_is_a_link(name: str) -> None:
    drawn = render_message(messages()[name], "n")
    assert 'href="https://evil' not in drawn
    assert "javascript:" not in drawn.replace("javascript:alert(1))", "")


@pytest.mark.parametrize("name", forms())
def test_both_take_every_form(name: str) -> None:
    assert block_kit.problems(render_form(forms()[name], "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(forms()[name], "n")) == []


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in messages().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, THREAD) for name, form in forms().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_every_summary_is_a_whole_sentence() -> None:
    said = {name: each.summary for name, each in messages().items() if name != "series of a host"}
    assert {name: each for name, each in said.items() if not each.endswith((".", "?"))} == {}


BAD_LINKS = ("javascript:alert(1)", "https://a b", "https://meet.example@evil.example/", "https://m\u0435et.example/")


@pytest.mark.parametrize("link", BAD_LINKS)
def test_an_address_that_does_not_read_as_it_is_is_no_link(link: str) -> None:
    shown = cards.series_message(Offer(replace(HOURS, link=link), None), [], [], TIME, None)
    assert "href" not in render_message(shown, "n")


def test_the_address_of_a_call_opens() -> None:
    shown = cards.series_message(Offer(replace(HOURS, link=CALL), None), [], [], TIME, None)
    assert f'href="{CALL}"' in render_message(shown, "n")
