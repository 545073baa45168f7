"""The forms of an announcement. What they carry went through somebody's hands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple, TypeVar

from bot.chat.errors import FormRejected
from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, Field, Form, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.announcements.acts import CHANGE, CORRECT, GIVE_BACK, READ, WRITE
from bot.features.announcements.audience import group_name, hubs_of
from bot.features.announcements.model import (
    HUB,
    ID_LENGTH,
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Announcement,
    Audience,
    Correction,
    Group,
)
from bot.features.broadcasts.local_moment import moment_fields, moment_typed
from bot.features.channels.model import Channel
from bot.features.form_state import from_state, to_state

TITLE, TEXT, GROUPS, CHANNELS, OUTSIDERS, ASKS, WORD, SIZE = (
    "title", "text", "groups", "channels", "outsiders", "asks", "word", "size",
)  # fmt: skip
ASKED = (("no", "No"), ("yes", "Yes: a button says “I have read it”"))
SIZES = (
    ("yes", "In substance: whoever has read it is asked to read it again"),
    ("no", "A small mend: whoever has read it has read it"),
)
Each = TypeVar("Each")
MOST_LISTED = 40
MOST_HUBS = 20
ROOM = 2_000
"""Characters of a form's state that channels and hubs may take."""


class ChannelAt(NamedTuple):
    """What has `outsiders` is offered apart."""

    platform: str
    channel: str
    name: str
    has_outsiders: bool


class Begun(NamedTuple):
    """What the form is about, as it was read, and what can be chosen in it. `asks_read` as `Announcement` says."""

    announcement_id: str
    revision: int = 0
    hubs: tuple[str, ...] = ()
    channels: tuple[ChannelAt, ...] = ()
    asks_read: bool = False


def begun_in(state: str) -> Begun:
    """Raises UserFacingError for what is no state of ours."""
    begun = from_state(state, Begun)
    hubs = tuple(each for each in begun.hubs[:MOST_HUBS] if 0 < len(each) <= OPTION_VALUE_LIMIT - len(HUB))
    identity = begun.announcement_id[:ID_LENGTH]
    return Begun(identity, begun.revision, hubs, begun.channels[:MOST_LISTED], begun.asks_read)


def write_form(announcement_id: str, channels: Sequence[Channel]) -> Form:
    return _form(_begun(announcement_id, 0, channels, ()), WRITE, None)


def change_form(known: Announcement, channels: Sequence[Channel]) -> Form:
    chosen = {*known.audience.channels, *known.audience.outside}
    return _form(_begun(known.id, known.revision, channels, chosen), CHANGE, known)


def write_form_again(state: str) -> Form:
    return _form(begun_in(state), WRITE, None)


def change_form_again(state: str) -> Form:
    return _form(begun_in(state), CHANGE, None)


def announcement_from(values: Values, known: Announcement, begun: Begun, now: datetime) -> Announcement:
    """`known` with what was typed. Raises FormRejected."""
    problems: dict[str, str] = {}
    local_at = moment_typed(values, now, problems)
    offered = {str(at): each[:2] for at, each in enumerate(begun.channels)}
    channels, outside = (
        tuple(offered[each] for each in several(values, name) if each in offered) for name in (CHANNELS, OUTSIDERS)
    )
    audience = Audience(several(values, GROUPS), channels, outside)
    if audience.is_empty:
        problems[GROUPS] = "At least one group or channel, please."
    if problems:
        raise FormRejected(problems)
    return replace(
        known,
        title=one(values, TITLE),
        text=one(values, TEXT),
        audience=audience,
        local_at=local_at,
        asks_read=one(values, ASKS) == "yes",
        revision=begun.revision,
    )


def corrected_from(values: Values, known: Announcement, begun: Begun) -> tuple[Announcement, bool]:
    """And whether its readers are asked again."""
    edited = replace(known, title=one(values, TITLE), text=one(values, TEXT), revision=begun.revision)
    return edited, one(values, SIZE) == "yes"


def correct_form(known: Announcement) -> Form:
    """Goes on from a correction that is not approved yet."""
    begun = Begun(known.id, known.revision, asks_read=known.asks_read)
    old = known.correction
    return _correct_form(begun, old or known, asks_again=old is None or old.asks_again)


def correct_form_again(state: str) -> Form:
    return _correct_form(begun_in(state), None, asks_again=True)


def give_back_form(state: str) -> Form:
    word = TextField(WORD, "What is to be changed", "Who wrote it reads this.", multiline=True, max_length=WORD_LIMIT)
    return Form(GIVE_BACK, "Give it back", (word,), "Give it back", state=state, lasts=True)


