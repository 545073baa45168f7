"""A question as those see it who wait for its answer: the card of the request, and the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Quote, Span
from bot.chat.turn import Place
from bot.chat.wording import shortened
from bot.features.escalations.model import Entry, Escalation, Follower, State, Step

TAKE_BACK = "escalations.take_back"
REPLY = "escalations.reply"
HELPED = "escalations.helped"
ASK_ON = "escalations.ask_on"
DIFFERENT = "escalations.different"
THANK = "escalations.thank"

SUMMARY_LENGTH = 150
GIVEN = frozenset({Step.ANSWERED, Step.CORRECTED})


@dataclass(frozen=True, slots=True)
class AskersView:
    """How it stands for somebody who waits for the answer: the first asker or, with `following`, somebody who asked
    the same. `place` is where the message stands, `log` all of it in order. `offered_to` is the name of whom it is
    offered to and `why` the line that says why. `moment` says when as the readers of `place` do. `thread` leads to
    where it was asked, from elsewhere."""

    escalation: Escalation
    log: Sequence[Entry]
    place: Place
    moment: Callable[[datetime], str]
    following: Follower | None = None
    offered_to: str = ""
    why: str = ""
    thread: str = ""

    @property
    def person_id(self) -> str:
        return self.following.person_id if self.following else self.escalation.asker_id

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
        for each in reversed(self.log):
            if each.step is Step.ANSWERED:
                return False
            if each.step is step and each.person_id == self.person_id:
                return True
        return False


def request_message(view: AskersView) -> Message:
    """Below the answer of the library: who was asked, and how far it is."""
    said = _standing(view)
    text = said if view.following is None else f"Somebody asked the same already, so you get that answer too. {said}"
    blocks: list[Block] = [Paragraph((Span(text, bold=True),))]
    asked_back = view.last(Step.ASKED_BACK)
    if view.escalation.state is State.ASKED_BACK and asked_back is not None:
        blocks.append(Quote(asked_back.text))
    else:
        blocks.append(Quote(view.following.text if view.following else view.escalation.text))
    if buttons := _request_buttons(view):
        blocks.append(Actions(buttons, view.only_for))
    if view.escalation.is_running:
        blocks.append(Note(_who_sees(view)))
    return Message(shortened(text, 2 * SUMMARY_LENGTH), tuple(blocks))


def answer_message(view: AskersView) -> Message:
    """What the expert said, and what can be done about it. Raises ValueError where there is no answer."""
    answer = view.escalation.answer
    if answer is None:
        raise ValueError(f"Nobody has answered {view.escalation.id}.")
    given = view.last(Step.ANSWERED)
    name = (given.person_name if given else "") or view.owner
    blocks: list[Block] = [Paragraph((Span(f"{name} answers:", bold=True),))]
    if view.following is not None or view.thread or not view.place.thread:
        blocks.insert(0, Note(f"You asked: “{shortened(_own_words(view), SUMMARY_LENGTH)}”"))
    blocks += [Paragraph(part.strip()) for part in answer.text.split("\n\n") if part.strip()]
    if answer.links:
        blocks.append(Bullets(tuple((Span(link.title, href=link.url),) for link in answer.links)))
    corrected = view.last(*GIVEN)
    if corrected is not None and corrected.step is Step.CORRECTED:
        blocks.append(Note(f"Corrected {view.moment(corrected.at)}."))
    if told := _after(view):
        blocks.append(Note(told))
    if buttons := _answer_buttons(view):
        blocks.append(Actions(buttons, view.only_for))
    if view.thread:
        blocks.append(Note((Span("It stands "), Span("where you asked", href=view.thread), Span(" too."))))
    return Message(f"{name} answers: {shortened(answer.text, SUMMARY_LENGTH)}", tuple(blocks))


def withdrawn_message(text: str) -> Message:
    """In the place of a card whose request is not there any more."""
    return Message(text, (Note(text),))


def _own_words(view: AskersView) -> str:
    return view.following.text if view.following else view.escalation.text


def _standing(view: AskersView) -> str:
    escalation = view.escalation
    match escalation.state:
        case State.OPEN:
            return _open(view)
        case State.CLAIMED:
            whose = "the question" if view.following else "your question"
            due = f" and means to answer by {view.moment(escalation.due_at)}" if escalation.due_at else ""
            return f"{view.owner} has {whose}{due}."
        case State.ASKED_BACK if view.following is not None:
            return f"{view.owner} waits for a word from whoever asked first."
        case State.ASKED_BACK:
            return f"{view.owner} asks you back, and answers once you have replied:"
        case State.ANSWERED:
            return f"{view.owner} answered."
        case State.CLOSED if escalation.is_confirmed:
            return f"{view.owner} answered, and it helped."
        case State.CLOSED:
            return f"{view.owner} answered. Nothing was heard for some days, so this is closed."
        case State.WITHDRAWN if view.following is not None:
            return "It was taken back since, so nobody is asked any more."
        case State.WITHDRAWN:
            return "You took this back, so nobody is asked any more."


def _open(view: AskersView) -> str:
    if view.offered_to:
        why = f", who {view.why}" if view.why else ""
        return f"Asked {view.offered_to}{why}. Without an answer from there, the next colleague is asked."
    if view.last(Step.TOLD_LEAD) is not None:
        return "Nobody has taken it yet. Whoever looks after such questions was told, and it stays on the open list."
    if view.last(Step.OFFERED) is not None:
        return "Nobody has taken it yet. It stays on the list of open questions, where any colleague can."
    return "On its way: looking for the colleague who knows best."


def _who_sees(view: AskersView) -> str:
    if view.following is not None:
        return "Experts see that somebody else waits for it too."
    if view.escalation.is_anonymous:
        return "Experts read these words and do not see who asks."
    return "Experts read these words and your name."


def _request_buttons(view: AskersView) -> tuple[Button, ...]:
    escalation = view.escalation
    if not escalation.is_running:
        return ()
    stop = Button("Take it back", TAKE_BACK, escalation.id)
    if view.following is not None:
        return (Button("Mine is different", DIFFERENT, escalation.id), stop)
    if escalation.state is State.ASKED_BACK:
        return (Button("Reply", REPLY, escalation.id, "primary", opens_form=True), stop)
    return (stop,)


def _after(view: AskersView) -> str:
    """What became of the answer."""
    if view.has_confirmed:
        return "You said that it helped, and you thanked for it." if view.has_thanked else "You said that it helped."
    if view.escalation.state in (State.CLAIMED, State.OPEN) and view.following is None:
        return "You asked on; the next answer comes below."
    return ""


def _answer_buttons(view: AskersView) -> tuple[Button, ...]:
    escalation = view.escalation
    on = Button("I still wonder", ASK_ON, escalation.id, opens_form=True)
    different = Button("Mine is different", DIFFERENT, escalation.id)
    if view.has_confirmed:
        thank = Button(f"Thank {_first(view.owner)}", THANK, escalation.id, opens_form=True)
        again = () if view.following else (on,)
        return again if view.has_thanked else (thank, *again)
    if escalation.state not in (State.ANSWERED, State.CLOSED):
        return ()
    helped = Button("That helped", HELPED, escalation.id, "primary")
    return (helped, on if view.following is None else different)


def _first(name: str) -> str:
    return name.split()[0] if name.split() else name
