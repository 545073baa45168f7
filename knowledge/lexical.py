"""The lexical side of retrieval: stemmed terms and BM25."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from knowledge.embedder import Floats

Counts = npt.NDArray[np.int64]
Exact = npt.NDArray[np.float64]

_LENGTHS = "lengths.npy"
_K1, _B = 1.5, 0.75
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

    def __init__(self, ranking: bm25s.BM25, lengths: Counts) -> None:
        self._ranking = ranking
        self._lengths = lengths  # terms a row, the empty row at the end included
        self._rows = len(lengths) - 1

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        ranking = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        rows = _rows_of(texts)
        ranking.index(rows, show_progress=False)
        return cls(ranking, np.array([len(row) for row in rows], dtype=np.int64))

    @classmethod
    def joined(cls, first: "LexicalIndex", second: "LexicalIndex") -> "LexicalIndex":
        """What `build` makes of the texts of both, without reading them again: BM25 weighs a term by how rare it is
        among all rows, so two lists of scores of their own could not be compared."""
        vocabulary: dict[str, int] = {}
        for term in (*first._ranking.vocab_dict, *second._ranking.vocab_dict):
            vocabulary.setdefault(term, len(vocabulary))
        lengths = np.concatenate([first._lengths[:-1], second._lengths[:-1], [1]])
        last = len(lengths) - 1
        parts = [first._counts(vocabulary, 0), second._counts(vocabulary, first._rows)]
        parts.append((np.array([vocabulary[""]]), np.array([last]), np.array([1.0])))
        columns, rows, counts = (np.concatenate(each) for each in zip(*parts, strict=True))
        found = np.bincount(columns, minlength=len(vocabulary))
        scores = _rarity(found, len(lengths))[columns] * counts / (_length_norm(lengths)[rows] + counts)
        order = np.argsort(columns, kind="stable")
        ranking = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        ranking.vocab_dict = vocabulary
        ranking.nonoccurrence_array = None
        ranking.scores = {
            "data": scores[order].astype(np.float32),
            "indices": rows[order].astype(np.int32),
            "indptr": np.concatenate([[0], np.cumsum(found)]).astype(np.int64),
            "num_docs": len(lengths),
        }
        return cls(ranking, lengths)

    @classmethod
    def load(cls, folder: Path, texts: Callable[[], Sequence[str]]) -> "LexicalIndex":
        """`texts` are read where an earlier version of Guildhall wrote the index, without the rows' lengths."""
        file = folder / _LENGTHS
        lengths = np.load(file) if file.is_file() else np.array([len(row) for row in _rows_of(texts())])
        return cls(bm25s.BM25.load(str(folder), mmap=False), lengths)

    def save(self, folder: Path) -> None:
        self._ranking.save(str(folder), show_progress=False)
        np.save(folder / _LENGTHS, self._lengths)

    def _counts(self, vocabulary: Mapping[str, int], first_row: int) -> tuple[Counts, Counts, Exact]:
        """Column, row and how often the term stands there, for each term of each row: got back from the scores, which
        are all that is kept. A count is a whole number, so nothing is lost to rounding."""
        kept = self._ranking.scores
        found = np.diff(kept["indptr"])
        terms = np.repeat(np.arange(len(found)), found)
        rows = np.asarray(kept["indices"], dtype=np.int64)
        share = np.asarray(kept["data"], dtype=np.float64) / _rarity(found, len(self._lengths))[terms]
        counts = np.rint(share * _length_norm(self._lengths)[rows] / (1 - share))
        column_of = np.empty(len(found), dtype=np.int64)
        for term, column in self._ranking.vocab_dict.items():
            column_of[column] = vocabulary[term]
        real = rows < self._rows
        return column_of[terms[real]], rows[real] + first_row, counts[real]

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


def _rows_of(texts: Sequence[str]) -> list[list[str]]:
    """The empty term, which no question has, keeps a row without terms, and one row more an empty index."""
    analyzer = Analyzer()
    return [*(analyzer.terms(text) or [""] for text in texts), [""]]


def _rarity(found: Counts, rows: int) -> Exact:
    return np.asarray(np.log(1 + (rows - found + 0.5) / (found + 0.5)), dtype=np.float64)


def _length_norm(lengths: Counts) -> Exact:
    return np.asarray(_K1 * (1 - _B + _B * lengths / lengths.mean()), dtype=np.float64)
