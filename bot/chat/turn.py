"""A turn: one thing that one person did in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

EVERYONE = "everyone"

HOME = "home"
"""The thread of a place that is somebody's home: one page that is drawn anew. Nothing is said there."""


def storable(text: str) -> str:
    """`text` without what a database refuses: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `groups` decide what may be read.

    A platform names the account, e.g. ``slack:T1:U1``, which is all it has to know. The dispatcher puts in whose
    account that is: from then on `id` is Guildhall's own and stable, whichever platform the person writes on.
    """

    id: str
    name: str
    groups: frozenset[str] = frozenset()
    hubs: frozenset[str] = frozenset()
    language: str = "en"
    time_zone: str = "UTC"
    is_admin: bool = False
    is_curator: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    """A guest only because the platform has not said yet who this is."""

    @property
    def curates(self) -> bool:
        """Whether they decide what becomes an entry of the FAQ."""
        return self.is_curator or self.is_admin

    @property
    def principals(self) -> frozenset[str]:
        """The audience names that this person satisfies. A guest is not one of everyone in the company."""
        return self.groups | {self.id} if self.is_guest else self.groups | {EVERYONE, self.id}


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens. A shared place has readers of its own: what every member may read. Where people from
    outside the company read along, `members` is empty. `title` is what people call it, where the platform says."""

    platform: str
    channel: str
    thread: str | None = None
    is_shared: bool = False
    members: frozenset[str] = frozenset({EVERYONE})
    title: str = field(default="", compare=False)

    @property
    def conversation(self) -> str:
        """One key for everything said in this thread."""
        return f"{self.platform}/{self.channel}/{self.thread or ''}"

    @property
    def is_home(self) -> bool:
        return self.thread == HOME and not self.is_shared


@dataclass(frozen=True, slots=True)
class File:
    """What came with a message, where its platform keeps it: who may open it there is the platform's to say. `url` is
    https, of a host that is the platform's own."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote a message. `id` is the platform's, for what becomes of it later. Not `addressed`: it was
    said to the others in a shared place, and overheard. With `files` there may be no words."""

    text: str
    id: str = ""
    addressed: bool = True
    files: tuple[File, ...] = ()
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class Reworded:
    """Somebody edited the message `id`; `text` is what it says now."""

    id: str
    text: str
    kind: Literal["reworded"] = "reworded"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Somebody deleted the message `id`."""

    id: str
    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opened Guildhall's home, or a chat with it where nothing has been said yet, or brought it into a shared
    place."""

    what: Literal["home", "chat", "channel"]
    kind: Literal["opened"] = "opened"


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
    """Somebody sent a form. `values` by field name; a choice of several is a tuple. `message` is the key of the message
    whose button opened it, or the form's id where none did."""

    form: str
    values: dict[str, str | tuple[str, ...]]
    state: str
    nonce: str
    message: str | None = None
    kind: Literal["submitted"] = "submitted"


@dataclass(frozen=True, slots=True)
class Pointed:
    """Somebody chose `action` from the menu of a message, e.g. ``faq.save``. `text` is the message, `author` who
    wrote it, `url` where it stands (empty where the platform does not say). With `files` there may be no words."""

    action: str
    text: str
    author: str = ""
    url: str = ""
    files: tuple[File, ...] = ()
    kind: Literal["pointed"] = "pointed"


@dataclass(frozen=True, slots=True)
class Searched:
    """Somebody looks something up while writing, to put it into their message. Answered inside the request."""

    text: str
    kind: Literal["searched"] = "searched"


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody put a reaction to a message of ours, or took it back: then `is_gone`. `message` is the platform's id of
    it, `name` what the platform calls the reaction, ``tada``. The turn's place has no thread: not all platforms say in
    which one it is."""

    message: str
    name: str
    is_gone: bool = False
    kind: Literal["reacted"] = "reacted"


Content = Said | Reworded | Withdrawn | Opened | Commanded | Pressed | Submitted | Pointed | Searched | Reacted


@dataclass(frozen=True, slots=True)
class Turn:
    """`key` is unique per delivery and platform: a second delivery under the same key has no effect.

    `direct` is the channel on this platform where only this person reads; without one it bears the person's id.
    """

    key: str
    person: Person
    place: Place
    at: datetime
    content: Content
    direct: str = ""

    @property
    def principals(self) -> frozenset[str]:
        """Whose eyes the reply is for: in a shared place only what every member may read, a guest who asks included."""
        if not self.place.is_shared:
            return self.person.principals
        return self.place.members & self.person.principals if self.person.is_guest else self.place.members

    @property
    def carried(self) -> str:
        """What the pressed button, or the form that was sent, brought back; empty for everything else."""
        match self.content:
            case Pressed(value=value):
                return value
            case Submitted(state=state):
                return state
            case _:
                return ""

    @property
    def message_key(self) -> str | None:
        """Of the message whose button was pressed, or opened the form that was sent; None for everything else."""
        return self.content.message if isinstance(self.content, Pressed | Submitted) else None

    @property
    def values(self) -> Mapping[str, str | tuple[str, ...]]:
        """Of the form that was sent; empty for everything else."""
        return self.content.values if isinstance(self.content, Submitted) else {}

    @property
    def private_place(self) -> Place:
        """Where only this person reads what is said: here, or the direct channel."""
        if self.place.is_shared or (self.place.is_home and self.direct):
            return Place(self.place.platform, self.direct or self.person.id)
        return self.place
