"""Success stories: what was the challenge, what was done, what came of it; and whose names may be read. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from bot.chat.turn import EVERYONE, Person

ID_LENGTH = 32
TITLE_LIMIT = 120
TEXT_LIMIT = 2_000
WORD_LIMIT = 500
NAME_LIMIT = 120
TOPIC_LIMIT = 10
ORIGIN_LIMIT = 500
CREDIT_LIMIT = 20
SOMEBODY = "a colleague"
A_CUSTOMER = "a customer"

_TWICE = re.compile(rf"(?<!\w){SOMEBODY} and {SOMEBODY}(?!\w)", re.IGNORECASE)


class StoryState(StrEnum):
    """`told` waits for a curator, `returned` for its author. What was taken back stays so."""

    TOLD = "told"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Value(StrEnum):
    """What kind of good came of it."""

    REVENUE = "revenue"
    RETENTION = "retention"
    TIME = "time"
    COST = "cost"
    QUALITY = "quality"
    RISK = "risk"
    PEOPLE = "people"


class Clearance(StrEnum):
    """How far the customer's name may go."""

    ANONYMOUS = "anonymous"
    INTERNAL = "internal"
    PUBLIC = "public"


class Consent(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody whom the story names. Before they agreed, and against their word, `name` goes nowhere; then it is
    `shown_as` that does."""

    person_id: str
    name: str
    asked_at: datetime
    consent: Consent = Consent.ASKED
    shown_as: str = ""
    answered_at: datetime | None = None

    @property
    def public_name(self) -> str:
        """Empty where there is none."""
        return self.shown_as if self.consent is Consent.AGREED else ""


@dataclass(frozen=True, slots=True)
class Story:
    """As its author and the curators know it; what others read of it is `as_told`. Without a `customer` it is from
    inside the company; `called` is who that is without a name. `cleared_by` gave the `clearance` for the name, and
    `cleared_at` is when that was said here.

    `picture` is the id of one that was uploaded, `picture_link` (https) is where a platform keeps another. `origin` is
    what it began from: ``review/…``, ``idea/…`` or the address of a message. `word` is why it came back. `decider_id`
    and `decided_by` are who approved it, gave it back or took it back last. `revision` counts the changes: each is made
    to the revision that was read, or not at all."""

    id: str
    title: str
    author_id: str
    author_name: str
    told_at: datetime
    challenge: str = ""
    done: str = ""
    result: str = ""
    customer: str = ""
    called: str = ""
    clearance: Clearance = Clearance.ANONYMOUS
    cleared_by: str = ""
    cleared_at: datetime | None = None
    credits: tuple[Credit, ...] = ()
    value: Value | None = None
    topics: tuple[str, ...] = ()
    industry: str = ""
    product: str = ""
    picture: str = ""
    picture_link: str = ""
    origin: str = ""
    state: StoryState = StoryState.TOLD
    word: str = ""
    decider_id: str = ""
    decided_by: str = ""
    published_at: datetime | None = None
    revision: int = 1

    @property
    def about(self) -> str:
        """Of its broadcasts."""
        return f"stories/{self.id}"

    @property
    def is_open(self) -> bool:
        """Not decided on yet."""
        return self.state in (StoryState.TOLD, StoryState.RETURNED)

    @property
    def is_decided_by_author(self) -> bool:
        """Whoever told it also approved it, or took it back."""
        return self.decider_id == self.author_id

    def credit_of(self, person_id: str) -> Credit | None:
        return next((each for each in self.credits if each.person_id == person_id), None)


@dataclass(frozen=True, slots=True)
class Told:
    """What others read. `people` are those who agreed, under the names that they chose."""

    title: str
    challenge: str
    done: str
    result: str
    customer: str
    people: tuple[str, ...]
    teller: str
    topics: tuple[str, ...]
    industry: str
    product: str
    picture_link: str


def as_told(story: Story, *, outside: bool = False) -> Told:
    """Wherever a name stands that may not go out, other words stand instead. With `outside` for people from outside the
    company, for whom nobody of ours is named. Full names are known, given names alone are not."""
    named = not outside
    customer = story.customer if _is_cleared(story, outside) else _called(story)
    instead = {story.customer: customer}
    for each in story.credits:
        words = (each.public_name if named else "") or SOMEBODY
        # Of two with one name both agreed, or neither is named.
        instead[each.name] = words if instead.get(each.name, words) == words else SOMEBODY
    if not named:
        instead |= {each.shown_as: SOMEBODY for each in story.credits} | {story.author_name: SOMEBODY}
    instead = _settled({name: words for name, words in instead.items() if name})
    without = _Without({name: words for name, words in instead.items() if name != words})
    return Told(
        title=without(story.title),
        challenge=without(story.challenge),
        done=without(story.done),
        result=without(story.result),
        customer=instead.get(story.customer, ""),
        people=tuple(instead[each.name] for each in story.credits if each.public_name) if named else (),
        teller=story.author_name if named else "",
        topics=tuple(map(without, story.topics)),
        industry=without(story.industry),
        product=without(story.product),
        picture_link=story.picture_link if without(story.picture_link) == story.picture_link else "",
    )


def still_named(story: Story, names: Iterable[str]) -> Mapping[str, str]:
    """Those of these that others would read in it, each by the part in which it stands."""
    told = as_told(replace(story, clearance=Clearance.ANONYMOUS))
    return {
        part: name
        for name in names
        for part in ("title", "challenge", "done", "result", "industry", "product", "topics")
        if any(_Without({name: ""})(text) != text for text in _texts(getattr(told, part)))
    }


def may_see(story: Story, person: Person) -> bool:
    if story.state is StoryState.PUBLISHED and EVERYONE in person.principals:
        return True
    is_named = story.credit_of(person.id) is not None and story.state is not StoryState.WITHDRAWN
    return (is_named and EVERYONE in person.principals) or story.author_id == person.id or person.curates


def may_change(story: Story, person: Person) -> bool:
    """Its author until it is published, and curators."""
    if story.state is StoryState.WITHDRAWN:
        return False
    return person.curates or (story.author_id == person.id and story.is_open)


def may_withdraw(story: Story, person: Person) -> bool:
    return story.state is not StoryState.WITHDRAWN and (story.author_id == person.id or person.curates)


class _Without:
    """Puts other words in the place of names, the longest first."""

    def __init__(self, instead: Mapping[str, str]) -> None:
        self._instead = sorted(instead.items(), key=lambda each: -len(each[0]))

    def __call__(self, text: str) -> str:
        whole = unicodedata.normalize("NFC", text)
        found = sorted(
            (each.start(), rank, each.end(), words)
            for rank, (name, words) in enumerate(self._instead)
            for each in _where(name).finditer(whole)
        )
        parts, at = list[str](), 0
        for start, _, end, words in found:
            if start >= at:
                parts += [whole[at:start], _beginning(words, whole[:start])]
                at = end
        return _TWICE.sub(_two, "".join((*parts, whole[at:]))) if parts else whole


@lru_cache(maxsize=8_192)
def _where(name: str) -> re.Pattern[str]:
    """Where that name stands, however it is written: in capitals, on two lines, between the marks of a chat."""
    parts = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", name).split()))
    return re.compile(rf"(?<![^\W_]){parts}(?![^\W_])", re.IGNORECASE)


def _beginning(words: str, before: str) -> str:
    """As a sentence begins, where it does."""
    said = before.rstrip()
    return words[:1].upper() + words[1:] if not said or said[-1] in ".!?" else words


def _settled(instead: Mapping[str, str]) -> dict[str, str]:
    """None of the words that stand for a name gives away another."""

    def settled(own: str, words: str) -> str:
        if words in (own, SOMEBODY, A_CUSTOMER):
            return words
        return _Without({name: other for name, other in instead.items() if name not in (own, other)})(words)

    return {own: settled(own, words) for own, words in instead.items()}


def _two(found: re.Match[str]) -> str:
    return "Two colleagues" if found[0][0].isupper() else "two colleagues"


def _texts(part: str | tuple[str, ...]) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else part


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _called(story: Story) -> str:
    is_named = _plain(story.customer) in _plain(story.called)
    return story.called if story.called and not is_named else A_CUSTOMER


def _is_cleared(story: Story, outside: bool) -> bool:
    return story.clearance is Clearance.PUBLIC or (story.clearance is Clearance.INTERNAL and not outside)
