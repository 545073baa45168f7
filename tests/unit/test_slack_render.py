"""Each kind of block on Slack, in messages and on the home."""

from typing import get_args

import pytest

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Button,
    Citation,
    Facts,
    Heading,
    Judge,
    Message,
    Note,
    Paragraph,
    Progress,
    Sources,
    Span,
    Suggestions,
    Table,
    spans,
)
from bot.platforms.cleaning import cut
from bot.platforms.links import link_target
from bot.platforms.slack.limits import Json
from bot.platforms.slack.render import render_message, suggested_prompts
from bot.platforms.slack.render_home import render_home
from bot.platforms.slack.wire import decode_press
from tests.block_kit import nodes, problems, shown
from tests.messages import EVERY_BLOCK

NONCE = "n" * 43
ENGLISH = "Renewals begin at 120 days. The account owner opens the plan, then tells finance. "


def drawn(*content: Block, url: str = "") -> list[Json]:
    payload = render_message(Message("A sentence.", content, url), NONCE)
    assert problems(payload) == []
    found = payload["blocks"]
    assert isinstance(found, list)
    return found


def test_every_kind_of_block_is_drawn() -> None:
    assert {type(block) for block in EVERY_BLOCK} == set(get_args(Block))
    for block in EVERY_BLOCK:
        assert drawn(block)


def test_a_heading_that_is_too_long_for_one_is_a_bold_line() -> None:
    (heading,) = drawn(Heading("Renewals"))
    assert heading["type"] == "header"
    assert drawn(Heading("word " * 40))[0]["type"] == "rich_text"


def test_code_of_several_lines_stands_in_a_block_of_its_own() -> None:
    (lines,) = drawn(Paragraph((Span("a = 1\n  b = 2", code=True),)))
    assert lines["elements"][0]["type"] == "rich_text_preformatted"
    (word,) = drawn(Paragraph((Span("a = 1", code=True),)))
    assert word["elements"][0]["elements"][0]["style"] == {"code": True}


def test_facts_stand_ten_to_a_section() -> None:
    first, second = drawn(Facts(tuple((f"Label {number}", "x") for number in range(12))))
    assert len(first["fields"]) == 10
    assert second["fields"][0]["text"] == "*Label 10*\nx"


def test_a_fact_keeps_our_link() -> None:
    (section,) = drawn(Facts((("Where", spans("in ", Span("a|b", href="https://g.example/?a=1&b=2"))),)))
    assert section["fields"][0]["text"] == "*Where*\nin <https://g.example/?a=1&amp;b=2|a¦b>"


def test_a_source_is_numbered_and_linked_and_says_its_place_once() -> None:
    (source,) = drawn(
        Sources((Citation(3, "Renewals", "Renewals › Pricing", "https://g.example/r", "At 120.", "new"),))
    )
    number, title, place, quote, note = source["elements"][0]["elements"]
    assert number["text"] == "[3] "
    assert (title["type"], title["text"], title["url"]) == ("link", "Renewals", "https://g.example/r")
    assert (place["text"], quote["text"], note["text"]) == (" › Pricing", "\n“At 120.”", "\nnew")


def test_a_source_without_an_address_is_shown_as_words() -> None:
    (source,) = drawn(Sources((Citation(1, "Renewals", "", "/library/r", ""),)))
    assert [element["type"] for element in source["elements"][0]["elements"]] == ["text", "text"]


def test_the_second_table_of_a_message_is_a_list() -> None:
    table = Table(("Step", "Days"), (("Open", "120"), ("Sign", "30")))
    first, second = drawn(table, table)
    assert first["type"] == "table"
    lines = ["".join(run["text"] for run in item["elements"]) for item in second["elements"][0]["elements"]]
    assert lines == ["Step: Open · Days: 120", "Step: Sign · Days: 30"]


def test_a_table_too_long_for_slack_says_so() -> None:
    rows = tuple((str(number), "x") for number in range(150))
    table, notice = drawn(Table(("Number", "Letter"), rows), url="https://g.example/t")
    assert len(table["rows"]) == 100
    assert notice["elements"][0]["elements"][0] == {
        "type": "link",
        "url": "https://g.example/t",
        "text": "Read the rest",
    }


