"""Stores of channels and drafts in memory; the contract suites hold them to what the real ones do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.chat.turn import Place
from bot.features.channels.model import Channel, Deciders
from bot.features.faq.entry import Entry
from bot.features.faq.model import Draft, DraftState
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
        title = known.title or place.title
        self._keep(replace(known, seen_at=at, title=title, has_outsiders=not place.members))

    def change(self, channel: Channel) -> bool:
        known = self._known(channel.platform, channel.channel)
        if known.revision != channel.revision - 1:
            return False
        policy = channel.policy
        named = tuple(sorted(set(policy.named))) if policy.deciders is Deciders.NAMED else ()
        kept = replace(channel, policy=replace(policy, named=named), title=known.title, seen_at=known.seen_at)
        self._keep(replace(kept, has_outsiders=known.has_outsiders))
        return True

    def set_title(self, platform: str, channel: str, title: str) -> None:
        if (platform, channel) in self.kept:
            self._keep(replace(self.kept[platform, channel], title=title))

    def _known(self, platform: str, channel: str) -> Channel:
        return self.kept.get((platform, channel)) or Channel(platform, channel)

    def _keep(self, channel: Channel) -> None:
        self.kept[channel.platform, channel.channel] = channel


class MemoryDrafts:
    """Fills `bot.features.faq.store.DraftStore`."""

    def __init__(self) -> None:
        self.kept: dict[str, Draft] = {}

    def add(self, draft: Draft) -> bool:
        if draft.id in self.kept:
            return False
        self.kept[draft.id] = draft
        return True

    def get(self, draft_id: str) -> Draft | None:
        return self.kept.get(draft_id)

    def waiting(self) -> list[Draft]:
        waiting = (each for each in self.kept.values() if each.state is DraftState.WAITING)
        return sorted(waiting, key=lambda each: (each.saved_at, each.id))

    def count_waiting(self) -> int:
        return len(self.waiting())

    def rewrite(self, draft: Draft) -> bool:
        known = self.kept.get(draft.id)
        if known is None or known.state is not DraftState.WAITING:
            return False
        self.kept[draft.id] = replace(known, question=draft.question, answer=draft.answer, links=draft.links)
        return True

    def move(self, draft_id: str, state: DraftState, came_from: DraftState) -> bool:
        known = self.kept.get(draft_id)
        if known is None or known.state is not came_from:
            return False
        self.kept[draft_id] = replace(known, state=state)
        return True

    def decide(self, draft: Draft) -> bool:
        known = self.kept.get(draft.id)
        if known is None or known.state is not DraftState.WAITING:
            return False
        self.kept[draft.id] = draft
        return True


class MemoryEntries:
    """Fills `bot.features.faq.entry_store.EntryStore`."""

    def __init__(self) -> None:
        self.kept: dict[str, Entry] = {}

    def add(self, entry: Entry) -> bool:
        return self.kept.setdefault(entry.id, entry) is entry

    def get(self, entry_id: str) -> Entry | None:
        return self.kept.get(entry_id)

    def live(self) -> list[Entry]:
        live = (each for each in self.kept.values() if each.is_live)
        return sorted(live, key=lambda each: (each.approved_at, each.id))

    def all(self) -> list[Entry]:
        by_id = sorted(self.kept.values(), key=lambda each: each.id)
        return sorted(by_id, key=lambda each: each.approved_at, reverse=True)

    def change(self, entry: Entry) -> bool:
        known = self.kept.get(entry.id)
        if known is None or known.revision != entry.revision - 1:
            return False
        self.kept[entry.id] = entry
        return True

    def changes(self) -> int:
        return sum(each.revision for each in self.kept.values())


@dataclass
class KnownPeople:
    """Fills `bot.features.channels.chat.Persons` and `bot.features.home.chat.Persons`."""

    people: dict[str, KnownPerson] = field(default_factory=dict)

    def get(self, person_id: str) -> KnownPerson | None:
        return self.people.get(person_id)

    def by_email(self, email: str) -> KnownPerson | None:
        return next((each for each in self.people.values() if each.email == email), None)
