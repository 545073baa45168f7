"""One of each block; and any message and any form, for Hypothesis: empty, long, hostile, in many scripts.

Every renderer takes the same ones, so that what was thought of for one platform is tried on all.
"""

from hypothesis import strategies as st

from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, DateField, Form, TextField
from bot.chat.reply import (
    BUTTON_LIMIT,
    Actions,
    Block,
    Bullets,
    Button,
    Citation,
    Facts,
    Heading,
    Invitation,
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
)
from tests.languages import many_languages

HELPFUL = Button("Helpful", "questions.helpful", "7")
UNHELPFUL = Button("Not helpful", "questions.unhelpful", "7", opens_form=True)
EXPERT = Button("Ask an expert", "questions.ask_expert", "7")
PLAYBOOK = Citation(
    1,
    "Renewal playbook",
    "Renewal playbook › Pricing",
    "https://coe.example/library/r?chunk=1",
    "Opened at 120.",
)
EVERY_BLOCK: tuple[Block, ...] = (
    Heading("Renewals"),
    Paragraph((Span("At "), Span("120 days", bold=True), Span("."), Span("more", href="https://coe.example/"))),
    Bullets(("one", "two"), ordered=True),
    Quote("Said before"),
    Facts((("Owner", "CRM lead"),)),
    Table(("Days", "Step"), (("120", "Open"),)),
    Sources((PLAYBOOK,)),
    Progress("Reading", 3, 7),
    Actions((EXPERT,)),
    Judge(HELPFUL, UNHELPFUL),
    Suggestions(("How do renewals work?",)),
    Invitation(
        "Office hours: renewals",
        "Tuesday, 15:00 your time",
        "Room 4",
        "https://coe.example/calendar/7.ics",
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
    ),
    Note("Why you see this"),
)

HOSTILE = (
    # HTML
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)><b>x</b>',
    "' onmouseover='x",
    "</textarea><svg onload=1>",
    "&lt;b&gt; &lt;at&gt;x&lt;/at&gt; &#91;x](https://evil.example)",
    # Addresses
    "javascript:alert(1)",
    "data:text/html,<b>",
    "https://evil.example www.evil.example evil.example",
    # Slack
    "<!channel> <!here> <!everyone> <@U012AB3CD> <#C012AB3CD|general> <!subteam^S1|all>",
    "@channel @here @everyone @group #general",
    "<https://evil.example|Renewal playbook> <https://evil.example>",
    "*bold* _slanted_ ~struck~ `code` ```block``` **x** __y__ ~~z~~ *_*",
    "> quoted\n>>> all of it\n- one\n1. two\n• three\n# head",
    ":white_check_mark: :+1: :tada::skin-tone-2:",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;!here&#62;",
    "<!date^1392734382^{date}^https://evil.example|now>",
    # Teams
    "<at>everyone</at>",
    "< AT id=0>Dana",
    "![x](https://evil.example/?q=secret) [words](https://evil.example)",
    "{{DATE(2017-02-14T06:08:39Z, SHORT)}} ${secret} {{{TIME(x)}}}",
    "]] [[a]]() | a | b |\n|---|---|",
    # Scripts and what cannot be seen
    "right\u202eot left\u2066x\u2069 \u200b\ufeff zero\u2060width",
    "\x00\x01\x1b[31mred\x7f\x85 \ud800 half",
    "👩🏽‍🚀👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🇩🇪 ᠎ e\u0301" + "a" + "\u0300" * 50,
    "כיצד מחדשים חוזה? كيف يتم تجديد العقد؟",
    "如何续签合同?契約を更新するには?계약을 갱신하려면? नमस्ते",
    "",
    " \n\t ",
    "\u200d\u200c",
)
HREFS = (
    "https://guildhall.example/library/r(b)?chunk=1&x=<y>#a|b",
    "mailto:dana@example.com",
    "javascript:alert(1)",
    "//evil.example",
    "/library/r",
    "https://",
    "https://a.example/" + "x" * 4_000,
    "https://b.example/über weg",
    "http://[::1",
)


def several(strategy: st.SearchStrategy[object], size: int) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=size).map(tuple)


words = st.one_of(
    st.text(max_size=80), st.sampled_from(HOSTILE), many_languages, st.text(st.characters(codec="utf-8"), max_size=30)
)
long_words = st.builds(lambda text, times: text * times, words, st.sampled_from([1, 1, 1, 3, 60, 900]))
hrefs = st.one_of(st.none(), words, st.sampled_from(HREFS))
spans = st.builds(Span, long_words, st.booleans(), st.booleans(), hrefs)
texts: st.SearchStrategy[Text] = st.one_of(long_words, several(spans, 4))
buttons = st.builds(
    Button,
    long_words,
    st.from_regex(r"[a-z_]{1,12}\.[a-z_]{1,12}", fullmatch=True),
    st.one_of(st.text(max_size=40), st.just('"' * 1_500)),
    st.sampled_from(["normal", "primary", "danger"]),
    st.one_of(st.just(""), long_words),
    st.booleans(),
    st.sampled_from(["", "expert"]),
)
only_for = st.sampled_from(["", "web:dana", "web:sam"])


def citations(quotes: st.SearchStrategy[str]) -> st.SearchStrategy[Citation]:
    return st.builds(Citation, st.integers(), words, words, hrefs.map(lambda url: url or ""), quotes, words)


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, long_words),
    st.builds(Paragraph, texts),
    st.builds(Bullets, st.one_of(several(texts, 4), several(words, 30)), st.booleans()),
    st.builds(Quote, long_words),
    st.builds(Facts, several(st.tuples(words, texts), 13)),
    st.builds(Table, several(words, 22), st.one_of(several(several(words, 22), 4), several(several(words, 3), 120))),
    st.builds(Sources, st.one_of(several(citations(long_words), 4), several(citations(words), 25))),
    st.builds(Progress, words, st.integers(), st.integers()),
    st.builds(Actions, several(buttons, BUTTON_LIMIT), only_for),
    st.builds(Judge, buttons, buttons, only_for),
    st.builds(Suggestions, several(words, 6)),
    st.builds(
        Invitation,
        long_words,
        words,
        texts,
        hrefs.map(lambda url: url or ""),
        words,
        st.sampled_from(["REQUEST", "CANCEL", "PUBLISH"]),
    ),
    st.builds(Note, texts),
)
messages = st.builds(Message, long_words, several(blocks, 6), hrefs.map(lambda url: url or ""))

field_names = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
values = st.text(max_size=OPTION_VALUE_LIMIT)
options = st.lists(st.tuples(values, words), min_size=1, max_size=30).map(tuple)
fields = st.one_of(
    st.builds(TextField, field_names, words, words, long_words, st.booleans(), st.booleans(), st.integers(-1, 9_000)),
    st.builds(ChoiceField, field_names, words, options, words, several(values, 3), st.booleans(), st.booleans()),
    st.builds(DateField, field_names, words, words, st.one_of(words, st.dates().map(str)), st.booleans()),
)
forms = st.builds(
    Form,
    st.just("questions.unhelpful"),
    st.text(max_size=24),
    st.lists(fields, max_size=8, unique_by=lambda each: each.name).map(tuple),
    words,
    long_words,
    st.text(max_size=2_500),
)
