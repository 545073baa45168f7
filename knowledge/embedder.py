"""The port to an embedding model; two adapters fill it under one contract test."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class ModelUnavailable(Exception):
    """The embedding model cannot be loaded; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`sentence` has length 1, shape (dimension,). `tokens` are the last hidden states of the text's own word
    pieces (no special tokens), shape (word pieces, dimension); `pieces` are their ids in the model's vocabulary."""

    sentence: Floats
    tokens: Floats
    pieces: npt.NDArray[np.int32]


class Embedder(Protocol):
    """`name` and `revision` (a hash of the weights) say which vectors may be compared with one another."""

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        """One encoding a text, in order. Word pieces beyond the model's limit are cut off."""
        ...

    def count(self, text: str) -> int:
        """Word pieces of `text`, special tokens not counted."""
        ...

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each word piece of `Encoding.tokens` stands in `text`, as [start, end)."""
        ...
