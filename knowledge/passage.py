"""What retrieval returns."""

from dataclasses import dataclass

from knowledge.document import Chunk, SourceDocument


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a question. `score` orders passages of one question, 0..1, higher is better;
    it compares nothing between questions."""

    document: SourceDocument
    chunk: Chunk
    score: float
    row: int

    @property
    def place(self) -> str:
        """Title and headings as a person reads them: "Renewal playbook › Pricing"."""
        return " › ".join((self.document.title, *self.chunk.headings))
