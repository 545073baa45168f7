"""What speaks for a person: answers given, documents owned or edited, topics named by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    ANSWERED = "answered"
    OWNED = "owned"
    EDITED = "edited"
    DECLARED = "declared"


WEIGHTS: Mapping[Kind, float] = {Kind.OWNED: 1.5, Kind.ANSWERED: 1.0, Kind.DECLARED: 1.0, Kind.EDITED: 0.5}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item. `text` is the question and its answer, the document's title and beginning, or a topic's words.

    `people` are person ids with their part in it, above 0: 1 for who did it alone or mainly. `when` is aware UTC;
    None for what has no date, which then counts as neither newer nor older than the rest.
    """

    id: str
    text: str
    people: Mapping[str, float]
    kind: Kind = Kind.ANSWERED
    when: datetime | None = None
