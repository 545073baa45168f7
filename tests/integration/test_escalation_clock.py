"""What the clock does with a question that goes to people, with the real desk, cards and timekeeper."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from bot.chat.turn import EVERYONE, Person, Place
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.features.escalations import alarms
from bot.features.escalations.alarms import set_timers
from bot.features.escalations.asker_showing import show_askers
from bot.features.escalations.desk import Desk
from bot.features.escalations.expert_showing import show_experts
from bot.features.escalations.jobs import EscalationJobs
from bot.features.escalations.model import Answer, Escalation, OfferState, State, Step
from bot.features.escalations.ranking import Ranked
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import DANA, NOON, SAM
from tests.conftest import KINDS
from tests.escalated import PRIVATE, escalation

KIM = Person("web:kim", "Kim Park")
ADA = Person("web:ada", "Ada Admin", is_admin=True)
LEE = Person("web:lee", "Lee Lead")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MANY = 40
PACE = {"web": timedelta(0), "slack": timedelta(0)}
SHARED = Place("slack", "T1:C1", "17.2", is_shared=True, members=frozenset({EVERYONE}))


def monday(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Of the week in which the tests begin, in UTC; everybody works from 9 to 17."""
    return datetime.combine(NOON.date(), time(hour, minute), UTC) + days * DAY


