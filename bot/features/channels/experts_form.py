"""The form of what holds in a channel for questions that go to experts, in a chat and on the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.chat.errors import FormRejected
from bot.chat.form import ChoiceField, Form, TextField, Values, one
from bot.features.channels.model import Policy
from bot.features.channels.policy_form import FindPerson, FormState
from bot.features.channels.shadow import BARS

ASKS_FIRST = {"ask": "The asker agrees first", "go": "By itself, and the asker can take it back"}
NEXT_AFTER = {30: "30 minutes", 60: "1 hour", 120: "2 hours", 240: "4 hours", 480: "8 hours, a working day"}
ANSWER_WITHIN = {120: "2 hours", 240: "4 hours", 480: "8 hours, a working day", 960: "16 hours", 2_400: "40 hours"}
FOR_EXPERTS = {"no": "No", "yes": "Yes: whoever reads here may take one"}
NO_SHADOW = "off"
SHADOW = {
    NO_SHADOW: "Guildhall, at once",
    **{f"{bar:g}": f"Experts, until {bar:.0%} of its drafts hold as they are" for bar in BARS},
}


def experts_form(state: FormState, policy: Policy, lead: str) -> Form:
    """`lead` is an e-mail address, empty where the admins look after it."""
    return Form(
        id="channels.experts",
        title="Experts in here",
        fields=(
            _choice("asks_first", "How does a question get to an expert?", ASKS_FIRST, policy),
            _choice("next_after", "After what time is the next expert asked?", NEXT_AFTER, policy),
            _choice("answer_within", "Within what time does an expert answer?", ANSWER_WITHIN, policy),
            _choice("for_experts", "Show questions for experts in here?", FOR_EXPERTS, policy),
            TextField(
                "lead",
                "Who is told when nobody takes one?",
                hint="An e-mail address; the admins where there is none.",
                initial=lead,
                required=False,
                max_length=320,
            ),
            _choice("shadow", "Who answers from the library?", SHADOW, policy),
        ),
        submit="Save",
        intro="Times count the working hours of whoever is asked.",
        state=state.to_text(),
    )


def chosen(policy: Policy) -> dict[str, str]:
    """The option of each choice."""
    bar = min(BARS, key=lambda each: abs(each - policy.shadow_bar))
    return {
        "asks_first": "ask" if policy.asks_first else "go",
        "next_after": str(_nearest(NEXT_AFTER, policy.next_after)),
        "answer_within": str(_nearest(ANSWER_WITHIN, policy.answer_within)),
        "for_experts": "yes" if policy.for_experts else "no",
        "shadow": f"{bar:g}" if policy.shadow else NO_SHADOW,
    }


def experts_from(values: Values, find: FindPerson, before: Policy) -> Policy:
    """`before`, with values that were checked against the form. Raises FormRejected."""
    address, shadow = one(values, "lead").lower(), one(values, "shadow")
    lead = find(address) if address else None
    if address and lead is None:
        raise FormRejected({"lead": f"Nobody here is known by {address}. They have to ask something first."})
    return replace(
        before,
        asks_first=one(values, "asks_first") == "ask",
        next_after=timedelta(minutes=int(one(values, "next_after"))),
        answer_within=timedelta(minutes=int(one(values, "answer_within"))),
        for_experts=one(values, "for_experts") == "yes",
        lead=lead.id if lead else "",
        shadow=shadow != NO_SHADOW,
        shadow_bar=before.shadow_bar if shadow == NO_SHADOW else float(shadow),
    )


def _choice(name: str, label: str, options: Mapping[int, str] | Mapping[str, str], policy: Policy) -> ChoiceField:
    offered = tuple((str(value), words) for value, words in options.items())
    return ChoiceField(name, label, offered, initial=(chosen(policy)[name],))


def _nearest(options: Mapping[int, str], time: timedelta) -> int:
    return min(options, key=lambda each: abs(timedelta(minutes=each) - time))
