"""What is done with stories. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.turn import EVERYONE, Person, storable
from bot.features.stories.model import (
    CREDIT_LIMIT,
    NAME_LIMIT,
    ORIGIN_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    TOPIC_LIMIT,
    WORD_LIMIT,
    Clearance,
    Consent,
    Credit,
    Story,
    StoryState,
    may_change,
    may_see,
    may_withdraw,
    still_named,
)
from bot.features.stories.store import SqlStories

HTTPS = "https://"
DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Stories that one person tells within a day: for each curators and those whom it names are written to."""

_LINK = re.compile(r"[@/<>]|\.\w{2}")
"""No curator looks at the name that somebody chooses for themselves, and it goes wherever the story stands."""

GONE = (
    "That story is no longer kept, or you may not see it, so nothing was changed. “stories” shows those that you can."
)
NOT_FOR_GUESTS = "Only colleagues can do that, so nothing was changed."
NOT_CURATOR = "Only curators and admins decide on stories, so nothing was changed."
NOT_YOURS = "Only who told it, until it is published, and curators change a story. Nothing was changed."
NOT_NAMED = "That story does not name you any more, so nothing was changed."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Look at it and try again."
DECIDED = "That story was decided on already, so nothing was changed."
NO_CLEARANCE = "Say who allowed the customer's name, or leave it out. Nothing was kept."


def seen(store: SqlStories, story_id: str, person: Person) -> Story:
    """What is not there and what they may not see look the same."""
    return _visible(store.get(story_id), person)


def taken(store: SqlStories, story_id: str, person: Person) -> Story:
    """`seen` for whoever is going to change it."""
    return _visible(store.take(story_id), person)


def tell(store: SqlStories, story: Story, person: Person, now: datetime) -> Story:
    """By any colleague. Who is named in it has yet to agree, whatever the story says."""
    check_colleague(person)
    if story.author_id != person.id:
        raise UserFacingError(NOT_YOURS)
    told_today = [each for each in store.of_person(person.id) if each.told_at > now - DAY]
    if sum(each.author_id == person.id for each in told_today) >= MOST_A_DAY:
        raise UserFacingError(f"That is more than {MOST_A_DAY} stories in a day, so nothing was kept. Go on tomorrow.")
    asked = tuple(Credit(each.person_id, each.name, now) for each in story.credits)
    made = checked(replace(story, credits=asked), None, now)
    if not store.add(made):
        raise UserFacingError("This story is kept already, so nothing was kept again. “stories” shows it.")
    return made


def change(store: SqlStories, edited: Story, person: Person, now: datetime) -> Story:
    """`edited` is the story as it was read, with its changes. Who was asked before stays asked, and who does not want
    to be named is not asked again. What came back to its author is handed in with it."""
    known = taken(store, edited.id, person)
    if not may_change(known, person):
        raise UserFacingError(NOT_YOURS)
    named = [known.credit_of(each.person_id) or Credit(each.person_id, each.name, now) for each in edited.credits]
    declined = [each for each in known.credits if each.consent is Consent.DECLINED and each not in named]
    made = checked(replace(edited, credits=(*named, *declined)), known, now)
    left_out = [each.name for each in known.credits if made.credit_of(each.person_id) is None]
    left_out += [known.customer] if known.customer and known.customer != made.customer else []
    if name := still_named(made, left_out):
        raise UserFacingError(f"“{name}” still stands in the story. Take the name out of its words too, or leave it "
                              "where it was. Nothing was changed.")  # fmt: skip
    if known.state is StoryState.RETURNED and person.id == known.author_id:
        made = replace(made, state=StoryState.TOLD, word="")
    return put(store, made)


def approve(store: SqlStories, story_id: str, revision: int, person: Person, now: datetime) -> Story:
    """As it was read: every colleague reads it from now on, with the names of those who agreed."""
    story = to_decide(store, story_id, person)
    if not story.is_open:
        raise UserFacingError(DECIDED)
    if story.revision != revision:
        raise UserFacingError(COLLISION)
    published = replace(story, state=StoryState.PUBLISHED, published_at=now, decided_by=person.name[:200], word="")
    return put(store, published)


def give_back(store: SqlStories, story_id: str, person: Person, word: str) -> Story:
    """To its author, with a word on what is missing."""
    story = to_decide(store, story_id, person)
    if story.state is not StoryState.TOLD:
        raise UserFacingError(DECIDED)
    said = cleaned(word, WORD_LIMIT)
    if not has_words(said):
        raise UserFacingError("Say what is missing, so that it can be added. Nothing was changed.")
    return put(store, replace(story, state=StoryState.RETURNED, word=said, decided_by=person.name[:200]))


def withdraw(store: SqlStories, story_id: str, person: Person) -> Story:
    """By its author at any time, or by a curator; for good. Its picture is deleted."""
    story = taken(store, story_id, person)
    if not may_withdraw(story, person):
        raise UserFacingError(GONE)
    store.drop_picture(story.id)
    return put(store, replace(story, state=StoryState.WITHDRAWN, picture=""))


