"""Stories, whom they name, their pictures and the cards that show them, inside one unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, delete, func, insert, literal, or_, select, update

from bot.chat.turn import Place
from bot.features.stories.model import Consent, Credit, Story, StoryState
from bot.features.stories.tables import (
    cards,
    credit_columns,
    credit_of,
    people_named,
    pictures,
    stories,
    story_columns,
    story_of,
)
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork

LONG = frozenset({"challenge", "done"})


class SqlStories:
    """What is changed is changed in the revision before it, or not at all: then False."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, story: Story) -> bool:
        """False where there is one of that id."""
        if not insert_once(self._unit.connection, stories, **story_columns(story)):
            return False
        self._put_credits(story)
        return True

    def get(self, story_id: str) -> Story | None:
        return next(iter(self._stories(select(stories).where(stories.c.id == story_id))), None)

    def take(self, story_id: str) -> Story | None:
        """`get` for whoever is going to change it or what belongs to it: one after the other."""
        # On SQLite whoever writes is alone already.
        return next(iter(self._stories(select(stories).where(stories.c.id == story_id).with_for_update())), None)

    def change(self, story: Story) -> bool:
        before = and_(stories.c.id == story.id, stories.c.revision == story.revision - 1)
        changed = update(stories).where(before).values(**story_columns(story))
        if self._unit.connection.execute(changed).rowcount != 1:
            return False
        self._unit.connection.execute(delete(people_named).where(people_named.c.story_id == story.id))
        self._put_credits(story)
        return True

    def published(
        self, since: datetime | None = None, until: datetime | None = None, *, in_short: bool = False
    ) -> Sequence[Story]:
        """The newest first; those published after `since` and not after `until`, where these are given. `in_short`:
        without what no list shows."""
        columns = [literal("").label(each.name) if in_short and each.name in LONG else each for each in stories.c]
        query = select(*columns).where(stories.c.state == StoryState.PUBLISHED)
        if since is not None:
            query = query.where(stories.c.published_at > since)
        if until is not None:
            query = query.where(stories.c.published_at <= until)
        return self._stories(query.order_by(stories.c.published_at.desc(), stories.c.id))

    def waiting(self) -> Sequence[Story]:
        """For a curator, the longest first."""
        query = select(stories).where(stories.c.state == StoryState.TOLD)
        return self._stories(query.order_by(stories.c.told_at, stories.c.id))

    def of_person(self, person_id: str) -> Sequence[Story]:
        """That they told, or that may name them; the newest first."""
        named = select(people_named.c.story_id).where(people_named.c.person_id == person_id)
        standing = stories.c.state != StoryState.WITHDRAWN
        theirs = or_(stories.c.author_id == person_id, and_(stories.c.id.in_(named), standing))
        return self._stories(select(stories).where(theirs).order_by(stories.c.told_at.desc(), stories.c.id))

    def asked(self, person_id: str) -> Sequence[Story]:
        """That wait for their word on their name, the longest first."""
        open_ones = and_(people_named.c.person_id == person_id, people_named.c.consent == Consent.ASKED)
        named = select(people_named.c.story_id).where(open_ones)
        query = select(stories).where(stories.c.id.in_(named), stories.c.state != StoryState.WITHDRAWN)
        return self._stories(query.order_by(stories.c.told_at, stories.c.id))

    def of_origins(self, *origins: str) -> Sequence[Story]:
        """That began there and stand, the newest first."""
        query = select(stories).where(stories.c.origin.in_(origins), stories.c.state != StoryState.WITHDRAWN)
        return self._stories(query.order_by(stories.c.told_at.desc(), stories.c.id))

    def changes_of_published(self) -> int:
        """More after each; of what was published once."""
        query = select(func.coalesce(func.sum(stories.c.revision), 0)).where(stories.c.published_at.is_not(None))
        return int(self._unit.connection.execute(query).scalar_one())

    # Pictures

    def put_picture(self, story_id: str, picture_id: str, content: bytes) -> None:
        """In the place of an earlier one."""
        self.drop_picture(story_id)
        self._unit.connection.execute(insert(pictures).values(story_id=story_id, id=picture_id, content=content))

    def drop_picture(self, story_id: str) -> None:
        self._unit.connection.execute(delete(pictures).where(pictures.c.story_id == story_id))

    def picture(self, story_id: str) -> bytes | None:
        query = select(pictures.c.content).where(pictures.c.story_id == story_id)
        return self._unit.connection.execute(query).scalar()

    # Where it stands

    def put_card(self, story_id: str, person_id: str, place: Place, key: str) -> None:
        """The newest that this person has of it, in the place of an earlier one."""
        kept = place_to_json(place)
        insert_or_change(
            self._unit.connection, cards, {"place": kept, "message_key": key},
            story_id=story_id, person_id=person_id, place=kept, message_key=key,
        )  # fmt: skip

    def cards(self, story_id: str) -> Mapping[str, tuple[Place, str]]:
        """Where and under which key, by person."""
        query = select(cards).where(cards.c.story_id == story_id).order_by(cards.c.person_id)
        rows = self._unit.connection.execute(query)
        return {row.person_id: (place_from_json(row.place), row.message_key) for row in rows}

    def _put_credits(self, story: Story) -> None:
        if story.credits:
            self._unit.connection.execute(insert(people_named), credit_columns(story))

    def _stories(self, query: Select[*tuple[object, ...]]) -> list[Story]:
        rows = self._unit.connection.execute(query).all()
        named: dict[str, list[Credit]] = {row.id: [] for row in rows}
        found = select(people_named).where(people_named.c.story_id.in_(named))
        for each in self._unit.connection.execute(found.order_by(people_named.c.position, people_named.c.person_id)):
            named[each.story_id].append(credit_of(each))
        return [story_of(row, named[row.id]) for row in rows]
