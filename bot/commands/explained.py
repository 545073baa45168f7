"""Errors of the lower layers as words for the person at the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.chat.errors import UserFacingError


@contextmanager
def explained() -> Iterator[None]:
    """What can go wrong with what Guildhall keeps becomes a UserFacingError that says what to do."""
    from sqlalchemy.exc import OperationalError

    from knowledge.embedder import ModelUnavailable
    from knowledge.snapshot import SnapshotDamaged

    try:
        yield
    except ModelUnavailable as missing:
        raise UserFacingError(str(missing)) from missing
    except SnapshotDamaged as damaged:
        raise UserFacingError(
            f"The index is damaged, so nothing was answered from it: {damaged}\n"
            "Your documents are not touched. Run `guildhall index --force` to build it anew, "
            "or `guildhall snapshots roll-back` for the one before."
        ) from damaged
    except OperationalError as failed:
        cause = str(failed.orig or failed).strip().splitlines()[0]
        raise UserFacingError(
            f"The database cannot be used: {cause}\n"
            "Nothing was changed. `guildhall doctor` says which one it is and what to check."
        ) from failed
