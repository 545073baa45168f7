"""What somebody may read who is not here: less, if anything, than when they ask themselves."""

from bot.chat.turn import EVERYONE
from bot.features.profile.reach import PAGE_ACCOUNTS
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork


def readers_of(person_id: str, unit: UnitOfWork) -> frozenset[str]:
    """Their principals without groups, which nobody proves just now. A guest on any platform, and somebody of whom no
    platform has said who they are, is not one of everyone."""
    accounts = People(unit).accounts_of(person_id)
    is_known = any(each.is_described or each.platform in PAGE_ACCOUNTS for each in accounts)
    is_colleague = is_known and not any(each.is_guest for each in accounts)
    return frozenset({EVERYONE, person_id}) if is_colleague else frozenset({person_id})
