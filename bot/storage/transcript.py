"""The transcript of platforms that keep no messages of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)

from bot.chat.reply import Message
from bot.chat.transcript import Entry, Thread
from bot.chat.turn import Place, Said, Turn, storable
from bot.chat.wording import shortened
from bot.storage.serialisation import message_from_json, message_to_json, place_from_json, place_to_json
from bot.storage.tables import RowId, UtcDateTime, insert_once, insert_or_change, metadata
from bot.storage.unit_of_work import Database, UnitOfWork

TITLE_LIMIT = 80

threads = Table(
    "transcript_threads",
    metadata,
    Column("conversation", String(500), primary_key=True),
    Column("place", Text, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("title", String(TITLE_LIMIT), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("seen_revision", Integer, nullable=False, default=0, server_default=text("0")),
    Index(None, "person_id", "changed_at"),
)

entries = Table(
    "transcript_entries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("conversation", String(500), nullable=False),
    Column("entry_id", String(500), nullable=False),
    Column("position", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("author", String(200), nullable=False),
    Column("said", Text),
    Column("message", Text),
    Column("nonce", String(64), nullable=False),
    UniqueConstraint("conversation", "entry_id"),
    Index(None, "conversation", "revision"),
    sqlite_autoincrement=True,
)


class SqlTranscript:
    """Fills `bot.chat.ports.Transcript`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_said(self, turn: Turn) -> None:
        if not isinstance(turn.content, Said):
            raise ValueError("Only what was said stands in a transcript.")
        said = storable(turn.content.text)
        with self._database.begin() as unit:
            if _holds(unit, turn.place, entries.c.entry_id == turn.key):
                return
            revision = _next_revision(unit, turn.place, turn.person.id, shortened(said, TITLE_LIMIT), turn.at)
            insert_once(
                unit.connection, entries, conversation=turn.place.conversation, entry_id=turn.key,
                position=revision, revision=revision, at=turn.at, author=turn.person.name, said=said, nonce="",
            )  # fmt: skip

    def put_message(self, place: Place, message_id: str, message: Message, nonce: str, at: datetime) -> None:
        body = message_to_json(message)
        with self._database.begin() as unit:
            title = shortened(message.summary, TITLE_LIMIT)
            is_news = not _holds(unit, place, or_(entries.c.entry_id == message_id, entries.c.said.is_not(None)))
            revision = _next_revision(unit, place, place.channel, title, at, is_titled_anew=is_news)
            insert_or_change(
                unit.connection, entries, {"message": body, "nonce": nonce, "revision": revision},
                key=(entries.c.conversation, entries.c.entry_id), conversation=place.conversation, entry_id=message_id,
                position=revision, revision=revision, at=at, author="", message=body, nonce=nonce,
            )  # fmt: skip

    def entries(self, place: Place, *, after: int = 0, limit: int = 200) -> Sequence[Entry]:
        query = (
            select(entries)
            .where(entries.c.conversation == place.conversation, entries.c.revision > after)
            .order_by(entries.c.revision)
            .limit(limit)
        )
        with self._database.reading() as unit:
            return [_entry(row) for row in unit.connection.execute(query)]

    def threads(self, person_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Thread]:
        is_unread = exists().where(
            entries.c.conversation == threads.c.conversation,
            entries.c.revision > threads.c.seen_revision,
            entries.c.position > threads.c.seen_revision,
            entries.c.message.is_not(None),
        )
        query = select(threads, is_unread.label("is_unread")).where(threads.c.person_id == person_id)
        if before is not None:
            query = query.where(threads.c.changed_at < before)
        query = query.order_by(threads.c.changed_at.desc(), threads.c.conversation).limit(limit)
        with self._database.reading() as unit:
            return [
                Thread(place_from_json(row.place), row.person_id, row.title, row.changed_at, bool(row.is_unread))
                for row in unit.connection.execute(query)
            ]

    def place_of(self, person_id: str, thread: str) -> Place | None:
        named = threads.c.conversation.endswith(f"/{thread}", autoescape=True)
        query = select(threads.c.place).where(threads.c.person_id == person_id, named).order_by(threads.c.conversation)
        with self._database.reading() as unit:
            place = unit.connection.execute(query.limit(1)).scalar_one_or_none()
        return None if place is None else place_from_json(place)

    def saw(self, place: Place, revision: int) -> None:
        unseen = (threads.c.conversation == place.conversation, threads.c.seen_revision < revision)
        with self._database.begin() as unit:
            unit.connection.execute(update(threads).where(*unseen).values(seen_revision=revision))

    def delete_thread(self, place: Place) -> None:
        with self._database.begin() as unit:
            unit.connection.execute(delete(entries).where(entries.c.conversation == place.conversation))
            unit.connection.execute(delete(threads).where(threads.c.conversation == place.conversation))


def _holds(unit: UnitOfWork, place: Place, what: ColumnElement[bool]) -> bool:
    query = select(entries.c.id).where(entries.c.conversation == place.conversation, what).limit(1)
    return unit.connection.execute(query).first() is not None


def _next_revision(
    unit: UnitOfWork, place: Place, person_id: str, title: str, at: datetime, *, is_titled_anew: bool = False
) -> int:
    """Begins the thread where it is new. The row stays locked until the commit, so that whoever reads up to
    a revision has seen all before it."""
    changes: dict[str, object] = {"revision": threads.c.revision + 1, "changed_at": at}
    thread = insert_or_change(
        unit.connection, threads, changes | {"title": title} if is_titled_anew else changes,
        conversation=place.conversation, place=place_to_json(place),
        person_id=person_id, title=title, revision=1, changed_at=at,
    )  # fmt: skip
    return int(thread.revision)


def _entry(row: Row[*tuple[object, ...]]) -> Entry:
    return Entry(
        id=row.entry_id,
        position=row.position,
        revision=row.revision,
        at=row.at,
        author=row.author,
        said=row.said,
        message=None if row.message is None else message_from_json(row.message),
        nonce=row.nonce,
    )
