"""Messages and the home on Slack: whatever is in them, Slack takes it, and nothing in it comes alive."""

import re
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Quote,
    Sources,
    Span,
    Suggestions,
    Table,
    Text,
    spans,
)
from bot.platforms.slack.cleaning import clean, cut, split
from bot.platforms.slack.limits import Json, units
from bot.platforms.slack.links import link_target
from bot.platforms.slack.render import render_message, suggested_prompts
from bot.platforms.slack.render_home import render_home
from bot.platforms.slack.wire import decode_press
from tests.block_kit import NEEDS_PEER, nodes, peer_problems, problems, shown

NONCE = "n" * 43
HOSTILE = (
    "<!channel> <!here> <!everyone> <@U012AB3CD> <#C012AB3CD|general> <!subteam^S1|all>",
    "@channel @here @everyone @group #general",
    "<https://evil.example|Renewal playbook> https://evil.example www.evil.example evil.example",
    "*bold* _slanted_ ~struck~ `code` ```block``` **x** __y__ ~~z~~ *_*",
    "> quoted\n>>> all of it\n- one\n1. two\n• three",
    ":white_check_mark: :+1: :tada::skin-tone-2:",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;!here&#62;",
    "<!date^1392734382^{date}^https://evil.example|now>",
    "![x](https://evil.example/?q=secret) [words](https://evil.example)",
    "right\u202eot left\u2066x\u2069 \u200b\ufeff zero\u2060width",
    "\x00\x01\x1b[31mred\x7f\x85 \ud800 half",
    "👩🏽‍🚀👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🇩🇪 e\u0301" + "a" + "\u0300" * 50,
    "כיצד מחדשים חוזה? كيف يتم تجديد العقد؟",
    "如何续签合同?契約を更新するには?계약을 갱신하려면?",
    "",
    " \n\t ",
    "\u200d\u200c",
)
ENGLISH = "Renewals begin at 120 days. The account owner opens the plan, then tells finance. "

words = st.one_of(st.text(max_size=80), st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=30))
long_words = st.builds(lambda text, times: text * times, words, st.sampled_from([1, 1, 1, 3, 60, 900]))
addresses = st.one_of(
    st.none(),
    words,
    st.sampled_from(
        [
            "https://guildhall.example/library/r?chunk=1&x=<y>#a|b",
            "mailto:dana@example.com",
            "javascript:alert(1)",
            "//evil.example",
            "/library/r",
            "https://",
            "https://a.example/" + "x" * 4_000,
            "https://b.example/über weg",
            "http://[::1",
        ]
    ),
)
runs = st.builds(Span, long_words, st.booleans(), st.booleans(), addresses)
texts: st.SearchStrategy[Text] = st.one_of(long_words, st.lists(runs, max_size=4).map(tuple))
actions = st.from_regex(r"[a-z_]{1,12}\.[a-z_]{1,12}", fullmatch=True)
buttons = st.builds(
    Button,
    long_words,
    actions,
    st.one_of(st.text(max_size=40), st.just('"' * 1_500)),
    st.sampled_from(["normal", "primary", "danger"]),
    st.one_of(st.just(""), long_words),
)


def several(strategy: st.SearchStrategy[object], size: int) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=size).map(tuple)


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, long_words),
    st.builds(Paragraph, texts),
    st.builds(Bullets, st.one_of(several(texts, 4), several(words, 30)), st.booleans()),
    st.builds(Quote, long_words),
    st.builds(Facts, several(st.tuples(words, texts), 13)),
    st.builds(Table, several(words, 22), st.one_of(several(several(words, 22), 4), several(several(words, 3), 120))),
    st.builds(Sources, several(st.builds(Citation, st.integers(), words, words, words, long_words, words), 4)),
    st.builds(Progress, words, st.integers(), st.integers()),
    st.builds(Actions, several(buttons, 4)),
    st.builds(Judge, buttons, buttons),
    st.builds(Suggestions, several(words, 6)),
    st.builds(Note, texts),
)
messages = st.builds(Message, long_words, st.lists(blocks, max_size=6).map(tuple), addresses.map(lambda url: url or ""))
moderately = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

