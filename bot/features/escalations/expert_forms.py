"""What somebody says about a question that is theirs to answer: the answer, why not, to whom, until when."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Field, Form, TextField, Values, one
from bot.chat.turn import storable
from bot.chat.wording import shortened
from bot.features.escalations.expert_cards import ANSWER, ASK_BACK, CORRECT, DECLINE, GIVE_BACK, HAND_ON, SNOOZE
from bot.features.escalations.model import ANSWER_LIMIT, LINK_LIMIT, TEXT_LIMIT, WORD_LIMIT, Answer, Link
from bot.features.form_state import from_state, to_state
from scheduler.working_hours import WorkingHours

IN_WORDS = "Say it in words, please."
OFFERED = 5
LABEL_LENGTH = 70
URL_LIMIT = 500

REASONS = {
    "topic": "Not my topic",
    "time": "No time at the moment",
    "other": "Somebody else knows better",
}
NOBODY = "nobody"
SNOOZES = {"hour": "In an hour", "tomorrow": "Tomorrow morning", "monday": "On Monday morning"}

FindDocument = Callable[[str], Link | None]
"""From the title of a document of the library to where it is read; None where none or several are called so."""


class Carried(NamedTuple):
    """What a form brings back: the escalation's id, and what was offered in it, each an id and what it is called."""

    escalation_id: str
    offered: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return to_state(self)

    @classmethod
    def from_text(cls, text: str) -> "Carried":
        """Raises UserFacingError."""
        carried = from_state(text, cls)
        return carried._replace(offered=carried.offered[:OFFERED])

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """By their number: ids may be longer than an option takes."""
        return tuple((str(number), shortened(name, LABEL_LENGTH)) for number, (_, name) in enumerate(self.offered))

    def chosen(self, values: Values, name: str) -> str:
        """The id, of values that were checked against the form; empty where none of those offered was chosen."""
        number = one(values, name)
        return self.offered[int(number)][0] if number.isdecimal() else ""


@contextmanager
def kept_in_the_form(field: str = "text") -> Iterator[None]:
    """Where it is not done, the form stays open and what was typed with it."""
    try:
        yield
    except FormRejected:
        raise
    except UserFacingError as error:
        raise FormRejected({field: str(error)}) from error


def carrying(escalation_id: str, offered: Iterable[tuple[str, str]] = ()) -> Carried:
    fitting = [
        (id_, shortened(name, LABEL_LENGTH)) for id_, name in offered if id_ and name.strip() and len(id_) <= 200
    ]
    return Carried(escalation_id, tuple(fitting[:OFFERED]))


def answer_form(state: str, form_id: str = ANSWER, given: Answer | None = None, question: str = "") -> Form:
    """To answer, or to correct what was answered."""
    fields = (
        TextField(
            "text",
            "Your answer",
            hint="It goes to whoever asked, where they asked.",
            initial=given.text if given else "",
            multiline=True,
            max_length=ANSWER_LIMIT,
        ),
        TextField(
            "links",
            "Links and documents",
            hint="One a line: an address that begins with https, or the title of a document of the library.",
            initial="\n".join(_typed(link) for link in given.links) if given else "",
            required=False,
            multiline=True,
            max_length=TEXT_LIMIT,
        ),
    )
    title = "Correct the answer" if form_id == CORRECT else "Answer"
    intro = shortened(question, 300)
    return Form(form_id, title, fields, submit="Send", intro=intro, state=state, lasts=True)


def correct_form(state: str) -> Form:
    return answer_form(state, CORRECT)


