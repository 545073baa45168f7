"""A published story on its way to channels and mailing lists, and what becomes of it there. The caller owns the
transaction and has taken the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.mail_address import is_address
from bot.chat.turn import Person
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.model import MAIL, Broadcast, BroadcastState, Recipient, Target, TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.model import Channel
from bot.features.stories.messages import for_channels, for_mail, taken_down
from bot.features.stories.model import Story, StoryState
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

NOT_PUBLISHED = "That story is not approved yet, so nothing was sent. Approve it first."
NOBODY = "Choose where it goes: at least one channel or address. Nothing was sent."
THERE_ALREADY = "It was sent to all of these already, so nothing was sent again."
OUTSIDERS = "People from outside the company read along there, and nobody said that they may. Nothing was sent."
FREE = frozenset({TargetState.STOPPED, TargetState.NOT_ALLOWED})
"""What has not got it and will not get it by itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a story is to go. Where people from outside the company read along stands apart, for they read no name of
    ours. `local_at` is a day and time in each place's own zone, None for at once."""

    inside: Sequence[Channel] = ()
    outside: Sequence[Channel] = ()
    addresses: Sequence[str] = ()
    local_at: datetime | None = None


def send(
    story: Story, wanted: Wanted, person: Person, unit: UnitOfWork, now: datetime, *, zone: str, base_url: str
) -> list[Broadcast]:
    """Where it was not sent yet. `zone` is that of places without one. Raises UserFacingError, and then nothing was
    changed."""
    if story.state is not StoryState.PUBLISHED:
        raise UserFacingError(NOT_PUBLISHED)
    if any(each.has_outsiders for each in wanted.inside):
        raise UserFacingError(OUTSIDERS)
    check_addresses(wanted.addresses, unit)
    there = _there(story, unit)
    short, outside = for_channels(story, base_url), for_channels(story, base_url, outside=True)
    groups = (
        (short, False, use_cases.to_channels(wanted.inside)),
        (outside, True, use_cases.to_channels(wanted.outside)),
        (for_mail(story, base_url), False, _by_mail(wanted)),
    )
    sent: list[Broadcast] = []
    for message, outsiders, recipients in groups:
        new = [each for each in dict.fromkeys(recipients) if each not in there]
        if new:
            made = Broadcast(
                id="",
                about=story.about,
                made_by=person.id,
                made_at=now,
                message=message,
                letter=message if new[0].platform == MAIL else None,
                local_at=wanted.local_at,
                zone=zone,
                outsiders=outsiders,
            )
            drafted = use_cases.draft(made, new, unit)
            sent.append(use_cases.send(drafted.id, person.id, unit, now))
    if not sent:
        raise UserFacingError(nowhere(story, wanted, unit))
    return sent


def nowhere(story: Story, wanted: Wanted, unit: UnitOfWork) -> str:
    """Why it would go to no new place; empty where it goes to one."""
    if story.state is not StoryState.PUBLISHED:
        return NOT_PUBLISHED
    places = [*use_cases.to_channels((*wanted.inside, *wanted.outside)), *_by_mail(wanted)]
    if not places:
        return NOBODY
    return THERE_ALREADY if _there(story, unit).issuperset(places) else ""


def follow(story: Story, by: str, unit: UnitOfWork, now: datetime, *, base_url: str, also_by_mail: bool) -> None:
    """What stands of it is as the story is by now: corrected, or taken down with it. A letter that has gone is followed
    by another one only for what somebody changed on purpose: `also_by_mail`."""
    for each in SqlBroadcasts(unit).about(story.about):
        if each.state is BroadcastState.TAKEN_DOWN:
            continue
        if story.state is StoryState.WITHDRAWN:
            use_cases.take_down(each.id, taken_down(story, outside=each.outsiders), by, unit, now)
            continue
        if each.letter is not None:
            _follow_letter(each, story, by, unit, now, base_url=base_url, also_if_gone=also_by_mail)
        elif (new := for_channels(story, base_url, outside=each.outsiders)) != each.message:
            use_cases.correct(each.id, new, None, by, unit, now)


def _follow_letter(
    sent: Broadcast, story: Story, by: str, unit: UnitOfWork, now: datetime, *, base_url: str, also_if_gone: bool
) -> None:
    first, corrected = for_mail(story, base_url), for_mail(story, base_url, is_corrected=True)
    if sent.letter in (first, corrected):
        return
    if sent.state is BroadcastState.SCHEDULED:
        use_cases.correct(sent.id, first, first, by, unit, now)
    elif also_if_gone:
        use_cases.correct(sent.id, corrected, corrected, by, unit, now)
    else:
        use_cases.reword(sent.id, first, first, unit, now)


def told(story: Story, unit: UnitOfWork) -> list[Target]:
    """All places that it was sent to, as they stand."""
    store = SqlBroadcasts(unit)
    return [target for each in store.about(story.about) for target in store.targets(each)]


def check_addresses(addresses: Sequence[str], unit: UnitOfWork) -> None:
    """Of the company: where the directory vouches for somebody's address. Raises UserFacingError."""
    if not addresses:
        return
    domains = {_domain(each.email) for each in People(unit).vouched()}
    wrong = [each for each in addresses if not is_address(each) or _domain(each) not in domains]
    if wrong:
        named = ", ".join(f"“{each}”" for each in wrong[:3])
        raise UserFacingError(f"{named}: no address where colleagues have theirs, so nothing was sent. Leave it out.")


def _there(story: Story, unit: UnitOfWork) -> frozenset[Recipient]:
    """Where it is, or is going to be."""
    return frozenset(each.recipient for each in told(story, unit) if each.state not in FREE)


def _by_mail(wanted: Wanted) -> list[Recipient]:
    return [Recipient(MAIL, each) for each in wanted.addresses]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
