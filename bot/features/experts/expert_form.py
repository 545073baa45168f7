"""The form of what somebody offers, in a chat and on the page. Its state holds what it offered."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import accumulate

from bot.chat.errors import FormRejected
from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, DateField, Field, Form, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.experts.knowing import Colleague, all_learned
from bot.features.experts.model import NO_LIMIT, TOPIC_LIMIT, USUAL_LIMIT, WEEKDAYS, Expert, today_of, zone_of
from bot.features.library.model import hub_name
from bot.features.profile.model import HOURS, LANGUAGES, TOPIC_LENGTH, once

CHANGE = "experts.change"
OFFERED_TOPICS = 20
OFFERED_LEARNED = 15
STATE_LIMIT = 2_200
LIMITS = {1: "1 question a week", 2: "2 a week", 3: "3 a week", 5: "5 a week", 10: "10 a week", 20: "20 a week",
          NO_LIMIT: "No limit"}  # fmt: skip

PRIVATE, PUBLIC = "private", "public"
THANKS = ((PRIVATE, "Only you"), (PUBLIC, "Also those where it was asked"))

FindExpert = Callable[[str], str | None]
"""From a name or an e-mail address to the id of an expert."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen from: topics of the library, topics that were learned, hubs."""

    topics: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()

    def to_text(self) -> str:
        return json.dumps([self.topics, self.learned, self.hubs], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Offered":
        """Nothing for what is no state of ours: it went through the person's hands."""
        try:
            lists = json.loads(text) if text else []
        except (ValueError, RecursionError):
            return cls()
        if not isinstance(lists, list) or len(lists) != 3:
            return cls()
        return cls(*(tuple(map(str, each[:100])) if isinstance(each, list) else () for each in lists))


def offered_to(colleague: Colleague, topics: Iterable[str], hubs: Iterable[str]) -> Offered:
    """`topics` and `hubs` of what all of the company may read, the likeliest first, cut to what a form carries."""
    expert = colleague.expert
    learned = once((*expert.not_mine, *(each.topic for each in all_learned(colleague))))[:OFFERED_LEARNED]
    known = once(each for each in topics if not expert.disowns(each))[:OFFERED_TOPICS]
    there = (*expert.hubs, *sorted(set(hubs) - set(expert.hubs)))
    fitting = tuple(hub for hub in there if 0 < len(hub) <= OPTION_VALUE_LIMIT)
    room = STATE_LIMIT - len(Offered(known, learned).to_text())
    lengths = accumulate(len(json.dumps(hub, ensure_ascii=False)) + 1 for hub in fitting)
    return Offered(
        known, learned, tuple(hub for hub, length in zip(fitting, lengths, strict=True) if length <= room)
    )  # fmt: skip


def form_again(state: str) -> Form:
    """To check what was sent."""
    return _form(Offered.from_text(state), None, "", "")


def expert_form(colleague: Colleague, offered: Offered, stand_in: str, now: datetime) -> Form:
    """`stand_in` is how the present one is called. An absence that is over is not filled in again."""
    expert = colleague.expert
    is_away = expert.is_away(today_of(colleague.person, now))
    shown = expert if is_away else replace(expert, back_on=None)
    return _form(offered, shown, stand_in, zone_of(colleague.person))


def _form(offered: Offered, expert: Expert | None, stand_in: str, zone: str) -> Form:
    own = expert.topics if expert else ()
    typed = ", ".join(topic for topic in own if topic not in offered.topics)
    zone_hint = f"In {zone}; “settings” changes that." if zone else "In your time zone; “settings” changes that."
    works = (expert.works_from, expert.works_to) if expert else ("09:00", "17:00")
    hours = tuple((hour, hour) for hour in HOURS)
    fields: tuple[Field, ...] = (
        *_several("topics", "Topics you know", offered.topics, own),
        TextField(
            "more_topics",
            "Other topics" if offered.topics else "Topics you know",
            hint="In your own words, separated by commas. Everybody in the company can see them.",
            initial=typed,
            required=False,
            max_length=1_000,
        ),
        *_several(
            "not_mine",
            "Not your topics",
            offered.learned,
            expert.not_mine if expert else (),
            "Learned from documents you own and questions you answered. Choose what is not yours.",
        ),
        ChoiceField(
            "languages",
            "Languages you help in",
            LANGUAGES,
            initial=expert.languages if expert else (),
            required=False,
            multiple=True,
        ),
        *_hubs(offered.hubs, expert.hubs if expert else ()),
        ChoiceField(
            "days",
            "Days you work",
            tuple((str(number), name) for number, name in enumerate(WEEKDAYS)),
            initial=tuple(map(str, expert.days)) if expert else (),
            multiple=True,
        ),
        ChoiceField("works_from", "You work from", hours, hint=zone_hint, initial=(works[0],)),
        ChoiceField("works_to", "You work until", hours, initial=(works[1],)),
        ChoiceField(
            "weekly_limit",
            "How many questions at most?",
            tuple((str(number), label) for number, label in LIMITS.items()),
            initial=(str(expert.weekly_limit if expert else USUAL_LIMIT),),
        ),
        DateField(
            "back_on",
            "Away until",
            hint="The day on which you are back. To be back at once, press “I am back” below “expertise”.",
            initial=expert.back_on.isoformat() if expert and expert.back_on else "",
            required=False,
        ),
        TextField(
            "stand_in",
            "Who stands in for you",
            hint="Name or e-mail address of another expert.",
            initial=stand_in,
            required=False,
            max_length=320,
        ),
        ChoiceField(
            "thanks",
            "Who reads it when somebody thanks you?",
            THANKS,
            initial=(PUBLIC if expert and expert.is_public else PRIVATE,),
            required=False,
        ),
    )
    return Form(
        id=CHANGE,
        title="What you help with",
        submit="Save",
        intro="Shown to colleagues who ask who knows something. Leaving is one click; then all of it is forgotten.",
        fields=fields,
        state=offered.to_text(),
    )


def expert_from(values: Values, before: Expert, offered: Offered, today: date, find: FindExpert) -> Expert:
    """From values that were checked against the form. Raises FormRejected, with all that is wrong at once."""
    problems: dict[str, str] = {}
    topics = once((*several(values, "topics"), *one(values, "more_topics").replace("\n", ",").split(",")))
    not_mine = once((*(each for each in before.not_mine if each not in offered.learned), *several(values, "not_mine")))
    if len(topics) > TOPIC_LIMIT:
        problems["more_topics"] = f"At most {TOPIC_LIMIT} topics, please; these are {len(topics)}."
    elif both := {each.casefold() for each in topics} & {each.casefold() for each in several(values, "not_mine")}:
        problems["not_mine"] = f"You named {', '.join(sorted(both))} as yours too. Choose one of the two."
    days = tuple(sorted({int(day) for day in several(values, "days") if day in set("0123456")}))
    if not days:
        problems["days"] = "Choose at least one day."
    works_from, works_to = one(values, "works_from"), one(values, "works_to")
    if not {works_from, works_to} <= set(HOURS):
        problems["works_from"] = "Choose full or half hours."
    elif works_from == works_to:
        problems["works_to"] = "Choose an end that is not the beginning: these hours would last all day."
    limit = one(values, "weekly_limit")
    if limit not in set(map(str, LIMITS)):
        problems["weekly_limit"] = "Please choose one of the options."
    back_on = _day(one(values, "back_on"))
    if one(values, "back_on") and (back_on is None or back_on <= today):
        problems["back_on"] = "Choose a day to come, or leave it empty."
    stand_in = _stand_in(one(values, "stand_in"), before, find, problems)
    if problems:
        raise FormRejected(problems)
    taken = {each.casefold() for each in topics}
    return replace(
        before,
        topics=topics,
        languages=tuple(code for code, _ in LANGUAGES if code in several(values, "languages")),
        hubs=tuple(sorted(set(several(values, "hubs")))),
        days=days,
        works_from=works_from,
        works_to=works_to,
        weekly_limit=int(limit),
        back_on=back_on,
        stand_in=stand_in,
        not_mine=tuple(each for each in not_mine if each.casefold() not in taken),
        is_public=one(values, "thanks") == PUBLIC,
    )


def _stand_in(typed: str, before: Expert, find: FindExpert, problems: dict[str, str]) -> str:
    found = find(typed) if typed else ""
    if found is None:
        who = shortened(typed, 60)
        problems["stand_in"] = f"No expert here is known as {who}. Whoever stands in has to offer their help too."
    elif found == before.person_id:
        problems["stand_in"] = "Somebody else, please."
    return found or ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _several(
    name: str, label: str, options: Sequence[str], chosen: Sequence[str], hint: str = ""
) -> tuple[ChoiceField, ...]:
    offered = tuple((each, each) for each in options if len(each) <= TOPIC_LENGTH)
    initial = tuple(each for each, _ in offered if each in chosen)
    field = ChoiceField(name, label, offered, hint=hint, initial=initial, required=False, multiple=True)
    return (field,) if offered else ()


def _hubs(hubs: Sequence[str], chosen: Sequence[str]) -> tuple[ChoiceField, ...]:
    options = tuple((hub, hub_name(hub)) for hub in hubs if 0 < len(hub) <= OPTION_VALUE_LIMIT)
    if len(options) < 2 and not chosen:
        return ()
    hint = "None chosen means all."
    return (ChoiceField("hubs", "Hubs you help in", options, hint, tuple(chosen), required=False, multiple=True),)
