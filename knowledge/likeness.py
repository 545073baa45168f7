"""How much many short texts, e.g. topics or questions, mean the same as another."""

from collections.abc import Sequence
from threading import Lock

from knowledge.embedder import Embedder, Floats

REMEMBERED = 5_000  # texts


class Likeness:
    """Remembers what it has embedded. From any thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Floats] = {}
        self._lock = Lock()

    def cosines(self, text: str, others: Sequence[str]) -> list[float]:
        """Of each of `others` to `text`, in their order."""
        vectors = self._vectors([text, *others])
        return [float(vectors[text] @ vectors[each]) for each in others]

    def _vectors(self, texts: Sequence[str]) -> dict[str, Floats]:
        with self._lock:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            new = [each for each in dict.fromkeys(texts) if each not in self._known]
            self._known.update(
                {each: found.sentence for each, found in zip(new, self._embedder.encode(new), strict=True)}
            )
            return {each: self._known[each] for each in texts}
