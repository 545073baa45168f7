"""What organisers do with an event, and those who announce it. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.turn import EVERYONE, Person
from bot.features.channels.model import Channel
from bot.features.events.changes import (
    NOT_ORGANISER,
    OVER,
    cleaned,
    has_words,
    move_up,
    of_everybody,
    one_line,
    organised,
    put_event,
    to_announce,
)
from bot.features.events.model import (
    LONGEST,
    LONGEST_CAMPAIGN,
    MOST_PLACES,
    ORGANISER_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    TOPIC_LIMIT,
    WORD_LIMIT,
    Announcement,
    Event,
    EventState,
    Question,
    What,
    may_organise,
)
from bot.features.events.store import SqlEvents
from bot.features.events.use_cases import Done, question_of

HTTPS = "https://"
DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Events that one person plans within a day, and may ask the curators to announce."""

SHORTEST = timedelta(minutes=5)
AHEAD = timedelta(days=731)
PAST = "Its time has passed, so nothing was changed. Choose one to come."
OUTSIDERS = "People from outside the company read along there, and nobody said that they may. Nothing was announced."
TIMES = ("starts", "ends")
SHOWN_IN_CALENDARS = ("title", "place", "link")


def draft(store: SqlEvents, event: Event, person: Person, now: datetime) -> Event:
    """By any colleague, who is one of its organisers."""
    check_colleague(person)
    made = checked(event)
    if not made.is_organised_by(person.id):
        raise UserFacingError("You plan this event, so you are one of its organisers. Nothing was kept.")
    if made.starts <= now:
        raise UserFacingError(PAST)
    if sum(each.made_at > now - DAY for each in store.organised_by(person.id, now)) >= MOST_A_DAY:
        raise UserFacingError(f"That is more than {MOST_A_DAY} events in a day, so nothing was kept. Go on tomorrow.")
    if not store.add(made):
        raise UserFacingError("This event is kept already, so nothing was kept again.")
    return made


def change(store: SqlEvents, edited: Event, person: Person, now: datetime) -> Done:
    """`edited` is the event as it was read, with its changes. Once it is announced, those who signed up hear of another
    time, place or title; with more places those who wait move up, and nobody loses one that they have."""
    known = organised(store, edited.id, person)
    if known.state not in (EventState.DRAFT, EventState.ANNOUNCED) or known.ends <= now:
        raise UserFacingError(OVER)
    new = checked(edited)
    retimed = any(getattr(new, name) != getattr(known, name) for name in TIMES)
    if retimed and new.starts <= now:
        raise UserFacingError(PAST)
    shown = retimed or any(getattr(new, name) != getattr(known, name) for name in SHOWN_IN_CALENDARS)
    is_told = shown and known.state is EventState.ANNOUNCED
    made = put_event(store, replace(new, sequence=known.sequence + is_told))
    facts = of_everybody(store, made, What.RETIMED if retimed else What.CHANGED) if is_told else ()
    return made, (*facts, *move_up(store, made, now))


def ask_to_announce(store: SqlEvents, event_id: str, person: Person, now: datetime) -> Event:
    event = organised(store, event_id, person)
    _check_draft(event, now)
    if event.asked_at is not None:
        raise UserFacingError("The curators were asked already, so nobody was asked again. You hear what they decide.")
    return put_event(store, replace(event, asked_at=now))


def announce(
    store: SqlEvents,
    event_id: str,
    person: Person,
    channels: Sequence[Channel],
    outsiders: Collection[tuple[str, str]],
    now: datetime,
) -> tuple[Event, tuple[Channel, ...]]:
    """To everybody who may see it, on the calendar, and in those channels where it was not announced yet, which are
    returned. Where people from outside read along only if the channel is named under `outsiders`. What is announced
    already may be announced in more channels."""
    event = to_announce(store, event_id, person)
    if event.state is not EventState.ANNOUNCED or not event.is_open(now):
        _check_draft(event, now)
    for each in channels:
        if each.has_outsiders and (each.platform, each.channel) not in outsiders:
            raise UserFacingError(OUTSIDERS)
    if channels and EVERYONE not in event.readers:
        raise UserFacingError("Not everybody may see this event, so it is announced in no channel. Leave them out.")
    if event.state is EventState.DRAFT:
        event = replace(event, state=EventState.ANNOUNCED, announced_at=now, announced_by=person.name[:200])
        event = put_event(store, event)
    places = [(each, (each.platform, each.channel)) for each in channels]
    stands = [(each, Announcement(*where, where in outsiders)) for each, where in places]
    return event, tuple(each for each, where in stands if store.add_announcement(event.id, where, now))


