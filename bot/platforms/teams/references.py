"""What Teams has to be told to reach a chat, a channel or a person later: kept when something comes from there."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bot.chat.ports import AddressBook
from bot.platforms.payload import text_at
from bot.platforms.teams.verification import tenant_of
from bot.platforms.validation import JsonObject

PLATFORM = "teams"
PERSON = "@"
"""Begins the channel that is the chat with one person; the object id in Entra ID follows."""

GROUP = "19:"
"""Begins the ids of channels and group chats."""

ANYWHERE = "anywhere"
"""The reference for persons of whom nothing was seen yet."""

PERSONAL = "personal"
CHANNEL = "channel"
THREAD = ";messageid="
"""Parts a channel's id from the thread's in a conversation's."""

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Reference:
    """`conversation` is empty where the chat with the person has yet to be opened; `met_in` is where the person was
    seen last, and can be asked about; `team` is the one that a channel belongs to."""

    service_url: str
    bot_id: str
    tenant: str
    conversation: str = ""
    kind: str = ""
    user_id: str = ""
    met_in: str = ""
    team: str = ""


class References:
    """Over the address book, under the conversation's id and under ``@`` with the person's object id."""

    def __init__(self, book: AddressBook) -> None:
        self._book = book
        self._kept: dict[str, Reference] = {}

    async def keep(self, activity: JsonObject) -> None:
        """From a verified activity. Costs nothing where nothing has changed, and otherwise one transaction."""
        found = _references(activity)
        if any(_completed(reference, self._kept.get(name)) != self._kept.get(name) for name, reference in found):
            await asyncio.to_thread(self._keep, found)

    async def forget(self, conversation: str) -> None:
        """Guildhall was removed there."""
        known = await self.of_channel(conversation)
        await self._remove(conversation)
        if known is not None and known.kind == PERSONAL:
            for name in await asyncio.to_thread(self._book.names, PLATFORM, PERSON):
                person = await self._get(name)
                if person is not None and person.conversation == conversation:
                    await asyncio.to_thread(self._put, {name: replace(person, conversation="")})

    async def forget_team(self, team: str) -> None:
        """Guildhall was removed from all of its channels."""
        for name in await asyncio.to_thread(self._book.names, PLATFORM, GROUP):
            channel = await self._get(name)
            if channel is not None and channel.team == team:
                await self._remove(name)

    async def of_channel(self, conversation: str) -> Reference | None:
        return await self._get(conversation)

    async def of_person(self, object_id: str) -> Reference | None:
        """Without a `conversation` where there is no chat yet."""
        known = await self._get(f"{PERSON}{object_id}")
        if known is not None:
            return known
        anywhere = await self._get(ANYWHERE)
        return None if anywhere is None else replace(anywhere, user_id=object_id)

    async def user_id(self, object_id: str) -> str | None:
        """As Teams calls the person among bots, ``29:…``."""
        known = await self._get(f"{PERSON}{object_id}")
        return known.user_id if known is not None and known.user_id else None

    async def opened(self, object_id: str, reference: Reference, conversation: str) -> Reference:
        """The chat with the person has this id."""
        chat = replace(reference, conversation=conversation, kind=PERSONAL)
        await asyncio.to_thread(self._put, {f"{PERSON}{object_id}": chat, conversation: chat})
        return chat

    async def _get(self, name: str) -> Reference | None:
        if name in self._kept:
            return self._kept[name]
        return await asyncio.to_thread(self._read, name)

    def _read(self, name: str) -> Reference | None:
        if name in self._kept:
            return self._kept[name]
        found = self._book.get(PLATFORM, name)
        reference = _from_json(found) if found else None
        if reference is not None:
            self._remember(name, reference)
        return reference

    def _keep(self, found: Sequence[tuple[str, Reference]]) -> None:
        """In a worker thread."""
        changed: dict[str, Reference] = {}
        for name, reference in found:
            known = self._read(name)
            new = _completed(reference, known)
            if new != known:
                changed[name] = new
        if changed:
            self._put(changed)

    def _put(self, references: Mapping[str, Reference]) -> None:
        """In a worker thread."""
        self._book.put_all(PLATFORM, {name: json.dumps(asdict(each)) for name, each in references.items()})
        for name, reference in references.items():
            self._remember(name, reference)

    async def _remove(self, name: str) -> None:
        await asyncio.to_thread(self._book.remove, PLATFORM, name)
        self._kept.pop(name, None)

    def _remember(self, name: str, reference: Reference) -> None:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[name] = reference


def _completed(reference: Reference, known: Reference | None) -> Reference:
    """Not every activity tells which chat is the person's, or whose channel it is."""
    if known is None:
        return reference
    return replace(
        reference, conversation=reference.conversation or known.conversation, team=reference.team or known.team
    )


def without_thread(conversation: str) -> str:
    return conversation.partition(THREAD)[0]


def _references(activity: JsonObject) -> list[tuple[str, Reference]]:
    conversation = without_thread(text_at(activity, "conversation", "id"))
    service_url, bot_id = text_at(activity, "serviceUrl"), text_at(activity, "recipient", "id")
    if not (conversation and service_url and bot_id):
        return []
    kind = text_at(activity, "conversation", "conversationType")
    team = text_at(activity, "channelData", "team", "id") if kind == CHANNEL else ""
    there = Reference(service_url, bot_id, tenant_of(activity), conversation, kind, team=team)
    found = [(conversation, there), (ANYWHERE, Reference(service_url, bot_id, there.tenant))]
    object_id, user_id = text_at(activity, "from", "aadObjectId"), text_at(activity, "from", "id")
    if object_id and user_id:
        chat = conversation if kind == PERSONAL else ""
        person = replace(there, conversation=chat, kind=PERSONAL, user_id=user_id, met_in=conversation, team="")
        found.append((f"{PERSON}{object_id}", person))
    return found


def _from_json(text: str) -> Reference | None:
    try:
        kept = json.loads(text)
        return Reference(**kept)
    except (ValueError, TypeError):
        return None
