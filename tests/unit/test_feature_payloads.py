"""What the features say and ask, in the worst of words, is what Slack and Teams take."""

from dataclasses import replace

import pytest

from bot.chat.form import Form
from bot.chat.reply import Heading, Message, Paragraph
from bot.chat.turn import Place, Pointed
from bot.features.channels import policy_card
from bot.features.channels.experts_form import experts_form
from bot.features.channels.model import Channel, Deciders, Listening, Policy
from bot.features.channels.policy_form import FormState, policy_form
from bot.features.channels.shadow import Rate
from bot.features.faq import draft_card, review_card
from bot.features.faq.entry import Entry, EntryState
from bot.features.faq.model import Draft, DraftState
from bot.features.faq.personal import Finding
from bot.features.faq.review_card import Beside
from bot.features.home.news import Change, news_section
from bot.features.library.chat import document_card
from bot.features.library.model import KINDS
from bot.features.questions import mine
from bot.features.questions.model import NONE_OF_THESE, Feedback, Question, Reason, Verdict
from bot.features.questions.open_questions import open_questions_message
from bot.features.questions.question_card import question_post, taken_away_post
from bot.features.questions.unhelpful_form import unhelpful_form
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.slack.render_home import render_home
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from knowledge.answer import Outcome
from knowledge.document import Chunk
from knowledge.passage import Passage
from tests import adaptive_card, block_kit
from tests.builders import ADMIN, DANA, NOON, document, question
from tests.escalated import escalation

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
BASE = "https://guild.example"
HUBS = [f"hub-{number}-{'x' * 58}" for number in range(140)]
FULL = Policy(Listening.EVERY, 0.9, frozenset(HUBS[:60]), frozenset(KINDS), Deciders.NAMED, tuple(map(str, range(50))))
FULL = replace(FULL, for_experts=True, lead="sam", shadow=True)
DRAFT = Draft("d1", WORST[:300], WORST[:3_000], DANA.id, WORST[:200], NOON, Place("slack", "T1:U1"), WORST[:200])


def asked(**values: object) -> Question:
    made = question(text=WORST[:2_000], place=CHANNEL, person_name=WORST[:200])
    cited = replace(made.sources[0], title=WORST[:300], place=WORST[:500], url=f"{BASE}/library/x", quote=WORST[:300])
    return replace(made, sources=(cited,) * 3, shown=Message(WORST[:200], (Paragraph(WORST),)), **values)


def changed() -> Channel:
    return Channel("slack", "T1:C1", FULL, WORST[:200], 7, Policy(), ADMIN.id, NOON)


def posts() -> dict[str, Message]:
    feedback = Feedback(Verdict.UNHELPFUL, NOON, Reason.OUTDATED, WORST[:1_000])
    questions = {
        "answered": asked(),
        "judged": asked(feedback=feedback),
        "wishing": asked(request=escalation(), feedback=feedback),
        "offered": asked(outcome=Outcome.CANDIDATES),
        "none of these": asked(outcome=Outcome.CANDIDATES, choice=NONE_OF_THESE),
        "unknown": asked(outcome=Outcome.UNKNOWN),
        "private": asked(answered_in=Place("slack", "T1:U1")),
    }
    found = {name: question_post(each, BASE).message for name, each in questions.items()}
    many = [replace(asked(), id=f"q{number}") for number in range(20)]
    news = [Change(document("x", title=WORST[:300], changed_on=NOON.date(), topics=("a",)), 3)] * 7
    sections = (mine.home_section(many[:5], BASE), mine.waiting_section(7, BASE), news_section(news, ("A",), BASE))
    home = [block for each in sections for block in (Heading(each.title), *each.blocks)]
    return found | {
        "taken away": taken_away_post(asked(), "The question was deleted, so its answer is too.").message,
        "policy": policy_card.policy_card(changed(), lambda person: WORST[:200], [ADMIN.id], Rate(4, 5)),
        "policy as it begins": policy_card.policy_card(Channel("slack", "T1:C1"), str, [], Rate()),
        "speaks again": policy_card.spoken_again_message(changed(), Rate(40, 41)),
        "not here": policy_card.not_here_message(),
        "switched off": policy_card.switched_off_message(changed(), lambda person: WORST[:200], [ADMIN.id]),
        **{f"draft {state}": draft_card.draft_post(replace(DRAFT, state=state)).message for state in DraftState},
        **reviews(),
        "drafts": draft_card.drafts_message([DRAFT] * 40, f"{BASE}/faq/drafts"),
        "no drafts": draft_card.drafts_message([], ""),
        "mine": mine.my_questions_message(many[:10], BASE),
        "nothing asked": mine.my_questions_message([], BASE),
        "open": open_questions_message([escalation(text=WORST[:2_000], asker_name=WORST[:200])] * 40, str),
        "home": Message("Your home at Guildhall.", tuple(home), f"{BASE}/home"),
        "found": document_card(document("x", title=WORST[:300], owner=WORST[:200]), WORST, BASE).message,
    }


