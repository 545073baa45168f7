"""What people see of an announcement in a chat. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.wording import shortened
from bot.features.announcements import acts
from bot.features.announcements.messages import PAGE, approval_of, body_of, page_of
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.sending import Outcome
from bot.features.announcements.store import Reads
from bot.features.broadcasts.cards import figures_in_words, reasons_in_words, stale_in_words
from bot.features.broadcasts.model import BroadcastState

STANDINGS = {
    AnnouncementState.DRAFT: "Draft",
    AnnouncementState.HANDED_IN: "Waits for approval",
    AnnouncementState.APPROVED: "Approved",
    AnnouncementState.SENT: "Sent",
    AnnouncementState.TAKEN_DOWN: "Taken down",
    AnnouncementState.DROPPED: "Thrown away",
}
MOVING = {
    BroadcastState.SCHEDULED: "Scheduled",
    BroadcastState.SENDING: "On its way",
    BroadcastState.STOPPED: "Stopped",
}
SHOWN = 5
NOW_SHOWN = 500
NONE_YET = "Nothing has been announced yet."


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """As one reader sees it. `to` is whom it is for, in words, and `places` how many these are by now. `pages` comes
    before the path of a page, None where they reach none. `read` is the edition that they said they have read, 0 for
    none. `alone`: nobody else who curates could approve it."""

    announcement: Announcement
    reader_id: str
    curates: bool = False
    pages: str | None = None
    to: str = ""
    places: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    reads: Reads = field(default_factory=Reads)
    read: int = 0
    alone: bool = False

    @property
    def has_read(self) -> bool:
        return self.read == self.announcement.edition

    @property
    def reads_again(self) -> bool:
        """It changed in substance since they said that they have read it."""
        return 0 < self.read < self.announcement.edition and self.announcement.state is AnnouncementState.SENT

    @property
    def is_own(self) -> bool:
        return self.announcement.proposer_id == self.reader_id

    @property
    def waits_for_them(self) -> bool:
        may_approve = self.announcement.waits_for_approval and (self.alone or not self.is_own)
        return self.reads_again or (self.curates and (may_approve or (self.announcement.came_back and self.is_own)))

    @property
    def buttons(self) -> tuple[Button, ...]:
        announcement, outcome = self.announcement, self.outcome
        asks = announcement.state is AnnouncementState.SENT and announcement.asks_read and not self.has_read
        if not self.curates:
            return (acts.read(announcement),) if asks else ()
        sent = (outcome.progress, outcome.state, outcome.problems)
        own = acts.for_curators(announcement, *sent, is_own=self.is_own, alone=self.alone)
        return (acts.read(announcement), *own) if self.reads_again else own


def announcement_message(view: AnnouncementView, done: str = "") -> Message:
    """`done` is what just happened, a whole sentence."""
    announcement = view.announcement
    said = done or f"Announcement “{announcement.title}”: {standing_of(view)}"
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if announcement.came_back and view.curates:
        blocks.append(Paragraph(f"It came back: {announcement.word}"))
    correction = announcement.correction if view.curates else None
    if correction:
        blocks.append(Paragraph("As it would say then:"))
        blocks += [Paragraph((Span(correction.title, bold=True),)), *body_of(correction)]
        blocks.append(Quote(f"Now it says: {announcement.title}\n{shortened(announcement.text, NOW_SHOWN)}"))
    elif announcement.state not in (AnnouncementState.TAKEN_DOWN, AnnouncementState.DROPPED):
        blocks += [Paragraph((Span(announcement.title, bold=True),)), *body_of(announcement)]
    if facts := facts_of(view):
        blocks.append(Facts(facts))
    if view.curates and view.outcome.problems:
        blocks.append(Bullets(reasons_in_words(view.outcome.problems)))
    if view.buttons:
        blocks.append(Actions(view.buttons))
    return Message(said, (*blocks, Note(_why(view))), page_of(announcement, view.pages))


def earlier_message(announcement: Announcement) -> Message:
    said = f"The announcement “{announcement.title}” goes on further down."
    return Message(said, (Paragraph(said),))


def list_message(
    views: Sequence[AnnouncementView], pages: str | None, *, may_write: bool, total: int, is_chosen: bool = False
) -> Message:
    """`total` counts those that are not shown too. `is_chosen`: only some were wanted."""
    said = f"{total} announcement{'' if total == 1 else 's'}."
    if not total:
        said = "No announcement has these words." if is_chosen else NONE_YET
    elif is_chosen:
        said = f"{said[:-1]} with these words."
    begin = (Actions((acts.write(),)),) if may_write else ()
    blocks: list[Block] = [Paragraph((Span(said, bold=True),)), *begin]
    for view in views:
        title = Span(view.announcement.title, bold=True)
        blocks += [
            Paragraph((title, Span(f" · {shortened(standing_of(view), 150)}"))),
            Actions((acts.show(view.announcement),)),
        ]
    where = "are on the page; or say “announcements” and a word of it" if pages is not None else "are found by a word"
    more = f"{total - len(views)} more {where}. " if total > len(views) else ""
    note = Note(f"{more}Curators write announcements, and each is approved before it goes out.")
    return Message(said, (*blocks, note), f"{pages}{PAGE}" if pages is not None else "")


def waits_for(view: AnnouncementView) -> tuple[Block, ...] | None:
    """What this reader has to see to; None where that is nothing."""
    if not view.waits_for_them:
        return None
    announcement = view.announcement
    url = f"{view.pages}{PAGE}/{announcement.id}" if view.pages is not None else None
    title = Span(announcement.title, bold=True, href=url)
    return Paragraph((title, Span(f": {_waits(view)}"))), Actions((acts.show(announcement),))


def standing_of(view: AnnouncementView) -> str:
    """A whole sentence, for whoever curates; what others see of one needs none."""
    announcement = view.announcement
    match announcement.state:
        case AnnouncementState.DRAFT:
            return "a draft that curators see."
        case AnnouncementState.HANDED_IN:
            return f"it {_approval(view)}"
        case AnnouncementState.APPROVED:
            return f"approved by {announcement.approved_name}, it goes out {when(announcement)}."
        case AnnouncementState.SENT:
            if announcement.correction and view.curates:
                return f"a correction {_approval(view) if announcement.waits_for_approval else 'came back.'}"
            changed = "It changed in substance." if announcement.edition > 1 else "It was corrected."
            corrected = f" {changed}" if announcement.corrected_at else ""
            how_far = view.outcome.said if view.curates else ""
            return f"{how_far or f'by {announcement.author_name}.'}{corrected}"
        case AnnouncementState.TAKEN_DOWN:
            return f"it was taken down.{stale_in_words(view.outcome.problems)}"
        case AnnouncementState.DROPPED:
            return "it was thrown away."


def standing_in_short(view: AnnouncementView) -> str:
    """``Scheduled``, for curators; to others what they see of one is sent."""
    state = view.announcement.state
    moving = view.outcome.state if state is AnnouncementState.SENT else None
    return STANDINGS[state] if moving is None else MOVING.get(moving, STANDINGS[state])


def when(announcement: Announcement) -> str:
    """``at once``, ``on 3 March 2027, 09:00 local time``."""
    at = announcement.local_at
    return f"on {day_in_words(at.date())}, {at:%H:%M} local time" if at else "at once"


def facts_of(view: AnnouncementView) -> tuple[tuple[str, Text], ...]:
    announcement, outcome = view.announcement, view.outcome
    if not view.curates:
        return ()
    now = "" if outcome.figures else f", {view.places:,} place{'' if view.places == 1 else 's'} by now"
    alone = ", who wrote it: nobody else curates" if announcement.is_approved_alone else ""
    pairs: list[tuple[str, Text]] = [
        ("For", f"{view.to}{now}"),
        ("When", when(announcement) if announcement.sent_at is None else ""),
        ("Written by", announcement.written_by),
        ("Approved by", f"{announcement.approved_name}{alone}"),
        ("Correction by", _correction_by(announcement)),
        *(figures_in_words(outcome.figures) if outcome.figures else ()),
        ("Have read it", reads_in_words(view.reads) if announcement.asks_read and outcome.figures else ""),
    ]
    return tuple((label, text) for label, text in pairs if text)


def _why(view: AnnouncementView) -> str:
    if not view.curates:
        return f"{approval_of(view.announcement)} All of them are under “announcements”."
    if view.alone and view.announcement.state is not AnnouncementState.SENT:
        return "You see this because you curate, and nobody else does: you approve your own words, and that is said."
    match view.announcement.state:
        case AnnouncementState.DRAFT | AnnouncementState.HANDED_IN:
            return "You see this because you curate. It goes out once somebody has approved it who did not write it."
        case _:
            return "You see this because you curate. It is kept up to date here."


def reads_in_words(reads: Reads) -> str:
    """``12 said so, 3 read only what it said before``."""
    before = f", {reads.before:,} read only what it said before" if reads.before else ""
    return f"{reads.now:,} said so{before}"


def _waits(view: AnnouncementView) -> str:
    announcement, correction = view.announcement, view.announcement.correction
    if view.curates and announcement.came_back and view.is_own:
        return f"it came back: {announcement.word}"
    if view.curates and announcement.waits_for_approval and (view.alone or not view.is_own):
        who = correction.by_name if correction else announcement.author_name
        what = "a correction of it" if correction else "it"
        return f"{what} waits for you." if view.is_own else f"{who} asks you to approve {what}."
    return "it changed in substance since you said that you have read it."


def _approval(view: AnnouncementView) -> str:
    return "waits for somebody else's approval." if view.is_own and not view.alone else "waits for your approval."


def _correction_by(announcement: Announcement) -> str:
    correction = announcement.correction
    if correction is None:
        return ""
    again = ", in substance: whoever has read it is asked again" if correction.asks_again else ", a small mend"
    return f"{correction.by_name}{again if announcement.asks_read else ''}"
