import re
from dataclasses import replace
from html import unescape
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.reply import (
    Actions,
    Block,
    Button,
    Found,
    Heading,
    Judge,
    Message,
    Note,
    Paragraph,
    Sources,
    Span,
    Suggestions,
    Table,
)
from bot.platforms.teams.escaping import inert, markdown, message_text
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.responses import search_response
from bot.platforms.teams.wire import REFRESH, pressed, refreshed
from tests.adaptive_card import nodes, problems, problems_of_activity, texts
from tests.messages import EVERY_BLOCK, EXPERT, HELPFUL, PLAYBOOK, UNHELPFUL, messages, words

HERE = View("nonce-1", "answer-1")
SHARED = View("nonce-1", "answer-1", is_shared=True)
ANSWER = Message(
    "At 120 days.",
    (
        Paragraph((Span("At 120 days.", bold=True),)),
        Sources((PLAYBOOK,)),
        Judge(HELPFUL, UNHELPFUL),
        Actions((EXPERT,)),
    ),
    "https://coe.example/t/1",
)

views = st.builds(
    View,
    st.just("nonce-1"),
    st.just("answer-1"),
    st.booleans(),
    st.sampled_from(["", "web:dana"]),
    st.sampled_from([{}, {"web:dana": "29:1"}, {"web:dana": "29:1", "web:sam": "29:2"}]),
    st.booleans(),
)


def card_of(activity: dict[str, object]) -> dict[str, object]:
    attachments = activity["attachments"]
    assert isinstance(attachments, list)
    content = attachments[0]["content"]
    assert isinstance(content, dict)
    return content


def test_every_kind_of_block_is_drawn_here() -> None:
    assert {type(each) for each in EVERY_BLOCK} == set(get_args(Block))


@pytest.mark.parametrize("block", EVERY_BLOCK, ids=lambda block: block.kind)
@pytest.mark.parametrize("view", [HERE, SHARED, View("n", "k", native=False)], ids=["personal", "shared", "playground"])
def test_every_block_makes_a_valid_message(block: Block, view: View) -> None:
    made = Message("One sentence.", (block,))
    assert problems_of_activity(render_activity(made, view)) == []
    assert problems(render_card(made, view)) == []


@given(messages, views)
def test_any_message_is_one_that_teams_takes(message: Message, view: View) -> None:
    assert problems_of_activity(render_activity(message, view)) == []
    assert problems(render_card(message, view)) == []
    assert search_response([Found(message.summary, message.summary, message)])


@given(messages, views)
def test_nothing_that_is_shown_mentions_computes_or_hides(message: Message, view: View) -> None:
    activity = render_activity(message, view)
    shown = [*texts(activity.get("attachments", [])), unescape(str(activity.get("text", ""))), str(activity["summary"])]
    for text in shown:
        assert not re.search(r"<\s*/?\s*at\b", text, re.IGNORECASE)
        assert "{{" not in text
        assert "${" not in text
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\u200b\ufeff]", text)


@given(words)
def test_foreign_text_has_no_mark_left_in_a_message(text: str) -> None:
    shown = message_text(text)
    assert not re.search(r"[\\`*_\[\]<>~|]", shown)
    assert not re.search(r"^\s*(?:[-+=#]|\d+[.)])", shown, re.MULTILINE)
    assert "://" not in shown
    assert unescape(shown).replace("\u2060", "").split() == inert(text).split()


def test_what_marks_nothing_is_not_escaped() -> None:
    """Where a client shows entities as they are, an answer is still to be read."""
    plain = "Not for news (send an email), not for #3! It is 120 days - or 4 months."
    assert message_text(plain) == plain


def test_an_exclamation_mark_makes_no_image_of_the_link_after_it() -> None:
    made = Message("s", (Paragraph((Span("Look!"), Span("here", href="https://coe.example/x.png"))),))
    assert "![" not in render_activity(made, HERE)["text"]


