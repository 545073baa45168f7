"""Hand-written stand-ins; the contract suites hold those of stores to what the real ones do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.chat.errors import DeliveryFailed
from bot.chat.reply import Message
from bot.chat.transcript import Entry, Thread
from bot.chat.turn import Place, Said, Turn
from bot.chat.wording import shortened
from bot.features.channels.model import USUAL, Policy
from bot.features.questions.model import Feedback, Question
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Answer, Outcome
from knowledge.document import Chunk, DocumentKind, SourceDocument
from knowledge.passage import Passage


class MemoryQuestions:
    """Fills `bot.features.questions.store.QuestionStore`."""

    def __init__(self) -> None:
        self.kept: dict[str, Question] = {}
        self.withdrawn: set[tuple[str, str, str]] = set()

    def add(self, question: Question) -> None:
        self.kept[question.id] = question

    def get(self, question_id: str) -> Question | None:
        return self.kept.get(question_id)

    def earlier(self, conversation: str, person_id: str, *, since: datetime, before: datetime, limit: int) -> list[str]:
        asked = [
            each
            for each in self.kept.values()
            if each.place.conversation == conversation
            and each.person_id == person_id
            and since <= each.asked_at < before
        ]
        return [each.text for each in sorted(asked, key=lambda each: each.asked_at)[-limit:]]

    def count_asked(self, person_id: str, since: datetime, until: datetime) -> int:
        own = [each for each in self.kept.values() if each.person_id == person_id]
        return len({(each.place.conversation, each.asked_at) for each in own if since < each.asked_at <= until})

    def is_known(self, conversation: str) -> bool:
        return any(each.place.conversation == conversation for each in self.kept.values())

    def said_as(self, said_id: str) -> list[Question]:
        said = [each for each in self.kept.values() if said_id and each.said_id == said_id]
        return sorted(said, key=lambda each: (each.asked_at, each.id))

    def asked_by(self, person_id: str, limit: int) -> list[Question]:
        asked = sorted((each for each in self.kept.values() if each.person_id == person_id), key=lambda each: each.id)
        return sorted(asked, key=lambda each: each.asked_at, reverse=True)[:limit]

    def answer_anew(self, question: Question) -> bool:
        known = self.kept.get(question.id)
        if known is None or known.is_settled:
            return False
        unchanged = {"asked_at": known.asked_at, "said_id": known.said_id, "addressed": known.addressed}
        self.kept[question.id] = replace(question, **unchanged)
        return True

    def remove(self, question_id: str) -> None:
        self.kept.pop(question_id, None)

    def note_withdrawn(self, place: Place, said_id: str, at: datetime) -> None:
        self.withdrawn.add((place.platform, place.channel, said_id))

    def is_withdrawn(self, place: Place, said_id: str) -> bool:
        return (place.platform, place.channel, said_id) in self.withdrawn

    def set_feedback(self, question_id: str, feedback: Feedback | None) -> None:
        self.kept[question_id] = replace(self.kept[question_id], feedback=feedback)

    def set_choice(self, question_id: str, choice: int | None, shown: Message) -> None:
        self.kept[question_id] = replace(self.kept[question_id], choice=choice, shown=shown)


class MemoryTranscript:
    """Fills `bot.chat.ports.Transcript`."""

    def __init__(self) -> None:
        self._threads: dict[str, Thread] = {}
        self._revisions: dict[str, int] = {}
        self._entries: dict[str, dict[str, Entry]] = {}
        self._seen: dict[str, int] = {}

    def add_said(self, turn: Turn) -> None:
        if not isinstance(turn.content, Said):
            raise ValueError("Only what was said stands in a transcript.")
        if turn.key in self._entries.get(turn.place.conversation, {}):
            return
        text = turn.content.text
        revision = self._grow(turn.place, turn.person.id, shortened(text, 80), turn.at)
        entry = Entry(turn.key, revision, revision, turn.at, turn.person.name, said=text)
        self._entries[turn.place.conversation][turn.key] = entry

    def put_message(self, place: Place, message_id: str, message: Message, nonce: str, at: datetime) -> None:
        title = shortened(message.summary, 80)
        held = self._entries.get(place.conversation, {})
        is_news = message_id not in held and all(each.said is None for each in held.values())
        revision = self._grow(place, place.channel, title, at)
        if is_news:
            self._threads[place.conversation] = replace(self._threads[place.conversation], title=title)
        known = self._entries[place.conversation].get(message_id)
        fresh = Entry(message_id, revision, revision, at, message=message, nonce=nonce)
        self._entries[place.conversation][message_id] = (
            replace(known, message=message, nonce=nonce, revision=revision) if known else fresh
        )

    def entries(self, place: Place, *, after: int = 0, limit: int = 200) -> Sequence[Entry]:
        found = [each for each in self._entries.get(place.conversation, {}).values() if each.revision > after]
        return sorted(found, key=lambda each: each.revision)[:limit]

    def threads(self, person_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Thread]:
        own = [
            replace(each, is_unread=self._is_unread(each.place.conversation))
            for each in self._threads.values()
            if each.person_id == person_id and (before is None or each.changed_at < before)
        ]
        return sorted(own, key=lambda each: each.changed_at, reverse=True)[:limit]

    def place_of(self, person_id: str, thread: str) -> Place | None:
        theirs = (each.place for _, each in sorted(self._threads.items()) if each.person_id == person_id)
        return next((place for place in theirs if place.thread == thread), None)

    def saw(self, place: Place, revision: int) -> None:
        self._seen[place.conversation] = max(revision, self._seen.get(place.conversation, 0))

    def delete_thread(self, place: Place) -> None:
        for kept in (self._threads, self._revisions, self._entries, self._seen):
            kept.pop(place.conversation, None)

    def _is_unread(self, conversation: str) -> bool:
        seen = self._seen.get(conversation, 0)
        return any(each.message and each.position > seen for each in self._entries[conversation].values())

    def _grow(self, place: Place, person_id: str, title: str, at: datetime) -> int:
        conversation = place.conversation
        known = self._threads.get(conversation) or Thread(place, person_id, title, at)
        self._threads[conversation] = replace(known, changed_at=at)
        self._entries.setdefault(conversation, {})
        self._revisions[conversation] = self._revisions.get(conversation, 0) + 1
        return self._revisions[conversation]


class MemoryTicks:
    """Fills `scheduler.tick.Ticks`."""

    def __init__(self) -> None:
        self.taken: set[tuple[str, date, str]] = set()

    def try_take(self, schedule: str, local_date: date, slot: str) -> bool:
        tick = (schedule, local_date, slot)
        if tick in self.taken:
            return False
        self.taken.add(tick)
        return True

    def is_known(self, schedule: str) -> bool:
        return any(schedule == taken for taken, _, _ in self.taken)


@dataclass
class Delivered:
    """What stands in a channel now, and every version that it had."""

    place: Place
    key: str
    versions: list[tuple[Message, str]]

    @property
    def message(self) -> Message:
        return self.versions[-1][0]

    @property
    def nonce(self) -> str:
        return self.versions[-1][1]


@dataclass
class RecordingMessenger:
    """Fills `bot.chat.ports.Messenger`. `failures` are raised first, one a call; None lets the call pass."""

    failures: list[DeliveryFailed | Exception | None] = field(default_factory=list)
    posts: list[Delivered] = field(default_factory=list)
    updates: int = 0
    before_call: Callable[[], None] = lambda: None

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        self._maybe_fail()
        self.posts.append(Delivered(place, key, [(message, nonce)]))
        return f"id-{len(self.posts) - 1}"

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        self._maybe_fail()
        self.updates += 1
        self.posts[int(message_id.removeprefix("id-"))].versions.append((message, nonce))

    def _maybe_fail(self) -> None:
        self.before_call()
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


class RepeatingMessenger(RecordingMessenger):
    """Posting again under the same key changes nothing."""

    repeats_safely = True

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        self._maybe_fail()
        for number, known in enumerate(self.posts):
            if (known.place.conversation, known.key) == (place.conversation, key):
                return f"id-{number}"
        self.posts.append(Delivered(place, key, [(message, nonce)]))
        return f"id-{len(self.posts) - 1}"


class FindingMessenger(RecordingMessenger):
    """Can look up what was posted."""

    async def find(self, place: Place, key: str) -> str | None:
        for number, known in enumerate(self.posts):
            if (known.place.conversation, known.key) == (place.conversation, key):
                return f"id-{number}"
        return None


class FakeKnowledge:
    """Fills `bot.features.questions.knowledge_port.Knowledge`; answers what it was told to, or what `answers_for`
    has for those among the readers."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or Answer(Outcome.UNKNOWN, 0.05, "")
        self.is_empty = False
        self.answers_for: dict[frozenset[str], Answer] = {}
        self.asked: list[tuple[str, frozenset[str], frozenset[str], tuple[str, ...]]] = []
        self.scopes: list[tuple[frozenset[DocumentKind], frozenset[str], float | None]] = []

    @property
    def snapshot(self) -> "FakeKnowledge | None":
        return None if self.is_empty else self

    def ask(
        self,
        question: str,
        readers: frozenset[str],
        *,
        hubs: frozenset[str] = frozenset(),
        previous: Sequence[str] = (),
        kinds: frozenset[DocumentKind] = frozenset(),
        only_hubs: frozenset[str] = frozenset(),
        answer_from: float | None = None,
    ) -> Answer:
        self.asked.append((question, readers, hubs, tuple(previous)))
        self.scopes.append((kinds, only_hubs, answer_from))
        return next((given for only, given in self.answers_for.items() if only <= readers), self.answer)

    def chunks_of(self, document_id: str) -> tuple[Chunk, ...]:
        chunks = (source.passage.chunk for source in self.answer.sources)
        return tuple(chunk for chunk in chunks if chunk.document_id == document_id)

    def search(
        self,
        text: str,
        readers: frozenset[str],
        *,
        limit: int = 20,
        kind: DocumentKind | None = None,
        hub: str = "",
        topic: str = "",
    ) -> list[Passage]:
        found = [each.passage for each in self.answer.sources if kind in (None, each.passage.document.kind)]
        return [each for each in found if each.document.audience & readers][:limit]

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None:
        found = [each for each in self.documents(readers) if each.id == document_id]
        return found[0] if found else None

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        known = {each.passage.document.id: each.passage.document for each in self.answer.sources}
        return sorted((each for each in known.values() if each.audience & readers), key=lambda each: each.title)


@dataclass
class FakeChannels:
    """Fills `bot.features.questions.asking.Channels`: one policy everywhere."""

    kept: Policy = USUAL

    def policy(self, place: Place, unit: UnitOfWork) -> Policy:
        return self.kept

    def switched_off(self, place: Place, unit: UnitOfWork) -> Message:
        return Message("Switched off there.", ())


@dataclass
class FixedClock:
    """Time that passes when a test says so."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at
