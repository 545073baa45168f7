"""The passage behind a candidate, found again in the snapshot in force."""

from bot.features.questions.knowledge_port import Knowledge
from bot.features.questions.model import Cited
from knowledge.answer import Answer, Outcome, Source
from knowledge.document import Chunk
from knowledge.passage import Passage


def passage_answer(knowledge: Knowledge, cited: Cited, question: str, readers: frozenset[str]) -> Answer | None:
    """The passage's own blocks as an answer; None where its words are gone, or not for these readers any more."""
    snapshot = knowledge.snapshot
    document = knowledge.document(cited.document_id, readers)
    if snapshot is None or document is None:
        return None
    chunk = _chunk(snapshot.chunks_of(document.id), cited)
    if chunk is None:
        return None
    passage = Passage(document, chunk, cited.score, row=-1)
    return Answer(
        outcome=Outcome.ANSWER,
        confidence=cited.score,
        question=question,
        blocks=document.blocks[chunk.first_block : chunk.last_block + 1],
        sources=(Source(passage, cited.quote),),
    )


def _chunk(chunks: tuple[Chunk, ...], cited: Cited) -> Chunk | None:
    """By its words, for a new snapshot may number the chunks anew."""
    quote = cited.quote.removesuffix("…")
    holding = [chunk for chunk in chunks if quote in " ".join(chunk.text.split())]
    return next((chunk for chunk in holding if chunk.ordinal == cited.ordinal), holding[0] if holding else None)
