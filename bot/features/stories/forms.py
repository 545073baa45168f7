"""The smaller forms of a story. What they carry went through somebody's hands."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from bot.chat.form import ChoiceField, Field, Form, TextField
from bot.chat.wording import shortened
from bot.features.broadcasts.local_moment import moment_fields
from bot.features.channels.model import Channel
from bot.features.form_state import from_state, to_state
from bot.features.stories.acts import GIVE_BACK, RENAME, SEND
from bot.features.stories.model import NAME_LIMIT, WORD_LIMIT, Credit

NAME, WORD = "name", "word"
CHANNELS, OUTSIDERS, ADDRESSES = "channels", "outsiders", "addresses"
MOST_LISTED = 40
ROOM = 2_000
"""Characters of a form's state that the channels may take."""


class ChannelAt(NamedTuple):
    """Where it may be sent. What has `outsiders` is offered apart."""

    platform: str
    channel: str
    name: str
    has_outsiders: bool


class Offered(NamedTuple):
    story_id: str
    channels: tuple[ChannelAt, ...] = ()
    by_mail: bool = False


def offered_in(state: str) -> Offered:
    """Raises UserFacingError for what is no state of ours."""
    offered = from_state(state, Offered)
    return offered._replace(channels=offered.channels[:MOST_LISTED])


def rename_form(story_id: str, own: Credit) -> Form:
    return _rename(story_id, own.shown_as or own.name)


def rename_form_again(state: str) -> Form:
    return _rename(state, "")


def give_back_form(state: str) -> Form:
    word = TextField(WORD, "What is missing", "Who told it reads this.", multiline=True, max_length=WORD_LIMIT)
    return Form(GIVE_BACK, "Give the story back", (word,), "Give it back", state=state, lasts=True)


def send_form(story_id: str, channels: Sequence[Channel], *, by_mail: bool) -> Form:
    """`channels` are those that it was not sent to yet."""
    found = [ChannelAt(each.platform, each.channel, shortened(each.name, 60), each.has_outsiders) for each in channels]
    lengths = accumulate(len(to_state(each)) + 1 for each in found)
    fitting = tuple(each for each, length in zip(found, lengths, strict=True) if length <= ROOM)
    return send_form_again(to_state(Offered(story_id, fitting[:MOST_LISTED], by_mail)))


def send_form_again(state: str) -> Form:
    offered = offered_in(state)
    inside, outside = (
        tuple((str(at), each.name) for at, each in enumerate(offered.channels) if each.has_outsiders is wanted)
        for wanted in (False, True)
    )
    fields: list[Field] = []
    if inside:
        fields.append(ChoiceField(CHANNELS, "Channels", inside, required=False, multiple=True))
    if outside:
        hint = "There nobody of ours is named, and no link leads here."
        fields.append(ChoiceField(OUTSIDERS, "With people from outside", outside, hint, required=False, multiple=True))
    if offered.by_mail:
        hint = "Addresses of the company, separated by commas."
        fields.append(TextField(ADDRESSES, "By e-mail to", hint, required=False, max_length=WORD_LIMIT))
    fields += moment_fields()
    intro = "Each place gets it once. It can be stopped while it is on its way, corrected and taken down after."
    return Form(SEND, "Send the story out", tuple(fields), "Send it", intro, state, lasts=True)


def _rename(story_id: str, name: str) -> Form:
    field = TextField(NAME, "How you are named", "The renewals team, or D. from Sales", name, max_length=NAME_LIMIT)
    intro = "It stands wherever the story would have your name."
    return Form(RENAME, "Name me otherwise", (field,), "Agree", intro, story_id, lasts=True)
