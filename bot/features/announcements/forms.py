"""The forms of an announcement. What they carry went through somebody's hands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.chat.form import ChoiceField, Field, Form, TextField, Values, one, several
from bot.features.announcements.acts import CHANGE, CORRECT, GIVE_BACK, READ, WRITE
from bot.features.announcements.audience import group_name
from bot.features.announcements.model import (
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
from bot.features.channels.choosing import Listed, channel_fields, chosen_in, hub_options, list_channels
from bot.features.channels.model import Channel
from bot.features.form_state import from_state, to_state

TITLE, TEXT, GROUPS, ASKS, WORD, SIZE = "title", "text", "groups", "asks", "word", "size"
ASKED = (("no", "No"), ("yes", "Yes: a button says “I have read it”"))
SIZES = (
    ("yes", "In substance: whoever has read it is asked to read it again"),
    ("no", "A small mend: whoever has read it has read it"),
)


class Begun(NamedTuple):
    """What the form is about, as it was read, and what can be chosen in it. `asks_read` as `Announcement` says."""

    announcement_id: str
    revision: int = 0
    listed: Listed = Listed()
    asks_read: bool = False


def begun_in(state: str) -> Begun:
    """Raises UserFacingError for what is no state of ours."""
    begun = from_state(state, Begun)
    return begun._replace(announcement_id=begun.announcement_id[:ID_LENGTH], listed=begun.listed.checked)


def write_form(announcement_id: str, channels: Sequence[Channel]) -> Form:
    return _form(Begun(announcement_id, 0, list_channels(channels)), WRITE, None)


def change_form(known: Announcement, channels: Sequence[Channel]) -> Form:
    places = {*known.audience.channels, *known.audience.outside}
    chosen = [each for each in channels if (each.platform, each.channel) in places]
    return _form(Begun(known.id, known.revision, list_channels(channels, places)), CHANGE, known, chosen)


def write_form_again(state: str) -> Form:
    return _form(begun_in(state), WRITE, None)


def change_form_again(state: str) -> Form:
    return _form(begun_in(state), CHANGE, None)


def announcement_from(
    values: Values,
    known: Announcement,
    begun: Begun,
    channels: Sequence[Channel],
    now: datetime,
    problems: dict[str, str],
) -> Announcement:
    """`known` with what was typed; `channels` are those that there are. What is wrong is put to the problems."""
    inside, outside = (_places(each) for each in chosen_in(values, begun.listed, channels, problems))
    audience = Audience(several(values, GROUPS), inside, outside)
    if audience.is_empty and not problems:
        problems[GROUPS] = "At least one group or channel, please."
    local_at = moment_typed(values, now, problems)
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


def _form(begun: Begun, route: str, known: Announcement | None, chosen: Sequence[Channel] = ()) -> Form:
    audience = known.audience if known else Audience()
    title = TextField(TITLE, "Title", initial=known.title if known else "", max_length=TITLE_LIMIT)
    text = TextField(
        TEXT, "What it says", initial=known.text if known else "", multiline=True, max_length=TEXT_LIMIT
    )  # fmt: skip
    asks = ChoiceField(
        ASKS, "Ask whether they have read it", ASKED, initial=("yes" if known and known.asks_read else "no",)
    )
    local_at = known.local_at if known else None
    fields: tuple[Field, ...] = (title, text, *_choices(begun.listed, audience, chosen), *moment_fields(local_at), asks)
    name, submit = (
        ("Write an announcement", "Keep the draft") if route == WRITE else ("Change the announcement", "Save")
    )
    intro = "It goes out once it is approved. Every colleague finds it under Announcements then."
    return Form(route, name, fields, submit, intro, to_state(begun), lasts=True)


def _choices(listed: Listed, audience: Audience, chosen: Sequence[Channel]) -> tuple[Field, ...]:
    groups = (*((str(each), group_name(each)) for each in Group), *hub_options(listed))
    offered = {each for each, _ in groups}
    initial = tuple(each for each in audience.groups if each in offered)
    hint = "At least one group or channel. Who belongs to a group is looked up when it goes out."
    field = ChoiceField(GROUPS, "Who gets it", groups, hint, initial, required=False, multiple=True)
    for_outsiders = "They read it too, without a link to this page."
    return field, *channel_fields(listed, for_outsiders, chosen)


def _places(channels: Sequence[Channel]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((each.platform, each.channel) for each in channels))


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
