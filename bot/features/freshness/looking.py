"""What of the library is to be asked about, and why. Pure."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.chat.moments import day_in_words
from bot.chat.wording import shortened
from bot.features.escalations.model import Escalation
from bot.features.freshness.model import (
    REMARK_LENGTH,
    REMARKS,
    Check,
    Confirmation,
    Reason,
    file_of,
    holds_until,
    is_due,
)
from bot.features.questions import model as questions
from bot.features.questions.model import Feedback, Verdict
from bot.features.questions.verdicts import Judged
from knowledge.document import SourceDocument

STALE = frozenset({questions.Reason.WRONG, questions.Reason.OUTDATED})
ENOUGH_STALE = 2
ENOUGH_UNHELPFUL = 3

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to ask. `documents` are what `subject` stands for: one, or all entries of a file."""

    subject: str
    title: str
    reason: Reason
    because: str
    documents: tuple[SourceDocument, ...]
    remarks: tuple[str, ...] = ()
    escalation_id: str = ""
    due_on: date | None = None

    @property
    def edition(self) -> str:
        return edition_of(self.documents)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is looked at: the latest confirmations by subject, how answers were judged, which answers of experts were
    confirmed after the library's had not helped, and which of these were asked about already. `changed_at` is when
    documents changed of which that is known to the second."""

    confirmed: Mapping[str, Confirmation]
    judged: Sequence[Judged] = ()
    answered: Sequence[Escalation] = ()
    raised: Collection[tuple[str, str]] = frozenset()
    changed_at: Mapping[str, datetime] = field(default_factory=dict)

    def confirmation(self, document: SourceDocument) -> Confirmation | None:
        """The latest, of the document or of its file."""
        known = (self.confirmed.get(document.id), self.confirmed.get(file_of(document)))
        return max((each for each in known if each is not None), key=lambda each: each.at, default=None)

    def until(self, document: SourceDocument) -> date | None:
        return holds_until(document, self.confirmation(document))

    def is_since(self, at: datetime, document: SourceDocument) -> bool:
        """Whether that was said of the words that stand there now, and nobody has looked since."""
        confirmation = self.confirmation(document)
        if confirmation is not None and at <= confirmation.at:
            return False
        if (changed_at := self.changed_at.get(document.id)) is not None:
            return at > changed_at
        return document.changed_on is None or at.date() >= document.changed_on


def findings(documents: Iterable[SourceDocument], seen: Seen, today: date) -> dict[str, Finding]:
    """By subject, each for its weightiest reason."""
    files: dict[str, list[SourceDocument]] = defaultdict(list)
    for each in documents:
        files[file_of(each)].append(each)
    by_id = {each.id: each for of_file in files.values() for each in of_file}
    found = [
        *_due(files, seen, today),
        *_voted_down(by_id, seen),
        *_contradicted(by_id, seen),
    ]
    return {each.subject: each for each in sorted(found, key=lambda each: each.reason.weight)}


def documents_of(subject: str, documents: Mapping[str, SourceDocument]) -> tuple[SourceDocument, ...]:
    """What a subject stands for now, of documents by id; none where it is gone."""
    entry = f"{subject}#"
    return tuple(
        each
        for document_id, each in documents.items()
        if document_id == subject or (document_id.startswith(entry) and file_of(each) == subject)
    )


def by_subject(documents: Iterable[SourceDocument]) -> Mapping[str, Sequence[SourceDocument]]:
    """What each subject stands for: every document for itself, and those of one file together."""
    found: dict[str, list[SourceDocument]] = defaultdict(list)
    for each in documents:
        for subject in {each.id, file_of(each)}:
            found[subject].append(each)
    return found


def edition_of(documents: Iterable[SourceDocument]) -> str:
    return hashlib.sha256("\n".join(sorted({each.content_hash for each in documents})).encode()).hexdigest()


def is_settled(check: Check, documents: Sequence[SourceDocument], seen: Seen, today: date) -> bool:
    """Whether there is nothing to ask any more: it is gone or, by the reason, has a later date or other words."""
    if not documents:
        return True
    if check.reason is Reason.DUE:
        return not any(is_due(seen.until(each), today) for each in documents)
    return check.edition != edition_of(documents)


def title_of(documents: Sequence[SourceDocument]) -> str:
    first, others = documents[0], len(documents) - 1
    return f"{first.title}, with {others} more from {first.path}" if others else first.title


def due_in_words(due_on: date, today: date) -> str:
    """As a whole sentence."""
    verb = "was" if due_on < today else "is"
    return f"Its review {verb} due on {day_in_words(due_on)}."


def _due(files: Mapping[str, list[SourceDocument]], seen: Seen, today: date) -> Iterable[Finding]:
    for subject, of_file in files.items():
        dates = [until for each in of_file if (until := seen.until(each)) is not None]
        if dates and is_due(min(dates), today):
            because = due_in_words(min(dates), today)
            documents = tuple(of_file)
            yield Finding(subject, title_of(of_file), Reason.DUE, because, documents, due_on=min(dates))


def _voted_down(by_id: Mapping[str, SourceDocument], seen: Seen) -> Iterable[Finding]:
    votes: dict[str, dict[str, Feedback]] = defaultdict(dict)
    for each in seen.judged:
        document = by_id.get(each.document_id)
        if document is not None and seen.is_since(each.feedback.at, document):
            votes[document.id][each.person_id] = each.feedback  # of one person the latest
    for document_id, by_person in votes.items():
        because = _outvoted(list(by_person.values()))
        if because:
            document = by_id[document_id]
            remarks = [each.comment for each in by_person.values() if each.comment.strip()]
            quoted = tuple(shortened(each, REMARK_LENGTH) for each in remarks[-REMARKS:])
            due_on = seen.until(document)
            yield Finding(
                document_id, document.title, Reason.VOTED_DOWN, because, (document,), quoted, due_on=due_on
            )  # fmt: skip


def _outvoted(votes: Sequence[Feedback]) -> str:
    """In words; empty where it is not."""
    unhelpful = [each for each in votes if each.verdict is Verdict.UNHELPFUL]
    reasons = Counter(each.reason for each in unhelpful if each.reason in STALE)
    if reasons.total() >= ENOUGH_STALE:
        said = " or ".join(
            reason.value for reason in (questions.Reason.OUTDATED, questions.Reason.WRONG) if reasons[reason]
        )
        return f"{reasons.total()} people said that it is {said}."
    if len(unhelpful) >= ENOUGH_UNHELPFUL and len(unhelpful) > len(votes) - len(unhelpful):
        return f"{len(unhelpful)} of {len(votes)} people who were answered from it said that it did not help."
    return ""


def _contradicted(by_id: Mapping[str, SourceDocument], seen: Seen) -> Iterable[Finding]:
    for each in seen.answered:
        for document_id in each.cited:
            document = by_id.get(document_id)
            at = each.closed_at or each.answered_at or LONG_AGO
            if document is None or (each.id, document_id) in seen.raised or not seen.is_since(at, document):
                continue
            because = f"It did not help with a question that {each.owner_name or 'a colleague'} then answered."
            yield Finding(
                document_id,
                document.title,
                Reason.CONTRADICTED,
                because,
                (document,),
                escalation_id=each.id,
                due_on=seen.until(document),
            )
