"""What a home says of introductions: whom one meets, whether one did, and the first week."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.chat.moments import moment_in_words, zone_of
from bot.chat.reply import Actions, Block, Bullets, Button, Paragraph, Span
from bot.chat.turn import EVERYONE, Turn
from bot.features.feature import WAITS, HomeSection
from bot.features.introductions import cards
from bot.features.introductions.first_week import Step, pages_for
from bot.features.introductions.jobs import ASK
from bot.features.introductions.lobby import I_AM_NEW, I_AM_NOT_NEW, PAGE
from bot.features.introductions.model import Answer, Meeting, Week
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.telling import Library
from bot.features.library.links import pages_from, source_url
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import next_occurrence

OPEN_FOR = timedelta(days=45)
SHOWN = 2
"""Introductions at most, the newest."""

JUST_MET = timedelta(days=14)
"""For so long somebody whom Guildhall has met counts as perhaps new."""

NEW_HERE = "New here?"
FIRST_WEEK = "Your first week"
OFFER = (
    "Guildhall has met you only lately. If you are new in the company too, you get a buddy and a few pages on each of "
    "your first days."
)


class IntroductionsHome:
    def __init__(self, library: Library, steps: Sequence[Step], base_url: str = "") -> None:
        self._library = library
        self._steps = tuple(steps)
        self._base_url = base_url

    def waits(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        blocks: list[Block] = []
        for meeting in open_meetings(turn.person.id, unit, turn.at)[:SHOWN]:
            said, buttons = standing(meeting, turn.person.id, unit, turn.at, turn.person.time_zone)
            blocks += [Paragraph(said), Actions(buttons)]
        return HomeSection(WAITS, tuple(blocks)) if blocks else None

    def first_week(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        """The quiet offer to somebody whom Guildhall has just met, until they said one or the other; then the step that
        they are at."""
        if EVERYONE not in turn.person.principals:
            return None
        week = SqlIntroductions(unit).week(turn.person.id)
        if week is not None:
            return self._running(week, turn) if week.is_running and week.steps else None
        person = People(unit).get(turn.person.id)
        if person is None or turn.at - person.created_at > JUST_MET:
            return None
        return HomeSection(NEW_HERE, (Paragraph(OFFER), Actions((I_AM_NEW, I_AM_NOT_NEW))))

    def _running(self, week: Week, turn: Turn) -> HomeSection:
        step, site = self._steps[min(week.steps, len(self._steps)) - 1], pages_from(turn.place, self._base_url)
        buddy = f" Your buddy is {week.buddy_name}." if week.buddy_name else ""
        said = f"{week.steps} of {len(self._steps)}: {step.title}.{buddy}"
        pages = pages_for(step, self._library.documents(turn.person.principals))
        blocks: list[Block] = [Paragraph((Span(said, href=None if site is None else f"{site}{PAGE}/first-week"),))]
        if pages:
            links = tuple((Span(each.title, href=source_url(each, pages=site) or None),) for each in pages)
            blocks.append(Bullets(links))
        return HomeSection(FIRST_WEEK, tuple(blocks))


def open_meetings(person_id: str, unit: UnitOfWork, now: datetime) -> Sequence[Meeting]:
    """Of the last weeks, of which they have not said that they met, or did not: the newest first."""
    return [
        each
        for each in SqlIntroductions(unit).meetings_of(person_id)
        if each.made_at > now - OPEN_FOR
        and each.others(person_id)
        and each.said_by(person_id) in (None, Answer.PLANNED)
    ]


def standing(
    meeting: Meeting, person_id: str, unit: UnitOfWork, now: datetime, zone: str
) -> tuple[str, tuple[Button, ...]]:
    """A sentence on an open meeting, and what can be said to it."""
    who = cards.others_in_words(meeting, person_id)
    if meeting.said_by(person_id) is Answer.PLANNED:
        return f"You are going to meet {who}.", (Button("We met", cards.MET, meeting.id, "primary"),)
    if Timers(unit).due_at(ASK, meeting.round_id) is None:
        return f"Did you meet {who}?", cards.met_buttons(meeting)
    store = SqlIntroductions(unit)
    made = store.round(meeting.round_id)
    circle = store.circle(made.circle_id) if made else None
    following = next_occurrence(circle.schedule, now) if circle and circle.is_open else None
    until = f" before {moment_in_words(following.starts, now, zone_of(zone))}" if following else ""
    planned = Button("It is planned", cards.PLANNED, meeting.id)
    return f"Meet {who}: half an hour for each other{until}.", (Button("We met", cards.MET, meeting.id), planned)
