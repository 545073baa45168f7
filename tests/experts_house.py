"""A house with a directory, a dispatcher and the experts; its library names owners."""

from dataclasses import replace
from pathlib import Path

from bot.chat.ports import Profile
from bot.chat.reply import Actions, Facts, Message, Paragraph, Reply, Suggestions, plain
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.experts.chat import ExpertsChat, HandBack, experts_feature, nothing_waits
from bot.features.experts.matcher import Matcher
from bot.features.experts.model import Evidence, Expert
from bot.features.experts.pages import ExpertPages
from bot.features.experts.store import SqlExperts
from bot.features.feature import Feature
from bot.features.page import Redirect, View
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import Chunk, SourceDocument
from knowledge.passage import Passage
from tests.builders import NOON, document, minutes, turn
from tests.fakes_knowledge import WordEmbedder

DANA, SAM, GUEST = "slack:T1:U1", "slack:T1:U2", "slack:T1:U3"
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
BOARD = frozenset({"board"})
PLAIN: dict[str, str | tuple[str, ...]] = {
    "topics": (), "more_topics": "", "languages": (), "days": ("0", "1", "2", "3", "4"), "works_from": "09:00",
    "works_to": "17:00", "weekly_limit": "5", "back_on": "", "stand_in": "",
}  # fmt: skip


class Library:
    """One playbook that everybody reads and one that the board does, both Dana's; another names an unknown owner."""

    def __init__(self) -> None:
        kept = (
            document("renewals", topics=("pricing", "renewals"), owner="Dana Okafor"),
            document("heron", "The acquisition.", topics=("acquisition",), owner="dana@example.com", audience=BOARD),
            document("brand", topics=("brand",), owner="Brand team"),
        )
        self.by_id = {each.id: each for each in kept}

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        return [each for each in self.by_id.values() if each.audience & readers]

    def search(self, text: str, readers: frozenset[str], *, limit: int = 20) -> list[Passage]:
        """A discount is spoken of in the playbook on pricing."""
        found = [each for each in self.documents(readers) if each.title == "Renewals"]
        return [Passage(each, Chunk(each.id, 0, "A discount needs approval."), 0.9, 0) for each in found]


class House:
    def __init__(self, database: Database, hand_back: HandBack = nothing_waits) -> None:
        self.database = database
        self.now = NOON
        self.directory = Directory(database, lambda: self.now)
        self.library = Library()
        file = Path(str(database.engine.url.database)).with_name("experts.npz")
        self.matcher = Matcher(database, WordEmbedder(), lambda: self.library.by_id, file)
        self.chat = ExpertsChat(self.library, self.matcher, base_url="https://hall.example", hand_back=hand_back)
        self.catalog = Catalog([experts_feature(self.chat), Feature("talk", message=self._unknown)])
        self.dispatcher = Dispatcher(database, Router(self.catalog), lambda: self.now, identify=self.directory.identify)
        self.pages = ExpertPages(database, self.chat, self.library, lambda: self.now)
        for account, name, mail in ((DANA, "Dana Okafor", "dana"), (SAM, "Sam Lee", "sam")):
            offered = Profile(name, f"{mail}@example.com", True, "Europe/Berlin")
            self.directory.sign_in(Person(account, name), offered)
            self.directory.person_of(Person(account, name), account.removeprefix("slack:"))

    def person(
        self, account: str, *, groups: frozenset[str] = frozenset(), is_admin: bool = False, is_guest: bool = False
    ) -> Person:
        known = self.directory.person_of(Person(account, ""))
        return replace(known, groups=groups, is_admin=is_admin, is_guest=is_guest)

    def turn(self, content: Content, account: str, place: Place | None = None, *, is_guest: bool = False) -> Turn:
        direct = account.removeprefix("slack:")
        person = Person(account, "", is_guest=is_guest)
        made = turn(content, person=person, place=place or Place("slack", direct), at=self.now)
        return replace(made, direct=direct)

    def do(self, content: Content, account: str = SAM, place: Place | None = None, **more: bool) -> Message:
        """The last message that went out for it."""
        self.matcher.refresh()
        self.dispatcher.answer_now(self.turn(content, account, place, **more))
        return self.said()[-1][1]

    def said(self) -> list[tuple[Place, Message, str]]:
        found: list[tuple[Place, Message, str]] = []
        with self.database.begin() as unit:
            while ready := heads(unit, self.now, {"slack": minutes(0)}).ready:
                delivery = Outbox(unit).claim(ready[0], self.now)
                assert delivery is not None
                Outbox(unit).sent(delivery, f"id-{delivery.id}", self.now)
                found.append((delivery.place, delivery.message, delivery.nonce))
        return found

    def press(self, action: str, account: str) -> Reply:
        """The button of what `expertise` shows."""
        self.dispatcher.answer_now(self.turn(Commanded("expertise"), account))
        nonce = self.said()[-1][2]
        return self.dispatcher.answer_now(self.turn(Pressed(action, "", nonce), account))

    def join(self, account: str = DANA, **values: str | tuple[str, ...]) -> Message:
        opened = self.press("experts.change", account)
        assert opened.form is not None
        joined = self.do(Submitted(opened.form.id, {**PLAIN, **values}, opened.form.state, opened.nonce), account)
        self.matcher.refresh()
        return joined

    def answered(self, text: str, *topics: str, readers: frozenset[str] = frozenset({"everyone"})) -> None:
        with self.database.begin() as unit:
            SqlExperts(unit).add_evidence(Evidence(text[:32], DANA, text, topics, readers, NOON))
        self.matcher.refresh()

    def expert(self, account: str = DANA) -> Expert | None:
        with self.database.reading() as unit:
            return SqlExperts(unit).get(account)

    @staticmethod
    def _unknown(asked: Turn, unit: UnitOfWork) -> Reply:
        return Reply()


def words(message: Message) -> str:
    lines: list[str] = [message.summary]
    for block in message.blocks:
        match block:
            case Actions() | Suggestions():
                pass
            case Facts(pairs=pairs):
                lines += [f"{label}: {plain(text)}" for label, text in pairs]
            case Paragraph(text=text):
                lines.append(plain(text))
            case _:
                lines += [plain(each) for each in getattr(block, "items", (getattr(block, "text", ""),))]
    return "\n".join(lines)


def learned_in(shown: View | Redirect) -> list[str]:
    assert isinstance(shown, View)
    learned = shown.values["learned"]
    assert isinstance(learned, list)
    return [each.topic for each in learned]
