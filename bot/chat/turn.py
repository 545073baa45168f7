"""A turn: one thing that one person did in one place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EVERYONE = "everyone"


def storable(text: str) -> str:
    """`text` without what a database refuses: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `id` is Guildhall's own and stable, e.g. ``web:dana``; `groups` decide what may be read."""

    id: str
    name: str
    groups: frozenset[str] = frozenset()
    hubs: frozenset[str] = frozenset()
    language: str = "en"
    time_zone: str = "UTC"
    is_admin: bool = False

    @property
    def principals(self) -> frozenset[str]:
        """The audience names that this person satisfies."""
        return self.groups | {EVERYONE, self.id}


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens. A shared place has readers of its own: what every member may read."""

    platform: str
    channel: str
    thread: str | None = None
    is_shared: bool = False
    members: frozenset[str] = frozenset({EVERYONE})

    @property
    def conversation(self) -> str:
        """One key for everything said in this thread."""
        return f"{self.platform}/{self.channel}/{self.thread or ''}"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote a message."""

    text: str
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class Commanded:
    """Somebody gave a command, e.g. ``/guildhall reindex`` is name ``reindex``, text empty."""

    name: str
    text: str = ""
    kind: Literal["commanded"] = "commanded"


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button. `nonce` is what the message carried; `message` is its key."""

    action: str
    value: str
    nonce: str
    message: str | None = None
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True, slots=True)
class Submitted:
    """Somebody sent a form. `values` by field name; a choice of several is a tuple."""

    form: str
    values: dict[str, str | tuple[str, ...]]
    state: str
    nonce: str
    kind: Literal["submitted"] = "submitted"


Content = Said | Commanded | Pressed | Submitted


@dataclass(frozen=True, slots=True)
class Turn:
    """`key` is unique per delivery and platform: a second delivery under the same key has no effect."""

    key: str
    person: Person
    place: Place
    at: datetime
    content: Content

    @property
    def principals(self) -> frozenset[str]:
        """Whose eyes the reply is for: in a shared place only what every member may read."""
        return self.place.members if self.place.is_shared else self.person.principals

    @property
    def private_place(self) -> Place:
        """Where only this person reads: here, or the direct channel, which bears the person's id."""
        return Place(self.place.platform, self.person.id) if self.place.is_shared else self.place
