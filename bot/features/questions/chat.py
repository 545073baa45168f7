"""Asking in a chat: the buttons of an answer, and the commands. What is said goes to `asking`."""

from collections.abc import Sequence
from functools import partial

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.moments import moment_for_readers
from bot.chat.reply import Reply
from bot.chat.turn import Person, Place, Said, Turn
from bot.features.experts.use_cases import COLLEAGUES_ONLY
from bot.features.feature import Command, Feature, FormRoute, HomeSection, MessageAction
from bot.features.library.links import pages_from
from bot.features.questions import consent, mine, talk, use_cases
from bot.features.questions import question_card as card
from bot.features.questions.answer_card import answer_card, candidates_card, none_of_these_card
from bot.features.questions.ask_form import ACTION, ask_form
from bot.features.questions.asking import A_MINUTE, Asking, Channels, Commands, Stores, say
from bot.features.questions.asking_experts import AskingExperts
from bot.features.questions.experts_port import Experts
from bot.features.questions.knowledge_port import Knowledge
from bot.features.questions.model import NONE_OF_THESE, Cited, Feedback, Question, Verdict
from bot.features.questions.open_questions import open_questions_message
from bot.features.questions.passages import passage_answer
from bot.features.questions.question_card import question_post
from bot.features.questions.small_talk import SmallTalk
from bot.features.questions.store import QuestionStore, SqlQuestions, questions
from bot.features.questions.threads import NO_THREADS, ThreadUrls
from bot.features.questions.unhelpful_form import feedback_from, unhelpful_form
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Answer

ASK_ABOUT = "questions.ask_about"


