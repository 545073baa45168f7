"""What people and curators can do with stories, by button: the same on a card and on a page."""

from collections.abc import Sequence

from bot.chat.reply import Button
from bot.features.broadcasts.cards import may_try_again
from bot.features.broadcasts.model import Broadcast, BroadcastState, Progress, Target
from bot.features.stories.model import Consent, Credit, Story, StoryState

SHOW = "stories.show"
TELL = "stories.tell"
"""Carries what the story begins from, ``review/…``, or nothing."""

CHANGE = "stories.change"
WITHDRAW = "stories.withdraw"
AGREE = "stories.agree"
RENAME = "stories.rename"
DECLINE = "stories.decline"
APPROVE = "stories.approve"
"""Carries the story and the revision that was read, ``5f…/3``."""

GIVE_BACK = "stories.give_back"
SEND = "stories.send"
STOP = "stories.stop"
AGAIN = "stories.again"
"""These two carry the id of a broadcast."""

ON_PAGES = frozenset({TELL, CHANGE, WITHDRAW, AGREE, RENAME, DECLINE, APPROVE, GIVE_BACK, SEND, STOP, AGAIN})
"""For `Feature.on_pages`. The other shows something, for which a page has pages."""

FOR_GOOD = "That cannot be undone. It can be told again."
GONE = "It leaves the library, and where it was sent a line says that it was taken down."


def show(story: Story) -> Button:
    return Button("Show it", SHOW, story.id)


def tell(origin: str = "") -> Button:
    if origin:
        return Button("Tell it as a story", TELL, origin, opens_form=True)
    return Button("Tell a story", TELL, style="primary", opens_form=True)


def for_named(story: Story, own: Credit) -> tuple[Button, ...]:
    """Of somebody whom it names, who may think better of it at any time."""
    is_asked = own.consent is Consent.ASKED
    agree = Button("Name me", AGREE, story.id, "primary" if is_asked else "normal")
    found = [] if own.public_name == own.name else [agree]
    found.append(Button("Name me otherwise", RENAME, story.id, opens_form=True))
    if own.consent is not Consent.DECLINED:
        found.append(Button("Leave me out", DECLINE, story.id))
    return tuple(found)


def for_author(story: Story) -> tuple[Button, ...]:
    withdraw = _withdraw(story, "Take it back")
    match story.state:
        case StoryState.TOLD:
            return _change(story), withdraw
        case StoryState.RETURNED:
            return _change(story, is_next=True), withdraw
        case StoryState.PUBLISHED:
            return (withdraw,)
        case StoryState.WITHDRAWN:
            return ()


def for_curators(story: Story, *, is_own: bool, may_approve: bool) -> tuple[Button, ...]:
    """`is_own`: they told it themselves."""
    withdraw = _withdraw(story, "Take it back" if is_own else "Take it down")
    match story.state:
        case StoryState.TOLD:
            approve = (_approve(story, is_next=True),) if may_approve else ()
            give_back = Button("Give it back", GIVE_BACK, story.id, opens_form=True)
            return *approve, _change(story), withdraw if is_own else give_back
        case StoryState.RETURNED:
            approve = (_approve(story),) if may_approve else ()
            return *approve, _change(story, is_next=is_own), withdraw
        case StoryState.PUBLISHED:
            send = Button("Send it out", SEND, story.id, "primary", opens_form=True)
            return send, _change(story), withdraw
        case StoryState.WITHDRAWN:
            return ()


def for_broadcast(broadcast: Broadcast, progress: Progress, problems: Sequence[Target] = ()) -> tuple[Button, ...]:
    """Of one that goes out."""
    found: list[Button] = []
    if may_try_again(progress, problems, is_over=broadcast.is_over):
        found.append(Button("Try again", AGAIN, broadcast.id))
    if broadcast.state in (BroadcastState.SCHEDULED, BroadcastState.SENDING) and progress.to_come:
        confirm = "What has not gone yet does not go any more."
        found.append(Button("Stop it", STOP, broadcast.id, "danger", confirm))
    return tuple(found)


def _approve(story: Story, *, is_next: bool = False) -> Button:
    return Button("Approve it", APPROVE, f"{story.id}/{story.revision}", "primary" if is_next else "normal")


def _change(story: Story, *, is_next: bool = False) -> Button:
    return Button("Change it", CHANGE, story.id, "primary" if is_next else "normal", opens_form=True)


def _withdraw(story: Story, label: str) -> Button:
    return Button(label, WITHDRAW, story.id, "danger", GONE if story.state is StoryState.PUBLISHED else FOR_GOOD)
