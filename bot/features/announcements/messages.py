"""What goes out of an announcement. Pure."""

from bot.chat.reply import Actions, Block, Facts, Message, Note, Paragraph, Span
from bot.features.announcements import acts
from bot.features.announcements.model import Announcement, Correction

PAGE = "/announcements"


def page_of(announcement: Announcement, base_url: str | None) -> str:
    """Empty where people reach none."""
    return f"{base_url}{PAGE}/{announcement.id}" if base_url else ""


def said_of(announcement: Announcement) -> str:
    return f"Announcement: “{announcement.title}”."


def body_of(announcement: Announcement | Correction) -> tuple[Block, ...]:
    return tuple(Paragraph(line) for line in announcement.text.splitlines() if line.strip())


def going_out(announcement: Announcement, base_url: str, *, outside: bool = False) -> Message:
    """People from outside reach no page, and are not asked whether they have read it."""
    url, said = "" if outside else page_of(announcement, base_url), said_of(announcement)
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if announcement.edition > 1 and not outside:
        blocks.append(Paragraph("It changed in substance: if you have read it before, please read it again."))
    elif announcement.corrected_at:
        blocks.append(Paragraph("It was corrected since it was first sent."))
    blocks += body_of(announcement)
    if url:
        blocks.append(Facts((("On the page", (Span("Announcements", href=url),)),)))
    if announcement.asks_read and not outside:
        blocks.append(Actions((acts.read(announcement),)))
    return Message(said, (*blocks, Note(approval_of(announcement))), url)


def approval_of(announcement: Announcement) -> str:
    """Whose words they are and who let them out, said openly where that is one person."""
    approved = f"approved by {announcement.approved_name}"
    alone = ", for nobody else curates" if announcement.is_approved_alone else ""
    return f"Written by {announcement.written_by}, {approved}{alone}."


def taken_down(announcement: Announcement) -> Message:
    """In its place, wherever it was sent."""
    said = f"The announcement “{announcement.title}” was taken down."
    return Message(said, (Paragraph(said), Note("A curator took it back. There is nothing to do.")))
