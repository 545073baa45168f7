"""Who is asked first: who knows most, weighed by whether they are there and what they have to do. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who can be asked. `why` is the one line of the card. `stands_in_for` is the name of the expert who is
    away and for whom this one is asked; empty for somebody who is asked for themselves."""

    person_id: str
    name: str
    why: str = ""
    confidence: float = 0.0
    stands_in_for: str = ""
