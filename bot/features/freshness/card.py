"""A check as its owner, or a curator, sees it; and the forms that go with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.chat.form import ChoiceField, Form, TextField
from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.turn import EVERYONE
from bot.chat.wording import shortened
from bot.features.escalations.model import Escalation
from bot.features.faq.entry import Entry
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT
from bot.features.faq.review_card import KEEP, MASK
from bot.features.form_state import from_state, to_state
from bot.features.freshness.model import RENEWED_FOR, Check, Reason, State
from bot.features.library.links import reader_url
from bot.features.library.model import KINDS
from knowledge.document import Code, Heading, SourceDocument, Table
from knowledge.inline import plain_text
from knowledge.lexical import Analyzer

CONFIRM = "freshness.confirm"
EDIT = "freshness.edit"
NOT_MINE = "freshness.not_mine"
HAND_ON = "freshness.hand_on"
RETIRE = "freshness.retire"
TAKE_BACK = "freshness.take_back"

PAGE = "/freshness"
TITLE_LENGTH = 160
QUOTE_LENGTH = 600
COLLEAGUE = "colleague"

ASKED = {
    Reason.DUE: "“{}” is due for a look: does it still hold?",
    Reason.VOTED_DOWN: "“{}” did not help people: does it still hold?",
    Reason.CONTRADICTED: "“{}” says one thing, an expert another: which one holds?",
}
SETTLED = {
    State.CONFIRMED: "Confirmed: “{}” still holds.",
    State.EDITED: "Changed: “{}”.",
    State.RETIRED: "Retired: “{}”.",
    State.CHANGED: "Nothing left to decide: “{}” was changed since, or is gone.",
}
WHY_OWNER = (
    "You get this because you are named as its owner. Without an answer you are asked again in a week; after the third "
    "time it goes to the curators."
)
WHY_LATE = "You are named as its owner. The curators see to it by now; your word counts as before."
WHY_CURATOR = "You get this as a curator: its owner is not known, has not answered or says that it is not theirs."


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to know beside a check. `documents` are what it is about, none where they are gone; `entry` is the
    FAQ entry that it is; `answered` is the expert's answer that contradicts it. `asked` is the name of who is asked.
    `pages` is where the web page is, None where nobody reaches it."""

    documents: Sequence[SourceDocument] = ()
    entry: Entry | None = None
    answered: Escalation | None = None
    asked: str = ""
    pages: str | None = None

    @property
    def document(self) -> SourceDocument | None:
        return self.documents[0] if self.documents else None


def check_message(check: Check, standing: Standing, reader_id: str) -> Message:
    """As it stands, with what this reader can do about it."""
    title = shortened(check.title, TITLE_LENGTH)
    if not check.is_open:
        return _settled(check, standing, reader_id)
    if check.state is State.ASKED and check.person_id != reader_id:
        text = f"{standing.asked or 'A colleague'} is asked whether “{title}” still holds."
        return Message(text, (Paragraph(text), *_page(check, standing)))
    if check.state is State.CURATORS and check.decided_by == reader_id:
        text = f"The curators see to “{title}”."
        back = Actions((Button("It is mine after all", TAKE_BACK, check.id),))
        return Message(text, (Paragraph(text), back, Note("You said that it is not yours.")))
    text = headline(check)
    blocks: list[Block] = [Paragraph((Span(text, bold=True),)), Paragraph(check.because)]
    blocks += [Quote(each) for each in check.remarks]
    if standing.entry is not None and standing.answered is None and EVERYONE in standing.entry.audience:
        blocks += [Paragraph("It says:"), Quote(shortened(standing.entry.answer, QUOTE_LENGTH))]
    for label, side in both_sides(standing):
        blocks += [Paragraph(label), Quote(side)]
    if facts := _facts(check, standing):
        blocks.append(Facts(facts))
    blocks += _where(standing)
    is_owner = check.person_id == reader_id
    why = WHY_CURATOR if not is_owner else WHY_OWNER if check.state is State.ASKED else WHY_LATE
    blocks += [Actions(_buttons(check, standing, is_owner=is_owner)), Note(why)]
    return Message(text, tuple(blocks), f"{standing.pages}{address(check)}" if standing.pages else "")


