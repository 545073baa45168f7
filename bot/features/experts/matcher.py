"""Who knows about something, from what experts declared, own and answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.features.experts.model import Known


class Matching(Protocol):
    """What asks for it; `Matcher` is the real one."""

    def match(
        self,
        text: str,
        readers: frozenset[str],
        left_out: frozenset[str] = frozenset(),
        at: datetime | None = None,
        limit: int = 10,
    ) -> Sequence[Known]:
        """The best first, from what `readers` may see. Empty where nobody has said or done anything."""
        ...

    def owners_of(self, text: str, limit: int = 5) -> Sequence[str]:
        """Ids of the experts whose topic it is: they declared it, or own a document about it."""
        ...
