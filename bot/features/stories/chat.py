"""Stories in a chat, and by the same buttons on a page: what people do."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Note, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Pointed, Pressed, Submitted, Turn
from bot.features.feature import WAITS, HomeSection
from bot.features.library.links import pages_from
from bot.features.profile.readers import is_colleague
from bot.features.stories import forms, tell_form
from bot.features.stories.cards import SHOWN, StoryView, list_message, story_message, waits_for
from bot.features.stories.desk import Desk
from bot.features.stories.model import Consent, Story, StoryState, as_told, may_change
from bot.features.stories.origin import Beginning, Origin
from bot.features.stories.showing import KEY, Showing
from bot.features.stories.store import SqlStories
from bot.features.stories.tell_form import FindPerson
from bot.features.stories.use_cases import COLLISION, NOT_NAMED, NOT_YOURS, seen
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

LABEL = "Tell this as a story"
NOTHING_THERE = "Nothing is known of what that story was to begin from. Nothing was kept; tell it from the start."


def show(story: Story, turn: Turn, unit: UnitOfWork, done: str, showing: Showing) -> Reply:
    """As this person sees it, where only they do, and kept up to date there. On a page nothing is posted: it shows what
    came of it."""
    private, store = turn.private_place, SqlStories(unit)
    message = story_message(showing.view(story, turn.person, private, unit), done)
    fresh = f"{KEY}{story.id}-{uuid4().hex[:12]}"
    if isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce:
        return Reply((Post(message, fresh),))
    have = store.cards(story.id).get(turn.person.id)
    key = turn.message_key or ""
    if not (key.startswith(f"{KEY}{story.id}") and turn.place == private):
        was_theirs = have is not None and have[0] == private == turn.place and isinstance(turn.content, Submitted)
        key = have[1] if have and was_theirs else fresh
    showing.replace(story, have, turn.person.id, private, key, unit, turn.at)
    return Reply((Post(message, key, None if private == turn.place else private),))


class StoriesChat:
    """Turn -> desk -> Reply. `origins` hand over what stories begin from, by kind."""

    def __init__(self, desk: Desk, origins: Mapping[str, Origin]) -> None:
        self._desk = desk
        self._origins = origins

    def on_stories(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In private, for it says what waits for them: that and the newest, or those with the words after the
        command; where that is one, all of it."""
        place = turn.private_place
        words = turn.content.text.strip() if isinstance(turn.content, Commanded) else ""
        views = [each for each in self._in_order(stories_for(turn, unit), turn, unit) if each.has_words(words)]
        if words and len(views) == 1:
            found = seen(SqlStories(unit), views[0].story.id, turn.person)
            return show(found, turn, unit, "", self._desk.showing)
        pages, may_tell = pages_from(place, self._desk.showing.base_url), EVERYONE in turn.person.principals
        message = list_message(views[:SHOWN], len(views), pages, may_tell=may_tell, is_chosen=bool(words))
        return Reply((Post(message, f"{KEY}list-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return show(seen(SqlStories(unit), turn.carried, turn.person), turn, unit, "", self._desk.showing)

    def on_tell(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """From the start, or from what the button names."""
        check_colleague(turn.person)
        kind, _, subject = turn.carried.partition("/")
        if not kind:
            return Reply(form=tell_form.tell_form(Beginning()))
        origin = self._origins.get(kind)
        if origin is None:
            raise UserFacingError(NOTHING_THERE)
        return Reply(form=tell_form.tell_form(origin(subject, turn.person, unit, turn.at), turn.carried))

    def on_point(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """From the menu of a message."""
        check_colleague(turn.person)
        pointed = turn.content if isinstance(turn.content, Pointed) else Pointed("", "")
        picture = next((each.url for each in pointed.files), "")
        return Reply(form=tell_form.tell_form(Beginning(done=pointed.text, picture_link=picture), pointed.url))

    def in_told(self, turn: Turn, unit: UnitOfWork) -> Mapping[str, str]:
        """What is wrong with what was sent."""
        return _told(turn, unit)[1]

    def on_tell_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        new, person = _told(turn, unit)[0], turn.person
        kind, _, subject = new.origin.partition("/")
        try:
            if origin := self._origins.get(kind):  # what the form brought back went through somebody's hands
                origin(subject, person, unit, turn.at)
            made = self._desk.tell(new, person, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({tell_form.TITLE: str(refused)}) from refused
        is_theirs = self._desk.showing.view(made, person, turn.private_place, unit).may_approve
        whose = "kept. Nobody else curates, so you decide on it" if is_theirs else "with the curators"
        asked = " Those whom it names are asked." if made.credits else ""
        return self._show(made, turn, unit, f"“{as_told(made).title}” is {whose}.{asked}")

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=tell_form.change_form(_own(turn.carried, turn, unit)))

    def in_changed(self, turn: Turn, unit: UnitOfWork) -> Mapping[str, str]:
        """What is wrong with what was sent."""
        return _changed(turn, unit)[2]

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        known, edited, _ = _changed(turn, unit)
        try:
            made = self._desk.change(edited, turn.person, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({tell_form.TITLE: str(refused)}) from refused
        is_back = " It is with the curators again." if known.state is not made.state else ""
        corrected = " Where it was sent it is corrected." if made.published_at else ""
        return self._show(made, turn, unit, f"“{as_told(made).title}” is changed.{is_back}{corrected}")

    def on_withdraw(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.withdraw(turn.carried, turn.person, unit, turn.at)
        way = "back" if made.is_decided_by_author else "down"
        return self._show(made, turn, unit, f"“{as_told(made).title}” is taken {way}.")

    def on_agree(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._answered(turn, unit, Consent.AGREED, "")

    def on_rename(self, turn: Turn, unit: UnitOfWork) -> Reply:
        story = seen(SqlStories(unit), turn.carried, turn.person)
        own = story.credit_of(turn.person.id)
        if own is None:
            raise UserFacingError(NOT_NAMED)
        return Reply(form=forms.rename_form(story.id, own))

    def on_rename_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        try:
            return self._answered(turn, unit, Consent.AGREED, one(turn.values, forms.NAME))
        except UserFacingError as refused:
            raise FormRejected({forms.NAME: str(refused)}) from refused

    def on_decline(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._answered(turn, unit, Consent.DECLINED, "")

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        """What waits for their decision, their change, or their word on their name."""
        views = self._in_order(part_in(turn, unit), turn, unit)
        waiting = [waits for each in views if (waits := waits_for(each)) is not None]
        blocks = [block for each in waiting[:SHOWN] for block in each]
        if len(waiting) > SHOWN:
            blocks.append(Note(f"{len(waiting) - SHOWN} more: say “stories”."))
        return HomeSection(WAITS, tuple(blocks)) if blocks else None

    def _in_order(self, found: Sequence[Story], turn: Turn, unit: UnitOfWork) -> list[StoryView]:
        """What waits for them first."""
        views = [self._desk.showing.view(each, turn.person, turn.private_place, unit) for each in found]
        return sorted(views, key=lambda view: not view.waits_for_them)

    def _answered(self, turn: Turn, unit: UnitOfWork, consent: Consent, shown_as: str) -> Reply:
        made = self._desk.answer(turn.carried, turn.person, consent, shown_as, unit, turn.at)
        own = made.credit_of(turn.person.id)
        named = f"names you as {own.shown_as}" if own and own.public_name else "does not name you"
        return self._show(made, turn, unit, f"“{as_told(made).title}” {named}.")

    def _show(self, story: Story, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        return show(story, turn, unit, done, self._desk.showing)


def _told(turn: Turn, unit: UnitOfWork) -> tuple[Story, Mapping[str, str]]:
    """The new story as it was sent, and what is wrong with it."""
    check_colleague(turn.person)
    begun, person = tell_form.begun_in(turn.carried), turn.person
    new = Story(begun.story_id, "", person.id, person.name[:200], turn.at, origin=begun.origin)
    return tell_form.story_from(turn.values, new, finder(unit), turn.at)


def _changed(turn: Turn, unit: UnitOfWork) -> tuple[Story, Story, Mapping[str, str]]:
    """The story as it was read and as it was sent, and what is wrong with that."""
    begun = tell_form.begun_in(turn.carried)
    known = _own(begun.story_id, turn, unit)
    if known.revision != begun.revision:
        raise FormRejected({tell_form.TITLE: COLLISION})
    return known, *tell_form.story_from(turn.values, known, finder(unit), turn.at)


def _own(story_id: str, turn: Turn, unit: UnitOfWork) -> Story:
    story = seen(SqlStories(unit), story_id, turn.person)
    if not may_change(story, turn.person):
        raise UserFacingError(NOT_YOURS)
    return story


def stories_for(turn: Turn, unit: UnitOfWork) -> list[Story]:
    """What this person may read or has a part in, each once, in short; then the newest."""
    found = {each.id: each for each in part_in(turn, unit)}
    if EVERYONE in turn.person.principals:
        found |= {each.id: each for each in SqlStories(unit).published(in_short=True)}
    return list(found.values())


def part_in(turn: Turn, unit: UnitOfWork) -> list[Story]:
    """What waits for a curator, and what this person told or is named in; not what was taken back."""
    store, person = SqlStories(unit), turn.person
    found = {each.id: each for each in (store.waiting() if person.curates else ())}
    found |= {each.id: each for each in store.of_person(person.id) if each.state is not StoryState.WITHDRAWN}
    return list(found.values())


def finder(unit: UnitOfWork) -> FindPerson:
    """Among all colleagues whom Guildhall knows: whoever is named reads the story before it is approved."""
    people = People(unit)

    def find(typed: str) -> KnownPerson | None:
        found = [person] if (person := people.by_email(typed.lower())) else list(people.called(typed))
        named = [each for each in found if is_colleague(people.accounts_of(each.id))]
        return named[0] if len(named) == 1 else None

    return find
