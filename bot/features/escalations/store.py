"""How escalations are kept: what is asked of the store."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.chat.turn import Place
from bot.features.escalations.model import Card, Entry, Escalation, Follower, Impact, Load, Offer, State


class EscalationStore(Protocol):
    """Escalations, and what stands beside them, inside one transaction."""

    def add(self, escalation: Escalation) -> bool:
        """False where there is one of that id."""
        ...

    def get(self, escalation_id: str) -> Escalation | None: ...

    def take(self, escalation_id: str) -> Escalation | None:
        """`get` for whoever is going to change it: the next one waits until this transaction is over."""
        ...

    def change(self, escalation: Escalation) -> bool:
        """`escalation` in the place of the revision before it; False where that is not there any more."""
        ...

    def of_question(self, question_id: str) -> Escalation | None:
        """Which that question is, or follows."""
        ...

    def of_questions(self, question_ids: Collection[str]) -> Mapping[str, Escalation]:
        """By question id."""
        ...

    def in_state(self, *states: State) -> Sequence[Escalation]:
        """The oldest first."""
        ...

    def count(self, *states: State) -> int: ...

    def owned_by(self, person_id: str) -> Sequence[Escalation]:
        """What they still have to answer, the first due first."""
        ...

    def answered_by(self, person_id: str, limit: int) -> Sequence[Escalation]:
        """Answered or closed, the newest first."""
        ...

    def offered_to(self, person_id: str) -> Sequence[Escalation]:
        """Open ones whose turn is theirs, the oldest first."""
        ...

    def waiting_for_lead(self) -> Sequence[Escalation]:
        """Open ones of which everybody was asked, the oldest first."""
        ...

    def asked_by(self, person_id: str, limit: int) -> Sequence[Escalation]:
        """Theirs, and which they follow, the newest first."""
        ...

    def in_thread(self, place: Place) -> Sequence[Escalation]:
        """Asked in that very thread and not withdrawn, the newest first."""
        ...

    def confirmed_since(self, since: datetime) -> Sequence[Escalation]:
        """The first confirmed first."""
        ...

    def drafts_judged(self, platform: str, channel: str, since: datetime) -> tuple[int, int]:
        """How many drafts of what was asked there since were approved, and how many were judged."""
        ...

    def put_offer(self, offer: Offer) -> None:
        """In the place of an earlier one to the same person."""
        ...

    def offers(self, escalation_id: str) -> Sequence[Offer]:
        """The oldest first."""
        ...

    def loads(self, since: datetime) -> Mapping[str, Load]:
        """By person id, of everybody who was ever asked."""
        ...

    def follow(self, follower: Follower) -> bool:
        """False where that question follows one already."""
        ...

    def unfollow(self, question_id: str) -> None: ...

    def set_helped(self, question_id: str) -> None:
        """The answer helped whoever asked that, and follows."""
        ...

    def followers(self, escalation_id: str) -> Sequence[Follower]:
        """The first first."""
        ...

    def note(self, entry: Entry) -> None: ...

    def log(self, escalation_id: str) -> Sequence[Entry]:
        """In the order in which it was noted."""
        ...

    def impact(self, person_id: str, since: datetime) -> Impact:
        """Of the answers that they gave since."""
        ...

    def put_card(self, card: Card) -> bool:
        """False where that message is known already."""
        ...

    def cards(self, escalation_id: str) -> Sequence[Card]:
        """In the order in which they were put."""
        ...

    def card_at(self, conversation: str, key: str) -> Card | None:
        """The card that is that message."""
        ...
