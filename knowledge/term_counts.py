"""BM25 over texts that come and go: plain arrays, quick to put together anew around what is already counted."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.embedder import Floats

Ids = npt.NDArray[np.int64]
_K1 = 1.5
_B = 0.75


class TermCounts:
    """`counts` holds one mapping a text, from terms to how often they stand in it."""

    def __init__(self, counts: Sequence[Mapping[str, int]]) -> None:
        self._texts = len(counts)
        self._ids = {term: number for number, term in enumerate(dict.fromkeys(term for one in counts for term in one))}
        self._terms: Ids = np.array([self._ids[term] for one in counts for term in one], dtype=np.int64)
        self._rows: Ids = np.repeat(np.arange(self._texts), [len(one) for one in counts])
        often = np.array([number for one in counts for number in one.values()], dtype=np.float32)
        lengths = np.bincount(self._rows, often, minlength=self._texts)
        usual = lengths.mean() if self._texts and lengths.any() else 1.0
        self._saturation = often / (often + _K1 * (1 - _B + _B * (lengths / usual))[self._rows])
        found = np.bincount(self._terms, minlength=len(self._ids))
        self._sizes = np.bincount(self._rows, minlength=self._texts)
        self._rarity = np.log(1 + (self._texts - found + 0.5) / (found + 0.5))

    def shares(self, terms: Sequence[str]) -> Floats:
        """BM25 of each text as a share, 0..1, of the most that the terms could give; shape (texts,)."""
        known = [self._ids[term] for term in terms if term in self._ids]
        unknown = len(terms) - len(known)
        most = self._rarity[known].sum() + unknown * np.log(1 + (self._texts + 0.5) / 0.5)
        if not known or most <= 0:
            return np.zeros(self._texts, dtype=np.float32)
        asked = np.zeros(len(self._ids))
        asked[known] = self._rarity[known]
        gained = np.bincount(self._rows, asked[self._terms] * self._saturation, minlength=self._texts)
        return np.asarray(gained / most, dtype=np.float32)

    def covers(self, terms: Sequence[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Of each text, whether it has all of the terms, and whether all of its own are among them; both (texts,)."""
        wanted = frozenset(terms)
        asked = np.zeros(len(self._ids), dtype=np.bool_)
        asked[[self._ids[term] for term in wanted if term in self._ids]] = True
        common = np.bincount(self._rows[asked[self._terms]], minlength=self._texts)
        has_any = common > 0
        return has_any & (common == len(wanted)), has_any & (common == self._sizes)


def count(terms: Sequence[str]) -> Mapping[str, int]:
    return Counter(terms)
