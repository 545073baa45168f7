"""What goes out of a story, to channels and by e-mail. Pure."""

from bot.chat.reply import Block, Facts, Heading, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.stories.model import Story, Told, Value, as_told

PAGE = "/stories"
PART_LENGTH = 500
MOST_NAMED = 6
"""In a chat; its page and letters name all of them."""

VALUES = {
    Value.REVENUE: "More revenue",
    Value.RETENTION: "Customers who stay",
    Value.TIME: "Time saved",
    Value.COST: "Lower cost",
    Value.QUALITY: "Better quality",
    Value.RISK: "Less risk",
    Value.PEOPLE: "Good for people",
}
PARTS = (("The challenge", "challenge"), ("What was done", "done"), ("What came of it", "result"))
WHY = "You see this because a curator sent it to this channel."
CORRECTED = "Corrected: this takes the place of an earlier letter."
BY_MAIL = "You get this because a curator sent it to this address."


def page_of(story: Story, base_url: str | None) -> str:
    """Empty where people reach none."""
    return f"{base_url}{PAGE}/{story.id}" if base_url else ""


def for_channels(story: Story, base_url: str, *, outside: bool = False) -> Message:
    """Short, and where the rest is; people from outside reach no page."""
    told, url = as_told(story, outside=outside), "" if outside else page_of(story, base_url)
    said = said_of(told)
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    blocks += [Paragraph(f"{label}: {shortened(text, PART_LENGTH)}") for label, text in parts_of(told)]
    if facts := facts_of(story, told, url):
        blocks.append(Facts(facts))
    return Message(said, (*blocks, Note(f"{_by(told)}{WHY}")), url)


def for_mail(story: Story, base_url: str, *, is_corrected: bool = False) -> Message:
    """All of it; a letter says by itself where it is opened."""
    told, url = as_told(story), page_of(story, base_url)
    said = said_of(told)
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    blocks += [Paragraph(CORRECTED)] if is_corrected else []
    for label, text in parts_of(told):
        blocks += [Heading(label), *(Paragraph(line) for line in text.splitlines() if line.strip())]
    if facts := facts_of(story, told):
        blocks.append(Facts(facts))
    return Message(said, (*blocks, Note(f"{_by(told)}{BY_MAIL}")), url)


def taken_down(story: Story, *, outside: bool = False) -> Message:
    """In its place, wherever it was sent."""
    said = f"The success story “{as_told(story, outside=outside).title}” was taken down."
    by = "Whoever told it took it back." if story.is_decided_by_author else "A curator took it down."
    return Message(said, (Paragraph(said), Note(by)))


def said_of(told: Told) -> str:
    return f"Success story: “{told.title}”{f', with {told.customer}' if told.customer else ''}."


def parts_of(told: Told) -> tuple[tuple[str, str], ...]:
    return tuple((label, str(getattr(told, name))) for label, name in PARTS)


def facts_of(story: Story, told: Told, url: str = "") -> tuple[tuple[str, Text], ...]:
    """What is said of it; with a `url` where to read on, and only some of many people."""
    pairs: list[tuple[str, Text]] = [
        ("Value", VALUES[story.value] if story.value else ""),
        ("With", names_in_words(told.people, MOST_NAMED if url else None)),
        ("Industry", told.industry),
        ("Product", told.product),
        ("Topics", ", ".join(told.topics)),
    ]
    if url:
        pairs.append(("More", (Span("All of it, with the picture" if story.picture else "All of it", href=url),)))
    return tuple((name, text) for name, text in pairs if text)


def names_in_words(names: tuple[str, ...], most: int | None = None) -> str:
    """``Sam Lee and Dana Okafor``; of more than `most` the first, and how many more there are."""
    if most is not None and len(names) > most:
        names = (*names[:most], f"{len(names) - most} more")
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _by(told: Told) -> str:
    return f"Told by {told.teller}. " if told.teller else ""
