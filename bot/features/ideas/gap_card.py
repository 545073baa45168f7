"""What curators read of gaps, at most once a week. Pure."""

from collections.abc import Sequence

from bot.chat.reply import Actions, Block, Message, Note, Paragraph, Span
from bot.chat.wording import shortened
from bot.features.ideas import acts
from bot.features.ideas.cards import PAGE
from bot.features.ideas.gap_store import KnownGap

GAPS_PAGE = f"{PAGE}/gaps"
SHOWN = 3
TEXT_LENGTH = 200


def gaps_message(gaps: Sequence[KnownGap], pages: str | None) -> Message:
    """Those that are new this week, each with what became of it. `pages` as in `pages_from`."""
    many = "1 thing" if len(gaps) == 1 else f"{len(gaps)} things"
    said = f"Colleagues looked for {many} that Guildhall does not answer."
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    for gap in gaps[:SHOWN]:
        blocks.append(Paragraph((Span(shortened(gap.text, TEXT_LENGTH), bold=True), Span(f" · {_stands(gap)}"))))
        if gap.is_open:
            blocks.append(Actions((acts.from_gap(gap.id), acts.not_a_gap(gap.id))))
    url = f"{pages}{GAPS_PAGE}" if pages is not None else ""
    more = f"{len(gaps) - SHOWN} more are on the page of gaps. " if len(gaps) > SHOWN else ""
    why = "You get this because you curate, at most once a week and of each gap once. Who asked is not kept with it."
    return Message(said, (*blocks, Note(more + why)), url)


def _stands(gap: KnownGap) -> str:
    if gap.is_open:
        return f"{gap.people} people."
    return f"{gap.closed_by} {'made a request of it' if gap.idea_id else 'says it is no gap'}."
