"""Experts as people see them: who knows about something, what one offers oneself, and the invitation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.experts.expert_form import CHANGE, LIMITS
from bot.features.experts.knowing import Colleague, Learned, Match, learned
from bot.features.experts.model import days_in_words, presence, today_of, zone_of
from bot.features.library.model import hub_name
from bot.features.profile.model import LANGUAGES

LEAVE = "experts.leave"
BACK = "experts.back"
DECLINE = "experts.decline"

PAGE = "/experts"
OWN_PAGE = f"{PAGE}/me"

LISTED = 5
SUBJECT_LENGTH = 80
NAME_LENGTH = 80

OFFER = Note("Listed are colleagues who offered their help. Say “expertise” to offer yours.")
SEEN_BY = "Colleagues see this when they ask who knows about something. Private messages are never looked at."


def page_of(person_id: str) -> str:
    return f"{PAGE}/{quote(person_id, safe='')}"


def who_message(
    subject: str,
    found: Sequence[Match],
    now: datetime,
    *,
    pages: str | None,
    names: Mapping[str, str],
    reader_zone: str = "",
) -> Message:
    """`pages` comes before a page's path, None where people reach none; `names` are those of stand-ins."""
    about = shortened(subject, SUBJECT_LENGTH)
    if not about:
        text = "Say what it is about, for example: who knows about pricing?"
        return Message(text, (Paragraph(text),))
    if not found:
        text = f"Nobody has said that they know about “{about}”, and nobody listed owns or answered anything on it."
        then = Note("Ask it as a question: the library may know. Say “expertise” to offer your own help.")
        return Message(text, (Paragraph(text), then))
    first = shortened(found[0].colleague.person.name, NAME_LENGTH)
    others = len(found) - 1
    who = f"{first} knows" if not others else f"{first} and {others} other{'s' if others > 1 else ''} know"
    text = f"{who} about “{about}”."
    items = tuple(_item(each, now, pages, names, reader_zone) for each in found[:LISTED])
    more: tuple[Block, ...] = ()
    if len(found) > LISTED:
        opens = Span("All experts", href=f"{pages}{PAGE}") if pages is not None else Span("Name it more closely")
        more = (Note((Span(f"{len(found) - LISTED} more. "), opens)),)
    return Message(text, (Paragraph(text), Bullets(items), *more, OFFER))


def expertise_facts(own: Colleague, now: datetime, stand_in: str) -> tuple[tuple[str, str], ...]:
    expert = own.expert
    languages = dict(LANGUAGES)
    facts = [
        ("Topics", ", ".join(expert.topics) or "none named"),
        ("Learned", ", ".join(map(learned_in_words, learned(own)[:10])) or "nothing yet"),
        ("Languages", ", ".join(languages[each] for each in expert.languages if each in languages) or "any"),
        ("Hubs", ", ".join(map(hub_name, expert.hubs)) or "all"),
        ("Works", f"{days_in_words(expert.days)}, {expert.works_from} to {expert.works_to}, {zone_of(own.person)}"),
        ("At most", LIMITS.get(expert.weekly_limit, f"{expert.weekly_limit} a week").lower()),
    ]
    if expert.not_mine:
        facts.insert(2, ("Not yours", ", ".join(expert.not_mine)))
    if expert.back_on is not None and expert.is_away(today_of(own.person, now)):
        facts.append(("Away until", day_in_words(expert.back_on)))
    if stand_in:
        facts.append(("Stand-in", stand_in))
    if expert.is_public:
        facts.append(("Thanks", "shown where it was asked"))
    return tuple(facts)


def learned_in_words(each: Learned) -> str:
    sources: list[str] = []
    if each.documents:
        sources.append(_counted(each.documents))
    if each.answers:
        sources.append("1 answer" if each.answers == 1 else f"{each.answers} answers")
    return f"{each.topic} ({', '.join(sources)})"


