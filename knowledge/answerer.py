"""From a question to an Answer: understand, rank, judge, extract."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.answer import Answer, Outcome, Source
from knowledge.answerability import Thresholds, confidence
from knowledge.embedder import Embedder
from knowledge.extract import Unit, extract
from knowledge.language import NAMES, language_of
from knowledge.passage import Passage
from knowledge.pinpoint import best_unit
from knowledge.retriever import Query, Ranking, prepare, rank
from knowledge.snapshot import EVERYTHING, Scope, Snapshot, indexed_text
from knowledge.understanding import (
    Understood,
    adds_to,
    goes_on,
    in_context,
    points_back,
    refers_back,
    spelled_out,
    without_typos,
)

_SHOWN = 3  # sources of an answer, offers, or nearest misses
_LOCAL_LEAD = 0.05  # by so much of the score a hub's own rule may be behind the company-wide one and still go first
_CONTINUED = 0.3  # by so much surer a question has to be alone to be taken alone though it goes on from another
COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Assessment:
    """`confidence` is the calibrated probability that the ranking's first passage answers the query.

    `understood` is the question with what was read into it. `strays`: that passage does not speak of what the question
    adds to the one before it, which would find its own answer again whatever stands after it.
    """

    understood: Understood
    query: Query
    ranking: Ranking
    confidence: float
    strays: bool = False


class Answerer:
    """Answers from one snapshot."""

    def __init__(
        self, snapshot: Snapshot, embedder: Embedder, thresholds: Thresholds, scope: Scope = EVERYTHING
    ) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._thresholds = thresholds
        self._scope = scope

    def assess(self, question: str, readers: frozenset[str]) -> Assessment:
        """What retrieval found and how sure it is: all that the outcome rests on."""
        understood = without_typos(question, self._snapshot.words(readers), self._snapshot.lexical, self._embedder)
        query = prepare(spelled_out(understood.text, self._snapshot.abbreviations(readers)), self._embedder)
        ranking = rank(self._snapshot, query, self._snapshot.readable(readers) & self._snapshot.within(self._scope))
        return Assessment(understood, query, ranking, confidence(self._snapshot, ranking))

    def answer(
        self,
        question: str,
        readers: frozenset[str],
        *,
        hubs: frozenset[str] = frozenset(),
        previous: Sequence[str] = (),
    ) -> Answer:
        """`previous` are the thread's earlier questions, oldest first; `hubs` are the person's."""
        assessed = self._in_thread(question, readers, previous)
        text, notes = assessed.understood.text, list(assessed.understood.notes)
        passages = _local_first(self.passages(assessed.ranking, _SHOWN + len(hubs)), hubs)[:_SHOWN]
        best = [best_unit(self._snapshot, self._embedder, assessed.query, passage) for passage in passages]
        sources = tuple(map(_source, passages, best))
        outcome = self._outcome(assessed)
        if (foreign := self._foreign(question, readers)) and outcome is not Outcome.UNKNOWN:
            outcome = Outcome.CANDIDATES
        if foreign:
            notes.append(foreign)
        if outcome is not Outcome.ANSWER:
            return Answer(outcome, assessed.confidence, text, sources=sources, notes=tuple(notes))
        if passages[0].document.hub in hubs and any(one.document.hub == COMPANY for one in passages[1:]):
            notes.append("This is your hub's own rule; the company-wide one is among the sources.")
        found = extract(passages[0], best[0])
        return Answer(outcome, assessed.confidence, text, found.lead, found.blocks, sources, tuple(notes))

    def passages(self, ranking: Ranking, limit: int) -> list[Passage]:
        """The best chunk of each document, best first."""
        best: dict[str, Passage] = {}
        for row, score in zip(ranking.rows, ranking.score, strict=True):
            chunk = self._snapshot.chunks[int(row)]
            if chunk.document_id not in best:
                document = self._snapshot.documents[chunk.document_id]
                best[chunk.document_id] = Passage(document, chunk, float(np.clip(score, 0, 1)), int(row))
                if len(best) == limit:
                    break
        return list(best.values())

    def _in_thread(self, question: str, readers: frozenset[str], previous: Sequence[str]) -> Assessment:
        """The question alone or with what went before it, whichever is answered more surely."""
        alone = self.assess(question, readers)
        whole = in_context(alone.understood.text, previous)
        if whole == alone.understood.text:
            return alone
        if not refers_back(question) and alone.confidence >= self._thresholds.offer:
            return alone
        together = self.assess(whole, readers)
        # What merely may refer back has to be answered more surely with its context than without.
        lead = -_CONTINUED if goes_on(question) else 0.0
        strays = not points_back(question) and not self._first_speaks_of(together.ranking, question)
        if together.confidence <= alone.confidence + lead or (strays and not goes_on(question)):
            return alone
        notes = (*alone.understood.notes, f"I took it as: {together.understood.text}")
        return replace(together, understood=replace(together.understood, notes=notes), strays=strays)

    def _first_speaks_of(self, ranking: Ranking, question: str) -> bool:
        first = self.passages(ranking, 1)
        return not first or adds_to(question, indexed_text(first[0].document, first[0].chunk))

    def _outcome(self, assessed: Assessment) -> Outcome:
        if len(assessed.ranking) == 0 or assessed.confidence < self._thresholds.offer:
            return Outcome.UNKNOWN
        is_sure = assessed.confidence >= self._thresholds.answer and not assessed.strays
        return Outcome.ANSWER if is_sure else Outcome.CANDIDATES

    def _foreign(self, question: str, readers: frozenset[str]) -> str:
        """Says so when the question is in a language that no readable document is in."""
        language, known = language_of(question), self._snapshot.languages(readers)
        if not language or not known or language in known:
            return ""
        names = " and ".join(sorted(NAMES.get(one, one) for one in known))
        return f"The library is in {names}. Asked in {names}, your {NAMES[language]} question has a better chance."


def _source(passage: Passage, unit: Unit | None) -> Source:
    return Source(passage, unit.text if unit else passage.chunk.text)


def _local_first(passages: list[Passage], hubs: frozenset[str]) -> list[Passage]:
    """A local rule of one's own hub outranks the company-wide one where both answer about as well."""
    if not passages or passages[0].document.hub != COMPANY:
        return passages
    for place, passage in enumerate(passages):
        if passage.document.hub in hubs and passages[0].score - passage.score <= _LOCAL_LEAD:
            return [passage, *passages[:place], *passages[place + 1 :]]
    return passages
