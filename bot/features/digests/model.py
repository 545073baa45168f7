"""Digests and their editions: for whom, how often, of what; and what was told when. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from bot.chat.turn import EVERYONE, Person, Place
from bot.features.channels.model import Channel, may_change
from bot.features.digest_entry import DigestItem, DigestKind
from scheduler.rules import Occurrence, Series, next_occurrence

MOST = 6
"""Of one kind in an edition; the rest is counted."""

WORD_LIMIT = 1_000
TOPIC_LIMIT = 10
TEXT_LIMIT = 200
LONGEST = timedelta(days=35)
"""What happened longer ago is no news, whoever was told of nothing since."""

A_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)

TOLD_ONCE = frozenset({DigestKind.NEW, DigestKind.STORIES, DigestKind.IDEAS})
"""What happens once, and is told once; the others stand until they are over."""

KIND_NAMES = {
    DigestKind.NEW: "New and changed in the library",
    DigestKind.ASKED: "What was asked most",
    DigestKind.STORIES: "Success stories",
    DigestKind.DATES: "Coming up",
    DigestKind.OPEN: "Questions that need an expert",
    DigestKind.REVIEWS: "Reviews that look for reviewers",
    DigestKind.IDEAS: "Requests and ideas",
    DigestKind.GAPS: "Where the library has gaps",
}


class DigestState(StrEnum):
    """One that is `stopped` may be taken up again."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class EditionState(StrEnum):
    """`planned`: somebody worked on it before it goes out. `empty`: there was nothing to say, so nothing was sent.
    `held`: it could not go out, its `word` says why."""

    PLANNED = "planned"
    SKIPPED = "skipped"
    SENT = "sent"
    EMPTY = "empty"
    HELD = "held"


OVER = frozenset({EditionState.SENT, EditionState.EMPTY, EditionState.HELD})


@dataclass(frozen=True, slots=True)
class Digest:
    """Of a `channel` of a `platform`, or of a person. `first` is naive local time and `rule` an RRULE, as of a series;
    `zone` is the one that was named, empty for that of the channel or person as it is by then. Nothing comes of what
    was due by `active_from`.

    `topics` are a channel's; a person's are those of their settings. They come first, or alone with `only_topics`.
    `by_mail`: a person's comes there. `reminds`: whoever set it up last is asked to look at it a day before. `revision`
    counts the changes, those of the next edition too: each is made to the revision that was read, or not at all."""

    id: str
    first: datetime
    rule: str
    made_by: str
    made_at: datetime
    active_from: datetime
    platform: str = ""
    channel: str = ""
    person_id: str = ""
    zone: str = ""
    kinds: frozenset[DigestKind] = frozenset(DigestKind)
    topics: tuple[str, ...] = ()
    only_topics: bool = False
    by_mail: bool = False
    reminds: bool = False
    state: DigestState = DigestState.RUNNING
    revision: int = 1

    @property
    def is_personal(self) -> bool:
        return bool(self.person_id)

    @property
    def is_running(self) -> bool:
        return self.state is DigestState.RUNNING

    def series(self, zone: str) -> Series:
        """`zone` is that of the channel or person."""
        return Series(self.first, self.zone or zone, AN_HOUR, self.rule)


@dataclass(frozen=True, slots=True)
class Edition:
    """Of one date of a digest, `day` by its rule. `word` is what an editor says first, `left_out` the keys of items
    that are not told. `since` and `at` are set once it is over: it tells what happened in between. What is kept of
    `items` is their traces; `gone` is how many of them are not to be read any more."""

    digest_id: str
    day: date
    state: EditionState = EditionState.PLANNED
    word: str = ""
    word_by: str = ""
    left_out: frozenset[str] = frozenset()
    since: datetime | None = None
    at: datetime | None = None
    items: tuple[DigestItem, ...] = ()
    more: int = 0
    gone: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def key(self) -> str:
        """Of its message."""
        return f"digest-{self.digest_id}-{self.day}"


