"""What a Slack is made of."""

from dataclasses import dataclass, field

TEAM = "T0001"
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
BOT_KEY = "xoxb-guildhall"
APP_KEY = "xapp-guildhall"
APP_ID = "A0001"

Arguments = dict[str, object]
Answer = dict[str, object]


@dataclass
class User:
    id: str
    name: str
    email: str = ""
    is_email_confirmed: bool = True
    tz: str = "Europe/Berlin"
    locale: str = "en-GB"
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """`messages` oldest first; a reply has a thread_ts. `user` is the other side of a direct message."""

    id: str
    name: str = ""
    user: str = ""
    is_archived: bool = False
    is_private: bool = False
    is_ext_shared: bool = False
    has_bot: bool = True
    messages: list[Answer] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        return self.id.startswith("D")


@dataclass
class Installed:
    """A workspace that has the app. Without `scopes` the app may do everything."""

    team: str
    token: str
    bot_user: str = BOT_USER
    bot_id: str = BOT_ID
    scopes: frozenset[str] | None = None


@dataclass(frozen=True)
class Call:
    method: str
    token: str
    arguments: Arguments
    at: float


@dataclass
class RefreshToken:
    team: str
    is_used: bool = False
