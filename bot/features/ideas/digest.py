"""Requests and ideas to which something happened, for digests."""

from collections.abc import Sequence

from bot.chat.turn import EVERYONE
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.ideas.cards import PAGE
from bot.features.ideas.store import SqlIdeas
from bot.storage.unit_of_work import UnitOfWork


def changed_ideas(span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
    """Fills `DigestSource`: those that every colleague may see, the last change first."""
    if EVERYONE not in span.readers:
        return []
    return [
        DigestItem(
            DigestKind.IDEAS,
            each.title,
            f"{each.kind_title}, {each.state.value}",
            page=f"{PAGE}/{each.id}",
            at=each.changed_at or each.asked_at,
        )
        for each in SqlIdeas(unit).changed(span.since, span.now)
    ]