@given(words)
def test_foreign_text_has_no_bare_mark_left_in_a_fact(text: str) -> None:
    bare = re.sub(r"\\.", "x", markdown(text))
    assert not re.search(r"[`*\[\]<>&~|]|^\s*(?:[-+#]|\d+[.)])", bare)


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/library", "https:// evil", "https://a\u202eb", "",
     "https://" + "a" * 3_000, "ftp://a.example"],
)  # fmt: skip
def test_only_plain_addresses_are_links(href: str) -> None:
    card = card_of(render_activity(Message("s", (Note((Span("here", href=href),)),)), HERE))
    assert nodes(card, "Action.OpenUrl") == []
    assert "here" in texts(card)


def test_an_answer_is_labelled_and_judged_in_teams_own_way() -> None:
    activity = render_activity(ANSWER, HERE)
    assert activity["channelData"] == {"feedbackLoop": {"type": "custom"}}
    [entity] = activity["entities"]
    assert entity["additionalType"] == ["AIGeneratedContent"]
    [claim] = entity["citation"]
    assert (claim["position"], claim["appearance"]["name"]) == (1, "Renewal playbook")
    assert claim["appearance"]["url"] == PLAYBOOK.url
    assert "At 120 days." in texts(card_of(activity))
    assert nodes(card_of(activity), "Action.OpenUrl") == [{"type": "Action.OpenUrl", "url": PLAYBOOK.url}]


def test_an_answer_without_buttons_is_text_with_its_sources_in_teams_own_way() -> None:
    activity = render_activity(replace(ANSWER, blocks=ANSWER.blocks[:3]), HERE)
    assert activity["text"] == "**At 120 days.** [1]"
    assert activity["channelData"] == {"feedbackLoop": {"type": "custom"}}
    assert activity["entities"][0]["citation"][0]["appearance"]["url"] == PLAYBOOK.url
    assert "attachments" not in activity


@given(messages, views)
def test_text_and_a_card_never_stand_in_one_message(message: Message, view: View) -> None:
    """Teams would make two of it and name the id of neither, so that it could never be updated."""
    activity = render_activity(message, view)
    assert ("text" in activity) != ("attachments" in activity)


SAYABLE = replace(EXPERT, spoken="expert")
ANSWER_TO_SAY = replace(ANSWER, blocks=(*ANSWER.blocks[:3], Actions((SAYABLE,))))


def test_a_button_that_can_be_said_leaves_an_answer_text_in_a_chat() -> None:
    activity = render_activity(ANSWER_TO_SAY, HERE)
    assert activity["text"] == "**At 120 days.** [1]"
    assert activity["channelData"] == {"feedbackLoop": {"type": "custom"}}
    assert activity["suggestedActions"] == {
        "actions": [{"type": "imBack", "title": "Ask an expert", "value": "expert"}]
    }
    assert "attachments" not in activity


@pytest.mark.parametrize("view", [SHARED, View("n", "k", native=False)], ids=["shared", "playground"])
def test_it_is_pressed_in_a_card_where_others_read_along_or_thumbs_are_missing(view: View) -> None:
    activity = render_activity(ANSWER_TO_SAY, view)
    assert "suggestedActions" not in activity
    assert "Ask an expert" in [action["title"] for action in nodes(card_of(activity), "Action.Execute")]
    assert activity["entities"][0]["additionalType"] == ["AIGeneratedContent"]


def test_a_card_stays_where_a_button_cannot_be_said_or_are_too_many() -> None:
    other = Button("Undo feedback", "questions.undo_feedback", "7")
    for buttons in ((SAYABLE, other), (SAYABLE,) * 4):
        made = replace(ANSWER, blocks=(*ANSWER.blocks[:3], Actions(buttons)))
        assert len(nodes(card_of(render_activity(made, HERE)), "Action.Execute")) == len(buttons)


