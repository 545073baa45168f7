"""The form in which a curator says where a story goes, and when. What it carries went through somebody's hands."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple

from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, Field, Form, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.broadcasts.local_moment import moment_fields, moment_typed
from bot.features.channels.model import Channel
from bot.features.form_state import from_state, to_state
from bot.features.library.model import hub_name
from bot.features.stories.acts import SEND
from bot.features.stories.model import WORD_LIMIT
from bot.features.stories.sending import Wanted

GROUPS, CHANNELS, NAMED, OUTSIDERS, ADDRESSES = "groups", "channels", "named", "outsiders", "addresses"
EVERY = "every"
HUB = "hub:"
MOST_LISTED = 40
MOST_HUBS = 10
ROOM = 1_700
"""Characters of a form's state that the channels may take."""

NO_CHANNEL = "That channel is no longer known, so nothing was sent. Open the form again."


class ChannelAt(NamedTuple):
    """Where it may be sent. What has `outsiders` is offered apart."""

    platform: str
    channel: str
    name: str
    has_outsiders: bool


class Offered(NamedTuple):
    """What can be chosen. `has_more`: there are channels that are not listed."""

    story_id: str
    channels: tuple[ChannelAt, ...] = ()
    by_mail: bool = False
    hubs: tuple[str, ...] = ()
    has_more: bool = False


def offered_in(state: str) -> Offered:
    """Raises UserFacingError for what is no state of ours."""
    offered = from_state(state, Offered)
    hubs = tuple(each for each in offered.hubs[:MOST_HUBS] if 0 < len(each) <= OPTION_VALUE_LIMIT - len(HUB))
    return offered._replace(channels=offered.channels[:MOST_LISTED], hubs=hubs)


def send_form(story_id: str, channels: Sequence[Channel], *, by_mail: bool) -> Form:
    """`channels` are those that it was not sent to yet. Those with people from outside are listed before others are:
    they cannot be named."""
    found = [ChannelAt(each.platform, each.channel, shortened(each.name, 60), each.has_outsiders) for each in channels]
    ordered = sorted(found, key=lambda each: not each.has_outsiders)
    lengths = accumulate(len(to_state(each)) + 1 for each in ordered)
    fitting = [each for each, length in zip(ordered, lengths, strict=True) if length <= ROOM][:MOST_LISTED]
    listed = tuple(sorted(fitting, key=lambda each: each.has_outsiders))
    hubs = sorted({hub for each in channels if not each.has_outsiders for hub in each.policy.hubs if len(hub) <= 40})
    return send_form_again(
        to_state(Offered(story_id, listed, by_mail, tuple(hubs[:MOST_HUBS]), len(listed) < len(found)))
    )


def send_form_again(state: str) -> Form:
    offered = offered_in(state)
    inside, outside = (
        tuple((str(at), each.name) for at, each in enumerate(offered.channels) if each.has_outsiders is wanted)
        for wanted in (False, True)
    )
    fields: list[Field] = []
    if inside:
        fields.append(ChoiceField(CHANNELS, "Channels", inside, required=False, multiple=True))
    if offered.has_more:
        hint = "By name, separated by commas. Not all are listed above."
        fields.append(TextField(NAMED, "More channels", hint, required=False, max_length=WORD_LIMIT))
    if len(inside) > 1 or offered.has_more:
        hubs = tuple((f"{HUB}{hub}", f"Channels of the hub {hub_name(hub)}") for hub in offered.hubs)
        hint = "But for those with people from outside."
        groups = ((EVERY, "Every channel"), *hubs)
        fields.append(ChoiceField(GROUPS, "Or all of these", groups, hint, required=False, multiple=True))
    if outside:
        hint = "There nobody of ours is named, and no link leads here."
        fields.append(ChoiceField(OUTSIDERS, "With people from outside", outside, hint, required=False, multiple=True))
    if offered.by_mail:
        hint = "Addresses of the company, separated by commas."
        fields.append(TextField(ADDRESSES, "By e-mail to", hint, required=False, max_length=WORD_LIMIT))
    fields += moment_fields()
    intro = "Each place gets it once. It can be stopped while it is on its way, corrected and taken down after."
    return Form(SEND, "Send the story out", tuple(fields), "Send it", intro, state, lasts=True)


def wanted_from(
    values: Values, offered: Offered, known: Sequence[Channel], now: datetime, problems: dict[str, str]
) -> Wanted:
    """What was chosen and typed, of the channels that are `known`; what is wrong with it is put to the problems."""
    by_place = {(each.platform, each.channel): each for each in known}
    by_number = {str(at): by_place.get((each.platform, each.channel)) for at, each in enumerate(offered.channels)}

    def chosen(name: str) -> list[Channel]:
        found = [by_number[each] for each in several(values, name) if each in by_number]
        if None in found:
            problems[name] = NO_CHANNEL
        return [each for each in found if each is not None]

    groups = set(several(values, GROUPS))
    in_groups = [each for each in known if not each.has_outsiders and _is_in(each, groups)]
    inside = [*chosen(CHANNELS), *_named(one(values, NAMED), known, problems), *in_groups]
    typed = one(values, ADDRESSES) if offered.by_mail else ""
    addresses = tuple(dict.fromkeys(each.strip().lower() for each in typed.split(",") if each.strip()))
    return Wanted(inside, chosen(OUTSIDERS), addresses, moment_typed(values, now, problems))


def _is_in(channel: Channel, groups: set[str]) -> bool:
    return EVERY in groups or any(f"{HUB}{hub}" in groups for hub in channel.policy.hubs)


def _named(typed: str, known: Sequence[Channel], problems: dict[str, str]) -> list[Channel]:
    found: list[Channel] = []
    for name in filter(None, (each.strip().removeprefix("#").casefold() for each in typed.split(","))):
        fitting = [each for each in known if each.name.casefold() == name]
        if len(fitting) != 1:
            problems[NAMED] = f"No channel, or more than one, is called “{name}”."
        elif fitting[0].has_outsiders:
            problems[NAMED] = f"People from outside read along in “{name}”: it can only be chosen below."
        found += fitting[:1]
    return found
