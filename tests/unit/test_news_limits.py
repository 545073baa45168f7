"""The largest story, announcement, request and digest that anybody may make, in words of many kinds: Slack, Teams and
a mail server take each card and letter of it, and nobody is called by it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.chat.form import OPTION_LIMIT, ChoiceField, Form
from bot.chat.reply import Message
from bot.features.announcements import cards as announcement_cards
from bot.features.announcements import forms as announcement_forms
from bot.features.announcements import messages as announcement_messages
from bot.features.announcements import model as announcement_model
from bot.features.announcements.cards import AnnouncementView
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.sending import Outcome
from bot.features.broadcasts.cards import progress_message
from bot.features.broadcasts.model import Broadcast, BroadcastState, Figures, Progress, Recipient, Target, TargetState
from bot.features.channels.model import Channel
from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests import acts as digest_acts
from bot.features.digests import cards as digest_cards
from bot.features.digests import forms as digest_forms
from bot.features.digests.model import Digest, Edition, EditionState, chosen
from bot.features.digests.viewing import View as DigestView
from bot.features.ideas.cards import IdeaView, idea_message
from bot.features.ideas.model import TEXT_LIMIT as IDEA_TEXT
from bot.features.ideas.model import TITLE_LIMIT as IDEA_TITLE
from bot.features.ideas.model import Approval, Colleague, Idea, Role, State
from bot.features.ideas.worth import Rates
from bot.features.stories import messages as story_messages
from bot.features.stories import model as story_model
from bot.features.stories import send_form as story_send_form
from bot.features.stories import tell_form
from bot.features.stories.cards import StoryView, story_message
from bot.features.stories.model import Clearance, Consent, Credit, Story, StoryState
from bot.platforms.mail.letter import Envelope, letter
from bot.platforms.slack.render import render_message
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD

WORDS = {
    "mentions": "@channel @everyone <!here> <!subteam^S1|all> <@U1> <#C1> <at>all</at> [x](https://evil.example/) ",
    "emoji": "👩🏽‍🚀🇩🇪❤️‍🔥 :tada: ",
    "right to left": "قصة نجاح \u202eevil\u202c שלום ",
    "many marks on a letter": "e" + "\u0301\u0323" * 7 + " ",
    "one long word": "Donaudampfschifffahrtsgesellschaft",
    "many lines": "A line.\n\n",
    "markup": "*b* _i_ `c` ~s~ **b** | --- | # h <b>&amp;</b> \\ {{x}} ${x} ",
}
"""By what is hard about them."""

BASE = "https://guild.example"
NAMES = 60


def much(words: str, length: int) -> str:
    """As many of them as somebody may type."""
    return (words * (length // len(words) + 1))[:length]


def story_of(words: str) -> Story:
    named = tuple(
        Credit(f"p{number}", f"{number} {much(words, 190)}", NOON, Consent.AGREED, much(words, story_model.NAME_LIMIT))
        for number in range(NAMES)
    )
    name, text = much(words, story_model.NAME_LIMIT), much(words, story_model.TEXT_LIMIT)
    return Story(
        "5" * 32,
        much(words, story_model.TITLE_LIMIT),
        "kim",
        much(words, 200),
        NOON,
        text,
        text,
        text,
        customer=name,
        called=name,
        clearance=Clearance.PUBLIC,
        cleared_by=name,
        credits=named,
        topics=(much(words, 60),) * story_model.TOPIC_LIMIT,
        industry=name,
        product=name,
        state=StoryState.PUBLISHED,
        published_at=NOON,
        decided_by=much(words, 200),
    )


def announcement_of(words: str) -> Announcement:
    return Announcement(
        "a" * 16,
        much(words, announcement_model.TITLE_LIMIT),
        much(words, announcement_model.TEXT_LIMIT),
        "mara",
        much(words, 200),
        NOON,
        asks_read=True,
        state=AnnouncementState.SENT,
        approved_name=much(words, 200),
        sent_at=NOON,
    )


def sent(words: str) -> tuple[Broadcast, Progress, list[Target]]:
    """To very many, of whom sixty did not get it, each for a reason of its own."""
    failed = [
        Target("b", number, Recipient("slack", f"C{number}"), much(words, 200), reason=f"{number} {much(words, 480)}")
        for number in range(NAMES)
    ]
    message = story_messages.for_channels(story_of(words), BASE)
    broadcast = Broadcast("b", "stories/5", "mara", NOON, message, state=BroadcastState.SENT)
    return broadcast, Progress({TargetState.ARRIVED: 4_940, TargetState.FAILED: NAMES}), failed


def idea_of(words: str) -> IdeaView:
    somebody, text = Colleague("p", much(words, 200)), much(words, IDEA_TEXT)
    made = Idea("i" * 16, "help", much(words, 60), much(words, IDEA_TITLE), somebody, NOON, {"problem": text})
    idea = replace(made, state=State.DONE, sponsor=somebody, owner=somebody, lesson=text, word=much(words, 500))
    approvals = tuple(Approval(role, "p", much(words, 200), NOON) for role in Role)
    needs = tuple((much(words, 60), text) for _ in range(10))
    return IdeaView(idea, Rates("EUR", 480, 8), "p", 99, approvals=approvals, needs=needs, runs=True, pages=BASE)


def digest_of(words: str) -> tuple[Digest, Edition]:
    start = datetime.fromisoformat("2027-03-01 09:00")
    digest = Digest("d" * 32, start, "FREQ=DAILY", "dana", NOON, NOON, person_id="dana")
    items = [
        DigestItem(kind, f"{number} {much(words, 400)}", much(words, 400), much(words, 400), f"/p/{number}", at=NOON)
        for kind in DigestKind
        for number in range(20)
    ]
    told, more = chosen(items, digest, (), (), ())
    edition = Edition(digest.id, date(2027, 3, 1), EditionState.SENT, much(words, 1_000), much(words, 200))
    return digest, replace(edition, since=NOON, at=NOON, items=told, more=more)


@cache
def messages(words: str) -> dict[str, Message]:
    story, announcement = story_of(words), announcement_of(words)
    broadcast, progress, failed = sent(words)
    counted = Figures(4_940, 3_000, {f"{much(words, 90)}{number}": number for number in range(NAMES)})
    outcome = Outcome("It has arrived.", progress, BroadcastState.SENT, counted, tuple(failed))
    seen = AnnouncementView(announcement, "cleo", curates=True, pages=BASE, to=much(words, 2_000), outcome=outcome)
    digest, edition = digest_of(words)
    view = DigestView(digest, digest.series("UTC"), ZoneInfo("UTC"), BASE)
    return {
        "story": story_messages.for_channels(story, BASE),
        "story outside": story_messages.for_channels(story, BASE, outside=True),
        "story letter": story_messages.for_mail(story, BASE),
        "story card": story_message(StoryView(story, "mara", curates=True, pages=BASE)),
        "on its way": progress_message(much(words, 200), broadcast, progress, failed),
        "announcement": announcement_messages.going_out(announcement, BASE),
        "announcement card": announcement_cards.announcement_message(seen),
        "request": idea_message(idea_of(words)),
        "digest": digest_cards.edition_message(edition, view),
        "digest letter": digest_cards.edition_message(edition, replace(view, in_full=True, is_letter=True)),
        "next digest": digest_cards.preview_message(edition, view, NOON, digest_acts.for_next(digest, edition)),
    }


@cache
def forms(words: str) -> dict[str, Form]:
    channels = [
        Channel("slack", f"T1:C{number:09}", title=much(words, 200), has_outsiders=number % 3 == 0)
        for number in range(500)
    ]
    digest, edition = digest_of(words)
    return {
        "story": tell_form.change_form(story_of(words)),
        "story sent": story_send_form.send_form("5" * 32, channels, by_mail=True),
        "announcement": announcement_forms.change_form(announcement_of(words), channels),
        "digest": digest_forms.edit_form(digest, edition, edition.items),
    }


def calls(drawn: object) -> list[str]:
    """Elements of Slack's and Teams' that call somebody, or load something."""
    if isinstance(drawn, dict):
        alive = ("broadcast", "user", "usergroup", "channel", "image", "mention", "Image")
        own = [str(drawn)] if drawn.get("type") in alive else []
        return own + [each for value in drawn.values() for each in calls(value)]
    return [each for value in drawn for each in calls(value)] if isinstance(drawn, list) else []


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("name", messages(WORDS["markup"]))
def test_every_platform_takes_the_largest_of_each(name: str, kind: str) -> None:
    message = messages(WORDS[kind])[name]
    slack, teams = render_message(message, "n" * 24), render_activity(message, View("n", "k"))
    assert block_kit.problems(slack) == []
    assert adaptive_card.problems_of_activity(teams, quickly=True) == []
    assert (
        adaptive_card.problems_of_activity(render_activity(message, View("n", "k", native=False)), quickly=True) == []
    )
    assert render_card(message, View("n", "k"))["body"]
    assert calls(slack["blocks"]) == calls(teams) == []
    assert "<!" not in str(slack["text"])


def test_a_chat_names_some_of_many_people_and_a_letter_all_of_them() -> None:
    credits_of = [Credit(f"p{at}", f"Kim {at} Ortiz", NOON, Consent.AGREED, f"Kim {at} Ortiz") for at in range(NAMES)]
    story = replace(story_of("word "), credits=tuple(credits_of))
    in_chat, by_mail = str(story_messages.for_channels(story, BASE)), str(story_messages.for_mail(story, BASE))
    assert "Kim 5 Ortiz and 54 more" in in_chat
    assert "Kim 6 Ortiz" not in in_chat
    assert "Kim 58 Ortiz and Kim 59 Ortiz" in by_mail


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("name", ("story letter", "digest letter", "announcement"))
def test_a_letter_is_sent_in_lines_that_every_mail_server_takes(name: str, kind: str) -> None:
    envelope = Envelope("Guildhall", "coe@example.com", "dana@example.com", "<1@example.com>", datetime.now(UTC))
    written = letter(messages(WORDS[kind])[name], envelope).as_bytes()
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert written.isascii()
    headers = written.partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in headers
    assert headers.count(b"Subject:") == 1


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("name", forms(WORDS["markup"]))
def test_every_platform_takes_the_largest_form_of_each(name: str, kind: str) -> None:
    form = forms(WORDS[kind])[name]
    choices = [each for each in form.fields if isinstance(each, ChoiceField)]
    assert all(len(each.options) <= OPTION_LIMIT for each in choices)
    assert block_kit.problems(render_form(form, "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(form, "n")) == []


@block_kit.NEEDS_PEER
@pytest.mark.parametrize("kind", WORDS)
def test_slacks_own_types_take_all_of_it(kind: str) -> None:
    payloads = {name: render_message(message, "n" * 24) for name, message in messages(WORDS[kind]).items()}
    payloads |= {f"{name} form": render_form(form, "n" * 24, THREAD) for name, form in forms(WORDS[kind]).items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}
