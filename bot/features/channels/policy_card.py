"""A channel's policy as a card, and in words."""

from collections.abc import Callable, Iterable

from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Button, Facts, Message, Note, Paragraph
from bot.features.channels.model import CLOCK, Channel, Deciders, Listening, Policy, hours_in_words
from bot.features.channels.policy_form import SURE, nearest
from bot.features.channels.shadow import Rate, rate_in_words
from bot.features.library.model import KINDS, hub_name

CHANGE = "channels.change"
EXPERTS = "channels.experts"
UNDO = "channels.undo"

NameOf = Callable[[str], str]
"""From a person's id to their name."""

IN_WORDS = {
    Listening.OFF: "Guildhall is switched off in this channel.",
    Listening.MENTIONED: "Guildhall answers in this channel when it is mentioned.",
    Listening.EVERY: "Guildhall answers every question in this channel that it is sure of.",
}


def policy_card(channel: Channel, name_of: NameOf, admins: Iterable[str], rate: Rate) -> Message:
    policy = channel.policy
    text = IN_WORDS[policy.listening]
    facts: list[tuple[str, str]] = [
        ("May use", scope_in_words(policy)),
        ("Who may change this", deciders_in_words(policy, name_of, admins)),
        ("Experts", experts_in_words(policy)),
    ]
    if policy.zone:
        facts.append(("Time zone", policy.zone))
    if policy.for_experts:
        facts.append(("Questions for experts", "shown here, for whoever takes them"))
    if policy.lead:
        facts.append(("When nobody takes one", f"{name_of(policy.lead)} is told"))
    if policy.shadow:
        facts.append(("Answers go to experts first", rate_in_words(rate, policy.shadow_bar)))
    if policy.listening is Listening.EVERY:
        facts.insert(0, ("Answers unasked", SURE[nearest(policy.answer_from)].partition(":")[0]))
    if channel.changed_at is not None:
        who = "Guildhall" if channel.changed_by == CLOCK else name_of(channel.changed_by)
        facts.append(("Changed", f"{day_in_words(channel.changed_at.date())}, by {who}"))
    buttons = [Button("Change", CHANGE, opens_form=True), Button("Experts", EXPERTS, opens_form=True)]
    if channel.previous is not None:
        buttons.append(Button("Undo the last change", UNDO, str(channel.revision)))
    blocks: tuple[Block, ...] = (
        Paragraph(text),
        Facts(tuple(facts)),
        Actions(tuple(buttons)),
        Note("Only what every member may read is used here. In a direct message Guildhall always answers."),
    )
    return Message(text, blocks)


def hello_message(policy: Policy, name_of: NameOf, admins: Iterable[str]) -> Message:
    """Once, where somebody brought Guildhall in."""
    text = (
        "Guildhall is here now. It answers questions from the library, in its own words and with the sources to open, "
        "or says that it does not know."
    )
    how = {
        Listening.OFF: "In this channel it is switched off.",
        Listening.MENTIONED: "Mention it with a question, and it answers right there.",
        Listening.EVERY: "It answers every question here that it is sure of; mention it to be answered in any case.",
    }[policy.listening]
    stop = (
        "Mention it with “channel” to see or change what it does here, or to switch it off. "
        f"Who may change that: {deciders_in_words(policy, name_of, admins)}."
    )
    return Message(text, (Paragraph(text), Paragraph(how), Note(stop)))


def not_here_message() -> Message:
    text = "This is between the two of us: I answer everything here. Say “channel” in a shared channel to set it up."
    return Message(text, (Paragraph(text),))


def outsiders_message() -> Message:
    """They shall not read who decides what here."""
    text = (
        "People from outside the company read along in that channel, so I answer nobody in it: what you ask there is "
        "answered here, where only you read it. There is nothing to set up."
    )
    return Message(text, (Paragraph(text),))


def switched_off_message(channel: Channel, name_of: NameOf, admins: Iterable[str]) -> Message:
    """For whoever asked in a channel where nothing is answered."""
    who = deciders_in_words(channel.policy, name_of, admins)
    text = f"Guildhall is switched off in that channel, so I did not answer there. Ask me here; who decides: {who}."
    return Message(text, (Paragraph(text),))


def experts_in_words(policy: Policy) -> str:
    first = "The asker agrees first" if policy.asks_first else "Asked by itself where the library has no answer"
    return (
        f"{first}; {hours_in_words(policy.answer_within)} of work to answer, "
        f"the next one after {hours_in_words(policy.next_after)}"
    )


def spoken_again_message(channel: Channel, rate: Rate) -> Message:
    """In the channel where Guildhall answers by itself from now on."""
    text = "From now on Guildhall answers here by itself."
    why = f"Until now experts read each answer first: {rate.approved} of the last {rate.judged} went out as they were."
    stop = "Mention it with “channel” to see this, and to undo it."
    return Message(f"{text} {why}", (Paragraph(text), Paragraph(why), Note(stop)))


def scope_in_words(policy: Policy) -> str:
    hubs = ", ".join(hub_name(hub) for hub in sorted(policy.hubs))
    kinds = ", ".join(KINDS[kind] for kind in KINDS if kind in policy.kinds)
    if not hubs and not kinds:
        return "All hubs and all kinds of documents"
    return f"{hubs or 'All hubs'}: {kinds or 'all kinds of documents'}"


def deciders_in_words(policy: Policy, name_of: NameOf, admins: Iterable[str]) -> str:
    names = ", ".join(sorted(name_of(person) for person in admins))
    match policy.deciders:
        case Deciders.MEMBERS:
            return "every member of the channel"
        case Deciders.NAMED:
            return f"{', '.join(sorted(map(name_of, policy.named)))}, and the admins"
        case Deciders.ADMINS:
            return f"the admins ({names})" if names else "the admins"
