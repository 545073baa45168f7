"""Reviews as pages: what concerns the reader, one of them with all that its reader may see, and its files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.chat.errors import UserFacingError
from bot.chat.moments import exact, moment_in_words, zone_of
from bot.chat.reply import Button, Message
from bot.chat.turn import EVERYONE, Person
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, Upload, View
from bot.features.reviews import acts, card_view
from bot.features.reviews.addresses import PAGE, file_address, page_of
from bot.features.reviews.alarms import FILES_KEPT
from bot.features.reviews.author_cards import author_message
from bot.features.reviews.comparing import compared, named_reviewers
from bot.features.reviews.example import Example
from bot.features.reviews.files import may_change, size_in_words
from bot.features.reviews.model import FILE_LIMIT, FILE_SIZE_LIMIT, Case, State
from bot.features.reviews.overview import Part, Row, in_order, row_of, steps_of
from bot.features.reviews.reading import case_for, file_for
from bot.features.reviews.reviewer_cards import reviewer_message, short_message
from bot.features.reviews.rubric import Blind
from bot.features.reviews.showing import HIDDEN_AUTHOR, files_for, why_for
from bot.features.reviews.store import SqlReviews
from bot.features.spreadsheet import table_to_take_away
from bot.features.stories.acts import TELL
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 300
OFFERED = acts.ON_PAGES | {TELL}
COLUMNS = ("Work", "Kind", "How it stands", "Author", "Due", "Submitted")
NOT_FOR_GUESTS = "Reviews are among colleagues, so there is nothing to see here for guests."
SUBMIT = Button("Ask for a review", acts.SUBMIT, style="primary", opens_form=True)
NAMES = {
    Blind.OPEN: "Author and reviewers know who each other are.",
    Blind.SINGLE: "The author does not learn who reviews.",
    Blind.DOUBLE: "Neither the author nor the reviewers learn each other's names.",
}


class Files(Protocol):
    """`bot.features.reviews.desk.Desk` fills it."""

    def add_files(
        self, submission_id: str, person: Person, uploads: Sequence[Upload], unit: UnitOfWork, now: datetime
    ) -> Case: ...

    def take_out_file(
        self, submission_id: str, person: Person, file_id: str, unit: UnitOfWork, now: datetime
    ) -> Case: ...


@dataclass(frozen=True, slots=True)
class ReviewPages:
    database: Database
    files: Files
    clock: Callable[[], datetime]
    files_kept: timedelta = FILES_KEPT

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{review}}"
        return (
            Page(PAGE, self.show_all, nav="Reviews", nav_in="Community"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(f"{one}/files", self.add_files, method="POST"),
            Page(f"{one}/files/{{file}}/delete", self.take_out, method="POST"),
            Page(f"{one}/files/{{file}}", self.download),
            Page(one, self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        rows = self._rows(request.person)
        wanted = _wanted(request.query)
        values: dict[str, object] = {
            "rows": [row for row in rows if wanted in ("", row.part)],
            "total": len(rows),
            "is_new": all(row.part is Part.EXAMPLE for row in rows),
            "wanted": wanted,
            "parts": [each for each in Part if each == wanted or any(row.part is each for row in rows)],
            "submit": SUBMIT,
            "limit": SHOWN,
        }
        return View("reviews/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        wanted = _wanted(request.query)
        zone = zone_of(request.person.time_zone)
        cells = (
            (
                row.case.submission.title,
                row.case.submission.rubric.title,
                row.standing.value,
                row.author,
                exact(row.due_at, zone) if row.due_at else "",
                exact(row.case.submission.submitted_at, zone),
            )
            for row in self._rows(request.person)
            if wanted in ("", row.part)
        )
        return table_to_take_away("reviews", COLUMNS, cells)

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            seen = self._seen(request, unit)
            others = _others(seen, unit)
        if isinstance(seen, Example):
            return View("reviews/example.html", {"example": seen, "size": size_in_words, "address": file_address})
        return self._page(seen, request, others)

    def add_files(self, request: PageRequest) -> View | Redirect:
        submission_id = request.path["review"]
        try:
            with self.database.begin() as unit:
                case = self.files.add_files(submission_id, request.person, request.uploads, unit, self.clock())
        except UserFacingError as error:
            with self.database.reading() as unit:
                seen = self._seen(request, unit)
                others = _others(seen, unit)
            if isinstance(seen, Example):
                raise
            return self._page(seen, request, others, problem=str(error))
        is_on = case.submission.state is State.IN_REVIEW
        said = "Added. Nothing is missing any more, so reviewers are looked for." if is_on else "Added."
        return Redirect(page_of(submission_id), said)

    def take_out(self, request: PageRequest) -> Redirect:
        submission_id, file_id = request.path["review"], request.path["file"]
        with self.database.reading() as unit:
            self._seen(request, unit)
        try:
            with self.database.begin() as unit:
                self.files.take_out_file(submission_id, request.person, file_id, unit, self.clock())
        except UserFacingError as error:
            return Redirect(page_of(submission_id), str(error))
        return Redirect(page_of(submission_id), "Deleted. Reviewers do not see it any more.")

    def download(self, request: PageRequest) -> Download:
        """Whatever it holds, a browser keeps it and opens nothing of it."""
        with self.database.reading() as unit:
            try:
                file, content = file_for(SqlReviews(unit), request.path["review"], request.person, request.path["file"])
            except UserFacingError as error:
                raise PageNotFound from error
        return Download(file.name, "application/octet-stream", content)

    def _page(self, case: Case, request: PageRequest, others: Sequence[str], problem: str = "") -> View:
        person, now = request.person, self.clock()
        row = row_of(case, person.id)
        message = _card(case, person, now)
        buttons = [each for each in message.buttons if each.action in OFFERED] if message is not None else []
        is_author = case.submission.author_id == person.id
        values: dict[str, object] = {
            "row": row,
            "work": case.submission,
            "said": message.summary if message is not None else "",
            "buttons": buttons,
            "steps": steps_of(case),
            "names": NAMES[case.submission.blind],
            "others": others if row.author != HIDDEN_AUTHOR else (),
            "reviewers": [
                (name, each, why_for(case, each, person.id)) for name, each in named_reviewers(case, person.id)
            ],
            "knows_reviewers": case.submission.blind is Blind.OPEN,
            "comparison": compared(case, person.id),
            "is_out": case.submission.released_at is not None,
            "files": files_for(case, person.id),
            "may_upload": may_change(case, person.id) and EVERYONE in person.principals,
            "is_author": is_author,
            "problem": problem,
            "file_limit": FILE_LIMIT,
            "files_kept": self.files_kept.days,
            "size_limit": FILE_SIZE_LIMIT,
            "size": size_in_words,
            "address": file_address,
        }
        return View("reviews/review.html", values, status=422 if problem else 200)

    def _rows(self, person: Person) -> Sequence[Row]:
        if EVERYONE not in person.principals:
            raise UserFacingError(NOT_FOR_GUESTS)
        with self.database.reading() as unit:
            store = SqlReviews(unit)
            ids = {each.id for each in store.submitted_by(person.id, SHOWN)}
            ids |= {submission.id for submission, _ in store.owed_by(person.id)}
            ids |= {each.submission_id for each in store.reviewed_by(person.id, SHOWN)}
            ids |= set(store.passed_on(person.id))
            ids |= {each.submission.id for each in store.examples()}
            if person.is_admin:
                ids |= {each.id for each in store.running()}
            cases = store.cases(ids)
        return in_order(row_of(each, person.id) for each in cases)

    def _seen(self, request: PageRequest, unit: UnitOfWork) -> Case | Example:
        """Raises PageNotFound: what one may not see looks like nothing."""
        try:
            return case_for(SqlReviews(unit), request.path["review"], request.person)
        except UserFacingError as error:
            raise PageNotFound from error


def _others(seen: Case | Example, unit: UnitOfWork) -> Sequence[str]:
    """Who worked on it too, by name."""
    if isinstance(seen, Example):
        return ()
    return sorted(each.name for each in People(unit).known(seen.submission.with_ids).values())


def _card(case: Case, person: Person, now: datetime) -> Message | None:
    """What a chat shows of it to this reader; None where they have no card."""
    moment = partial(moment_in_words, now=now, zone=zone_of(person.time_zone))
    view = card_view.View(case, person.id, now, moment)
    if case.submission.author_id == person.id:
        return author_message(view)
    if case.submission.is_by(person.id):
        return None
    if (own := case.of(person.id)) is not None:
        return reviewer_message(view, own)
    return short_message(view) if person.is_admin and case.free_seats else None


def _wanted(query: Mapping[str, str]) -> str:
    wanted = query.get("part", "")
    return wanted if wanted in set(Part) else ""
