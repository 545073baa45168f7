"""What people and organisers can do with events, by button: the same on a card and on a page."""

from bot.chat.reply import Button
from bot.features.events.model import Event, EventState, Question, SignUp, SignUpState

SHOW = "events.show"
SIGN_UP = "events.sign_up"
LEAVE = "events.leave"
ASK = "events.ask"
ME_TOO = "events.me_too"
TAKE_BACK = "events.take_back"
PLAN = "events.plan"
CHANGE = "events.change"
HAND_IN = "events.hand_in"
ANNOUNCE = "events.announce"
CANCEL = "events.cancel"
ANSWER = "events.answer"
AFTER = "events.after"

ON_PAGES = frozenset(
    {SIGN_UP, LEAVE, ASK, ME_TOO, TAKE_BACK, PLAN, CHANGE, HAND_IN, ANNOUNCE, CANCEL, ANSWER, AFTER}
)  # fmt: skip
"""For `Feature.on_pages`. The others show something, for which a page has pages."""

FREED = "Your place is free again."


def show(event: Event) -> Button:
    return Button("Show it", SHOW, event.id)


def plan() -> Button:
    return Button("Plan an event", PLAN, opens_form=True)


def for_people(event: Event, own: SignUp | None, *, is_full: bool) -> tuple[Button, ...]:
    """Of what is announced and to come, for somebody who does not organise it."""
    ask = Button("Ask a question", ASK, event.id, opens_form=True)
    if own is None:
        label = "Join the waiting list" if is_full else "Follow it" if event.has_whole_days else "Sign up"
        return Button(label, SIGN_UP, event.id, "primary", opens_form=True), ask
    return ask, leave(event, waits=own.state is SignUpState.WAITING)


def leave(event: Event, *, waits: bool = False) -> Button:
    if waits:
        return Button("Leave the list", LEAVE, event.id, "danger", confirm="You give up your place in line.")
    return Button("Leave", LEAVE, event.id, "danger", confirm=FREED if event.capacity else "")


def for_organisers(event: Event, *, may_announce: bool, has_questions: bool) -> tuple[Button, ...]:
    """As it stands; `may_announce` it themselves. What is over was either announced or never will be."""
    change = Button("Change it", CHANGE, event.id, opens_form=True)
    answers = (answer(event),) if has_questions else ()
    match event.state:
        case EventState.DRAFT:
            throw = Button("Throw it away", CANCEL, event.id, "danger", opens_form=True)
            if may_announce:
                return announce(event), change, throw
            hand_in = Button("Ask to announce it", HAND_IN, event.id, "primary")
            return (*((hand_in,) if event.asked_at is None else ()), change, throw)
        case EventState.ANNOUNCED:
            return (*answers, change, Button("Cancel it", CANCEL, event.id, "danger", opens_form=True))
        case EventState.OVER:
            return after(event), *answers
        case EventState.CANCELLED:
            return ()


def answer(event: Event) -> Button:
    return Button("Answer a question", ANSWER, event.id, opens_form=True)


def after(event: Event) -> Button:
    return Button("Recording and notes", AFTER, event.id, "primary", opens_form=True)


def announce(event: Event) -> Button:
    if event.state is EventState.DRAFT:
        return Button("Announce it", ANNOUNCE, event.id, "primary", opens_form=True)
    return Button("Announce it elsewhere", ANNOUNCE, event.id, opens_form=True)


def for_question(question: Question, reader_id: str, *, may_answer: bool, asks_too: bool = False) -> tuple[Button, ...]:
    """On a page, beside it. `asks_too`: they said so already."""
    found: list[Button] = []
    if question.is_open and question.person_id != reader_id and not (may_answer or asks_too):
        found.append(Button("Me too", ME_TOO, question.id))
    if may_answer:
        label = "Answer" if question.is_open else "Change the answer"
        found.append(Button(label, ANSWER, f"{question.event_id}/{question.id}", opens_form=True))
    if may_answer or question.person_id == reader_id:
        found.append(Button("Take it away", TAKE_BACK, question.id, "danger", confirm="Nobody sees it any more."))
    return tuple(found)
