"""The form in which a curator says where a story goes, and when. What it carries went through somebody's hands."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.chat.form import ChoiceField, Form, TextField, Values, one, several
from bot.features.broadcasts.local_moment import moment_fields, moment_typed
from bot.features.channels.choosing import (
    Listed,
    channel_fields,
    chosen_in,
    hub_options,
    is_of_hub,
    list_channels,
)
from bot.features.channels.model import Channel
from bot.features.form_state import from_state, to_state
from bot.features.stories.acts import SEND
from bot.features.stories.model import WORD_LIMIT
from bot.features.stories.sending import Wanted

GROUPS, ADDRESSES = "groups", "addresses"
EVERY = "every"


class Offered(NamedTuple):
    """What can be chosen."""

    story_id: str
    listed: Listed = Listed()
    by_mail: bool = False


def offered_in(state: str) -> Offered:
    """Raises UserFacingError for what is no state of ours."""
    offered = from_state(state, Offered)
    return offered._replace(listed=offered.listed.checked)


def send_form(story_id: str, channels: Sequence[Channel], *, by_mail: bool) -> Form:
    """`channels` are those that it was not sent to yet."""
    return send_form_again(to_state(Offered(story_id, list_channels(channels), by_mail)))


def send_form_again(state: str) -> Form:
    offered = offered_in(state)
    listed = offered.listed
    fields = channel_fields(listed, "There nobody of ours is named, and no link leads here.")
    if listed.has_more or sum(not each.has_outsiders for each in listed.channels) > 1:
        groups, hint = ((EVERY, "Every channel"), *hub_options(listed)), "But for those with people from outside."
        fields.append(ChoiceField(GROUPS, "Or all of these", groups, hint, required=False, multiple=True))
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
    inside, outside = chosen_in(values, offered.listed, known, problems)
    groups = several(values, GROUPS)
    inside += [each for each in known if not each.has_outsiders and (EVERY in groups or is_of_hub(each, groups))]
    typed = one(values, ADDRESSES) if offered.by_mail else ""
    addresses = tuple(dict.fromkeys(each.strip().lower() for each in typed.split(",") if each.strip()))
    return Wanted(inside, outside, addresses, moment_typed(values, now, problems))