Rendering = Callable[[Message, str], Json]
SURFACES: tuple[Rendering, ...] = (
    render_message,
    lambda message, nonce: render_message(message, nonce, is_plain=True),
    render_home,
)


def drawn(*content: Block, url: str = "") -> list[Json]:
    payload = render_message(Message("A sentence.", content, url), NONCE)
    assert problems(payload) == []
    found = payload["blocks"]
    assert isinstance(found, list)
    return found


def mrkdwn_of(payload: Json) -> list[str]:
    return [str(node["text"]) for node, _, _ in nodes(payload["blocks"]) if node.get("type") == "mrkdwn"]


@given(messages)
@moderately
def test_whatever_the_message_slack_takes_it(message: Message) -> None:
    for render in SURFACES:
        assert problems(render(message, NONCE)) == []


@NEEDS_PEER
@given(messages)
@settings(moderately, max_examples=20)
def test_whatever_the_message_slacks_own_types_allow_it(message: Message) -> None:
    for render in SURFACES:
        assert peer_problems(render(message, NONCE)) == []


@given(st.lists(blocks, min_size=1, max_size=3).map(tuple))
@settings(moderately, max_examples=15)
def test_a_message_of_far_too_many_blocks_is_cut(content: tuple[Block, ...]) -> None:
    for render in SURFACES:
        assert problems(render(Message("Long.", content * 50), NONCE)) == []


@given(messages)
@moderately
def test_nothing_in_a_message_mentions_links_or_formats(message: Message) -> None:
    payload = render_message(message, NONCE)
    allowed = {link_target(href) for href in _addresses(message)}
    for node, _, _ in nodes(payload["blocks"]):
        assert node.get("type") not in {"user", "channel", "usergroup", "broadcast", "emoji", "image", "date", "team"}
        if node.get("type") == "link":
            assert node["url"] in allowed
    for text in [*mrkdwn_of(payload), str(payload["text"])]:
        links = re.findall(r"<([^<>|]*)\|[^<>|]*>", text)
        assert {link.replace("&amp;", "&") for link in links} <= allowed
        assert text.count("<") == text.count(">") == len(links)
        assert not re.search(r"&(?!(?:amp|lt|gt);)", text)
        assert not re.search(r"@(?:channel|here|everyone|group)", text, re.IGNORECASE)
        assert "_" not in re.sub(r"<[^|]*\|", "", text) or not re.search(r"(?<![^\W_])_\w|\w_(?![^\W_])", text)
    assert payload["parse"] == "none"
    assert not (payload["link_names"] or payload["unfurl_links"] or payload["unfurl_media"])
    for node, _, _ in nodes(payload["blocks"]):
        if node.get("type") == "mrkdwn":
            assert node["verbatim"] is True
        if node.get("type") == "plain_text":
            assert node["emoji"] is False


@pytest.mark.parametrize("text", HOSTILE)
def test_a_fact_cannot_format_or_forge(text: str) -> None:
    (field,) = mrkdwn_of(render_message(Message("s", (Facts((("Topic", text),)),)), NONCE))
    value = field.removeprefix("*Topic*\n")
    assert not re.search(r"[<>*~`]|(?:^|\n)\s*&gt;|(?<!\d):[\w+-]+:|@(?:channel|here)", value)
    assert not re.search(r"(?:^|\W)_|_(?:$|\W)", value)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_turns_our_words_around_or_hides(text: str) -> None:
    payload = render_message(Message(text or "s", (Paragraph(text), Facts(((text, text),)), Note(text))), NONCE)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00-\x08\x0e-\x1f\x7f]", shown(payload))


