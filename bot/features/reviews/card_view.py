"""What all cards of a submission have in common: how it stands for one reader, the work, and the reviews."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.reviews.model import NO_RATING, Assignment, Case, Rating, Review, Submission
from bot.features.reviews.rubric import Blind, Criterion
from bot.features.reviews.showing import author_name, reviewer_name, reviews_for

TITLE_LENGTH = 80
GIVEN_LENGTH = 150
LEAST_COMMENT = 60

COMMENTS = 2_600
"""Characters of all comments, and …"""
WORDS = 1_800
"""… of all that should stay or be better: a card of the tightest platform holds no more. The rest is on the page."""

CANNOT_JUDGE = "Cannot judge it"


@dataclass(frozen=True, slots=True)
class View:
    """How it stands for one reader. `moment` says when as they do; `page` is the address of all there is to read,
    empty where they reach no page."""

    case: Case
    reader_id: str
    now: datetime
    moment: Callable[[datetime], str]
    page: str = ""

    @property
    def submission(self) -> Submission:
        return self.case.submission

    @property
    def title(self) -> str:
        return f"“{shortened(self.submission.title, TITLE_LENGTH) or 'Untitled'}”"

    @property
    def author(self) -> str:
        return author_name(self.case, self.reader_id)

    @property
    def own(self) -> Assignment | None:
        return self.case.of(self.reader_id)

    @property
    def is_blind(self) -> bool:
        return self.submission.blind is not Blind.OPEN

    def name_of(self, assignment: Assignment) -> str:
        return reviewer_name(self.case, assignment, self.reader_id)


def earlier_message(view: View) -> Message:
    """In the place of a card that a newer one of the same reader has taken over from."""
    text = f"The review of {view.title} goes on in a newer message."
    return Message(text, (Note(text),))


def bold(text: str) -> Paragraph:
    return Paragraph((Span(text, bold=True),))


def work_blocks(view: View) -> list[Block]:
    """Where the work is. Its links open only where they say: each names its host."""
    links: list[Text] = [
        (Span(shortened(each.title, GIVEN_LENGTH), href=each.url), Span(f" ({_host(each.url)})"))
        for each in view.submission.links
    ]
    if (files := len(view.submission.files)) > 0:
        many = "1 file" if files == 1 else f"{files} files"
        links.append((Span(many, href=view.page or None), Span(" on its page")))
    return [Bullets(tuple(links))] if links else []


def given_facts(view: View) -> list[tuple[str, Text]]:
    """What its rubric needs, as its author said it."""
    given = view.submission.given
    return [
        (each.title, shortened(given[each.id], GIVEN_LENGTH))
        for each in view.submission.rubric.needs
        if given.get(each.id)
    ]


def result_blocks(view: View) -> list[Block]:
    """All reviews that the reader may read, criterion by criterion; what does not fit is on the page."""
    reviews, criteria = reviews_for(view.case, view.reader_id), view.submission.rubric.criteria
    if not reviews:
        return []
    length = max(COMMENTS // (len(reviews) * len(criteria)), LEAST_COMMENT)
    blocks: list[Block] = []
    for criterion in criteria:
        blocks += _ratings(view, criterion, reviews, length)
    words = WORDS // (2 * len(reviews))
    for title, texts in (
        ("What should stay", [(each, review.good) for each, review in reviews]),
        ("What would make it better", [(each, review.better) for each, review in reviews]),
    ):
        said = tuple(_said(view.name_of(each), shortened(text, words)) for each, text in texts)
        blocks += [bold(title), Bullets(said)]
    if view.page:
        blocks.append(Paragraph((Span("Read all of it, word for word", href=view.page),)))
    return blocks


def level_name(criterion: Criterion, rating: Rating | None) -> str:
    """As the scale calls it."""
    if rating is None or rating.level is NO_RATING:
        return CANNOT_JUDGE
    return criterion.scale[rating.level].name


def _ratings(
    view: View, criterion: Criterion, reviews: Sequence[tuple[Assignment, Review]], length: int
) -> list[Block]:
    """On one line where there is no comment."""
    ratings = [(view.name_of(each), review.ratings.get(criterion.id)) for each, review in reviews]
    levels = [(name, level_name(criterion, rating), rating.comment if rating else "") for name, rating in ratings]
    if not any(comment for _, _, comment in levels):
        said = ", ".join(f"{name} – {level}" for name, level, _ in levels)
        return [Paragraph((Span(f"{criterion.title}: ", bold=True), Span(said)))]
    lines = tuple(
        _said(name, f"{level}. {shortened(comment, length)}" if comment else f"{level}.")
        for name, level, comment in levels
    )
    return [bold(criterion.title), Bullets(lines)]


def _said(name: str, text: str) -> tuple[Span, ...]:
    return (Span(f"{name}: ", bold=True), Span(text))


def _host(url: str) -> str:
    return urlsplit(url).hostname or "no address"