def test_numbers_stand_before_the_notes_that_follow_the_sources() -> None:
    before, after = Note("About what Sam wrote:"), Note("Sales owns this source.")
    made = replace(ANSWER, blocks=(before, *ANSWER.blocks[:3], after, Actions((SAYABLE,))))
    assert render_activity(made, HERE)["text"] == (
        "About what Sam wrote:\n\n**At 120 days.** [1]\n\nSales owns this source."
    )


def test_words_alone_need_no_card() -> None:
    activity = render_activity(Message("Hello.", (Paragraph("Hello."), Suggestions(("What can you do?",)))), HERE)
    assert "attachments" not in activity
    assert activity["text"] == "Hello."
    assert activity["suggestedActions"] == {
        "actions": [{"type": "imBack", "title": "What can you do?", "value": "What can you do?"}]
    }


@pytest.mark.parametrize("view", [SHARED, View("n", "k", native=False)], ids=["shared", "playground"])
def test_suggestions_are_words_where_others_read_along_or_the_client_draws_none(view: View) -> None:
    message = Message("Hello.", (Paragraph("Hello."), Suggestions(("What can you do?",))))
    activity = render_activity(message, view)
    assert "suggestedActions" not in activity
    assert activity["text"] == "Hello.\n\nYou could ask:\n\n- “What can you do?”"
    card = render_activity(replace(message, blocks=(*message.blocks, Actions((EXPERT,)))), view)
    assert "• “What can you do?”" in "".join(texts(card_of(card)))


def test_a_long_label_is_cut_between_words_before_the_cards_edge_cuts_it() -> None:
    label = "2. Renewal playbook for partners › Who approves a discount and when"
    card = card_of(render_activity(Message("s", (Actions((Button(label, "questions.choose", "7"),)),)), SHARED))
    assert nodes(card, "Action.Execute")[0]["title"] == "2. Renewal playbook for partners › Who…"


def test_a_button_comes_back_as_it_was() -> None:
    [action] = nodes(card_of(render_activity(ANSWER, HERE)), "Action.Execute")
    assert action["title"] == "Ask an expert"
    assert pressed(action["data"], str(action["verb"])).nonce == "nonce-1"
    [fallback] = nodes(card_of(render_activity(ANSWER, HERE)), "Action.Submit")
    assert pressed(fallback["data"]) == pressed(action["data"], "questions.ask_expert")


def test_a_button_that_opens_a_form_fetches_a_dialog() -> None:
    made = Message("s", (Actions((UNHELPFUL,)),))
    [submit] = nodes(card_of(render_activity(made, HERE)), "Action.Submit")
    assert submit["data"]["msteams"] == {"type": "task/fetch"}
    assert pressed(submit["data"]).action == "questions.unhelpful"
    [execute] = nodes(card_of(render_activity(made, View("n", "k", native=False))), "Action.Execute")
    assert execute["verb"] == "questions.unhelpful"


def test_what_must_be_confirmed_is_asked_for_in_the_card() -> None:
    made = Message("s", (Actions((Button("Publish", "indexing.publish", "7", "danger", "Sure?"),)),))
    card = card_of(render_activity(made, HERE))
    [shown] = nodes(card, "Action.ShowCard")
    assert shown["style"] == "destructive"
    assert "Sure?" in texts(shown)
    assert [each["actions"][0]["type"] for each in nodes(card, "ActionSet")] == ["Action.ShowCard"]


def test_judging_is_done_by_buttons_where_there_are_no_thumbs() -> None:
    activity = render_activity(ANSWER, View("n", "k", native=False))
    assert "channelData" not in activity
    titles = [action["title"] for action in nodes(card_of(activity), "Action.Execute")]
    assert titles == ["Helpful", "Not helpful", "Ask an expert"]


def test_only_the_person_it_is_for_sees_the_buttons_in_a_shared_place() -> None:
    made = Message("s", (Heading("Who answers?"), Actions((Button("I do", "x.claim", "7"),), only_for="web:dana")))
    ids = {"web:dana": "29:dana"}
    base = card_of(render_activity(made, View("n", "k", True, "", ids)))
    assert nodes(base, "ActionSet") == []
    assert base["refresh"]["userIds"] == ["29:dana"]
    assert base["refresh"]["action"]["verb"] == REFRESH
    assert refreshed(base["refresh"]["action"]["data"]) == "k"
    own = render_card(made, View("n", "k", True, "web:dana", ids))
    assert len(nodes(own, "ActionSet")) == 1
    assert nodes(render_card(made, View("n", "k", True, "web:sam", ids)), "ActionSet") == []


