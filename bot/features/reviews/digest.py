"""Reviews that look for reviewers, for digests: of what kind they are, never whose, nor of what."""

from collections.abc import Sequence

from bot.chat.turn import EVERYONE
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.reviews.addresses import PAGE
from bot.features.reviews.model import State
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import UnitOfWork


def looking_for_reviewers(span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
    """Fills `DigestSource`: those with a free seat that nobody is asked to take, the first wished for first."""
    if EVERYONE not in span.readers:
        return []
    store = SqlReviews(unit)
    cases = store.cases([each.id for each in store.running() if each.state is State.IN_REVIEW])
    found = [(each.submission, each.submission.seats - len(each.held)) for each in cases]
    return [
        DigestItem(
            DigestKind.REVIEWS,
            submission.rubric.title,
            f"{'1 reviewer is' if free == 1 else f'{free} reviewers are'} missing, wished for by "
            f"{submission.due_at.day} {submission.due_at:%B}",
            page=PAGE,
            topics=submission.rubric.topics,
            at=submission.submitted_at,
        )
        for submission, free in sorted(found, key=lambda each: (each[0].due_at, each[0].id))
        if free > 0
    ]
