"""A submission as its author sees it: what is missing, how far the reviews are, what they say, and what comes next."""

from typing import assert_never

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Text
from bot.chat.wording import shortened
from bot.features.reviews import acts, as_story
from bot.features.reviews.alarms import END_AFTER
from bot.features.reviews.card_view import View, bold, result_blocks, work_blocks
from bot.features.reviews.example import is_exemplary, standings
from bot.features.reviews.model import Assignment, Seat, State
from bot.features.reviews.rubric import Blind

REPLY_LENGTH = 600
WORD_LENGTH = 150

WITHDRAW_CONFIRM = "Then nobody reviews it any more, and what was written so far is not shown. Take it back?"
SHOW_CONFIRM = (
    "Then all colleagues find it in the library as an example: the work with its links and files, {name}how it stands "
    "and what reviewers said should stay, without their names. You can take it back at any time."
)
RELEASE_CONFIRM = "You then get the reviews that are in, and nobody writes another. Read them now?"

HELD_BACK = {
    Blind.OPEN: "You get all reviews at once, when they are in.",
    Blind.SINGLE: "You get all reviews at once, when they are in. Who wrote which you do not learn.",
    Blind.DOUBLE: "You get all reviews at once, when they are in. Neither you nor they learn names.",
}


def author_message(view: View) -> Message:
    match view.submission.state:
        case State.RETURNED:
            return _returned(view)
        case State.IN_REVIEW:
            return _in_review(view)
        case State.RELEASED | State.CLOSED:
            return _out(view)
        case State.WITHDRAWN:
            return _taken_back(view)
        case _:
            assert_never(view.submission.state)


def _returned(view: View) -> Message:
    submission = view.submission
    returned_by = view.case.of(submission.returned_by) if submission.returned_by else None
    missing: Block
    if returned_by is not None:
        text = f"{view.name_of(returned_by)} cannot begin to review {view.title} yet."
        missing = Quote("\n".join(submission.missing))
        then = "Nothing is due for your reviewers until you have completed it."
    else:
        text = f"{view.title} is not complete yet, so nobody was asked to review it."
        missing = Bullets(submission.missing)
        then = "Nothing of it is lost."
    complete = Button("Complete it", acts.COMPLETE, submission.id, "primary", opens_form=True)
    work = work_blocks(view)
    so_far = [Paragraph("The work so far:"), *work] if work else []  # platforms draw two lists in a row as one
    blocks: list[Block] = [bold(text), missing, *so_far, Actions((complete, _withdraw(view)))]
    return _message(view, text, *blocks, Note(f"{then} What is not heard of for two weeks is taken back."))


def _in_review(view: View) -> Message:
    case, submission = view.case, view.submission
    text = f"{view.title} is in review: {_how_many(len(case.written), submission.seats)}."
    told = [(view.name_of(each), _standing(view, each)) for each in case.assignments if each.seat in _TOLD]
    facts: list[tuple[str, Text]] = [
        ("Kind", submission.rubric.title),
        ("Wished for by", view.moment(submission.due_at)),
        *(sorted(told) if view.is_blind else told),
    ]
    if case.free_seats and submission.short_told_at is not None:
        facts.append(("Still wanted", "Nobody is left to ask. An admin can choose somebody; it is tried again daily."))
    elif case.free_seats:
        facts.append(("Still wanted", _looked_for(case.free_seats)))
    release = Button("Read what there is", acts.RELEASE, submission.id, "primary", RELEASE_CONFIRM)
    may_read = (release,) if case.written and submission.due_at <= view.now else ()
    actions = Actions((*may_read, _withdraw(view)))
    return _message(
        view, text, bold(text), *work_blocks(view), Facts(tuple(facts)), actions, Note(HELD_BACK[submission.blind])
    )


def _out(view: View) -> Message:
    """The reviews are out, and perhaps closed."""
    submission = view.submission
    is_closed = submission.state is State.CLOSED
    text = f"The review of {view.title} is closed." if is_closed else f"The reviews of {view.title} are out."
    blocks: list[Block] = [bold(text)]
    if is_closed:
        levels = tuple((each.criterion, each.level) for each in standings(view.case))
        blocks += [Facts(levels)] if levels else []
    else:
        blocks += result_blocks(view)
    if submission.reply:
        blocks += [Paragraph("Your answer to your reviewers:"), Quote(shortened(submission.reply, REPLY_LENGTH))]
    ended = (as_story.button(submission),) if is_closed else ()
    if buttons := (*(() if is_closed else _answering(view)), *_as_example(view), *ended):
        blocks.append(Actions(buttons))
    if submission.is_example:
        when = "is shown" if is_closed else "is shown, once this is closed,"
        blocks.append(Note(f"With your consent it {when} as what good looks like. You can take that back."))
    elif not is_closed:
        blocks.append(Note("Say what you make of them, then close it: your reviewers want to know what became of it."))
    return _message(view, text, *blocks)


def _taken_back(view: View) -> Message:
    submission = view.submission
    returned, closed = submission.returned_at, submission.closed_at
    if returned is not None and closed is not None and closed - returned >= END_AFTER:
        text = f"Nothing was heard of {view.title} for two weeks, so it was taken back."
    else:
        text = f"You took {view.title} back, so nobody reviews it any more."
    return _message(view, text, Paragraph(text), Note("“reviews” lets you submit work at any time."))


def _answering(view: View) -> tuple[Button, ...]:
    value, has_answered = view.submission.id, bool(view.submission.reply)
    if not has_answered:
        return (Button("Answer your reviewers", acts.REPLY, value, "primary", opens_form=True),)
    close = Button("Close it", acts.CLOSE, value, "primary")
    return (close, Button("Change your answer", acts.REPLY, value, opens_form=True))


def _as_example(view: View) -> tuple[Button, ...]:
    value = view.submission.id
    if view.submission.is_example:
        return (Button("Show it no more", acts.HIDE, value),)
    if not is_exemplary(view.case):
        return ()
    name = "" if view.submission.blind is Blind.DOUBLE else "your name, "
    return (Button("Show it as an example", acts.SHOW, value, confirm=SHOW_CONFIRM.format(name=name)),)


def _withdraw(view: View) -> Button:
    return Button("Take it back", acts.WITHDRAW, view.submission.id, "danger", WITHDRAW_CONFIRM)


_TOLD = frozenset({Seat.ASKED, Seat.ACCEPTED, Seat.HANDED_IN, Seat.DECLINED})


def _standing(view: View, assignment: Assignment) -> str:
    match assignment.seat:
        case Seat.ASKED:
            return "Was asked, and has not said yet"
        case Seat.ACCEPTED if assignment.due_at <= view.now:
            return "Reviews it; it is overdue"
        case Seat.ACCEPTED:
            return f"Reviews it by {view.moment(assignment.due_at)}"
        case Seat.HANDED_IN:
            return "The review is in"
        case Seat.DECLINED if assignment.word and not view.is_blind:
            return f"Declined: “{shortened(assignment.word, WORD_LENGTH)}”"
        case Seat.DECLINED:
            return "Declined"
        case Seat.REPLACED | Seat.GONE:
            return "Is asked no more"
        case _:
            assert_never(assignment.seat)


def _how_many(written: int, seats: int) -> str:
    if not written:
        return "no review is in yet" if seats > 1 else "the review is not in yet"
    return f"{written} of {seats} reviews {'is' if written == 1 else 'are'} in"


def _looked_for(many: int) -> str:
    return "1 reviewer, who is looked for now" if many == 1 else f"{many} reviewers, who are looked for now"


def _message(view: View, text: str, *blocks: Block) -> Message:
    return Message(text, blocks, view.page)
