"""What somebody asked, as a list with how each question stands."""

from collections.abc import Sequence

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.faq.chat import WAITS
from bot.features.feature import HomeSection
from bot.features.questions.model import Question
from bot.features.questions.question_card import question_url

LISTED = 10
AT_HOME = 5
TEXT_LENGTH = 150
NOTHING = "You have not asked anything yet. What you ask shows up here, whichever chat you ask it in."


def my_questions_message(asked: Sequence[Question], base_url: str) -> Message:
    """`asked` newest first; `base_url` comes before a page's path."""
    if not asked:
        return Message(NOTHING, (Paragraph(NOTHING),))
    text = "Your newest question:" if len(asked) == 1 else f"Your {len(asked)} newest questions:"
    return Message(f"{text.removesuffix(':')}.", (Paragraph(text), *_listed(asked, base_url)))


def home_section(asked: Sequence[Question], base_url: str) -> HomeSection:
    blocks: tuple[Block, ...] = _listed(asked, base_url) if asked else (Note(NOTHING),)
    return HomeSection("My questions", blocks)


def waiting_section(count: int, base_url: str) -> HomeSection:
    """For the admins: how many questions wait for an expert."""
    text = "1 question waits for an expert: " if count == 1 else f"{count} questions wait for an expert: "
    link = Span("read them", href=f"{base_url}/questions/open")
    return HomeSection(WAITS, (Paragraph((Span(text), link)),))


def _listed(asked: Sequence[Question], base_url: str) -> tuple[Block, ...]:
    items = tuple(_item(question, base_url) for question in asked)
    return Bullets(items), Note((Span("All your questions", href=f"{base_url}/questions"),))


def _item(question: Question, base_url: str) -> Text:
    opens = Span(shortened(question.text, TEXT_LENGTH), href=question_url(question, base_url))
    return (opens, Span(f" – {question.state.value}"))
