"""How something is asked for, in two steps: what kind it is and how it is called, then what that kind needs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import OPTION_LIMIT, ChoiceField, Field, Form, TextField, Values, one
from bot.chat.turn import storable
from bot.chat.wording import shortened
from bot.features.form_state import from_state, to_state
from bot.features.ideas.acts import COMPLETE, PROPOSE
from bot.features.ideas.model import ID_LENGTH, MOST_AMOUNT, SPONSOR, TEXT_LIMIT, TITLE_LIMIT, Idea, Unit, Value
from bot.features.ideas.rule_reader import Intake
from bot.features.ideas.rules import Kind
from bot.features.ideas.worth import Rates

KIND, TITLE, SAME, VALUE, UNIT, WHERE = "kind", "title", "same", "value", "unit", "where"
CHAT, MAIL = "chat", "mail"
NONE = "none"
LABEL_LENGTH = 70
MOST_ALIKE = 3
NO_KIND = "That kind of request is taken no more, so nothing was sent. “ideas” shows what is."
NEEDED = "Needed before it is looked at"


class Begun(NamedTuple):
    """What a form that is being filled in carries: the id of what will be sent, so that it is sent once; its kind and
    title once they are known; what is asked for already and sounds alike (id and title); whether e-mail is to choose;
    and the gap that it is to close."""

    id: str
    kind: str = ""
    title: str = ""
    alike: tuple[tuple[str, str], ...] = ()
    by_mail: int = 0
    gap: str = ""

    @property
    def text(self) -> str:
        return to_state(self)

    @classmethod
    def from_text(cls, text: str) -> "Begun":
        """Raises UserFacingError."""
        begun = from_state(text, cls, lost="nothing was sent")
        if not (begun.id.isascii() and begun.id.isalnum() and len(begun.id) <= ID_LENGTH):
            raise UserFacingError("That form cannot be read any more, so nothing was sent. Open it again.")
        alike = tuple((name[:ID_LENGTH], title) for name, title in begun.alike[:MOST_ALIKE])
        return begun._replace(alike=alike)


class At(NamedTuple):
    """An idea, in the revision that a form shows; as `Begun`."""

    idea_id: str
    revision: int
    kind: str = ""
    by_mail: int = 0


def begin(words: str = "", *, by_mail: bool = False, gap: str = "") -> Begun:
    title = shortened(" ".join(storable(words).split()), TITLE_LIMIT)
    return Begun(uuid4().hex[:ID_LENGTH], title=title, by_mail=int(by_mail), gap=gap)


def propose_form(begun: Begun, intake: Intake) -> Form:
    """The first step until a kind is chosen, then the second. Raises UserFacingError."""
    if not begun.kind:
        return _kind_form(begun, intake.kinds)
    kind = kind_of(begun.kind, intake)
    fields = [*_fields(kind, intake.rates, begun.title), *_where(begun.by_mail)]
    intro = f"{kind.title}: {kind.about} You can complete it later."
    if begun.alike:
        options = tuple((name, shortened(title, LABEL_LENGTH)) for name, title in begun.alike)
        hint = "Choose one to vote for it; then nothing of yours is sent."
        field = ChoiceField(SAME, "Is it one of these?", (*options, (NONE, "None of these")), hint, (NONE,))
        fields.insert(0, field)
        intro = f"This sounds like what was asked for already. {intro}"
    return Form(PROPOSE, "Ask or propose", tuple(fields), "Send", intro, begun.text, lasts=True)


def complete_form(idea: Idea, intake: Intake, *, by_mail: bool = False) -> Form:
    """With what was said before. `by_mail`: e-mail is to choose."""
    kind = kind_of(idea.kind, intake)
    given = dict(idea.given)
    if idea.sponsor is not None and not given.get(SPONSOR):
        given[SPONSOR] = idea.sponsor.name
    fields = (*_fields(kind, intake.rates, idea.title, given, idea.value), *_where(by_mail, chosen=idea.by_mail))
    intro = shortened(" ".join((idea.word, *idea.missing)).strip(), 1_000)
    state = to_state(At(idea.id, idea.revision, kind.id, int(by_mail)))
    return Form(COMPLETE, "Complete it", fields, "Send", intro, state, lasts=True)


def complete_form_again(state: str, intake: Intake) -> Form:
    """For checking what was sent: it tells nothing of what its asker said."""
    at = at_in(state)
    fields = (*_fields(kind_of(at.kind, intake), intake.rates), *_where(at.by_mail))
    return Form(COMPLETE, "Complete it", fields, "Send", state=state, lasts=True)


def at_in(state: str) -> At:
    """Raises UserFacingError for what is no state of ours."""
    return from_state(state, At)


def kind_of(kind_id: str, intake: Intake) -> Kind:
    kind = intake.kinds.get(kind_id)
    if kind is None:
        raise UserFacingError(NO_KIND)
    return kind


def given_in(values: Values, kind: Kind) -> dict[str, str]:
    return {each.id: one(values, _need(each.id)) for each in kind.needs}


def value_in(values: Values, problems: dict[str, str]) -> Value | None:
    """What was typed there; what is wrong with it is among the problems."""
    amount = number_typed(one(values, VALUE), VALUE, problems, MOST_AMOUNT)
    unit = one(values, UNIT)
    return Value(amount, Unit(unit)) if amount is not None and unit in set(Unit) else None


def number_typed(typed: str, name: str, problems: dict[str, str], most: int, least: int = 0) -> int | None:
    """``24,000`` and ``24 000`` too. None where nothing was typed, or no such number."""
    if not typed:
        return None
    digits = "".join(each for each in typed if each not in ",'’" and not each.isspace())
    if digits.isascii() and digits.isdigit() and len(digits) <= 12 and least <= int(digits) <= most:
        return int(digits)
    problems[name] = f"A whole number between {least} and {most:,}, please, or nothing."
    return None


def value_fields(rates: Rates, label: str, value: Value | None, unit: Unit = Unit.HOURS) -> list[Field]:
    units = (
        (Unit.HOURS.value, "Working hours a year"),
        (Unit.MONEY.value, f"{rates.currency} a year"),
    )
    amount = str(value.amount) if value is not None else ""
    return [
        TextField(VALUE, label, "A number, as far as you know it: 24,000", amount, required=False, max_length=20),
        ChoiceField(UNIT, "Counted in", units, initial=((value.unit if value else unit).value,)),
    ]


def rejected(problems: Mapping[str, str]) -> None:
    if problems:
        raise FormRejected(problems)


def _kind_form(begun: Begun, kinds: Mapping[str, Kind]) -> Form:
    options = tuple((each.id, shortened(f"{each.title}: {each.about}", 75)) for each in kinds.values())[:OPTION_LIMIT]
    fields = (
        ChoiceField(KIND, "What is it?", options),
        TextField(TITLE, "In a few words", "Prices for bundles in the calculator", begun.title, max_length=TITLE_LIMIT),
    )
    intro = "Help, or something that should be better or new. You hear of each step."
    return Form(PROPOSE, "Ask or propose", fields, "Continue", intro, begun.text, lasts=True)


def _fields(
    kind: Kind,
    rates: Rates,
    title: str = "",
    given: Mapping[str, str] | None = None,
    value: Value | None = None,
) -> list[Field]:
    """What lacks in them is said on the card; only a title has to be there."""
    said = given or {}
    return [
        TextField(TITLE, "In a few words", initial=title, max_length=TITLE_LIMIT),
        *(_need_field(each.id, each.title, each.hint, said.get(each.id, "")) for each in kind.needs),
        *value_fields(rates, "What it is worth", value),
    ]


def _where(by_mail: int, *, chosen: bool = False) -> tuple[Field, ...]:
    """Where e-mail is to choose."""
    options = (CHAT, "In the chat"), (MAIL, "In the chat and by e-mail")
    field = ChoiceField(WHERE, "Where you hear of each step", options, initial=(MAIL if chosen else CHAT,))
    return (field,) if by_mail else ()


def _need_field(need_id: str, title: str, hint: str, initial: str) -> TextField:
    if need_id == SPONSOR:
        words = f"{NEEDED}: a colleague who stands behind it, by name or e-mail address."
        return TextField(_need(need_id), title, words, initial, required=False, max_length=200)
    words = f"{NEEDED}, for example: {hint}"
    return TextField(_need(need_id), title, shortened(words, 200), initial, required=False, multiline=True,
                     max_length=TEXT_LIMIT)  # fmt: skip


def _need(need_id: str) -> str:
    return f"need-{need_id}"


def alike_among(
    titles: Sequence[tuple[str, str]], cosines: Sequence[float], least: float
) -> tuple[tuple[str, str], ...]:
    """Id and title of those that sound most alike, the closest first."""
    found = sorted(zip(cosines, titles, strict=True), key=lambda each: -each[0])
    return tuple(one for cosine, one in found[:MOST_ALIKE] if cosine >= least)