def answer_from(values: Values, find: FindDocument) -> Answer:
    """Raises FormRejected."""
    text = one(values, "text")
    if not any(letter.isalnum() for letter in text):
        raise FormRejected({"text": IN_WORDS})
    links: dict[str, Link] = {}
    wrong: list[str] = []
    lines = dict.fromkeys(line.strip() for line in one(values, "links").splitlines() if line.strip())
    if len(lines) > LINK_LIMIT:
        raise FormRejected({"links": f"At most {LINK_LIMIT} links, please; these are {len(lines)}."})
    for typed in lines:
        link = Link(shortened(typed, 2 * LABEL_LENGTH), typed) if is_address(typed) else find(typed)
        if link is None:
            wrong.append(shortened(typed, LABEL_LENGTH))
        else:
            links.setdefault(link.url, link)
    if wrong:
        raise FormRejected(
            {
                "links": f"Neither an address that begins with https nor the title of one document that everybody who "
                f"reads the answer may read: {', '.join(wrong)}."
            }
        )
    return Answer(text, tuple(links.values()))


def is_address(typed: str) -> bool:
    """A whole https address without blanks, and without a name and password before its host. Nor with a host in other
    letters, which may look like another one, or with a backslash, which browsers read as a slash."""
    if (
        len(typed) > URL_LIMIT
        or not typed.isprintable()
        or any(letter.isspace() or letter in '<>|"\\' for letter in typed)
    ):
        return False
    try:
        parts = urlsplit(typed)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.netloc.isascii()
    except ValueError:
        return False


def ask_back_form(state: str) -> Form:
    hint = "Whoever asked reads it where they asked. Nothing is due until they reply."
    field = TextField("text", "What do you need to know?", hint, multiline=True, max_length=TEXT_LIMIT)
    return Form(ASK_BACK, "Ask back", (field,), submit="Ask", state=state, lasts=True)


def decline_form(state: str) -> Form:
    reason = ChoiceField("reason", "Why not?", tuple(REASONS.items()), initial=("topic",))
    word = TextField("word", "A word for whoever is asked next", required=False, multiline=True, max_length=WORD_LIMIT)
    intro = "The next colleague is asked. To name one, choose “Hand on” instead."
    return Form(DECLINE, "Not mine", (reason, word), submit="Pass it on", intro=intro, state=state)


def declined_word(values: Values) -> str:
    reason, word = REASONS.get(one(values, "reason"), ""), one(values, "word")
    return f"{reason}: {word}" if reason and word else reason or word


def give_back_form(state: str) -> Form:
    word = TextField("word", "A word for whoever is asked next", required=False, multiline=True, max_length=WORD_LIMIT)
    intro = "Then anybody can claim it, and the next colleague is asked."
    return Form(GIVE_BACK, "Give back", (word,), submit="Give back", intro=intro, state=state)


def hand_on_form(state: str) -> Form:
    carried = Carried.from_text(state)
    fields: list[Field] = []
    if carried.options:
        options = (*carried.options, (NOBODY, "Somebody else, named below"))
        fields.append(ChoiceField("colleague", "To whom?", options, initial=(options[0][0],)))
    fields.append(
        TextField(
            "name",
            "Somebody else" if carried.options else "To whom?",
            hint="Name or e-mail address of a colleague.",
            required=not carried.options,
            max_length=320,
        )
    )
    fields.append(TextField("word", "A word for them", required=False, multiline=True, max_length=WORD_LIMIT))
    intro = "They are asked next, and claim it or pass it on in turn."
    return Form(HAND_ON, "Hand on", tuple(fields), submit="Hand on", intro=intro, state=state)


def snooze_form(state: str) -> Form:
    until = ChoiceField("until", "Remind me again", tuple(SNOOZES.items()), initial=("hour",))
    intro = "The question stays yours, and what is due stays due."
    return Form(SNOOZE, "Snooze", (until,), submit="Snooze", intro=intro, state=state)


def snoozed_until(choice: str, hours: WorkingHours, now: datetime) -> datetime:
    """By their own working hours; `choice` is one of SNOOZES."""
    if choice == "hour":
        return now + timedelta(hours=1)
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    days = 1 if choice == "tomorrow" else 7 - today.weekday()
    morning = datetime.combine(today + timedelta(days=days), datetime.min.time(), zone).astimezone(UTC)
    return hours.next_open(morning) or morning


def _typed(link: Link) -> str:
    return link.url if link.url.startswith("https://") else storable(link.title)
