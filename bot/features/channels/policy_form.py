"""The form of a channel's policy, in a chat and on the page."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import OPTION_LIMIT, OPTION_VALUE_LIMIT, ChoiceField, Form, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.channels.model import Deciders, Listening, Policy
from bot.features.form_state import from_state, to_state
from bot.features.library.model import KINDS, hub_name
from bot.features.profile.model import zone_called
from bot.storage.people import KnownPerson
from knowledge.document import DocumentKind

FindPerson = Callable[[str], KnownPerson | None]
"""By an e-mail address."""

CARD = "channel-"
"""Begins the key of each message that shows a channel's policy."""

HUBS_IN_STATE = 1_500  # characters
ZONE_LENGTH = 64

LISTENING = {
    Listening.MENTIONED: "When it is mentioned",
    Listening.EVERY: "Every question, when it is sure enough",
    Listening.OFF: "Never",
}
SURE = {
    0.5: "Fairly sure: answers more, and more of it beside the point",
    0.6: "Sure: the usual",
    0.75: "Very sure",
    0.9: "All but certain: answers little",
}
DECIDERS = {
    Deciders.ADMINS: "Admins only",
    Deciders.NAMED: "Admins and the people named below",
    Deciders.MEMBERS: "Every member of the channel",
}


class FormState(NamedTuple):
    """What comes back with the form: which card to bring up to date, which revision the person saw, and which hubs
    were chosen then, for the library may have lost one of them since."""

    key: str
    revision: int
    hubs: tuple[str, ...] = ()

    def to_text(self) -> str:
        lengths = accumulate(len(hub) + 4 for hub in self.hubs)
        hubs = tuple(hub for hub, length in zip(self.hubs, lengths, strict=True) if length <= HUBS_IN_STATE)
        return to_state(self._replace(hubs=hubs))

    @classmethod
    def from_text(cls, text: str) -> "FormState":
        """Raises UserFacingError for what no form of ours carried."""
        state = from_state(text, cls)
        if not state.key.startswith(CARD):
            raise UserFacingError("That form is of another message, so nothing was changed. Open it again.")
        return state


def policy_form(state: FormState, hubs: Iterable[str], policy: Policy, named: Iterable[str]) -> Form:
    """`hubs` are those of the library, `named` the e-mail addresses of the people named."""
    return Form(
        id="channels.change",
        title="Guildhall in here",
        fields=(
            ChoiceField(
                "listening",
                "When does Guildhall answer?",
                tuple((each.value, label) for each, label in LISTENING.items()),
                initial=(policy.listening.value,),
            ),
            ChoiceField(
                "answer_from",
                "How sure must it be to answer unasked?",
                tuple((f"{each:g}", label) for each, label in SURE.items()),
                initial=(f"{nearest(policy.answer_from):g}",),
            ),
            *_hub_field(hubs, policy, state),
            ChoiceField(
                "kinds",
                "Which kinds of documents may it use?",
                tuple((kind.value, label) for kind, label in KINDS.items()),
                hint="None chosen means all.",
                initial=tuple(sorted(policy.kinds)),
                required=False,
                multiple=True,
            ),
            ChoiceField(
                "deciders",
                "Who may change this?",
                tuple((each.value, label) for each, label in DECIDERS.items()),
                initial=(policy.deciders.value,),
            ),
            TextField(
                "named",
                "People named",
                hint="Their e-mail addresses, one a line.",
                initial="\n".join(named),
                required=False,
                multiline=True,
                max_length=2_000,
            ),
            TextField(
                "zone",
                "Time zone",
                hint="For example Europe/Berlin: for what is sent here at a day and time. Left empty: the company’s.",
                initial=policy.zone,
                required=False,
                max_length=ZONE_LENGTH,
            ),
        ),
        submit="Save",
        intro="Whatever is chosen, only what every member of the channel may read is used in it.",
        state=state.to_text(),
    )


def policy_from(values: Values, find: FindPerson, before: Policy) -> Policy:
    """`before`, with values that were checked against the form. Raises FormRejected."""
    typed = one(values, "zone")
    zone = zone_called(typed)
    if typed and not zone:
        raise FormRejected(
            {
                "zone": f"No time zone is called {shortened(typed, ZONE_LENGTH)}. Write it like Europe/Berlin or "
                "America/New_York, or leave it empty."
            }
        )
    deciders = Deciders(one(values, "deciders"))
    addresses = one(values, "named").replace(",", "\n").replace(";", "\n").split()
    found = {address: find(address.lower()) for address in addresses}
    if unknown := [address for address, person in found.items() if person is None]:
        raise FormRejected(
            {"named": f"Nobody here is known by {', '.join(unknown)}. They have to ask something first."}
        )
    named = tuple(sorted({person.id for person in found.values() if person is not None}))
    if deciders is Deciders.NAMED and not named:
        raise FormRejected({"named": "Name at least one person, or let the admins decide."})
    return replace(
        before,
        listening=Listening(one(values, "listening")),
        answer_from=float(one(values, "answer_from")),
        hubs=frozenset(several(values, "hubs")),
        kinds=frozenset(map(DocumentKind, several(values, "kinds"))),
        deciders=deciders,
        named=named if deciders is Deciders.NAMED else (),
        zone=zone,
    )


def nearest(answer_from: float) -> float:
    return min(SURE, key=lambda each: abs(each - answer_from))


def hub_options(hubs: Iterable[str], chosen: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those that are chosen stay on offer, whatever became of the library."""
    kept = sorted(chosen)
    offered = [*kept, *sorted(set(hubs) - set(kept))]
    return tuple((hub, hub_name(hub)) for hub in offered if 0 < len(hub) <= OPTION_VALUE_LIMIT)[:OPTION_LIMIT]


def _hub_field(hubs: Iterable[str], policy: Policy, state: FormState) -> tuple[ChoiceField, ...]:
    options = hub_options(hubs, policy.hubs or state.hubs)
    if len(options) < 2 and not policy.hubs:
        return ()
    return (
        ChoiceField(
            "hubs",
            "Which hubs’ documents may it use?",
            options,
            hint="None chosen means all.",
            initial=tuple(sorted(policy.hubs)),
            required=False,
            multiple=True,
        ),
    )
