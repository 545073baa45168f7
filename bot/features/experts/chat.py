"""Experts in a chat: who knows about something, what one offers oneself, and the invitation's answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Paragraph, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Person, Turn, storable
from bot.features.experts import expert_card as card
from bot.features.experts import use_cases
from bot.features.experts.asked import SUBJECT_LIMIT, who_knows_about
from bot.features.experts.expert_form import CHANGE, Offered, expert_form, expert_from, form_again, offered_to
from bot.features.experts.knowing import Colleague, Match, away_last, knows_by_topic, related_topics
from bot.features.experts.matcher import Matching
from bot.features.experts.model import Expert, today_of
from bot.features.experts.store import (
    ExpertStore,
    SqlExperts,
    expert_invitations,
    experts,
    experts_evidence,
)
from bot.features.feature import Command, Feature, FormRoute, HomeSection
from bot.features.library.links import pages_from
from bot.features.profile.model import topics_of
from bot.storage.audit import AuditEntry, record
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

KEY = "expertise-"
"""Begins the key of every message that shows somebody what they offer."""

FOUND_LIMIT = 10
MATCHED_LIMIT = 50


ImpactOf = Callable[[str, UnitOfWork], str]
"""What the answers of that person did, in words for them; empty where that is nothing yet."""


HandBack = Callable[[Person, UnitOfWork, datetime], int]
"""Lets go on to others what waits for that person as an expert; how many questions that were."""


def no_impact(person_id: str, unit: UnitOfWork) -> str:
    return ""


def nothing_waits(person: Person, unit: UnitOfWork, now: datetime) -> int:
    return 0


class ExpertsChat:
    """Turn -> use case -> Reply. `base_url` is how people reach the web page from a chat."""

    def __init__(
        self,
        library: use_cases.Library,
        matcher: Matching,
        *,
        base_url: str = "",
        stores: Callable[[UnitOfWork], ExpertStore] = SqlExperts,
        persons: Callable[[UnitOfWork], use_cases.Persons] = People,
        impact: ImpactOf = no_impact,
        hand_back: HandBack = nothing_waits,
    ) -> None:
        self.impact = impact
        self._hand_back = hand_back
        self._library = library
        self._matcher = matcher
        self._base_url = base_url
        self._stores = stores
        self._persons = persons

    def on_who(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In a shared place from what every member may read; where somebody from outside reads it, privately no."""
        words = turn.content.text if isinstance(turn.content, Commanded) else ""
        if EVERYONE not in turn.principals:
            told = Message(use_cases.COLLEAGUES_ONLY, (Paragraph(use_cases.COLLEAGUES_ONLY),))
            return Reply((Post(told, f"who-{uuid4().hex}", turn.private_place),))
        plain = " ".join(storable(words).split())[:SUBJECT_LIMIT]
        subject = who_knows_about(plain) or who_knows_about(f"who {plain}") or plain
        with unit.database.reading() as before:
            found = self.found(subject, turn.principals, turn.person.hubs, before, turn.at)
            names = self.names([each.colleague for each in found], before)
        message = card.who_message(
            subject,
            found,
            turn.at,
            pages=pages_from(turn.place, self._base_url),
            names=names,
            reader_zone="" if turn.place.is_shared else turn.person.time_zone,
        )
        return Reply((Post(message, f"who-{uuid4().hex}"),))

    def found(
        self, subject: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> list[Match]:
        """Who knows about `subject`, the best first, from what `readers` may see."""
        if not subject:
            return []
        colleagues = {each.person.id: each for each in self.colleagues(readers, hubs, unit)}
        matched = self._matcher.match(subject, readers, at=now, limit=MATCHED_LIMIT)
        found = [
            Match(colleagues[each.person_id], each.why)
            for each in matched
            if each.is_alike and each.person_id in colleagues
        ]
        listed = {match.colleague.person.id for match in found}
        related = related_topics(subject, self._library.search(subject, readers, limit=FOUND_LIMIT))
        related |= {subject.casefold()}  # whoever named just that a moment ago is found before the matcher is ready
        by_topic = [
            Match(each, why)
            for each in colleagues.values()
            if each.person.id not in listed and (why := knows_by_topic(each.expert, related))
        ]
        return away_last([*found, *by_topic], now)

    def colleagues(self, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork) -> list[Colleague]:
        return use_cases.colleagues(self._stores(unit), self._persons(unit), self._library, readers, hubs)

    def names(self, listed: Sequence[Colleague], unit: UnitOfWork) -> Mapping[str, str]:
        """Of those who stand in for them."""
        wanted = [each.expert.stand_in for each in listed if each.expert.stand_in]
        return {person_id: person.name for person_id, person in self._persons(unit).known(wanted).items()}

    def on_expertise(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person, use_cases.COLLEAGUES_ONLY)
        own = self.oneself(turn.person, turn.at, unit)
        if self._stores(unit).get(turn.person.id) is None:
            return _privately(turn, card.offer_message(len(own.documents)))
        return _privately(turn, self._own_message(own, turn, unit, "What you help with."))

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person, use_cases.COLLEAGUES_ONLY)
        own = self.oneself(turn.person, turn.at, unit)
        return Reply(form=expert_form(own, self.offered(own), self.stand_in(own.expert, unit), turn.at))

    def on_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person, use_cases.COLLEAGUES_ONLY)
        own, offered = self.oneself(turn.person, turn.at, unit), Offered.from_text(turn.carried)
        expert = expert_from(turn.values, own.expert, offered, today_of(own.person, turn.at), self.finder(unit))
        is_new = self.save(expert, turn.at, unit)
        text = "You are listed as an expert now." if is_new else "Saved. This is what you help with now."
        return _in_place(turn, self._own_message(replace(own, expert=expert), turn, unit, text))

    def on_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        use_cases.come_back(self._stores(unit), turn.person.id)
        own = self.oneself(turn.person, turn.at, unit)
        return _in_place(turn, self._own_message(own, turn, unit, "Welcome back. You are listed as there again."))

    def on_leave(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return _in_place(turn, card.left_message(self.leave(turn.person, turn.at, unit)))

    def on_decline(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """That they were asked is known; an expert who presses it later stays one."""
        if self._stores(unit).get(turn.person.id) is not None:
            raise UserFacingError("You are listed as an expert already. “expertise” shows it, and lets you leave.")
        return _in_place(turn, card.declined_message())

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        person = self._persons(unit).get(turn.person.id)
        if person is None or EVERYONE not in turn.person.principals:
            return None
        own = self.oneself(turn.person, turn.at, unit)
        if self._stores(unit).get(turn.person.id) is None:
            return HomeSection("Your help", card.offer_blocks(len(own.documents)))
        pages = pages_from(turn.place, self._base_url)
        stand_in, impact = self.stand_in(own.expert, unit), self.impact(turn.person.id, unit)
        return HomeSection("Your expertise", card.own_blocks(own, turn.at, stand_in, pages, impact))

    def oneself(self, person: Person, now: datetime, unit: UnitOfWork) -> Colleague:
        return use_cases.oneself(self._stores(unit), self._persons(unit), self._library, person, now)

    def offered(self, own: Colleague) -> Offered:
        """Of what all of the company may read: what somebody chooses, everybody sees."""
        documents = self._library.documents(frozenset({EVERYONE}))
        return offered_to(own, topics_of(documents), {document.hub for document in documents})

    def stand_in(self, expert: Expert, unit: UnitOfWork) -> str:
        person = self._persons(unit).get(expert.stand_in) if expert.stand_in else None
        return person.name if person else ""

    def finder(self, unit: UnitOfWork) -> Callable[[str], str | None]:
        """From the name or the address of an expert to their id; None for nobody, and where two have that name."""
        ids = [each.person_id for each in self._stores(unit).all()]
        known = self._persons(unit).known(ids)

        def find(typed: str) -> str | None:
            wanted = " ".join(typed.split()).casefold()
            found = [each.id for each in known.values() if wanted in (each.name.casefold(), each.email)]
            return found[0] if len(found) == 1 else None

        return find

    def save(self, expert: Expert, now: datetime, unit: UnitOfWork) -> bool:
        """True for a new one."""
        is_new = use_cases.save(self._stores(unit), expert, now)
        record(unit, AuditEntry(now, expert.person_id, "expert joined" if is_new else "expert changed"))
        return is_new

    def leave(self, person: Person, now: datetime, unit: UnitOfWork) -> int:
        """How many questions that waited for them go on to others."""
        use_cases.leave(self._stores(unit), person.id, now)
        record(unit, AuditEntry(now, person.id, "expert left"))
        return self._hand_back(person, unit, now)

    def _own_message(self, own: Colleague, turn: Turn, unit: UnitOfWork, text: str) -> Message:
        pages = pages_from(turn.place, self._base_url)
        stand_in, impact = self.stand_in(own.expert, unit), self.impact(turn.person.id, unit)
        return card.own_message(own, turn.at, stand_in, pages, text, impact)


def experts_feature(chat: ExpertsChat) -> Feature:
    """Without its pages; `pages.py` adds them."""
    who = Command(chat.on_who, "who knows about something, for example: who knows about pricing?",
                  sentence=who_knows_about)  # fmt: skip
    return Feature(
        name="experts",
        commands={
            "who": who,
            "expertise": Command(chat.on_expertise, "what you help others with, and what was learned of you"),
        },
        buttons={
            CHANGE: chat.on_change,
            card.BACK: chat.on_back,
            card.LEAVE: chat.on_leave,
            card.DECLINE: chat.on_decline,
        },
        forms={CHANGE: FormRoute(chat.on_sent, form_again)},
        home=(chat.at_home,),
        person_columns=(
            experts.c.person_id,
            experts.c.stand_in,
            experts_evidence.c.person_id,
            expert_invitations.c.person_id,
        ),
    )


def _privately(turn: Turn, message: Message) -> Reply:
    return Reply((Post(message, f"{KEY}{turn.key}", turn.private_place),))


def _in_place(turn: Turn, message: Message) -> Reply:
    """Instead of the message whose button was pressed, where that is one of these; in a home there is none."""
    key = turn.message_key or ""
    stands_here = key.startswith(KEY) and turn.place == turn.private_place
    return Reply((Post(message, key),)) if stands_here else _privately(turn, message)
