"""A reply: messages made of a closed set of blocks. Every renderer matches over the set and ends in `assert_never`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.chat.form import Form
from bot.chat.turn import Place


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. `href` only ever comes from a source's record, never from content."""

    text: str
    bold: bool = False
    code: bool = False
    href: str | None = None


Text = str | tuple[Span, ...]

VALUE_LIMIT = 1_500  # of Slack's 2,000 characters of a button's value, the rest is the platform's own
BUTTON_LIMIT = 4


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Text, ...]
    ordered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value, drawn in two columns."""

    pairs: tuple[tuple[str, Text], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered source: where it stands (`place`, e.g. "Renewals › Pricing") and the words it gave."""

    number: int
    title: str
    place: str
    url: str
    quote: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    citations: tuple[Citation, ...]
    kind: Literal["sources"] = "sources"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come; `total` 0 means that nobody knows yet."""

    label: str
    done: int
    total: int
    kind: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` names a feature's route, e.g. ``questions.helpful``; `value` goes back with it (at most VALUE_LIMIT).

    A pressed button is spent (its nonce is used up) unless the route answers with a form: then it `opens_form`, which
    some platforms have to know before it is pressed. `spoken` is what somebody can say instead of pressing it, for
    platforms that can only offer words; empty where there is no such word.
    """

    label: str
    action: str
    value: str = ""
    style: Literal["normal", "primary", "danger"] = "normal"
    confirm: str = ""
    opens_form: bool = False
    spoken: str = ""

    def __post_init__(self) -> None:
        if len(self.value) > VALUE_LIMIT:
            raise ValueError(f"A button's value has at most {VALUE_LIMIT} characters: {self.action}")


@dataclass(frozen=True, slots=True)
class Actions:
    """At most BUTTON_LIMIT buttons, the likely one first.

    `only_for` is the id of the one person who may press them, where others see the message too. A platform that
    can show them to that person alone does; the route checks it in any case.
    """

    buttons: tuple[Button, ...]
    only_for: str = ""
    kind: Literal["actions"] = "actions"

    def __post_init__(self) -> None:
        if len(self.buttons) > BUTTON_LIMIT:
            raise ValueError(f"At most {BUTTON_LIMIT} buttons stand together, not {len(self.buttons)}.")


@dataclass(frozen=True, slots=True)
class Judge:
    """Was this helpful? Drawn in the platform's own way of asking that."""

    helpful: Button
    unhelpful: Button
    only_for: str = ""
    kind: Literal["judge"] = "judge"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What somebody could say next; choosing one says it."""

    prompts: tuple[str, ...]
    kind: Literal["suggestions"] = "suggestions"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A date for the reader's calendar; `when` and `where` in words. E-mail brings `file` along, an iCalendar file of
    this `method`; elsewhere it is fetched at `url`, an address of ours."""

    title: str
    when: str
    where: Text = ""
    url: str = ""
    file: str = ""
    method: Literal["REQUEST", "CANCEL", "PUBLISH"] = "REQUEST"
    kind: Literal["invitation"] = "invitation"

    @property
    def facts(self) -> Facts:
        """What is seen of it."""
        fetched = "Take it out of your calendar" if self.method == "CANCEL" else "Add it to your calendar"
        shown: tuple[tuple[str, Text], ...] = (("What", self.title), ("When", self.when), ("Where", self.where))
        link: tuple[tuple[str, Text], ...] = (("Calendar", (Span(fetched, href=self.url),)),) if self.url else ()
        return Facts((*((label, text) for label, text in shown if text), *link))


@dataclass(frozen=True, slots=True)
class Note:
    """The quiet last line: source, why you see this, how to stop it."""

    text: Text
    kind: Literal["note"] = "note"


Block = (
    Heading
    | Paragraph
    | Bullets
    | Quote
    | Facts
    | Table
    | Sources
    | Progress
    | Actions
    | Judge
    | Suggestions
    | Invitation
    | Note
)


@dataclass(frozen=True, slots=True)
class Message:
    """`summary` is a whole sentence that can stand alone in a notification. `url` is where all of it stands on the
    web page, for platforms that have to leave something out; `leave_url` where its reader stops more of the like, for
    those whose programs have a button of their own for that (RFC 8058)."""

    summary: str
    blocks: tuple[Block, ...]
    url: str = ""
    leave_url: str = ""

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All that can be pressed in it."""
        pressed: list[Button] = []
        for block in self.blocks:
            if isinstance(block, Actions):
                pressed += block.buttons
            elif isinstance(block, Judge):
                pressed += (block.helpful, block.unhelpful)
        return tuple(pressed)


@dataclass(frozen=True, slots=True)
class Post:
    """One message for one place. `key` names it for later updates: a Post under a key already used there
    edits the earlier message in place. Without a `place` it goes to where the turn came from."""

    message: Message
    key: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a search found: how it is listed, and the message to put in."""

    title: str
    text: str
    message: Message


@dataclass(frozen=True, slots=True)
class Reply:
    """What a feature answers: messages to post or update, a form to open, or what a search found.

    `nonce` is what the form's submission has to carry; the dispatcher fills it.
    """

    posts: tuple[Post, ...] = ()
    form: Form | None = None
    nonce: str = ""
    found: tuple[Found, ...] = ()


def spans(*parts: Span | str) -> tuple[Span, ...]:
    """Text of several runs; a plain string is a run without marks."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def plain(text: Text) -> str:
    """The words of `text` without marks."""
    return text if isinstance(text, str) else "".join(span.text for span in text)


def one_message(key: str, summary: str, blocks: Sequence[Block]) -> Reply:
    """The commonest reply: one message where the turn came from."""
    return Reply(posts=(Post(Message(summary, tuple(blocks)), key),))
