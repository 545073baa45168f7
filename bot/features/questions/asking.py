"""What is said, reworded, withdrawn or pointed at, to answers where they belong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.question_words import looks_like_question
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Person, Place, Pointed, Reworded, Said, Turn, Withdrawn, storable
from bot.chat.wording import shortened
from bot.features.channels.model import USUAL, Listening, Policy
from bot.features.feature import Command
from bot.features.library.links import pages_from
from bot.features.questions import talk, use_cases
from bot.features.questions.ask_form import FIELD, ask_form
from bot.features.questions.asking_experts import BY_ITSELF, AskingExperts
from bot.features.questions.drafting import draft_of, is_drafted, unshown
from bot.features.questions.knowledge_port import Knowledge
from bot.features.questions.looking_up import Found, look_up, look_up_unasked, reads_along, reply_place
from bot.features.questions.model import TEXT_LIMIT, Cited, Question
from bot.features.questions.question_card import question_post, taken_away_post
from bot.features.questions.small_talk import SmallTalk, small_talk
from bot.features.questions.store import QuestionStore, SqlQuestions
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Answer, Outcome

DELETED = "The question was deleted, so its answer is too."
UNSURE = "The question was changed, and I am not sure of an answer any more."
QUOTED = 120
A_MINUTE = 20
"""Questions of one person that are looked up within a minute."""

Commands = Callable[[Person], Sequence[tuple[str, Command]]]
Stores = Callable[[UnitOfWork], QuestionStore]


class Channels(Protocol):
    """What holds in a shared place. `bot.features.channels.chat.ChannelsChat` fills it."""

    def policy(self, place: Place, unit: UnitOfWork) -> Policy: ...

    def switched_off(self, place: Place, unit: UnitOfWork) -> Message:
        """Why nothing was answered there."""
        ...


class Asking:
    """Turn -> Reply. `base_url` is how people reach the web page from a chat; empty where they do not. Of one person no
    more than `a_minute` questions are looked up."""

    def __init__(
        self,
        knowledge: Knowledge,
        commands: Commands,
        channels: Channels,
        base_url: str,
        experts: AskingExperts,
        stores: Stores = SqlQuestions,
        *,
        a_minute: int = A_MINUTE,
    ) -> None:
        self._knowledge = knowledge
        self._experts = experts
        self._a_minute = a_minute
        self._commands = commands
        self._channels = channels
        self._base_url = base_url
        self._stores = stores

    def on_message(self, turn: Turn, unit: UnitOfWork) -> Reply:
        match turn.content:
            case Said(addressed=True):
                return self._said(turn, turn.content, unit)
            case Said():
                return self._overheard(turn, turn.content, unit)
            case Reworded():
                return self._reworded(turn, turn.content, unit)
            case Withdrawn():
                return self._withdrawn(turn, turn.content, unit)
            case _:
                return Reply()

    def on_ask_about(self, turn: Turn, unit: UnitOfWork) -> Reply:
        pointed = turn.content if isinstance(turn.content, Pointed) else Pointed("", "")
        text = shortened(storable(pointed.text), TEXT_LIMIT)
        if not any(letter.isalnum() for letter in text):
            raise UserFacingError("There are no words in that message to look up, so nothing was asked.")
        if self._knowledge.snapshot is None:
            return say(talk.no_library_message(turn.person), turn.private_place)
        if self._asks_too_much(turn, unit):
            return self._slow_down(turn)
        author = f"what {pointed.author} wrote" if pointed.author else "that message"
        about = f"About {author}: “{shortened(text, QUOTED)}”"
        policy = self._policy(turn, unit)
        found = look_up(self._knowledge, turn, text, (), policy)
        if is_drafted(policy, turn, found):
            return self._to_experts(turn, text, found[0], unit)
        return self._answer(turn, text, [replace(each, before=(about,)) for each in found], unit)

    def on_ask(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=ask_form())

    def on_ask_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Answered where only this person reads, below the question: nobody sees it otherwise."""
        text = one(turn.values, FIELD)
        asked = replace(turn, content=Said(text), place=turn.private_place)
        if not any(letter.isalnum() for letter in text):
            raise FormRejected({FIELD: talk.no_words_message().summary})
        if (problem := self._no_question(text, asked)) is not None:
            return say(problem, asked.place)
        if self._asks_too_much(turn, unit):
            raise FormRejected({FIELD: talk.too_many_message(self._a_minute).summary})
        above = f"You asked: “{shortened(text, QUOTED)}”"
        found = look_up(self._knowledge, asked, text, self._previous(asked, text, unit))
        return self._answer(asked, text, [replace(each, before=(above,)) for each in found], unit)

    def on_opened(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self.small_talk(SmallTalk.GREETING, turn)

    def chosen(self, question: Question, cited: Cited, answer: Answer, turn: Turn, unit: UnitOfWork) -> Reply | None:
        """Of a candidate that experts see first, as of any answer there; None where it is shown."""
        if not is_drafted(self._policy(turn, unit), turn, [Found(answer, question.answered_in)]):
            return None
        use_cases.check_not_asked(question)
        hidden, draft = unshown(question), draft_of(answer, replace(question, sources=(cited,)))
        self._experts.ready(hidden)
        self._stores(unit).answer_anew(hidden)
        return Reply((question_post(self._experts.by_itself(hidden, turn, unit, draft), self._base_url),))

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        """Follow-up questions in a thread where something was asked before."""
        if not place.thread or not place.members:
            return False
        is_on = self._channels.policy(place, unit).listening is not Listening.OFF
        return is_on and self._stores(unit).is_known(place.conversation)

    def small_talk(self, kind: SmallTalk, turn: Turn) -> Reply:
        examples: Sequence[str] = ()
        if kind in (SmallTalk.GREETING, SmallTalk.HELP):
            examples = talk.example_questions(self._knowledge.documents(turn.principals))
        commands = self._commands(turn.person)
        message = talk.small_talk_message(kind, turn.person, examples, commands, turn.place.platform)
        return say(message, reply_place(turn))

    def _said(self, turn: Turn, said: Said, unit: UnitOfWork) -> Reply:
        text = storable(said.text).strip()
        policy = self._policy(turn, unit)
        if policy.listening is Listening.OFF and not reads_along(turn):
            return say(self._channels.switched_off(turn.place, unit), turn.private_place)
        if (kind := small_talk(text)) is not None:
            return self.small_talk(kind, turn)
        if (problem := self._no_question(text, turn)) is not None:
            return say(problem, reply_place(turn))
        if self._asks_too_much(turn, unit):
            return self._slow_down(turn)
        found = look_up(self._knowledge, turn, text, self._previous(turn, text, unit), policy)
        if is_drafted(policy, turn, found):
            return self._to_experts(turn, text, found[0], unit)
        if not policy.asks_first and is_unanswered_here(turn, found):
            return self._to_experts(turn, text, replace(found[0], after=(*found[0].after, BY_ITSELF)), unit)
        return self._answer(turn, text, found, unit)

    def _to_experts(self, turn: Turn, text: str, found: Found, unit: UnitOfWork) -> Reply:
        """By itself, as is agreed for the channel: what is not answered, and drafts of what is."""
        question, draft = self._question(uuid4().hex, turn, text, found), None
        if found.answer.outcome is Outcome.ANSWER:
            question, draft = unshown(question), draft_of(found.answer, question)
        self._experts.ready(question)
        self._stores(unit).add(question)
        return Reply((question_post(self._experts.by_itself(question, turn, unit, draft), self._base_url),))

    def _overheard(self, turn: Turn, said: Said, unit: UnitOfWork) -> Reply:
        text = storable(said.text).strip()
        if self._no_question(text, turn) is not None or not looks_like_question(text):
            return Reply()
        if self._asks_too_much(turn, unit):
            return Reply()
        policy = self._policy(turn, unit)
        if policy.shadow:
            return Reply()
        found = look_up_unasked(self._knowledge, turn, text, self._previous(turn, text, unit), policy)
        return self._answer(turn, text, found, unit) if found else Reply()

    def _reworded(self, turn: Turn, reworded: Reworded, unit: UnitOfWork) -> Reply:
        """The answer in its place follows the question, until somebody has built on it."""
        text = storable(reworded.text).strip()
        with unit.database.reading() as before:
            known = self._experts.standing(use_cases.of_this_message(self._stores(before), turn), before)
        first = next(iter(known), None)
        if first is None or first.person_id != turn.person.id or first.text == text:
            return Reply()
        if any(each.is_settled for each in known) or self._no_question(text, turn) or small_talk(text):
            return Reply()
        asked = replace(turn, at=first.asked_at, place=replace(turn.place, thread=first.place.thread))
        policy, previous = self._policy(asked, unit), self._previous(asked, text, unit)
        search = look_up if first.addressed else look_up_unasked
        found = search(self._knowledge, asked, text, previous, policy)
        if found and is_drafted(policy, asked, found):
            return Reply()
        return self._answer_anew(asked, text, known, found, unit)

    def _withdrawn(self, turn: Turn, withdrawn: Withdrawn, unit: UnitOfWork) -> Reply:
        store = self._stores(unit)
        store.note_withdrawn(turn.place, withdrawn.id, turn.at)
        known = use_cases.of_this_message(store, turn)
        for each in known:
            self._experts.take_back(each, turn, unit)
            store.remove(each.id)
        return Reply(tuple(taken_away_post(each, DELETED) for each in known))

    def _answer(self, turn: Turn, text: str, found: Sequence[Found], unit: UnitOfWork) -> Reply:
        questions = [self._question(uuid4().hex, turn, text, each) for each in found]
        store = self._stores(unit)
        for question in questions:
            store.add(question)
        return Reply(tuple(question_post(each, self._base_url) for each in questions))

    def _answer_anew(
        self, turn: Turn, text: str, known: Sequence[Question], found: Sequence[Found], unit: UnitOfWork
    ) -> Reply:
        """In the same messages as far as they stand where the answers go; others are taken away or new."""
        store = self._stores(unit)
        left = {each.answered_in: each for each in known}
        posts: list[Post] = []
        for each in found:
            earlier = left.pop(each.place, None)
            question = self._question(earlier.id if earlier else uuid4().hex, turn, text, each)
            question = replace(question, addressed=known[0].addressed)
            if earlier is None:
                store.add(question)
            elif not store.answer_anew(question):
                continue
            posts.append(question_post(question, self._base_url))
        for gone in left.values():
            store.remove(gone.id)
            posts.append(taken_away_post(gone, UNSURE))
        return Reply(tuple(posts))

    def _question(self, question_id: str, turn: Turn, text: str, found: Found) -> Question:
        pages = pages_from(turn.place, self._base_url)
        return use_cases.answered_question(question_id, turn, text, found, pages)

    def _no_question(self, text: str, turn: Turn) -> Message | None:
        if not any(letter.isalnum() for letter in text):
            return talk.no_words_message()
        if len(text) > TEXT_LIMIT:
            return talk.too_long_message(len(text))
        return talk.no_library_message(turn.person) if self._knowledge.snapshot is None else None

    def _asks_too_much(self, turn: Turn, unit: UnitOfWork) -> bool:
        with unit.database.reading() as before:
            return use_cases.asks_too_much(self._stores(before), turn, self._a_minute)

    def _slow_down(self, turn: Turn) -> Reply:
        """Said once a minute in the same place: again under the same key it is the same message."""
        key = f"slow-{turn.at:%Y%m%d%H%M}"
        return Reply((Post(talk.too_many_message(self._a_minute), key, turn.private_place),))

    def is_withdrawn(self, turn: Turn, unit: UnitOfWork) -> bool:
        """What is said comes at times after it was deleted."""
        said_id = turn.content.id if isinstance(turn.content, Said) else ""
        with unit.database.reading() as before:
            return bool(said_id) and self._stores(before).is_withdrawn(turn.place, said_id)

    def _policy(self, turn: Turn, unit: UnitOfWork) -> Policy:
        if not turn.place.is_shared:
            return USUAL
        with unit.database.reading() as before:
            return self._channels.policy(turn.place, before)

    def _previous(self, turn: Turn, text: str, unit: UnitOfWork) -> Sequence[str]:
        with unit.database.reading() as before:
            return use_cases.earlier_questions(self._stores(before), turn, text)


def is_unanswered_here(turn: Turn, found: Sequence[Found]) -> bool:
    """In a channel of colleagues, for one of them."""
    is_unknown = all(each.answer.outcome is Outcome.UNKNOWN for each in found)
    return is_unknown and turn.place.is_shared and found[0].place is None and not turn.person.is_stranger


def say(message: Message, place: Place | None = None) -> Reply:
    return Reply((Post(message, f"said-{uuid4().hex}", place),))
