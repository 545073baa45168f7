"""Brings up to date what those see who may answer: their own cards, and those of the experts' channels."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.moments import moment_at
from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.features.channels.store import SqlChannels
from bot.features.channels.use_cases import experts_channels
from bot.features.escalations.desk import Case
from bot.features.escalations.expert_cards import ExpertsView, earlier_message, expert_message, not_here_message
from bot.features.escalations.model import Card, CardKind, Entry, Escalation, State, Step
from bot.features.escalations.shadow import draft_buttons
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import zone_of
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

NEWS_FOR_OWNER = frozenset({Step.CLAIMED, Step.REPLIED, Step.ASKED_ON, Step.REOPENED})
"""An owner gets a new card for these; for all else the one that they have is changed in place."""


def card_key(escalation_id: str, number: int | str = "") -> str:
    return f"escalation-{escalation_id}" + (f"-{number}" if number != "" else "")


def show_experts(case: Case, unit: UnitOfWork, now: datetime) -> None:
    """Fills `desk.Follows`. Each card is kept under a key that follows from the log, so that however often it is shown
    it stands there once; of several cards of one person the newest has the buttons."""
    escalation, store = case.escalation, SqlEscalations(unit)
    cards = store.cards(escalation.id)
    for person_id, number in _news(escalation, case.log, {card.person_id for card in cards}):
        place = _own_place(cards, person_id) or reach(person_id, unit, f"request-{escalation.id}")
        if place is not None:
            key = card_key(escalation.id, number)
            store.put_card(Card(escalation.id, CardKind.EXPERT, place, key, person_id))
    if escalation.state is State.OPEN:
        for place in _channels(escalation, unit):
            store.put_card(Card(escalation.id, CardKind.CHANNEL, place, card_key(escalation.id)))
    _bring_up_to_date(case, unit, now)


def hand_card(escalation: Escalation, person_id: str, place: Place, key: str, unit: UnitOfWork) -> None:
    """A card for that person in `place`, shown the next time that it settles."""
    card = Card(escalation.id, CardKind.EXPERT, place, card_key(escalation.id, key), person_id)
    SqlEscalations(unit).put_card(card)


def card_anew(escalation: Escalation, person_id: str, key: str, unit: UnitOfWork) -> None:
    """Like `hand_card`, where they read already or can be reached: one that is changed in place is not noticed."""
    own = _own_place(SqlEscalations(unit).cards(escalation.id), person_id)
    if place := own or reach(person_id, unit, f"request-{escalation.id}"):
        hand_card(escalation, person_id, place, key, unit)


def _bring_up_to_date(case: Case, unit: UnitOfWork, now: datetime) -> None:
    escalation, outbox = case.escalation, Outbox(unit)
    cards = [card for card in SqlEscalations(unit).cards(escalation.id) if card.kind is not CardKind.ASKER]
    newest = {card.person_id: card for card in cards if card.person_id}
    people = People(unit).known({*newest, *(each.by for each in case.offers.values())})
    view = ExpertsView(escalation, case.log, case.askers.waiting, lambda _: "")
    for_experts = {(each.platform, each.channel) for each in SqlChannels(unit).for_experts()}
    for card in cards:
        person, offer = people.get(card.person_id), case.offers.get(card.person_id)
        handed_by = people.get(offer.by) if offer and offer.by else None
        seen = replace(
            view,
            moment=_moments(card.place, person, now),
            reader_id=card.person_id,
            offer=offer,
            handed_by=handed_by.name if handed_by else "",
            drafted=draft_buttons(escalation, card.person_id),
        )
        is_newest = not card.person_id or newest[card.person_id] == card
        message = expert_message(seen) if is_newest else earlier_message(seen)
        if card.kind is CardKind.CHANNEL and (card.place.platform, card.place.channel) not in for_experts:
            message = not_here_message()
        quiet = quiet_until(person, now) if person and not _acts(card.person_id, case.log, now) else None
        outbox.show(Post(message, card.key), card.place, now, not_before=quiet)


def _channels(escalation: Escalation, unit: UnitOfWork) -> Sequence[Place]:
    """Of whose members each may know of it; not where it was asked."""
    asked_in = (escalation.place.platform, escalation.place.channel)
    places = [each.place for each in experts_channels(SqlChannels(unit), escalation.hubs)]
    return [
        place for place in places if (place.platform, place.channel) != asked_in and place.members & escalation.readers
    ]


def _news(escalation: Escalation, log: Sequence[Entry], have_cards: Collection[str]) -> Sequence[tuple[str, int]]:
    """Who has to read it anew, and the number of the line in the log why. Whoever claims it on a card
    of theirs knows."""
    lines = list(enumerate(log))[::-1]
    match escalation.state:
        case State.OPEN if escalation.offered_to:
            made = [n for n, each in lines if each.step is Step.OFFERED and each.person_id == escalation.offered_to]
            return [(escalation.offered_to, made[0])] if made else []
        case State.CLAIMED:
            news = [(n, each.step) for n, each in lines if each.step in NEWS_FOR_OWNER][:1]
            return [
                (escalation.owner_id, n)
                for n, step in news
                if step is not Step.CLAIMED or escalation.owner_id not in have_cards
            ]
    return []


def _own_place(cards: Sequence[Card], person_id: str) -> Place | None:
    """Where their newest card is."""
    return next((card.place for card in reversed(cards) if person_id and card.person_id == person_id), None)


def _acts(person_id: str, log: Sequence[Entry], now: datetime) -> bool:
    """Whether it is they who changed it this moment: then nothing has to wait for the end of their quiet hours."""
    return bool(log) and log[-1].person_id == person_id and log[-1].at == now and log[-1].step is not Step.OFFERED


def _moments(place: Place, reader: KnownPerson | None, now: datetime) -> Callable[[datetime], str]:
    zone = ZoneInfo(zone_of(reader) if reader else "UTC")
    return lambda at: moment_at(at, now, place, zone)
