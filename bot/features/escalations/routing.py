"""Who is asked next about a question, and whether somebody waits for the same answer already."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.features.escalations.model import Escalation
from bot.features.escalations.ranking import Ranked
from bot.features.experts.model import Known
from bot.storage.unit_of_work import UnitOfWork


class Matching(Protocol):
    """Who knows about something. `bot.features.experts.matcher.Matcher` fills it."""

    def match(
        self,
        text: str,
        readers: frozenset[str],
        left_out: frozenset[str] = frozenset(),
        at: datetime | None = None,
        limit: int = 10,
    ) -> Sequence[Known]: ...


class Routing(Protocol):
    """What asks for it; `ExpertRouting` is the real one. Each thinks for about 20 ms before a text was seen once: with
    `ready(text)` before the first write of a unit of work, nothing is left to think about in it."""

    def ready(self, *texts: str) -> None:
        """Makes texts ready, so that what follows needs no model. From any thread."""
        ...

    def ranked(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> Sequence[Ranked]:
        """Who can be asked now, the best first: never the asker or a follower, nobody twice. Empty where everybody who
        knows was asked."""
        ...

    def preview(
        self, text: str, asker_id: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Ranked | None:
        """Whom a question that is not asked yet would go to, as whoever has the principals `readers` may know it."""
        ...

    def same_as(self, text: str, asker_id: str, readers: frozenset[str], unit: UnitOfWork) -> Escalation | None:
        """An open question of somebody else that asks the same, and that these readers may know of."""
        ...
