"""Sam tells stories, Cleo curates, Dana and Kim are named in them: the real store, desk, chat, broadcasts and
timekeeper; what goes out is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Message
from bot.chat.turn import Person, Place, Pressed
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import BroadcastJobs
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
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.chat_house import BASE, CLEO, DANA, KIM, SAM, ChatHouse

ID = "5" * 32
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


def words(message: Message) -> str:
    """All of it, in whichever block."""
    return repr(message)


class House(ChatHouse):
    command = "stories"

    def __init__(
        self,
        database: Database,
        *,
        by_mail: bool = True,
        origins: Mapping[str, Origin] | None = None,
        admins: Sequence[str] = (),
    ) -> None:
        super().__init__(database)
        showing = Showing(Roles([CLEO.id], admins), BASE)
        self.desk = Desk(showing, "Europe/Berlin")
        chat, curators = StoriesChat(self.desk, origins or {}), CuratorsChat(self.desk, by_mail=by_mail)
        self.pages = StoryPages(database, self.desk, self.clock)
        self.open(
            stories_feature(chat, curators, StoryJobs(self.desk)), broadcasts_feature(BroadcastJobs([showing.progress]))
        )

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

    def live(self, until: datetime | timedelta, step: timedelta | None = None) -> list[Delivery]:
        """What is due already goes before."""
        super().live(timedelta(0))
        return super().live(until, step)

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

    def said_to(self, person: Person) -> Message:
        """Not what says that there is something newer."""
        messages = [each.message for each in self.read_by(person)]
        return [each for each in messages if "a newer message says" not in each.summary][-1]


def approval(house: House, story_id: str = ID) -> Pressed:
    """On a page that is up to date."""
    return Pressed(acts.APPROVE, f"{story_id}/{house.kept(story_id).revision}", "")


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
