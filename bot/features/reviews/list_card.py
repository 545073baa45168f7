"""The reviews that somebody owes, and those of their own work: as a list, and as parts of their home."""

from collections.abc import Sequence

from bot.chat.moments import moment_for_readers
from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Span, Text
from bot.chat.turn import Turn
from bot.chat.wording import shortened
from bot.features.feature import WAITS, HomeSection
from bot.features.reviews import acts
from bot.features.reviews.addresses import page_of
from bot.features.reviews.card_view import TITLE_LENGTH, bold
from bot.features.reviews.model import Assignment, Seat, State, Submission

SHOWN = 3
"""As cards, what the reader owes first."""

LISTED = 8
YOURS = "Your work in review"

Owed = Sequence[tuple[Submission, Assignment]]
STANDINGS = {
    State.RETURNED: "yours to complete",
    State.IN_REVIEW: "in review",
    State.RELEASED: "the reviews are out",
    State.CLOSED: "closed",
    State.WITHDRAWN: "taken back",
}

SUBMIT = Button("Ask for a review", acts.SUBMIT, style="primary", opens_form=True)
EMPTY = (
    "Journey maps, briefs, plans: submit what you made, and colleagues who know about it and stand apart from it "
    "review it against a rubric. You get all reviews together."
)


def list_message(owed: Owed, own: Sequence[Submission], turn: Turn, pages: str | None) -> Message:
    """`own` is what is not over. `pages` comes before a page's path; None where people reach none."""
    text = _counted(owed, own)
    if not owed and not own:
        return Message(text, (bold(text), Paragraph(EMPTY), Actions((SUBMIT,))))
    blocks: list[Block] = [bold(text)]
    if owed:
        blocks += [Paragraph("Yours to review:"), Bullets(_owed(owed, turn, pages))]
    if own:
        blocks += [Paragraph("Your work:"), Bullets(_own(own, turn, pages))]
    blocks.append(Actions((SUBMIT,)))
    if len(owed) + len(own) > SHOWN:
        blocks.append(Note(f"The first {SHOWN} follow. Say “reviews” again when you are through with them."))
    return Message(text, tuple(blocks))


def owed_section(owed: Owed, turn: Turn, pages: str | None) -> HomeSection | None:
    if not owed:
        return None
    show = Button("Show them" if len(owed) > 1 else "Show it", acts.LIST)
    return HomeSection(WAITS, (Paragraph(f"{_waiting(owed)}."), Bullets(_owed(owed, turn, pages)), Actions((show,))))


def own_section(own: Sequence[Submission], turn: Turn, pages: str | None) -> HomeSection | None:
    if not own:
        return None
    show = Button("Show them" if len(own) > 1 else "Show it", acts.LIST)
    return HomeSection(YOURS, (Bullets(_own(own, turn, pages)), Actions((show,))))


def _counted(owed: Owed, own: Sequence[Submission]) -> str:
    parts = [_waiting(owed)] if owed else []
    if own:
        many = "1 piece of your work is" if len(own) == 1 else f"{len(own)} pieces of your work are"
        parts.append(f"{many} under review")
    return f"{', and '.join(parts)}." if parts else "No review waits for you, and none of your work is under review."


def _waiting(owed: Owed) -> str:
    return "1 review waits for you" if len(owed) == 1 else f"{len(owed)} reviews wait for you"


def _owed(owed: Owed, turn: Turn, pages: str | None) -> tuple[Text, ...]:
    return tuple(_line(submission, _due(submission, each, turn), pages) for submission, each in owed[:LISTED])


def _own(own: Sequence[Submission], turn: Turn, pages: str | None) -> tuple[Text, ...]:
    def stands(each: Submission) -> str:
        if each.state is State.IN_REVIEW:
            return f"in review, wished for by {moment_for_readers(each.due_at, turn, turn.private_place)}"
        if each.state is State.RELEASED and each.reply:
            return "answered, and yours to close"
        return STANDINGS[each.state]

    return tuple(_line(each, stands(each), pages) for each in own[:LISTED])


def _due(submission: Submission, own: Assignment, turn: Turn) -> str:
    if submission.state is State.RETURNED:
        return "back with its author, and nothing is due"
    when = moment_for_readers(own.due_at, turn, turn.private_place)
    if own.seat is Seat.ASKED:
        return f"you are asked; say so by {when}"
    return f"was due {when}" if own.due_at <= turn.at else f"due {when}"


def _line(submission: Submission, stands: str, pages: str | None) -> Text:
    href = None if pages is None else f"{pages}{page_of(submission.id)}"
    return (Span(shortened(submission.title, TITLE_LENGTH) or "Untitled", bold=True, href=href), Span(f" – {stands}"))
