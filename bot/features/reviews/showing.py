"""Who sees which review and which name: where the rubric or the author wants it blind, it stays blind. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from bot.features.reviews.model import READABLE, Assignment, Case, File, Review, Submission
from bot.features.reviews.rubric import Blind

HIDDEN_AUTHOR = "the author"


def reviews_for(case: Case, viewer_id: str) -> Sequence[tuple[Assignment, Review]]:
    """Once they are out, all, in an order that says nothing of who wrote which. Before that nobody sees any but their
    own, admins neither."""
    written = in_drawn_order(case)
    if case.submission.state in READABLE:
        return written
    return [(each, review) for each, review in written if each.person_id == viewer_id]


def in_drawn_order(case: Case) -> Sequence[tuple[Assignment, Review]]:
    """All reviews, in an order that says nothing of who was asked first."""
    return sorted(case.written, key=lambda one: _drawn(case, one[0]))


def files_for(case: Case, viewer_id: str) -> tuple[File, ...]:
    """Under names that give nobody away, where the author stays hidden from this reader."""
    return shown_files(case.submission, by_name=author_name(case, viewer_id) != HIDDEN_AUTHOR)


def shown_files(submission: Submission, *, by_name: bool) -> tuple[File, ...]:
    if by_name:
        return submission.files
    return tuple(
        replace(each, name=f"File {number}{PurePosixPath(each.name).suffix}")
        for number, each in enumerate(submission.files, 1)
    )


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
    """Nobody can work it out from the ids: to the microsecond nobody is shown when somebody was asked."""
    told = f"{case.submission.id}\0{assignment.id}\0{assignment.asked_at.timestamp():.6f}"
    return hashlib.blake2b(told.encode(), digest_size=8).digest()
