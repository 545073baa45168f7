"""What digests say, in the worst of words, is what Slack, Teams and letters take, and nothing in it is a link of
anybody's making."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.chat.form import ChoiceField, Form
from bot.chat.reply import Message
from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests import acts, cards, forms
from bot.features.digests.forms import SetUp
from bot.features.digests.model import Digest, DigestState, Edition, EditionState, chosen
from bot.features.digests.viewing import View
from bot.platforms.mail.render_html import render_html
from bot.platforms.mail.render_text import render_text
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View as TeamsView
from bot.platforms.teams.render import render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import NOON, THREAD

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
LEAVE = "https://guild.example/leave?key=k"
OWN = Digest("d" * 32, datetime.fromisoformat("2027-03-01 09:00"), "FREQ=DAILY", "dana", NOON, NOON, person_id="dana")
HERE = replace(OWN, person_id="", platform="slack", channel="T1:C1", topics=(WORST[:200],) * 10)
ITEMS = [
    DigestItem(kind, f"{number} {WORST}", WORST, WORST, f"/page/{kind}/{number}", at=NOON)
    for kind in DigestKind
    for number in range(14)
]
EDITION = Edition(OWN.id, date(2027, 3, 1), EditionState.SENT, WORST[:1_000], WORST[:200], since=NOON, at=NOON)
MUCH = replace(EDITION, items=chosen(ITEMS, OWN, (), (), ())[0], more=chosen(ITEMS, OWN, (), (), ())[1])
LITTLE = replace(EDITION, word="", word_by="", items=MUCH.items[:1])


def view(digest: Digest = OWN, pages: str | None = "https://guild.example", **values: object) -> View:
    name = "" if digest.is_personal else WORST[:200]
    return replace(View(digest, digest.series("Europe/Berlin"), ZoneInfo("UTC"), pages, name), **values)


def messages() -> dict[str, Message]:
    paused, stopped = (replace(OWN, state=state) for state in (DigestState.PAUSED, DigestState.STOPPED))
    nothing = replace(EDITION, word="", items=())
    return {
        "edition": cards.edition_message(MUCH, view()),
        "edition without pages": cards.edition_message(MUCH, view(pages=None)),
        "little": cards.edition_message(LITTLE, view()),
        "channel's edition": cards.edition_message(MUCH, view(HERE)),
        "stopped edition": cards.edition_message(MUCH, view(stopped), "You get no digest any more."),
        "letter": cards.edition_message(MUCH, view(in_full=True, is_letter=True, leave_url=LEAVE)),
        "reminder": cards.reminder_message(MUCH, view(HERE), NOON, NOON),
        "preview": cards.preview_message(MUCH, view(HERE), NOON, acts.for_next(HERE, MUCH)),
        "preview of nothing": cards.preview_message(nothing, view(), NOON),
        "preview of a skipped one": cards.preview_message(replace(MUCH, state=EditionState.SKIPPED), view(), NOON),
        "card": cards.digest_message(view(), NOON, NOON, (WORST[:40],) * 20),
        "channel's card": cards.digest_message(view(HERE), NOON, NOON, HERE.topics),
        "paused": cards.digest_message(view(paused), None, NOON, ()),
        "stopped": cards.digest_message(view(stopped), None, NOON, ()),
        "none": cards.none_message(acts.set_up(), "https://guild.example"),
        "none here": cards.none_message(acts.set_up("slack", "T1:C1"), None, WORST[:200]),
    }


def forms_shown() -> dict[str, Form]:
    return {
        "own": forms.set_up_form(SetUp(by_mail=1, topics=", ".join([WORST[:40]] * 20)), None, "UTC"),
        "own again": forms.set_up_form(SetUp(revision=2), OWN, "Europe/Berlin"),
        "channel": forms.set_up_form(SetUp("slack", "T1:C1", 3), replace(HERE, reminds=True), "UTC"),
        "edit": forms.edit_form(HERE, MUCH, MUCH.items),
        "edit nothing": forms.edit_form(HERE, replace(EDITION, items=()), ()),
    }


@pytest.mark.parametrize("name", messages())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(messages()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", messages())
def test_teams_takes_every_message(name: str) -> None:
    assert adaptive_card.problems_of_activity(render_activity(messages()[name], TeamsView("n", "k"))) == []
    assert adaptive_card.problems(render_card(messages()[name], TeamsView("n", "k"))) == []


@pytest.mark.parametrize("name", messages())
def test_nothing_that_people_wrote_is_a_link(name: str) -> None:
    for drawn in (render_message(messages()[name], "n"), render_html(messages()[name])):
        assert 'href="https://evil' not in drawn
        assert 'href="javascript' not in drawn
        assert "<at>" not in drawn


@pytest.mark.parametrize("name", forms_shown())
def test_both_take_every_form_and_build_it_again_from_its_state(name: str) -> None:
    form = forms_shown()[name]
    assert block_kit.problems(render_form(form, "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(form, "n")) == []
    again = forms.edit_again if form.id == acts.EDIT else forms.set_up_again
    assert [each.name for each in again(form.state).fields] == [each.name for each in form.fields]


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in messages().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, THREAD) for name, form in forms_shown().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_every_summary_is_a_whole_sentence() -> None:
    assert [each.summary for each in messages().values() if not each.summary.endswith((".", "?"))] == []


def test_a_chat_shows_some_of_each_kind_and_a_letter_all_of_it() -> None:
    in_chat, letter = messages()["edition"], messages()["letter"]
    assert "88 more" in str(in_chat)
    assert str(letter).count("/page/") == 48
    assert "64 more did not fit here." in render_text(letter)
    assert LEAVE in render_html(letter)
    assert LEAVE not in str(in_chat)


def test_a_line_that_stands_for_many_is_not_left_out_in_a_chat() -> None:
    bulk = DigestItem(DigestKind.NEW, "138 documents came in at once", page="/library", number=138)
    news = [each for each in ITEMS if each.kind is DigestKind.NEW]
    items, more = chosen([*news, bulk], OWN, (), (), ())
    said = cards.edition_message(replace(LITTLE, items=items, more=more), view())
    assert "138 documents came in at once" in str(said)
    assert said.summary == "Your digest of 1 March 2027: 144 new or changed documents."
    assert "11 more" in str(said)


def test_what_can_be_left_out_is_named_in_full_as_long_as_a_form_carries_it() -> None:
    long = "How we took renewal quotes from ten days to one with a checklist, a calendar and a weekly call"
    few = [DigestItem(DigestKind.STORIES, f"{long} {number}", page=f"/{number}") for number in range(8)]
    leave_out = forms.edit_form(HERE, replace(EDITION, word=""), few).fields[1]
    assert isinstance(leave_out, ChoiceField)
    assert [label for _, label in leave_out.options] == [each.title for each in few]
    many = forms.edit_form(HERE, MUCH, MUCH.items).fields[1]
    assert isinstance(many, ChoiceField)
    assert len(many.options) >= 40
