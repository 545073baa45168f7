"""The calendar as a card: what comes next, and the addresses for people's own programs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.calendar.feeds import ALL, MINE
from bot.features.calendar.model import OnCalendar
from bot.features.calendar.words import when
from bot.features.feature import HomeSection

PAGE = "/calendar"
SUBSCRIBE_PAGE = f"{PAGE}/subscribe"

SHOW, SUBSCRIBE, RENEW = "calendar.show", "calendar.subscribe", "calendar.renew"

EVERYTHING, ONLY_MINE = "all", "mine"
LISTED, AT_HOME = 8, 5
TITLE_LENGTH = 120

NOTHING = (
    "Nothing is planned. Office hours, reviews, introductions and events show up here as soon as they have a date."
)
NOTHING_OF_YOURS = "You have no dates ahead. What you book, review or sign up for shows up here."
NO_ADDRESS = (
    "There is no address that a calendar program could read, because Guildhall’s web page is not reached from here. "
    "An admin sets GUILDHALL_BASE_URL."
)
PRIVATE = "The addresses are yours alone: whoever has one reads that calendar without a sign-in, and nothing else."
RENEWED = "Your calendar has a new address. Whoever has the old one reads no more; put the new one into your program."
RENEW_CONFIRM = "The address until now stops at once, in your own calendar program too. Make a new one?"

LABELS = {MINE: "What is yours", ALL: "What everyone may see"}
HOW = {
    "Google Calendar": "On the web: + beside “Other calendars”, then “From URL”.",
    "Outlook": "“Add calendar”, then “Subscribe from web”.",
    "Apple Calendar": "“File”, then “New Calendar Subscription”.",
}


def next_message(
    coming: Sequence[OnCalendar],
    moment: Callable[[datetime], str],
    pages: str | None,
    now: datetime,
    *,
    only_mine: bool = False,
    is_shared: bool = False,
) -> Message:
    """`coming` in order; `pages` comes before a page's path, None where people reach none. In a shared place nobody's
    own dates are shown, and nothing can be pressed."""
    blocks: list[Block] = []
    shown = next_of_each(coming)[:LISTED]
    if coming:
        summary = _headline(coming, moment, now, only_mine=only_mine)
        blocks += [Paragraph((Span(summary, bold=True),)), _bullets(shown, moment, pages, now)]
    else:
        summary = NOTHING_OF_YOURS if only_mine else NOTHING
        blocks.append(Paragraph(summary))
    if not is_shared:
        other = Button("Show everything", SHOW, EVERYTHING) if only_mine else Button("Only mine", SHOW, ONLY_MINE)
        blocks.append(Actions((other, Button("Subscribe", SUBSCRIBE))))
    if note := _note(len(coming) - len(shown), pages, is_shared=is_shared):
        blocks.append(note)
    return Message(summary, tuple(blocks), f"{pages}{PAGE}" if pages else "")


def next_of_each(coming: Sequence[OnCalendar]) -> Sequence[OnCalendar]:
    """Of what others hold again and again its next date alone: what is daily leaves room for the rest."""
    seen: set[tuple[str, str]] = set()
    found = []
    for each in coming:
        series = (each.entry.kind, each.title)
        if each.entry.is_mine or series not in seen:
            found.append(each)
        seen.add(series)
    return found


def subscribe_message(addresses: Mapping[str, str], summary: str = "") -> Message:
    """`addresses` by feed."""
    if not addresses:
        return Message(NO_ADDRESS, (Paragraph(NO_ADDRESS), Actions((Button("Back to the dates", SHOW, EVERYTHING),))))
    summary = summary or "Put one of these addresses into your calendar program, and it follows the dates by itself."
    known: list[Block] = []
    for feed, address in addresses.items():
        known += [Paragraph((Span(LABELS[feed], bold=True),)), Paragraph((Span(address, code=True),))]
    how: tuple[Text, ...] = tuple((Span(f"{name}: ", bold=True), Span(words)) for name, words in HOW.items())
    buttons = (
        Button("Back to the dates", SHOW, EVERYTHING),
        Button("Make new addresses", RENEW, style="danger", confirm=RENEW_CONFIRM),
    )
    return Message(summary, (Paragraph(summary), *known, Bullets(how), Actions(buttons), Note(PRIVATE)))


def home_section(
    coming: Sequence[OnCalendar], moment: Callable[[datetime], str], pages: str | None, now: datetime
) -> HomeSection | None:
    """One's own dates first in number: others fill what is left. None where there are none."""
    own = [each for each in coming if each.entry.is_mine][:AT_HOME]
    others = [each for each in next_of_each(coming) if not each.entry.is_mine][: AT_HOME - len(own)]
    shown = sorted([*own, *others], key=lambda each: each.starts)
    if not shown:
        return None
    more = (Span("The whole calendar", href=f"{pages}{PAGE}"),) if pages is not None else (Span("Say “calendar”."),)
    return HomeSection("Coming up", (_bullets(shown, moment, pages, now), Note(more)))


def _headline(
    coming: Sequence[OnCalendar], moment: Callable[[datetime], str], now: datetime, *, only_mine: bool
) -> str:
    """The first that is still to begin: what goes on for days would stand there all the time."""
    ahead = next((each for each in coming if each.starts > now), None)
    if ahead is None:
        return f"Now: “{_title(coming[0])}”, {when(coming[0], moment, now)}."
    return f"{'Your next date' if only_mine else 'Next'}: “{_title(ahead)}”, {when(ahead, moment, now)}."


def _bullets(
    shown: Sequence[OnCalendar], moment: Callable[[datetime], str], pages: str | None, now: datetime
) -> Bullets:
    return Bullets(tuple(_item(each, moment, pages, now) for each in shown))


def _item(on: OnCalendar, moment: Callable[[datetime], str], pages: str | None, now: datetime) -> Text:
    entry = on.entry
    href = f"{pages}{entry.page}" if pages is not None and entry.page else None
    note = entry.note[:1].lower() + entry.note[1:]
    stands = (entry.kind, when(on, moment, now), "yours" if entry.is_mine else "", note)
    return (Span(_title(on), bold=True, href=href), Span(f" – {', '.join(each for each in stands if each)}"))


def _title(on: OnCalendar) -> str:
    return shortened(on.title, TITLE_LENGTH) or "Without a title"


def _note(more: int, pages: str | None, *, is_shared: bool) -> Note | None:
    said: list[Span] = []
    if more > 0:
        said.append(Span(f"{more} more ahead. "))
    if pages is not None:
        said.append(Span("The whole calendar", href=f"{pages}{PAGE}"))
    if is_shared:
        said.append(Span(". For yours, say “calendar mine”." if said else "For yours, say “calendar mine”."))
    return Note(tuple(said)) if said else None
