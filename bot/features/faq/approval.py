"""What a curator can do with a draft, and with the entry that it became. The caller owns the transaction.

Every change is to what the curator read: whoever was faster has decided.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import EVERYONE, Person, storable
from bot.features.faq.entry import REVIEWED_AFTER, Entry, EntryState
from bot.features.faq.entry_store import EntryStore
from bot.features.faq.model import WORD_LIMIT, Draft, DraftState
from bot.features.faq.store import DraftStore
from bot.features.faq.use_cases import GONE, cleaned
from knowledge.language import language_of

NOT_YOURS = (
    "Only curators and whoever owns or approved that entry can do that, so nothing was changed. Ask one of them."
)
EDITED = "Somebody edited that draft since you read it, so nothing was changed. Look at it again."
FOR_FEWER = "More people read that entry than may read this draft, so nothing was changed. Approve it by itself."
CHANGED = "Somebody changed that entry since you read it, so nothing was changed. Look at it again."


@dataclass(frozen=True, slots=True)
class Wording:
    """What is published. `review_by` None takes the usual date, a year on."""

    question: str
    answer: str
    review_by: date | None = None


def waiting_draft(drafts: DraftStore, draft_id: str, edition: str = "") -> Draft:
    """With `edition` only as it was read. Raises UserFacingError."""
    draft = drafts.get(draft_id)
    if draft is None or draft.state is not DraftState.WAITING:
        raise UserFacingError(GONE)
    if edition and draft.edition != edition:
        raise UserFacingError(EDITED)
    return draft


def approve_draft(
    drafts: DraftStore, entries: EntryStore, draft: Draft, wording: Wording, by: Person, at: datetime
) -> tuple[Draft, Entry]:
    """Raises FormRejected or UserFacingError."""
    question, answer = cleaned(wording.question, wording.answer)
    entry = Entry(
        id=draft.id,
        question=question,
        answer=answer,
        approved_by=by.id,
        approved_by_name=by.name,
        approved_at=at,
        source_url=draft.source_url,
        author=draft.author,
        author_id=draft.author_id,
        owner=draft.author or draft.saved_by_name,
        owner_id=draft.author_id if draft.author else draft.saved_by,
        links=draft.links,
        audience=draft.audience,
        hub=draft.hub,
        topics=draft.topics,
        review_by=wording.review_by or (at + REVIEWED_AFTER).date(),
        language=language_of(f"{question} {answer}") or "en",
    )
    approved = replace(draft, question=question, answer=answer, entry_id=entry.id, state=DraftState.APPROVED)
    decided = _decided(drafts, approved, by)
    if not entries.add(entry):
        raise UserFacingError(GONE)
    return decided, entry


def merge_draft(
    drafts: DraftStore, entries: EntryStore, draft: Draft, entry: Entry, wording: Wording, by: Person, at: datetime
) -> tuple[Draft, Entry]:
    """What the draft says becomes part of an entry, in the words given, and so do its links. Raises FormRejected or
    UserFacingError."""
    if EVERYONE not in draft.audience and not entry.audience <= draft.audience:
        raise UserFacingError(FOR_FEWER)
    links = tuple(dict.fromkeys((*entry.links, *draft.links)))
    changed = edit_entry(entries, replace(entry, links=links), wording, by, at)
    return _decided(drafts, replace(draft, entry_id=entry.id, state=DraftState.APPROVED), by), changed


def reject_draft(drafts: DraftStore, draft: Draft, word: str, by: Person) -> Draft:
    """`word` is told to whoever saved it. Raises FormRejected or UserFacingError."""
    said = storable(word).strip()
    if not any(letter.isalnum() for letter in said):
        raise FormRejected({"word": "Say why, in a word or two: it is told to whoever saved the draft."})
    if len(said) > WORD_LIMIT:
        raise FormRejected({"word": f"At most {WORD_LIMIT} characters, please; this has {len(said):,}."})
    return _decided(drafts, replace(draft, word=said, state=DraftState.REJECTED), by)


def known_entry(entries: EntryStore, entry_id: str, revision: int | None = None) -> Entry:
    """With `revision` only as it was read. Raises UserFacingError."""
    entry = entries.get(entry_id)
    if entry is None:
        raise UserFacingError("There is no such entry, so nothing was changed.")
    if revision is not None and entry.revision != revision:
        raise UserFacingError(CHANGED)
    return entry


def may_change(entry: Entry, person: Person) -> bool:
    """Curators, whoever owns it and whoever approved it."""
    return person.curates or person.id in (entry.owner_id, entry.approved_by)


def check_may_change(entry: Entry, person: Person) -> None:
    """Raises UserFacingError."""
    if not may_change(entry, person):
        raise UserFacingError(NOT_YOURS)


def edit_entry(entries: EntryStore, entry: Entry, wording: Wording, by: Person, at: datetime) -> Entry:
    """Raises FormRejected or UserFacingError."""
    question, answer = cleaned(wording.question, wording.answer)
    _check_live(entry, by)
    return _changed(
        entries,
        replace(
            entry,
            question=question,
            answer=answer,
            approved_by=by.id,
            approved_by_name=by.name,
            approved_at=at,
            review_by=wording.review_by or (at + REVIEWED_AFTER).date(),
            language=language_of(f"{question} {answer}") or entry.language,
        ),
    )


def confirm_entry(entries: EntryStore, entry: Entry, by: Person, at: datetime, review_by: date | None = None) -> Entry:
    """It is still true: looked at again on `review_by`, or in a year. Raises UserFacingError."""
    _check_live(entry, by)
    return _changed(entries, replace(entry, review_by=review_by or (at + REVIEWED_AFTER).date()))


def assign_entry(entries: EntryStore, entry: Entry, owner_id: str, owner: str, by: Person) -> Entry:
    """Somebody else sees to it from now on; nobody where both are empty. Raises UserFacingError."""
    _check_live(entry, by)
    return _changed(entries, replace(entry, owner_id=owner_id, owner=owner))


def retire_entry(entries: EntryStore, entry: Entry, by: Person, at: datetime, replaced_by: str = "") -> Entry:
    """The approval undone: nothing is answered from it any more. Raises UserFacingError."""
    check_may_change(entry, by)
    if not entry.is_live:
        raise UserFacingError("That entry is retired already, so nothing was changed.")
    if replaced_by:
        successor = entries.get(replaced_by)
        if successor is None or not successor.is_live or successor.id == entry.id:
            raise FormRejected({"replaced_by": "Choose another entry that is live."})
    return _changed(
        entries,
        replace(
            entry,
            state=EntryState.RETIRED,
            retired_by=by.id,
            retired_by_name=by.name,
            retired_at=at,
            replaced_by=replaced_by,
        ),
    )


def restore_entry(entries: EntryStore, entry: Entry, by: Person) -> Entry:
    """The retirement undone. Raises UserFacingError."""
    check_may_change(entry, by)
    if entry.is_live:
        raise UserFacingError("That entry is live, so nothing was changed.")
    back = replace(entry, state=EntryState.LIVE, retired_by="", retired_by_name="", retired_at=None, replaced_by="")
    return _changed(entries, back)


def _check_live(entry: Entry, by: Person) -> None:
    check_may_change(entry, by)
    if not entry.is_live:
        raise UserFacingError("That entry is retired, so nothing was changed. Put it back first.")


def _changed(entries: EntryStore, entry: Entry) -> Entry:
    newer = replace(entry, revision=entry.revision + 1)
    if not entries.change(newer):
        raise UserFacingError(CHANGED)
    return newer


def _decided(drafts: DraftStore, draft: Draft, by: Person) -> Draft:
    decided = replace(draft, decided_by=by.id, decided_by_name=by.name)
    if not drafts.decide(decided):
        raise UserFacingError(GONE)
    return decided
