"""What people see of introductions and events in chats, for `community_cards`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.channels.model import Channel
from bot.features.events import forms as event_forms
from bot.features.events import plan_form
from bot.features.events import telling as event_telling
from bot.features.events.cards import EventView, event_message, list_message
from bot.features.events.model import Event, EventState, Question, SignUp, SignUpState
from bot.features.introductions import cards as introductions
from bot.features.introductions import lobby, lobby_forms
from bot.features.introductions.first_week import read_steps
from bot.features.introductions.lobby import Own as OwnOfLobby
from bot.features.introductions.model import Answer, Participant, Refusal
from bot.features.introductions.seats import Seat as CircleSeat
from bot.storage.people import KnownPerson
from docs.request_cards import BASE, Sheet
from tests.events_house import campaign, event
from tests.introduced import circle, meeting, member, week

NOW = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
PRIVATE = Place("slack", "T1:D1")
DAY = timedelta(days=1)


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
