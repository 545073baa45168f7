"""Late interaction: how well each word piece of a question is met by some word piece of a chunk.

The encoder's last hidden states are projected by a matrix that was learned on questions and the passages
that answer them (training/), made length 1 and kept at one byte a number. A model for which no matrix was
learned has its states kept as they are.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

from knowledge.embedder import Embedder, Encoding, Floats

Codes = npt.NDArray[np.int8]
_SCALE = 127.0


@dataclass(frozen=True, slots=True)
class Projection:
    """`matrix` is (model's dimension, kept dimension); `attention` (model's dimension,) and `attention_bias`
    weigh a question's word pieces. `name` says which snapshots fit."""

    name: str
    matrix: Floats
    attention: Floats
    attention_bias: float

    def codes(self, encoding: Encoding) -> Codes:
        """What a snapshot keeps of a chunk, shape (word pieces, kept dimension)."""
        codes: Codes = np.rint(self._projected(encoding.tokens) * _SCALE).astype(np.int8)
        return codes

    def question(self, encoding: Encoding) -> tuple[Floats, Floats]:
        """The question's projected word pieces and their weights, which sum to 1."""
        raw = encoding.tokens @ self.attention + self.attention_bias
        weights = np.logaddexp(0.0, raw).astype(np.float32)
        return self._projected(encoding.tokens), weights / (weights.sum() + 1e-6)

    def _projected(self, tokens: Floats) -> Floats:
        kept = tokens @ self.matrix
        return np.asarray(kept / (np.linalg.norm(kept, axis=1, keepdims=True) + 1e-9), dtype=np.float32)


_known: dict[str, Projection] = {}


def learned_projection(file: BinaryIO) -> tuple[str, Projection]:
    """The model's revision and the projection that training/ wrote for it."""
    with np.load(file) as stored:
        projection = Projection(
            str(stored["name"]),
            stored["matrix"].astype(np.float32),
            stored["attention"].astype(np.float32),
            float(stored["attention_bias"]),
        )
        return str(stored["model_revision"]), projection


def register(revision: str, projection: Projection) -> None:
    """From now on this projection is the one for models of that revision."""
    _known[revision] = projection


def projection_for(embedder: Embedder) -> Projection:
    """The projection that was learned for this model, or none: the states as they are, equally weighed."""
    if not _known:
        with (resources.files("knowledge") / "late_interaction.npz").open("rb") as file:
            register(*learned_projection(cast(BinaryIO, file)))
    return _known.get(embedder.revision) or _identity(embedder.dimension)


@cache
def _identity(dimension: int) -> Projection:
    return Projection("identity", np.eye(dimension, dtype=np.float32), np.zeros(dimension, dtype=np.float32), 0.0)


def similarities(question: Floats, codes: Codes) -> Floats:
    """Cosines of each of the question's word pieces and each code, shape (word pieces, codes)."""
    return np.asarray(question @ (codes.astype(np.float32).T / _SCALE), dtype=np.float32)