def read_form(state: str) -> Form:
    hint = "It goes to whoever wrote the announcement, with your name."
    word = TextField(WORD, "A question about it", hint, required=False, multiline=True, max_length=WORD_LIMIT)
    intro = "It is counted once. Curators see how many have read it, not who."
    return Form(READ, "I have read it", (word,), "I have read it", intro, state, lasts=True)


def _form(begun: Begun, route: str, known: Announcement | None) -> Form:
    audience = known.audience if known else Audience()
    title = TextField(TITLE, "Title", initial=known.title if known else "", max_length=TITLE_LIMIT)
    text = TextField(
        TEXT, "What it says", initial=known.text if known else "", multiline=True, max_length=TEXT_LIMIT
    )  # fmt: skip
    asks = ChoiceField(
        ASKS, "Ask whether they have read it", ASKED, initial=("yes" if known and known.asks_read else "no",)
    )
    local_at = known.local_at if known else None
    fields: tuple[Field, ...] = (title, text, *_choices(begun, audience), *moment_fields(local_at), asks)
    name, submit = (
        ("Write an announcement", "Keep the draft") if route == WRITE else ("Change the announcement", "Save")
    )
    intro = "It goes out once it is approved. Every colleague finds it under Announcements then."
    return Form(route, name, fields, submit, intro, to_state(begun), lasts=True)


def _choices(begun: Begun, audience: Audience) -> tuple[Field, ...]:
    groups = tuple((each, group_name(each)) for each in (*map(str, Group), *(f"{HUB}{hub}" for hub in begun.hubs)))
    offered = {each for each, _ in groups}
    initial = tuple(each for each in audience.groups if each in offered)
    hint = "At least one group or channel. Who belongs to a group is looked up when it goes out."
    fields: list[Field] = [ChoiceField(GROUPS, "Who gets it", groups, hint, initial, required=False, multiple=True)]
    for name, label, outside, hint, chosen in (
        (CHANNELS, "Channels", False, "", audience.channels),
        (
            OUTSIDERS,
            "With people from outside",
            True,
            "They read it too, without a link to this page.",
            audience.outside,
        ),
    ):
        listed = [(str(at), each) for at, each in enumerate(begun.channels) if each.has_outsiders is outside]
        if listed:
            options = tuple((at, each.name) for at, each in listed)
            picked = tuple(at for at, each in listed if each[:2] in chosen)
            fields.append(ChoiceField(name, label, options, hint, picked, required=False, multiple=True))
    return tuple(fields)


def _begun(
    announcement_id: str, revision: int, channels: Sequence[Channel], chosen: Iterable[tuple[str, str]]
) -> Begun:
    """With as many channels as a form carries, those first that are `chosen`."""
    first = set(chosen)
    ordered = sorted(channels, key=lambda each: (each.platform, each.channel) not in first)
    hubs = tuple(each for each in hubs_of(channels) if len(each) <= OPTION_VALUE_LIMIT - len(HUB))
    fitting_hubs = _fitting(hubs, {each: len(each) + 3 for each in hubs}, ROOM // 2)[:MOST_HUBS]
    found = [ChannelAt(each.platform, each.channel, shortened(each.name, 60), each.has_outsiders) for each in ordered]
    lengths = {each: len(to_state(each)) + 1 for each in found}
    room = ROOM - sum(len(each) + 3 for each in fitting_hubs)
    return Begun(announcement_id, revision, fitting_hubs, _fitting(found, lengths, room)[:MOST_LISTED])


def _fitting(found: Sequence[Each], lengths: Mapping[Each, int], room: int) -> tuple[Each, ...]:
    together = accumulate(lengths[each] for each in found)
    return tuple(each for each, length in zip(found, together, strict=True) if length <= room)


def _correct_form(begun: Begun, words: Announcement | Correction | None, *, asks_again: bool) -> Form:
    title, text = (words.title, words.text) if words else ("", "")
    fields: list[Field] = [
        TextField(TITLE, "Title", initial=title, max_length=TITLE_LIMIT),
        TextField(TEXT, "What it says", initial=text, multiline=True, max_length=TEXT_LIMIT),
    ]
    if begun.asks_read:
        fields.append(ChoiceField(SIZE, "How it changes", SIZES, initial=("yes" if asks_again else "no",)))
    intro = "Once it is approved it is edited in place wherever it stands. What is urgent can be taken down at once."
    return Form(CORRECT, "Correct it", tuple(fields), "Ask for approval", intro, to_state(begun), lasts=True)
