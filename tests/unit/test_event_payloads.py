"""What is said of events, in the worst of words, is what Slack and Teams take, and nothing in it is a link of anybody's
making but ours."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.form import Form
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.channels.model import Channel
from bot.features.events import forms, plan_form, telling
from bot.features.events.cards import EventView, earlier_message, event_message, list_message, when
from bot.features.events.in_library import as_document
from bot.features.events.model import (
    ORGANISER_LIMIT,
    Event,
    EventState,
    Fact,
    Organiser,
    Question,
    SignUp,
    SignUpState,
)
from bot.features.events.telling import Reader
from bot.features.form_state import to_state
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from bot.storage.people import KnownPerson
from knowledge.inline import escape_inline
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD
from tests.chat_house import BASE, DANA, SAM
from tests.events_house import campaign, event

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 600
ORGANISERS = tuple(Organiser(f"p{number}", WORST[:200]) for number in range(ORGANISER_LIMIT))
EVENT = event(
    "e" * 16,
    title=WORST[:120],
    about=WORST[:3_000],
    topics=tuple(f"{number}{WORST[:100]}" for number in range(10)),
    place=WORST[:500],
    link="https://evil.example/" + "x" * 900,
    organisers=ORGANISERS,
    capacity=1,
    announced_at=NOON,
    announced_by=WORST[:200],
    word=WORST[:500],
    recording="https://evil.example/" + "y" * 900,
    notes=WORST[:3_000],
    came=10_000,
)
CAMPAIGN = campaign("c" * 16, announced_at=NOON)
OWN = SignUp("s" * 20, EVENT.id, 1, DANA.id, WORST[:200], NOON, SignUpState.COMING, 0)
ASKED = tuple(
    Question(f"{number:032}", EVENT.id, SAM.id, WORST[:200], WORST[:300], NOON, votes=number) for number in range(30)
)
ANSWERED = replace(ASKED[0], answer=WORST[:3_000], answered_by_name=WORST[:200], answered_at=NOON)
READER = Reader(KnownPerson(DANA.id, "Dana", NOON, time_zone="Asia/Tokyo"), Place("slack", "D1"), NOON, BASE)
CHANNELS = [
    Channel("teams", f"19:{number:032}@thread.tacv2", title=WORST[:200], has_outsiders=number % 2 == 0)
    for number in range(60)
]


def view(kept: Event, **values: object) -> EventView:
    made = EventView(kept, "Asia/Tokyo", DANA.id, questions=ASKED, coming=1, waiting=3, pages=BASE)
    return replace(made, **values)


def messages() -> dict[str, Message]:
    found: dict[str, Message] = {}
    owns = {"nobody": None, "coming": OWN, "waiting": replace(OWN, state=SignUpState.WAITING, seat=None)}
    for state, (who, own), organises in product(EventState, owns.items(), (False, True)):
        kept = replace(EVENT, state=state)
        seen = view(kept, own=own, is_organiser=organises, may_announce=organises, line=1)
        found[f"{state} {who} {organises}"] = event_message(seen, "Done as you said." if organises else "")
    shared = EventView(replace(EVENT, state=EventState.ANNOUNCED), "Europe/Berlin", pages=None)
    telltale = {
        what.value: telling.told(Fact(what, OWN), EVENT, READER) for what in telling.SAID
    }  # fmt: skip
    return found | telltale | {
        "channel": event_message(shared),
        "campaign": event_message(view(replace(CAMPAIGN, state=EventState.ANNOUNCED))),
        "list": list_message([view(EVENT)] * 5, 12, BASE, may_plan=True),
        "empty list": list_message([], 0, None, may_plan=False),
        "earlier": earlier_message(EVENT),
        "reminder": telling.reminder(EVENT, READER),
        "campaign's reminder": telling.reminder(CAMPAIGN, READER),
        "made an organiser": telling.made_organiser(EVENT, "W" * 80, READER),
        "recorded": telling.recorded(EVENT, READER),
        "organiser's reminder": telling.organisers_reminder(EVENT, 3, ASKED, READER),
        "afterwards": telling.afterwards(EVENT, 3, READER),
        "answered": telling.answered(EVENT, ANSWERED, READER),
        "answered there": telling.answered(EVENT, replace(ANSWERED, answer=""), READER),
        "to curators": telling.to_curators(EVENT, READER),
    }  # fmt: skip


def all_forms() -> dict[str, Form]:
    return {
        "plan": plan_form.plan_form("Europe/Berlin"),
        "change": plan_form.change_form(EVENT),
        "change a campaign": plan_form.change_form(CAMPAIGN),
        "sign up": forms.sign_up_form(EVENT.id),
        "ask": forms.ask_form(EVENT, ASKED),
        "ask alone": forms.ask_form(EVENT, []),
        "announce": forms.announce_form(EVENT, CHANNELS),
        "announce nowhere": forms.announce_form(EVENT, []),
        "cancel": forms.cancel_form(replace(EVENT, state=EventState.ANNOUNCED)),
        "throw away": forms.cancel_form(EVENT),
        "answer": forms.answer_form(EVENT, ASKED),
        "answer one": forms.answer_form(EVENT, ASKED, ANSWERED),
        "after": forms.after_form(EVENT),
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
    assert 'href="javascript' not in drawn
    assert "<!channel>" not in str(slack.render_message(messages()[name], "n" * 24).get("text"))


def test_a_link_opens_where_it_reads_as_it_is() -> None:
    good = replace(EVENT, state=EventState.OVER, recording="https://rec.example/1")
    assert 'href="https://rec.example/1"' in render_message(event_message(view(good)), "n")
    bad = replace(good, recording="https://rec.example@evil.example/1")
    assert "href" not in render_message(event_message(view(bad, pages=None)), "n")


@pytest.mark.parametrize("name", messages())
def test_every_message_has_few_buttons_and_a_whole_sentence_as_summary(name: str) -> None:
    message = messages()[name]
    assert message.summary.endswith((".", "?"))
    if "list" not in name:
        assert len(message.buttons) <= 4


@pytest.mark.parametrize("name", all_forms())
def test_both_take_every_form(name: str) -> None:
    assert block_kit.problems(render_form(all_forms()[name], "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(all_forms()[name], "n")) == []


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in messages().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, THREAD) for name, form in all_forms().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_what_a_form_carries_builds_it_again() -> None:
    found = all_forms()
    again = {
        "ask": forms.ask_form_again,
        "announce": forms.announce_form_again,
        "announce nowhere": forms.announce_form_again,
        "answer": forms.answer_form_again,
        "plan": plan_form.form_again,
    }
    assert {name: build(found[name].state) for name, build in again.items()} == {name: found[name] for name in again}


@pytest.mark.parametrize("state", ["{", "[1]", '["e"', '{"a": 1}', "null"])
def test_what_is_no_state_of_ours_is_refused_in_words(state: str) -> None:
    for build in (forms.ask_form_again, forms.announce_form_again, forms.answer_form_again, plan_form.form_again):
        with pytest.raises(UserFacingError, match="cannot be read any more"):
            build(state)


def test_too_long_a_choice_that_somebody_put_into_a_form_is_left_out() -> None:
    state = to_state(("e1", (("x" * 200, "Long"), ("q", "Short"))))
    assert forms.listed_in(state).options == (("q", "Short"),)


def test_a_card_says_the_day_for_it_may_stand_for_weeks() -> None:
    assert when(event(), "Asia/Tokyo", is_own=True) == "Monday, 8 March 2027, 23:00 your time"
    assert when(event(), "Europe/Berlin", is_own=False) == "Monday, 8 March 2027, 15:00 Europe/Berlin"
    assert when(campaign(), "Asia/Tokyo", is_own=True) == "8 March 2027 to 21 March 2027"
    one_day = replace(campaign(), ends=campaign().starts + timedelta(days=1))
    assert when(one_day, "Asia/Tokyo", is_own=True) == "8 March 2027"


def test_what_becomes_of_it_in_the_library_is_words() -> None:
    document = as_document(replace(EVENT, recording="https://rec.example/(1)", notes="[x](javascript:alert(1))"), BASE)
    assert "rec.example" not in str(document.blocks)
    assert escape_inline("[x](javascript:alert(1))") in [getattr(each, "text", "") for each in document.blocks]