def own_id(person_id: str) -> str:
    """Everybody has one at most, whoever sets it up twice at once."""
    return uuid5(NAMESPACE_URL, f"guildhall:digest:person:{person_id}").hex


def channel_id(platform: str, channel: str) -> str:
    """Each channel has one at most."""
    return uuid5(NAMESPACE_URL, f"guildhall:digest:channel:{platform}/{channel}").hex


def may_run(digest: Digest, channel: Channel | None, person: Person, place: Place | None = None) -> bool:
    """Their own; a channel's whoever decides there, and curators. No guest."""
    if EVERYONE not in person.principals:
        return False
    if digest.is_personal:
        return digest.person_id == person.id
    return channel is not None and may_run_in(channel, person, place)


def may_run_in(channel: Channel, person: Person, place: Place | None = None) -> bool:
    return EVERYONE in person.principals and (person.curates or may_change(channel, person, place))


def since_of(
    digest: Digest, series: Series, occurrence: Occurrence, earlier: Edition | None, now: datetime
) -> datetime:
    """From when on the edition tells: where the one before ended. The first tells of one period, and of all since it
    was set up."""
    since = earlier.at if earlier and earlier.at else min(digest.made_at, now - period(series, occurrence))
    return max(since, now - LONGEST)


def period(series: Series, occurrence: Occurrence) -> timedelta:
    """Until the next one."""
    following = next_occurrence(series, occurrence.starts)
    return min(following.starts - occurrence.starts, LONGEST) if following else A_WEEK


def chosen(
    found: Sequence[DigestItem],
    digest: Digest,
    topics: Collection[str],
    told: Collection[str],
    left_out: Collection[str],
) -> tuple[tuple[DigestItem, ...], int]:
    """What of it is told, in the order of the kinds, and how many more there are. `told` are the keys of the edition
    before: where all news are among them, there is nothing to say."""
    by_key = {each.key: each for each in found if each.kind in digest.kinds}
    wanted = [each for each in by_key.values() if not (each.kind in TOLD_ONCE and each.key in told)]
    if digest.only_topics and topics:
        wanted = [each for each in wanted if is_on(each, topics)]
    dates = _first_dates([each for each in wanted if each.kind is DigestKind.DATES])
    others = [each for each in wanted if each.kind is not DigestKind.DATES]
    others.sort(key=lambda each: not is_on(each, topics))
    wanted = [each for each in (*dates, *others) if each.key not in left_out]
    if all(each.key in told or not each.number for each in wanted):
        return (), 0
    kept: list[DigestItem] = []
    more = 0
    for kind in DigestKind:
        of_kind = [each for each in wanted if each.kind is kind]
        single, summed = ([each for each in of_kind if (each.number == 1) is is_one] for is_one in (True, False))
        kept += [*single[:MOST], *summed]
        more += len(single[MOST:])
    return tuple(map(fitting, kept)), more


def _first_dates(dates: Sequence[DigestItem]) -> list[DigestItem]:
    """Of what comes again in that time, its first date."""
    in_order = sorted(dates, key=lambda each: (each.at is None, each.at))
    times = Counter(each.title for each in in_order)
    first = {each.title: each for each in reversed(in_order)}
    found = []
    for each in first.values():
        others = times[each.title] - 1
        note = f"{each.note}, and {others} more {'time' if others == 1 else 'times'}"
        found.append(replace(each, note=note) if others else each)
    return sorted(found, key=lambda each: (each.at is None, each.at))


def is_on(item: DigestItem, topics: Collection[str]) -> bool:
    """Whether it is about one of them: they are said to be its topics, or stand in its words."""
    wanted = {topic.casefold() for topic in topics}
    if wanted & {topic.casefold() for topic in item.topics}:
        return True
    words = f"{item.title} {item.text}".casefold()
    return any(re.search(rf"(?<!\w){re.escape(topic)}(?!\w)", words) for topic in wanted if topic)


def fitting(item: DigestItem) -> DigestItem:
    from_title, from_text = " ".join(item.title.split()), " ".join(item.text.split())
    return replace(item, title=_cut(from_title), note=_cut(item.note), text=_cut(from_text))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"
