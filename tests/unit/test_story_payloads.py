"""What stories say, in the worst of words, is what Slack and Teams take, and nothing in it is a link of anybody's
making."""

from dataclasses import replace

import pytest

from bot.chat.form import Form
from bot.chat.reply import Actions, Message
from bot.features.channels.model import Channel
from bot.features.stories import cards, forms, messages, send_form, tell_form
from bot.features.stories.cards import StoryView
from bot.features.stories.model import (
    NAME_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Clearance,
    Consent,
    StoryState,
)
from bot.features.stories.origin import Beginning
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD
from tests.chat_house import (
    BASE,
    CLEO,
    DANA,
    KIM,
    LEE,
    SAM,
)
from tests.stories_house import ID, credit, story

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
NAMED = tuple(
    replace(credit(DANA, consent, WORST[:NAME_LIMIT]), person_id=f"p{number}", name=f"{number} {WORST[:190]}")
    for number, consent in enumerate([*Consent] * 6)
)
LONGEST = story(
    title=WORST[:TITLE_LIMIT],
    author_name=WORST[:200],
    challenge=WORST[:TEXT_LIMIT],
    done=WORST[:TEXT_LIMIT],
    result=WORST[:TEXT_LIMIT],
    customer=WORST[:NAME_LIMIT],
    called=WORST[20 : 20 + NAME_LIMIT],
    clearance=Clearance.PUBLIC,
    cleared_by=WORST[:NAME_LIMIT],
    credits=(*NAMED, credit(DANA), credit(KIM, Consent.AGREED, WORST[:NAME_LIMIT])),
    topics=tuple(f"{number} {WORST[:100]}" for number in range(10)),
    industry=WORST[:NAME_LIMIT],
    product=WORST[:NAME_LIMIT],
    picture_link=f"https://{'x' * 990}",
    origin=WORST[:500],
    word=WORST[:WORD_LIMIT],
    decided_by=WORST[:200],
)
READERS = {"author": SAM, "curator": CLEO, "asked": DANA, "agreed": KIM, "reader": LEE}
CHANNELS = [
    Channel("slack", f"T1:C{number:010}", title=WORST[:200], has_outsiders=number % 2 == 0) for number in range(90)
]


def views() -> dict[str, StoryView]:
    return {
        f"{state.value} for {name}": StoryView(
            replace(LONGEST, state=state, published_at=NOON), person.id, person.curates, BASE
        )
        for state in StoryState
        for name, person in READERS.items()
    }


def out() -> dict[str, Message]:
    """What goes to others."""
    return {
        "to channels": messages.for_channels(LONGEST, BASE),
        "to outsiders": messages.for_channels(LONGEST, BASE, outside=True),
        "without pages": messages.for_channels(LONGEST, ""),
        "letter": messages.for_mail(LONGEST, BASE),
        "taken down": messages.taken_down(LONGEST),
        "plain": messages.for_channels(story(customer="", value=None, topics=(), industry="", product=""), BASE),
    }


def all_messages() -> dict[str, Message]:
    found = {name: cards.story_message(view) for name, view in views().items()}
    found |= {f"{name}, done": cards.story_message(view, f"“{WORST}” is kept.") for name, view in views().items()}
    for name, view in views().items():
        if waits := cards.waits_for(view):
            found[f"{name}, at home"] = Message("It waits for you.", waits)
    return (
        found
        | out()
        | {
            "earlier": cards.earlier_message(LONGEST),
            "list": cards.list_message([*views().values()][:5], 99, BASE, may_tell=True),
            "list of some": cards.list_message([*views().values()][:5], 1, None, may_tell=True, is_chosen=True),
            "empty list": cards.list_message([], 0, None, may_tell=True),
        }
    )


def all_forms() -> dict[str, Form]:
    sent = send_form.send_form(ID, CHANNELS, by_mail=True)
    return {
        "tell": tell_form.tell_form(Beginning(WORST, WORST, WORST, f"https://{'x' * 900}"), f"https://{'x' * 490}"),
        "change": tell_form.change_form(LONGEST),
        "tell again": tell_form.form_again(tell_form.tell_form(Beginning()).state),
        "rename": forms.rename_form(ID, LONGEST.credits[1]),
        "give back": forms.give_back_form(ID),
        "send": sent,
        "send again": send_form.send_form_again(sent.state),
        "send nowhere": send_form.send_form(ID, (), by_mail=False),
    }


@pytest.mark.parametrize("name", all_messages())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(all_messages()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", all_messages())
def test_teams_takes_every_message(name: str) -> None:
    message = all_messages()[name]
    assert adaptive_card.problems_of_activity(render_activity(message, View("n", "k"))) == []
    assert adaptive_card.problems(render_card(message, View("n", "k"))) == []


@pytest.mark.parametrize("name", all_messages())
def test_nothing_that_people_wrote_is_a_link(name: str) -> None:
    page = render_message(all_messages()[name], "n")
    assert 'href="https://evil' not in page
    assert "javascript:" not in page.replace("javascript:alert(1)", "")
    assert 'href="javascript' not in page


@pytest.mark.parametrize("name", all_forms())
def test_both_take_every_form(name: str) -> None:
    assert block_kit.problems(render_form(all_forms()[name], "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(all_forms()[name], "n")) == []


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in all_messages().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, THREAD) for name, form in all_forms().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_every_summary_is_a_whole_sentence() -> None:
    summaries = [each.summary for each in all_messages().values()]
    assert [each for each in summaries if not each.rstrip("”").endswith((".", "?"))] == []


def test_no_card_has_more_than_four_buttons_together() -> None:
    together = [
        len(block.buttons) for each in all_messages().values() for block in each.blocks if isinstance(block, Actions)
    ]
    assert max(together) <= 4