def reviews() -> dict[str, Message]:
    """Drafts as curators see them, and entries."""
    like = document("x", title=WORST[:300], id=f"~faq/{'e' * 32}")
    similar = [Passage(like, Chunk(like.id, 0, WORST), 0.9, 0)] * 3
    findings = [Finding("name", WORST[:300], 0, 300)] * 9
    entry = Entry("e" * 32, WORST[:300], WORST[:3_000], ADMIN.id, WORST[:200], NOON)
    retired = replace(entry, state=EntryState.RETIRED, retired_by_name=WORST[:200], retired_at=NOON)
    decided = replace(DRAFT, entry_id="e" * 32, decided_by_name=WORST[:200])
    return {
        "review": review_card.review_message(DRAFT, Beside()),
        "review with all": review_card.review_message(DRAFT, Beside(findings, similar, BASE)),
        "approved": review_card.approved_message(entry, BASE),
        "merged": review_card.approved_message(entry, None, is_merged=True),
        "retired": review_card.retired_message(retired),
        "rejected": review_card.rejected_message(replace(decided, word=WORST[:500])),
        "told of approval": review_card.told_post(decided, BASE).message,
        "told of rejection": review_card.told_post(replace(decided, word=WORST[:500]), None).message,
    }


def forms() -> dict[str, Form]:
    state = FormState("channel-" + "k" * 250, 7, tuple(HUBS))
    return {
        "policy": policy_form(
            state, [*HUBS, "y" * 500, ""], FULL, [f"{'p' * 60}{number}@example.org" for number in range(30)]
        ),
        "policy as it begins": policy_form(FormState("k", 0), [], Policy(), []),
        "experts": experts_form(state, FULL, "p" * 320),
        "draft": draft_card.form_for(Pointed("faq.save", WORST, WORST, f"{BASE}/{'a' * 2_000}")),
        "unhelpful": unhelpful_form("q1"),
        "edit and approve": review_card.publish_form(review_card.EDIT, "s" * 200, (WORST[:300], WORST[:3_000])),
        "merge": review_card.publish_form(review_card.MERGE, "s" * 200, (WORST[:300], WORST[:3_000]), NOON.date()),
        "reject": review_card.reject_form("s" * 200),
    }


@pytest.mark.parametrize("name", posts())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(posts()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", posts())
def test_teams_takes_every_message(name: str) -> None:
    for view in (View("n", "k"), View("n", "k", is_shared=True, viewer=DANA.id, user_ids={DANA.id: "29:1"})):
        assert adaptive_card.problems_of_activity(render_activity(posts()[name], view)) == []
    assert adaptive_card.problems(render_card(posts()[name], View("n", "k"))) == []


def test_slack_takes_the_home() -> None:
    assert block_kit.problems(render_home(posts()["home"], "n" * 24)) == []


@pytest.mark.parametrize("name", forms())
def test_both_take_every_form(name: str) -> None:
    assert block_kit.problems(render_form(forms()[name], "n" * 24, CHANNEL)) == []
    assert adaptive_card.problems(form_card(forms()[name], "n")) == []


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in posts().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, CHANNEL) for name, form in forms().items()}
    payloads["home (view)"] = render_home(posts()["home"], "n" * 24)
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}
