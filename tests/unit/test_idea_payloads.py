"""What is said of requests and ideas, in the worst of words, is what Slack and Teams take, and nothing in it is a link
of anybody's making but ours."""

from dataclasses import replace
from datetime import date

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.features.ideas import decision_forms, propose_form
from bot.features.ideas.cards import (
    IdeaView,
    StoryLink,
    closed_message,
    earlier_message,
    idea_message,
    list_message,
    waits_for,
)
from bot.features.ideas.gap_card import gaps_message
from bot.features.ideas.gap_store import KnownGap
from bot.features.ideas.model import Approval, Colleague, Role, State, Unit, Value
from bot.features.ideas.propose_form import Begun
from bot.features.ideas.rule_reader import Intake
from bot.features.ideas.rules import MOST_NEEDS, Kind, Need
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.worth import Rates
from bot.features.stories.acts import tell
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from bot.storage.unit_of_work import Database
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD
from tests.ideas_house import ANA, CLEO, INTAKE, KIM, House, idea

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 600
NEEDS = tuple(Need(f"n{number}", WORST[:60], WORST[:200], 3) for number in range(MOST_NEEDS - 1))
LONGEST = Kind("longest", WORST[:60], WORST[:200], (*NEEDS, Need("sponsor", WORST[:60], WORST[:200])), tuple(Role))
WIDE = Intake({**INTAKE.kinds, "longest": LONGEST}, Rates("EUR", 1_000_000, 24))
SOMEBODY = Colleague("p" * 200, WORST[:200])
IDEA = idea(
    "i" * 16,
    kind="longest",
    kind_title=WORST[:60],
    title=WORST[:120],
    asker=SOMEBODY,
    given={each.id: WORST[:2_000] for each in LONGEST.needs},
    missing=tuple(f"{each.title}: say this, e.g. “{each.hint}”." for each in LONGEST.needs),
    needed=tuple(Role),
    sponsor=SOMEBODY,
    value=Value(2_000_000_000, Unit.HOURS),
    effort=5_000,
    owner=SOMEBODY,
    starts_on=date(2027, 1, 1),
    ends_on=date(2029, 12, 31),
    word=WORST[:500],
    decided_by=WORST[:200],
    finished_at=NOON,
    reached=Value(2_000_000_000, Unit.MONEY),
    lesson=WORST[:2_000],
)
APPROVALS = tuple(Approval(role, "p", WORST[:200], NOON) for role in Role)


def view(state: State, **values: object) -> IdeaView:
    made = IdeaView(
        idea=replace(IDEA, state=state),
        rates=WIDE.rates,
        reader_id="r",
        votes=100_000,
        approvals=APPROVALS,
        needs=tuple((each.title, WORST[:2_000]) for each in LONGEST.needs),
        role=Role.SPONSOR if state is State.NEW else None,
        decides=True,
        runs=True,
        story=StoryLink(WORST[:120], "/stories/s1"),
        tell=tell("idea/x"),
        pages="https://hall.example",
    )
    return replace(made, **values)


def messages() -> dict[str, Message]:
    found = {f"{state} seen": idea_message(view(state)) for state in State}
    found |= {f"{state} own": idea_message(view(state, reader_id=SOMEBODY.person_id)) for state in State}
    return found | {
        "done": idea_message(view(State.NEW), f"You voted for “{WORST[:120]}”."),
        "without pages": idea_message(view(State.DONE, pages=None, story=None)),
        "list": list_message([view(State.NEW)] * 5, 900, "https://hall.example", may_propose=True),
        "some": list_message([view(State.NEW)], 1, None, may_propose=True, is_chosen=True),
        "none": list_message([], 0, "", may_propose=False),
        "earlier": earlier_message(IDEA),
        "closed": closed_message(),
        "gaps": gaps_message([KnownGap(f"{n}" * 32, WORST, 900, NOON) for n in range(9)], "https://hall.example"),
        "gaps decided on": gaps_message(
            [
                KnownGap("1" * 32, WORST, 3, NOON, closed_at=NOON, closed_by=WORST[:200]),
                KnownGap("2" * 32, WORST, 3, NOON, closed_at=NOON, closed_by=WORST[:200], idea_id="i1"),
            ],
            None,
        ),
    }


def forms() -> dict[str, Form]:
    alike = tuple((f"{number}" * 16, WORST[:120]) for number in range(3))
    return {
        "first step": propose_form.propose_form(propose_form.begin(WORST), WIDE),
        "second step": propose_form.propose_form(Begun("b" * 16, "longest", WORST[:120], alike, 1, "c" * 32), WIDE),
        "complete": propose_form.complete_form(IDEA, WIDE, by_mail=True),
        "plan": decision_forms.plan_form(IDEA, WIDE.rates),
        "finish": decision_forms.finish_form(IDEA, WIDE.rates),
        "give back": decision_forms.give_back_form(IDEA.id),
        "decline": decision_forms.decline_form(IDEA.id),
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
    assert "<at>" not in render_message(messages()[name], "n")


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


def test_what_waits_at_home_has_its_button() -> None:
    for waiting in (
        waits_for(view(State.NEW)),
        waits_for(view(State.INCOMPLETE, reader_id=SOMEBODY.person_id)),
        waits_for(view(State.DONE, reader_id=SOMEBODY.person_id, idea=replace(IDEA, state=State.DONE, reached=None))),
    ):
        assert waiting is not None
        assert block_kit.problems(slack.render_message(Message("Home.", waiting), "n" * 24)) == []
    assert waits_for(view(State.DECLINED)) is None


def test_what_people_are_told_in_the_worst_of_words_is_taken_too(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    ana, kim = (Colleague(each.id, WORST[:200]) for each in (ANA, KIM))
    worst = replace(IDEA, asker=ana, sponsor=kim, owner=kim)
    with sqlite_database.begin() as unit:
        SqlIdeas(unit).add(worst)
        SqlIdeas(unit).vote(worst.id, "slack:T1:lee")
        telling = house.desk.telling
        telling.ask_to_decide(worst, [CLEO.id], unit, NOON)
        telling.end(worst, telling.reached(worst), CLEO.id, unit, NOON, WORST)
        telling.step(replace(worst, revision=9), f"{WORST[:200]} declined “{WORST[:120]}”.", CLEO.id, unit, NOON, WORST)
        telling.owner(worst, CLEO.id, unit, NOON)
        telling.late(worst, unit, NOON)
        telling.ask_value(worst, unit, NOON)
    said = [each.message for each in house.out()]
    assert len(said) == 9
    for message in said:
        assert block_kit.problems(slack.render_message(message, "n" * 24)) == []
        assert adaptive_card.problems_of_activity(render_activity(message, View("n", "k"))) == []
        assert 'href="https://evil' not in render_message(message, "n")
