"""A draft as a curator sees it, the forms to decide it with, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.chat.form import ChoiceField, DateField, Form, TextField
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Post, Quote, Span
from bot.chat.turn import EVERYONE
from bot.chat.wording import shortened
from bot.features.faq.entry import Entry, entry_id_of
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT, WORD_LIMIT, Draft, DraftState
from bot.features.faq.personal import Finding, warning
from bot.features.form_state import from_state, to_state
from bot.features.library.links import reader_url, source_url
from knowledge.passage import Passage

APPROVE = "faq.approve"
EDIT = "faq.edit"
MERGE = "faq.merge"
REJECT = "faq.reject"
RETIRE = "faq.retire"
RESTORE = "faq.restore"

TEXT_LENGTH = 200
MASK, KEEP = "mask", "keep"


@dataclass(frozen=True, slots=True)
class Beside:
    """What whoever decides should know beside the draft: what is personal in it, and entries that say something like
    it. `pages` is where the web page is, None where nobody reaches it; `mergeable` the id of the entry that the reader
    may merge it with, empty where there is none."""

    findings: Sequence[Finding] = ()
    similar: Sequence[Passage] = ()
    pages: str | None = None
    mergeable: str = ""


def entry_beside(similar: Sequence[Passage]) -> str:
    """The id of the first, where it is an entry; what comes from a source is changed there."""
    return entry_id_of(similar[0].document.id) if similar else ""


class Decision(NamedTuple):
    """What a button or a form carries: the draft as it was read and, for a merge, the entry as it was read."""

    draft_id: str
    edition: str
    entry_id: str = ""
    revision: int = 0

    @property
    def text(self) -> str:
        return to_state(self)

    @classmethod
    def from_text(cls, text: str) -> "Decision":
        """Raises UserFacingError."""
        return from_state(text, cls, then="Look at the draft again.")


def decision_on(draft: Draft) -> Decision:
    return Decision(draft.id, draft.edition)


def review_message(draft: Draft, beside: Beside, why: str = "") -> Message:
    """Waiting for a decision; `why` the reader is asked."""
    text = f"FAQ draft to approve: {shortened(draft.question, TEXT_LENGTH)}"
    facts: list[tuple[str, str | tuple[Span, ...]]] = []
    if not draft.is_own:
        facts.append(("Saved by", draft.saved_by_name))
    if draft.author:
        facts.append(("Said by", draft.author))
    facts.append(("Who will read it", readers_in_words(draft.audience)))
    blocks: list[Block] = [Paragraph((Span(text, bold=True),)), Quote(draft.answer)]
    if draft.links:
        blocks.append(Bullets(tuple(f"{link.title}: {link.url}" for link in draft.links)))
    blocks.append(Facts(tuple(facts)))
    told = warning(beside.findings)
    if told:
        blocks.append(Paragraph(f"⚠ {told} Approve masks it; to publish it as it is, choose Edit first."))
    if beside.similar:
        blocks.append(Paragraph("The library says something like it:"))
        blocks.append(Bullets(tuple(_similar(each, beside.pages) for each in beside.similar)))
    blocks += [Actions(_buttons(draft, beside, is_personal=bool(told))), Note(f"{NEXT} {why}".strip())]
    return Message(text, tuple(blocks))


NEXT = "Once it is approved, questions are answered from it within seconds. It can be retired at any time."
AS_CURATOR = "You are asked as a curator."
AS_OWNER = "You are asked because the topic is yours; “expertise” changes that."


def readers_in_words(audience: Collection[str]) -> str:
    """Without naming anybody: who asked may have withheld it."""
    return "Everyone in the company" if EVERYONE in audience else "Only who could read the question"


def _similar(passage: Passage, pages: str | None) -> tuple[Span, ...]:
    title = Span(passage.document.title, href=source_url(passage.document, pages=pages) or None)
    return title, Span(f" – {shortened(passage.chunk.text, TEXT_LENGTH)}")


def _buttons(draft: Draft, beside: Beside, *, is_personal: bool) -> tuple[Button, ...]:
    value = decision_on(draft).text
    approve = Button("Mask and approve" if is_personal else "Approve", APPROVE, value, "primary")
    merging = Decision(draft.id, draft.edition, beside.mergeable).text
    merge = (Button("Merge with the first", MERGE, merging, opens_form=True),) if beside.mergeable else ()
    edit = Button("Edit first", EDIT, value, opens_form=True)
    return (approve, edit, *merge, Button("Reject", REJECT, value, "danger", opens_form=True))


def approved_message(entry: Entry, pages: str | None, *, is_merged: bool = False) -> Message:
    """With the way back."""
    done = "Merged and live" if is_merged else "Approved and live"
    text = f"{done}: {shortened(entry.question, TEXT_LENGTH)}"
    where = Span("Read it in the library", href=reader_url(entry.document_id, base_url=pages)) if pages else None
    note = f"Approved by {entry.approved_by_name}. Questions are answered from it within seconds."
    blocks: list[Block] = [Paragraph((Span(text, bold=True),)), Quote(entry.answer), Note(note)]
    if where is not None:
        blocks.append(Paragraph((where,)))
    retire = Button(
        "Retire",
        RETIRE,
        Decision("", "", entry.id, entry.revision).text,
        "danger",
        confirm="Nothing is answered from it any more. It can be put back.",
    )
    return Message(text, (*blocks, Actions((retire,))))


def retired_message(entry: Entry) -> Message:
    text = f"Retired: {shortened(entry.question, TEXT_LENGTH)}"
    note = f"Retired by {entry.retired_by_name}. Nothing is answered from it any more."
    back = Button("Put it back", RESTORE, Decision("", "", entry.id, entry.revision).text)
    return Message(text, (Paragraph((Span(text, bold=True),)), Quote(entry.answer), Note(note), Actions((back,))))


def entry_message(entry: Entry, pages: str | None, *, is_merged: bool = False) -> Message:
    return approved_message(entry, pages, is_merged=is_merged) if entry.is_live else retired_message(entry)


def decided_message(draft: Draft, entry: Entry | None, pages: str | None) -> Message:
    """What became of a draft that waits no more."""
    if entry is not None:
        return entry_message(entry, pages, is_merged=entry.id != draft.id)
    if draft.state is DraftState.REJECTED:
        return rejected_message(draft)
    text = f"{draft.state.value.capitalize()}: {shortened(draft.question, TEXT_LENGTH)}"
    by = f"{draft.saved_by_name} took it back" if draft.state is DraftState.WITHDRAWN else "A curator deleted it"
    return Message(text, (Paragraph((Span(text, bold=True),)), Note(f"{by}, so there is nothing to decide.")))


def rejected_message(draft: Draft) -> Message:
    text = f"Rejected: {shortened(draft.question, TEXT_LENGTH)}"
    note = f"By {draft.decided_by_name}. {draft.saved_by_name} is told privately: “{draft.word}”"
    return Message(text, (Paragraph((Span(text, bold=True),)), Note(note)))


def told_post(draft: Draft, pages: str | None) -> Post:
    """For whoever saved it, where only they read it."""
    asked = shortened(draft.question, TEXT_LENGTH)
    what = "your answer into the FAQ" if draft.is_own else "your FAQ draft"
    if draft.word:
        text = f"{draft.decided_by_name} did not take {what}: {asked}"
        blocks: tuple[Block, ...] = (
            Paragraph(text),
            Quote(draft.word),
            Note("The words are kept in the earlier message. Save it again as FAQ once that is seen to."),
        )
    else:
        text = f"{draft.decided_by_name} {'took' if draft.is_own else 'approved'} {what}: {asked}"
        entry = Entry(draft.entry_id, "", "", "", "", draft.saved_at)
        read = Span("Read it in the library", href=reader_url(entry.document_id, base_url=pages or ""))
        link = (Paragraph((read,)),) if pages is not None else ()
        blocks = (Paragraph(text), *link, Note("Questions are answered from it from now on."))
    return Post(Message(text, blocks), f"{draft.message_key}-told", draft.place)


def publish_form(form_id: str, state: str, wording: tuple[str, str] = ("", ""), review_by: date | None = None) -> Form:
    """To edit and approve (EDIT), or to merge (MERGE)."""
    is_merge = form_id == MERGE
    intro = "Both answers stand below one another: make one of them." if is_merge else ""
    question, answer = wording
    return Form(
        id=form_id,
        title="Merge into the FAQ" if is_merge else "Edit and approve",
        intro=intro,
        fields=(
            TextField("question", "Question", initial=question, max_length=QUESTION_LIMIT),
            TextField("answer", "Answer", initial=answer, multiline=True, max_length=ANSWER_LIMIT),
            ChoiceField(
                "personal",
                "Names, addresses and numbers of people in it",
                ((MASK, "Mask them"), (KEEP, "Publish them as they are")),
                initial=(MASK,),
            ),
            DateField(
                "review_by",
                "Review by",
                hint="When somebody looks whether it still holds; in a year if this stays empty.",
                initial=review_by.isoformat() if review_by else "",
                required=False,
            ),
        ),
        submit="Merge" if is_merge else "Approve",
        state=state,
    )


def reject_form(state: str) -> Form:
    word = TextField("word", "Why", hint="Told privately to whoever saved it.", multiline=True, max_length=WORD_LIMIT)
    return Form(id=REJECT, title="Reject the draft", fields=(word,), submit="Reject", state=state)


def both_answers(entry: Entry, draft: Draft) -> str:
    """One below the other, cut to what a form takes."""
    text = f"{entry.answer}\n\n{draft.answer}"
    return text if len(text) <= ANSWER_LIMIT else text[: ANSWER_LIMIT - 1].rstrip() + "…"
