"""The entries' pages: all of them, and each to edit, retire and put back. And what a retired one's page says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.errors import FormRejected
from bot.features.faq import approval
from bot.features.faq.entry import Entry, entry_id_of
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT
from bot.features.faq.pages import ENTRIES_PAGE
from bot.features.faq.personal import warning
from bot.features.faq.review import Review
from bot.features.library.links import reader_url
from bot.features.page import Page, PageNotFound, PageRequest, Redirect, View, number_in
from bot.storage.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class EntryPages:
    database: Database
    clock: Callable[[], datetime]
    review: Review

    def pages(self) -> tuple[Page, ...]:
        one = f"{ENTRIES_PAGE}/{{entry}}"
        return (
            Page(ENTRIES_PAGE, self.show),
            Page(f"{one}/retire", self.retire, method="POST"),
            Page(f"{one}/restore", self.restore, method="POST"),
            Page(one, self.read),
            Page(one, self.save, method="POST"),
        )

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            kept = self.review.entries(unit).all()
        entries = [each for each in kept if approval.may_change(each, request.person)]
        return View("faq/entries.html", {"entries": entries})

    def read(self, request: PageRequest) -> View:
        return self._form(request, self._entry(request), {}, {})

    def save(self, request: PageRequest) -> View | Redirect:
        form = request.form
        try:
            with self.database.begin() as unit:
                wording = self.review.wording_sent(unit, form)
                self.review.edit(unit, self._as_read(unit, request), wording, request.person, self.clock())
        except FormRejected as rejected:
            return self._form(request, self._entry(request), form, rejected.problems, status=422)
        return Redirect(self._address(request), "Saved. Questions are answered from the new words within seconds.")

    def retire(self, request: PageRequest) -> View | Redirect:
        replaced_by = request.form.get("replaced_by", "")
        try:
            with self.database.begin() as unit:
                entry = self._as_read(unit, request)
                self.review.retire(unit, entry, request.person, self.clock(), replaced_by)
        except FormRejected as rejected:
            return self._form(request, self._entry(request), {}, rejected.problems, status=422)
        return Redirect(self._address(request), "Retired. Nothing is answered from it any more; its links say so.")

    def restore(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            self.review.restore(unit, self._as_read(unit, request), request.person, self.clock())
        return Redirect(self._address(request), "Put back. Questions are answered from it within seconds.")

    def retired(self, document_id: str, readers: frozenset[str]) -> View | None:
        """What stands in the library where a retired entry stood; None for everything else, and for whoever could
        not read it when it was live."""
        entry_id = entry_id_of(document_id)
        if not entry_id:
            return None
        with self.database.reading() as unit:
            entries = self.review.entries(unit)
            entry = entries.get(entry_id)
            if entry is None or entry.is_live or not entry.audience & readers:
                return None
            successor = entries.get(entry.replaced_by) if entry.replaced_by else None
        is_shown = successor is not None and successor.is_live and bool(successor.audience & readers)
        link = reader_url(successor.document_id) if successor is not None else ""
        values = {"entry": entry, "successor": successor if is_shown else None, "successor_url": link}
        return View("faq/retired.html", values)

    def _entry(self, request: PageRequest) -> Entry:
        with self.database.reading() as unit:
            entry = self.review.entries(unit).get(request.path["entry"])
        if entry is None or not approval.may_change(entry, request.person):
            raise PageNotFound
        return entry

    def _as_read(self, unit: UnitOfWork, request: PageRequest) -> Entry:
        revision = number_in(request.form.get("revision", ""))
        return approval.known_entry(self.review.entries(unit), request.path["entry"], revision)

    def _address(self, request: PageRequest) -> str:
        return f"{ENTRIES_PAGE}/{request.path['entry']}"

    def _form(
        self,
        request: PageRequest,
        entry: Entry,
        typed: Mapping[str, str],
        problems: Mapping[str, str],
        *,
        status: int = 200,
    ) -> View:
        shown = {
            "question": entry.question,
            "answer": entry.answer,
            "review_by": entry.review_by.isoformat() if entry.review_by else "",
            "personal": "mask",
            "revision": str(entry.revision),
            **typed,
        }
        others = self.review.others_like(entry, request.person) if entry.is_live else ()
        with self.database.reading() as unit:
            findings = self.review.requests.findings(unit, shown["question"], shown["answer"])
            successor = self.review.entries(unit).get(entry.replaced_by) if entry.replaced_by else None
        values: dict[str, object] = {
            "entry": entry,
            "others": others,
            "successor": successor,
            "reader": reader_url(entry.document_id),
            "warning": warning(findings),
            "typed": shown,
            "problems": problems,
            "question_limit": QUESTION_LIMIT,
            "answer_limit": ANSWER_LIMIT,
        }
        return View("faq/entry.html", values, status=status)
