"""Asking in a chat: what is said, the buttons of an answer, and the commands."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Person, Pressed, Said, Submitted, Turn, storable
from bot.features.feature import Command, Feature, FormRoute
from bot.features.questions import question_card as card
from bot.features.questions import talk, use_cases
from bot.features.questions.answer_card import answer_card, candidates_card, none_of_these_card
from bot.features.questions.knowledge_port import Knowledge
from bot.features.questions.model import NONE_OF_THESE, TEXT_LIMIT, Feedback, Question, Verdict
from bot.features.questions.open_questions import SHOWN, open_questions_message
from bot.features.questions.passages import passage_answer
from bot.features.questions.small_talk import SmallTalk, small_talk
from bot.features.questions.store import QuestionStore, SqlQuestions
from bot.features.questions.unhelpful_form import feedback_from, unhelpful_form
from bot.storage.unit_of_work import UnitOfWork

Commands = Callable[[Person], Sequence[tuple[str, Command]]]


class QuestionsChat:
    """Turn -> use case -> Reply."""

    def __init__(
        self,
        knowledge: Knowledge,
        commands: Commands,
        *,
        base_url: str = "",
        stores: Callable[[UnitOfWork], QuestionStore] = SqlQuestions,
    ) -> None:
        self._knowledge = knowledge
        self._commands = commands
        self._base_url = base_url
        self._stores = stores

    def on_said(self, turn: Turn, unit: UnitOfWork) -> Reply:
        text = storable(turn.content.text).strip() if isinstance(turn.content, Said) else ""
        if (kind := small_talk(text)) is not None:
            return self._small_talk(kind, turn)
        if not any(letter.isalnum() for letter in text):
            return _say(talk.no_words_message())
        if len(text) > TEXT_LIMIT:
            return _say(talk.too_long_message(len(text)))
        if self._knowledge.snapshot is None:
            return _say(talk.no_library_message(turn.person))
        with unit.database.reading() as before:
            previous = use_cases.earlier_questions(self._stores(before), turn)
        answer = self._knowledge.ask(text, turn.principals, hubs=turn.person.hubs, previous=previous)
        store = self._stores(unit)
        return _card(use_cases.record_question(store, uuid4().hex, turn, text, answer, self._base_url))

    def on_help(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._small_talk(SmallTalk.HELP, turn)

    def on_open(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store = self._stores(unit)
        message = open_questions_message(store.wishing(SHOWN), store.count_wishing(), turn.at)
        return Reply((Post(message, _fresh_key(), turn.private_place),))

    def on_helpful(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return _card(use_cases.judge_answer(store, question, Feedback(Verdict.HELPFUL, turn.at)))

    def on_unhelpful(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _, question = self._own(turn, unit)
        return Reply(form=unhelpful_form(question.id))

    def on_unhelpful_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        values = turn.content.values if isinstance(turn.content, Submitted) else {}
        return _card(use_cases.judge_answer(store, question, feedback_from(values, turn.at)))

    def on_undo_feedback(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return _card(use_cases.judge_answer(store, question, None))

    def on_ask_expert(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return _card(use_cases.ask_expert(store, question, turn.at))

    def on_undo_ask_expert(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return _card(use_cases.take_back_request(store, question, turn.at))

    def on_choose(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        choice = int(_value(turn).partition(" ")[2])
        shown = none_of_these_card() if choice == NONE_OF_THESE else self._passage(question, choice, turn)
        return _card(use_cases.choose_candidate(store, question, choice, shown))

    def on_undo_choice(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return _card(use_cases.choose_candidate(store, question, None, candidates_card(question.sources)))

    def suggestions(self, person: Person) -> Sequence[str]:
        """Questions worth asking, for an empty thread."""
        return talk.example_questions(self._knowledge.documents(person.principals))

    def _small_talk(self, kind: SmallTalk, turn: Turn) -> Reply:
        examples: Sequence[str] = ()
        if kind in (SmallTalk.GREETING, SmallTalk.HELP):
            examples = talk.example_questions(self._knowledge.documents(turn.principals))
        return _say(talk.small_talk_message(kind, turn.person, examples, self._commands(turn.person)))

    def _own(self, turn: Turn, unit: UnitOfWork) -> tuple[QuestionStore, Question]:
        store = self._stores(unit)
        return store, use_cases.own_question(store, _value(turn).partition(" ")[0], turn.person)

    def _passage(self, question: Question, choice: int, turn: Turn) -> Message:
        cited = question.sources[choice]
        answer = passage_answer(self._knowledge, cited, question.understood, turn.principals)
        if answer is None:
            raise UserFacingError(
                f"“{cited.title}” has changed or gone since, so it cannot be shown. Ask again to get what is there now."
            )
        return answer_card(answer, (cited,), turn.at.date())


def questions_feature(chat: QuestionsChat) -> Feature:
    return Feature(
        name="questions",
        message=chat.on_said,
        commands={
            "help": Command(chat.on_help, "what you can ask and do here"),
            "open": Command(chat.on_open, "the questions that wait for an expert", admin_only=True),
        },
        buttons={
            card.HELPFUL: chat.on_helpful,
            card.UNHELPFUL: chat.on_unhelpful,
            card.UNDO_FEEDBACK: chat.on_undo_feedback,
            card.ASK_EXPERT: chat.on_ask_expert,
            card.UNDO_ASK_EXPERT: chat.on_undo_ask_expert,
            card.CHOOSE: chat.on_choose,
            card.UNDO_CHOICE: chat.on_undo_choice,
        },
        forms={card.UNHELPFUL: FormRoute(chat.on_unhelpful_sent, unhelpful_form)},
    )


def _value(turn: Turn) -> str:
    match turn.content:
        case Pressed(value=value):
            return value
        case Submitted(state=state):
            return state
        case _:
            return ""


def _card(question: Question) -> Reply:
    return Reply((card.question_post(question),))


def _say(message: Message) -> Reply:
    return Reply((Post(message, _fresh_key()),))


def _fresh_key() -> str:
    return f"said-{uuid4().hex}"
