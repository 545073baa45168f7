"""The fields in which somebody chooses among channels, however many there are. What their form carries went through
somebody's hands."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, Field, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from bot.features.form_state import to_state
from bot.features.library.model import hub_name
from bot.storage.unit_of_work import UnitOfWork

CHANNELS, NAMED, OUTSIDERS = "channels", "named", "outsiders"
HUB = "hub:"
MOST_LISTED = 40
MOST_HUBS = 20
ROOM, HUB_ROOM = 1_600, 500
"""Characters of a form's state that channels and hubs may take."""

NAMES_LIMIT = 2_000
PAGE_PLATFORMS = frozenset({"web"})
NO_CHANNEL = "That channel is no longer known, so nothing was sent. Open the form again."

Each = TypeVar("Each")


class ChannelAt(NamedTuple):
    """What has `outsiders` is offered apart."""

    platform: str
    channel: str
    name: str
    has_outsiders: bool


class Listed(NamedTuple):
    """What a form lists. `has_more`: there are channels that it does not."""

    channels: tuple[ChannelAt, ...] = ()
    hubs: tuple[str, ...] = ()
    has_more: bool = False

    @property
    def checked(self) -> "Listed":
        """As far as a form can offer it."""
        hubs = tuple(each for each in self.hubs[:MOST_HUBS] if 0 < len(each) <= OPTION_VALUE_LIMIT - len(HUB))
        return Listed(self.channels[:MOST_LISTED], hubs, self.has_more)


def channels_in_chats(unit: UnitOfWork) -> list[Channel]:
    return [each for each in SqlChannels(unit).all() if each.platform not in PAGE_PLATFORMS]


def list_channels(channels: Sequence[Channel], first: Collection[tuple[str, str]] = ()) -> Listed:
    """As many as a form carries: those that come `first`, then those with people from outside, which cannot be named.
    Hubs are those of the others."""
    found = [ChannelAt(each.platform, each.channel, shortened(each.name, 60), each.has_outsiders) for each in channels]
    ordered = sorted(found, key=lambda each: (each[:2] not in first, not each.has_outsiders))
    listed = sorted(_fitting(ordered, ROOM)[:MOST_LISTED], key=found.index)
    named = {hub for each in channels if not each.has_outsiders for hub in each.policy.hubs}
    hubs = [each for each in sorted(named) if len(each) <= OPTION_VALUE_LIMIT - len(HUB)]
    return Listed(tuple(listed), tuple(_fitting(hubs, HUB_ROOM)[:MOST_HUBS]), len(listed) < len(found))


def channel_fields(listed: Listed, for_outsiders: str, chosen: Sequence[Channel] = ()) -> list[Field]:
    """`for_outsiders` says what becomes of it where people from outside read along. What is `chosen` already and not
    listed is named."""
    picked = {(each.platform, each.channel): each.name for each in chosen}
    fields = _choice(CHANNELS, "Channels", "", listed, picked, outside=False)
    if listed.has_more:
        there = {each[:2] for each in listed.channels}
        named = shortened(", ".join(name for place, name in picked.items() if place not in there), NAMES_LIMIT)
        hint = "By name, separated by commas. Not all are listed above."
        fields.append(TextField(NAMED, "More channels", hint, named, required=False, max_length=NAMES_LIMIT))
    return [*fields, *_choice(OUTSIDERS, "With people from outside", for_outsiders, listed, picked, outside=True)]


def hub_options(listed: Listed) -> tuple[tuple[str, str], ...]:
    return tuple((f"{HUB}{hub}", f"Channels of the hub {hub_name(hub)}") for hub in listed.hubs)


def is_of_hub(channel: Channel, groups: Collection[str]) -> bool:
    """Of one of those hubs that are chosen in `groups`."""
    return any(f"{HUB}{hub}" in groups for hub in channel.policy.hubs)


def chosen_in(
    values: Values, listed: Listed, known: Sequence[Channel], problems: dict[str, str]
) -> tuple[list[Channel], list[Channel]]:
    """Of the channels that are `known` those that were chosen or named, and those chosen where people from outside read
    along. What is wrong with it is put to the problems."""
    by_place = {(each.platform, each.channel): each for each in known}
    by_number = {str(at): by_place.get((each.platform, each.channel)) for at, each in enumerate(listed.channels)}

    def chosen(name: str) -> list[Channel]:
        found = [by_number[each] for each in several(values, name) if each in by_number]
        if None in found:
            problems[name] = NO_CHANNEL
        return [each for each in found if each is not None]

    return [*chosen(CHANNELS), *_named(one(values, NAMED), known, problems)], chosen(OUTSIDERS)


def _choice(
    name: str, label: str, hint: str, listed: Listed, picked: Collection[tuple[str, str]], *, outside: bool
) -> list[Field]:
    """None where there is nothing to choose."""
    found = [(str(at), each) for at, each in enumerate(listed.channels) if each.has_outsiders is outside]
    options = tuple((at, each.name) for at, each in found)
    initial = tuple(at for at, each in found if each[:2] in picked)
    field = ChoiceField(name, label, options, hint, initial, required=False, multiple=True)
    return [field] if found else []


def _named(typed: str, known: Sequence[Channel], problems: dict[str, str]) -> list[Channel]:
    found: list[Channel] = []
    for name in filter(None, (each.strip().removeprefix("#").casefold() for each in typed.split(","))):
        fitting = [each for each in known if each.name.casefold() == name]
        if len(fitting) != 1:
            problems[NAMED] = f"No channel, or more than one, is called “{name}”."
        elif fitting[0].has_outsiders:
            problems[NAMED] = f"People from outside read along in “{name}”: it can only be chosen below."
        found += fitting[:1]
    return found


def _fitting(found: Sequence[Each], room: int) -> list[Each]:
    lengths = accumulate(len(to_state((each,))) + 1 for each in found)
    return [each for each, length in zip(found, lengths, strict=True) if length <= room]
