"""Stores of channels and drafts in memory; the contract suites hold them to what the real ones do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.chat.turn import Place
from bot.features.channels.model import Channel, Deciders
from bot.storage.people import KnownPerson

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class MemoryChannels:
    """Fills `bot.features.channels.store.ChannelStore`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Channel] = {}

    def get(self, platform: str, channel: str) -> Channel | None:
        return self.kept.get((platform, channel))

    def all(self) -> list[Channel]:
        by_key = sorted(self.kept.values(), key=lambda each: (each.platform, each.channel))
        return sorted(by_key, key=lambda each: each.seen_at or LONG_AGO, reverse=True)

    def for_experts(self) -> list[Channel]:
        shown = [each for each in self.kept.values() if each.policy.for_experts and not each.has_outsiders]
        return sorted(shown, key=lambda each: (each.platform, each.channel))

    def note(self, place: Place, at: datetime) -> None:
        known = self._known(place.platform, place.channel)
        called = place.title or known.called
        self._keep(replace(known, seen_at=at, called=called, has_outsiders=not place.members))

    def change(self, channel: Channel) -> bool:
        known = self._known(channel.platform, channel.channel)
        if known.revision != channel.revision - 1:
            return False
        policy = channel.policy
        named = tuple(sorted(set(policy.named))) if policy.deciders is Deciders.NAMED else ()
        kept = replace(
            channel, policy=replace(policy, named=named), title=known.title, called=known.called, seen_at=known.seen_at
        )
        self._keep(replace(kept, has_outsiders=known.has_outsiders))
        return True

    def set_title(self, platform: str, channel: str, title: str) -> None:
        if (platform, channel) in self.kept:
            self._keep(replace(self.kept[platform, channel], title=title))

    def _known(self, platform: str, channel: str) -> Channel:
        return self.kept.get((platform, channel)) or Channel(platform, channel)

    def _keep(self, channel: Channel) -> None:
        self.kept[channel.platform, channel.channel] = channel


@dataclass
class KnownPeople:
    """Fills `bot.features.channels.chat.Persons` and `bot.features.home.chat.Persons`."""

    people: dict[str, KnownPerson] = field(default_factory=dict)

    def get(self, person_id: str) -> KnownPerson | None:
        return self.people.get(person_id)

    def by_email(self, email: str) -> KnownPerson | None:
        return next((each for each in self.people.values() if each.email == email), None)
