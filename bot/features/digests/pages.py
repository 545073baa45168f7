"""Digests as pages: one's own and those of channels, what comes next, and what was told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.moments import day_in_words
from bot.chat.reply import Button, Message
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from bot.features.digests import acts, use_cases
from bot.features.digests.cards import (
    NONE_YET,
    NOTHING,
    PAGE,
    contents,
    counted,
    edition_page,
    kinds_in_words,
    standing,
)
from bot.features.digests.desk import Desk
from bot.features.digests.forms import day_in
from bot.features.digests.model import (
    Digest,
    DigestState,
    Edition,
    EditionState,
    channel_id,
    may_run_in,
)
from bot.features.digests.store import SqlDigests
from bot.features.digests.viewing import View as DigestView
from bot.features.page import DrawMessage, Page, PageNotFound, PageRequest, View, still
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.rule_phrases import series_in_words
from scheduler.rules import next_occurrence

SHOWN = 12
TONES = {
    DigestState.RUNNING: "good",
    DigestState.PAUSED: "warn",
    EditionState.SENT: "good",
    EditionState.SKIPPED: "warn",
    EditionState.HELD: "bad",
}
EDITIONS = {
    EditionState.PLANNED: "Edited",
    EditionState.SKIPPED: "Skipped",
    EditionState.SENT: "Sent",
    EditionState.EMPTY: "Nothing to say, nothing sent",
    EditionState.HELD: "Could not go out",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A channel, and its digest where it has one."""

    name: str
    digest: Digest | None
    standing: str
    next_at: datetime | None
    set_up: Button


@dataclass(frozen=True, slots=True)
class DigestPages:
    database: Database
    desk: Desk
    clock: Callable[[], datetime]
    draw: DrawMessage

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{digest}}"
        return (
            Page(PAGE, self.show_all, nav="Digests", nav_in="Community"),
            Page(f"{one}/{{day}}", self.edition),
            Page(one, self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            is_colleague = EVERYONE in person.principals
            own = SqlDigests(unit).of_person(person.id) if is_colleague else None
            rows = self._rows(person, unit, now) if is_colleague else []
            values: dict[str, object] = {
                "own": own,
                "rows": rows,
                "tones": TONES,
                "none_yet": NONE_YET if is_colleague else use_cases.NO_GUESTS,
                "get": acts.set_up() if is_colleague and own is None else None,
                "here": PAGE,
                **(self._standing(own, person, unit, now) if own else {}),
            }
        return View("digests/list.html", values)

    def show(self, request: PageRequest) -> View:
        """How it stands, what comes next, what there was."""
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            digest = self._seen(request, unit)
            following = self.desk.next_edition(digest, unit, now)
            view = self._view(digest, person, unit)
            past = [each for each in SqlDigests(unit).editions(digest.id, SHOWN) if each.at is not None]
            values: dict[str, object] = {
                "digest": digest,
                "view": view,
                "name": view.name,
                "following": following,
                "preview": self._drawn(following, view) if following else "",
                "nothing": NOTHING,
                "next_acts": acts.for_next(digest, following) if following and digest.is_running else (),
                "past": past,
                "edition_words": EDITIONS,
                "edition_page": edition_page,
                "tones": TONES,
                "day_in_words": day_in_words,
                "here": f"{PAGE}/{digest.id}",
                **self._standing(digest, person, unit, now),
            }
        return View("digests/digest.html", values)

    def edition(self, request: PageRequest) -> View:
        """What was told, as the reader may read it today: to its person; what was told to a channel every colleague,
        without its name and the word for its members."""
        day = day_in(request.path["day"])
        with self.database.reading() as unit:
            digest = SqlDigests(unit).get(request.path["digest"])
            found = SqlDigests(unit).edition(digest.id, day) if digest is not None and day is not None else None
            if digest is None or found is None or found.state is not EditionState.SENT:
                raise PageNotFound
            if EVERYONE not in request.person.principals or digest.person_id not in ("", request.person.id):
                raise PageNotFound
            view = self._view(digest, request.person, unit)
            may_run = digest.is_personal or self._may_run(digest, request.person, unit)
            readers = request.person.principals
            by_now = self.desk.composer.as_of_now(digest, found, readers, unit, self.clock())
        by_now = by_now if may_run else replace(by_now, word="", word_by="")
        values = {
            "edition": by_now,
            "day": day_in_words(found.day),
            "counts": counted(found.items),
            "told": self._drawn(by_now, view),
            "digest_page": f"{PAGE}/{digest.id}" if may_run else "",
            "name": view.name if may_run else "",
        }
        return View("digests/edition.html", values)

    def _standing(self, digest: Digest, person: Person, unit: UnitOfWork, now: datetime) -> dict[str, object]:
        """As `digest_message` says it."""
        view, target = self._view(digest, person, unit), self.desk.composer.target(digest, unit)
        following = self.desk.next_of(digest, unit, now) if digest.is_running else None
        return {
            "standing": standing(view),
            "buttons": [each for each in acts.for_digest(digest) if each.action in acts.ON_PAGES],
            "next_at": following.starts if following else None,
            "kinds": kinds_in_words(digest),
            "topics": target.topics,
            "problem": target.problem,
            "address": f"{PAGE}/{digest.id}",
        }

    def _rows(self, person: Person, unit: UnitOfWork, now: datetime) -> Sequence[Row]:
        """Channels where this person decides; none where people from outside read along."""
        known = {each.id: each for each in SqlDigests(unit).of_channels()}
        found = [each for each in SqlChannels(unit).all() if may_run_in(each, person) and each.place.members]
        rows = [self._row(each, known.get(channel_id(each.platform, each.channel)), now) for each in found]
        return sorted(rows, key=lambda each: (each.digest is None, each.name.casefold()))

    def _row(self, channel: Channel, digest: Digest | None, now: datetime) -> Row:
        set_up = replace(acts.set_up(channel.platform, channel.channel), style="normal")
        if digest is None:
            return Row(channel.name, None, "", None, set_up)
        series = digest.series(self.desk.composer.in_channel(digest, channel).zone)
        following = next_occurrence(series, now) if digest.is_running else None
        return Row(channel.name, digest, series_in_words(series), following.starts if following else None, set_up)

    def _view(self, digest: Digest, person: Person, unit: UnitOfWork) -> DigestView:
        target = self.desk.composer.target(digest, unit)
        return DigestView.of(digest, target, Place("web", person.id), "", People(unit).get(person.id))

    def _drawn(self, edition: Edition, view: DigestView) -> str:
        blocks = contents(edition, view)
        return self.draw(still(Message("", tuple(blocks)))) if blocks else ""

    def _may_run(self, digest: Digest, person: Person, unit: UnitOfWork) -> bool:
        channel = SqlChannels(unit).get(digest.platform, digest.channel)
        return channel is not None and may_run_in(channel, person)

    def _seen(self, request: PageRequest, unit: UnitOfWork) -> Digest:
        place = Place("web", request.person.id)
        try:
            return use_cases.seen(request.path["digest"], request.person, place, unit)
        except UserFacingError as error:
            raise PageNotFound from error
