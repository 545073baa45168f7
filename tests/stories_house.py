"""Sam tells stories, Cleo curates, Dana and Kim are named in them: the real store, desk, chat, broadcasts and
timekeeper; what goes out is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Message, Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.catalog import Catalog
from bot.features.channels.store import SqlChannels
from bot.features.profile.roles import Roles
from bot.features.stories import acts
from bot.features.stories.chat import StoriesChat
from bot.features.stories.curators_chat import CuratorsChat
from bot.features.stories.desk import Desk
from bot.features.stories.feature import stories_feature
from bot.features.stories.jobs import StoryJobs
from bot.features.stories.model import Clearance, Consent, Credit, Story, StoryState, Value
from bot.features.stories.origin import Origin
from bot.features.stories.pages import StoryPages
from bot.features.stories.showing import Showing
from bot.features.stories.store import SqlStories
from bot.router import Router
from bot.storage.outbox import Delivery
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.builders import NOON, minutes, turn
from tests.fakes import FixedClock
from tests.sent_out import send_all

BASE = "https://hall.example"
ID = "5" * 32
GENERAL = Place("slack", "T1:C1", is_shared=True, title="general")
SALES = Place("slack", "T1:C2", is_shared=True, title="sales")
PARTNERS = Place("slack", "T1:C3", is_shared=True, members=frozenset(), title="partners")

SAM = Person("slack:T1:sam", "Sam Lee", time_zone="Europe/Berlin")
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
DANA = Person("slack:T1:dana", "Dana Okafor", time_zone="America/New_York")
KIM = Person("slack:T1:kim", "Kim Park")
LEE = Person("slack:T1:lee", "Lee Moss")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (SAM, CLEO, DANA, KIM, LEE, GUEST)

TYPED: Mapping[str, str | tuple[str, ...]] = {
    "title": "Quotes in a day",
    "challenge": "Quotes for Umbrella took two weeks.",
    "done": "Dana Okafor and Kim Park drew up one template.",
    "result": "From ten days to one, at 40 renewals.",
    "value": "time",
    "customer": "Umbrella",
    "called": "a bank in the north",
    "clearance": "anonymous",
    "cleared_by": "",
    "people": "Dana Okafor, kim@example.org",
    "topics": "renewals, pricing",
    "industry": "Banking",
    "product": "CRM",
    "picture": "",
}


def credit(person: Person, consent: Consent = Consent.ASKED, shown_as: str = "") -> Credit:
    is_said = consent is not Consent.ASKED
    named = (shown_as or person.name) if consent is Consent.AGREED else ""
    return Credit(person.id, person.name, NOON, consent, named, NOON if is_said else None)


def story(story_id: str = ID, **values: object) -> Story:
    made = Story(
        id=story_id,
        title="Quotes in a day",
        author_id=SAM.id,
        author_name=SAM.name,
        told_at=NOON,
        challenge="Quotes for Umbrella took two weeks.",
        done="Dana Okafor and Kim Park drew up one template.",
        result="From ten days to one, at 40 renewals.",
        customer="Umbrella",
        called="a bank in the north",
        credits=(credit(DANA), credit(KIM)),
        value=Value.TIME,
        topics=("renewals", "pricing"),
        industry="Banking",
        product="CRM",
    )
    return replace(made, **values)


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


def words(message: Message) -> str:
    """All of it, in whichever block."""
    return repr(message)


class House:
    def __init__(
        self,
        database: Database,
        *,
        by_mail: bool = True,
        origins: Mapping[str, Origin] | None = None,
        admins: Sequence[str] = (),
    ) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        showing = Showing(Roles([CLEO.id], admins), BASE)
        self.desk = Desk(showing, "Europe/Berlin")
        chat, curators = StoriesChat(self.desk, origins or {}), CuratorsChat(self.desk, by_mail=by_mail)
        self.pages = StoryPages(database, self.desk, self.clock)
        self.catalog = Catalog(
            [
                stories_feature(chat, curators, StoryJobs(self.desk)),
                broadcasts_feature(BroadcastJobs([showing.progress])),
            ]
        )
        self.dispatcher = Dispatcher(database, Router(self.catalog), self.clock)
        self.timekeeper = Timekeeper(database, self.catalog.timers, self.clock)
        self.stands: dict[tuple[str, str], Delivery] = {}
        with database.begin() as unit:
            for person in PEOPLE:
                name = person.name.split()[0].lower()
                email = "" if person.is_guest else f"{name}@example.org"
                People(unit).add(KnownPerson(person.id, person.name, NOON, email, person.time_zone))
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))
            for place in (GENERAL, SALES, PARTNERS):
                SqlChannels(unit).note(place, NOON)

    def told(self, made: Story | None = None) -> Story:
        with self.database.begin() as unit:
            return self.desk.tell(made or story(), SAM, unit, self.clock())

    def published(self, made: Story | None = None, *agreed: Person) -> Story:
        """These have agreed before."""
        kept = self.told(made)
        for person in agreed:
            self.answer(kept.id, person, Consent.AGREED)
        with self.database.begin() as unit:
            return self.desk.approve(kept.id, self.kept(kept.id).revision, CLEO, unit, self.clock())

    def answer(self, story_id: str, person: Person, consent: Consent, shown_as: str = "") -> Story:
        with self.database.begin() as unit:
            return self.desk.answer(story_id, person, consent, shown_as, unit, self.clock())

    def kept(self, story_id: str = ID) -> Story:
        with self.database.reading() as unit:
            found = SqlStories(unit).get(story_id)
        assert found is not None
        return found

    def say(self, person: Person, text: str = "") -> Delivery:
        """The command; what comes of it."""
        self.clock.at += minutes(1)
        self.out()
        self.dispatcher.answer_now(self._turn(Commanded("stories", text), person, None))
        return next(each for each in self.out() if each.place.channel == direct(person))

    def press(self, card: Delivery, label: str, person: Person) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        self.clock.at += minutes(1)
        pressed = Pressed(button.action, button.value, card.nonce, card.key)
        return self.dispatcher.answer_now(self._turn(pressed, person, card.place))

    def send(
        self, opened: Reply, person: Person, values: Mapping[str, str | tuple[str, ...]], place: Place | None = None
    ) -> Reply:
        assert opened.form is not None
        sent = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce)
        self.clock.at += minutes(1)
        return self.dispatcher.answer_now(self._turn(sent, person, place))

    def act(self, content: Content, person: Person) -> Reply:
        """By a button or a form on a page."""
        self.clock.at += minutes(1)
        return self.dispatcher.act_now(self._turn(content, person, Place("web", person.id, "from-guildhall")))

    def live(self, time: timedelta) -> None:
        """So long the clock goes on, and what is due is done and delivered."""
        end = self.clock() + time
        while True:
            while self.timekeeper.run_due():
                pass
            self.out()
            if self.clock() >= end:
                break
            self.clock.at = min(self.clock() + timedelta(minutes=5), end)

    def out(self) -> list[Delivery]:
        return send_all(self.database, self.clock(), self.stands)

    def standing(self, place: Place) -> list[Message]:
        """What can be read in a channel or mailbox, the first first."""
        self.out()
        return [each.message for each in self.stands.values() if each.place == place]

    def card(self, person: Person, story_id: str = ID) -> Delivery:
        """The one that is kept up to date for them."""
        self.out()
        with self.database.reading() as unit:
            place, key = SqlStories(unit).cards(story_id)[person.id]
        return self.stands[place.conversation, key]

    def newest(self, person: Person) -> Message:
        """Of what only they read, what came or was changed last; not what says that there is something newer."""
        self.out()
        theirs = [each for each in self.stands.values() if each.place.channel == direct(person)]
        theirs = [each for each in theirs if "a newer message says" not in each.message.summary]
        return max(theirs, key=lambda each: each.id).message

    def turn_of(self, content: Content, person: Person, at: datetime | None = None) -> Turn:
        made = self._turn(content, person, None)
        return replace(made, at=at or made.at)

    def _turn(self, content: Content, person: Person, place: Place | None) -> Turn:
        here = place or Place("slack", direct(person))
        return replace(turn(content, person=person, place=here, at=self.clock()), direct=direct(person))


def approval(house: House, story_id: str = ID) -> Pressed:
    """On a page that is up to date."""
    return Pressed(acts.APPROVE, f"{story_id}/{house.kept(story_id).revision}", "")


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]


FULL = story(
    "f" * 32,
    title="Größen",
    customer="Größe AG",
    clearance=Clearance.PUBLIC,
    cleared_by="Their board",
    cleared_at=NOON,
    credits=(credit(DANA, Consent.AGREED, "D. from Sales"), credit(KIM, Consent.DECLINED)),
    picture="e" * 32,
    picture_link="https://pictures.example/1",
    origin="review/r1",
    state=StoryState.PUBLISHED,
    word="weil",
    decided_by="Cleo",
    published_at=NOON,
    revision=7,
)