def both_sides(standing: Standing, readers: frozenset[str] = frozenset({EVERYONE})) -> list[tuple[str, str]]:
    """What was asked, the expert's words and the library's, each under its label: of each what `readers` may read."""
    answered, document = standing.answered, standing.document
    if answered is None or answered.answer is None:
        return []
    sides: list[tuple[str, str]] = []
    if answered.readers & readers:
        said = answered.answered_at
        day = f" on {day_in_words(said.date())}" if said else ""
        sides.append(("Asked was:", shortened(answered.text, QUOTE_LENGTH)))
        sides.append(
            (f"{answered.owner_name or 'An expert'} answered{day}, and it helped:",
             shortened(answered.answer.text, QUOTE_LENGTH))
        )  # fmt: skip
    if document is not None and document.audience & readers:
        sides.append(("The library says:", words_of(document, f"{answered.text} {answered.answer.text}")))
    return [(label, text) for label, text in sides if text]


def words_of(document: SourceDocument, about: str) -> str:
    """Of a short one all of it, of a long one the part that has most to do with `about`."""
    kept = (block for block in document.blocks if not isinstance(block, Table | Heading))
    parts = [block.text if isinstance(block, Code) else plain_text(block.text) for block in kept]
    if sum(map(len, parts)) <= QUOTE_LENGTH or not parts:
        return shortened(" ".join(parts), QUOTE_LENGTH)
    analyzer = Analyzer()
    wanted = set(analyzer.terms(about))
    return shortened(max(parts, key=lambda part: len(wanted & set(analyzer.terms(part)))), QUOTE_LENGTH)


def address(check: Check) -> str:
    return f"{PAGE}/{check.id}"


def list_message(checks: Sequence[Check], others: int, pages: str | None) -> Message:
    """Before the cards of what waits for somebody. `others` wait for the curators, for whom this is one."""
    count = len(checks)
    waiting = "1 document waits" if count == 1 else f"{count} documents wait"
    text = f"{waiting} for you to say whether it still holds." if count == 1 else ""
    text = text or (
        f"{waiting} for you to say whether they still hold." if count else "Nothing of yours waits for a look."
    )
    blocks: list[Block] = [Paragraph(text)]
    if others:
        blocks.append(Paragraph(with_curators(others)))
    opens = Span("See what is due, and whose it is", href=f"{pages}{PAGE}") if pages is not None else Span("")
    if pages is not None:
        blocks.append(Paragraph((opens,)))
    if not count:
        blocks.append(Note("Two weeks before the review date of a document its owner is asked, once, in private."))
    return Message(text, tuple(blocks))


def with_curators(count: int) -> str:
    return f"{count} document{'' if count == 1 else 's'} {'waits' if count == 1 else 'wait'} for a curator's look."


class Editing(NamedTuple):
    """What the form to edit an entry carries: the check, and the entry as it was read."""

    check_id: str
    revision: int = 0

    @property
    def text(self) -> str:
        return to_state(self)

    @classmethod
    def from_text(cls, text: str) -> "Editing":
        """Raises UserFacingError."""
        return from_state(text, cls, then="“freshness” shows what waits.")


def edit_form(state: str, question: str = "", answer: str = "") -> Form:
    return Form(
        id=EDIT,
        title="Edit the entry",
        intro="Questions are answered from your words within seconds, for another year.",
        fields=(
            TextField("question", "Question", initial=question, max_length=QUESTION_LIMIT),
            TextField("answer", "Answer", initial=answer, multiline=True, max_length=ANSWER_LIMIT),
            ChoiceField(
                "personal",
                "Names, addresses and numbers of people in it",
                ((MASK, "Mask them"), (KEEP, "Publish them as they are")),
                initial=(MASK,),
            ),
        ),
        submit="Save",
        state=state,
    )


