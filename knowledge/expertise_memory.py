"""What need not be computed again for evidence that stays: vectors, word counts, how sharply it votes."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from knowledge.embedder import Embedder, Floats
from knowledge.vectors import stacked
from knowledge.vote_fitting import Votes

_GROWN = 1.2  # votes are fitted anew when there is a fifth more or less evidence than they were fitted on
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Kept:
    """Of one item: `digest` of its text, its vector and, unless read from a file, its terms."""

    digest: str
    vector: Floats
    terms: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    votes: Votes
    items: int

    def holds_for(self, items: int) -> bool:
        return self.items / _GROWN <= items <= self.items * _GROWN


@dataclass(frozen=True, slots=True)
class Memory:
    """`model` says which embedding model it fits; `items` is by evidence id."""

    model: str = ""
    items: Mapping[str, Kept] = field(default_factory=dict)
    fitted: Fitted | None = None

    def save(self, file: Path) -> None:
        """Whole or not at all."""
        kept = list(self.items.values())
        votes = self.fitted.votes if self.fitted else None
        unfinished = file.with_name(f"{file.name}.{os.getpid()}.part")
        file.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as written:
            np.savez(
                written,
                header=np.array([_FORMAT, self.model]),
                ids=np.array(list(self.items), dtype=np.str_),
                digests=np.array([one.digest for one in kept], dtype=np.str_),
                vectors=stacked([one.vector for one in kept], 1),
                votes=np.array([votes.temperature, votes.lexical, votes.decay] if votes else []),
                fitted_on=np.array(self.fitted.items if self.fitted else 0),
            )
        unfinished.replace(file)

    @classmethod
    def load(cls, file: Path) -> "Memory":
        """Empty where there is no such file, or none that can be read: then all is computed again."""
        try:
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
                written, model = stored["header"].tolist()
                ids, digests, vectors = stored["ids"].tolist(), stored["digests"].tolist(), stored["vectors"]
                votes, fitted_on = stored["votes"].tolist(), int(stored["fitted_on"])
                fitted = Fitted(Votes(*votes), fitted_on) if votes else None
                kept = {key: Kept(*one) for key, *one in zip(ids, digests, vectors, strict=True)}
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile):
            return cls()
        return cls(model, kept, fitted) if written == _FORMAT else cls()


def model_of(embedder: Embedder) -> str:
    return f"{embedder.name} {embedder.revision}"


def digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
