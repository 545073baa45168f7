"""Where somebody is written to who did not just write: a place where only they read."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.chat.turn import Place
from bot.storage.people import Account, People
from bot.storage.unit_of_work import UnitOfWork

PAGE_THREAD = "from-guildhall"
"""The thread of the web page in which somebody is told what they did not just ask for."""

PAGE_ACCOUNTS = frozenset({"web", "oidc"})
"""Platforms whose accounts read on the web page."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def reach(person_id: str, unit: UnitOfWork, thread: str = PAGE_THREAD) -> Place | None:
    """The chat that they used last, to a day; the web page, under `thread`, of whom no chat is known. None for somebody
    who cannot be reached at all."""
    return reach_among(People(unit).accounts_of(person_id), thread)


def reach_among(accounts: Sequence[Account], thread: str = PAGE_THREAD) -> Place | None:
    """The same of whom these are all accounts."""
    chats = [account for account in accounts if account.direct and account.platform not in PAGE_ACCOUNTS]
    if chats:
        last = max(chats, key=_used_at)
        return Place(last.platform, last.direct)
    paged = [account.person_id for account in accounts if account.platform in PAGE_ACCOUNTS]
    return Place("web", paged[0], thread) if paged else None


def _used_at(account: Account) -> datetime:
    """A chat's directory is asked with the first turn of a day."""
    return account.looked_at or LONG_AGO
