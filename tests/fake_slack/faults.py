"""What can go wrong between Slack and whoever calls it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimited:
    """429 with Retry-After, in seconds. Calls of the method before that time are refused too, and counted."""

    retry_after: int = 1


@dataclass(frozen=True)
class Refused:
    """200 with ok false, e.g. ``invalid_auth``; nothing is done."""

    error: str
    needed: str = ""


@dataclass(frozen=True)
class ServerError:
    """A status of 5xx and no JSON; nothing is done."""

    status: int = 503


@dataclass(frozen=True)
class LostResponse:
    """It is done, and the connection breaks before the answer."""


@dataclass(frozen=True)
class LateCommit:
    """The connection breaks at once, and it is done `after` so many seconds."""

    after: float = 0.05


@dataclass(frozen=True)
class Delayed:
    """It is done, and the answer takes so many seconds."""

    seconds: float = 0.05


@dataclass(frozen=True)
class Slow:
    """It takes so many seconds until it is done."""

    seconds: float = 0.05


Fault = RateLimited | Refused | ServerError | LostResponse | LateCommit | Delayed | Slow
