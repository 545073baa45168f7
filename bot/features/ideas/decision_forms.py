"""The forms of those who decide, and of whoever does the work. What they carry went through somebody's hands."""

from datetime import date

from bot.chat.form import DateField, Form, TextField, Values, one
from bot.features.form_state import to_state
from bot.features.ideas.acts import DECLINE, FINISH, GIVE_BACK, PLAN
from bot.features.ideas.deciding import Plan
from bot.features.ideas.model import MOST_DAYS, TEXT_LIMIT, WORD_LIMIT, Colleague, Idea, Unit, Value
from bot.features.ideas.propose_form import At, number_typed, value_fields, value_in
from bot.features.ideas.worth import Rates

WORD, EFFORT, OWNER, STARTS, ENDS, LESSON = "word", "effort", "owner", "starts", "ends", "lesson"
AGES = (date(2000, 1, 1), date(2999, 1, 1))


def give_back_form(state: str) -> Form:
    word = TextField(WORD, "What is missing?", "Whoever asked reads it.", multiline=True, max_length=WORD_LIMIT)
    return Form(GIVE_BACK, "Give it back", (word,), "Give it back", state=state, lasts=True)


def decline_form(state: str) -> Form:
    word = TextField(WORD, "Why?", "Whoever asked or voted reads it.", multiline=True, max_length=WORD_LIMIT)
    return Form(DECLINE, "Decline it", (word,), "Decline it", "It can be taken up again.", state, lasts=True)


def plan_form(idea: Idea, rates: Rates) -> Form:
    return _plan_form(to_state(At(idea.id, idea.revision)), rates, idea)


def plan_form_again(state: str, rates: Rates) -> Form:
    return _plan_form(state, rates, None)


def planned_in(values: Values, owner: Colleague | None, problems: dict[str, str]) -> Plan:
    """What is wrong is among the problems."""
    starts, ends = (_day(one(values, name), name, problems) for name in (STARTS, ENDS))
    if (starts is None) != (ends is None) and not problems:
        problems[ENDS if ends is None else STARTS] = "The other day is needed too, or neither."
    if starts and ends and ends < starts:
        problems[ENDS] = "It ends before it begins."
    effort = number_typed(one(values, EFFORT), EFFORT, problems, MOST_DAYS, 1)
    return Plan(value_in(values, problems), effort, owner, starts, ends)


def finish_form(idea: Idea, rates: Rates) -> Form:
    return _finish_form(idea.id, rates, idea)


def finish_form_again(state: str, rates: Rates) -> Form:
    return _finish_form(state, rates, None)


def _plan_form(state: str, rates: Rates, idea: Idea | None) -> Form:
    effort = str(idea.effort) if idea and idea.effort is not None else ""
    owner = idea.owner.name if idea and idea.owner else ""
    starts, ends = (
        each.isoformat() if each else "" for each in ((idea.starts_on, idea.ends_on) if idea else (None, None))
    )
    fields = (
        *value_fields(rates, "What it is worth", idea.value if idea else None),
        TextField(EFFORT, "Effort in working days", initial=effort, required=False, max_length=6),
        TextField(OWNER, "Who does it", "A name or an e-mail address", owner, required=False, max_length=200),
        DateField(STARTS, "From", initial=starts, required=False),
        DateField(ENDS, "Until", "The last day.", ends, required=False),
    )
    return Form(PLAN, "Estimate and plan", fields, "Save", rates.formula, state, lasts=True)


def _finish_form(state: str, rates: Rates, idea: Idea | None) -> Form:
    reached: Value | None = idea.reached if idea else None
    unit = idea.value.unit if idea and idea.value else Unit.HOURS
    number = value_fields(rates, "What it brings", reached, unit)
    lesson = TextField(LESSON, "How is that known, and what was learned?", initial=idea.lesson if idea else "",
                       required=False, multiline=True, max_length=TEXT_LIMIT)  # fmt: skip
    intro = "Whoever asked or voted reads it. If nobody knows the number yet, leave it empty: it is asked for later."
    return Form(FINISH, "It is done", (*number, lesson), "Save", intro, state, lasts=True)


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    if not typed:
        return None
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        found = date.min
    if AGES[0] < found < AGES[1]:
        return found
    problems[name] = "Write a day like 2027-03-31, please."
    return None
