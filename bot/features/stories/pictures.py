"""The picture of a story: kept without what its camera said of it, and shown to those who may read the story. The
caller owns the transaction."""

from dataclasses import replace
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.stories.bare_picture import without_metadata
from bot.features.stories.model import Story, may_change
from bot.features.stories.store import SqlStories
from bot.features.stories.use_cases import NOT_YOURS, taken
from bot.features.stories.use_cases import put as put_story

SIZE_LIMIT = 5_000_000
TOO_LARGE = "That picture is larger than 5 MB, so it was not kept. Make it smaller, or link to it."
NO_PICTURE = "That is no PNG, JPEG or WebP picture, so it was not kept. Save it as one of these."
NONE_THERE = "There is no picture any more, so nothing was changed."


def type_of(content: bytes) -> str:
    """What it says it is; empty for what is none of the kinds that are shown."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return ""


def put(store: SqlStories, story_id: str, person: Person, content: bytes) -> Story:
    """In the place of an earlier one; without content that is taken out. Raises UserFacingError."""
    story = taken(store, story_id, person)
    if not may_change(story, person):
        raise UserFacingError(NOT_YOURS)
    if not content:
        if not story.picture:
            raise UserFacingError(NONE_THERE)
        store.drop_picture(story.id)
        return put_story(store, replace(story, picture=""))
    if len(content) > SIZE_LIMIT:
        raise UserFacingError(TOO_LARGE)
    if not type_of(content):
        raise UserFacingError(NO_PICTURE)
    try:
        bare = without_metadata(content)
    except ValueError as error:
        raise UserFacingError(NO_PICTURE) from error
    picture_id = uuid4().hex
    store.put_picture(story.id, picture_id, bare)
    return put_story(store, replace(story, picture=picture_id))
