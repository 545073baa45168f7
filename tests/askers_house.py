"""Those who ask, with the real desk and tables: a house in which they are shown how it stands, and press."""

from dataclasses import replace
from datetime import timedelta

from bot.chat.reply import Message
from bot.chat.turn import Person, Place, Pressed, Submitted
from bot.features.escalations.asker_chat import AskerChat
from bot.features.escalations.asker_showing import show_askers
from bot.features.escalations.desk import Desk
from bot.features.escalations.learning import learn
from bot.features.escalations.model import Answer, Escalation, Link
from bot.features.escalations.ranking import Ranked
from bot.features.escalations.requests import ExpertRequests
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.thanks import Thanks
from bot.features.escalations.threads import RequestThreads
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, minutes, turn
from tests.escalated import escalation
from tests.fakes_requests import FixedRouting

KIM = Person("web:kim", "Kim Park")
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True, title="renewals")
DIRECT = Place("slack", "T1:D1")
FOLLOWS = Place("slack", "T1:D2")
URL = "https://acme.slack.example/archives/C1/p17"
GIVEN = Answer("Ninety days before.\n\nAsk early.", (Link("Plan", "https://wiki.example/plan"),))
PACE = {name: timedelta(0) for name in ("web", "slack")}


class House:
    """Dana asks in a channel, Kim the same in a chat of their own, Sam answers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.shown: dict[tuple[str, str], Message] = {}
        self.routing = FixedRouting(Ranked(SAM.id, SAM.name, "owns “Renewals”"))
        self.desk = Desk([show_askers, learn])
        self.chat = AskerChat(self.desk, Thanks(10))
        self.requests = ExpertRequests(self.desk, self.routing, RequestThreads(self.desk))
        with database.begin() as unit:
            for person in (DANA, SAM, KIM):
                People(unit).add(KnownPerson(person.id, person.name, NOON, time_zone="Europe/Berlin"))
                People(unit).add_account(Account(person.id, person.id, "slack", NOON, f"T1:{person.id}", person.name))
            SqlExperts(unit).put(Expert(SAM.id, NOON))

    def ask(self, **values: object) -> None:
        asked = escalation("d1", place=CHANNEL, private=DIRECT, url=URL, topics=("renewals",), **values)
        with self.database.begin() as unit:
            self.requests.ask(asked, DANA, unit)

    def join(self) -> None:
        """Kim asks the same."""
        with self.database.begin() as unit:
            self.routing.same = SqlEscalations(unit).get("d1")
            asked = replace(escalation("k1"), asker_id=KIM.id, asker_name=KIM.name, place=FOLLOWS, private=FOLLOWS)
            self.requests.ask(replace(asked, text="When do they start?", opened_at=self.now), KIM, unit)

    def answer(self, given: Answer = GIVEN) -> None:
        self.claim()
        with self.database.begin() as unit:
            self.desk.answer("d1", SAM, given, unit, self.now)

    def claim(self) -> None:
        with self.database.begin() as unit:
            self.desk.claim("d1", SAM, unit, self.now)

    def press(self, post: tuple[Place, str], label: str, person: Person = DANA, **values: str) -> None:
        """And send the form that opens."""
        self.now += minutes(1)
        button = next(each for each in self.message(*post).buttons if each.label == label)
        made = turn(Pressed(button.action, button.value, "n"), person=person, place=post[0], at=self.now)
        with self.database.begin() as unit:
            form = self.chat.buttons[button.action](made, unit).form
            if form is not None:
                sent = replace(made, content=Submitted(form.id, dict(values), form.state, "n"))
                self.chat.forms[form.id].handler(sent, unit)

    def message(self, place: Place, key: str) -> Message:
        self.deliver()
        return self.shown[place.conversation, key]

    def stands(self, place: Place, key: str) -> bool:
        self.deliver()
        return (place.conversation, key) in self.shown

    def deliver(self) -> None:
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.now, PACE).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.now)
                    assert delivery is not None
                    Outbox(unit).sent(delivery, f"id-{delivery.id}", self.now)
                    self.shown[delivery.place.conversation, delivery.key] = delivery.message
            if not ready:
                return

    def escalation(self, question_id: str = "d1") -> Escalation:
        with self.database.reading() as unit:
            found = SqlEscalations(unit).of_question(question_id)
        assert found is not None
        return found


REQUEST = (CHANNEL, "request-d1")
ANSWER = (CHANNEL, "answer-d1-1")
KIMS_REQUEST = (FOLLOWS, "request-k1")
KIMS_ANSWER = (FOLLOWS, "answer-k1-d1-1")
