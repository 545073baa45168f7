"""Sources in Teams' own way: claims beside the message, opened by the numbers in its text."""

from collections.abc import Sequence

from bot.chat.reply import Citation
from bot.platforms.links import link_target
from bot.platforms.teams.escaping import one_line
from bot.platforms.teams.limits import CITATIONS

NAME_UNITS = 80
ABSTRACT_UNITS = 160


def numbered(citations: Sequence[Citation]) -> list[tuple[int, Citation]]:
    """With the numbers they bear, where those tell them apart; else from 1 on."""
    shown = citations[:CITATIONS]
    numbers = [citation.number for citation in shown]
    if min(numbers, default=1) < 1 or len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(shown) + 1))
    return list(zip(numbers, shown, strict=True))


def markers(citations: Sequence[Citation]) -> str:
    return "".join(f" [{number}]" for number, _ in numbered(citations))


def message_entity(citations: Sequence[Citation]) -> dict[str, object]:
    """The label that says it was made by a machine, and the claims. One such entity may stand in a message."""
    return {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "additionalType": ["AIGeneratedContent"],
        "citation": [_claim(number, citation) for number, citation in numbered(citations)],
    }


def _claim(number: int, citation: Citation) -> dict[str, object]:
    name = one_line(citation.title, NAME_UNITS) or one_line(citation.place, NAME_UNITS) or f"Source {number}"
    appearance: dict[str, object] = {
        "@type": "DigitalDocument",
        "name": name,
        "abstract": one_line(citation.quote, ABSTRACT_UNITS) or one_line(citation.place, ABSTRACT_UNITS) or name,
    }
    target = link_target(citation.url)
    if target is not None and target.lower().startswith("http"):
        appearance["url"] = target
    return {"@type": "Claim", "position": number, "appearance": appearance}