class QuestionsChat:
    """Turn -> use case -> Reply."""

    def __init__(
        self,
        knowledge: Knowledge,
        commands: Commands,
        channels: Channels,
        experts: Experts,
        *,
        base_url: str = "",
        stores: Stores = SqlQuestions,
        threads: ThreadUrls = NO_THREADS,
        a_minute: int = A_MINUTE,
    ) -> None:
        self.asking_experts = AskingExperts(knowledge, experts, stores, threads, base_url)
        self.asking = Asking(knowledge, commands, channels, base_url, self.asking_experts, stores, a_minute=a_minute)
        self._experts = experts
        self._knowledge = knowledge
        self._base_url = base_url
        self._stores = stores
        self._threads = threads

    def on_message(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The label of the button is as good as its word: some clients say that when the word is suggested. What is
        said to an expert or by one is no question."""
        said = turn.content
        if self.asking.is_withdrawn(turn, unit):
            return Reply()
        if isinstance(said, Said) and said.addressed and said.text.strip().casefold() == card.ASK_AN_EXPERT.casefold():
            return self.asking_experts.on_said(turn, unit)
        if (taken := self._experts.takes(turn, unit)) is not None:
            return taken
        return self.asking.on_message(turn, unit)

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        return self.asking.overhears(place, unit) or self._experts.overhears(place, unit)

    def on_help(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self.asking.small_talk(SmallTalk.HELP, turn)

    def on_open(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person, COLLEAGUES_ONLY)
        place = turn.private_place
        moment = partial(moment_for_readers, turn=turn, place=place)
        return say(open_questions_message(self._experts.open_ones(turn.person.principals, unit), moment), place)

    def on_mine(self, turn: Turn, unit: UnitOfWork) -> Reply:
        asked = self._own_questions(turn.person, mine.LISTED, unit)
        message = mine.my_questions_message(asked, pages_from(turn.place, self._base_url), self._threads)
        return say(message, turn.private_place)

    def mine_at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        asked = self._own_questions(turn.person, mine.AT_HOME, unit)
        return mine.home_section(asked, pages_from(turn.place, self._base_url), self._threads)

    def open_at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        count = len(self._experts.open_ones(turn.person.principals, unit)) if turn.person.is_admin else 0
        return mine.waiting_section(count, pages_from(turn.place, self._base_url)) if count else None

    def on_helpful(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return self._card(use_cases.judge_answer(store, question, Feedback(Verdict.HELPFUL, turn.at)))

    def on_unhelpful(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _, question = self._own(turn, unit)
        return Reply(form=unhelpful_form(question.id))

    def on_unhelpful_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return self._card(use_cases.judge_answer(store, question, feedback_from(turn.values, turn.at)))

    def on_undo_feedback(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return self._card(use_cases.judge_answer(store, question, None))

    def on_choose(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        choice = int(turn.carried.partition(" ")[2])
        if choice == NONE_OF_THESE:
            return self._card(use_cases.choose_candidate(store, question, choice, none_of_these_card()))
        cited = question.sources[choice]
        answer = self._passage(question, cited, turn)
        if (drafted := self.asking.chosen(question, cited, answer, turn, unit)) is not None:
            return drafted
        shown = answer_card(answer, (cited,), turn.at.date())
        return self._card(use_cases.choose_candidate(store, question, choice, shown))

    def on_undo_choice(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store, question = self._own(turn, unit)
        return self._card(use_cases.choose_candidate(store, question, None, candidates_card(question.sources)))

    def suggestions(self, person: Person) -> Sequence[str]:
        """Questions worth asking, for an empty thread."""
        return talk.example_questions(self._knowledge.documents(person.principals))

    def _card(self, question: Question) -> Reply:
        return Reply((question_post(question, self._base_url),))

    def _own(self, turn: Turn, unit: UnitOfWork) -> tuple[QuestionStore, Question]:
        store = self._stores(unit)
        question = use_cases.own_question(store, turn.carried.partition(" ")[0], turn.person)
        return store, self.asking_experts.standing([question], unit)[0]

    def _own_questions(self, person: Person, limit: int, unit: UnitOfWork) -> list[Question]:
        asked = self._stores(unit).asked_by(person.id, 2 * limit)
        return use_cases.each_once(self.asking_experts.standing(asked, unit))[:limit]

    def _passage(self, question: Question, cited: Cited, turn: Turn) -> Answer:
        answer = passage_answer(self._knowledge, cited, question.understood, turn.principals)
        if answer is None:
            raise UserFacingError(
                f"“{cited.title}” has changed or gone since, so it cannot be shown. Ask again to get what is there now."
            )
        return answer


def questions_feature(chat: QuestionsChat) -> Feature:
    return Feature(
        name="questions",
        message=chat.on_message,
        opened={"chat": chat.asking.on_opened},
        overhears=chat.overhears,
        acted=chat.asking_experts.on_acted,
        commands={
            "help": Command(chat.on_help, "what you can ask and do here"),
            card.EXPERT: Command(chat.asking_experts.on_said, "ask an expert your last question here"),
            "mine": Command(chat.on_mine, "what you have asked, and how it stands"),
            "open": Command(chat.on_open, "the questions that wait for an expert"),
        },
        buttons={
            ACTION: chat.asking.on_ask,
            card.HELPFUL: chat.on_helpful,
            card.UNHELPFUL: chat.on_unhelpful,
            card.UNDO_FEEDBACK: chat.on_undo_feedback,
            consent.ASK_EXPERT: chat.asking_experts.on_ask,
            consent.ASK_NAMED: chat.asking_experts.on_named,
            consent.ASK_UNNAMED: chat.asking_experts.on_unnamed,
            card.CHOOSE: chat.on_choose,
            card.UNDO_CHOICE: chat.on_undo_choice,
        },
        forms={
            ACTION: FormRoute(chat.asking.on_ask_sent, ask_form),
            card.UNHELPFUL: FormRoute(chat.on_unhelpful_sent, unhelpful_form),
            consent.ASK_EXPERT: FormRoute(chat.asking_experts.on_sent, consent.form_again),
        },
        message_actions={
            ASK_ABOUT: MessageAction(chat.asking.on_ask_about, "Ask Guildhall about this", "look a message up")
        },
        home=(chat.mine_at_home, chat.open_at_home),
        person_columns=(questions.c.person_id,),
    )
