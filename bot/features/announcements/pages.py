"""Announcements as pages: what was announced, for everybody; drafts and figures, for curators."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.chat.errors import UserFacingError
from bot.chat.moments import zone_of
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.announcements import acts, sending
from bot.features.announcements.cards import AnnouncementView, facts_of, standing_in_short, standing_of
from bot.features.announcements.desk import Desk
from bot.features.announcements.messages import PAGE, approval_of
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.store import Reads, SqlAnnouncements
from bot.features.announcements.use_cases import seen
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 500
COLUMNS = ("Title", "State", "Announced", "Corrected", "Written by", "Approved by", "What it says")
FIGURES = ("For", "Places", "Arrived", "Opened", "Have read it", "Read only what it said before")
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
        return (
            Page(PAGE, self.show_all, nav="Announcements", nav_in="Community"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(f"{PAGE}/{{one}}", self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            store = SqlAnnouncements(unit)
            unsent = self._views(store.unsent(now, SHOWN) if person.curates else (), person, unit)
            sent = store.sent(now, SHOWN) if EVERYONE in person.principals else ()
            ids = [each.id for each in sent]
            alone = not self.desk.showing.roles.others(person.id, unit)
            reads, own = store.read_counts(ids) if person.curates else {}, store.editions_read(ids, person.id)
        values: dict[str, object] = {
            "unsent": unsent,
            "sent": sent,
            "reads": {each.id: reads.get(each.id, Reads()) for each in sent if each.asks_read and person.curates},
            "own": own,
            "curates": person.curates,
            "alone": person.curates and alone,
            "standing": standing_in_short,
            "tones": TONES,
            "write": acts.write() if person.curates else None,
            "limit": SHOWN,
        }
        return View("announcements/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        """What they may see; the figures for curators."""
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            store = SqlAnnouncements(unit)
            unsent = store.unsent(now, SHOWN) if person.curates else ()
            sent = store.sent(now, SHOWN) if EVERYONE in person.principals else ()
            views = self._views(list({each.id: each for each in (*unsent, *sent)}.values()), person, unit)
        columns = (*COLUMNS, *FIGURES) if person.curates else COLUMNS
        return table_to_take_away("announcements", columns, [_row(each, zone_of(person.time_zone)) for each in views])

    def show(self, request: PageRequest) -> View:
        """Counts that it was opened, not by who wrote or approved it."""
        person = request.person
        with self.database.reading() as unit:
            try:
                announcement = seen(SqlAnnouncements(unit), request.path["one"], person, self.clock())
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
            "standing": standing_in_short(view),
            "tone": TONES.get(announcement.state, ""),
            "said": standing_of(view),
            "approval": approval_of(announcement),
            "facts": facts_of(view),
            "buttons": view.buttons,
            "problems": view.outcome.problems if view.curates else (),
            "here": f"{PAGE}/{announcement.id}",
        }
        return View("announcements/announcement.html", values)

    def _views(self, found: Sequence[Announcement], person: Person, unit: UnitOfWork) -> list[AnnouncementView]:
        place = Place("web", person.id)
        return [self.desk.showing.view(each, person, place, unit) for each in found]


def _row(view: AnnouncementView, zone: tzinfo) -> tuple[str, ...]:
    known, outcome = view.announcement, view.outcome
    days = (each.astimezone(zone).date().isoformat() if each else "" for each in (known.sent_at, known.corrected_at))
    own = (known.title, standing_in_short(view), *days, known.written_by, known.approved_name, known.text)
    if not view.curates:
        return own
    figures, asks = outcome.figures, known.asks_read and outcome.figures is not None
    places = outcome.progress.total if figures else view.places
    counted = (figures.arrived, figures.opened) if figures else (None, None)
    reads = (view.reads.now, view.reads.before) if asks else (None, None)
    return (*own, view.to, *("" if each is None else str(each) for each in (places, *counted, *reads)))
