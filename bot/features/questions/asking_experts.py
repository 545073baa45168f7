"""From an answer to an expert: consent first, pressed or said."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.chat.errors import FormRejected
from bot.chat.reply import Post, Reply
from bot.chat.turn import EVERYONE, Pressed, Turn
from bot.features.escalations.model import Answer, Escalation
from bot.features.library.links import pages_from
from bot.features.profile.model import topics_of
from bot.features.questions import consent, use_cases
from bot.features.questions.answer_card import none_of_these_card
from bot.features.questions.experts_port import Experts
from bot.features.questions.knowledge_port import Knowledge
from bot.features.questions.model import NONE_OF_THESE, TEXT_LIMIT, Cited, Question, Reason, Verdict
from bot.features.questions.question_card import question_post
from bot.features.questions.store import QuestionStore
from bot.features.questions.threads import ThreadUrls, thread_url
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Outcome

TOPICS = 5
REQUESTS = "escalations."
"""Begins the actions of the buttons of a request."""

BY_ITSELF = (
    "Nothing in the library answers this, so I asked an expert, as is agreed for this channel. The request below shows "
    "how it goes, and takes it back."
)


class AskingExperts:
    """Turn -> use case -> Reply. `base_url` is how people reach the web page from a chat."""

    def __init__(
        self,
        knowledge: Knowledge,
        experts: Experts,
        stores: Callable[[UnitOfWork], QuestionStore],
        threads: ThreadUrls,
        base_url: str,
    ) -> None:
        self._knowledge = knowledge
        self._experts = experts
        self._stores = stores
        self._threads = threads
        self._base_url = base_url

    def on_ask(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question = self._own(turn.carried, turn, unit)
        use_cases.check_not_asked(question)
        return Reply(form=consent.consent_form(question, self._preview(question, turn, unit)))

    def on_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question = self._own(consent.question_in(turn.carried), turn, unit)
        text = consent.text_from(turn.values)
        if not any(letter.isalnum() for letter in text):
            raise FormRejected({consent.TEXT: "Words are needed that somebody can answer."})
        return self._ask(question, text, turn, unit, named=consent.is_named(turn.values))

    def on_named(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question = self._own(turn.carried, turn, unit)
        return self._ask(question, question.understood, turn, unit, named=True)

    def on_unnamed(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question = self._own(turn.carried, turn, unit)
        return self._ask(question, question.understood, turn, unit, named=False)

    def on_said(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Said instead of pressed: no form opens for words, so what goes out is shown first, privately."""
        with unit.database.reading() as before:
            question = use_cases.question_for_expert(self._stores(before), turn)
            question = self.standing([question], before)[0]
            use_cases.check_not_asked(question)
            who = self._preview(question, turn, before)
        posts: list[Post] = []
        if question.outcome is Outcome.CANDIDATES and question.choice is None:
            store = self._stores(unit)
            question = use_cases.choose_candidate(store, question, NONE_OF_THESE, none_of_these_card())
            posts.append(question_post(question, self._base_url))
        return Reply((*posts, consent.consent_post(question, who, turn.private_place)))

    def on_acted(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The asker's own message follows what they pressed below it."""
        if not isinstance(turn.content, Pressed) or not turn.content.action.startswith(REQUESTS):
            return Reply()
        question = self._stores(unit).get(turn.carried)
        if question is None or question.person_id != turn.person.id:
            return Reply()
        return Reply((question_post(self.standing([question], unit)[0], self._base_url),))

    def ready(self, question: Question) -> None:
        """Before the first write, where `by_itself` follows."""
        self._experts.ready(question.understood)

    def by_itself(self, question: Question, turn: Turn, unit: UnitOfWork, draft: Answer | None = None) -> Question:
        """Without asking the asker, where the channel agreed to that. With a `draft` the experts say whether that is
        it."""
        self._experts.ask(
            self._request(question, question.understood, turn, named=True, draft=draft), turn.person, unit
        )
        return self.standing([question], unit)[0]

    def standing(self, asked: Sequence[Question], unit: UnitOfWork) -> list[Question]:
        """With what became of each with the experts."""
        requests = self._experts.of_questions([each.id for each in asked], unit)
        return [replace(each, request=requests.get(each.id)) for each in asked]

    def take_back(self, question: Question, turn: Turn, unit: UnitOfWork) -> None:
        """Its message was deleted."""
        self._experts.take_back(question.id, turn.person, unit, turn.at)

    def _own(self, question_id: str, turn: Turn, unit: UnitOfWork) -> Question:
        question = use_cases.own_question(self._stores(unit), question_id, turn.person)
        return self.standing([question], unit)[0]

    def _preview(self, question: Question, turn: Turn, unit: UnitOfWork) -> str:
        return self._experts.preview(question.understood, turn.person, unit, turn.at)

    def _ask(self, question: Question, text: str, turn: Turn, unit: UnitOfWork, *, named: bool) -> Reply:
        use_cases.check_not_asked(question)
        self._experts.ask(self._request(question, text, turn, named=named), turn.person, unit)
        posts = [question_post(self.standing([question], unit)[0], self._base_url)]
        if turn.message_key == consent.key_of(question) and turn.place.conversation != question.stands_in.conversation:
            posts.append(consent.consented_post(question, turn.place))
        return Reply(tuple(posts))

    def _request(
        self, question: Question, text: str, turn: Turn, *, named: bool, draft: Answer | None = None
    ) -> Escalation:
        """Whoever consents lets every colleague read these words; they lead to the thread only where the name may be
        known and others read it too."""
        place = question.stands_in
        pages = pages_from(question.place, self._base_url)
        leads = named and place.is_shared
        unhelpful = question.feedback is not None and question.feedback.verdict is Verdict.UNHELPFUL
        everyone = frozenset({EVERYONE})  # topics are shown to whoever reads the request
        sources = _answered_from(question)
        documents = [self._knowledge.document(each.document_id, everyone) for each in sources]
        return Escalation(
            id=question.id,
            text=text[:TEXT_LIMIT],
            asker_id=turn.person.id,
            asker_name=turn.person.name[:200] if named else "",
            place=place,
            private=replace(turn, place=question.place).private_place if place.is_shared else place,
            opened_at=turn.at,
            readers=everyone,
            url=thread_url(question, self._threads, pages=pages) if leads else "",
            language=turn.person.language,
            hubs=turn.person.hubs,
            topics=topics_of(each for each in documents if each is not None)[:TOPICS],
            cited=tuple(each.document_id for each in sources) if unhelpful else (),
            draft=draft,
        )


def _answered_from(question: Question) -> Sequence[Cited]:
    """What gave the words that were read, if that is what was asked about: the nearest misses say nothing about it."""
    if question.feedback is not None and question.feedback.reason is Reason.OFF_TOPIC:
        return ()
    shown = 0 if question.outcome is Outcome.ANSWER else question.choice
    return question.sources[shown : shown + 1] if shown is not None and shown != NONE_OF_THESE else ()
