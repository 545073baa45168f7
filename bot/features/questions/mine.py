"""What somebody asked, as a list with how each question stands."""

from collections.abc import Sequence

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.escalations.requests_card import PAGE as REQUESTS
from bot.features.feature import WAITS, HomeSection
from bot.features.questions.model import Question
from bot.features.questions.question_card import question_url
from bot.features.questions.threads import NO_THREADS, ThreadUrls, thread_url

LISTED = 10
AT_HOME = 5
TEXT_LENGTH = 150
NOTHING = "You have not asked anything yet. What you ask shows up here, whichever chat you ask it in."


def my_questions_message(asked: Sequence[Question], pages: str | None, threads: ThreadUrls = NO_THREADS) -> Message:
    """`asked` newest first; `pages` comes before a page's path, None where people reach none."""
    if not asked:
        return Message(NOTHING, (Paragraph(NOTHING),))
    text = "Your newest question:" if len(asked) == 1 else f"Your {len(asked)} newest questions:"
    return Message(f"{text.removesuffix(':')}.", (Paragraph(text), *_listed(asked, pages, threads)))


def home_section(asked: Sequence[Question], pages: str | None, threads: ThreadUrls = NO_THREADS) -> HomeSection:
    blocks: tuple[Block, ...] = _listed(asked, pages, threads) if asked else (Note(NOTHING),)
    return HomeSection("My questions", blocks)


def waiting_section(count: int, pages: str | None) -> HomeSection:
    """For the admins: how many questions wait for an expert."""
    text = "1 question waits for an expert: " if count == 1 else f"{count} questions wait for an expert: "
    where = Span("say “open” to read them")
    if pages is not None:
        where = Span("read them", href=f"{pages}{REQUESTS}?state=open")
    return HomeSection(WAITS, (Paragraph((Span(text), where)),))


def _listed(asked: Sequence[Question], pages: str | None, threads: ThreadUrls) -> tuple[Block, ...]:
    items = Bullets(tuple(_item(question, pages, threads) for question in asked))
    return (items,) if pages is None else (items, Note((Span("All your questions", href=f"{pages}/questions"),)))


def _item(question: Question, pages: str | None, threads: ThreadUrls) -> Text:
    opens = Span(shortened(question.text, TEXT_LENGTH), href=None if pages is None else question_url(question, pages))
    thread = thread_url(question, threads, pages=pages)
    back = (Span(", "), Span("open the thread", href=thread)) if thread else ()
    return (opens, Span(f" – {question.state.value}"), *back)
