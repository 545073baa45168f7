"""Who is the right expert for a question: people are voted for by all evidence, the nearer the more.

An item's vote is exp(cosine / temperature + lexical x BM25 share) x (1 + days / 30) ** -decay, times its kind's
weight and the person's part in it. How sharp the votes are is learned from the evidence itself
(knowledge/vote_fitting.py, docs/decisions/0019-expert-matching.md).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from knowledge.embedder import Embedder, Floats
from knowledge.evidence import WEIGHTS, Evidence, Kind
from knowledge.expertise_memory import Fitted, Kept, Memory, digest_of, model_of
from knowledge.lexical import Analyzer
from knowledge.retriever import Query
from knowledge.term_counts import TermCounts, count
from knowledge.vectors import Mask, stacked
from knowledge.vote_fitting import Learning, Votes, fitted_votes, freshness

_DAY = 86_400.0
_SUPPORT = 5  # items named a person
_ALIKE = 0.45  # cosine from which an item is about the same as the question
_NEAR = 0.3  # and from which it has to do with it: with 0.3 nobody is lost who is right, and a half who are not
# Logistic regression of "the first person is right" on the logit of their share (training/experts.py).
_SLOPE, _INTERCEPT = 1.3, 1.48


@dataclass(frozen=True, slots=True)
class Support:
    """An item that speaks for a person; `is_alike` where it is about the same as the question: by its meaning, or all
    of its words are in the question, or all of the question's are in it and it comes close."""

    id: str
    kind: Kind
    cosine: float
    is_alike: bool


@dataclass(frozen=True, slots=True)
class Expert:
    """`share` of all votes, 0..1. `support` has the items that gave most of them, most first, five at most;
    `alike` has by kind the ids of all of the person's items that are about the same as the question, in that order.
    `confidence`, 0..1, is the probability that they are a right one, calibrated for whoever is first."""

    person: str
    share: float
    support: tuple[Support, ...]
    alike: Mapping[Kind, tuple[str, ...]]

    @property
    def confidence(self) -> float:
        odds = np.log(max(self.share, 1e-6) / max(1 - self.share, 1e-6))
        return float(1 / (1 + np.exp(-(_SLOPE * odds + _INTERCEPT))))


@dataclass(frozen=True, slots=True)
class Matched:
    """`experts` best first; `confidence`, 0..1, is the calibrated probability that the first is a right one."""

    experts: tuple[Expert, ...] = ()

    @property
    def confidence(self) -> float:
        return self.experts[0].confidence if self.experts else 0.0


