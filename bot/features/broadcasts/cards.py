"""How far a broadcast has come, as the features that send one show it. Pure."""

from collections.abc import Sequence

from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Progress, Span
from bot.chat.wording import shortened
from bot.features.broadcasts import model
from bot.features.broadcasts.model import Broadcast, BroadcastState, Figures, Target, TargetState

REASONS_SHOWN = 3
NAMES_SHOWN = 3
WAY_LENGTH = 120
WHY = "You see this because you sent it. It is kept up to date here."


def progress_message(
    title: str,
    broadcast: Broadcast,
    progress: model.Progress,
    problems: Sequence[Target] = (),
    buttons: tuple[Button, ...] = (),
    url: str = "",
) -> Message:
    """`title` names what was sent, ``Story “Renewals in a day”``; `buttons` are the feature's own."""
    said = f"{title}: {progress_in_words(broadcast, progress)}{stale_in_words(problems)}"
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if broadcast.state is BroadcastState.SENDING:
        blocks.append(Progress("Arrived", progress.arrived, progress.total))
    if problems:
        blocks.append(Bullets(reasons_in_words(problems)))
    if buttons:
        blocks.append(Actions(buttons))
    return Message(said, (*blocks, Note(WHY)), url)


def progress_in_words(broadcast: Broadcast, progress: model.Progress) -> str:
    """Whole sentences."""
    arrived, total = progress.arrived, progress.total
    trouble = f" {_places(progress.problems)} did not get it." if progress.problems else ""
    match broadcast.state:
        case BroadcastState.DRAFT:
            return f"a draft for {_places(total)}. Nothing was sent yet."
        case BroadcastState.SCHEDULED:
            return f"scheduled for {_places(total)}{_at(broadcast)}. Nothing was sent yet."
        case BroadcastState.SENDING if progress.changing and not progress.to_come:
            return f"{_places(progress.changing)} of {total} are being brought up to date.{trouble}"
        case BroadcastState.SENDING:
            return f"on its way, {arrived} of {_places(total)} have it.{trouble}"
        case BroadcastState.SENT if arrived == total == 1:
            return "it has arrived."
        case BroadcastState.SENT if arrived == total:
            return f"it has arrived in all {_places(total)}."
        case BroadcastState.SENT:
            return f"it has arrived in {arrived} of {_places(total)}.{trouble}"
        case BroadcastState.STOPPED:
            stopped = progress.of(TargetState.STOPPED)
            return (
                f"stopped. It had arrived in {_places(arrived)}, {_places(stopped)} did not get it any more.{trouble}"
            )
        case BroadcastState.TAKEN_DOWN:
            left = f", {progress.changing} still to come" if progress.changing else ""
            return f"taken down in {_places(arrived)}{left}."


def stale_in_words(problems: Sequence[Target]) -> str:
    """A whole sentence after another one, where a change did not arrive; empty where all stands as it is to."""
    stale = sum(map(_is_stale, problems))
    return f" {_places(stale)} still {'has' if stale == 1 else 'have'} what it said before." if stale else ""


def may_try_again(progress: model.Progress, problems: Sequence[Target], *, is_over: bool) -> bool:
    """A change that did not arrive also where nothing new goes out any more."""
    return (progress.problems > 0 and not is_over) or any(map(_is_stale, problems))


def _is_stale(target: Target) -> bool:
    """Of those with a problem: it has arrived, and a change of it has not."""
    return target.state is TargetState.ARRIVED


def reasons_in_words(problems: Sequence[Target]) -> tuple[str, ...]:
    """The commonest first, each with some of the places it holds for."""
    by_reason: dict[str, list[str]] = {}
    for each in problems:
        by_reason.setdefault(each.reason or "The platform gave no reason.", []).append(each.name or "somebody")
    commonest = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    shown = [f"{shortened(_names(names, len(names)), 200)}: {reason}" for reason, names in commonest[:REASONS_SHOWN]]
    rest = sum(len(names) for _, names in commonest[REASONS_SHOWN:])
    return (*shown, f"{rest} more for other reasons") if rest else tuple(shown)


def figures_in_words(figures: Figures) -> tuple[tuple[str, str], ...]:
    """For `Facts`; what nobody tells is left out."""
    pairs = [("Arrived", _places(figures.arrived))]
    if figures.opened is not None:
        pairs.append(("Opened", "1 person" if figures.opened == 1 else f"{figures.opened} people"))
    if figures.reactions:
        pairs.append(("Reactions", ", ".join(f"{name} {number}" for name, number in figures.reactions.items())))
    return tuple(pairs)


def way_in_words(broadcast: Broadcast, names: Sequence[str], total: int) -> str:
    """What tells apart the broadcasts of one thing that was sent everywhere. `names` are those of the first places, of
    so many in `total`."""
    named = shortened(_names(names, total), WAY_LENGTH)
    if broadcast.letter is not None:
        return f"by e-mail to {named}"
    return f"in {named}, with people from outside" if broadcast.outsiders else f"in {named}"


def _at(broadcast: Broadcast) -> str:
    at = broadcast.local_at
    return f", {day_in_words(at.date())}, {at:%H:%M} there" if at else ""


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number:,} places"


def _names(names: Sequence[str], total: int) -> str:
    more = f" and {total - NAMES_SHOWN:,} more" if total > NAMES_SHOWN else ""
    return f"{', '.join(names[:NAMES_SHOWN])}{more}"
