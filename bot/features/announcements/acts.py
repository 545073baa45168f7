"""What people and curators can do with announcements, by button: the same on a card and on a page."""

from collections.abc import Sequence

from bot.chat.reply import Button
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.broadcasts.cards import may_try_again
from bot.features.broadcasts.model import BroadcastState, Progress, Target

SHOW = "announcements.show"
WRITE = "announcements.write"
CHANGE = "announcements.change"
HAND_IN = "announcements.hand_in"
APPROVE = "announcements.approve"
"""Carries the id and the revision that was read, ``a1b2/3``."""

GIVE_BACK = "announcements.give_back"
DROP = "announcements.drop"
STOP = "announcements.stop"
AGAIN = "announcements.again"
CORRECT = "announcements.correct"
TAKE_DOWN = "announcements.take_down"
READ = "announcements.read"
"""Carries the id and the edition that is read, as `APPROVE` does the revision."""

BACK = "It becomes a draft again. Nothing was sent."
ON_PAGES = frozenset(
    {WRITE, CHANGE, HAND_IN, APPROVE, GIVE_BACK, DROP, STOP, AGAIN, CORRECT, TAKE_DOWN, READ}
)  # fmt: skip
"""For `Feature.on_pages`. The other shows something, for which a page has pages."""


def show(announcement: Announcement) -> Button:
    return Button("Show it", SHOW, announcement.id)


def write() -> Button:
    return Button("Write one", WRITE, style="primary", opens_form=True)


def read(announcement: Announcement) -> Button:
    """It stands where many press it, so it opens a form: that leaves it for the others."""
    read_as = f"{announcement.id}/{announcement.edition}"
    return Button("I have read it", READ, read_as, "primary", opens_form=True)


def for_curators(
    announcement: Announcement,
    progress: Progress,
    state: BroadcastState | None,
    problems: Sequence[Target] = (),
    *,
    is_own: bool,
    alone: bool,
) -> tuple[Button, ...]:
    """As it stands; `progress`, `state` and `problems` of what has gone out. `is_own`: the reader wrote what is not
    approved yet; `alone`: nobody else could approve it."""
    change = Button("Change it", CHANGE, announcement.id, opens_form=True)
    is_over = state in (BroadcastState.STOPPED, BroadcastState.TAKEN_DOWN)
    may_again = may_try_again(progress, problems, is_over=is_over)
    again = (Button("Try again", AGAIN, announcement.id),) if may_again else ()
    match announcement.state:
        case AnnouncementState.DRAFT:
            hand_in = Button("Ask for approval", HAND_IN, announcement.id, "primary")
            return hand_in, change, _drop(announcement)
        case AnnouncementState.HANDED_IN if is_own:
            return *((_approve(announcement),) if alone else ()), change, _drop(announcement)
        case AnnouncementState.HANDED_IN:
            return _approve(announcement), change, _give_back(announcement)
        case AnnouncementState.APPROVED:
            return (Button("Stop it", STOP, announcement.id, "danger", BACK),)
        case AnnouncementState.SENT:
            return _of_what_was_sent(announcement, progress, state, again, is_own=is_own, alone=alone)
        case AnnouncementState.TAKEN_DOWN:
            return again
        case AnnouncementState.DROPPED:
            return ()


def _of_what_was_sent(
    announcement: Announcement,
    progress: Progress,
    state: BroadcastState | None,
    again: tuple[Button, ...],
    *,
    is_own: bool,
    alone: bool,
) -> tuple[Button, ...]:
    if announcement.correction is None:
        found = [Button("Correct it", CORRECT, announcement.id, opens_form=True)]
    elif is_own:
        change = Button("Change the correction", CORRECT, announcement.id, opens_form=True)
        may_approve = alone and announcement.waits_for_approval
        found = [*((_approve(announcement),) if may_approve else ()), change, _drop(announcement)]
    else:
        found = [_approve(announcement), _give_back(announcement)] if announcement.waits_for_approval else []
    if announcement.correction is None:
        found += again
    if progress.to_come and state is not BroadcastState.STOPPED:
        confirm = BACK if state is BroadcastState.SCHEDULED else "What has not gone yet does not go any more."
        found.append(Button("Stop it", STOP, announcement.id, "danger", confirm))
    instead = "Wherever it stands a line says that it was taken down."
    return *found, Button("Take it down", TAKE_DOWN, announcement.id, "danger", instead)


def _approve(announcement: Announcement) -> Button:
    label = "Approve the correction" if announcement.correction else "Approve it"
    return Button(label, APPROVE, f"{announcement.id}/{announcement.revision}", "primary")


def _give_back(announcement: Announcement) -> Button:
    return Button("Give it back", GIVE_BACK, announcement.id, opens_form=True)


def _drop(announcement: Announcement) -> Button:
    label = "Throw the correction away" if announcement.correction else "Throw it away"
    return Button(label, DROP, announcement.id, "danger", "That cannot be undone. Nobody was told of it.")
