"""Texts as a model's own word pieces, cut at its limit and run in batches of like length."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from knowledge.embedder import Encoding, Floats

Ids = npt.NDArray[np.int32]
Run = Callable[[Ids, Ids], tuple[Floats, Floats]]
"""From ids and mask, both (batch, width) and padded on the right, to the last hidden states, (batch, width,
dimension), and the sentences, (batch, dimension), each of length 1."""

_BATCH = 16
_WINDOW = 256  # texts sorted by length at a time, so that a batch has little padding


class WordPieces:
    """`limit` counts special tokens too; `pad` fills up a batch. Safe for several threads."""

    def __init__(self, tokenizer: Tokenizer, limit: int, pad: int) -> None:
        # A tokenizer's file may force a truncation and a padding of its own.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        framed = tokenizer.encode("a")
        special = framed.special_tokens_mask
        before = len(list(takewhile(bool, special)))
        after = len(list(takewhile(bool, reversed(special))))
        self._first = framed.ids[:before]
        self._last = framed.ids[len(framed.ids) - after :]
        self._room = limit - before - after
        self._tokenizer = tokenizer
        self._pad = pad

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets[: self._room])

    def encode(self, texts: Sequence[str], run: Run) -> Iterator[Encoding]:
        """One encoding a text, in order."""
        for start in range(0, len(texts), _WINDOW):
            yield from self._window(texts[start : start + _WINDOW], run)

    def _window(self, texts: Sequence[str], run: Run) -> list[Encoding]:
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        pieces = [np.array(one.ids[: self._room], dtype=np.int32) for one in encoded]
        by_length = sorted(range(len(texts)), key=lambda row: len(pieces[row]))
        begin = len(self._first)
        done: dict[int, Encoding] = {}
        for start in range(0, len(by_length), _BATCH):
            rows = by_length[start : start + _BATCH]
            framed = [[*self._first, *pieces[row], *self._last] for row in rows]
            ids = np.full((len(rows), max(map(len, framed))), self._pad, dtype=np.int32)
            mask = np.zeros_like(ids)
            for line, one in enumerate(framed):
                ids[line, : len(one)] = one
                mask[line, : len(one)] = 1
            tokens, sentences = run(ids, mask)
            for line, row in enumerate(rows):
                own = tokens[line, begin : begin + len(pieces[row])]
                done[row] = Encoding(sentences[line], own, pieces[row])
        return [done[row] for row in range(len(texts))]
