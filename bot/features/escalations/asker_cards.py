"""A question as those see it who wait for its answer: the card of the request, and the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Quote, Span
from bot.chat.turn import Place
from bot.chat.wording import shortened
from bot.features.escalations.model import Entry, Escalation, Follower, State, Step, since

TAKE_BACK = "escalations.take_back"
REPLY = "escalations.reply"
HELPED = "escalations.helped"
ASK_ON = "escalations.ask_on"
DIFFERENT = "escalations.different"
THANK = "escalations.thank"

SUMMARY_LENGTH = 150
SAME = "Somebody asked the same already, so you get that answer too."
GIVEN = frozenset({Step.ANSWERED, Step.CORRECTED})


@dataclass(frozen=True, slots=True)
class AskersView:
    """How it stands for `waiter`, somebody who gets the answer; one of them `speaks` for all. `place` is where the
    message stands, `log` all of it in order. `offered_to` is the name of whom it is offered to and `why` the line that
    says why. `moment` says when as the readers of `place` do. `thread` leads to where it was asked, from elsewhere.
    `has_left`: they do not wait for it any more."""

    escalation: Escalation
    waiter: Follower
    log: Sequence[Entry]
    place: Place
    moment: Callable[[datetime], str]
    speaks: bool = True
    offered_to: str = ""
    why: str = ""
    thread: str = ""
    has_left: bool = False

    @property
    def person_id(self) -> str:
        return self.waiter.person_id

    @property
    def has_joined(self) -> bool:
        """Somebody else asked the same first."""
        return self.waiter.question_id != self.escalation.id

    @property
    def only_for(self) -> str:
        return self.person_id if self.place.is_shared else ""

    @property
    def owner(self) -> str:
        return self.escalation.owner_name or "An expert"

    @property
    def has_confirmed(self) -> bool:
        """Since the newest answer."""
        return self._since_answer(Step.CONFIRMED)

    @property
    def has_thanked(self) -> bool:
        return self._since_answer(Step.THANKED)

    def last(self, *steps: Step) -> Entry | None:
        return next((each for each in reversed(self.log) if each.step in steps), None)

    def _since_answer(self, step: Step) -> bool:
        newer = since(self.log, Step.ANSWERED)
        return any(each.step is step and each.person_id == self.person_id for each in newer)


def request_message(view: AskersView) -> Message:
    """Below the answer of the library: who was asked, and how far it is. It changes in silence: what somebody should
    hear of is a message of its own."""
    stands, then = _standing(view)
    if view.has_joined:
        stands, then = SAME, f"{stands} {then}".strip()
    text = f"{stands} {then}".strip()
    blocks: list[Block] = [Paragraph((Span(stands, bold=True), *((Span(f" {then}"),) if then else ())))]
    is_over = not view.escalation.is_running
    blocks.append(Quote(shortened(view.waiter.text, 2 * SUMMARY_LENGTH) if is_over else view.waiter.text))
    if buttons := _request_buttons(view):
        blocks.append(Actions(buttons, view.only_for))
    if view.escalation.is_running:
        blocks.append(Note(_who_sees(view)))
    return Message(shortened(text, 2 * SUMMARY_LENGTH), tuple(blocks))


def asked_back_message(view: AskersView) -> Message:
    """What the expert has to know first. Raises ValueError where they asked nothing."""
    asked = view.last(Step.ASKED_BACK)
    if asked is None:
        raise ValueError(f"Nobody has asked back about {view.escalation.id}.")
    text = f"{asked.person_name} asks you back:"
    blocks: list[Block] = [Paragraph((Span(text, bold=True),)), Quote(asked.text)]
    replied = next((each for each in reversed(view.log) if each.step in (Step.REPLIED, Step.ASKED_BACK)), asked)
    if replied.step is Step.REPLIED:
        blocks.append(Note(f"You replied: “{shortened(replied.text, SUMMARY_LENGTH)}”"))
    if view.escalation.state is State.ASKED_BACK:
        reply = Button("Reply", REPLY, view.waiter.question_id, "primary", opens_form=True)
        blocks += [Actions((reply,), view.only_for), Note("The answer waits for your reply, and nothing else does.")]
    return Message(f"{text} {shortened(asked.text, SUMMARY_LENGTH)}", tuple(blocks))


def taken_back_message(*, goes_on: bool) -> Message:
    """For whoever waits no more. `goes_on`: others do."""
    text = "You took this back, so nobody is asked any more."
    if goes_on:
        text = "You took this back. Others asked the same, so it goes on for them."
    return Message(text, (Paragraph(text),))


def answer_message(view: AskersView) -> Message:
    """What the expert said, and what can be done about it. Raises ValueError where there is no answer."""
    answer = view.escalation.answer
    if answer is None:
        raise ValueError(f"Nobody has answered {view.escalation.id}.")
    given = view.last(Step.ANSWERED)
    name = (given.person_name if given else "") or view.owner
    blocks: list[Block] = [Paragraph((Span(f"{name} answers:", bold=True),))]
    if view.thread or not view.place.thread:
        blocks.insert(0, Note(f"You asked: “{shortened(view.waiter.text, SUMMARY_LENGTH)}”"))
    blocks += [Paragraph(part.strip()) for part in answer.text.split("\n\n") if part.strip()]
    if answer.links:
        blocks.append(Bullets(tuple((Span(link.title, href=link.url),) for link in answer.links)))
    newest = view.last(*GIVEN)
    if newest is not None and newest.step is Step.CORRECTED:
        blocks.append(Note(f"Corrected {view.moment(newest.at)}."))
    if told := _after(view):
        blocks.append(Note(told))
    if buttons := _answer_buttons(view):
        blocks.append(Actions(buttons, view.only_for))
    if view.thread:
        blocks.append(Note((Span("It stands "), Span("where you asked", href=view.thread), Span(" too."))))
    return Message(f"{name} answers: {shortened(answer.text, SUMMARY_LENGTH)}", tuple(blocks))


def _standing(view: AskersView) -> tuple[str, str]:
    """How it stands, and what comes next where that is not plain."""
    escalation = view.escalation
    match escalation.state:
        case State.OPEN:
            return _open(view)
        case State.CLAIMED:
            due = f" and means to answer by {view.moment(escalation.due_at)}" if escalation.due_at else ""
            return f"{view.owner} has the question{due}.", ""
        case State.ASKED_BACK if view.speaks:
            return f"{view.owner} asks you back below, and answers once you have replied.", ""
        case State.ASKED_BACK:
            return f"{view.owner} waits for a word from whoever asked first.", ""
        case State.ANSWERED:
            return f"{view.owner} answered.", ""
        case State.CLOSED if escalation.is_confirmed:
            return f"{view.owner} answered, and it helped.", ""
        case State.CLOSED:
            return f"{view.owner} answered.", "Nothing was heard for some days, so this is closed."
        case State.WITHDRAWN:
            return "It was taken back, so nobody is asked any more.", ""


def _open(view: AskersView) -> tuple[str, str]:
    if view.offered_to:
        why = f", who {view.why}" if view.why else ""
        return f"Asked {view.offered_to}{why}.", "If no answer comes, the next colleague is asked."
    was_offered = view.last(Step.OFFERED, Step.CLAIMED) is not None
    if view.escalation.lead_told_at is not None:
        known = "Nobody has taken it yet." if was_offered else "I know of no expert for this yet."
        return known, "Whoever looks after such questions was told, and it stays on the open list."
    if was_offered:
        return "Nobody has taken it yet.", "It stays on the list of open questions, where any colleague can."
    return "On its way: looking for the colleague who knows best.", ""


def _who_sees(view: AskersView) -> str:
    if view.has_joined:
        return "Experts see that somebody else waits for it too."
    if view.escalation.is_anonymous:
        return "Experts read these words and do not see who asks."
    return "Experts read these words and your name."


def _request_buttons(view: AskersView) -> tuple[Button, ...]:
    escalation = view.escalation
    if not escalation.is_running:
        return ()
    value = view.waiter.question_id
    stop = Button("Take it back", TAKE_BACK, value)
    own = Button("Mine is different", DIFFERENT, value)
    return (own, stop) if view.has_joined else (stop,)


def _after(view: AskersView) -> str:
    """What became of the answer."""
    if view.has_left:
        return "You left this to those who asked it first."
    if view.has_confirmed:
        return "You said that it helped, and you thanked for it." if view.has_thanked else "You said that it helped."
    if view.escalation.is_running:
        return "It was asked on; the next answer comes below."
    return ""


def _answer_buttons(view: AskersView) -> tuple[Button, ...]:
    if view.has_left or view.escalation.state not in (State.ANSWERED, State.CLOSED):
        return ()
    value = view.waiter.question_id
    on = Button("I still wonder", ASK_ON, value, opens_form=True)
    if view.has_confirmed:
        thank = Button(f"Thank {_first(view.owner)}", THANK, value, opens_form=True)
        return (*(() if view.has_thanked else (thank,)), *((on,) if view.speaks else ()))
    helped = Button("That helped", HELPED, value, "primary")
    return (helped, on) if view.speaks else (helped, Button("Mine is different", DIFFERENT, value))


def _first(name: str) -> str:
    return name.split()[0] if name.split() else name
