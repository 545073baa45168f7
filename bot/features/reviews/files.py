"""The files that are uploaded with a submission: added and taken out. The caller owns the transaction.

What they hold is never looked at here and never shown on a page: it leaves as a download or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, storable
from bot.features.page import Upload
from bot.features.reviews import use_cases
from bot.features.reviews.changes import check_author, check_running, put, take
from bot.features.reviews.model import FILE_LIMIT, FILE_SIZE_LIMIT, Case, File, Seat, State
from bot.features.reviews.store import SqlReviews

NAME_LIMIT = 100
SUFFIX_LIMIT = 16
MEGABYTE = 1_000_000
TOO_LATE = "A reviewer has begun, so nothing was changed. They read the work as it stands."
LAST = "This is all there is of the work, so it was kept. Add another file first, or take the work back."


def may_change(case: Case, person_id: str) -> bool:
    """Its author, until a reviewer has accepted; again while it is returned to them."""
    has_begun = any(each.seat in (Seat.ACCEPTED, Seat.HANDED_IN) for each in case.assignments)
    submission = case.submission
    is_open = submission.state is State.RETURNED or (submission.state is State.IN_REVIEW and not has_begun)
    return is_open and submission.author_id == person_id


def add(store: SqlReviews, submission_id: str, person: Person, uploads: Sequence[Upload], now: datetime) -> Case:
    """All of them or none. Work that lacked nothing but a file goes into review with it."""
    case = _taken(store, submission_id, person)
    found = case.submission
    chosen = [each for each in uploads if each.filename or each.content]
    if not chosen:
        raise UserFacingError("No file was chosen, so nothing was added. Choose one first.")
    if len(found.files) + len(chosen) > FILE_LIMIT:
        raise UserFacingError(
            f"At most {FILE_LIMIT} files go with one piece of work, so none was added. Link to the others."
        )
    names = {each.name for each in found.files}
    added = []
    for each in chosen:
        name = file_name(each.filename)
        if not each.content:
            raise UserFacingError(f"“{name}” is empty, so nothing was added. Choose another.")
        if len(each.content) > FILE_SIZE_LIMIT:
            limit = FILE_SIZE_LIMIT // MEGABYTE
            raise UserFacingError(
                f"“{name}” is larger than {limit} MB, so nothing was added. Put it where your team keeps its files, "
                "and add a link."
            )
        file = File(uuid4().hex, _another(name, names), len(each.content))
        names.add(file.name)
        store.keep_content(found.id, file.id, each.content)
        added.append(file)
    changed = replace(found, files=(*found.files, *added))
    is_first = found.state is State.RETURNED and not found.returned_by and not found.asked
    return put(store, use_cases.judged(changed, now) if is_first else changed)


def take_out(store: SqlReviews, submission_id: str, person: Person, file_id: str, now: datetime) -> Case:
    case = _taken(store, submission_id, person)
    found = case.submission
    left = tuple(each for each in found.files if each.id != file_id)
    if len(left) == len(found.files):
        raise UserFacingError("That file is not there any more, so nothing was changed.")
    if found.state is State.IN_REVIEW and not left and not found.links:
        raise UserFacingError(LAST)
    store.forget_content(found.id, file_id)
    return put(store, replace(found, files=left))


def file_name(given: str) -> str:
    """A name and nothing else: no folders, nothing that cannot be seen or that turns the reading direction."""
    last = storable(given).replace("\\", "/").split("/")[-1]
    seen = "".join(" " if each.isspace() else each for each in last if each.isprintable() or each.isspace())
    name = " ".join(seen.replace('"', "'").split()).strip(". ")
    suffix = PurePosixPath(name).suffix
    if len(suffix) > SUFFIX_LIMIT:
        suffix = ""
    stem = name.removesuffix(suffix)[: NAME_LIMIT - len(suffix)].rstrip()
    return f"{stem}{suffix}" if stem else "File"


def size_in_words(size: int) -> str:
    if size < MEGABYTE / 10:
        return f"{max(round(size / 1_000), 1)} kB"
    return f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB"


def _taken(store: SqlReviews, submission_id: str, person: Person) -> Case:
    case = take(store, submission_id)
    check_author(case, person)
    check_running(case)
    if not may_change(case, person.id):
        raise UserFacingError(TOO_LATE)
    return case


def _another(name: str, taken: set[str]) -> str:
    """One that stands for this file alone."""
    path, number = PurePosixPath(name), 2
    while name in taken:
        name = f"{path.stem} ({number}){path.suffix}"
        number += 1
    return name
