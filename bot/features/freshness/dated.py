"""The library with the dates that owners confirmed, for whoever shows or cites it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.chat.moments import day_in_words
from bot.features.freshness.looking import Seen
from bot.features.freshness.model import file_of
from bot.features.freshness.store import SqlFreshness
from bot.features.library import model as library
from bot.features.library.model import Chunks
from bot.features.questions.knowledge_port import Knowledge
from bot.storage.unit_of_work import Database
from knowledge.answer import Answer, Source
from knowledge.document import DocumentKind, SourceDocument
from knowledge.passage import Passage


class Library(library.Library, Knowledge, Protocol):
    """What is shown, searched and asked. `knowledge.knowledge_base.KnowledgeBase` fills it."""


class DatedLibrary:
    """Fills `bot.features.library.model.Library` and `bot.features.questions.knowledge_port.Knowledge`: the same
    documents and answers, each document with the date until which somebody said that it holds."""

    def __init__(self, library: Library, database: Database) -> None:
        self._library = library
        self._database = database

    @property
    def snapshot(self) -> Chunks | None:
        return self._library.snapshot

    def ask(
        self,
        question: str,
        readers: frozenset[str],
        *,
        hubs: frozenset[str] = frozenset(),
        previous: Sequence[str] = (),
        kinds: frozenset[DocumentKind] = frozenset(),
        only_hubs: frozenset[str] = frozenset(),
        answer_from: float | None = None,
    ) -> Answer:
        answer = self._library.ask(
            question,
            readers,
            hubs=hubs,
            previous=previous,
            kinds=kinds,
            only_hubs=only_hubs,
            answer_from=answer_from,
        )
        dated = self._dated_passages([each.passage for each in answer.sources])
        sources = tuple(Source(each, source.quote) for each, source in zip(dated, answer.sources, strict=True))
        return replace(answer, sources=sources)

    def search(
        self,
        text: str,
        readers: frozenset[str],
        *,
        limit: int = 20,
        kind: DocumentKind | None = None,
        hub: str = "",
        topic: str = "",
    ) -> list[Passage]:
        return self._dated_passages(
            self._library.search(text, readers, limit=limit, kind=kind, hub=hub, topic=topic)
        )  # fmt: skip

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None:
        document = self._library.document(document_id, readers)
        return None if document is None else self._dated([document])[0]

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        with self._database.reading() as unit:
            seen = Seen(SqlFreshness(unit).confirmations())
        return _with_dates(self._library.documents(readers), seen)

    def confirmed(self, document: SourceDocument) -> str:
        """Who said that it still holds, as a sentence; empty where nobody did since it changed."""
        with self._database.reading() as unit:
            found = Seen(SqlFreshness(unit).confirmations({document.id, file_of(document)})).confirmation(document)
        if found is None or (document.changed_on is not None and found.at.date() < document.changed_on):
            return ""
        return f"{found.person_name} said on {day_in_words(found.at.date())} that it still holds."

    def _dated_passages(self, passages: Sequence[Passage]) -> list[Passage]:
        dated = self._dated([each.document for each in passages])
        return [replace(each, document=document) for each, document in zip(passages, dated, strict=True)]

    def _dated(self, documents: Sequence[SourceDocument]) -> list[SourceDocument]:
        """Only what has a date can have another one."""
        subjects = {name for each in documents if each.review_by for name in (each.id, file_of(each))}
        if not subjects:
            return list(documents)
        with self._database.reading() as unit:
            seen = Seen(SqlFreshness(unit).confirmations(subjects))
        return _with_dates(documents, seen)


def _with_dates(documents: Sequence[SourceDocument], seen: Seen) -> list[SourceDocument]:
    if not seen.confirmed:
        return list(documents)
    until = ((each, seen.until(each)) for each in documents)
    return [each if day == each.review_by else replace(each, review_by=day) for each, day in until]
