"""Threads as people see them, for a platform that keeps no messages of its own."""

from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Message
from bot.chat.turn import Place


@dataclass(frozen=True, slots=True)
class Thread:
    """`title`, in at most 80 characters, is how it began; where only Guildhall wrote, its newest message. `is_unread`:
    a message came after what was seen."""

    place: Place
    person_id: str
    title: str
    changed_at: datetime
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person said (`said`) or what Guildhall answered (`message`, with the nonce for its buttons).

    `position` orders the thread and never changes; `revision` grows with every change in the thread.
    """

    id: str
    position: int
    revision: int
    at: datetime
    author: str = ""
    said: str | None = None
    message: Message | None = None
    nonce: str = ""
