"""The curators' pages for drafts: those that wait, each to edit and decide, and all of them as a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.errors import FormRejected
from bot.chat.turn import Person
from bot.features.faq import approval, use_cases
from bot.features.faq.entry import entry_id_of
from bot.features.faq.export import faq_file
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT, WORD_LIMIT, Draft, DraftState
from bot.features.faq.personal import warning
from bot.features.faq.review import Review
from bot.features.faq.review_card import both_answers, readers_in_words
from bot.features.faq.review_chat import PAGE
from bot.features.faq.store import SqlDrafts
from bot.features.library.links import reader_url
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View, number_in
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.passage import Passage

ENTRIES_PAGE = "/faq/entries"
LIVE = "It is approved. Questions are answered from it within seconds."


@dataclass(frozen=True, slots=True)
class DraftPages:
    database: Database
    clock: Callable[[], datetime]
    review: Review

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{draft}}"
        return (
            Page(PAGE, self.show, nav="Drafts", nav_for="curators"),
            Page(f"{PAGE}.md", self.take_away),
            Page(f"{one}/delete", self.delete, method="POST"),
            Page(f"{one}/restore", self.restore, method="POST"),
            Page(f"{one}/approve", self.approve, method="POST"),
            Page(f"{one}/reject", self.reject, method="POST"),
            Page(f"{one}/merge/{{entry}}", self.merging),
            Page(f"{one}/merge/{{entry}}", self.merge, method="POST"),
            Page(one, self.edit),
            Page(one, self.save, method="POST"),
        )

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            drafts = self.review.waiting(unit, request.person)
        return View("faq/drafts.html", {"drafts": drafts})

    def take_away(self, request: PageRequest) -> Download:
        with self.database.reading() as unit:
            drafts = self.review.waiting(unit, request.person)
        name = f"faq-from-chat-{self.clock().date().isoformat()}.md"
        return Download(name, "text/markdown", faq_file(drafts).encode())

    def edit(self, request: PageRequest) -> View:
        draft = self._draft(request)
        return self._form(request, draft, {"question": draft.question, "answer": draft.answer}, {})

    def save(self, request: PageRequest) -> View | Redirect:
        question, answer = request.form.get("question", ""), request.form.get("answer", "")
        try:
            with self.database.begin() as unit:
                self._check(unit, request)
                draft = use_cases.edit_draft(SqlDrafts(unit), request.path["draft"], question, answer)
                self._moved(unit, request, "FAQ draft edited", draft)
        except FormRejected as rejected:
            return self._form(request, self._draft(request), request.form, rejected.problems, status=422)
        return Redirect(PAGE, "Saved. The draft waits as you wrote it.")

    def approve(self, request: PageRequest) -> View | Redirect:
        try:
            with self.database.begin() as unit:
                draft = self._as_read(unit, request)
                wording = self.review.wording_sent(unit, request.form, draft.people)
                entry = self.review.approve(unit, draft, wording, request.person, self.clock())
        except FormRejected as rejected:
            return self._form(request, self._draft(request), request.form, rejected.problems, status=422)
        return Redirect(f"{ENTRIES_PAGE}/{entry.id}", LIVE)

    def reject(self, request: PageRequest) -> View | Redirect:
        try:
            with self.database.begin() as unit:
                draft = self._as_read(unit, request)
                self.review.reject(unit, draft, request.form.get("word", ""), request.person, self.clock())
        except FormRejected as rejected:
            return self._form(request, self._draft(request), request.form, rejected.problems, status=422)
        return Redirect(PAGE, f"Rejected. {draft.saved_by_name} is told privately why.")

    def merging(self, request: PageRequest) -> View:
        draft = self._draft(request)
        with self.database.reading() as unit:
            entry = self.review.entries(unit).get(request.path["entry"])
        if entry is None or not entry.is_live or draft.state is not DraftState.WAITING:
            raise PageNotFound
        approval.check_may_change(entry, request.person)
        typed = {
            "question": entry.question,
            "answer": both_answers(entry, draft),
            "revision": str(entry.revision),
            "review_by": entry.review_by.isoformat() if entry.review_by else "",
        }
        return self._form(request, draft, typed, {}, merging=entry.id)

    def merge(self, request: PageRequest) -> View | Redirect:
        form = request.form
        revision = number_in(form.get("revision", ""))
        try:
            with self.database.begin() as unit:
                draft = self._as_read(unit, request)
                entry = approval.known_entry(self.review.entries(unit), request.path["entry"], revision)
                wording = self.review.wording_sent(unit, form, draft.people)
                self.review.merge(unit, draft, entry, wording, request.person, self.clock())
        except FormRejected as rejected:
            draft = self._draft(request)
            return self._form(request, draft, form, rejected.problems, status=422, merging=request.path["entry"])
        return Redirect(f"{ENTRIES_PAGE}/{entry.id}", "Merged. Questions are answered from it within seconds.")

    def delete(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            self._check(unit, request)
            draft = use_cases.delete_draft(SqlDrafts(unit), request.path["draft"])
            self._moved(unit, request, "FAQ draft deleted", draft)
        return Redirect(f"{PAGE}/{draft.id}", "Deleted. It can be put back from here.")

    def restore(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            self._check(unit, request)
            draft = use_cases.restore_draft(SqlDrafts(unit), request.path["draft"])
            self._moved(unit, request, "FAQ draft restored", draft)
        return Redirect(f"{PAGE}/{draft.id}", "Put back among the drafts.")

    def _draft(self, request: PageRequest) -> Draft:
        """Whatever its state, but not what its saver took back. Raises PageNotFound."""
        with self.database.reading() as unit:
            self._check(unit, request)
            draft = SqlDrafts(unit).get(request.path["draft"])
        if draft is None or draft.state is DraftState.WITHDRAWN:
            raise PageNotFound
        return draft

    def _check(self, unit: UnitOfWork, request: PageRequest) -> None:
        """Raises PageNotFound for whoever may not decide it, as for a draft that is not there."""
        if not self.review.may_decide(unit, request.path["draft"], request.person):
            raise PageNotFound

    def _as_read(self, unit: UnitOfWork, request: PageRequest) -> Draft:
        return self.review.decidable(unit, request.path["draft"], request.form.get("edition", ""), request.person)

    def _moved(self, unit: UnitOfWork, request: PageRequest, action: str, draft: Draft) -> None:
        record(unit, AuditEntry(self.clock(), request.person.id, action, draft.id))
        self.review.moved(unit, draft, self.clock())

    def _mergeable(self, unit: UnitOfWork, similar: Passage, person: Person) -> str:
        """The id of the entry, if it is one that this person may change; else empty."""
        entry = self.review.entries(unit).get(entry_id_of(similar.document.id))
        return entry.id if entry is not None and entry.is_live and approval.may_change(entry, person) else ""

    def _form(
        self,
        request: PageRequest,
        draft: Draft,
        typed: Mapping[str, str],
        problems: Mapping[str, str],
        *,
        status: int = 200,
        merging: str = "",
    ) -> View:
        is_waiting = draft.state is DraftState.WAITING
        requests = self.review.requests
        similar = requests.similar(draft.question, request.person.principals) if is_waiting and not merging else ()
        with self.database.reading() as unit:
            words = (typed.get("question", ""), typed.get("answer", ""))
            findings = requests.findings(unit, *words, people=draft.people)
            named = [(each, self._mergeable(unit, each, request.person)) for each in similar]
        values: dict[str, object] = {
            "draft": draft,
            "state": draft.state.value,
            "merging": merging,
            "warning": warning(findings),
            "readers": readers_in_words(draft.audience),
            "similar": [(each, reader_url(each.document.id), entry_id) for each, entry_id in named],
            "typed": {"review_by": "", "word": "", "revision": "", "personal": "mask", **typed},
            "problems": problems,
            "question_limit": QUESTION_LIMIT,
            "answer_limit": ANSWER_LIMIT,
            "word_limit": WORD_LIMIT,
        }
        return View("faq/draft.html", values, status=status)
