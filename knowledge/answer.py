"""An answer, as whoever shows it needs it."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.document import Block
from knowledge.passage import Passage


class Outcome(StrEnum):
    """Three ways out: answer; "one of these?"; "I don't know"."""

    ANSWER = "answer"
    CANDIDATES = "candidates"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Source:
    """A passage and the words of it that carry the answer; `quote` is a verbatim part of the chunk's text."""

    passage: Passage
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`lead` is the sentence that answers first, `blocks` the source's own blocks that follow (without `lead`'s
    words repeated); both empty unless the outcome is ANSWER. `sources` are numbered from 1 in their order:
    on ANSWER the first gave the words, on CANDIDATES they are the offers, on UNKNOWN the nearest misses.
    `confidence` is the calibrated probability that the first source answers. `question` is what was looked up;
    `notes` are sentences on how it was understood, for the person to read.
    """

    outcome: Outcome
    confidence: float
    question: str
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
