"""Who sees which review and which name: where the rubric or the author wants it blind, it stays blind. Pure."""

import hashlib
from collections.abc import Sequence

from bot.features.reviews.model import READABLE, Assignment, Case, Review
from bot.features.reviews.rubric import Blind

HIDDEN_AUTHOR = "the author"


def reviews_for(case: Case, viewer_id: str) -> Sequence[tuple[Assignment, Review]]:
    """Once they are out, all, in an order that says nothing of who wrote which. Before that nobody sees any but their
    own, admins neither."""
    written = sorted(case.written, key=lambda one: _drawn(case, one[0]))
    if case.submission.state in READABLE:
        return written
    return [(each, review) for each, review in written if each.person_id == viewer_id]


def reviewer_name(case: Case, assignment: Assignment, viewer_id: str) -> str:
    """``Reviewer 2`` where names are withheld; nobody but they themselves learns more."""
    if case.submission.blind is Blind.OPEN or assignment.person_id == viewer_id:
        return assignment.person_name
    order = sorted(case.assignments, key=lambda each: _drawn(case, each))
    return f"Reviewer {order.index(assignment) + 1}"


def author_name(case: Case, viewer_id: str) -> str:
    """For good: what a reviewer writes in the open cannot be taken back later."""
    submission = case.submission
    if submission.blind is not Blind.DOUBLE or submission.is_by(viewer_id) or case.of(viewer_id) is None:
        return submission.author_name
    return HIDDEN_AUTHOR


def why_for(case: Case, assignment: Assignment, viewer_id: str) -> str:
    """Why somebody was chosen, which would name them."""
    is_told = case.submission.blind is Blind.OPEN or assignment.person_id == viewer_id
    return assignment.why if is_told else ""


def _drawn(case: Case, assignment: Assignment) -> bytes:
    return hashlib.blake2b(f"{case.submission.id}\0{assignment.id}".encode(), digest_size=8).digest()
