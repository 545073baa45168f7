"""Somebody's own questions as pages, and for the admins those that wait for an expert."""

from dataclasses import dataclass, field

from bot.features.channels import model as channels
from bot.features.page import DrawMessage, Page, PageNotFound, PageRequest, View, still
from bot.features.questions.model import ExpertWish, Question, QuestionState
from bot.features.questions.store import SqlQuestions
from bot.features.questions.threads import ThreadUrls, thread_url
from bot.features.questions.use_cases import own_questions
from bot.storage.unit_of_work import Database

SHOWN = 500
PLATFORMS = {**channels.PLATFORMS, "web": "This page"}
TONES = {
    QuestionState.WAITING: "warn",
    QuestionState.ANSWERED: "good",
    QuestionState.HELPFUL: "good",
    QuestionState.UNANSWERED: "bad",
}


@dataclass(frozen=True, slots=True)
class QuestionPages:
    database: Database
    draw: DrawMessage
    threads: ThreadUrls = field(default_factory=dict)

    def pages(self) -> tuple[Page, ...]:
        return (
            Page("/questions", self.mine, nav="My questions"),
            Page("/questions/open", self.waiting, admin_only=True),
            Page("/questions/{question}", self.show),
        )

    def mine(self, request: PageRequest) -> View:
        wanted = request.query.get("state", "")
        with self.database.reading() as unit:
            asked = own_questions(SqlQuestions(unit), request.person.id, SHOWN)
        wanted = wanted if wanted in set(QuestionState) else ""
        states = [state for state in QuestionState if state == wanted or any(each.state is state for each in asked)]
        shown = [each for each in asked if each.state == wanted] if wanted else asked
        values: dict[str, object] = {
            "questions": shown,
            "total": len(asked),
            "states": states,
            "wanted": wanted,
            "tones": TONES,
            "where": where,
            "thread_url": self._thread,
            "limit": SHOWN,
        }
        return View("questions/mine.html", values)

    def waiting(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            waiting = SqlQuestions(unit).wishing(SHOWN)
        return View("questions/open.html", {"questions": waiting, "where": where})

    def show(self, request: PageRequest) -> View:
        """Whoever asked sees the answer; an admin sees an open question without it, for it may rest on what only
        the asker may read."""
        with self.database.reading() as unit:
            question = SqlQuestions(unit).get(request.path["question"])
        is_own = question is not None and question.person_id == request.person.id
        if question is None or not (is_own or (request.person.is_admin and question.wish is ExpertWish.OPEN)):
            raise PageNotFound
        values: dict[str, object] = {
            "question": question,
            "is_own": is_own,
            "answer": self.draw(still(question.shown)) if is_own else "",
            "tone": TONES.get(question.state, ""),
            "where": where(question),
            "thread": self._thread(question) if is_own else "",
            "is_here": question.place.platform == "web",
        }
        return View("questions/question.html", values)

    def _thread(self, question: Question) -> str:
        return thread_url(question, self.threads, pages="")


def where(question: Question) -> str:
    """The platform, and what people call the channel where that is known."""
    platform = PLATFORMS.get(question.place.platform, question.place.platform)
    if not question.place.is_shared:
        return platform
    return f"{platform}, {question.place.title or 'a channel'}"
