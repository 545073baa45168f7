"""What introductions say, in the worst of words, is what Slack and Teams take, and nothing in it is a link of anybody's
making."""

from dataclasses import replace

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.features.introductions import cards, lobby, lobby_forms
from bot.features.introductions.first_week import Step, read_steps
from bot.features.introductions.lobby import Own
from bot.features.introductions.model import REFUSALS, WORD_LIMIT, Answer, Participant, Refusal
from bot.features.introductions.seats import Seat
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD
from tests.introduced import circle, meeting, member, week

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
EMAIL = f"{'x' * 300}@example.com"
COFFEE = circle(title=WORST[:120])
TRIO = meeting("m" * 32, participants=tuple(Participant(each, WORST[:200]) for each in ("ana", "ben", "cai")))
MEMBERS = {each: member(each, office=WORST[:WORD_LIMIT], function=WORST[:WORD_LIMIT]) for each in ("ben", "cai")}
NEW = week("kim", person_name=WORST[:200], buddy_id="bob", buddy_name=WORST[:200], steps=1, office=WORST[:WORD_LIMIT])
STEP = Step(WORST, WORST[:3_000])
PAUSED = member("ana", paused_until=NOON.date().replace(year=2028))
SEATS = [
    Seat(circle("c" * 16, title=WORST[:120], about=WORST[:1_000]), own, 12, NOON, is_theirs=True)
    for own in (None, member("ana"), PAUSED) * 4
]
OWN = Own(refusals=[Refusal("ana", f"p{number}", WORST[:200], NOON) for number in range(REFUSALS)])


def messages() -> dict[str, Message]:
    found = {f"{answer.value}": cards.answered(TRIO, "ana", answer) for answer in Answer}
    for number, step in enumerate(read_steps(), 1):
        found[f"step {number}"] = cards.step_card(replace(NEW, steps=number), step, 5, [])
    return found | {
        "introduction": cards.introduction(COFFEE, TRIO, "ana", MEMBERS, {"ben": EMAIL}),
        "strangers": cards.introduction(COFFEE, TRIO, "ana", {}, {}),
        "introduction anew": cards.introduction(COFFEE, TRIO, "ana", MEMBERS, {}, "A change in your introduction: "),
        "changed": cards.changed(COFFEE),
        "alone": cards.alone(COFFEE),
        "asked": cards.did_you_meet(COFFEE, TRIO, "ana"),
        "step": cards.step_card(NEW, STEP, 5, [(WORST, "https://guild.example/library/a"), (WORST, "")]),
        "last step": cards.step_card(replace(NEW, steps=5, ended_at=NOON, buddy_name=""), STEP, 5, []),
        "newcomer": cards.newcomer_card(NEW, 5, EMAIL),
        "newcomer's last": cards.newcomer_card(replace(NEW, ended_at=NOON), 5),
        "lobby": lobby.lobby_message(SEATS, "", OWN, NOON, zone="Asia/Tokyo", pages="https://guild.example"),
        "lobby of a newcomer": lobby.lobby_message([], "You left.", Own(NEW, is_buddy=True), NOON),
        "over": cards.over(NEW),
        "handed on": cards.handed_on(NEW),
        "handed on to nobody": cards.handed_on(replace(NEW, buddy_name="")),
    }


def forms() -> dict[str, Form]:
    return {
        "join": lobby_forms.join_form("c" * 16, WORST[:WORD_LIMIT], WORST[:WORD_LIMIT]),
        "pause": lobby_forms.pause_form("c" * 16),
        "open": lobby_forms.open_form(),
        "change": lobby_forms.change_form(f"{'c' * 16}:12", SEATS[0].circle),
        "new": lobby_forms.new_form(),
        "buddy": lobby_forms.buddy_form(),
        "apart": lobby_forms.apart_form(),
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
    assert 'href="https://evil' not in render_message(messages()[name], "n")
    assert "javascript:" not in render_message(messages()[name], "n").replace("javascript:alert(1))", "")


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
    assert [each.summary for each in messages().values() if not each.summary.endswith((".", "?"))] == []
