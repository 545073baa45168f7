"""What asking needs from the knowledge. `knowledge.knowledge_base.KnowledgeBase` fills it."""

from collections.abc import Sequence
from typing import Protocol

from knowledge.answer import Answer
from knowledge.document import Chunk, DocumentKind, SourceDocument


class Chunks(Protocol):
    """The snapshot in force."""

    def chunks_of(self, document_id: str) -> tuple[Chunk, ...]: ...


class Knowledge(Protocol):
    @property
    def snapshot(self) -> Chunks | None:
        """None before anything is indexed."""
        ...

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
    ) -> Answer: ...

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None: ...

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]: ...
