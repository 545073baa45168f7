"""What somebody may read who is not here: less, if anything, than when they ask themselves."""

from collections.abc import Sequence

from bot.chat.turn import EVERYONE
from bot.features.profile.reach import PAGE_ACCOUNTS
from bot.storage.people import Account, People
from bot.storage.unit_of_work import UnitOfWork


def readers_of(person_id: str, unit: UnitOfWork) -> frozenset[str]:
    """Their principals without groups, which nobody proves just now."""
    is_one = is_colleague(People(unit).accounts_of(person_id))
    return frozenset({EVERYONE, person_id}) if is_one else frozenset({person_id})


def is_colleague(accounts: Sequence[Account]) -> bool:
    """Whether somebody with these accounts is one of everyone: a guest on any platform, and somebody of whom no
    platform has said who they are, is not."""
    is_known = any(each.is_described or each.platform in PAGE_ACCOUNTS for each in accounts)
    return is_known and not any(each.is_guest for each in accounts)
