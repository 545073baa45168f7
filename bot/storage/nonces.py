"""One-time nonces: each version of a message has its own, and whoever presses first uses it up."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Text, delete, insert, select, update

from bot.chat.reply import Message
from bot.storage.tables import UtcDateTime, metadata
from bot.storage.unit_of_work import UnitOfWork

nonces = Table(
    "nonces",
    metadata,
    Column("nonce", String(64), primary_key=True),
    Column("conversation", String(500), nullable=False),
    Column("message_key", String(300), nullable=False),
    Column("buttons", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "conversation", "message_key"),
    Index(None, "made_at"),
)


FORM = "form:"
"""Begins what stands among the buttons of a form's own nonce: no button's action begins so."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """The message that carries a nonce, used up or not, with its `buttons` as action and value; or a form of its
    own."""

    conversation: str
    key: str
    buttons: frozenset[tuple[str, str]]

    @property
    def is_form(self) -> bool:
        """A form that no button opened: it stands nowhere."""
        return any(action.startswith(FORM) for action, _ in self.buttons)

    def is_for(self, form: str, person_id: str) -> bool:
        """Whether it is this form, made for this person."""
        return (f"{FORM}{form}", person_id) in self.buttons


class Nonces:
    """Nonces inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def use_up(self, conversation: str, message_key: str, now: datetime) -> None:
        """All that the message's versions carry until now."""
        self._unit.connection.execute(
            update(nonces)
            .where(
                nonces.c.conversation == conversation, nonces.c.message_key == message_key, nonces.c.used_at.is_(None)
            )
            .values(used_at=now)
        )

    def for_message(self, conversation: str, message_key: str, message: Message, now: datetime) -> str:
        """A nonce for one version of the message."""
        return self._make(conversation, message_key, _buttons(message), now)

    def for_form(self, conversation: str, form: str, person_id: str, now: datetime) -> str:
        """A nonce for a form that no button opened, and that only this person may send."""
        return self._make(conversation, form, [[f"{FORM}{form}", person_id]], now)

    def carrier(self, nonce: str) -> Carrier | None:
        """None where there is no such nonce."""
        query = select(nonces.c.conversation, nonces.c.message_key, nonces.c.buttons).where(nonces.c.nonce == nonce)
        row = self._unit.connection.execute(query).one_or_none()
        if row is None:
            return None
        buttons = frozenset((action, value) for action, value in json.loads(row.buttons))
        return Carrier(row.conversation, row.message_key, buttons)

    def use(self, nonce: str, now: datetime) -> bool:
        """True for exactly one caller."""
        used = update(nonces).where(nonces.c.nonce == nonce, nonces.c.used_at.is_(None)).values(used_at=now)
        return self._unit.connection.execute(used).rowcount == 1

    def purge(self, made_before: datetime) -> int:
        return self._unit.connection.execute(delete(nonces).where(nonces.c.made_at < made_before)).rowcount

    def _make(self, conversation: str, message_key: str, buttons: list[list[str]], now: datetime) -> str:
        nonce = secrets.token_urlsafe(18)
        self._unit.connection.execute(
            insert(nonces).values(
                nonce=nonce,
                conversation=conversation,
                message_key=message_key,
                buttons=json.dumps(buttons),
                made_at=now,
            )
        )
        return nonce


def _buttons(message: Message) -> list[list[str]]:
    return [[button.action, button.value] for button in message.buttons]