def answer(store: SqlStories, story_id: str, person: Person, consent: Consent, shown_as: str, now: datetime) -> Story:
    """What somebody says about their own name, again too: it counts from then on, wherever the story is read."""
    story = taken(store, story_id, person)
    own = story.credit_of(person.id)
    if own is None or story.state is StoryState.WITHDRAWN:
        raise UserFacingError(NOT_NAMED)
    name = one_line(shown_as, NAME_LIMIT) or own.name
    if name != own.name and _LINK.search(name):
        raise UserFacingError("A name has no links or addresses in it, so nothing was changed. Choose another.")
    others = [each.name for each in story.credits if each.person_id != person.id] + [story.customer]
    if any(each and each.casefold() in name.casefold() for each in others):
        raise UserFacingError("That is somebody else's name, so nothing was changed. Choose another for yourself.")
    said = replace(own, consent=consent, shown_as=name if consent is Consent.AGREED else "", answered_at=now)
    named = tuple(said if each.person_id == person.id else each for each in story.credits)
    return put(store, replace(story, credits=named))


def to_decide(store: SqlStories, story_id: str, person: Person) -> Story:
    story = taken(store, story_id, person)
    if not person.curates:
        raise UserFacingError(NOT_CURATOR)
    return story


def put(store: SqlStories, changed: Story) -> Story:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    return counted


def check_colleague(person: Person) -> None:
    if EVERYONE not in person.principals:
        raise UserFacingError(NOT_FOR_GUESTS)


def checked(story: Story, known: Story | None, now: datetime) -> Story:
    """Within its limits, or UserFacingError. A clearance is dated when it is given, or given anew."""
    title = one_line(story.title, TITLE_LIMIT + 1)
    if not has_words(title) or len(title) > TITLE_LIMIT:
        raise UserFacingError(f"The title needs words, {TITLE_LIMIT} characters at most. Nothing was kept.")
    if not all(map(has_words, (story.challenge, story.done, story.result))):
        raise UserFacingError("Say what the challenge was, what was done, and what came of it. Nothing was kept.")
    if len(story.picture_link) > 1_000 or not _is_link(story.picture_link):
        raise UserFacingError("A link begins with https:// and has no spaces. Nothing was kept.")
    topics = tuple(dict.fromkeys(one_line(each, NAME_LIMIT) for each in story.topics if has_words(each)))
    if len(topics) > TOPIC_LIMIT:
        raise UserFacingError(f"It has at most {TOPIC_LIMIT} topics. Nothing was kept.")
    others = tuple(each for each in _each_once(story.credits) if each.person_id != story.author_id)
    if len(others) > CREDIT_LIMIT:
        raise UserFacingError(f"It names at most {CREDIT_LIMIT} people. Nothing was kept.")
    return replace(
        _cleared(story, known, now),
        title=title,
        challenge=cleaned(story.challenge, TEXT_LIMIT),
        done=cleaned(story.done, TEXT_LIMIT),
        result=cleaned(story.result, TEXT_LIMIT),
        customer=one_line(story.customer, NAME_LIMIT),
        called=one_line(story.called, NAME_LIMIT),
        industry=one_line(story.industry, NAME_LIMIT),
        product=one_line(story.product, NAME_LIMIT),
        topics=topics,
        credits=others,
        origin=story.origin if len(story.origin) <= ORIGIN_LIMIT else "",
    )


def cleaned(text: str, limit: int) -> str:
    return storable(text).strip()[:limit]


def one_line(text: str, limit: int) -> str:
    return cleaned(" ".join(storable(text).split()), limit)


def has_words(text: str) -> bool:
    return any(each.isalnum() for each in text)


def _cleared(story: Story, known: Story | None, now: datetime) -> Story:
    if not story.customer or story.clearance is Clearance.ANONYMOUS:
        return replace(story, clearance=Clearance.ANONYMOUS, cleared_by="", cleared_at=None)
    by = one_line(story.cleared_by, NAME_LIMIT)
    if not has_words(by):
        raise UserFacingError(NO_CLEARANCE)
    said = (story.customer, story.clearance, by)
    is_as_before = known is not None and (known.customer, known.clearance, known.cleared_by) == said
    return replace(story, cleared_by=by, cleared_at=known.cleared_at if known and is_as_before else now)


def _each_once(named: Sequence[Credit]) -> Sequence[Credit]:
    found: dict[str, Credit] = {}
    for each in named:
        found.setdefault(each.person_id, each)
    return list(found.values())


def _is_link(link: str) -> bool:
    return not link or (link.startswith(HTTPS) and link.isprintable() and " " not in link)


def _visible(story: Story | None, person: Person) -> Story:
    if story is None or not may_see(story, person):
        raise UserFacingError(GONE)
    return story