sayable = st.text(st.characters(categories=["L", "Nd", "Zs", "P", "S"]), max_size=40)
short = st.one_of(
    st.builds(Heading, sayable),
    st.builds(Paragraph, st.one_of(sayable, several(st.builds(Span, sayable, st.booleans()), 3))),
    st.builds(Bullets, several(sayable, 4), st.booleans()),
    st.builds(Quote, sayable),
    st.builds(Facts, several(st.tuples(sayable, sayable), 3)),
    st.builds(Table, several(sayable, 3), several(several(sayable, 3), 3)),
    st.builds(Suggestions, several(sayable, 3)),
    st.builds(Note, st.one_of(sayable, several(st.builds(Span, sayable, st.booleans()), 3))),
)


@given(st.lists(short, max_size=4).map(tuple))
@moderately
def test_every_word_of_a_short_message_is_shown(content: tuple[Block, ...]) -> None:
    message = Message("A sentence.", content)
    seen = re.sub(r"[\s\u2060]", "", shown(render_message(message, NONCE)))
    for text in _said(message):
        for word in re.findall(r"[^\W_]+", clean(text)):
            assert word in seen


def _said(message: Message) -> list[str]:
    said: list[str] = []
    for block in message.blocks:
        match block:
            case Heading() | Quote():
                said.append(block.text)
            case Paragraph() | Note():
                said += _parts(block.text)
            case Bullets():
                said += [part for item in block.items for part in _parts(item)]
            case Facts():
                said += [part for label, text in block.pairs for part in (label, *_parts(text))]
            case Table():
                said += [cell for row in block.rows for cell in row]
            case Suggestions():
                said += block.prompts
            case _:
                raise AssertionError(block)
    return said


def _parts(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else [span.text for span in text]


def _addresses(message: Message) -> list[str]:
    found = [message.url]
    for block in message.blocks:
        match block:
            case Paragraph() | Note():
                found += _hrefs(block.text)
            case Bullets():
                found += [href for item in block.items for href in _hrefs(item)]
            case Facts():
                found += [href for _, text in block.pairs for href in _hrefs(text)]
            case Sources():
                found += [citation.url for citation in block.citations]
            case _:
                continue
    return found


def _hrefs(text: Text) -> list[str]:
    return [] if isinstance(text, str) else [span.href for span in text if span.href]


def test_every_kind_of_block_is_drawn() -> None:
    one_each = (
        Heading("Renewals"),
        Paragraph("At 120 days."),
        Bullets(("one", "two")),
        Quote("Said before"),
        Facts((("Owner", "CRM lead"),)),
        Table(("Days", "Step"), (("120", "Open"),)),
        Sources((Citation(1, "Renewal playbook", "Renewal playbook › Pricing", "https://g.example/r", "At 120."),)),
        Progress("Reading", 3, 7),
        Actions((Button("Ask an expert", "questions.expert", "7"),)),
        Judge(Button("Helpful", "questions.helpful", "7"), Button("Not helpful", "questions.unhelpful", "7")),
        Suggestions(("How do renewals work?",)),
        Note("Why you see this"),
    )
    assert {type(block) for block in one_each} == set(get_args(Block))
    for block in one_each:
        assert drawn(block)


def test_a_heading_that_is_too_long_for_one_is_a_bold_line() -> None:
    (heading,) = drawn(Heading("Renewals"))
    assert heading["type"] == "header"
    assert drawn(Heading("word " * 40))[0]["type"] == "rich_text"


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
    "href", ["javascript:alert(1)", "//x.example", "/x", "#x", "https:///x", "data:text/html,x", " "]
)
def test_only_absolute_web_and_mail_addresses_are_links(href: str) -> None:
    assert link_target(href) is None
    assert link_target("https://g.example/é?q=<a>") == "https://g.example/%C3%A9?q=%3Ca%3E"


@given(st.text(), st.integers(4, 40))
def test_a_cut_keeps_to_its_limit(text: str, limit: int) -> None:
    assert units(cut(text, limit)) <= limit
    parts = split(clean(text), limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(clean(text).split())


def test_a_cut_leaves_words_and_clusters_whole() -> None:
    assert cut("Renewals begin at 120 days", 20) == "Renewals begin at…"
    family = "👩‍👩‍👧‍👦"
    assert cut(family * 5, 30) == family * 2 + "…"