def own_blocks(own: Colleague, now: datetime, stand_in: str, pages: str | None, impact: str = "") -> tuple[Block, ...]:
    buttons = [Button("Change", CHANGE, opens_form=True)]
    if own.expert.is_away(today_of(own.person, now)):
        buttons.append(Button("I am back", BACK))
    more = (
        () if pages is None else (Span(" Where each topic comes from: "), Span("your page", href=f"{pages}{OWN_PAGE}"))
    )
    return (
        *((Paragraph(impact),) if impact else ()),
        Facts(expertise_facts(own, now, stand_in)),
        Actions((*buttons, _leave())),
        Note((Span(SEEN_BY), *more)),
    )


def own_message(
    own: Colleague, now: datetime, stand_in: str, pages: str | None, text: str, impact: str = ""
) -> Message:
    return Message(text, (Paragraph(text), *own_blocks(own, now, stand_in, pages, impact)))


def offer_message(documents: int) -> Message:
    """For somebody who is no expert; `documents` are those that they own."""
    text = "You are not listed as an expert. Say what you know, and colleagues find you when they ask."
    return Message(text, (Paragraph(text), *offer_blocks(documents)))


def offer_blocks(documents: int) -> tuple[Block, ...]:
    owned = f"The library names you as the owner of {_counted(documents)}. " if documents else ""
    note = f"{owned}Nobody is listed who has not said so, and leaving is one click."
    return (Actions((Button("Offer your help", CHANGE, opens_form=True),)), Note(note))


def left_in_words(handed_back: int) -> str:
    """`handed_back` are the questions that waited for them."""
    goes_on = {0: "", 1: " The question that waited for you goes on to somebody else."}
    many = f" The {handed_back} questions that waited for you go on to others."
    told = "You are not listed as an expert any more. What you had said and what was learned is forgotten."
    return told + goes_on.get(handed_back, many)


def left_message(handed_back: int = 0) -> Message:
    text = left_in_words(handed_back)
    then = Note(
        "Kept is that you left, in the audit log, and that you are not to be asked. Say “expertise” to begin anew."
    )
    return Message(text, (Paragraph(text), then))


def invitation_message(documents: int) -> Message:
    text = (
        f"The library names you as the owner of {_counted(documents)}. Would you be listed as somebody who knows about "
        "their topics?"
    )
    buttons = (Button("Say what I know", CHANGE, style="primary", opens_form=True), Button("No thanks", DECLINE))
    note = "You are asked this once. Nobody is listed who has not said so."
    return Message(text, (Paragraph(text), Actions(buttons), Note(note)))


def declined_message() -> Message:
    text = "You are not listed, and you will not be asked again."
    return Message(text, (Paragraph(text), Note("Say “expertise” if you change your mind.")))


def _item(
    match: Match, now: datetime, pages: str | None, names: Mapping[str, str], reader_zone: str
) -> Text:  # fmt: skip
    colleague = match.colleague
    href = None if pages is None else f"{pages}{page_of(colleague.person.id)}"
    name = Span(shortened(colleague.person.name, NAME_LENGTH) or "Somebody", bold=True, href=href)
    there = there_in_words(colleague, names, now, reader_zone)
    return (name, Span(f" – {match.why}. "), Span(f"{there}."))


def there_in_words(colleague: Colleague, names: Mapping[str, str], now: datetime, reader_zone: str = "") -> str:
    """Presence, and who stands in during an absence."""
    expert, person = colleague.expert, colleague.person
    there = presence(expert, person, now, reader_zone)
    name = names.get(expert.stand_in, "") if expert.is_away(today_of(person, now)) else ""
    return f"{there[:1].upper()}{there[1:]}" + (f"; {shortened(name, NAME_LENGTH)} stands in" if name else "")


def _leave() -> Button:
    confirm = (
        "Leave the experts? What you said and what was learned is forgotten at once, and what waits for you goes on to "
        "others."
    )
    return Button("Leave", LEAVE, style="danger", confirm=confirm)


def _counted(documents: int) -> str:
    return "1 document" if documents == 1 else f"{documents} documents"
