"""What people read of digests. Pure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot.chat.moments import day_in_words, moment_in_words
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Heading, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests import acts
from bot.features.digests.model import KIND_NAMES, Digest, DigestState, Edition, EditionState
from bot.features.digests.viewing import View

PAGE = "/digests"
SHOWN = 3
"""Of one kind in a chat; a letter and the page have all of it."""

KINDS_NAMED = 3
TEXT_LENGTH = 160
COUNTS = {
    DigestKind.NEW: ("1 new or changed document", "{} new or changed documents"),
    DigestKind.ASKED: ("1 answer that was asked for most", "{} answers that were asked for most"),
    DigestKind.STORIES: ("1 success story", "{} success stories"),
    DigestKind.DATES: ("1 date", "{} dates"),
    DigestKind.OPEN: ("1 question that needs an expert", "{} questions that need an expert"),
    DigestKind.REVIEWS: ("1 review that looks for reviewers", "{} reviews that look for reviewers"),
    DigestKind.IDEAS: ("1 request or idea", "{} requests and ideas"),
    DigestKind.GAPS: ("1 gap", "{} gaps"),
}
NONE_YET = "You get no digest. It tells you what is new, what is coming and what needs you, at a rhythm of your own."
NONE_HERE = "{} gets no digest. It tells a channel what is new, what is coming and what needs somebody."
NOTHING = "There is nothing to say just now. Where it stays so, nothing is sent."


def edition_page(edition: Edition) -> str:
    return f"{PAGE}/{edition.digest_id}/{edition.day}"


def counted(items: Sequence[DigestItem]) -> str:
    """``2 new or changed documents and 1 date``; of many kinds the first, and how much more there is."""
    kinds = [(kind, sum(each.number for each in found)) for kind, found in groupby(items, key=lambda each: each.kind)]
    numbers = [(kind, number) for kind, number in kinds if number]
    words = [COUNTS[kind][0] if number == 1 else COUNTS[kind][1].format(number) for kind, number in numbers]
    if len(words) > KINDS_NAMED:
        words = [*words[:KINDS_NAMED], f"{sum(number for _, number in numbers[KINDS_NAMED:])} more"]
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else "a word"


def edition_message(edition: Edition, view: View, done: str = "") -> Message:
    """`done` is what its reader did just now, in one whole sentence."""
    digest = view.digest
    whose = "Your digest" if digest.is_personal else "Digest"
    said = f"{whose} of {day_in_words(edition.day)}: {counted(edition.items)}."
    blocks = [Paragraph((Span(done or said, bold=True),)), *contents(edition, view)]
    if digest.is_personal and not view.is_letter:
        blocks.append(Actions(acts.for_reader(digest)))
    url = f"{view.pages}{edition_page(edition)}" if view.pages is not None else ""
    return Message(done or said, (*blocks, Note(_why(view))), url, view.leave_url)


def contents(edition: Edition, view: View) -> list[Block]:
    """The editor's word, and the items under their headings. All of what is still to come is on the digest's page."""
    blocks: list[Block] = []
    if edition.word:
        by = f"{edition.word_by}: " if edition.word_by else ""
        blocks.append(Paragraph((Span(by, bold=True), Span(edition.word)) if by else edition.word))
    left = edition.more
    for kind, found in groupby(edition.items, key=lambda each: each.kind):
        items = list(found)
        single = [each for each in items if each.number == 1]
        shown = items if view.in_full else [*single[:SHOWN], *(each for each in items if each.number != 1)]
        left += len(items) - len(shown)
        blocks += [Heading(KIND_NAMES[kind]), Bullets(tuple(item_line(each, view) for each in shown))]
    if edition.gone:
        said = f"{edition.gone} {'is' if edition.gone == 1 else 'are'} not shown"
        blocks.append(Note(f"Of what was told then, {said}: over by now, taken back, or not for you to read."))
    if left and view.in_full:
        blocks.append(Note(f"{left} more did not fit here."))
    elif left:
        rest = f"{left} more"
        more: Text = f"{rest} left out here."
        if view.pages is not None:
            page = edition_page(edition) if edition.is_over else f"{PAGE}/{edition.digest_id}"
            more = (Span(f"{rest}: "), Span("all of it", href=f"{view.pages}{page}"))
        blocks.append(Note(more))
    return blocks


def item_line(item: DigestItem, view: View) -> Text:
    """A title that opens what it is, and how it stands."""
    href = f"{view.pages}{item.page}" if item.page and view.pages is not None else item.url or None
    when = ""
    if item.kind is DigestKind.DATES and item.at is not None:
        local = item.at.astimezone(view.zone)
        clock = "" if item.all_day else f", {local:%H:%M}{'' if view.digest.is_personal else f' {local:%Z}'}"
        when = f"{local:%A}, {local.day} {local:%B}{clock}"
    said = " · ".join(each for each in (when, item.note) if each)
    text = f": {shortened(item.text, TEXT_LENGTH)}" if item.text else ""
    return (Span(item.title, bold=True, href=href), Span(f" – {said}{text}" if said else text))


def reminder_message(edition: Edition, view: View, goes_at: datetime, now: datetime) -> Message:
    """For whoever looks at it before it goes out."""
    when = moment_in_words(goes_at, now, view.zone)
    said = f"The next digest in {view.name} goes out {when} your time: {counted(edition.items)} so far."
    blocks = [Paragraph((Span(said, bold=True),)), *contents(edition, view)]
    blocks.append(Actions(acts.for_next(view.digest, edition)))
    note = "You get this because you set it up and wanted to look first. If you do nothing, it goes out by itself."
    return Message(said, (*blocks, Note(note)), _url(view))


def preview_message(
    edition: Edition, view: View, now: datetime, buttons: tuple[Button, ...] = (), done: str = ""
) -> Message:
    """As it would go out `now`, which is said, for the message stays when it has gone out. `done` is what was done to
    it just now."""
    where = "Your next digest" if view.digest.is_personal else f"The next digest in {view.name}"
    if edition.state is EditionState.SKIPPED:
        said = f"{where}, of {day_in_words(edition.day)}, is skipped."
    else:
        said = f"{where}, of {day_in_words(edition.day)}: {counted(edition.items)} so far."
    body = contents(edition, view)
    if not body:
        said, body = f"{where}, of {day_in_words(edition.day)}, would not go out yet.", [Paragraph(NOTHING)]
    said = done or said
    actions = [Actions(buttons)] if buttons else []
    local = now.astimezone(view.zone)
    stood = f"This is how it stood on {day_in_words(local.date())}, {local:%H:%M}."
    note = Note(f"{stood} It changes with what happens, and nothing here changes it once it has gone out.")
    return Message(said, (Paragraph((Span(said, bold=True),)), *body, *actions, note), _url(view))


def digest_message(
    view: View, next_at: datetime | None, now: datetime, topics: Sequence[str], done: str = ""
) -> Message:
    """How it stands, and what can be done about it. `topics` are those that come first."""
    digest = view.digest
    said = done or standing(view)
    coming = f"{moment_in_words(next_at, now, view.zone)}" if next_at else ""
    pairs = [
        ("Next", coming if digest.is_running else ""),
        ("Where", "By e-mail" if digest.by_mail else ""),
        ("Tells of", kinds_in_words(digest)),
        ("Only these topics" if digest.only_topics else "Topics first", ", ".join(topics)),
    ]
    facts = Facts(tuple((label, text) for label, text in pairs if text))
    note = "Where there is nothing to say, nothing is sent."
    if digest.is_personal:
        note += " Your topics and your time zone are those of your settings."
    blocks: tuple[Block, ...] = (
        Paragraph((Span(said, bold=True),)),
        facts,
        Actions(acts.for_digest(digest)),
        Note(note),
    )
    return Message(said, blocks, _url(view))


def none_message(button: Button, pages: str | None, name: str = "") -> Message:
    """Nobody has set it up yet. `name` is that of a channel."""
    said = NONE_HERE.format(name) if name else NONE_YET
    note = "Where there is nothing to say, nothing is sent. It can be stopped with one press."
    url = f"{pages}{PAGE}" if pages is not None else ""
    return Message(said, (Paragraph((Span(said, bold=True),)), Actions((button,)), Note(note)), url)


def kinds_in_words(digest: Digest) -> str:
    if digest.kinds == frozenset(DigestKind):
        return "All there is to tell"
    return ", ".join(KIND_NAMES[kind] for kind in DigestKind if kind in digest.kinds)


def standing(view: View) -> str:
    """One whole sentence."""
    who = "You get a digest" if view.digest.is_personal else f"{view.name} gets a digest"
    match view.digest.state:
        case DigestState.RUNNING:
            return f"{who} {view.rhythm}."
        case DigestState.PAUSED:
            return f"{'Your digest' if view.digest.is_personal else f'The digest in {view.name}'} is paused."
        case DigestState.STOPPED:
            return f"{'You get' if view.digest.is_personal else f'{view.name} gets'} no digest any more."


def _why(view: View) -> Text:
    if not view.digest.is_personal:
        return f"Posted {view.rhythm}. Say “digests” to see how it is set up."
    if view.digest.state is DigestState.STOPPED:
        return "“digests” takes it up again too."
    asked = f"You get this {view.rhythm} because you asked for it."
    if not view.is_letter:
        return asked
    if not view.leave_url:
        return f"{asked} Say “digests” in the chat to stop it."
    return (Span(f"{asked} "), Span("Stop it", href=view.leave_url), Span(" with one press."))


def _url(view: View) -> str:
    return f"{view.pages}{PAGE}/{view.digest.id}" if view.pages is not None else ""
