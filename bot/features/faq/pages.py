"""The admins' pages: the drafts that wait, each to edit or delete, and all of them as a file for a source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.errors import FormRejected
from bot.features.faq import use_cases
from bot.features.faq.chat import PAGE
from bot.features.faq.export import faq_file
from bot.features.faq.model import ANSWER_LIMIT, QUESTION_LIMIT, Draft, DraftState
from bot.features.faq.store import SqlDrafts
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class DraftPages:
    database: Database
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{draft}}"
        return (
            Page(PAGE, self.show, nav="Drafts", admin_only=True),
            Page(f"{PAGE}.md", self.take_away, admin_only=True),
            Page(f"{one}/delete", self.delete, method="POST", admin_only=True),
            Page(f"{one}/restore", self.restore, method="POST", admin_only=True),
            Page(one, self.edit, admin_only=True),
            Page(one, self.save, method="POST", admin_only=True),
        )

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            drafts = SqlDrafts(unit).waiting()
        return View("faq/drafts.html", {"drafts": drafts})

    def take_away(self, request: PageRequest) -> Download:
        with self.database.reading() as unit:
            drafts = SqlDrafts(unit).waiting()
        name = f"faq-from-chat-{self.clock().date().isoformat()}.md"
        return Download(name, "text/markdown", faq_file(drafts).encode())

    def edit(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            draft = SqlDrafts(unit).get(request.path["draft"])
        if draft is None or draft.state is DraftState.WITHDRAWN:
            raise PageNotFound
        return _form(draft, {"question": draft.question, "answer": draft.answer}, {})

    def save(self, request: PageRequest) -> View | Redirect:
        question, answer = request.form.get("question", ""), request.form.get("answer", "")
        try:
            with self.database.begin() as unit:
                draft = use_cases.edit_draft(SqlDrafts(unit), request.path["draft"], question, answer)
                self._record(unit, request, "FAQ draft edited", draft)
        except FormRejected as rejected:
            with self.database.reading() as unit:
                found = SqlDrafts(unit).get(request.path["draft"])
            if found is None:
                raise PageNotFound from rejected
            return _form(found, {"question": question, "answer": answer}, rejected.problems, status=422)
        return Redirect(PAGE, "Saved. The draft waits as you wrote it.")

    def delete(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            draft = use_cases.delete_draft(SqlDrafts(unit), request.path["draft"])
            self._record(unit, request, "FAQ draft deleted", draft)
        return Redirect(f"{PAGE}/{draft.id}", "Deleted. It can be put back from here.")

    def restore(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            draft = use_cases.restore_draft(SqlDrafts(unit), request.path["draft"])
            self._record(unit, request, "FAQ draft restored", draft)
        return Redirect(f"{PAGE}/{draft.id}", "Put back among the drafts.")

    def _record(self, unit: UnitOfWork, request: PageRequest, action: str, draft: Draft) -> None:
        record(unit, AuditEntry(self.clock(), request.person.id, action, draft.id))


def _form(draft: Draft, typed: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> View:
    values: dict[str, object] = {
        "draft": draft,
        "is_deleted": draft.state is DraftState.DELETED,
        "typed": typed,
        "problems": problems,
        "question_limit": QUESTION_LIMIT,
        "answer_limit": ANSWER_LIMIT,
    }
    return View("faq/draft.html", values, status=status)