def test_buttons_for_somebody_whom_teams_does_not_know_stay() -> None:
    made = Message("s", (Heading("Who answers?"), Actions((Button("I do", "x.claim", "7"),), only_for="web:dana")))
    card = card_of(render_activity(made, SHARED))
    assert len(nodes(card, "ActionSet")) == 1
    assert "refresh" not in card


def test_what_is_too_long_leads_on_to_the_rest() -> None:
    long = tuple(Paragraph(f"{number} " + "many words " * 100) for number in range(60))
    made = Message("s", (*long, Table(("a",), (("b",),)), Actions((EXPERT,))), "https://coe.example/t/1")
    card = card_of(render_activity(made, HERE))
    assert nodes(card, "Action.OpenUrl") == [{"type": "Action.OpenUrl", "url": "https://coe.example/t/1"}]
    assert len(nodes(card, "ActionSet")) == 1
    assert "Read the rest" in texts(card)


def test_a_long_table_keeps_its_first_rows() -> None:
    made = Message("s", (Table(("Day", "Step"), tuple((str(n), "step") for n in range(500))),), "https://coe.example/")
    card = card_of(render_activity(made, HERE))
    [table] = nodes(card, "Table")
    assert 20 < len(table["rows"]) < 500
    assert list(texts(table))[:4] == ["Day", "Step", "0", "step"]


def test_code_keeps_its_lines() -> None:
    card = card_of(render_activity(Message("s", (Paragraph((Span("a:\n  b\n\nc", code=True),)),)), HERE))
    assert list(texts(card)) == ["a:", "\u00a0\u00a0b", "\u00a0", "c"]


def test_long_labels_stand_one_below_the_other() -> None:
    buttons = (Button("1. Renewal playbook › Pricing of renewals", "questions.choose", "1"), Button("None", "x.y"))
    card = card_of(render_activity(Message("s", (Actions(buttons),)), HERE))
    assert [len(each["actions"]) for each in nodes(card, "ActionSet")] == [1, 1]


def test_what_a_search_puts_in_has_no_buttons() -> None:
    response = search_response([Found("Renewals", "[x](https://evil.example)", ANSWER)])
    [result] = response["composeExtension"]["attachments"]
    assert nodes(result["content"], "ActionSet") == []
    assert "](" not in result["preview"]["content"]["text"]
    assert "At 120 days." in texts(result["content"])


def test_buttons_that_follow_each_other_stand_together() -> None:
    card = card_of(render_activity(ANSWER, View("n", "k", native=False)))
    [together] = nodes(card, "ActionSet")
    assert [action["title"] for action in together["actions"]] == ["Helpful", "Not helpful", "Ask an expert"]


def test_what_can_be_done_with_the_last_of_a_list_stands_apart_from_what_begins_another() -> None:
    listed = (Paragraph("First"), Actions((Button("Show it", "x.show", "1"),)))
    begins = Actions((Button("Write one", "x.write", opens_form=True),))
    only = Actions((Button("Close it", "x.close"),), only_for="web:dana")
    card = card_of(render_activity(Message("s", (*listed, begins, only)), HERE))
    assert [[each["title"] for each in row["actions"]] for row in nodes(card, "ActionSet")] == [
        ["Show it"],
        ["Write one", "Close it"],
    ]


def test_a_table_takes_the_whole_width() -> None:
    made = Message("s", (Table(("Day",), (("1",),)),))
    assert card_of(render_activity(made, HERE))["msteams"] == {"width": "Full"}
    assert "msteams" not in card_of(render_activity(ANSWER, HERE))
