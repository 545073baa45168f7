"""Turns and questions for tests, with what a test does not care about filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.chat.reply import Message, Paragraph
from bot.chat.turn import Content, Person, Place, Pressed, Said, Turn
from bot.features.questions.model import Cited, Question
from knowledge.answer import Answer, Outcome, Source
from knowledge.document import Chunk, DocumentKind, SourceDocument
from knowledge.document import Paragraph as SourceParagraph
from knowledge.passage import Passage

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
DANA = Person("web:dana", "Dana Okafor")
SAM = Person("web:sam", "Sam Lee")
ADMIN = Person("web:admin", "Ada Admin", is_admin=True)
THREAD = Place("web", "web:dana", "thread-1")

_numbers = count(1)


def turn(
    content: Content | str = "How do renewals work?",
    *,
    key: str = "",
    person: Person = DANA,
    place: Place = THREAD,
    at: datetime = NOON,
) -> Turn:
    """A turn under a key of its own unless one is given."""
    said = Said(content) if isinstance(content, str) else content
    return Turn(key or f"turn-{next(_numbers)}", person, place, at, said)


def pressed(action: str, value: str, nonce: str, **others: object) -> Turn:
    made = turn(Pressed(action, value, nonce))
    return replace(made, **others)


def message(text: str = "Renewals start ninety days before.") -> Message:
    return Message(text, (Paragraph(text),))


def document(
    name: str = "renewals", text: str = "Renewals start ninety days before the end.", **values: object
) -> SourceDocument:
    made = SourceDocument(
        id=f"starter/{name}.md",
        source="starter",
        path=f"{name}.md",
        title=name.title(),
        blocks=(SourceParagraph(text),),
        kind=DocumentKind.PLAYBOOK,
        audience=frozenset({"everyone"}),
    )
    return replace(made, **values)


def source(
    name: str = "renewals", text: str = "Renewals start ninety days before the end.", **values: object
) -> Source:
    found = document(name, text, **values)
    return Source(Passage(found, Chunk(found.id, 0, text, ("When",), "when"), 0.9, 0), text)


def answer(outcome: Outcome = Outcome.ANSWER, *sources: Source) -> Answer:
    found = sources or (source(),)
    lead = found[0].quote if outcome is Outcome.ANSWER else ""
    confidence = {Outcome.ANSWER: 0.9, Outcome.CANDIDATES: 0.4, Outcome.UNKNOWN: 0.1}[outcome]
    return Answer(outcome, confidence, "how do renewals work", lead, (), found)


def question(question_id: str = "q1", *, asked_at: datetime = NOON, **values: object) -> Question:
    cited = Cited(
        "starter/renewals.md", 0, "Renewals", "Renewals › When", "/library/x?chunk=0", "Ninety days.", "", 0.9
    )
    made = Question(
        id=question_id,
        person_id=DANA.id,
        person_name=DANA.name,
        place=THREAD,
        asked_at=asked_at,
        text="How do renewals work?",
        understood="how do renewals work",
        outcome=Outcome.ANSWER,
        confidence=0.9,
        sources=(cited,),
        shown=message(),
    )
    return replace(made, **values)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
