"""Telling those whom an approved entry helps: who asked the same and was not helped, or whom its old words did not
help."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.moments import day_in_words, zone_of
from bot.chat.reply import Block, Facts, Message, Note, Paragraph, Post, Quote, Span
from bot.chat.wording import shortened
from bot.features.escalations.model import RUNNING, Escalation
from bot.features.faq.entry import Entry, as_document
from bot.features.faq.entry_store import SqlEntries
from bot.features.faq.model import LIVE
from bot.features.feature import Feature
from bot.features.library.links import pages_from, reader_url
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.features.profile.readers import readers_of
from bot.features.questions.told_store import Unhelped, note_told, questions_told, told, unhelped
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Answer, Outcome
from knowledge.document import SourceDocument

PERIOD = timedelta(days=90)
MOST = 2_000
"""Questions that are looked through, the newest first: with none of them seen before, about three seconds."""

AGAIN = timedelta(seconds=2)
"""Until the next look while the entry is not in the index, as after a start between the approval and that."""

ALIKE = 0.7
SURE = 0.6
"""Cosine of the questions, and confidence of the answer from the entry. On the tuning set quebec_faq_v1, questions put
otherwise against 313 entries: of those told 96 % asked the same, and 52 % of all who did were told; where the library
lacks what half of them ask (rm_quebec_faq_v1) 90 % and 55 %."""

QUOTED = 200
ANSWER_LENGTH = 600


class Knowledge(Protocol):
    """`knowledge.knowledge_base.KnowledgeBase` fills it."""

    def ask(self, question: str, readers: frozenset[str], *, answer_from: float | None = None) -> Answer: ...

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None: ...


class Alike(Protocol):
    """`knowledge.likeness.Likeness` fills it."""

    def cosines(self, text: str, others: Sequence[str]) -> Sequence[float]: ...


Answered = Callable[[Collection[str], UnitOfWork], Mapping[str, Escalation]]
"""What became of questions with the experts, by question id."""


@dataclass(frozen=True, slots=True)
class Telling:
    """`base_url` is how people reach the web page from a chat, empty where they do not."""

    knowledge: Knowledge
    likeness: Alike
    escalations: Answered
    base_url: str = ""

    def on_live(self, entry_id: str, now: datetime, unit: UnitOfWork) -> None:
        """Everybody once for each entry, where only they read, and only what they may read."""
        with unit.database.reading() as before:
            entry = SqlEntries(before).get(entry_id)
        if entry is None or not entry.is_live:
            return
        document = self.knowledge.document(entry.document_id, entry.audience)
        if document is None or document.content_hash != as_document(entry).content_hash:
            Timers(unit).set(LIVE, entry_id, now + AGAIN)
            return
        with unit.database.reading() as before:
            asked = unhelped(before, now - PERIOD, MOST)
            requests = self.escalations([each.id for each in asked], before)
            known = {*told(before, entry_id), entry.author_id, entry.approved_by}
            readers = {each.person_id: readers_of(each.person_id, before) for each in asked}
        waiting = [
            each
            for each in asked
            if each.person_id not in known
            and entry.audience & readers[each.person_id]
            and not _has_answer(requests.get(each.id))
        ]
        for each in self._helped(entry, waiting, readers):
            self._tell(entry, each, requests.get(each.id), now, unit)

    def _helped(
        self, entry: Entry, asked: Sequence[Unhelped], readers: Mapping[str, frozenset[str]]
    ) -> Sequence[Unhelped]:
        """Of each person the newest question."""
        cosines = self.likeness.cosines(entry.question, [each.text for each in asked])
        helped: dict[str, Unhelped] = {}
        for each, cosine in zip(asked, cosines, strict=True):
            if each.person_id in helped:
                continue
            is_same = cosine >= ALIKE and self._answers(entry, each, readers[each.person_id])
            if is_same or _had_its_old_words(each, entry):
                helped[each.person_id] = each
        return list(helped.values())

    def _answers(self, entry: Entry, asked: Unhelped, readers: frozenset[str]) -> bool:
        """Whether that would be answered from the entry by now."""
        answer = self.knowledge.ask(asked.text, readers, answer_from=SURE)
        return answer.outcome is Outcome.ANSWER and answer.sources[0].passage.document.id == entry.document_id

    def _tell(
        self, entry: Entry, asked: Unhelped, request: Escalation | None, now: datetime, unit: UnitOfWork
    ) -> None:  # fmt: skip
        person, place = People(unit).get(asked.person_id), reach(asked.person_id, unit)
        if person is None or place is None or not note_told(unit, entry.id, asked.person_id, now):
            return
        message = told_message(entry, asked, person, request, pages_from(place, self.base_url))
        post = Post(message, f"told-{entry.id}", place)
        Outbox(unit).add(post, place, now, not_before=quiet_until(person, now))


def telling_feature(telling: Telling) -> Feature:
    return Feature("told", timers={LIVE: telling.on_live}, person_columns=(questions_told.c.person_id,))


def told_message(
    entry: Entry, asked: Unhelped, person: KnownPerson, request: Escalation | None, pages: str | None
) -> Message:
    text = f"What you asked has an answer now: {shortened(entry.question, QUOTED)}"
    zone = zone_of(person.preferences.time_zone or person.time_zone)
    day = day_in_words(asked.asked_at.astimezone(zone).date())
    facts: list[tuple[str, str | tuple[Span, ...]]] = [("You asked", f"“{shortened(asked.text, QUOTED)}”, {day}")]
    if entry.author:
        facts.append(("Answered by", entry.author))
    blocks: list[Block] = [Paragraph((Span(text, bold=True),)), Quote(shortened(entry.answer, ANSWER_LENGTH))]
    blocks.append(Facts(tuple(facts)))
    if pages is not None:
        link = Span("Read it in the library", href=reader_url(entry.document_id, base_url=pages))
        blocks.append(Paragraph((link,)))
    why = "the answer then did not help you" if asked.judged_at else "the library had no answer then"
    note = f"You are told once, because {why}."
    if request is not None and request.state in RUNNING:
        note += " Your request to the experts stays open until you take it back."
    return Message(text, (*blocks, Note(note)))


def _had_its_old_words(asked: Unhelped, entry: Entry) -> bool:
    is_of_it = asked.cited == entry.document_id and asked.is_on_topic
    return is_of_it and asked.judged_at is not None and asked.judged_at < entry.approved_at


def _has_answer(request: Escalation | None) -> bool:
    """From an expert: then there is nothing new."""
    return request is not None and request.answer is not None and request.state not in RUNNING
