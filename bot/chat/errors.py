"""Errors that say what to do."""

from collections.abc import Mapping

from bot.chat.form import Form


class UserFacingError(Exception):
    """Shown to the person as it is: what happened, whether anything was lost, what to do."""


class FormRejected(UserFacingError):
    """The form stays open and shows each problem at its field.

    `form` is what was sent in, for a platform that has to draw all of it again; the router puts it in.
    """

    def __init__(self, problems: Mapping[str, str], form: Form | None = None) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)
        self.form = form


class DeliveryFailed(Exception):
    """A messenger could not deliver. A permanent failure is not tried again and is shown to the admins."""

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class OutcomeUnknown(Exception):
    """A messenger gave something away and heard nothing back: nobody knows whether it arrived. What follows rests
    with the relay, which waits until it is quiet, then looks it up, repeats it, or leaves it to an admin."""