class Roster:
    """Fills `Routing`: whoever of the list was not asked, in its order."""

    def __init__(self, *people: Person) -> None:
        self.people = list(people)
        self.made_ready: list[str] = []

    def ready(self, *texts: str) -> None:
        self.made_ready += texts

    def ranked(self, asked: Escalation, unit: UnitOfWork, now: datetime) -> Sequence[Ranked]:
        assert asked.text in self.made_ready
        known = {each.person_id for each in SqlEscalations(unit).offers(asked.id)}
        return [Ranked(each.id, each.name, f"knows {each.name}") for each in self.people if each.id not in known]

    def preview(
        self, text: str, asker_id: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Ranked | None:
        return None

    def same_as(
        self,
        text: str,
        asker_id: str,
        readers: frozenset[str],
        unit: UnitOfWork,
        hubs: frozenset[str] = frozenset(),
    ) -> Escalation | None:
        return None


class House:
    """Sam and Kim are experts; Dana asks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = monday(10)
        self.roster = Roster(SAM, KIM)
        self.desk = Desk([show_experts, show_askers, set_timers])
        self.jobs = EscalationJobs(self.desk, self.roster, ["web:ada"])
        self.timekeeper = self.another_clock(database)
        with database.begin() as unit:
            for person in (DANA, SAM, KIM, ADA, LEE):
                People(unit).add(KnownPerson(person.id, person.name, NOON, time_zone="UTC"))
                People(unit).add_account(Account(person.id, person.id, "web", NOON, name=person.name))
            for person in (SAM, KIM):
                SqlExperts(unit).put(Expert(person.id, NOON))

    def another_clock(self, database: Database) -> Timekeeper:
        return Timekeeper(database, self.jobs.timers(), lambda: self.now)

    def ask(self, escalation_id: str = "e1", **values: object) -> None:
        with self.database.begin() as unit:
            self.desk.open(escalation(escalation_id, opened_at=self.now, **values), unit)
        self.timekeeper.run_due()

    def wait_until(self, moment: datetime) -> None:
        """Through every due time before it."""
        while (due := self.next_due()) is not None and due <= moment:
            self.now = max(due, self.now)
            assert self.timekeeper.run_due() > 0
        self.now = moment

    def next_due(self) -> datetime | None:
        with self.database.reading() as unit:
            return Timers(unit).next_at(alarms.NAMES)

    def timers(self) -> dict[str, datetime]:
        with self.database.reading() as unit:
            timers = Timers(unit)
            due = {name.removeprefix("escalations."): timers.due_at(name, "e1") for name in alarms.NAMES}
        return {name: at for name, at in due.items() if at is not None}

    def found(self) -> Escalation:
        with self.database.reading() as unit:
            found = SqlEscalations(unit).get("e1")
        assert found is not None
        return found

    def steps(self, step: Step) -> list[datetime]:
        with self.database.reading() as unit:
            return [entry.at for entry in SqlEscalations(unit).log("e1") if entry.step is step]

    def offers(self) -> dict[str, OfferState]:
        with self.database.reading() as unit:
            return {offer.person_id: offer.state for offer in SqlEscalations(unit).offers("e1")}

    def cards(self, person: Person) -> list[str]:
        """Keys of the cards that somebody has."""
        with self.database.reading() as unit:
            return [card.key for card in SqlEscalations(unit).cards("e1") if card.person_id == person.id]

    def posted(self, place: Place) -> list[str]:
        """What is said there and was not read before."""
        said: list[str] = []
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.now, PACE).ready
                for row_id in ready:
                    delivery = Outbox(unit).claim(row_id, self.now)
                    assert delivery is not None
                    Outbox(unit).sent(delivery, delivery.message_id or f"m{row_id}", self.now)
                    if delivery.place.conversation == place.conversation:
                        said.append(delivery.message.summary)
            if not ready:
                return said

    def claim(self, person: Person = SAM) -> None:
        with self.database.begin() as unit:
            self.desk.claim("e1", person, unit, self.now)

    def answer(self, person: Person = SAM) -> None:
        with self.database.begin() as unit:
            self.desk.answer("e1", person, Answer("Ninety days before."), unit, self.now)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_a_question_goes_to_the_best_expert_at_once(house: House) -> None:
    house.ask()
    assert (house.found().offered_to, house.offers()) == (SAM.id, {SAM.id: OfferState.OFFERED})
    assert len(house.cards(SAM)) == 1


def test_after_the_channels_working_time_the_next_expert_is_asked(house: House) -> None:
    house.ask()
    house.wait_until(monday(13, 59))
    assert house.found().offered_to == SAM.id
    house.wait_until(monday(14))
    assert house.offers() == {SAM.id: OfferState.PASSED, KIM.id: OfferState.OFFERED}


def test_the_night_and_the_weekend_are_no_working_time(house: House) -> None:
    house.now = monday(15, days=4)
    house.ask()
    house.wait_until(monday(10, 59, days=7))
    assert house.found().offered_to == SAM.id
    house.wait_until(monday(11, days=7))
    assert house.found().offered_to == KIM.id


def test_a_channel_has_its_own_times(database: Database) -> None:
    house = House(database)
    with database.begin() as unit:
        policy = Policy(next_after=HOUR, answer_within=2 * HOUR)
        SqlChannels(unit).change(Channel("slack", "T1:C1", policy, revision=1, changed_by=ADA.id, changed_at=NOON))
    house.ask(place=SHARED)
    house.wait_until(monday(11))
    assert house.found().offered_to == KIM.id
    house.claim(KIM)
    assert house.found().due_at == monday(13)


def test_a_declined_question_goes_on_at_once(house: House) -> None:
    house.ask()
    with house.database.begin() as unit:
        house.desk.decline("e1", SAM, "Not my topic.", unit, house.now)
    house.timekeeper.run_due()
    assert house.found().offered_to == KIM.id


def test_where_nobody_is_left_the_admins_are_told_once_and_it_stays_open(house: House) -> None:
    house.ask()
    house.wait_until(monday(17, days=10))
    assert house.steps(Step.TOLD_LEAD) == [monday(10, days=1)]
    assert len(house.cards(ADA)) == 1
    assert house.found().state is State.OPEN
    assert house.timers().keys() == {"offer"}


def test_the_lead_of_the_channel_is_told_instead_of_the_admins(house: House) -> None:
    with house.database.begin() as unit:
        policy = Policy(lead=LEE.id)
        SqlChannels(unit).change(Channel("slack", "T1:C1", policy, revision=1, changed_by=ADA.id, changed_at=NOON))
    house.ask(place=SHARED, readers=frozenset({"members"}))
    house.wait_until(monday(10, days=1))
    assert (len(house.cards(LEE)), house.cards(ADA)) == (1, [])
    house.claim(LEE)
    assert house.found().owner_id == LEE.id


@pytest.mark.parametrize("lead", [DANA.id, "web:gone"], ids=["waits for the answer", "is not here any more"])
def test_where_the_lead_cannot_look_for_an_answer_the_admins_do(house: House, lead: str) -> None:
    with house.database.begin() as unit:
        policy = Policy(lead=lead)
        SqlChannels(unit).change(Channel("slack", "T1:C1", policy, revision=1, changed_by=ADA.id, changed_at=NOON))
    house.ask(place=SHARED)
    house.wait_until(monday(10, days=1))
    assert (house.cards(DANA), len(house.cards(ADA))) == ([], 1)


def test_an_expert_who_comes_later_is_asked_about_what_nobody_took(house: House) -> None:
    house.ask()
    house.wait_until(monday(12, days=1))
    house.roster.people.append(LEE)
    house.wait_until(monday(12, days=2))
    assert house.found().offered_to == LEE.id


def test_an_answer_is_due_by_the_owners_working_hours_with_a_word_before(house: House) -> None:
    house.ask()
    house.now = monday(15)
    house.claim()
    assert house.found().due_at == monday(15, days=1)
    before = len(house.cards(SAM))
    house.wait_until(monday(12, 59, days=1))
    assert len(house.cards(SAM)) == before
    house.posted(PRIVATE)
    house.wait_until(monday(13, days=1))
    assert len(house.cards(SAM)) == before + 1
    assert house.posted(_own_place(house, SAM))[-1].startswith("Yours to answer by Tuesday, 2 March, 15:00")


def test_an_overdue_answer_is_said_and_goes_on_after_a_while(house: House) -> None:
    house.ask()
    house.claim()
    house.wait_until(monday(10, days=1))
    assert house.steps(Step.OVERDUE) == [monday(10, days=1)]
    assert house.posted(_own_place(house, SAM))[-1].startswith("Yours to answer, and overdue")
    house.wait_until(monday(11, 59, days=1))
    assert house.found().owner_id == SAM.id
    house.wait_until(monday(12, days=1))
    found = house.found()
    assert (found.state, found.owner_id, found.offered_to) == (State.OPEN, "", KIM.id)
    assert house.timers().keys() == {"offer"}


def test_who_snoozes_hears_of_it_then_and_not_before(house: House) -> None:
    house.ask()
    house.claim()
    with house.database.begin() as unit:
        house.desk.snooze("e1", SAM, monday(9, 30, days=1), unit, house.now)
    before = len(house.cards(SAM))
    house.wait_until(monday(9, 29, days=1))
    assert len(house.cards(SAM)) == before
    house.wait_until(monday(9, 30, days=1))
    assert len(house.cards(SAM)) == before + 1
    assert house.timers().keys() >= {"overdue", "release"}


def test_nothing_is_due_while_the_asker_has_the_word(house: House) -> None:
    house.ask()
    house.claim()
    house.now = monday(13)
    with house.database.begin() as unit:
        house.desk.ask_back("e1", SAM, "Which contract?", unit, house.now)
    assert house.timers().keys() == {"remind"}
    house.posted(PRIVATE)
    house.wait_until(monday(12, days=3))
    assert [text for text in house.posted(PRIVATE) if "needs a word from you" in text] != []
    with house.database.begin() as unit:
        house.desk.reply("e1", DANA, "The one with Acme.", unit, house.now)
    assert house.found().due_at == monday(9 + 8, days=3)  # five of the eight hours were left


def test_who_replies_to_an_overdue_owner_gives_them_some_time(house: House) -> None:
    house.ask()
    house.claim()
    house.wait_until(monday(11, days=1))
    with house.database.begin() as unit:
        house.desk.ask_back("e1", SAM, "Which contract?", unit, house.now)
        house.desk.reply("e1", DANA, "The one with Acme.", unit, house.now)
    assert house.found().due_at == monday(13, days=1)


def test_an_answer_of_which_nothing_is_heard_is_closed_after_five_days(house: House) -> None:
    house.ask()
    house.claim()
    house.answer()
    assert house.timers() == {"close": monday(10, days=5)}
    house.wait_until(monday(10, days=5))
    assert (house.found().state, house.found().is_confirmed) == (State.CLOSED, False)
    assert house.timers() == {}


@pytest.mark.parametrize("how", ["confirmed", "withdrawn"])
def test_what_is_over_has_no_timers(house: House, how: str) -> None:
    house.ask()
    if how == "confirmed":
        house.claim()
        house.answer()
    with house.database.begin() as unit:
        if how == "confirmed":
            house.desk.confirm("e1", DANA, unit, house.now)
        else:
            house.desk.withdraw("e1", DANA, unit, house.now)
    assert house.timers() == {}


def test_settling_again_sets_nothing_off_again(house: House) -> None:
    house.ask()
    house.claim()
    house.wait_until(monday(10, days=1))
    before = (house.timers(), house.cards(SAM))
    with house.database.begin() as unit:
        house.desk.settle(house.found(), unit, house.now)
    assert house.timekeeper.run_due() == 0
    assert (house.timers(), house.cards(SAM)) == before


@pytest.mark.parametrize("kind", KINDS)
def test_people_and_two_clocks_act_on_the_same_questions_at_once(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    house = House(new_database(kind))
    asked = [f"e{number}" for number in range(MANY)]
    for each in asked:
        house.ask(each)
    clocks = [house.timekeeper, house.another_clock(new_database(kind))]
    house.now = monday(14)  # now the next expert is to be asked about each, unless this one claims it

    def act(number: int) -> None:
        if number < len(clocks):
            while clocks[number].run_due():
                pass
            return
        with house.database.begin() as unit:
            house.desk.claim(asked[number - len(clocks)], SAM, unit, house.now)

    with capture_logs() as logs, ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(len(clocks) + MANY // 2)))
        while house.timekeeper.run_due():
            pass
    assert logs == []
    with house.database.reading() as unit:
        store = SqlEscalations(unit)
        for each in asked[: MANY // 2]:
            found = store.get(each)
            assert found is not None
            assert (found.state, found.owner_id) == (State.CLAIMED, SAM.id)
        for each in asked[MANY // 2 :]:
            offers = {offer.person_id: offer.state for offer in store.offers(each)}
            assert offers == {SAM.id: OfferState.PASSED, KIM.id: OfferState.OFFERED}
            steps = [entry.step for entry in store.log(each)]
            assert steps == [Step.OPENED, Step.OFFERED, Step.OFFERED]


def _own_place(house: House, person: Person) -> Place:
    with house.database.reading() as unit:
        cards = [card for card in SqlEscalations(unit).cards("e1") if card.person_id == person.id]
    return cards[-1].place