def test_an_ordered_list_too_long_for_one_block_keeps_counting() -> None:
    content = drawn(Bullets(tuple(f"Step number {number} {ENGLISH}" for number in range(30)), ordered=True))
    assert "30. " in shown({"blocks": content})


def test_what_does_not_fit_is_behind_a_link_and_the_buttons_stay() -> None:
    story = Paragraph(ENGLISH * 300)
    judge = Judge(Button("Helpful", "questions.helpful", "7"), Button("Not helpful", "questions.unhelpful", "7"))
    content = drawn(story, judge, Note("Why"), url="https://g.example/q/7")
    kinds = [block["type"] for block in content]
    assert kinds[-3:] == ["rich_text", "context_actions", "context"]
    assert "https://g.example/q/7" in str(content[-3])
    assert "Shortened" in shown({"blocks": drawn(story, judge)})


def test_a_pressed_button_tells_its_route_and_value() -> None:
    offered = Actions((Button("Go", "x.go", "a\nb"), Button("Go", "x.go", "")))
    judge = Judge(Button("Helpful", "q.helpful", "7"), Button("Not helpful", "q.unhelpful", "7"))
    elements = [node for node, _, _ in nodes(drawn(offered, judge)) if "value" in node]
    feedback = drawn(judge)[0]["elements"][0]["action_id"]
    presses = [decode_press(each.get("action_id", feedback), each["value"]) for each in elements]
    assert [(press.action, press.value) for press in presses] == [
        ("x.go", "a\nb"),
        ("x.go", ""),
        ("q.helpful", "7"),
        ("q.unhelpful", "7"),
    ]
    assert {press.nonce for press in presses} == {NONCE}


def test_a_dangerous_button_asks_first() -> None:
    (row,) = drawn(Actions((Button("Delete", "x.delete", style="danger", confirm="For good?"),)))
    (button,) = row["elements"]
    assert (button["style"], button["confirm"]["style"]) == ("danger", "danger")
    assert (button["confirm"]["text"]["text"], button["confirm"]["deny"]["text"]) == ("For good?", "Cancel")


def test_a_workspace_without_the_newer_blocks_gets_buttons_and_lists() -> None:
    judge = Judge(Button("Helpful", "q.helpful"), Button("Not helpful", "q.unhelpful"))
    message = Message("s", (Table(("A", "B"), (("1", "2"),)), judge))
    content = render_message(message, NONCE, is_plain=True)["blocks"]
    assert [block["type"] for block in content] == ["rich_text", "actions"]
    assert [block["type"] for block in render_home(message, NONCE)["blocks"]] == ["table", "actions"]


def test_progress_shows_a_bar_with_counts() -> None:
    assert (
        shown({"blocks": drawn(Progress("Reading", 1_200, 2_400))})
        == f"Reading\n 1,200 of 2,400\n\n{'█' * 10}{'░' * 10}"
    )
    assert shown({"blocks": drawn(Progress("Reading", 3, 0))}) == "Reading"


def test_a_message_of_nothing_says_its_summary() -> None:
    assert shown({"blocks": drawn(Paragraph(" "), Actions(()))}) == "A sentence."


def test_at_most_four_suggestions_are_offered() -> None:
    message = Message("s", (Suggestions(("How do renewals work?", " ", *"abcd")),))
    prompts = suggested_prompts(message)
    assert [prompt["message"] for prompt in prompts] == ["How do renewals work?", "a", "b", "c"]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "//x.example",
        "/x",
        "#x",
        "https:///x",
        "data:text/html,x",
        " ",
        "https:// x",
        "http://[::1",
    ],
)
def test_only_absolute_web_and_mail_addresses_are_links(href: str) -> None:
    assert link_target(href) is None
    assert link_target("https://g.example/é?q=<a>") == "https://g.example/%C3%A9?q=%3Ca%3E"


def test_a_cut_leaves_words_and_clusters_whole() -> None:
    assert cut("Renewals begin at 120 days", 20) == "Renewals begin at…"
    family = "👩‍👩‍👧‍👦"
    assert cut(family * 5, 30) == family * 2 + "…"
