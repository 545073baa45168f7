"""The lexical side of retrieval: stemmed terms and BM25."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from knowledge.embedder import Floats

_WORD = re.compile(r"\w[\w&+#]*")  # one letter counts ("C"), and R&D, C++ and C# are words
_STOPWORDS = frozenset(STOPWORDS_EN)


class Analyzer:
    """From text to terms: lower case, no stop words, Snowball stems. One a thread: the stemmer is not shared."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")

    def terms(self, text: str) -> list[str]:
        words = [word for word in _WORD.findall(text.lower()) if word not in _STOPWORDS]
        return list(self._stemmer.stemWords(words))


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.5, b 0.75) over chunks, by row."""

    def __init__(self, ranking: bm25s.BM25, rows: int) -> None:
        self._ranking = ranking
        self._rows = rows

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        analyzer = Analyzer()
        ranking = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        # The empty term, which no question has, keeps a row without terms, and one row more an empty index.
        ranking.index([*(analyzer.terms(text) or [""] for text in texts), [""]], show_progress=False)
        return cls(ranking, len(texts))

    @classmethod
    def load(cls, folder: Path, rows: int) -> "LexicalIndex":
        return cls(bm25s.BM25.load(str(folder), mmap=False), rows)

    def save(self, folder: Path) -> None:
        self._ranking.save(str(folder), show_progress=False)

    def scores(self, terms: Sequence[str]) -> Floats:
        """One score a row, 0 where no term stands; shape (rows,)."""
        known = [term for term in terms if term in self._ranking.vocab_dict]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        return np.asarray(self._ranking.get_scores(known)[: self._rows], dtype=np.float32)

    def knows(self, term: str) -> bool:
        return term in self._ranking.vocab_dict

    def rarity(self, term: str) -> float:
        """Inverse document frequency in nats; the highest for a term that stands nowhere."""
        row = self._ranking.vocab_dict.get(term)
        found = 0
        if row is not None:
            bounds = self._ranking.scores["indptr"]
            found = int(bounds[row + 1] - bounds[row])
        return math.log(1 + (self._rows - found + 0.5) / (found + 0.5))
