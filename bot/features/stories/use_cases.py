"""What is done with stories. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person, storable
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
NOT_CURATOR = "Only curators and admins decide on stories, so nothing was changed."
NOT_YOURS = "Only who told it, until it is published, and curators change a story. Nothing was changed."
NOT_NAMED = "That story does not name you any more, so nothing was changed."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Look at it and try again."
DECIDED = "That story was decided on already, so nothing was changed."
OWN_STORY = "You told this story, so somebody else who curates has to approve it. Nothing was changed."
NO_CLEARANCE = "Say who allowed the customer's name, or leave it out."
NO_WORDS = "A few words, please."


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
    made = checked(with_their_words(edited, known, now), known, now)
    if known.state is StoryState.RETURNED and person.id == known.author_id:
        made = replace(made, state=StoryState.TOLD, word="")
    return put(store, made)


def with_their_words(edited: Story, known: Story, now: datetime) -> Story:
    """With what those whom it names said before; who declined stays noted."""
    named = [known.credit_of(each.person_id) or Credit(each.person_id, each.name, now) for each in edited.credits]
    declined = [each for each in known.credits if each.consent is Consent.DECLINED and each not in named]
    return replace(edited, credits=(*named, *declined))


def approve(
    store: SqlStories, story_id: str, revision: int, person: Person, now: datetime, *, curates_alone: bool
) -> Story:
    """As it was read: every colleague reads it from now on, with the names of those who agreed. By somebody else than
    who told it, unless nobody else curates."""
    story = to_decide(store, story_id, person)
    if story.author_id == person.id and not curates_alone:
        raise UserFacingError(OWN_STORY)
    if not story.is_open:
        raise UserFacingError(DECIDED)
    if story.revision != revision:
        raise UserFacingError(COLLISION)
    return put(store, replace(_decided(story, StoryState.PUBLISHED, person), published_at=now))


def give_back(store: SqlStories, story_id: str, person: Person, word: str) -> Story:
    """To its author, with a word on what is missing."""
    story = to_decide(store, story_id, person)
    if story.state is not StoryState.TOLD:
        raise UserFacingError(DECIDED)
    said = cleaned(word, WORD_LIMIT)
    if not has_words(said):
        raise FormRejected({"word": "Say what is missing, so that it can be added. Nothing was changed."})
    return put(store, _decided(story, StoryState.RETURNED, person, said))


def withdraw(store: SqlStories, story_id: str, person: Person) -> Story:
    """By its author at any time, or by a curator; for good. Its picture is deleted."""
    story = taken(store, story_id, person)
    if not may_withdraw(story, person):
        raise UserFacingError(GONE)
    store.drop_picture(story.id)
    return put(store, replace(_decided(story, StoryState.WITHDRAWN, person), picture=""))


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


def checked(story: Story, known: Story | None, now: datetime) -> Story:
    """Within its limits, or FormRejected with all its `problems`. A clearance is dated when it is given, or given
    anew."""
    if found := problems(story, known):
        raise FormRejected(found)
    return replace(
        _cleared(story, known, now),
        title=one_line(story.title, TITLE_LIMIT),
        challenge=cleaned(story.challenge, TEXT_LIMIT),
        done=cleaned(story.done, TEXT_LIMIT),
        result=cleaned(story.result, TEXT_LIMIT),
        customer=one_line(story.customer, NAME_LIMIT),
        called=one_line(story.called, NAME_LIMIT),
        industry=one_line(story.industry, NAME_LIMIT),
        product=one_line(story.product, NAME_LIMIT),
        topics=_topics(story),
        credits=_credited(story),
        origin=story.origin if len(story.origin) <= ORIGIN_LIMIT else "",
    )


def problems(story: Story, known: Story | None) -> dict[str, str]:
    """All that keeps it from being kept in the place of `known`, by the part of the story that it is about."""
    found = {part: NO_WORDS for part in ("challenge", "done", "result") if not has_words(getattr(story, part))}
    title = one_line(story.title, TITLE_LIMIT + 1)
    if not has_words(title) or len(title) > TITLE_LIMIT:
        found["title"] = f"The title needs words, {TITLE_LIMIT} characters at most."
    if len(story.picture_link) > 1_000 or not _is_link(story.picture_link):
        found["picture_link"] = "A link begins with https:// and has no spaces."
    if len(_topics(story)) > TOPIC_LIMIT:
        found["topics"] = f"It has at most {TOPIC_LIMIT} topics."
    if len(_credited(story)) > CREDIT_LIMIT:
        found["credits"] = f"It names at most {CREDIT_LIMIT} people."
    is_named = one_line(story.customer, NAME_LIMIT) and story.clearance is not Clearance.ANONYMOUS
    if is_named and not has_words(one_line(story.cleared_by, NAME_LIMIT)):
        found["cleared_by"] = NO_CLEARANCE
    if known is not None:
        left_out = [each.name for each in known.credits if story.credit_of(each.person_id) is None]
        if known.customer and known.customer != one_line(story.customer, NAME_LIMIT):
            left_out.append(known.customer)
        for part, name in still_named(story, left_out).items():
            found.setdefault(part, f"“{name}” still stands here. Take the name out of the words too, or leave it where "
                                   "it was.")  # fmt: skip
    return found


def cleaned(text: str, limit: int) -> str:
    return storable(text).strip()[:limit]


def one_line(text: str, limit: int) -> str:
    return cleaned(" ".join(storable(text).split()), limit)


def has_words(text: str) -> bool:
    return any(each.isalnum() for each in text)


def _cleared(story: Story, known: Story | None, now: datetime) -> Story:
    if not one_line(story.customer, NAME_LIMIT) or story.clearance is Clearance.ANONYMOUS:
        return replace(story, clearance=Clearance.ANONYMOUS, cleared_by="", cleared_at=None)
    by = one_line(story.cleared_by, NAME_LIMIT)
    said = (story.customer, story.clearance, by)
    is_as_before = known is not None and (known.customer, known.clearance, known.cleared_by) == said
    return replace(story, cleared_by=by, cleared_at=known.cleared_at if known and is_as_before else now)


def _decided(story: Story, state: StoryState, person: Person, word: str = "") -> Story:
    return replace(story, state=state, word=word, decider_id=person.id, decided_by=person.name[:200])


def _topics(story: Story) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(each, NAME_LIMIT) for each in story.topics if has_words(each)))


def _credited(story: Story) -> tuple[Credit, ...]:
    """Each once, and not who tells it."""
    found: dict[str, Credit] = {}
    for each in story.credits:
        found.setdefault(each.person_id, each)
    return tuple(each for each in found.values() if each.person_id != story.author_id)


def _is_link(link: str) -> bool:
    return not link or (link.startswith(HTTPS) and link.isprintable() and " " not in link)


def _visible(story: Story | None, person: Person) -> Story:
    if story is None or not may_see(story, person):
        raise UserFacingError(GONE)
    return story
