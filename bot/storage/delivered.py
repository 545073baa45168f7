"""What stands in the channels now, for platforms that have to draw a message again."""

from sqlalchemy import select

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.storage.outbox import Outbox, OutboxState, outbox
from bot.storage.serialisation import message_from_json
from bot.storage.unit_of_work import Database


class SqlDelivered:
    """Fills `bot.chat.ports.Delivered`. The outbox keeps the newest version of each message as long as its buttons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, place: Place, key: str) -> tuple[Message, str] | None:
        """What is on its way counts: it stands there in a moment. What failed does not."""
        query = (
            select(outbox.c.message, outbox.c.nonce)
            .where(
                outbox.c.conversation == place.conversation,
                outbox.c.message_key == key,
                outbox.c.state != OutboxState.FAILED,
            )
            .order_by(outbox.c.version.desc())
            .limit(1)
        )
        with self._database.reading() as unit:
            row = unit.connection.execute(query).first()
        return None if row is None else (message_from_json(row.message), row.nonce)

    def key_of(self, place: Place, message_id: str) -> str | None:
        with self._database.reading() as unit:
            return Outbox(unit).key_of(place, message_id)
