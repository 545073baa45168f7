"""Messages and the home on Slack: whatever is in them, Slack takes it, and nothing in it comes alive."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.reply import (
    Block,
    Bullets,
    Facts,
    Heading,
    Message,
    Note,
    Paragraph,
    Quote,
    Sources,
    Span,
    Suggestions,
    Table,
    Text,
)
from bot.platforms.cleaning import clean, cut, split, units
from bot.platforms.links import link_target
from bot.platforms.slack.limits import Json
from bot.platforms.slack.render import render_message
from bot.platforms.slack.render_home import render_home
from tests.block_kit import NEEDS_PEER, nodes, peer_problems, problems, shown
from tests.messages import HOSTILE, blocks, messages, several

NONCE = "n" * 43
moderately = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

Rendering = Callable[[Message, str], Json]
SURFACES: tuple[Rendering, ...] = (
    render_message,
    lambda message, nonce: render_message(message, nonce, is_plain=True),
    render_home,
)


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


@given(st.text(), st.integers(4, 40))
def test_a_cut_keeps_to_its_limit(text: str, limit: int) -> None:
    assert units(cut(text, limit)) <= limit
    parts = split(clean(text), limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(clean(text).split())
