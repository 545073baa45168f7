"""What people can do with digests, by button: the same on a card and on a page."""

from bot.chat.reply import Button
from bot.features.digests.model import Digest, DigestState, Edition, EditionState

SET_UP = "digests.set_up"
PREVIEW = "digests.preview"
EDIT = "digests.edit"
SKIP = "digests.skip"
UNSKIP = "digests.unskip"
PAUSE = "digests.pause"
GO_ON = "digests.go_on"
STOP = "digests.stop"

ON_PAGES = frozenset({SET_UP, EDIT, SKIP, UNSKIP, PAUSE, GO_ON, STOP})
"""For `Feature.on_pages`. The other shows something, for which a page has pages."""


def set_up(platform: str = "", channel: str = "") -> Button:
    """Without a channel, for whoever presses it."""
    if channel:
        return Button("Set up a digest", SET_UP, f"{platform}/{channel}", "primary", opens_form=True)
    return Button("Get a digest", SET_UP, "", "primary", opens_form=True)


def change(digest: Digest) -> Button:
    value = "" if digest.is_personal else f"{digest.platform}/{digest.channel}"
    return Button("Change it", SET_UP, value, opens_form=True)


def stop(digest: Digest) -> Button:
    return Button("Stop it", STOP, digest.id, "danger")


def go_on(digest: Digest) -> Button:
    label = "Get it again" if digest.is_personal else "Send it again"
    return Button(label if digest.state is DigestState.STOPPED else "Go on", GO_ON, digest.id, "primary")


def for_reader(digest: Digest) -> tuple[Button, ...]:
    """Below an edition of somebody's own."""
    if digest.state is DigestState.STOPPED:
        return (go_on(digest),)
    return change(digest), stop(digest)


def for_digest(digest: Digest) -> tuple[Button, ...]:
    """On the card that says how it stands."""
    match digest.state:
        case DigestState.RUNNING:
            return Button("Show the next one", PREVIEW, digest.id), change(digest), pause(digest), stop(digest)
        case DigestState.PAUSED:
            return go_on(digest), change(digest), stop(digest)
        case DigestState.STOPPED:
            return (go_on(digest),)


def pause(digest: Digest) -> Button:
    return Button("Pause it", PAUSE, digest.id)


def for_next(digest: Digest, planned: Edition) -> tuple[Button, ...]:
    """Of the edition that comes next; its date goes along, so that nobody skips another."""
    value = f"{digest.id}/{planned.day}"
    if planned.state is EditionState.SKIPPED:
        return (Button("Send it after all", UNSKIP, value, "primary"),)
    skip = Button("Skip this one", SKIP, value)
    return (skip,) if digest.is_personal else (Button("Edit it", EDIT, value, "primary", opens_form=True), skip)
