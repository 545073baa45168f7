"""Ana asks, Cleo curates, Kim sponsors, Sam does the work, Lee votes: the real store, desk, chat, jobs and timekeeper;
what goes out is read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.form import ChoiceField, Form, TextField
from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.escalations.model import Escalation
from bot.features.ideas import acts
from bot.features.ideas.calendar import IdeasCalendar
from bot.features.ideas.cards import StoryLink
from bot.features.ideas.chat import IdeasChat
from bot.features.ideas.deciders_chat import DecidersChat
from bot.features.ideas.deciding import Plan
from bot.features.ideas.desk import Desk
from bot.features.ideas.feature import ideas_feature
from bot.features.ideas.gap_desk import GapDesk
from bot.features.ideas.gaps import Gaps
from bot.features.ideas.gaps_chat import GapsChat
from bot.features.ideas.jobs import IdeaJobs
from bot.features.ideas.model import Colleague, Idea, State, Unit, Value
from bot.features.ideas.pages import IdeaPages
from bot.features.ideas.rule_reader import read_intake
from bot.features.ideas.searches import Searches
from bot.features.ideas.showing import Showing
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.telling import Telling
from bot.features.ideas.viewing import Viewing
from bot.features.stories.acts import tell
from bot.router import Router
from bot.storage.outbox import Delivery
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from knowledge.answer import Answer, Outcome
from tests.builders import NOON, minutes, turn
from tests.fakes import FixedClock
from tests.sent_out import send_all

BASE = "https://hall.example"
ANA = Person("slack:T1:ana", "Ana Bell", time_zone="Europe/Berlin")
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
KIM = Person("slack:T1:kim", "Kim Park")
SAM = Person("slack:T1:sam", "Sam Lee")
LEE = Person("slack:T1:lee", "Lee Moss")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (ANA, CLEO, KIM, SAM, LEE, GUEST)
INTAKE = read_intake(None)
A_YEAR = Value(24_000, Unit.MONEY)

Values = Mapping[str, str | tuple[str, ...]]
FILLED: Values = {
    "title": "Prices for bundles",
    "need-problem": "The calculator does not know the new bundles.",
    "need-data": "31 of 80 deals waited in May.",
    "need-result": "No deal waits for a price.",
    "value": "24,000",
    "unit": "money",
}


def idea(idea_id: str = "i1", **values: object) -> Idea:
    made = Idea(
        idea_id,
        "improvement",
        "Improvement",
        "Prices for bundles",
        Colleague(ANA.id, ANA.name),
        NOON,
        {
            "problem": "The calculator does not know the new bundles.",
            "data": "31 of 80 deals waited in May.",
            "result": "No deal waits for a price.",
        },
    )
    return replace(made, **values)


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


class SameWords:
    """Two texts are alike by the share of the words that they have in common."""

    def cosines(self, text: str, others: Sequence[str]) -> Sequence[float]:
        own = set(text.casefold().split())
        return [len(own & set(each.casefold().split())) / max(len(own), 1) for each in others]


class Known:
    """Answers what is among the `answered`."""

    def __init__(self) -> None:
        self.answered: set[str] = set()

    def ask(self, question: str, readers: frozenset[str]) -> Answer:
        outcome = Outcome.ANSWER if question in self.answered else Outcome.UNKNOWN
        return Answer(outcome, 1.0, question)


def nothing_answered(question_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, Escalation]:
    return {}


class House:
    def __init__(self, database: Database, *, has_mail: bool = False) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.stories: dict[str, StoryLink] = {}
        viewing = Viewing(INTAKE, BASE, self._stories_of, tell)
        self.knowledge = Known()
        self.searches = Searches(database, self.knowledge, b"key", self.clock)
        self.gap_desk = GapDesk(database, Gaps(SameWords(), nothing_answered, self.searches.seeker), [CLEO.id], BASE)
        telling = Telling(INTAKE.rates, BASE, has_mail=has_mail)
        self.desk = Desk(telling, Showing(viewing, [CLEO.id]))
        self.calendar = IdeasCalendar("hall.example", BASE)
        self.pages = IdeaPages(database, viewing)
        chat, deciders = IdeasChat(self.desk, viewing, self.gap_desk), DecidersChat(self.desk, viewing)
        self.chat = chat
        gaps = GapsChat(self.gap_desk, INTAKE)
        self.catalog = Catalog([ideas_feature(chat, deciders, gaps, IdeaJobs(telling), self.calendar.entries)])
        self.dispatcher = Dispatcher(database, Router(self.catalog), self.clock)
        self.timekeeper = Timekeeper(database, self.catalog.timers, self.clock)
        self.stands: dict[tuple[str, str], Delivery] = {}
        with database.begin() as unit:
            for person in PEOPLE:
                name = person.name.split()[0].lower()
                known = KnownPerson(person.id, person.name, NOON, f"{name}@example.org", person.time_zone)
                People(unit).add(known)
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))

    def _stories_of(self, origins: Collection[str], unit: UnitOfWork) -> Mapping[str, StoryLink]:
        return {each: self.stories[each] for each in origins if each in self.stories}

    def proposed(self, made: Idea | None = None, person: Person = ANA) -> Idea:
        """By the desk."""
        new = made or idea()
        with self.database.begin() as unit:
            return self.desk.propose(new, INTAKE.kinds[new.kind], person, unit, self.clock())

    def accepted(self, made: Idea | None = None) -> Idea:
        kept = self.proposed(made)
        with self.database.begin() as unit:
            return self.desk.approve(kept.id, kept.revision, CLEO, unit, self.clock())

    def under_way(self, **plan: object) -> Idea:
        """Sam does it."""
        kept = self.accepted(idea(value=A_YEAR))
        planned = replace(Plan(A_YEAR, 10, Colleague(SAM.id, SAM.name)), **plan)
        with self.database.begin() as unit:
            kept = self.desk.plan(kept.id, kept.revision, planned, CLEO, unit, self.clock())
            return self.desk.begin(kept.id, SAM, unit, self.clock())

    def kept(self, idea_id: str = "i1") -> Idea:
        with self.database.reading() as unit:
            found = SqlIdeas(unit).get(idea_id)
        assert found is not None
        return found

    def newest_idea(self) -> Idea:
        with self.database.reading() as unit:
            return max(SqlIdeas(unit).in_states(frozenset(State), 100), key=lambda each: (each.asked_at, each.id))

    def say(self, person: Person, words: str = "") -> Delivery:
        """The command; what comes of it."""
        self.out()
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self.turn_of(person, Commanded("ideas", words)))
        assert self.dispatcher.work_one()
        return next(each for each in self.out() if each.place.channel == direct(person))

    def press(self, card: Delivery, label: str, person: Person) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        self.clock.at += minutes(1)
        pressed = Pressed(button.action, button.value, card.nonce)
        return self.dispatcher.answer_now(self.turn_of(person, pressed, card.place))

    def send(self, opened: Reply, person: Person, values: Values) -> Reply:
        assert opened.form is not None
        sent = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce)
        self.clock.at += minutes(1)
        return self.dispatcher.answer_now(self.turn_of(person, sent))

    def act(self, content: Content, person: Person) -> Reply:
        """By a button or a form on a page."""
        self.clock.at += minutes(1)
        return self.dispatcher.act_now(self.turn_of(person, content, Place("web", person.id, "from-guildhall")))

    def live(self, until: datetime) -> list[Delivery]:
        """Until then; what went out meanwhile."""
        found: list[Delivery] = []
        while self.clock() < until:
            self.clock.at = min(self.clock() + timedelta(hours=12), until)
            while self.timekeeper.run_due():
                pass
            found += self.out()
        return found

    def out(self) -> list[Delivery]:
        return send_all(self.database, self.clock(), self.stands)

    def newest(self, person: Person) -> Delivery:
        """Of what only they read, what came or was changed last."""
        return max(self.theirs(person), key=lambda each: each.id)

    def theirs(self, person: Person) -> list[Delivery]:
        self.out()
        return [each for each in self.stands.values() if each.place.channel == direct(person)]

    def told(self, person: Person) -> list[str]:
        return [each.message.summary for each in sorted(self.theirs(person), key=lambda each: each.id)]

    def turn_of(self, person: Person, content: Content | None = None, place: Place | None = None) -> Turn:
        here = place or Place("slack", direct(person))
        return replace(
            turn(content or Commanded("ideas"), person=person, place=here, at=self.clock()), direct=direct(person)
        )


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]


def approval(house: House, idea_id: str = "i1") -> Pressed:
    """On a page that is up to date."""
    return Pressed(acts.APPROVE, f"{idea_id}/{house.kept(idea_id).revision}", "")


PLANNED: Values = {
    "value": "120",
    "unit": "hours",
    "effort": "10",
    "owner": "Sam Lee",
    "starts": "2027-03-08",
    "ends": "2027-03-12",
}


def form_of(reply: Reply) -> Form:
    assert reply.form is not None
    return reply.form


def begun(house: House, person: Person = ANA, kind: str = "improvement", title: str = "Prices for bundles") -> Reply:
    """The second step."""
    first = house.press(house.say(person), "Ask or propose", person)
    assert [each.name for each in form_of(first).fields] == ["kind", "title"]
    return house.send(first, person, {"kind": kind, "title": title})


def sent(house: House, person: Person = ANA, kind: str = "improvement", **values: str) -> Delivery:
    """From the command to the card."""
    house.send(begun(house, person, kind), person, {**FILLED, **values})
    return house.newest(person)


def field(form: Form, name: str) -> TextField | ChoiceField:
    found = next(each for each in form.fields if each.name == name)
    assert isinstance(found, TextField | ChoiceField)
    return found