def hand_on_form(state: str) -> Form:
    return Form(
        id=HAND_ON,
        title="Ask a colleague",
        intro="They are asked privately whether it still holds.",
        fields=(
            TextField(COLLEAGUE, "Who knows?", hint="Their e-mail address, or their full name.", max_length=320),
        ),
        submit="Ask",
        state=state,
    )  # fmt: skip


def asked_again_message(check: Check) -> Message:
    """What an earlier card says, once there is a newer one."""
    text = f"Asked again below: does “{shortened(check.title, TITLE_LENGTH)}” still hold?"
    return Message(text, (Paragraph(text),))


def headline(check: Check) -> str:
    """What it is and how it stands, as one sentence."""
    words = ASKED[check.reason] if check.is_open else SETTLED[check.state]
    return words.format(shortened(check.title, TITLE_LENGTH))


def _settled(check: Check, standing: Standing, reader_id: str) -> Message:
    text = headline(check)
    facts: list[tuple[str, Text]] = []
    if check.decided_by_name:
        facts.append(("By", check.decided_by_name))
    if check.decided_at is not None and check.state in (State.CONFIRMED, State.EDITED):
        facts.append(("Next look by", day_in_words((check.decided_at + RENEWED_FOR).date())))
    blocks: list[Block] = [Paragraph((Span(text, bold=True),))]
    blocks += [Facts(tuple(facts))] if facts else []
    blocks += _page(check, standing)
    if check.decided_by == reader_id and check.state in (State.CONFIRMED, State.RETIRED):
        blocks.append(Actions((Button("Take it back", TAKE_BACK, check.id),)))
    return Message(text, tuple(blocks))


def _facts(check: Check, standing: Standing) -> tuple[tuple[str, Text], ...]:
    document = standing.document
    if document is None:
        return ()
    facts: list[tuple[str, Text]] = [("Kind", KINDS[document.kind]), ("Owner", document.owner or "Nobody yet")]
    if check.due_on and check.reason is not Reason.DUE:
        facts.append(("Review by", day_in_words(check.due_on)))
    if document.changed_on:
        facts.append(("Last changed", day_in_words(document.changed_on)))
    return tuple(facts)


def _where(standing: Standing) -> list[Block]:
    """Where it is read, and where what comes from a source is changed."""
    document, parts = standing.document, list[Span]()
    if document is None:
        return []
    if standing.pages is not None:
        parts.append(Span("Read it in the library", href=reader_url(document.id, base_url=standing.pages)))
    if standing.entry is None:
        parts.append(Span(" · ") if parts else Span(""))
        original = document.url if document.url.startswith("https://") else ""
        parts.append(
            Span("Open the original to change it", href=original)
            if original
            else Span(f"Change it in {document.source}")
        )
    return [Paragraph(tuple(each for each in parts if each.text))] if parts else []


def _page(check: Check, standing: Standing) -> list[Block]:
    if standing.pages is None:
        return []
    return [Paragraph((Span("How it stands", href=f"{standing.pages}{address(check)}"),))]


def _buttons(check: Check, standing: Standing, *, is_owner: bool) -> tuple[Button, ...]:
    buttons = [Button("Still true", CONFIRM, check.id, "primary")]
    if standing.entry is not None:
        state = Editing(check.id, standing.entry.revision).text
        buttons.append(Button("Edit", EDIT, state, opens_form=True))
    if is_owner and check.state is State.ASKED:
        buttons.append(Button("Not mine", NOT_MINE, check.id))
    elif not is_owner:
        buttons.append(Button("Ask a colleague", HAND_ON, check.id, opens_form=True))
    if standing.entry is not None:
        sure = "Nothing is answered from it any more. It can be put back."
        buttons.append(Button("Retire", RETIRE, check.id, "danger", confirm=sure))
    return tuple(buttons)
