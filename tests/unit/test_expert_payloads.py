"""What experts see and are asked, in the worst of words, is what Slack and Teams take."""

from dataclasses import replace
from datetime import date

import pytest

from bot.chat.form import Form
from bot.chat.reply import Heading, Message
from bot.chat.wording import shortened
from bot.features.experts import expert_card as card
from bot.features.experts.expert_form import expert_form, form_again, offered_to
from bot.features.experts.knowing import Colleague, Match
from bot.features.experts.matcher import TITLE_LENGTH
from bot.features.experts.model import Evidence, Expert
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.slack.render_home import render_home
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from bot.storage.people import KnownPerson
from tests import adaptive_card, block_kit
from tests.builders import DANA, NOON, SAM, THREAD, document

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
TOPICS = tuple(f"{number} <!here> {'ü界' * 20}"[:40] for number in range(40))
HUBS = [f"hub-{number}-{'x' * 58}" for number in range(140)]
BASE = "https://guild.example"
WHY = f"owns “{shortened(WORST, TITLE_LENGTH)}” and 29 more, answered 40 like this, knows {', '.join(TOPICS[:3])}"


def colleague(number: int = 0) -> Colleague:
    expert = Expert(
        f"slack:T1:U{number}", NOON, TOPICS[:20], ("de", "en", "xx"), tuple(HUBS[:50]), (0, 1, 2, 3, 4, 5, 6),
        back_on=date(2027, 4, 1), stand_in=SAM.id, not_mine=TOPICS[20:30],
    )  # fmt: skip
    owned = tuple(document(f"d{each}", title=WORST[:300], topics=TOPICS[each : each + 9]) for each in range(30))
    answered = tuple(
        Evidence(f"q{each}", DANA.id, WORST, TOPICS[each : each + 5], frozenset(), NOON) for each in range(40)
    )
    return Colleague(expert, KnownPerson(expert.person_id, WORST[:200], NOON), owned, answered)


def posts() -> dict[str, Message]:
    one = colleague()
    found = [Match(colleague(number), WHY) for number in range(40)]
    names = {SAM.id: WORST[:200]}
    home = (Heading("Your expertise"), *card.own_blocks(one, NOON, WORST[:200], BASE), *card.offer_blocks(7))
    bare = Colleague(Expert(DANA.id, NOON), KnownPerson(DANA.id, "", NOON))
    return {
        "who": card.who_message(WORST[:200], found, NOON, pages=BASE, names=names, reader_zone="Asia/Tokyo"),
        "who, without pages": card.who_message("x", found[:1], NOON, pages=None, names={}),
        "nobody": card.who_message(WORST[:200], [], NOON, pages=BASE, names={}),
        "about nothing": card.who_message("", [], NOON, pages=BASE, names={}),
        "own": card.own_message(one, NOON, WORST[:200], BASE, "What you help with."),
        "own, bare": card.own_message(bare, NOON, "", None, "What you help with."),
        "offer": card.offer_message(3),
        "left": card.left_message(),
        "invitation": card.invitation_message(3),
        "declined": card.declined_message(),
        "home": Message("Your home at Guildhall.", home, f"{BASE}/home"),
    }


def forms() -> dict[str, Form]:
    one = colleague()
    many = replace(one, expert=replace(one.expert, hubs=()))
    bare = Colleague(Expert(DANA.id, NOON), KnownPerson(DANA.id, "", NOON))
    return {
        "full": expert_form(one, offered_to(one, TOPICS, HUBS), WORST[:320], NOON),
        "new": expert_form(many, offered_to(many, TOPICS, HUBS), "", NOON),
        "bare": expert_form(bare, offered_to(bare, (), ()), "", NOON),
    }


@pytest.mark.parametrize("name", posts())
def test_slack_takes_every_message(name: str) -> None:
    payload = slack.render_message(posts()[name], "n" * 24)
    assert block_kit.problems(payload) == []
    assert block_kit.peer_problems(payload) == []


@pytest.mark.parametrize("name", posts())
def test_teams_takes_every_message(name: str) -> None:
    for view in (View("n", "k"), View("n", "k", is_shared=True, viewer=DANA.id, user_ids={DANA.id: "29:1"})):
        assert adaptive_card.problems_of_activity(render_activity(posts()[name], view)) == []
    assert adaptive_card.problems(render_card(posts()[name], View("n", "k"))) == []


@pytest.mark.parametrize("name", posts())
def test_on_the_page_nothing_of_it_is_alive(name: str) -> None:
    html = render_message(posts()[name], "n")
    assert "<at>" not in html
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "")


def test_slack_takes_the_home() -> None:
    home = render_home(posts()["home"], "n" * 24)
    assert block_kit.problems(home) == []
    assert block_kit.peer_problems(home) == []


@pytest.mark.parametrize("name", forms())
def test_both_take_every_form_and_it_is_built_again_from_its_state(name: str) -> None:
    form = forms()[name]
    modal = render_form(form, "n" * 24, THREAD)
    assert block_kit.problems(modal) == []
    assert block_kit.peer_problems(modal) == []
    assert adaptive_card.problems(form_card(form, "n")) == []
    assert [field.name for field in form_again(form.state).fields] == [field.name for field in form.fields]
