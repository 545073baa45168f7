"""New stories in digests."""

from collections.abc import Sequence

from bot.chat.turn import EVERYONE
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.stories.messages import PAGE, VALUES
from bot.features.stories.model import Story, as_told
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import UnitOfWork


def new_stories(span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
    """Fills `DigestSource`: what was published meanwhile, the newest first. For colleagues only."""
    if EVERYONE not in span.readers:
        return ()
    return [_item(each) for each in SqlStories(unit).published(span.since, span.now)]


def _item(story: Story) -> DigestItem:
    told = as_told(story)
    value = VALUES[story.value] if story.value else ""
    note = " · ".join(each for each in (value, f"told by {told.teller}" if told.teller else "") if each)
    page = f"{PAGE}/{story.id}"
    return DigestItem(
        DigestKind.STORIES, told.title, note, told.result, page, topics=told.topics, at=story.published_at
    )
