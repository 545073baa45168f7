"""What people see of an announcement in a chat. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.announcements import acts
from bot.features.announcements.messages import PAGE, body_of, page_of
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.sending import Outcome
from bot.features.broadcasts.cards import figures_in_words, reasons_in_words

STANDINGS = {
    AnnouncementState.DRAFT: "Draft",
    AnnouncementState.HANDED_IN: "Waits for approval",
    AnnouncementState.APPROVED: "Approved",
    AnnouncementState.SENT: "Sent",
    AnnouncementState.TAKEN_DOWN: "Taken down",
    AnnouncementState.DROPPED: "Thrown away",
}
NONE_YET = "Nothing has been announced yet."


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """As one reader sees it. `to` is whom it is for, in words, and `places` how many these are by now. `pages` comes
    before the path of a page, None where they reach none. `reads` is how many said that they have read it."""

    announcement: Announcement
    reader_id: str
    curates: bool = False
    pages: str | None = None
    to: str = ""
    places: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    reads: int = 0
    has_read: bool = False

    @property
    def waits_for_them(self) -> bool:
        state, is_own = self.announcement.state, self.announcement.writer_id == self.reader_id
        came_back = state is AnnouncementState.DRAFT and is_own and bool(self.announcement.word)
        return self.curates and (came_back or (state is AnnouncementState.HANDED_IN and not is_own))

    @property
    def buttons(self) -> tuple[Button, ...]:
        announcement, outcome = self.announcement, self.outcome
        if self.curates:
            return acts.for_curators(announcement, self.reader_id, outcome.progress, outcome.state)
        asks = announcement.state is AnnouncementState.SENT and announcement.asks_read and not self.has_read
        return (acts.read(announcement),) if asks else ()


def announcement_message(view: AnnouncementView, done: str = "") -> Message:
    """`done` is what just happened, a whole sentence."""
    announcement = view.announcement
    said = done or f"Announcement “{announcement.title}”: {standing_of(view)}"
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if announcement.state is AnnouncementState.DRAFT and announcement.word and view.curates:
        blocks.append(Paragraph(f"It came back: {announcement.word}"))
    if announcement.state not in (AnnouncementState.TAKEN_DOWN, AnnouncementState.DROPPED):
        blocks += [Paragraph((Span(announcement.title, bold=True),)), *body_of(announcement)]
    blocks.append(Facts(facts_of(view)))
    if view.curates and view.outcome.problems:
        blocks.append(Bullets(reasons_in_words(view.outcome.problems)))
    if view.buttons:
        blocks.append(Actions(view.buttons))
    return Message(said, (*blocks, Note(_why(view))), page_of(announcement, view.pages))


def earlier_message(announcement: Announcement) -> Message:
    said = f"The announcement “{announcement.title}” goes on further down."
    return Message(said, (Paragraph(said),))


def list_message(views: Sequence[AnnouncementView], pages: str | None, *, may_write: bool, total: int) -> Message:
    """`total` counts those that are not shown too."""
    said = f"{total} announcement{'' if total == 1 else 's'}." if total else NONE_YET
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    for view in views:
        title = Span(view.announcement.title, bold=True)
        blocks += [
            Paragraph((title, Span(f" · {shortened(standing_of(view), 150)}"))),
            Actions((acts.show(view.announcement),)),
        ]
    if may_write:
        blocks.append(Actions((acts.write(),)))
    more = f"{total - len(views)} more are on the page. " if total > len(views) else ""
    note = Note(f"{more}Curators write announcements, and another one approves each.")
    return Message(said, (*blocks, note), f"{pages}{PAGE}" if pages is not None else "")


def waits_for(view: AnnouncementView) -> tuple[Block, ...] | None:
    """What this reader has to see to; None where that is nothing."""
    if not view.waits_for_them:
        return None
    announcement = view.announcement
    url = f"{view.pages}{PAGE}/{announcement.id}" if view.pages is not None else None
    came_back = announcement.state is AnnouncementState.DRAFT
    said = f"it came back: {announcement.word}" if came_back else f"{announcement.author_name} asks you to approve it."
    return Paragraph((Span(announcement.title, bold=True, href=url), Span(f": {said}"))), Actions(
        (acts.show(announcement),)
    )


def standing_of(view: AnnouncementView) -> str:
    """A whole sentence, for whoever curates; what others see of one needs none."""
    announcement = view.announcement
    match announcement.state:
        case AnnouncementState.DRAFT:
            return "a draft that curators see."
        case AnnouncementState.HANDED_IN:
            return "it waits for somebody else's approval."
        case AnnouncementState.APPROVED:
            return f"approved by {announcement.approved_name}, it goes out {when(announcement)}."
        case AnnouncementState.SENT:
            corrected = " It was corrected." if announcement.corrected_at else ""
            how_far = view.outcome.said if view.curates else ""
            return f"{how_far or f'by {announcement.author_name}.'}{corrected}"
        case AnnouncementState.TAKEN_DOWN:
            return "it was taken down."
        case AnnouncementState.DROPPED:
            return "it was thrown away."


def when(announcement: Announcement) -> str:
    """``at once``, ``on 3 March 2027, 09:00 local time``."""
    at = announcement.local_at
    return f"on {day_in_words(at.date())}, {at:%H:%M} local time" if at else "at once"


def facts_of(view: AnnouncementView) -> tuple[tuple[str, Text], ...]:
    announcement, outcome = view.announcement, view.outcome
    if not view.curates:
        return (("By", announcement.author_name),)
    now = "" if outcome.figures else f", {view.places:,} place{'' if view.places == 1 else 's'} by now"
    pairs: list[tuple[str, Text]] = [
        ("For", f"{view.to}{now}"),
        ("When", when(announcement) if announcement.sent_at is None else ""),
        ("Written by", announcement.author_name),
        ("Approved by", announcement.approved_name),
        *(figures_in_words(outcome.figures) if outcome.figures else ()),
        ("Have read it", f"{view.reads:,} said so" if announcement.asks_read and outcome.figures else ""),
    ]
    return tuple((label, text) for label, text in pairs if text)


def _why(view: AnnouncementView) -> str:
    if not view.curates:
        return f"Approved by {view.announcement.approved_name}. All of them are under “announcements”."
    match view.announcement.state:
        case AnnouncementState.DRAFT | AnnouncementState.HANDED_IN:
            return "You see this because you curate. It goes out once somebody has approved it who did not write it."
        case _:
            return "You see this because you curate. It is kept up to date here."
