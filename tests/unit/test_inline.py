import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.inline import escape_inline, links, plain_text, render_inline


@pytest.mark.parametrize(
    ("inline", "words"),
    [
        ("plain words", "plain words"),
        ("see [the **renewal** playbook](playbooks/renewals.md)", "see the renewal playbook"),
        ("`code` and *emphasis* & more", "code and emphasis & more"),
        ("one\ntwo", "one two"),
        ("![a chart](x.png) shows", "a chart shows"),
        (r"5 \* 3 &amp; 2", "5 * 3 & 2"),
        ("a <b>tag</b>", "a <b>tag</b>"),
    ],
)
def test_plain_text_keeps_the_words_and_drops_the_marks(inline: str, words: str) -> None:
    assert plain_text(inline) == words


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60))
def test_escaped_text_reads_as_it_was_written(text: str) -> None:
    assert plain_text(escape_inline(text)).split() == text.split()


def test_render_shows_marks_and_safe_links() -> None:
    html = render_inline("**Bold**, `x < y`, [site](https://example.org/a?b=1&c=2)")
    assert html == (
        "<strong>Bold</strong>, <code>x &lt; y</code>, "
        '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">site</a>'
    )


@pytest.mark.parametrize(
    "inline",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "[x](//evil.example)",
        "[x](/\\evil.example)",
        "[x](relative.md)",
        "<script>alert(1)</script>",
        "![x](https://example.org/track.png)",
        "<javascript:alert(1)>",
        '[x](https://e.org/" onmouseover="alert(1))',
    ],
)
def test_render_never_makes_a_link_or_a_tag_of_hostile_text(inline: str) -> None:
    html = render_inline(inline)
    assert "<a" not in html
    assert "<script" not in html
    assert "<img" not in html


@given(st.text("[]()<>\"'&;:/\\!*_`jascript onclick=#xhtp.\n", max_size=80))
def test_render_emits_only_the_allowed_tags(inline: str) -> None:
    html = render_inline(inline, link=lambda href: href)
    for tag in html.split("<")[1:]:
        assert tag.lstrip("/").startswith(("a ", "a>", "strong>", "em>", "code>", "br>"))
        assert "javascript:" not in tag.split(">")[0].lower()


def test_the_linker_resolves_and_denies() -> None:
    known = {"renewals.md": "/library/renewals"}
    assert render_inline("[a](renewals.md)", link=known.get).startswith('<a href="/library/renewals"')
    assert render_inline("[a](other.md)", link=known.get) == "a"
    assert render_inline("[a](renewals.md)", link=lambda _: "javascript:x") == "a"


def test_links_lists_the_addresses() -> None:
    assert links("[a](x.md) and <https://example.org>") == ["x.md", "https://example.org"]
