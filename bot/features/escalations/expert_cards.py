"""A question as those see it who may answer it: an expert's own card, and the one of an experts' channel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.wording import shortened
from bot.features.escalations.model import Answer, Entry, Escalation, Follower, Offer, OfferState, State, Step, since

CLAIM = "escalations.claim"
DECLINE = "escalations.decline"
HAND_ON = "escalations.hand_on"
GIVE_BACK = "escalations.give_back"
ANSWER = "escalations.answer"
ASK_BACK = "escalations.ask_back"
SNOOZE = "escalations.snooze"
CORRECT = "escalations.correct"

SUMMARY_LENGTH = 150
ANONYMOUS = "A colleague"
TIMED = frozenset({Step.CLAIMED, Step.REPLIED, Step.ASKED_ON, Step.REOPENED, Step.OVERDUE})
_PART = {Step.ASKED_ON: Step.REPLIED, Step.REOPENED: Step.REPLIED, Step.GIVEN_BACK: Step.DECLINED}
"""These are said in the same place of a card as those."""


@dataclass(frozen=True, slots=True)
class ExpertsView:
    """How it stands for `reader_id`, empty for a channel's card. `waiting` are all who get the answer, the one who
    speaks for them first. `handed_by` is the name of who handed it on to the reader. `moment` says when as the readers
    of the card do. `drafted` are buttons about the draft."""

    escalation: Escalation
    log: Sequence[Entry]
    waiting: Sequence[Follower]
    moment: Callable[[datetime], str]
    reader_id: str = ""
    offer: Offer | None = None
    handed_by: str = ""
    drafted: tuple[Button, ...] = ()

    @property
    def is_owner(self) -> bool:
        return bool(self.reader_id) and self.escalation.owner_id == self.reader_id

    @property
    def is_offered(self) -> bool:
        return bool(self.reader_id) and self.escalation.offered_to == self.reader_id

    @property
    def asker(self) -> str:
        first = self.waiting[0].person_name if self.waiting else self.escalation.asker_name
        return first or ANONYMOUS

    @property
    def is_led(self) -> bool:
        """Whether the reader was told because nobody takes it."""
        return bool(self.reader_id) and self.offer is None and self.escalation.lead_told_at is not None

    @property
    def is_overdue(self) -> bool:
        newest = self.last(TIMED)
        return newest is not None and newest.step is Step.OVERDUE

    @property
    def since_answer(self) -> Sequence[Entry]:
        """Or since it was asked anew, by somebody who had taken it back."""
        return since(self.log, Step.ANSWERED, Step.OPENED)

    def name_of(self, said: Entry) -> str:
        """Of an asker the one that they show by now."""
        shown = {each.person_id: each.person_name for each in self.waiting}
        return shown.get(said.person_id, said.person_name) or ANONYMOUS

    def last(self, steps: frozenset[Step]) -> Entry | None:
        return next((each for each in reversed(self.log) if each.step in steps), None)


def expert_message(view: ExpertsView) -> Message:
    escalation = view.escalation
    asked = shortened(escalation.text, SUMMARY_LENGTH)
    text = f"{_standing(view)}: {asked}"
    if not escalation.is_running:
        return Message(text, (Paragraph((Span(text, bold=True),)), *_given(view), *_afterwards(view)))
    blocks: list[Block] = [Paragraph((Span(f"{_standing(view)}:", bold=True),)), Quote(escalation.text)]
    blocks += _said(view)
    blocks.append(Facts(tuple(_facts(view))))
    if escalation.draft is not None and escalation.is_draft_approved is None:
        blocks += [Paragraph("The library would answer this:"), *answer_blocks(escalation.draft)]
    blocks += _actions(view)
    blocks.append(Note(_why_here(view)))
    return Message(text, tuple(blocks))


def earlier_message(view: ExpertsView) -> Message:
    """In the place of a card that a newer one of the same reader has taken over from."""
    text = f"{_standing(view)}: {shortened(view.escalation.text, SUMMARY_LENGTH)}"
    return Message(text, (Paragraph(text), Note("It goes on in a newer message below.")))


def not_here_message() -> Message:
    """In a channel that gets no such cards any more: somebody decided so, or people from outside read there by now."""
    text = "Questions for experts are not shown in this channel any more."
    return Message(text, (Note(text),))


def answer_blocks(answer: Answer) -> tuple[Block, ...]:
    links = tuple((Span(link.title, href=link.url),) for link in answer.links)
    return (Quote(answer.text), *((Bullets(links),) if links else ()))


def _standing(view: ExpertsView) -> str:
    escalation, owner = view.escalation, view.escalation.owner_name
    match escalation.state:
        case State.OPEN if view.is_offered:
            return "A question for you"
        case State.OPEN if view.is_led:
            return "Nobody has taken this question yet"
        case State.OPEN if view.offer is not None and view.offer.state in (OfferState.DECLINED, OfferState.GIVEN_BACK):
            return "You passed this on, and it is still open"
        case State.OPEN:
            return "A question that is still open"
        case State.CLAIMED if view.is_owner and view.is_overdue:
            return "Yours to answer, and overdue"
        case State.CLAIMED if view.is_owner and escalation.due_at is not None:
            return f"Yours to answer by {view.moment(escalation.due_at)}"
        case State.CLAIMED if view.is_owner:
            return "Yours to answer"
        case State.CLAIMED:
            return f"Claimed by {owner}"
        case State.ASKED_BACK if view.is_owner:
            return "You asked back, and nothing is due until there is a reply"
        case State.ASKED_BACK:
            return f"Claimed by {owner}, who waits for a reply"
        case State.ANSWERED | State.CLOSED if view.is_owner and escalation.is_confirmed:
            return "Your answer helped"
        case State.ANSWERED | State.CLOSED if view.is_owner:
            return "You answered"
        case State.ANSWERED | State.CLOSED:
            return f"Answered by {owner}"
        case State.WITHDRAWN:
            return "Taken back by who asked"
    assert_never(escalation.state)


def _said(view: ExpertsView) -> list[Block]:
    """What was answered before and, since then, what was asked back, the newest word of whoever asked, and of who
    passed it on. While somebody has it this is between them and whoever asked."""
    blocks: list[Block] = []
    if not view.is_owner and view.escalation.state is not State.OPEN:
        return blocks
    answer = view.escalation.answer
    if answer is not None:
        blocks += [Paragraph("The answer so far:"), Quote(shortened(answer.text, 2 * SUMMARY_LENGTH))]
    newest = {_PART.get(each.step, each.step): each for each in view.since_answer if each.text}
    if (asked_back := newest.get(Step.ASKED_BACK)) is not None:
        blocks += [Paragraph("Asked back:"), Quote(shortened(asked_back.text, 2 * SUMMARY_LENGTH))]
    if (words := newest.get(Step.REPLIED)) is not None:
        how = "replied" if words.step is Step.REPLIED else "still wonders"
        blocks += [Paragraph((Span(f"{view.name_of(words)} {how}:", bold=True),)), Quote(words.text)]
    passed = newest.get(Step.DECLINED)
    if passed is not None and view.reader_id not in ("", passed.person_id) and view.escalation.state is State.OPEN:
        blocks += [Paragraph(f"{passed.person_name or ANONYMOUS} passed it on:"), Quote(passed.text)]
    return blocks


def _facts(view: ExpertsView) -> list[tuple[str, Text]]:
    escalation = view.escalation
    others = len(view.waiting) - 1
    who = view.asker + (f" and {others} other{'s' if others > 1 else ''}" if others > 0 else "")
    facts: list[tuple[str, Text]] = [("Asked by", who), ("Asked", view.moment(escalation.opened_at))]
    if escalation.due_at is not None:
        facts.append(("Due", view.moment(escalation.due_at)))
    if view.is_owner and escalation.snoozed_until is not None:
        facts.append(("Not reminded before", view.moment(escalation.snoozed_until)))
    if escalation.state is State.OPEN and view.offer is not None and view.offer.why:
        facts.append(("Why you", view.offer.why))
    if escalation.url and escalation.place.is_shared:
        facts.append(("Where", (Span("The thread", href=escalation.url),)))  # a channel's name may be a secret
    if escalation.topics:
        facts.append(("About", ", ".join(escalation.topics[:3])))
    return facts


def _actions(view: ExpertsView) -> list[Block]:
    """The likely one first; what passes it on stands apart. While there is a draft to decide on, that comes first, and
    what can be done without it follows."""
    value, state = view.escalation.id, view.escalation.state
    hand_on = Button("Hand on", HAND_ON, value, opens_form=True)
    ask_back = Button("Ask back", ASK_BACK, value, opens_form=True)
    give_back = Button("Give back", GIVE_BACK, value, opens_form=True)
    drafted = [Actions(view.drafted)] if view.drafted else []
    if state is State.OPEN:
        claim = Button("Claim", CLAIM, value, "normal" if drafted else "primary")
        decline = (Button("Not mine", DECLINE, value, opens_form=True),) if view.is_offered else ()
        passes_on = (hand_on,) if view.reader_id and not drafted else ()
        return [*drafted, Actions((claim, *passes_on, *decline))]
    if not view.is_owner:
        return []
    if drafted:
        return [*drafted, Actions((ask_back, give_back))]
    first = (Button("Answer", ANSWER, value, "primary", opens_form=True), ask_back)
    snooze = (Button("Snooze", SNOOZE, value, opens_form=True),) if state is State.CLAIMED else ()
    return [Actions((*first, *snooze)), Actions((hand_on, give_back))]


def _given(view: ExpertsView) -> tuple[Block, ...]:
    """What was answered where nobody else read it is for whoever asked."""
    escalation, answer = view.escalation, view.escalation.answer
    may_read = view.is_owner or all(each.place.is_shared for each in view.waiting)
    return answer_blocks(answer) if answer is not None and may_read and escalation.state is not State.WITHDRAWN else ()


def _afterwards(view: ExpertsView) -> list[Block]:
    """Below what is over."""
    escalation = view.escalation
    if escalation.state is State.WITHDRAWN:
        return [Note("There is nothing to do any more.")]
    if not view.is_owner:
        return []
    helped = sum(each.is_confirmed for each in view.waiting)
    thanks = [each for each in view.log if each.step is Step.THANKED]
    blocks: list[Block] = []
    for each in thanks[-2:]:
        words = f": “{shortened(each.text, SUMMARY_LENGTH)}”" if each.text else "."
        blocks.append(Paragraph(f"{view.name_of(each)} thanks you{words}"))
    if helped:
        blocks.append(Note("It helped 1 person." if helped == 1 else f"It helped {helped} people."))
    elif escalation.state is State.CLOSED:
        blocks.append(Note("Nothing was heard for some days, so it is closed."))
    else:
        blocks.append(Note("Whoever asked has it, and says whether that was it."))
    return [Actions((Button("Correct", CORRECT, escalation.id, opens_form=True),)), *blocks]


def _why_here(view: ExpertsView) -> str:
    if not view.reader_id:
        return "Whoever claims it answers it. Shown here because this channel gets questions for experts."
    if view.is_owner and view.is_overdue:
        return "Answer, ask back or give it back: without a word from you it soon goes to somebody else."
    if view.is_owner:
        return "Only you can answer it while you have it. Whoever asked sees that it is yours."
    if view.handed_by:
        word = f": “{view.offer.word}”" if view.offer and view.offer.word else "."
        return f"{view.handed_by} handed this on to you{word}"
    if view.is_led:
        return "You are told because you look after the questions that nobody takes."
    return "You see this because you offered your help. “expertise” changes what you are asked, or lets you leave."
