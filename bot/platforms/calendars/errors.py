"""What Microsoft's and Google's answers mean: never, or later."""

from bot.chat.errors import DeliveryFailed

LATER = 10.0
"""Seconds, where they do not say for how long."""

LONGEST_RETRY_AFTER = 3_600.0
NO_ADDRESS = "That is no e-mail address, so no calendar can belong to it."


class CalendarFailed(DeliveryFailed):
    """`status` is HTTP's; 0 where nothing was answered."""

    def __init__(self, reason: str, *, status: int = 0, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after)
        self.status = status


def told_to_wait(name: str, status: int, header: str, default: float = LATER) -> CalendarFailed:
    """`header` is Retry-After in seconds; as a date, which neither uses, it is not read."""
    seconds = float(header) if header.isascii() and header.isdigit() and len(header) < 8 else default
    return CalendarFailed(
        f"{name} asks to wait.", status=status, permanent=False, retry_after=min(seconds, LONGEST_RETRY_AFTER)
    )


def checked(address: str) -> str:
    """An address that can stand in a path. Raises CalendarFailed."""
    local, _, domain = address.rpartition("@")
    if not (local and domain) or not address.isprintable() or any(each in ' /\\<>"' for each in address):
        raise CalendarFailed(NO_ADDRESS, permanent=True)
    return address
