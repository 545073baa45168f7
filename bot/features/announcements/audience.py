"""Who an announcement goes to, as it is by now."""

from dataclasses import dataclass
from itertools import starmap

from bot.features.announcements.model import Audience, Group
from bot.features.broadcasts.model import Recipient
from bot.features.broadcasts.use_cases import to_channels, to_people
from bot.features.channels.choosing import HUB, channels_in_chats, is_of_hub
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from bot.features.experts.store import SqlExperts
from bot.features.library.model import hub_name
from bot.features.profile.readers import is_colleague
from bot.features.profile.roles import Roles
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

NAMES = {
    Group.EVERYONE: "Every colleague, each in their own chat",
    Group.EXPERTS: "Experts",
    Group.CURATORS: "Curators",
    Group.ADMINS: "Admins",
    Group.CHANNELS: "Every channel",
}


@dataclass(frozen=True, slots=True)
class Recipients:
    """`outside` are channels where people from outside the company may read along. `refused` were chosen one by one and
    it may not go there any more: they do not count, and whoever sent it is told why."""

    inside: tuple[Recipient, ...] = ()
    outside: tuple[Recipient, ...] = ()
    refused: tuple[Recipient, ...] = ()

    def __len__(self) -> int:
        return len(self.inside) + len(self.outside)


def recipients(audience: Audience, roles: Roles, unit: UnitOfWork) -> Recipients:
    """Channels first, each once. People from outside are met only in channels that were chosen as such."""
    channels = channels_in_chats(unit)
    inside = [each for each in channels if not each.has_outsiders]
    chosen = [each for each in inside if _is_wanted(each, audience)]
    outside = [each for each in channels if (each.platform, each.channel) in audience.outside]
    people = sorted(_person_ids(audience, roles, unit))
    apart = to_channels(outside)
    there = [each for each in to_channels(chosen) if each not in apart]
    refused = [each for each in starmap(Recipient, audience.channels) if each not in (*there, *apart)]
    return Recipients((*there, *to_people(people)), tuple(apart), tuple(refused))


def group_name(group: str) -> str:
    """``Channels of the hub EMEA``."""
    if group.startswith(HUB):
        return f"Channels of the hub {hub_name(group.removeprefix(HUB))}"
    return NAMES[Group(group)] if group in set(Group) else group


def in_words(audience: Audience, unit: UnitOfWork) -> str:
    """``Experts, #general``."""
    known = {(each.platform, each.channel): each.name for each in SqlChannels(unit).all()}
    channels = [known.get(each, each[1]) for each in (*audience.channels, *audience.outside)]
    return ", ".join([*map(group_name, audience.groups), *channels])


def _is_wanted(channel: Channel, audience: Audience) -> bool:
    return (
        Group.CHANNELS in audience.groups
        or (channel.platform, channel.channel) in audience.channels
        or is_of_hub(channel, audience.groups)
    )


def _person_ids(audience: Audience, roles: Roles, unit: UnitOfWork) -> frozenset[str]:
    found: set[str] = set()
    if Group.EVERYONE in audience.groups:
        known = {each.id for each in People(unit).all()}
        accounts = People(unit).accounts_by_person(known)
        found |= {each for each in known if is_colleague(accounts.get(each, ()))}
    if Group.EXPERTS in audience.groups:
        found |= {each.person_id for each in SqlExperts(unit).all()}
    if Group.CURATORS in audience.groups:
        found |= People(unit).ids_named(roles.curators or roles.admins)
    if Group.ADMINS in audience.groups:
        found |= People(unit).ids_named(roles.admins)
    return frozenset(found)