def cancel(store: SqlEvents, event_id: str, person: Person, word: str, now: datetime) -> Done:
    """`word` says why, to those who signed up. A draft is thrown away with it."""
    event = organised(store, event_id, person)
    if event.state not in (EventState.DRAFT, EventState.ANNOUNCED) or event.ends <= now:
        raise UserFacingError(OVER)
    ended = replace(
        event, state=EventState.CANCELLED, word=cleaned(word, WORD_LIMIT), sequence=event.sequence + 1
    )  # fmt: skip
    made = put_event(store, ended)
    return made, of_everybody(store, made, What.CANCELLED)


def end(store: SqlEvents, event: Event) -> Event:
    """`event` is taken, announced, and its time has passed."""
    return put_event(store, replace(event, state=EventState.OVER))


def answer(store: SqlEvents, question_id: str, person: Person, text: str, now: datetime) -> tuple[Event, Question]:
    """Before, during and after; without words it is only marked as answered. Again changes the answer."""
    event, asked = question_of(store, question_id, person)
    if not may_organise(event, person):
        raise UserFacingError(NOT_ORGANISER)
    if event.state is EventState.CANCELLED:
        raise UserFacingError(OVER)
    answered = replace(
        asked,
        answer=cleaned(text, TEXT_LIMIT),
        answered_by=person.id,
        answered_by_name=person.name,
        answered_at=now,
    )
    if not store.answer(answered):
        raise UserFacingError("That question was taken away, so nothing was changed.")
    return event, answered


def say_how_it_was(
    store: SqlEvents, event_id: str, person: Person, recording: str, notes: str, came: int | None
) -> Event:
    """Once it is over. What was said before is replaced."""
    event = organised(store, event_id, person)
    if event.state is not EventState.OVER:
        raise UserFacingError("That event is not over yet, so nothing was kept. Say it afterwards.")
    check_link(recording)
    if came is not None and not 0 <= came <= MOST_PLACES:
        raise UserFacingError(f"Between 0 and {MOST_PLACES} people can have come. Nothing was kept.")
    return put_event(store, replace(event, recording=recording, notes=cleaned(notes, TEXT_LIMIT), came=came))


def checked(event: Event) -> Event:
    """Within its limits, or UserFacingError."""
    title = one_line(event.title, TITLE_LIMIT + 1)
    if not has_words(title) or len(title) > TITLE_LIMIT:
        raise UserFacingError(f"The title needs words, {TITLE_LIMIT} characters at most. Nothing was kept.")
    longest = LONGEST_CAMPAIGN if event.has_whole_days else LONGEST
    if event.ends - event.starts < SHORTEST:
        raise UserFacingError("It ends before it begins, or is shorter than five minutes. Nothing was kept.")
    if event.ends - event.starts > longest or event.starts - event.made_at > AHEAD:
        raise UserFacingError("That is too long, or too far away. Nothing was kept; only a campaign has several days.")
    check_link(event.link)
    if event.capacity is not None and not 1 <= event.capacity <= MOST_PLACES:
        raise UserFacingError(f"There are between one and {MOST_PLACES} places, or no limit. Nothing was kept.")
    topics = tuple(dict.fromkeys(one_line(each, TITLE_LIMIT) for each in event.topics if has_words(each)))
    if len(topics) > TOPIC_LIMIT:
        raise UserFacingError(f"It has at most {TOPIC_LIMIT} topics. Nothing was kept.")
    if not 1 <= len({each.person_id for each in event.organisers}) == len(event.organisers) <= ORGANISER_LIMIT:
        raise UserFacingError(f"It has between one and {ORGANISER_LIMIT} organisers, each once. Nothing was kept.")
    return replace(
        event,
        title=title,
        about=cleaned(event.about, TEXT_LIMIT),
        place=one_line(event.place, WORD_LIMIT),
        topics=topics,
    )


def check_link(link: str) -> None:
    """Empty, or an https address."""
    is_one = link.startswith(HTTPS) and link.isprintable() and " " not in link and len(link) <= 1_000
    if link and not is_one:
        raise UserFacingError("A link begins with https:// and has no spaces. Nothing was kept.")


def _check_draft(event: Event, now: datetime) -> None:
    if event.state is not EventState.DRAFT:
        raise UserFacingError("That event is announced already, or does not take place. Nothing was changed.")
    if event.starts <= now:
        raise UserFacingError(PAST)
