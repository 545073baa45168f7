"""The forms of digests. Their state is ids, revisions and a list of what can be left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from bot.chat.errors import FormRejected
from bot.chat.form import OPTION_LIMIT, ChoiceField, Field, Form, TextField, Values, one, several
from bot.chat.moments import zone_of
from bot.chat.wording import shortened
from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests.acts import EDIT, SET_UP
from bot.features.digests.model import AN_HOUR, KIND_NAMES, TEXT_LIMIT, TOPIC_LIMIT, WORD_LIMIT, Digest, Edition
from bot.features.form_state import from_state, to_state
from scheduler.rule_phrases import series_in_words
from scheduler.rule_words import rhythm_of
from scheduler.rules import Series

RHYTHM, KINDS, TOPICS, ONLY, WHERE, FIRST_LOOK = "rhythm", "kinds", "topics", "only", "where", "look"
WORD, LEFT_OUT = "word", "left_out"
CHAT, MAIL = "chat", "mail"
YES, NO = "yes", "no"
RHYTHM_LIMIT = 120
LABEL_LENGTHS = (TEXT_LIMIT, 150, 100, 75, 50, 36)
"""Whole titles, or as much of each as lets all of them in."""

ROOM = 2_300
USUAL_RHYTHM = "every Monday at 9:00"
TOPICS_LENGTH = 300
AGAIN_AND_AGAIN = "A digest comes again and again: “every Monday at 9:00”, “every weekday at 8:30”."


class SetUp(NamedTuple):
    """Without a channel it is somebody's own. `revision` is 0 for a new one; `by_mail` whether e-mail is to choose."""

    platform: str = ""
    channel: str = ""
    revision: int = 0
    by_mail: int = 0
    topics: str = ""


class Left(NamedTuple):
    """What can be left out of an edition, by key."""

    digest_id: str
    revision: int
    day: str
    options: tuple[tuple[str, str], ...]


def set_up_form(state: SetUp, known: Digest | None, zone: str) -> Form:
    """`zone` is that of the channel or person."""
    return _set_up(state, known, series_in_words(known.series(zone)) if known else USUAL_RHYTHM)


def set_up_again(state: str) -> Form:
    return _set_up(from_state(state, SetUp), None, "")


def filled(values: Values, known: Digest, zone: str, now: datetime, *, is_new: bool) -> Digest:
    """`known` with what was typed. A rhythm that was left as it is goes on as it is. Raises FormRejected."""
    problems: dict[str, str] = {}
    topics = tuple(filter(None, (" ".join(each.split()) for each in one(values, TOPICS).split(","))))
    if len(topics) > TOPIC_LIMIT:
        problems[TOPICS] = f"At most {TOPIC_LIMIT} topics, please; these are {len(topics)}."
    typed = one(values, RHYTHM)
    if is_new or typed != series_in_words(known.series(zone)):
        try:
            named, series = _rhythm(typed, zone, now)
            known = replace(known, first=series.first, rule=series.rule, zone=named)
        except ValueError as error:
            problems[RHYTHM] = str(error)
    if problems:
        raise FormRejected(problems)
    return replace(
        known,
        kinds=frozenset(DigestKind(each) for each in several(values, KINDS)),
        topics=() if known.is_personal else topics,
        only_topics=one(values, ONLY) == YES,
        by_mail=one(values, WHERE) == MAIL,
        reminds=one(values, FIRST_LOOK) == YES,
    )


def edit_form(digest: Digest, edition: Edition, everything: Sequence[DigestItem]) -> Form:
    """`everything` that it would tell, also what is left out by now."""
    options = _fitting(everything)
    state = to_state(Left(digest.id, digest.revision, edition.day.isoformat(), options))
    return _edit(state, options, edition.word, tuple(key for key, _ in options if key in edition.left_out))


def edit_again(state: str) -> Form:
    return _edit(state, left_in(state).options, "", ())


def left_in(state: str) -> Left:
    """Raises UserFacingError for what is no state of ours."""
    left = from_state(state, Left)
    return left._replace(options=left.options[:OPTION_LIMIT])


def day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _set_up(state: SetUp, known: Digest | None, rhythm: str) -> Form:
    kinds = tuple((kind.value, name) for kind, name in KIND_NAMES.items())
    chosen = tuple(kind.value for kind in DigestKind if known is None or kind in known.kinds)
    about = (NO, "Everything, these topics first"), (YES, "These topics only")
    fields: list[Field] = [
        TextField(RHYTHM, "How often", "every Monday at 9:00, every weekday at 8:30 Berlin time", rhythm,
                  max_length=RHYTHM_LIMIT),
        ChoiceField(KINDS, "What it tells of", kinds, initial=chosen, multiple=True),
    ]  # fmt: skip
    if state.channel:
        typed = ", ".join(known.topics) if known else ""
        fields.append(TextField(TOPICS, "Topics", "renewals, pricing", typed, required=False, max_length=TOPICS_LENGTH))
    only = YES if known and known.only_topics else NO
    fields.append(ChoiceField(ONLY, "Of these topics" if state.channel else "Of your topics", about, initial=(only,)))
    if state.channel:
        looks = (NO, "It goes out by itself"), (YES, "Remind me a day before, so that I can edit it")
        look = YES if known and known.reminds else NO
        fields.append(ChoiceField(FIRST_LOOK, "Before it goes out", looks, initial=(look,)))
    elif state.by_mail:
        wheres = (CHAT, "In the chat"), (MAIL, "By e-mail")
        where = MAIL if known and known.by_mail else CHAT
        fields.append(ChoiceField(WHERE, "Where you get it", wheres, initial=(where,)))
    intro = "It tells what every member may read. Where there is nothing to say, nothing is sent."
    if not state.channel:
        own = f"Your topics are {state.topics}." if state.topics else "You follow no topics yet."
        intro = f"{own} “settings” changes them. Where there is nothing to say, nothing is sent."
    title = "A digest here" if state.channel else "Your digest"
    return Form(SET_UP, title, tuple(fields), "Save", intro, to_state(state))


def _rhythm(typed: str, zone: str, now: datetime) -> tuple[str, Series]:
    """The zone that was named, and the series from now on. Raises ValueError for people to read."""
    rhythm = rhythm_of(typed, now.astimezone(zone_of(zone)).date())
    if not rhythm.rule:
        raise ValueError(AGAIN_AND_AGAIN)
    return rhythm.zone, rhythm.series(now, zone, AN_HOUR)


def _edit(state: str, options: tuple[tuple[str, str], ...], word: str, left_out: tuple[str, ...]) -> Form:
    fields: list[Field] = [
        TextField(WORD, "Say something first", "It stands above the rest, with your name.", word, required=False,
                  multiline=True, max_length=WORD_LIMIT),
    ]  # fmt: skip
    if options:
        fields.append(
            ChoiceField(LEFT_OUT, "Leave out", options, initial=left_out, required=False, multiple=True)
        )  # fmt: skip
    intro = "What happens until it goes out comes by itself."
    return Form(EDIT, "Edit the next digest", tuple(fields), "Save", intro, state)


def _fitting(items: Sequence[DigestItem]) -> tuple[tuple[str, str], ...]:
    """All of them; the first, where even short labels are more than a form carries."""
    for length in LABEL_LENGTHS:
        options = tuple((each.key, shortened(each.title, length) or KIND_NAMES[each.kind]) for each in items)
        if len(to_state(options)) <= ROOM:
            return options
    while len(to_state(options)) > ROOM:
        options = options[:-1]
    return options
