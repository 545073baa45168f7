"""What people and curators can do with announcements, by button: the same on a card and on a page."""

from bot.chat.reply import Button
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.broadcasts.model import BroadcastState, Progress

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
    return Button("I have read it", READ, announcement.id, "primary", opens_form=True)


def for_curators(
    announcement: Announcement, reader_id: str, progress: Progress, state: BroadcastState | None
) -> tuple[Button, ...]:
    """As it stands; `progress` and `state` of what has gone out."""
    change = Button("Change it", CHANGE, announcement.id, opens_form=True)
    drop = Button("Throw it away", DROP, announcement.id, "danger", "That cannot be undone. Nobody was told of it.")
    match announcement.state:
        case AnnouncementState.DRAFT:
            return Button("Ask for approval", HAND_IN, announcement.id, "primary"), change, drop
        case AnnouncementState.HANDED_IN if announcement.writer_id == reader_id:
            return change, drop
        case AnnouncementState.HANDED_IN:
            read_as = f"{announcement.id}/{announcement.revision}"
            give_back = Button("Give it back", GIVE_BACK, announcement.id, opens_form=True)
            return Button("Approve it", APPROVE, read_as, "primary"), change, give_back
        case AnnouncementState.APPROVED:
            return (Button("Stop it", STOP, announcement.id, "danger", "It becomes a draft again. Nothing was sent."),)
        case AnnouncementState.SENT:
            return _of_what_was_sent(announcement, progress, state)
        case AnnouncementState.TAKEN_DOWN | AnnouncementState.DROPPED:
            return ()


def _of_what_was_sent(
    announcement: Announcement, progress: Progress, state: BroadcastState | None
) -> tuple[Button, ...]:
    found = [Button("Correct it", CORRECT, announcement.id, opens_form=True)]
    if progress.problems and state is not BroadcastState.STOPPED:
        found.append(Button("Try again", AGAIN, announcement.id))
    if progress.to_come and state is not BroadcastState.STOPPED:
        confirm = "What has not gone yet does not go any more."
        found.append(Button("Stop it", STOP, announcement.id, "danger", confirm))
    instead = "Wherever it stands a line says that it was taken down."
    return *found, Button("Take it down", TAKE_DOWN, announcement.id, "danger", instead)
