"""A question's life in any order, with duplicates, restarts and clock jumps: none is lost, none has two owners, and
nobody reads anything twice.

A reduced count; ``GUILDHALL_LIVES=10000 python -m pytest tests/integration/test_question_life.py`` is the promise.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from bot.bootstrap.escalations import open_escalations
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, Place
from bot.features.escalations import alarms
from bot.features.escalations.askers import askers_of
from bot.features.escalations.desk import Desk
from bot.features.escalations.model import Answer, Escalation, Follower, OfferState, State
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.settings import Settings
from bot.storage.engine import open_engine
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.tables import metadata
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import NOON
from tests.conftest import KINDS
from tests.escalated import escalation
from tests.fakes import FakeKnowledge
from tests.requests_house import Roster

LIVES = int(os.environ.get("GUILDHALL_LIVES", "0"))
REDUCED = {"sqlite": 25, "postgresql": 8}
STEPS = 50
MOST_AT_ONCE = 4

PEOPLE = [Person(f"web:p{number}", f"Person {number}") for number in range(5)]
EXPERTS = PEOPLE[2:]
CHANNEL = Place("web", "sales", is_shared=True)

Act = Callable[[Desk, str, Person, Person, UnitOfWork, datetime], Escalation]
ONCE: dict[str, Act] = {
    "claim": lambda desk, id_, person, _, unit, now: desk.claim(id_, person, unit, now),
    "decline": lambda desk, id_, person, _, unit, now: desk.decline(id_, person, "no time", unit, now),
    "give back": lambda desk, id_, person, _, unit, now: desk.give_back(id_, person, "not my topic", unit, now),
    "hand on": lambda desk, id_, person, to, unit, now: desk.hand_on(id_, person, _known(to), "You know", unit, now),
    "answer": lambda desk, id_, person, _, unit, now: desk.answer(id_, person, Answer("So."), unit, now),
    "confirm": lambda desk, id_, person, _, unit, now: desk.confirm(id_, person, unit, now),
    "ask on": lambda desk, id_, person, _, unit, now: desk.ask_on(id_, person, "And?", unit, now),
    "thank": lambda desk, id_, person, _, unit, now: desk.thank(id_, person, "", unit, now),
}
"""What is refused when it is done again at once."""

OFTEN: dict[str, Act] = {
    "ask back": lambda desk, id_, person, _, unit, now: desk.ask_back(id_, person, "Which?", unit, now),
    "reply": lambda desk, id_, person, _, unit, now: desk.reply(id_, person, "That.", unit, now),
    "snooze": lambda desk, id_, person, _, unit, now: desk.snooze(id_, person, now + timedelta(hours=1), unit, now),
    "correct": lambda desk, id_, person, _, unit, now: desk.correct(id_, person, Answer("Not so."), unit, now),
}

EXPERTS_MAY = {
    State.OPEN: ("claim", "decline", "hand on", "claim"),
    State.CLAIMED: ("answer", "ask back", "answer", "give back", "hand on", "snooze"),
    State.ASKED_BACK: ("answer", "give back", "ask back"),
    State.ANSWERED: ("correct",),
    State.CLOSED: ("correct",),
    State.WITHDRAWN: ("claim", "answer"),
}
ASKERS_MAY = {
    State.OPEN: ("reply",),
    State.CLAIMED: ("reply",),
    State.ASKED_BACK: ("reply",),
    State.ANSWERED: ("confirm", "ask on", "thank", "confirm"),
    State.CLOSED: ("ask on", "thank", "confirm"),
    State.WITHDRAWN: ("confirm",),
}
GOES_WELL = {
    State.OPEN: ("claim", "anybody"),
    State.CLAIMED: ("answer", "owner"),
    State.ASKED_BACK: ("reply", "asker"),
    State.ANSWERED: ("confirm", "asker"),
}


def _person(person_id: str) -> Person:
    return next(each for each in PEOPLE if each.id == person_id)


def _known(person: Person) -> KnownPerson:
    return KnownPerson(person.id, person.name, NOON)


class QuestionLife(RuleBasedStateMachine):
    """`waits` are the questions that were asked and not taken back, as a person would count them."""

    open_database: Callable[[], Database]
    empty: Callable[[], None]
    questions = Bundle("questions")

    def __init__(self) -> None:
        super().__init__()
        type(self).empty()
        self.now = NOON
        self.numbers = count(1)
        self.waits: dict[str, Person] = {}
        self.askers: dict[str, Person] = {}
        self.posted: Counter[tuple[str, str]] = Counter()
        self.begin()
        with self.database.begin() as unit:
            for person in PEOPLE:
                quiet = Preferences(quiet_from="22:00", quiet_to="07:00") if person is EXPERTS[0] else Preferences()
                People(unit).add(KnownPerson(person.id, person.name, NOON, preferences=quiet))
                People(unit).add_account(Account(person.id, person.id, "web", NOON))
            for person in EXPERTS[:2]:
                SqlExperts(unit).put(Expert(person.id, NOON))

    def begin(self) -> None:
        self.database = type(self).open_database()
        settings = Settings(admins=frozenset({PEOPLE[1].id}))
        parts = open_escalations(settings, Roster(*EXPERTS), FakeKnowledge(), "https://guild.example")
        self.desk = parts.desk
        self.timekeeper = Timekeeper(self.database, parts.feature.timers, lambda: self.now)

    @precondition(lambda self: len(self.waits) < MOST_AT_ONCE)
    @rule(target=questions, person=st.sampled_from(PEOPLE), withheld=st.booleans(), in_channel=st.booleans())
    def ask(self, person: Person, withheld: bool, in_channel: bool) -> str:
        question = f"q{next(self.numbers)}"
        with self.database.begin() as unit:
            self.desk.open(self._asked(question, person, withheld=withheld, in_channel=in_channel), unit)
        self.waits[question] = self.askers[question] = person
        return question

    @rule(question=questions)
    def ask_again(self, question: str) -> None:
        person = self.askers[question]
        with suppress(UserFacingError), self.database.begin() as unit:
            self.desk.open(self._asked(question, person), unit)
            self.waits[question] = person

    @precondition(lambda self: len(self.waits) < MOST_AT_ONCE)
    @rule(target=questions, other=questions, person=st.sampled_from(PEOPLE))
    def ask_the_same(self, other: str, person: Person) -> str:
        question, followed = f"q{next(self.numbers)}", self._found(other)
        own = self._asked(question, person)
        follower = Follower(
            followed.id if followed else "", question, person.id, "", own.text, own.place, own.private, self.now
        )
        with self.database.begin() as unit:
            try:
                self.desk.join(follower, person.principals, unit)
            except UserFacingError:  # there is nothing to wait for any more
                self.desk.open(own, unit)
        self.waits[question] = self.askers[question] = person
        return question

    @rule(question=questions, person=st.sampled_from(PEOPLE), theirs=st.booleans())
    def take_back(self, question: str, person: Person, theirs: bool) -> None:
        person, found = self.askers[question] if theirs else person, self._found(question)
        with suppress(UserFacingError), self.database.begin() as unit:
            take_back = self.desk.withdraw if found and found.id == question else self.desk.unjoin
            take_back(question, person, unit, self.now)
            assert self.waits.pop(question) == person

    @rule(question=questions, nth=st.integers(0, 5), person=st.sampled_from(PEOPLE), twice=st.booleans())
    def expert_acts(self, question: str, nth: int, person: Person, twice: bool) -> None:
        """As it stands: whoever owns it, or the one it is offered to, else `person`."""
        found = self._found(question)
        if found is None:
            return
        acting = found.owner_id or found.offered_to or person.id
        names = EXPERTS_MAY[found.state]
        self._act(found.id, names[nth % len(names)], _person(acting), person, twice)

    @rule(question=questions, nth=st.integers(0, 3), twice=st.booleans())
    def asker_acts(self, question: str, nth: int, twice: bool) -> None:
        """Who asked the question, be it their own or one that follows another."""
        found = self._found(question)
        if found is not None:
            names = ASKERS_MAY[found.state]
            self._act(found.id, names[nth % len(names)], self.askers[question], PEOPLE[0], twice)

    @rule(question=questions, person=st.sampled_from(EXPERTS), twice=st.booleans())
    def goes_well(self, question: str, person: Person, twice: bool) -> None:
        """One step nearer to its end."""
        found = self._found(question)
        if found is not None and found.state in GOES_WELL:
            name, side = GOES_WELL[found.state]
            acting = person if side == "anybody" else _person(found.owner_id if side == "owner" else found.asker_id)
            self._act(found.id, name, acting, person, twice)

    @rule(
        question=questions,
        name=st.sampled_from([*ONCE, *OFTEN]),
        person=st.sampled_from(PEOPLE),
        other=st.sampled_from(PEOPLE),
        twice=st.booleans(),
    )
    def anybody_acts(self, question: str, name: str, person: Person, other: Person, twice: bool) -> None:
        found = self._found(question)
        self._act(found.id if found else question, name, person, other, twice)

    @rule(person=st.sampled_from(EXPERTS))
    def leaves_the_experts(self, person: Person) -> None:
        with self.database.begin() as unit:
            SqlExperts(unit).forget(person.id)
            self.desk.hand_back(person, unit, self.now)
            store = SqlEscalations(unit)
            assert [*store.owned_by(person.id), *store.offered_to(person.id)] == []

    @rule(minutes=st.sampled_from([1, 30, 240, 1_440, 10_080]), rings=st.booleans())
    def time_passes(self, minutes: int, rings: bool) -> None:
        self.now += timedelta(minutes=minutes)
        if rings:
            self.ring()

    def ring(self) -> None:
        self.timekeeper.run_due()
        with self.database.reading() as unit:
            assert Timers(unit).failing(1) == 0

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.begin()

    @rule()
    def deliver(self) -> None:
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.now, {"web": timedelta()}).ready
                for row_id in ready:
                    delivery = Outbox(unit).claim(row_id, self.now)
                    assert delivery is not None
                    message = (delivery.place.conversation, delivery.key)
                    if delivery.message_id is None:
                        self.posted[message] += 1
                    Outbox(unit).sent(delivery, delivery.message_id or "/".join(message), self.now)
            if not ready:
                return

    @invariant()
    def no_question_is_lost(self) -> None:
        with self.database.reading() as unit:
            store, timers = SqlEscalations(unit), Timers(unit)
            found = store.of_questions(list(self.waits))
            assert found.keys() == self.waits.keys()
            for question, asked in found.items():
                assert question in {each.question_id for each in askers_of(store, asked).waiting}
                assert asked.state is not State.WITHDRAWN
                goes_on_by = {
                    State.OPEN: alarms.OFFER, State.CLAIMED: alarms.RELEASE, State.ANSWERED: alarms.CLOSE
                }.get(asked.state)  # fmt: skip
                assert goes_on_by is None or timers.due_at(goes_on_by, asked.id) is not None
                assert asked.is_running or asked.answer is not None

    @invariant()
    def there_is_one_owner_at_most(self) -> None:
        with self.database.reading() as unit:
            store = SqlEscalations(unit)
            for asked in store.in_state(*State):
                offers = store.offers(asked.id)
                claimed = [each.person_id for each in offers if each.state is OfferState.CLAIMED]
                offered = [each.person_id for each in offers if each.state is OfferState.OFFERED]
                if asked.state is State.OPEN:
                    assert (asked.owner_id, claimed) == ("", [])
                    assert offered == [asked.offered_to][: bool(asked.offered_to)]
                elif asked.state is not State.WITHDRAWN:
                    assert claimed == [asked.owner_id]
                    assert offered == []
                    assert asked.owner_id not in askers_of(store, asked).ids

    @invariant()
    def nobody_reads_anything_twice(self) -> None:
        assert set(self.posted.values()) <= {1}
        with self.database.reading() as unit:
            store = SqlEscalations(unit)
            for _, key in self.posted:
                what, *ids, number = key.split("-")
                asked = store.get(ids[-1]) if what == "answer" else None
                assert asked is None or int(number) <= asked.answers

    def teardown(self) -> None:
        """Left alone, nothing stays in one person's hands: it is answered, or its asker or the lead has the word."""
        for _ in range(60):
            self.now += timedelta(days=1)
            self.ring()
            self.deliver()
        self.no_question_is_lost()
        self.nobody_reads_anything_twice()
        with self.database.reading() as unit:
            left = SqlEscalations(unit).in_state(State.OPEN, State.CLAIMED, State.ANSWERED)
        assert [each.id for each in left if each.state is not State.OPEN or each.lead_told_at is None] == []
        self.database.close()

    def _asked(self, question: str, person: Person, *, withheld: bool = False, in_channel: bool = False) -> Escalation:
        private = Place("web", person.id, question)
        place = Place("web", CHANNEL.channel, question, is_shared=True) if in_channel else private
        name = "" if withheld else person.name
        return escalation(
            question, asker_id=person.id, asker_name=name, place=place, private=private, opened_at=self.now
        )

    def _found(self, question: str) -> Escalation | None:
        with self.database.reading() as unit:
            return SqlEscalations(unit).of_question(question)

    def _act(self, id_: str, name: str, person: Person, other: Person, twice: bool) -> None:
        try:
            with self.database.begin() as unit:
                (ONCE | OFTEN)[name](self.desk, id_, person, other, unit, self.now)
        except UserFacingError:
            return
        if twice and name in ONCE:
            with pytest.raises(UserFacingError), self.database.begin() as unit:
                ONCE[name](self.desk, id_, person, other, unit, self.now)


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_never_lost_never_has_two_owners_and_is_never_told_twice(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    file = tmp_path / "life.db"

    def open_database() -> Database:
        url = f"sqlite:///{file}" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
        return Database(open_engine(url))

    def empty() -> None:
        if kind == "sqlite":
            for left in tmp_path.glob("life.db*"):
                left.unlink()
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
            return
        database = open_database()
        names = ", ".join(table.name for table in metadata.sorted_tables)
        with database.begin() as unit:
            unit.connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        database.close()

    machine = type(
        "QuestionLifeHere",
        (QuestionLife,),
        {"open_database": staticmethod(open_database), "empty": staticmethod(empty)},
    )
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=LIVES or REDUCED[kind],
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
