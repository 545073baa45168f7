"""Thanks reach the expert, with what their answers did; others read them where the expert agreed to that."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.chat.reply import Block, Message, Note, Paragraph, Post, Quote, Span
from bot.chat.wording import shortened
from bot.features.escalations.askers import askers_of
from bot.features.escalations.model import Escalation, Impact
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.store import SqlExperts
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

MINUTES_EACH = 15
"""What an answer saves somebody, in minutes, unless the settings say so."""

EVER = datetime.min.replace(tzinfo=UTC)
QUOTED = 150
ANONYMOUS = "Somebody who asked"


HelpedLater = Callable[[str, UnitOfWork], int]
"""How many were helped by what that person said since the library keeps it. Features above know; bootstrap hands it
in."""


def nobody_later(person_id: str, unit: UnitOfWork) -> int:
    return 0


def impact_in_words(impact: Impact, minutes_each: int, later: int = 0) -> str:
    """``Your answers helped 7 people, 4 of them from the library, and saved about 105 minutes.``; empty where they
    helped nobody yet. `later` are those whom the library helped with them."""
    helped = impact.helped + later
    if not helped:
        return ""
    people = "1 person" if helped == 1 else f"{helped} people"
    from_there = f", {later} of them from the library," if later and impact.helped else ""
    return f"Your answers helped {people}{from_there} and saved about {helped * minutes_each} minutes."


class Thanks:
    def __init__(self, minutes_each: int = MINUTES_EACH, later: HelpedLater = nobody_later) -> None:
        self._minutes_each = minutes_each
        self._later = later

    def impact(self, person_id: str, unit: UnitOfWork) -> str:
        """Of an expert, for them to read; empty where there is none yet."""
        given = SqlEscalations(unit).impact(person_id, EVER)
        return impact_in_words(given, self._minutes_each, self._later(person_id, unit))

    def tell(self, escalation: Escalation, person_id: str, text: str, unit: UnitOfWork, now: datetime) -> None:
        """Who thanks is named as they were when they asked."""
        waiting = [each for each in askers_of(SqlEscalations(unit), escalation).waiting if each.person_id == person_id]
        if not waiting:
            return
        who, key = waiting[0].person_name or ANONYMOUS, f"thanks-{waiting[0].question_id}-{escalation.answers}"
        outbox = Outbox(unit)
        if (place := reach(escalation.owner_id, unit)) is not None:
            owner = People(unit).get(escalation.owner_id)
            quiet = quiet_until(owner, now) if owner else None
            told = private_message(who, escalation, text, self.impact(escalation.owner_id, unit))
            outbox.add(Post(told, key), place, now, not_before=quiet)
        expert = SqlExperts(unit).get(escalation.owner_id)
        if expert is not None and expert.is_public and waiting[0].place.is_shared:
            outbox.add(Post(public_message(who, escalation, text), key), waiting[0].place, now)


def private_message(who: str, escalation: Escalation, text: str, impact: str) -> Message:
    """For the expert; `impact` is a sentence, or empty."""
    thanks = f"{who} thanks you for your answer to “{shortened(escalation.text, QUOTED)}”."
    blocks: list[Block] = [Paragraph((Span(thanks, bold=True),))]
    if text:
        blocks.append(Quote(text))
    if impact:
        blocks.append(Paragraph(impact))
    blocks.append(Note("Only you read this. “expertise” says whether thanks are also shown where it was asked."))
    return Message(thanks, tuple(blocks))


def public_message(who: str, escalation: Escalation, text: str) -> Message:
    """For all who read where it was asked."""
    thanks = f"{who} thanks {escalation.owner_name} for this answer."
    blocks: list[Block] = [Paragraph((Span(thanks, bold=True),))]
    if text:
        blocks.append(Quote(text))
    blocks.append(Note(f"{escalation.owner_name} agreed that thanks are shown. “expertise” changes that."))
    return Message(thanks, tuple(blocks))
