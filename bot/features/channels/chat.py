"""A channel's policy in a chat: the command, the form and the way back."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from bot.chat.form import Form, Values
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import EVERYONE, Place, Turn
from bot.features.channels import policy_card as card
from bot.features.channels import use_cases
from bot.features.channels.experts_form import experts_form, experts_from
from bot.features.channels.model import USUAL, Channel, Listening, Policy
from bot.features.channels.policy_form import CARD, FindPerson, FormState, policy_form, policy_from
from bot.features.channels.shadow import RateOf, no_rate
from bot.features.channels.store import ChannelStore, SqlChannels, channel_deciders, channels
from bot.features.feature import Command, Feature, FormRoute
from bot.features.library.model import Documents
from bot.storage.audit import AuditEntry, record
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

HELLO = "hello-"
"""Begins the key of the greeting, which each channel has once."""


class Persons(Protocol):
    """Who is who. `bot.storage.people.People` fills it."""

    def get(self, person_id: str) -> KnownPerson | None: ...

    def by_email(self, email: str) -> KnownPerson | None: ...


class ChannelsChat:
    """Turn -> use case -> Reply."""

    def __init__(
        self,
        knowledge: Documents,
        *,
        admins: Iterable[str] = (),
        stores: Callable[[UnitOfWork], ChannelStore] = SqlChannels,
        persons: Callable[[UnitOfWork], Persons] = People,
        audit: Callable[[UnitOfWork, AuditEntry], None] = record,
        rate: RateOf = no_rate,
        zone_hears: Sequence[use_cases.ZoneHears] = (),
    ) -> None:
        self._knowledge = knowledge
        self._admins = tuple(admins)
        self._stores = stores
        self._persons = persons
        self._audit = audit
        self._rate = rate
        self._zone_hears = tuple(zone_hears)

    def on_channel(self, turn: Turn, unit: UnitOfWork) -> Reply:
        key = _card_key(turn)
        if not turn.place.is_shared:
            return Reply((Post(card.not_here_message(), key),))
        if not turn.place.members:
            return Reply((Post(card.outsiders_message(), key, turn.private_place),))
        channel = use_cases.channel_of(self._stores(unit), turn.place)
        return self._card(channel, key, turn.at, unit)

    def on_added(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Where outsiders read along, only whoever brought it there is told what to expect."""
        key = f"{HELLO}{turn.place.platform}-{turn.place.channel}"
        if not turn.place.members:
            return Reply((Post(card.outsiders_message(), key, turn.private_place),))
        message = card.hello_message(self.policy(turn.place, unit), self._name_of(unit), self._admins)
        return Reply((Post(message, key),))

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        channel = use_cases.channel_of(self._stores(unit), turn.place)
        use_cases.check_decides(channel, turn.person, turn.place)
        persons = self._persons(unit)
        named = [person.email for one in channel.policy.named if (person := persons.get(one))]
        state = FormState(_card_key(turn), channel.revision, tuple(sorted(channel.policy.hubs)))
        return Reply(form=policy_form(state, self.hubs(), channel.policy, filter(None, named)))

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._sent(policy_from, turn, unit)

    def on_experts(self, turn: Turn, unit: UnitOfWork) -> Reply:
        channel = use_cases.channel_of(self._stores(unit), turn.place)
        use_cases.check_decides(channel, turn.person, turn.place)
        lead = self._persons(unit).get(channel.policy.lead)
        state = FormState(_card_key(turn), channel.revision)
        return Reply(form=experts_form(state, channel.policy, lead.email if lead else ""))

    def on_experts_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._sent(experts_from, turn, unit)

    def _sent(self, read: Callable[[Values, FindPerson, Policy], Policy], turn: Turn, unit: UnitOfWork) -> Reply:
        state = FormState.from_text(turn.carried)
        store, persons = self._stores(unit), self._persons(unit)
        channel = use_cases.channel_of(store, turn.place)
        use_cases.check_decides(channel, turn.person, turn.place)
        changed = use_cases.change_policy(
            store,
            channel,
            read(turn.values, persons.by_email, channel.policy),
            revision=state.revision,
            person=turn.person,
            place=turn.place,
            at=turn.at,
        )
        return self._changed(changed, state.key, turn.at, unit)

    def on_undo(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store = self._stores(unit)
        channel = use_cases.channel_of(store, turn.place)
        undone = use_cases.undo_change(
            store, channel, revision=int(turn.carried), person=turn.person, place=turn.place, at=turn.at
        )
        return self._changed(undone, _card_key(turn), turn.at, unit)

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        return bool(place.members) and self.policy(place, unit).listening is Listening.EVERY

    def policy(self, place: Place, unit: UnitOfWork) -> Policy:
        return use_cases.policy_of(self._stores(unit), place)

    def heard(self, turn: Turn, unit: UnitOfWork) -> None:
        self._stores(unit).note(turn.place, turn.at)

    def switched_off(self, place: Place, unit: UnitOfWork) -> Message:
        """Why nothing was answered there."""
        channel = use_cases.channel_of(self._stores(unit), place)
        return card.switched_off_message(channel, self._name_of(unit), self._admins)

    def hubs(self) -> list[str]:
        """Those of documents that every member of a channel may read: the others are not used there anyway."""
        return sorted({document.hub for document in self._knowledge.documents(frozenset({EVERYONE}))})

    def form(self, state: str) -> Form:
        """The form again from its state, to check what was sent."""
        return policy_form(FormState.from_text(state), self.hubs(), USUAL, ())

    def experts_form(self, state: str) -> Form:
        """The form again from its state, to check what was sent."""
        return experts_form(FormState.from_text(state), USUAL, "")

    def _changed(self, channel: Channel, key: str, now: datetime, unit: UnitOfWork) -> Reply:
        self._audit(unit, use_cases.audit_entry(channel, now))
        use_cases.tell_zone(channel, self._zone_hears, unit, now)
        return self._card(channel, key, now, unit)

    def _card(self, channel: Channel, key: str, now: datetime, unit: UnitOfWork) -> Reply:
        rate = self._rate(channel, now, unit)
        return Reply((Post(card.policy_card(channel, self._name_of(unit), self._admins, rate), key),))

    def _name_of(self, unit: UnitOfWork) -> card.NameOf:
        persons = self._persons(unit)

        def name_of(person_id: str) -> str:
            person = persons.get(person_id) or persons.by_email(person_id.lower())  # admins may be named by address
            return person.name if person and person.name else person_id.rpartition(":")[2]

        return name_of


def channels_feature(chat: ChannelsChat) -> Feature:
    """Without its pages; `pages.py` adds them."""
    return Feature(
        name="channels",
        opened={"channel": chat.on_added},
        overhears=chat.overhears,
        heard=chat.heard,
        commands={
            "channel": Command(
                chat.on_channel, "when and from what I answer in a channel, and who decides that", about_channel=True
            )
        },
        buttons={card.CHANGE: chat.on_change, card.EXPERTS: chat.on_experts, card.UNDO: chat.on_undo},
        forms={
            card.CHANGE: FormRoute(chat.on_change_sent, chat.form),
            card.EXPERTS: FormRoute(chat.on_experts_sent, chat.experts_form),
        },
        person_columns=(channels.c.changed_by, channels.c.lead, channel_deciders.c.person_id),
    )


def _card_key(turn: Turn) -> str:
    """Of the card that was pressed, else of a new one."""
    return turn.message_key or f"{CARD}{uuid4().hex}"