class Expertise:
    """Evidence made ready. Never changes: a new item makes a new one around what is already there."""

    def __init__(
        self,
        evidence: Sequence[Evidence],
        vectors: Floats,
        terms: Sequence[Mapping[str, int]],
        votes: Votes | None = None,
    ) -> None:
        """`vectors` are (items, dimension), `terms` an item's counts. Without `votes` they are fitted."""
        self.evidence = tuple(evidence)
        self._vectors = vectors
        self._counts = terms
        self._terms = TermCounts(terms)
        self._days = np.array([item.when.timestamp() / _DAY if item.when else np.nan for item in evidence])
        self._people = sorted({person for item in evidence for person in item.people})
        number = {person: place for place, person in enumerate(self._people)}
        parts = [
            (row, number[person], part * WEIGHTS[item.kind])
            for row, item in enumerate(evidence)
            for person, part in item.people.items()
        ]
        self._rows = np.array([row for row, _, _ in parts], dtype=np.int64)
        self._persons = np.array([person for _, person, _ in parts], dtype=np.int64)
        self._parts = np.array([part for _, _, part in parts], dtype=np.float64)
        self.votes = votes or fitted_votes(self._learning())
        self.memory = Memory()

    @classmethod
    def build(
        cls,
        evidence: Sequence[Evidence],
        embedder: Embedder,
        known: Memory | None = None,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> "Expertise":
        """Ids are unique. Only what `known`, the `memory` of one before, does not hold is embedded. `on_progress` gets
        items done, of all. Fitting takes seconds where there are thousands of items: see `Fitted.holds_for`."""
        known = known if known is not None and known.model == model_of(embedder) else Memory(model_of(embedder))
        digests = [digest_of(item.text) for item in evidence]
        stays = [
            item.id in known.items and known.items[item.id].digest == digest
            for item, digest in zip(evidence, digests, strict=True)
        ]
        vectors = iter(embedder.encode([item.text for item, stay in zip(evidence, stays, strict=True) if not stay]))
        analyzer = Analyzer()
        kept: list[Kept] = []
        counts: list[Mapping[str, int]] = []
        for item, digest, stay in zip(evidence, digests, stays, strict=True):
            vector, terms = (known.items[item.id].vector, known.items[item.id].terms) if stay else (None, None)
            counts.append(count(analyzer.terms(item.text)) if terms is None else terms)
            kept.append(Kept(digest, next(vectors).sentence if vector is None else vector, counts[-1]))
            on_progress(len(kept), len(evidence))
        fitted = known.fitted if known.fitted is not None and known.fitted.holds_for(len(evidence)) else None
        matrix = stacked([one.vector for one in kept], embedder.dimension)
        expertise = cls(evidence, matrix, counts, fitted.votes if fitted else None)
        items = {item.id: one for item, one in zip(evidence, kept, strict=True)}
        expertise.memory = Memory(known.model, items, fitted or Fitted(expertise.votes, len(evidence)))
        return expertise

    def match(
        self,
        query: Query,
        *,
        at: datetime | None = None,
        left_out: frozenset[str] = frozenset(),
        allowed: Mask | None = None,
        limit: int = 10,
    ) -> Matched:
        """`at` is when it was asked, aware UTC; without it no evidence is old. `left_out` are the asker and whoever
        may not be asked. Only items of `allowed` (items,) speak for anybody, all where it is None. Nobody of whom
        nothing has to do with it."""
        may = np.array([person not in left_out for person in self._people], dtype=np.bool_)
        seen = np.ones(len(self.evidence), dtype=np.bool_) if allowed is None else allowed
        if not may.any() or not seen.any():
            return Matched()
        cosine = self._vectors @ query.encoding.sentence
        has_all, is_all = self._terms.covers(query.terms)
        exponent = cosine / self.votes.temperature + self.votes.lexical * self._terms.shares(query.terms)
        votes = np.exp(np.where(seen, exponent - exponent[seen].max(), -np.inf)) * self._fresh(at)
        gained = votes[self._rows] * self._parts
        sums = np.bincount(self._persons, gained, minlength=len(self._people)) * may
        total = sums.sum()
        if not total > 0:
            return Matched()
        shares = sums / total
        near = seen & ((cosine >= _NEAR) | has_all | is_all)
        is_near = np.bincount(self._persons, near[self._rows], minlength=len(self._people)) > 0
        candidates = np.flatnonzero((shares > 0) & is_near)
        best = sorted(candidates, key=lambda one: (-round(shares[one], 9), _lot(query.text, self._people[one])))[:limit]
        spoken = _Spoken(
            np.where(seen[self._rows], gained, np.nan),
            cosine,
            (cosine >= _ALIKE) | is_all | (has_all & (cosine >= _NEAR)),
        )
        return Matched(tuple(self._expert(int(one), float(shares[one]), spoken) for one in best))

    def _expert(self, person: int, share: float, spoken: "_Spoken") -> Expert:
        entries = np.flatnonzero((self._persons == person) & ~np.isnan(spoken.gained))
        most = self._rows[entries[np.argsort(-spoken.gained[entries], kind="stable")]]
        same = [self.evidence[row] for row in most if spoken.alike[row]]
        support = [
            Support(self.evidence[row].id, self.evidence[row].kind, float(spoken.cosine[row]), bool(spoken.alike[row]))
            for row in most[:_SUPPORT]
        ]
        return Expert(
            self._people[person],
            share,
            tuple(support),
            {kind: found for kind in Kind if (found := tuple(item.id for item in same if item.kind == kind))},
        )

    def _fresh(self, at: datetime | None) -> npt.NDArray[np.float64]:
        if at is None:
            return np.ones(len(self._days))
        return freshness(np.abs(at.timestamp() / _DAY - self._days), self.votes.decay)

    def _learning(self) -> Learning:
        is_work = np.array([item.kind != Kind.DECLARED for item in self.evidence], dtype=np.bool_)
        return Learning(
            self._vectors,
            lambda row: self._terms.shares(list(self._counts[row])),
            self._days,
            self._rows,
            self._persons,
            self._parts,
            is_work,
        )


@dataclass(frozen=True, slots=True)
class _Spoken:
    """For one question: `gained` (parts,), NaN for what may not be seen; `cosine` and `alike` (items,)."""

    gained: npt.NDArray[np.float64]
    cosine: Floats
    alike: npt.NDArray[np.bool_]


def _lot(question: str, person: str) -> bytes:
    """Among equals the order is drawn by the question: always the same, and in favour of nobody."""
    return hashlib.blake2b(f"{question}\0{person}".encode(errors="surrogatepass"), digest_size=8).digest()
