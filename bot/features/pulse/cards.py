"""What people see of the pulse in a chat. Pure."""

from collections.abc import Mapping, Sequence

from bot.chat.form import Form, TextField
from bot.chat.reply import Actions, Block, Facts, Message, Note, Paragraph, Span
from bot.features.feature import HomeSection
from bot.features.pulse import acts
from bot.features.pulse.model import QUARTER, SCORES, WORD_LIMIT, Group

PAGE = "/pulse"
QUESTION = "Does the Center of Excellence help you in your work?"
PRIVACY = (
    "Nobody learns who answered what: answers are kept without names, and shown as the mean of {} or more together."
)
TEXT = "text"


def question_message(least: int, pages: str | None) -> Message:
    blocks: list[Block] = [
        Paragraph((Span(QUESTION, bold=True),)),
        Paragraph("One press is the answer. It cannot be changed, for nobody can tell which one is yours."),
        *(Actions((each,)) for each in acts.scores()),
        Note(PRIVACY.format(least)),
        Actions((acts.out(),)),
        Note(f"You are asked at most once in {QUARTER.days} days."),
    ]
    return Message(QUESTION, tuple(blocks), _url(pages))


def thanks_message(pages: str | None, *, may_add: bool) -> Message:
    """It says nothing of the answer."""
    said = "Thank you, your answer is counted." if may_add else "Thank you, your answer and your word are kept."
    actions = (acts.word(), acts.out()) if may_add else (acts.out(),)
    note = "A word is kept apart from the answer and from your name, and shown among others only, so name nobody."
    return Message(said, (Paragraph((Span(said, bold=True),)), Actions(actions), Note(note)), _url(pages))


def left_message(pages: str | None) -> Message:
    said = "You are not asked any more whether the Center of Excellence helps."
    blocks = (
        Paragraph(said),
        Actions((acts.back(),)),
        Note("What you answered before stays counted, without your name."),
    )
    return Message(said, blocks, _url(pages))


def back_message(pages: str | None) -> Message:
    said = f"You are asked again, at most once in {QUARTER.days} days."
    return Message(said, (Paragraph(said), Actions((acts.out(),))), _url(pages))


def overview_message(trend: Sequence[Group], least: int, pages: str | None, *, opted_out: bool) -> Message:
    """The newest first."""
    said = f"{finding(trend)}." if trend else f"Too few have answered yet: figures are shown from {least} answers on."
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if trend:
        blocks.append(Facts(tuple((period(each), in_words(each)) for each in reversed(trend[-4:]))))
    blocks.append(Actions((acts.back() if opted_out else acts.out(),)))
    return Message(said, (*blocks, Note(PRIVACY.format(least))), _url(pages))


def hidden_message(pages: str | None, *, is_hidden: bool) -> Message:
    said = "The word is hidden: only curators see it." if is_hidden else "The word is shown to everybody again."
    return Message(said, (Paragraph(said),), _url(pages))


def home_section(trend: Sequence[Group], pages: str | None) -> HomeSection | None:
    if not trend:
        return None
    link: tuple[Span, ...] = (Span(" "), Span("How that goes on", href=_url(pages))) if pages is not None else ()
    said = (Span(f"{finding(trend)}. {basis(trend[-1])}"), *link)
    return HomeSection("Pulse", (Paragraph(said),))


def word_form(state: str) -> Form:
    hint = "Name nobody. It is shown as it is, among others."
    field = TextField(TEXT, "What would help you more?", hint, multiline=True, max_length=WORD_LIMIT)
    intro = "It is kept apart from your answer and from your name."
    return Form(acts.WORD, "Add a word", (field,), "Add it", intro, state, lasts=True)


def finding(trend: Sequence[Group]) -> str:
    """``The Center of Excellence helps: 4.1 of 5 in October 2026, up from 3.8``. At least one is needed."""
    last = trend[-1]
    said = f"The Center of Excellence helps: {mean(last)} of 5 in {period(last)}"
    if len(trend) < 2:
        return said
    before = trend[-2]
    if mean(before) == mean(last):
        return f"{said}, as before"
    (low, high), (low_before, high_before) = _tenths(last), _tenths(before)
    moved = "up from" if low > high_before else "down from" if high < low_before else "after"
    return f"{said}, {moved} {mean(before)}"


def finding_of_hubs(hubs: Mapping[str, Group]) -> str:
    """``Europe is helped most in October 2026``, where that is certain. By their names; at least two are needed."""
    best, *others = sorted(hubs, key=lambda each: -hubs[each].low)
    is_certain = all(_tenths(hubs[best])[0] > _tenths(hubs[each])[1] for each in others)
    when = period(hubs[best])
    return f"{best}: most helped in {when}" if is_certain else f"No hub is clearly helped more than others in {when}"


def mean(group: Group) -> str:
    """``4.1``, ``3.4 or more``, ``2.6 or less``, ``3.6 to 3.9``: never more exact than it is."""
    low, high = (f"{each / 10:.1f}" for each in _tenths(group))
    if low == high:
        return low
    if group.highest == SCORES[-1] * group.answers:
        return f"{low} or more"
    return f"{high} or less" if group.lowest == SCORES[0] * group.answers else f"{low} to {high}"


def period(group: Group) -> str:
    """``October 2026``, ``May to July 2026``."""
    if group.begins == group.ends:
        return f"{group.ends:%B %Y}"
    begins = f"{group.begins:%B}" if group.begins.year == group.ends.year else f"{group.begins:%B %Y}"
    return f"{begins} to {group.ends:%B %Y}"


def basis(group: Group) -> str:
    return f"That is of {group.answers:,} answers; {group.asked:,} people were asked in that time."


def in_words(group: Group) -> str:
    return f"{mean(group)} of 5, from {group.answers:,} answers; {group.asked:,} were asked"


def _tenths(group: Group) -> tuple[int, int]:
    """Between which tenths the mean is."""
    if group.lowest == group.highest:
        return (rounded := round(group.low * 10), rounded)
    return group.lowest * 10 // group.answers, -(-group.highest * 10 // group.answers)


def _url(pages: str | None) -> str:
    return f"{pages}{PAGE}" if pages is not None else ""
