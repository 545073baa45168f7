"""Announcements as pages: what was announced, for everybody; drafts and figures, for curators."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.announcements import acts, sending
from bot.features.announcements.cards import STANDINGS, AnnouncementView, facts_of, standing_of
from bot.features.announcements.desk import Desk
from bot.features.announcements.messages import PAGE
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.store import SqlAnnouncements
from bot.features.announcements.use_cases import seen
from bot.features.page import Page, PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 200
TONES = {
    AnnouncementState.HANDED_IN: "warn",
    AnnouncementState.APPROVED: "good",
    AnnouncementState.SENT: "good",
    AnnouncementState.TAKEN_DOWN: "bad",
}


@dataclass(frozen=True, slots=True)
class AnnouncementPages:
    database: Database
    desk: Desk
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        """Everybody finds what was announced where curators write it."""
        return Page(PAGE, self.show_all, nav="Announcements", nav_in="Community"), Page(f"{PAGE}/{{one}}", self.show)

    def show_all(self, request: PageRequest) -> View:
        person = request.person
        with self.database.reading() as unit:
            store = SqlAnnouncements(unit)
            unsent = self._views(store.unsent(SHOWN) if person.curates else (), person, unit)
            sent = store.sent(SHOWN) if EVERYONE in person.principals else ()
            reads = store.read_counts([each.id for each in sent]) if person.curates else {}
        values: dict[str, object] = {
            "unsent": unsent,
            "sent": sent,
            "reads": reads,
            "curates": person.curates,
            "standings": STANDINGS,
            "tones": TONES,
            "write": acts.write() if person.curates else None,
            "limit": SHOWN,
        }
        return View("announcements/list.html", values)

    def show(self, request: PageRequest) -> View:
        """Counts that it was opened, not by who wrote or approved it."""
        person = request.person
        with self.database.reading() as unit:
            try:
                announcement = seen(SqlAnnouncements(unit), request.path["one"], person)
            except UserFacingError as error:
                raise PageNotFound from error
            (view,) = self._views([announcement], person, unit)
        theirs = (announcement.author_id, announcement.writer_id, announcement.approved_by)
        if announcement.state is AnnouncementState.SENT and person.id not in theirs:
            with self.database.begin() as unit:
                sending.opened(announcement, person.id, unit, self.clock())
        values: dict[str, object] = {
            "view": view,
            "announcement": announcement,
            "standing": STANDINGS[announcement.state],
            "tone": TONES.get(announcement.state, ""),
            "said": standing_of(view),
            "facts": facts_of(view),
            "buttons": view.buttons,
            "problems": view.outcome.problems if view.curates else (),
            "here": f"{PAGE}/{announcement.id}",
        }
        return View("announcements/announcement.html", values)

    def _views(self, found: Sequence[Announcement], person: Person, unit: UnitOfWork) -> list[AnnouncementView]:
        place = Place("web", person.id)
        return [self.desk.showing.view(each, person, place, unit) for each in found]
