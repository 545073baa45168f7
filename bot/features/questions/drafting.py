"""What the library would answer, as a draft for experts to look at first."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.reply import Message, Note, Paragraph
from bot.chat.turn import Turn
from bot.features.channels.model import Policy
from bot.features.escalations.model import ANSWER_LIMIT, LINK_LIMIT, Link
from bot.features.escalations.model import Answer as Draft
from bot.features.questions.blocks import words
from bot.features.questions.looking_up import Found
from bot.features.questions.model import Question
from knowledge.answer import Answer, Outcome

LOOKED_AT = "I have an answer, and an expert looks at it before you read it."
WHY = "In this channel experts check my answers until enough of them held. The request below shows how it goes."
NAMED_LIMIT = 500


def is_drafted(policy: Policy, turn: Turn, found: Sequence[Found]) -> bool:
    """Of what only the asker may read nobody else sees a draft."""
    first = found[0]
    is_theirs = turn.place.is_shared and first.place is None and not turn.person.is_stranger
    return policy.shadow and is_theirs and first.answer.outcome is Outcome.ANSWER


def draft_of(answer: Answer, question: Question) -> Draft:
    """Its words, and its sources: as links where they are on the web, else by name."""
    links = tuple(Link(each.title, each.url) for each in question.sources if each.url.startswith("https://"))
    named = [each.title for each in question.sources if not each.url.startswith("https://")]
    said = "\n\n".join(part for part in (answer.lead, *map(words, answer.blocks)) if part)
    source = f"\n\nSource: {'; '.join(dict.fromkeys(named))}"[:NAMED_LIMIT] if named else ""
    return Draft(said[: ANSWER_LIMIT - len(source)] + source, links[:LINK_LIMIT])


def unshown(question: Question) -> Question:
    """As its asker sees it meanwhile."""
    blocks = (Paragraph(LOOKED_AT), Note(WHY))
    return replace(question, outcome=Outcome.UNKNOWN, sources=(), shown=Message(LOOKED_AT, blocks))
