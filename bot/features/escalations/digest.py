"""Questions that wait for an expert, for digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.escalations.model import Escalation
from bot.features.escalations.requests_card import PAGE
from bot.storage.unit_of_work import UnitOfWork


class OpenOnes(Protocol):
    """`ExpertRequests` fills it."""

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]: ...


@dataclass(frozen=True, slots=True)
class OpenDigest:
    requests: OpenOnes

    def items(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        """Fills `DigestSource`: those of others, the longest waiting first. Nobody is named."""
        found = [each for each in self.requests.open_ones(span.readers, unit) if each.asker_id != span.reader_id]
        return [
            DigestItem(
                DigestKind.OPEN,
                each.text,
                _waiting(each.opened_at, span.now),
                page=f"{PAGE}/{each.id}",
                topics=each.topics,
                at=each.opened_at,
            )
            for each in sorted(found, key=lambda each: (each.opened_at, each.id))
        ]


def _waiting(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return "waiting since today" if days < 1 else "waiting for a day" if days == 1 else f"waiting for {days} days"
