"""Sam and Cleo curate, Ada is an admin, the others read: real stores, desks, broadcasts and timekeeper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chat.reply import Reply
from bot.chat.turn import Person, Place
from bot.features.announcements.chat import AnnouncementsChat
from bot.features.announcements.desk import Desk
from bot.features.announcements.feature import announcements_feature
from bot.features.announcements.jobs import AnnouncementJobs
from bot.features.announcements.model import Announcement, Audience
from bot.features.announcements.pages import AnnouncementPages
from bot.features.announcements.showing import Showing
from bot.features.announcements.store import SqlAnnouncements
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.profile.roles import Roles
from bot.storage.unit_of_work import Database
from tests.builders import NOON, minutes
from tests.chat_house import ChatHouse, Values, submitted

BASE = "https://hall.example"
ID = "a" * 16
GENERAL = Place("slack", "T1:C1", is_shared=True, title="general")
SALES = Place("slack", "T1:C2", is_shared=True, title="sales")
PARTNERS = Place("slack", "T1:C3", is_shared=True, members=frozenset(), title="partners")
CHANNELS = (GENERAL, SALES, PARTNERS)

SAM = Person("slack:T1:sam", "Sam Lee", time_zone="Europe/Berlin", is_curator=True)
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
ADA = Person("slack:T1:ada", "Ada Adams", is_admin=True)
DANA = Person("slack:T1:dana", "Dana Okafor", time_zone="America/New_York")
KIM = Person("slack:T1:kim", "Kim Park")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (SAM, CLEO, ADA, DANA, KIM, GUEST)

TYPED: Mapping[str, str | tuple[str, ...]] = {
    "title": "The renewal template changes",
    "text": "From Monday the new template counts.\nThe old one is deleted.",
    "groups": ("everyone",),
    "channels": (),
    "outsiders": (),
    "day": "",
    "at": "",
    "asks": "yes",
}


def announcement(announcement_id: str = ID, **values: object) -> Announcement:
    made = Announcement(
        announcement_id,
        "The renewal template changes",
        "From Monday the new template counts.",
        SAM.id,
        SAM.name,
        NOON,
        Audience(("everyone",)),
        writer_id=SAM.id,
    )
    return replace(made, **values)


class House(ChatHouse):
    command = "announcements"

    def __init__(self, database: Database, curators: Sequence[str] = (SAM.id, CLEO.id)) -> None:
        super().__init__(database, PEOPLE, CHANNELS)
        self.desk = Desk(Showing(Roles(curators, [ADA.id]), BASE), "Europe/Berlin")
        self.pages = AnnouncementPages(database, self.desk, self.clock)
        feature = announcements_feature(AnnouncementsChat(self.desk), AnnouncementJobs(self.desk))
        self.open(feature, broadcasts_feature(BroadcastJobs([self.desk.progress])))

    def send_on_page(self, opened: Reply, person: Person, values: Values) -> Reply:
        return self.act(replace(submitted(opened, values), nonce=""), person)

    def written(self, **values: object) -> Announcement:
        with self.database.begin() as unit:
            return self.desk.write(announcement(**values), SAM, unit, self.clock())

    def handed_in(self, **values: object) -> Announcement:
        made = self.written(**values)
        with self.database.begin() as unit:
            return self.desk.hand_in(made.id, SAM, unit, self.clock())[0]

    def approved(self, **values: object) -> Announcement:
        made = self.handed_in(**values)
        with self.database.begin() as unit:
            return self.desk.approve(made.id, made.revision, CLEO, unit, self.clock())

    def sent(self, **values: object) -> Announcement:
        made = self.approved(**values)
        self.live(minutes(5), minutes(1))
        return self.kept(made.id)

    def kept(self, announcement_id: str = ID) -> Announcement:
        with self.database.reading() as unit:
            found = SqlAnnouncements(unit).get(announcement_id)
        assert found is not None
        return found

    def stand(self, summary: str) -> set[str]:
        """Channels where a message with that summary stands now."""
        self.out()
        return {each.place.channel for each in self.stands.values() if each.message.summary == summary}
