"""Where escalations are kept, and what stands beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Select, and_, case, delete, func, insert, or_, select, union, update

from bot.chat.turn import Place
from bot.features.escalations.model import (
    RUNNING,
    Card,
    CardKind,
    Entry,
    Escalation,
    Follower,
    Impact,
    Load,
    Offer,
    State,
    Step,
)
from bot.features.escalations.tables import (
    WHY_LENGTH,
    card_columns,
    card_of,
    cards,
    entry_columns,
    entry_of,
    escalation_columns,
    escalation_of,
    escalations,
    follower_columns,
    follower_of,
    followers,
    log,
    offer_of,
    offers,
)
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork

ASKED = escalations.c
ANSWERED = ASKED.state.in_((State.ANSWERED, State.CLOSED))


class SqlEscalations:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, escalation: Escalation) -> bool:
        """False where there is one of that id."""
        return insert_once(self._unit.connection, escalations, **escalation_columns(escalation))

    def get(self, escalation_id: str) -> Escalation | None:
        return self._one(select(escalations).where(ASKED.id == escalation_id))

    def take(self, escalation_id: str) -> Escalation | None:
        """`get` for whoever is going to change it: the next one waits until this transaction is over."""
        # On SQLite whoever writes is alone already.
        return self._one(select(escalations).where(ASKED.id == escalation_id).with_for_update())

    def change(self, escalation: Escalation) -> bool:
        """`escalation` in the place of the revision before it; False where that is not there any more."""
        before = and_(ASKED.id == escalation.id, ASKED.revision == escalation.revision - 1)
        changed = update(escalations).where(before).values(**escalation_columns(escalation))
        return self._unit.connection.execute(changed).rowcount == 1

    def of_question(self, question_id: str) -> Escalation | None:
        """Which that question is, or follows."""
        return self.of_questions([question_id]).get(question_id)

    def of_questions(self, question_ids: Collection[str]) -> Mapping[str, Escalation]:
        """By question id."""
        own = {each.id: each for each in self._all(select(escalations).where(ASKED.id.in_(question_ids)))}
        following = select(followers.c.question_id, followers.c.escalation_id)
        rows = self._unit.connection.execute(following.where(followers.c.question_id.in_(question_ids))).all()
        ids = {row.escalation_id for row in rows}
        followed = {each.id: each for each in self._all(select(escalations).where(ASKED.id.in_(ids)))}
        theirs = {row.question_id: followed[row.escalation_id] for row in rows}
        return own | theirs | {name: each for name, each in own.items() if each.state is not State.WITHDRAWN}

    def in_state(self, *states: State) -> Sequence[Escalation]:
        """The oldest first."""
        return self._all(select(escalations).where(ASKED.state.in_(states)).order_by(ASKED.opened_at, ASKED.id))

    def count(self, *states: State) -> int:
        """What they still have to answer, the first due first."""
        return self._count(select(func.count()).select_from(escalations).where(ASKED.state.in_(states)))

    def owned_by(self, person_id: str) -> Sequence[Escalation]:
        query = select(escalations).where(ASKED.owner_id == person_id, ASKED.state.in_(RUNNING))
        return self._all(query.order_by(ASKED.due_at.is_(None), ASKED.due_at, ASKED.id))

    def answered_by(self, person_id: str, limit: int) -> Sequence[Escalation]:
        """Answered or closed, the newest first."""
        query = select(escalations).where(ASKED.owner_id == person_id, ANSWERED)
        return self._all(query.order_by(ASKED.answered_at.desc(), ASKED.id).limit(limit))

    def concerning(self, person_id: str, limit: int) -> Sequence[Escalation]:
        """Which they have or answered, or ever had offered, the newest first."""
        asked = select(offers.c.escalation_id).where(offers.c.person_id == person_id)
        query = select(escalations).where(or_(ASKED.owner_id == person_id, ASKED.id.in_(asked)))
        return self._all(query.order_by(ASKED.opened_at.desc(), ASKED.id).limit(limit))

    def offered_to(self, person_id: str) -> Sequence[Escalation]:
        """Open ones whose turn is theirs, the oldest first."""
        query = select(escalations).where(ASKED.offered_to == person_id, ASKED.state == State.OPEN)
        return self._all(query.order_by(ASKED.opened_at, ASKED.id))

    def waiting_for_lead(self) -> Sequence[Escalation]:
        """Open ones of which everybody was asked, the oldest first."""
        query = select(escalations).where(ASKED.state == State.OPEN, ASKED.lead_told_at.is_not(None))
        return self._all(query.order_by(ASKED.opened_at, ASKED.id))

    def asked_by(self, person_id: str, limit: int) -> Sequence[Escalation]:
        """Theirs, and which they follow, the newest first."""
        followed = select(followers.c.escalation_id).where(followers.c.person_id == person_id)
        query = select(escalations).where(or_(ASKED.asker_id == person_id, ASKED.id.in_(followed)))
        return self._all(query.order_by(ASKED.opened_at.desc(), ASKED.id).limit(limit))

    def asked_since(self, person_id: str, since: datetime) -> int:
        """How many they asked or joined, whatever became of them."""
        own = select(ASKED.id).where(ASKED.asker_id == person_id, ASKED.opened_at > since)
        joined = select(followers.c.question_id).where(followers.c.person_id == person_id, followers.c.at > since)
        return self._count(select(func.count()).select_from(union(own, joined).subquery()))

    def in_thread(self, place: Place) -> Sequence[Escalation]:
        """Asked in that very thread and not withdrawn, the newest first."""
        query = select(escalations).where(
            ASKED.conversation == place.conversation, ASKED.state != State.WITHDRAWN
        )  # fmt: skip
        return self._all(query.order_by(ASKED.opened_at.desc(), ASKED.id))

    def confirmed_since(self, since: datetime) -> Sequence[Escalation]:
        """The first confirmed first."""
        query = select(escalations).where(ASKED.closed_at >= since, ASKED.is_confirmed)
        return self._all(query.order_by(ASKED.closed_at, ASKED.id))

    def drafts_judged(self, platform: str, channel: str, since: datetime) -> tuple[int, int]:
        """How many drafts of what was asked there since were approved, and how many were judged."""
        approved = func.coalesce(func.sum(case((ASKED.is_draft_approved, 1), else_=0)), 0)
        query = select(approved, func.count(ASKED.is_draft_approved)).where(
            ASKED.platform == platform, ASKED.channel == channel, ASKED.opened_at >= since
        )
        found, judged = self._unit.connection.execute(query).one()
        return int(found), int(judged)

    def put_offer(self, offer: Offer) -> None:
        """In the place of an earlier one to the same person."""
        values = {**asdict(offer), "why": offer.why[:WHY_LENGTH]}
        changes = {name: value for name, value in values.items() if name not in ("escalation_id", "person_id")}
        insert_or_change(self._unit.connection, offers, changes, **values)

    def offers(self, escalation_id: str) -> Sequence[Offer]:
        """The oldest first."""
        query = select(offers).where(offers.c.escalation_id == escalation_id)
        rows = self._unit.connection.execute(query.order_by(offers.c.at, offers.c.person_id))
        return [offer_of(row) for row in rows]

    def loads(self, since: datetime) -> Mapping[str, Load]:
        """By person id, of everybody who has one in hand or was asked since then."""
        person = offers.c.person_id
        asked = select(person, func.count()).where(offers.c.at >= since).group_by(person)
        has = case((ASKED.state == State.OPEN, ASKED.offered_to), else_=ASKED.owner_id)
        running = select(has, func.count()).where(ASKED.state.in_(RUNNING)).group_by(has)
        in_hand, lately = self._counts(running), self._counts(asked)
        return {each: Load(in_hand.get(each, 0), lately.get(each, 0)) for each in {*in_hand, *lately} if each}

    def follow(self, follower: Follower) -> bool:
        """False where that question follows one already."""
        return insert_once(self._unit.connection, followers, **follower_columns(follower))

    def unfollow(self, question_id: str) -> None:
        """The answer helped whoever asked that, and follows."""
        self._unit.connection.execute(delete(followers).where(followers.c.question_id == question_id))

    def set_helped(self, question_id: str) -> None:
        helped = update(followers).where(followers.c.question_id == question_id).values(is_confirmed=True)
        self._unit.connection.execute(helped)

    def followers(self, escalation_id: str) -> Sequence[Follower]:
        """The first first."""
        query = select(followers).where(followers.c.escalation_id == escalation_id)
        rows = self._unit.connection.execute(query.order_by(followers.c.at, followers.c.question_id))
        return [follower_of(row) for row in rows]

    def note(self, entry: Entry) -> None:
        """In the order in which it was noted."""
        self._unit.connection.execute(insert(log).values(**entry_columns(entry)))

    def log(self, escalation_id: str) -> Sequence[Entry]:
        query = select(log).where(log.c.escalation_id == escalation_id).order_by(log.c.id)
        return [entry_of(row) for row in self._unit.connection.execute(query)]

    def impact(self, person_id: str, since: datetime) -> Impact:
        """Of the answers that they gave since."""
        answered = and_(ASKED.owner_id == person_id, ANSWERED, ASKED.answered_at >= since)
        own = select(ASKED.id, ASKED.asker_id).where(answered, ASKED.is_confirmed, ASKED.asker_left.is_(False))
        others = select(ASKED.id, followers.c.person_id).join_from(
            escalations, followers, followers.c.escalation_id == ASKED.id
        )
        helped = union(own, others.where(answered, followers.c.is_confirmed)).subquery()
        thanks = select(func.count()).select_from(log).join(escalations, log.c.escalation_id == ASKED.id)
        return Impact(
            self._count(select(func.count()).select_from(escalations).where(answered)),
            self._count(select(func.count()).select_from(helped)),
            self._count(thanks.where(answered, log.c.step == Step.THANKED)),
        )

    def put_card(self, card: Card) -> bool:
        """False where that message is known already."""
        return insert_once(self._unit.connection, cards, **card_columns(card))

    def cards(self, escalation_id: str) -> Sequence[Card]:
        """In the order in which they were put."""
        query = select(cards).where(cards.c.escalation_id == escalation_id).order_by(cards.c.id)
        return [card_of(row) for row in self._unit.connection.execute(query)]

    def web_threads(self, person_id: str) -> Mapping[str, str]:
        """By escalation: the thread of the web page in which their newest card stands."""
        query = select(cards).where(cards.c.person_id == person_id, cards.c.kind == CardKind.EXPERT)
        found = [card_of(row) for row in self._unit.connection.execute(query.order_by(cards.c.id))]
        newest = {card.escalation_id: card.place for card in found}
        return {name: place.thread for name, place in newest.items() if place.platform == "web" and place.thread}

    def experts_cards_in(self, conversation: str) -> Sequence[Card]:
        """In the order in which they were put."""
        query = select(cards).where(cards.c.conversation == conversation, cards.c.kind == CardKind.EXPERT)
        return [card_of(row) for row in self._unit.connection.execute(query.order_by(cards.c.id))]

    def card_at(self, conversation: str, key: str) -> Card | None:
        """The card that is that message."""
        query = select(cards).where(cards.c.conversation == conversation, cards.c.key == key)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else card_of(row)

    def _one(self, query: Select[*tuple[object, ...]]) -> Escalation | None:
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else escalation_of(row)

    def _all(self, query: Select[*tuple[object, ...]]) -> list[Escalation]:
        return [escalation_of(row) for row in self._unit.connection.execute(query)]

    def _counts(self, query: Select[str, int]) -> dict[str, int]:
        return {str(name): int(many) for name, many in self._unit.connection.execute(query)}

    def _count(self, query: Select[int]) -> int:
        return int(self._unit.connection.execute(query).scalar_one())
