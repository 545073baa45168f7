"""The questions feature on fakes, with a person in front of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import create_engine

from bot.chat.reply import Bullets, Button, Message, Note, Paragraph, Post, Reply, Suggestions, plain
from bot.chat.turn import Commanded, Content, Opened, Person, Pointed, Pressed, Submitted
from bot.features.feature import Command, Feature
from bot.features.questions.chat import QuestionsChat, questions_feature
from bot.features.questions.model import Question
from bot.features.questions.question_card import question_post
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.answer import Answer
from tests.builders import DANA, turn
from tests.fakes import FakeChannels, FakeKnowledge, MemoryQuestions
from tests.fakes_requests import MemoryRequests


class Desk:
    """The questions feature on fakes, with a person in front of it."""

    def __init__(self, given: Answer | None = None, **options: str) -> None:
        self.knowledge = FakeKnowledge(given)
        self.store = MemoryQuestions()
        self.channels = FakeChannels()
        self.requests = MemoryRequests()
        self.chat = QuestionsChat(
            self.knowledge, self._commands, self.channels, self.requests, stores=lambda unit: self.store, **options
        )
        self.feature: Feature = questions_feature(self.chat)
        self._database = Database(create_engine("sqlite://"))

    def _commands(self, person: Person) -> Sequence[tuple[str, Command]]:
        return [(name, each) for name, each in self.feature.commands.items() if person.is_admin or not each.admin_only]

    def say(self, text: str, **values: object) -> Message:
        assert self.feature.message is not None
        return only(self.feature.message(turn(text, **values), self.unit()))

    def press(self, label: str, *, person: Person = DANA) -> Reply:
        """Press the button with this label on the newest question's card."""
        button = next(each for each in buttons(self.card()) if each.label == label)
        return self._do(self.feature.buttons[button.action], Pressed(button.action, button.value, "n"), person)

    def do(self, content: Content, **values: object) -> Reply:
        """What the feature answers when this is said, reworded, withdrawn, pointed at or opened."""
        made = turn(content, **values)
        match content:
            case Pointed():
                handler = self.feature.message_actions[content.action].handler
            case Opened():
                handler = self.feature.opened[content.what]
            case _:
                assert self.feature.message is not None
                handler = self.feature.message
        return handler(made, self.unit())

    def submit(
        self,
        state: str,
        values: dict[str, str | tuple[str, ...]],
        person: Person = DANA,
        form: str = "questions.unhelpful",
    ) -> Reply:
        return self._do(self.feature.forms[form].handler, Submitted(form, values, state, "n"), person)

    def command(self, name: str, **values: object) -> Reply:
        return self.feature.commands[name].handler(turn(Commanded(name), **values), self.unit())

    @property
    def question(self) -> Question:
        return list(self.store.kept.values())[-1]

    def card(self) -> Message:
        return question_post(replace(self.question, request=self.requests.kept.get(self.question.id))).message

    def press_on(self, post: Post, label: str, person: Person = DANA) -> Reply:
        button = next(each for each in post.message.buttons if each.label == label)
        content = Pressed(button.action, button.value, "n", post.key)
        return self.feature.buttons[button.action](
            turn(content, person=person, **({"place": post.place} if post.place else {})), self.unit()
        )

    def ask_expert(self, text: str = "Who knows?", name: str = "shown", **pressed: Person) -> Reply:
        """Press the button, and send the form that it opens."""
        form = self.press("Ask an expert", **pressed).form
        assert form is not None
        return self.submit(form.state, {"text": text, "name": name}, form=form.id)

    def _do(self, handler: Callable[..., Reply], content: Content, person: Person) -> Reply:
        return handler(turn(content, person=person), self.unit())

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self._database)


def only(reply: Reply) -> Message:
    (post,) = reply.posts
    return post.message


def buttons(message: Message) -> list[Button]:
    return list(message.buttons)


def labels(message: Message) -> list[str]:
    return [button.label for button in buttons(message)]


def words(message: Message) -> str:
    texts = [plain(block.text) for block in message.blocks if isinstance(block, Paragraph | Note)]
    items = [plain(item) for block in message.blocks if isinstance(block, Bullets) for item in block.items]
    prompts = [prompt for block in message.blocks if isinstance(block, Suggestions) for prompt in block.prompts]
    return "\n".join(texts + items + prompts)
