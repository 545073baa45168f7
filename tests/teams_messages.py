"""Any message and any form, for Hypothesis: empty, long, hostile, in many scripts."""

from hypothesis import strategies as st

from bot.chat.form import ChoiceField, DateField, Form, TextField
from bot.chat.reply import (
    BUTTON_LIMIT,
    Actions,
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
)
from bot.platforms.teams.render import View
from tests.languages import many_languages

ATTACKS = [
    "<at>everyone</at>",
    "< AT id=0>Dana",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "**bold** _it_ `code` ~~gone~~ # head",
    "- item\n1. item\n> quote",
    "<img src=x onerror=alert(1)><b>x</b>",
    "{{DATE(2017-02-14T06:08:39Z, SHORT)}} ${secret} {{{TIME(x)}}}",
    "&lt;at&gt;x&lt;/at&gt; &#91;x](https://evil.example)",
    "a\u202eb\u200bc\ufeffd\u2066e",
    "\x00\x1b[31m\ud800",
    "https://evil.example www.evil.example",
    "]] [[a]]() <https://evil.example>",
    "| a | b |\n|---|---|",
    "مرحبا بالعالم नमस्ते 世界 👩‍👩‍👧 ᠎",
]
hostile = st.one_of(
    st.text(max_size=80), st.sampled_from(ATTACKS), st.sampled_from(ATTACKS).map(lambda text: text * 40), many_languages
)
href = st.one_of(
    st.none(),
    st.sampled_from(["https://coe.example/a(b)?c=d", "javascript:alert(1)", "mailto:a@b.example", "/library", "x y"]),
    st.text(max_size=20),
)
span = st.builds(Span, hostile, st.booleans(), st.booleans(), href)
words = st.one_of(hostile, st.lists(span, max_size=4).map(tuple))
button = st.builds(
    Button,
    hostile,
    st.sampled_from(["questions.helpful", "indexing.cancel"]),
    st.text(max_size=1_500),
    st.sampled_from(["normal", "primary", "danger"]),
    st.one_of(st.just(""), hostile),
    st.booleans(),
    st.sampled_from(["", "expert"]),
)
only_for = st.sampled_from(["", "web:dana", "web:sam"])
citation = st.builds(
    Citation, st.integers(-2, 30), hostile, hostile, href.map(lambda each: each or ""), hostile, hostile
)
row = st.lists(hostile, max_size=10).map(tuple)
blocks = st.one_of(
    st.builds(Heading, hostile),
    st.builds(Paragraph, words),
    st.builds(Bullets, st.lists(words, max_size=30).map(tuple), st.booleans()),
    st.builds(Quote, hostile),
    st.builds(Facts, st.lists(st.tuples(hostile, words), max_size=12).map(tuple)),
    st.builds(Table, row, st.lists(row, max_size=12).map(tuple)),
    st.builds(Sources, st.lists(citation, max_size=25).map(tuple)),
    st.builds(Progress, hostile, st.integers(-5, 200), st.integers(-5, 100)),
    st.builds(Actions, st.lists(button, max_size=BUTTON_LIMIT).map(tuple), only_for),
    st.builds(Judge, button, button, only_for),
    st.builds(Suggestions, st.lists(hostile, max_size=6).map(tuple)),
    st.builds(Note, words),
)
messages = st.builds(
    Message, hostile, st.lists(blocks, max_size=12).map(tuple), st.sampled_from(["", "https://coe.example/t/1"])
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

field_name = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
options = st.lists(st.tuples(st.text(min_size=1, max_size=30), hostile), max_size=20, unique_by=lambda each: each[0])
initial = st.lists(st.text(max_size=30), max_size=3).map(tuple)
field = st.one_of(
    st.builds(TextField, field_name, hostile, hostile, hostile, st.booleans(), st.booleans()),
    st.builds(ChoiceField, field_name, hostile, options.map(tuple), hostile, initial, st.booleans(), st.booleans()),
    st.builds(DateField, field_name, hostile, hostile, st.sampled_from(["", "2027-03-31", "31.3.2027"])),
)
forms = st.builds(
    Form,
    st.just("questions.unhelpful"),
    st.text(max_size=24),
    st.lists(field, max_size=8, unique_by=lambda each: each.name).map(tuple),
    hostile,
    hostile,
    st.text(max_size=200),
)
"""Any form, as wild as they come."""
