"""Which of many short texts, e.g. topics, mean about the same as another."""

from collections.abc import Iterable
from threading import Lock

from knowledge.embedder import Embedder, Floats

ALIKE = 0.45
"""Cosine from which two topics are about the same: "discounts" and "pricing" 0.70, "parking" and "pricing" 0.29."""

REMEMBERED = 5_000  # texts


class Likeness:
    """Remembers what it has embedded. From any thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Floats] = {}
        self._lock = Lock()

    def alike(self, text: str, others: Iterable[str]) -> frozenset[str]:
        """Those of `others` that mean about the same as `text`."""
        wanted = [text, *others]
        vectors = self._vectors(wanted)
        return frozenset(each for each in wanted[1:] if float(vectors[text] @ vectors[each]) >= ALIKE)

    def _vectors(self, texts: Iterable[str]) -> dict[str, Floats]:
        with self._lock:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            new = [each for each in dict.fromkeys(texts) if each not in self._known]
            self._known.update(
                {each: found.sentence for each, found in zip(new, self._embedder.encode(new), strict=True)}
            )
            return {each: self._known[each] for each in texts}
