"""The forms of an event, besides the one in which it is planned. What they carry went through somebody's hands."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, Field, Form, TextField
from bot.chat.wording import shortened
from bot.features.channels import choosing
from bot.features.channels.model import Channel
from bot.features.events.acts import AFTER, ANNOUNCE, ANSWER, ASK, CANCEL, SIGN_UP
from bot.features.events.model import QUESTION_LIMIT, TEXT_LIMIT, WORD_LIMIT, Event, EventState, Question
from bot.features.form_state import from_state, to_state

QUESTION, NAME, TOO = "question", "name", "too"
WHERE = "where"
WORD, ANSWERED, RECORDING, NOTES, CAME = "word", "answer", "recording", "notes", "came"
SHOWN, WITHHELD = "shown", "withheld"
NAMES = ((SHOWN, "Your name stands beside it"), (WITHHELD, "It is asked without your name"))
LABEL_LENGTH = 70
MOST_LISTED = 40
ROOM = 2_000
"""Characters of a form's state that a list may take."""


class Listed(NamedTuple):
    """The event, and what can be chosen: id and label."""

    event_id: str
    options: tuple[tuple[str, str], ...] = ()


class Offered(NamedTuple):
    """The event, and where it may be announced."""

    event_id: str
    listed: choosing.Listed = choosing.Listed()


def listed_in(state: str) -> Listed:
    """Raises UserFacingError for what is no state of ours."""
    listed = from_state(state, Listed)
    options = tuple((name, label) for name, label in listed.options[:MOST_LISTED] if len(name) <= OPTION_VALUE_LIMIT)
    return Listed(listed.event_id, options)


def offered_in(state: str) -> Offered:
    offered = from_state(state, Offered)
    return offered._replace(listed=offered.listed.checked)


def sign_up_form(event_id: str, *, is_full: bool = False) -> Form:
    title = "Join the waiting list" if is_full else "Sign up"
    intro = "You get a reminder and hear of changes. The organisers see that you come. You can leave at any time."
    if is_full:
        intro = f"It is full. You wait, and move up by yourself when a place is free. {intro}"
    question = TextField(QUESTION, "A question for it", hint="If you have one already.", required=False,
                         multiline=True, max_length=QUESTION_LIMIT)  # fmt: skip
    return Form(SIGN_UP, title, (question, _name("Your question")), title, intro, event_id, lasts=True)


def ask_form(event: Event, open_ones: Iterable[Question]) -> Form:
    """`open_ones` are those that somebody else asked, the most wanted first."""
    return ask_form_again(to_state(Listed(event.id, _fitting(open_ones))))


def ask_form_again(state: str) -> Form:
    options = listed_in(state).options
    question = TextField(QUESTION, "Your question", hint="Organisers read it before the event.", required=False,
                         multiline=True, max_length=QUESTION_LIMIT)  # fmt: skip
    fields: list[Field] = [question, _name()]
    if options:
        fields.append(ChoiceField(TOO, "You ask one of these too", options, required=False, multiple=True))
    return Form(ASK, "Ask a question", tuple(fields), "Ask", state=state, lasts=True)


def announce_form(event: Event, channels: Sequence[Channel]) -> Form:
    """`channels` are those where it was not announced yet."""
    return announce_form_again(to_state(Offered(event.id, choosing.list_channels(channels))))


def announce_form_again(state: str) -> Form:
    listed = offered_in(state).listed
    fields = choosing.channel_fields(listed, "People from outside the company read it there.")
    if not fields:
        here = (("calendar", "On the calendar and in the list"),)
        fields.append(ChoiceField(WHERE, "Where", here, hint="No channel is known yet.", initial=("calendar",)))
    intro = "It is on the calendar and in the list for everybody who may see it, and in the channels that you choose."
    return Form(ANNOUNCE, "Announce the event", tuple(fields), "Announce it", intro, state, lasts=True)


def cancel_form(event: Event) -> Form:
    return cancel_form_again(event.id) if event.state is not EventState.DRAFT else _throw_away(event.id)


def cancel_form_again(state: str) -> Form:
    word = TextField(WORD, "Why", hint="Those who signed up read it.", required=False, max_length=WORD_LIMIT)
    return Form(CANCEL, "Cancel the event", (word,), "Cancel it", "It cannot be put on again.", state, lasts=True)


def answer_form(event: Event, open_ones: Iterable[Question], chosen: Question | None = None) -> Form:
    """Of one that was chosen, or to choose one."""
    if chosen is not None:
        return _answer_form(to_state(Listed(event.id, _fitting([chosen]))), (chosen.id,), chosen.answer)
    return answer_form_again(to_state(Listed(event.id, _fitting(open_ones))))


def answer_form_again(state: str) -> Form:
    return _answer_form(state, (), "")


def after_form(event: Event) -> Form:
    came = "" if event.came is None else str(event.came)
    return _after_form(event.id, event.recording, event.notes, came)


def after_form_again(state: str) -> Form:
    return _after_form(state, "", "", "")


def _throw_away(event_id: str) -> Form:
    word = TextField(WORD, "Why", required=False, max_length=WORD_LIMIT)
    return Form(
        CANCEL, "Throw the draft away", (word,), "Throw it away", "Nobody was told of it.", event_id, lasts=True
    )


def _answer_form(state: str, chosen: tuple[str, ...], answer: str) -> Form:
    options = listed_in(state).options
    fields = (
        ChoiceField(QUESTION, "The question", options, initial=chosen or tuple(each for each, _ in options[:1])),
        TextField(ANSWERED, "The answer", hint="Empty: it was answered at the event.", initial=answer, required=False,
                  multiline=True, max_length=TEXT_LIMIT),
    )  # fmt: skip
    intro = "Those who ask it read the answer. Once the event is over it becomes a draft for the FAQ."
    return Form(ANSWER, "Answer a question", fields, "Answer", intro, state, lasts=True)


def _after_form(state: str, recording: str, notes: str, came: str) -> Form:
    fields = (
        TextField(CAME, "How many came", initial=came, required=False, max_length=5),
        TextField(RECORDING, "Link of the recording", "https://…", recording, required=False, max_length=1_000),
        TextField(NOTES, "Notes", "What was said, for those who were not there.", notes, required=False,
                  multiline=True, max_length=TEXT_LIMIT),
    )  # fmt: skip
    intro = (
        "Recording and notes become a document of the library, for everybody who could come. Those who signed up are "
        "told once that the recording is there."
    )
    return Form(AFTER, "Recording and notes", fields, "Save", intro, state, lasts=True)


def _name(label: str = "Your name") -> ChoiceField:
    return ChoiceField(NAME, label, NAMES, initial=(SHOWN,))


def _fitting(questions: Iterable[Question]) -> tuple[tuple[str, str], ...]:
    """The first of them, as many as a form carries."""
    options = [(each.id, shortened(each.text, LABEL_LENGTH)) for each in questions]
    lengths = accumulate(len(to_state(each)) + 1 for each in options)
    return tuple(each for each, length in zip(options, lengths, strict=True) if length <= ROOM)
