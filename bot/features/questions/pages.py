"""Somebody's own questions as pages."""

from dataclasses import dataclass, field, replace

from bot.chat.turn import Place
from bot.features.channels import model as channels
from bot.features.escalations.requests_card import request_url
from bot.features.page import DrawMessage, Page, PageNotFound, PageRequest, Redirect, View, still
from bot.features.questions.experts_port import Experts
from bot.features.questions.model import Question, QuestionState
from bot.features.questions.store import SqlQuestions
from bot.features.questions.threads import ThreadUrls, thread_url
from bot.features.questions.use_cases import each_once
from bot.storage.unit_of_work import Database

SHOWN = 500
PLATFORMS = {**channels.PLATFORMS, "web": "This page"}
TONES = {
    QuestionState.WAITING: "warn",
    QuestionState.CLAIMED: "warn",
    QuestionState.ASKED_BACK: "bad",
    QuestionState.EXPERT: "good",
    QuestionState.ANSWERED: "good",
    QuestionState.HELPFUL: "good",
    QuestionState.UNANSWERED: "bad",
}


@dataclass(frozen=True, slots=True)
class QuestionPages:
    database: Database
    draw: DrawMessage
    experts: Experts
    threads: ThreadUrls = field(default_factory=dict)

    def pages(self) -> tuple[Page, ...]:
        return (
            Page("/questions", self.mine, nav="My questions"),
            Page("/questions/{question}", self.show),
        )

    def mine(self, request: PageRequest) -> View:
        wanted = request.query.get("state", "")
        with self.database.reading() as unit:
            kept = SqlQuestions(unit).asked_by(request.person.id, 2 * SHOWN)
            requests = self.experts.of_questions([each.id for each in kept], unit)
        asked = each_once([replace(each, request=requests.get(each.id)) for each in kept])[:SHOWN]
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
            "is_colleague": not request.person.is_guest,
        }
        return View("questions/mine.html", values)

    def show(self, request: PageRequest) -> View | Redirect:
        """For whoever asked; other colleagues see what experts were asked, without the answer, for it may rest on what
        only the asker may read."""
        question_id = request.path["question"]
        with self.database.reading() as unit:
            question = SqlQuestions(unit).get(question_id)
            asked = self.experts.of_questions([question_id], unit).get(question_id)
        if question is None or question.person_id != request.person.id:
            if asked is None or not asked.readers & request.person.principals:
                raise PageNotFound
            return Redirect(request_url(asked))
        question = replace(question, request=asked)
        values: dict[str, object] = {
            "question": question,
            "state": question.state.value,
            "asked": asked if question.is_with_experts else None,
            "answer": self.draw(still(question.shown)),
            "tone": TONES.get(question.state, ""),
            "where": where(question.place),
            "thread": self._thread(question),
            "is_here": question.place.platform == "web",
        }
        return View("questions/question.html", values)

    def _thread(self, question: Question) -> str:
        return thread_url(question, self.threads, pages="")


def where(place: Place) -> str:
    """For whoever asked there: the platform, and what people call the channel where that is known."""
    platform = PLATFORMS.get(place.platform, place.platform)
    return f"{platform}, {place.title or 'a channel'}" if place.is_shared else platform
