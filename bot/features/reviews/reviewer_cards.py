"""A submission as those see it who review it, and those who look after it where nobody is found."""

from typing import assert_never

from bot.chat.reply import Actions, Block, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.wording import shortened
from bot.features.reviews import acts
from bot.features.reviews.card_view import View, bold, given_facts, result_blocks, work_blocks
from bot.features.reviews.model import Assignment, Seat, State
from bot.features.reviews.rubric import Blind
from bot.features.reviews.showing import HIDDEN_AUTHOR

ABOUT_LENGTH = 500
REPLY_LENGTH = 600

NAMES = {
    Blind.OPEN: "",
    Blind.SINGLE: "The author does not learn who reviews.",
    Blind.DOUBLE: "Neither the author nor you learn the other's name.",
}


def reviewer_message(view: View, own: Assignment) -> Message:
    """`own` is the reader's seat."""
    state = view.submission.state
    match state:
        case State.WITHDRAWN:
            return _over(view, f"{view.title} was taken back, so no review of it is needed any more.")
        case State.RELEASED | State.CLOSED if own.seat is Seat.HANDED_IN:
            return _out(view)
        case State.RELEASED | State.CLOSED:
            return _over(view, f"The reviews of {view.title} are out, so yours is not needed any more.")
        case State.RETURNED:
            return _away(view, own)
        case State.IN_REVIEW:
            return _in_review(view, own)
        case _:
            assert_never(state)


def short_message(view: View) -> Message:
    """For an admin, who can choose a reviewer where nobody is found."""
    case, submission = view.case, view.submission
    if not case.free_seats:
        found = submission.state is State.IN_REVIEW
        text = f"{view.title} has its reviewers." if found else f"{view.title} needs no reviewer any more."
        return _over(view, text)
    text = f"Nobody is left to ask to review {view.title}."
    many = "1 reviewer" if case.free_seats == 1 else f"{case.free_seats} reviewers"
    facts: list[tuple[str, Text]] = [
        ("Still wanted", many),
        ("Kind", submission.rubric.title),
        ("Author", view.author),
        ("Wished for by", view.moment(submission.due_at)),
        ("Asked so far", str(submission.asked)),
    ]
    choose = Button("Choose a reviewer", acts.CHOOSE, submission.id, "primary", opens_form=True)
    confirm = "Its author then gets what there is, and nobody writes another review of it."
    release = Button("Release what there is", acts.RELEASE, submission.id, confirm=confirm)
    actions = Actions((choose, release) if case.written else (choose,))
    why = "You are told because you are an admin. It is tried again each day, and you are not told of it again."
    return Message(text, (bold(text), Facts(tuple(facts)), actions, Note(why)), view.page)


def _in_review(view: View, own: Assignment) -> Message:
    value, is_late = view.submission.id, own.due_at <= view.now
    write = Button("Write the review", acts.WRITE, value, "primary", opens_form=True)
    accept = Button("Accept", acts.ACCEPT, value, "primary")
    decline = Button("Decline", acts.DECLINE, value, opens_form=True)
    match own.seat:
        case Seat.ASKED:
            text = f"Will you review {view.title}? Say so by {view.moment(own.due_at)}."
            return _work(
                view, own, text, (accept, decline), f"{_why(own)} Say no if you cannot: somebody else is asked."
            )
        case Seat.ACCEPTED:
            due = "was due" if is_late else "is due"
            text = f"Your review of {view.title} {due} {view.moment(own.due_at)}."
            back = Button("Return it", acts.RETURN, value, opens_form=True)
            late = "It is overdue, and somebody else is asked soon. " if is_late else ""
            hint = "Return it where something is missing that you cannot begin without."
            return _work(view, own, text, (write, back, decline), f"{late}{hint}")
        case Seat.HANDED_IN:
            text = f"Your review of {view.title} is in. Thank you."
            again = Button("Change it", acts.WRITE, value, opens_form=True)
            note = Note("All reviews come out together; until then you can change yours, and nobody reads it.")
            return Message(text, (bold(text), Actions((again,)), note), view.page)
        case Seat.DECLINED:
            text = f"You declined to review {view.title}."
            after_all = Button("Review it after all", acts.ACCEPT, value)
            more = (Actions((after_all,)),) if view.case.free_seats else ()
            return Message(text, (Paragraph(text), *more), view.page)
        case Seat.REPLACED:
            text = f"Somebody else was asked to review {view.title} in your place."
            still = Button("Write it all the same", acts.WRITE, value, opens_form=True)
            note = Note("You need not do anything. Until the reviews are out yours is still welcome.")
            return Message(text, (Paragraph(text), Actions((still,)), note), view.page)
        case Seat.GONE:
            return _over(view, f"Your review of {view.title} is not needed any more.")
        case _:
            assert_never(own.seat)


def _away(view: View, own: Assignment) -> Message:
    """Its author completes it."""
    if own.seat not in (Seat.ASKED, Seat.ACCEPTED):
        return _over(view, f"{view.title} is back with its author.")
    is_own = view.submission.returned_by == view.reader_id
    text = f"You returned {view.title}." if is_own else f"{view.title} is back with its author, who completes it."
    decline = Button("Decline", acts.DECLINE, view.submission.id, opens_form=True)
    missing = Quote("\n".join(view.submission.missing))
    note = Note("Nothing is due until its author has completed it. You hear when it goes on.")
    return Message(text, (bold(text), missing, Actions((decline,)), note), view.page)


def _out(view: View) -> Message:
    submission = view.submission
    is_closed = submission.state is State.CLOSED
    text = f"The reviews of {view.title} are out."
    if submission.reply:
        text = f"{_begun(view.author)} answered the reviews of {view.title}."
    if is_closed:
        text = f"The review of {view.title} is closed."
    blocks: list[Block] = [bold(text)]
    if submission.reply:
        blocks += [Paragraph(f"{_begun(view.author)} says:"), Quote(shortened(submission.reply, REPLY_LENGTH))]
    if is_closed:
        blocks += [Paragraph((Span("Read all of it", href=view.page),))] if view.page else []
    else:
        blocks += result_blocks(view)
    return Message(text, (*blocks, Note("You read this because you reviewed it. Thank you.")), view.page)


def _work(view: View, own: Assignment, text: str, buttons: tuple[Button, ...], note: str) -> Message:
    submission = view.submission
    blocks: list[Block] = [bold(text), *work_blocks(view)]
    if submission.about:
        blocks.append(Paragraph(shortened(submission.about, ABOUT_LENGTH)))
    blocks += [
        Paragraph((Span("Feedback is wanted on:", bold=True),)),
        Quote(shortened(submission.wanted, ABOUT_LENGTH)),
    ]
    facts: list[tuple[str, Text]] = [("Kind", submission.rubric.title)]
    if view.author != HIDDEN_AUTHOR:
        facts.append(("Author", view.author))
    if own.seat is Seat.ASKED:
        facts.append(("Review wished for by", view.moment(submission.due_at)))
    blocks += [Facts((*facts, *given_facts(view))), Actions(buttons)]
    return Message(text, (*blocks, Note(f"{note} {NAMES[submission.blind]}".strip())), view.page)


def _over(view: View, text: str) -> Message:
    return Message(text, (Paragraph(text), Note("There is nothing to do for you.")), view.page)


def _why(own: Assignment) -> str:
    return f"Why you: {own.why}." if own.why and not own.why.endswith(".") else own.why


def _begun(name: str) -> str:
    """At the beginning of a sentence."""
    return name[:1].upper() + name[1:]
