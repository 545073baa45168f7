"""The form in which a story is told and changed. Its state names the story and the revision that was read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.form import ChoiceField, Field, Form, TextField, Values, one
from bot.features.form_state import from_state, to_state
from bot.features.stories import use_cases
from bot.features.stories.acts import CHANGE, TELL
from bot.features.stories.cards import CLEARED
from bot.features.stories.messages import VALUES
from bot.features.stories.model import (
    NAME_LIMIT,
    ORIGIN_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Clearance,
    Consent,
    Credit,
    Story,
    Value,
)
from bot.features.stories.origin import Beginning
from bot.storage.people import KnownPerson

TITLE, CHALLENGE, DONE, RESULT, VALUE = "title", "challenge", "done", "result", "value"
CUSTOMER, CALLED, CLEARANCE, CLEARED_BY = "customer", "called", "clearance", "cleared_by"
PEOPLE, TOPICS, INDUSTRY, PRODUCT, PICTURE = "people", "topics", "industry", "product", "picture"
FIELDS = {"credits": PEOPLE, "picture_link": PICTURE}
"""Parts of a story that have a field of another name."""

LINK_LIMIT = 1_000
NO_VALUE = "none"
_ID = re.compile(r"[0-9a-f]{32}")

FindPerson = Callable[[str], KnownPerson | None]
"""From a name or an e-mail address to somebody; None for nobody, and where two have that name."""


class Begun(NamedTuple):
    """What the form carries. A `revision` of 0 is a new one."""

    story_id: str
    revision: int = 0
    origin: str = ""


def begun_in(state: str) -> Begun:
    """Raises UserFacingError for what is no state of ours."""
    begun = from_state(state, Begun)
    if not _ID.fullmatch(begun.story_id):
        raise UserFacingError("That form cannot be read any more, so nothing was changed. Open it again.")
    return begun


def tell_form(beginning: Beginning, origin: str = "") -> Form:
    kept = origin if len(origin) <= ORIGIN_LIMIT else ""
    initial = {
        TITLE: beginning.title[:TITLE_LIMIT],
        CHALLENGE: beginning.challenge[:TEXT_LIMIT],
        DONE: beginning.done[:TEXT_LIMIT],
        RESULT: beginning.result[:TEXT_LIMIT],
        PICTURE: beginning.picture_link if len(beginning.picture_link) <= LINK_LIMIT else "",
    }
    return _form(Begun(uuid4().hex, origin=kept), initial)


def change_form(story: Story) -> Form:
    """Filled with what it is."""
    initial = {
        TITLE: story.title,
        CHALLENGE: story.challenge,
        DONE: story.done,
        RESULT: story.result,
        VALUE: story.value.value if story.value else NO_VALUE,
        CUSTOMER: story.customer,
        CALLED: story.called,
        CLEARANCE: story.clearance.value,
        CLEARED_BY: story.cleared_by,
        PEOPLE: ", ".join(each.name for each in story.credits if each.consent is not Consent.DECLINED),
        TOPICS: ", ".join(story.topics),
        INDUSTRY: story.industry,
        PRODUCT: story.product,
        PICTURE: story.picture_link,
    }
    return _form(Begun(story.id, story.revision), initial)


def form_again(state: str) -> Form:
    """To check what was sent."""
    return _form(begun_in(state), {})


def story_from(values: Values, known: Story, find: FindPerson, now: datetime) -> tuple[Story, Mapping[str, str]]:
    """`known` with what was typed, whatever that is, and all that is wrong with it, by field: a new one as it begins,
    or one as it was read."""
    problems: dict[str, str] = {}
    people = _people(one(values, PEOPLE), known, find, now, problems)
    clearance, value = one(values, CLEARANCE), one(values, VALUE)
    edited = replace(
        known,
        title=one(values, TITLE),
        challenge=one(values, CHALLENGE),
        done=one(values, DONE),
        result=one(values, RESULT),
        value=Value(value) if value in set(Value) else None,
        customer=one(values, CUSTOMER),
        called=one(values, CALLED),
        clearance=Clearance(clearance) if clearance in set(Clearance) else Clearance.ANONYMOUS,
        cleared_by=one(values, CLEARED_BY),
        credits=people,
        topics=tuple(each.strip() for each in one(values, TOPICS).split(",") if each.strip()),
        industry=one(values, INDUSTRY),
        product=one(values, PRODUCT),
        picture_link=one(values, PICTURE),
    )
    of_story = use_cases.problems(use_cases.with_their_words(edited, known, now), known)
    return edited, {**{FIELDS.get(part, part): said for part, said in of_story.items()}, **problems}


def _form(state: Begun, initial: Mapping[str, str]) -> Form:
    def line(name: str, label: str, hint: str = "", limit: int = NAME_LIMIT, *, required: bool = False) -> TextField:
        return TextField(name, label, hint, initial.get(name, ""), required, max_length=limit)

    def text(name: str, label: str, hint: str) -> TextField:
        return TextField(name, label, hint, initial.get(name, ""), multiline=True, max_length=TEXT_LIMIT)

    values = ((NO_VALUE, "Not said"), *((each.value, label) for each, label in VALUES.items()))
    clearances = tuple((each.value, label) for each, label in CLEARED.items())
    fields: tuple[Field, ...] = (
        line(TITLE, "What it is called", "Renewal quotes in a day", TITLE_LIMIT, required=True),
        text(CHALLENGE, "The challenge", "What was hard, and for whom?"),
        text(DONE, "What was done", "So that others can do it too."),
        text(RESULT, "What came of it", "With numbers, before and after, where there are some."),
        ChoiceField(VALUE, "What it is worth", values, initial=(initial.get(VALUE, "") or NO_VALUE,)),
        line(CUSTOMER, "Customer", "Empty for a story from inside the company."),
        line(CALLED, "Who that is without the name", "a bank in the north"),
        ChoiceField(CLEARANCE, "The customer's name", clearances, "Wherever it may not stand, the other words do.",
                    (initial.get(CLEARANCE, "") or Clearance.ANONYMOUS.value,)),
        line(CLEARED_BY, "Who allowed the name", "Their account manager, by e-mail on 3 May"),
        line(PEOPLE, "People to name", "Names or e-mail addresses; each is asked first", WORD_LIMIT),
        line(TOPICS, "Topics", "renewals, pricing", WORD_LIMIT),
        line(INDUSTRY, "Industry", "Banking"),
        line(PRODUCT, "Product", "CRM"),
        line(PICTURE, "Link of a picture", "https://…, or upload one on its page", LINK_LIMIT),
    )  # fmt: skip
    carried = to_state(state)
    if state.revision:
        return Form(CHANGE, "Change the story", fields, "Save", state=carried, lasts=True)
    intro = "A curator reads it before others do, and nobody is named who did not agree."
    return Form(TELL, "Tell a success story", fields, "Hand it in", intro, carried, lasts=True)


def _people(typed: str, known: Story, find: FindPerson, now: datetime, problems: dict[str, str]) -> tuple[Credit, ...]:
    found: dict[str, Credit] = {}
    unknown: list[str] = []
    by_name = {each.name.casefold(): each for each in known.credits}
    for name in filter(None, (" ".join(each.split()) for each in typed.split(","))):
        person = None if name.casefold() in by_name else find(name)
        credit = by_name.get(name.casefold()) or (Credit(person.id, person.name, now) if person else None)
        if credit is None:
            unknown.append(name)
            continue
        own = known.credit_of(credit.person_id) or credit
        if own.consent is Consent.DECLINED:
            problems[PEOPLE] = f"{own.name} does not want to be named. Leave that name out."
        found.setdefault(own.person_id, own)
    if unknown:
        said = ", ".join(f"“{each}”" for each in unknown[:3])
        problems[PEOPLE] = f"Nobody, or more than one, is called {said}. An e-mail address says whom you mean."
    return tuple(found.values())
