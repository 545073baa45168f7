"""How sharply evidence votes, learned from the evidence itself, without anybody's judgement.

Each item in turn is put as a question to those before it; kept is the setting under which the people who dealt
with it were the likeliest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from knowledge.embedder import Floats

Numbers = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

_MONTH = 30.0  # days
_TEMPERATURES = (0.05, 0.07, 0.09, 0.12, 0.16, 0.22, 0.3)
_LEXICAL = (0.0, 1.2, 2.4, 4.8)
_DECAYS = (0.0, 0.75, 1.5)
_ASKED = 400  # items put as questions, evenly over time
_LEAST = 30  # with fewer there is nothing to learn from
_SAME = 0.8  # cosine from which an item answers the same question: who answered it once does not do so twice
_TRUST = 0.9  # the rest goes to who does most anyway


@dataclass(frozen=True, slots=True)
class Votes:
    """The lower the temperature, the more the nearest items decide; `decay` is the power that age costs."""

    temperature: float
    lexical: float
    decay: float


DEFAULT = Votes(0.09, 4.8, 1.5)


@dataclass(frozen=True, slots=True)
class Learning:
    """`vectors` (items, dimension); `lexical` gives an item's BM25 share of each item; `days` (items,), NaN without a
    date; `rows`, `persons` and `parts` say who has what part in which item; `is_work` (items,): what may be put as
    a question."""

    vectors: Floats
    lexical: Callable[[int], Floats]
    days: Numbers
    rows: Ids
    persons: Ids
    parts: Numbers
    is_work: npt.NDArray[np.bool_]


def freshness(days: Numbers, decay: float) -> Numbers:
    """What age leaves of a vote. Without a date (NaN) it is the mean of what has one, or all."""
    fresh = (1 + days / _MONTH) ** -decay
    dated = ~np.isnan(fresh)
    return np.where(dated, fresh, fresh[dated].mean() if dated.any() else 1.0)


def fitted_votes(learning: Learning) -> Votes:
    """The likeliest of the grid, or the default where there is too little to learn from."""
    decays = _DECAYS if not np.isnan(learning.days).all() else (DEFAULT.decay,)
    settings = [Votes(*one) for one in product(_TEMPERATURES, _LEXICAL, decays)]
    found = [one for row in _asked(learning) if (one := _likelihoods(learning, int(row), settings)) is not None]
    if len(found) < _LEAST:
        return DEFAULT
    return settings[int(np.argmax(np.mean(found, axis=0)))]


def _asked(learning: Learning) -> Ids:
    rows = np.flatnonzero(learning.is_work & np.isin(np.arange(len(learning.days)), learning.rows))
    rows = rows[np.argsort(learning.days[rows], kind="stable")]
    return rows[np.linspace(0, len(rows), min(_ASKED, len(rows)), endpoint=False).astype(np.int64)]


def _likelihoods(learning: Learning, row: int, settings: list[Votes]) -> Numbers | None:
    """The log-likelihood of the item's people under each setting, from the other items, none of them later."""
    cosine = learning.vectors @ learning.vectors[row]
    is_later = ~(learning.days < learning.days[row]) & ~np.isnan(learning.days) & ~np.isnan(learning.days[row])
    others = (cosine < _SAME) & ~is_later
    others[row] = False
    counted = others[learning.rows]
    if not counted.any():
        return None
    own = learning.rows == row
    is_own = np.zeros(int(learning.persons.max()) + 1)
    is_own[learning.persons[own]] = learning.parts[own] / learning.parts[own].sum()
    totals = np.bincount(learning.rows, learning.parts, minlength=len(cosine)) * others
    right = np.bincount(learning.rows, learning.parts * is_own[learning.persons], minlength=len(cosine)) * others
    usual = right.sum() / totals.sum()
    near = {one: np.exp((cosine - 0.5) / one) for one in _TEMPERATURES}
    worded = {one: np.exp(one * learning.lexical(row)) for one in _LEXICAL}
    ages = np.abs(learning.days - learning.days[row])
    fresh = {one.decay: freshness(ages, one.decay) for one in settings}
    likelihoods = []
    for one in settings:
        votes = near[one.temperature] * worded[one.lexical] * fresh[one.decay]
        share = (votes @ right) / (votes @ totals)
        likelihoods.append(np.log(_TRUST * share + (1 - _TRUST) * usual + 1e-6))
    return np.array(likelihoods)
