"""The form of somebody's settings. Its state holds what it offered, so that it is built again as it was."""

import json
from collections.abc import Sequence

from bot.chat.form import ChoiceField, Field, Form, TextField
from bot.chat.wording import shortened
from bot.features.profile.model import HOURS, LANGUAGES, NONE, TOPIC_LENGTH
from bot.storage.people import KnownPerson, Preferences

OFFERED_TOPICS = 30


def state_of(topics: Sequence[str]) -> str:
    offered = [shortened(topic, TOPIC_LENGTH) for topic in topics[:OFFERED_TOPICS]]
    return json.dumps(offered, ensure_ascii=False, separators=(",", ":"))


def empty_form(state: str) -> Form:
    """To check what was sent."""
    return _form(state, Preferences(), "")


def settings_form(person: KnownPerson, topics: Sequence[str]) -> Form:
    """`topics` of the library that this person may read, the likeliest first."""
    return _form(state_of(topics), person.preferences, person.time_zone)


def _form(state: str, own: Preferences, said_zone: str) -> Form:
    offered = _offered(state)
    chosen = tuple(topic for topic in offered if topic in own.topics)
    typed = ", ".join(topic for topic in own.topics if topic not in offered)
    known: tuple[Field, ...] = ()
    if offered:
        options = tuple((topic, topic) for topic in offered)
        known = (
            ChoiceField("topics", "Topics you care about", options, initial=chosen, required=False, multiple=True),
        )
    says = f" Left empty: what your account says, {said_zone}." if said_zone else " Left empty: what your account says."
    hours = ((NONE, "No quiet hours"), *((hour, hour) for hour in HOURS))
    languages = ((NONE, "As my account says"), *LANGUAGES)
    return Form(
        id="profile.settings",
        title="Your settings",
        submit="Save",
        fields=(
            *known,
            TextField(
                "more_topics",
                "Other topics" if offered else "Topics you care about",
                hint="In your own words, separated by commas.",
                initial=typed,
                required=False,
                max_length=1_000,
            ),
            TextField(
                "time_zone",
                "Time zone",
                hint=f"For example Europe/Berlin.{says}",
                initial=own.time_zone,
                required=False,
                max_length=64,
            ),
            ChoiceField(
                "quiet_from",
                "Quiet from",
                hours,
                hint="In these hours Guildhall answers, and writes nothing of its own accord.",
                initial=(own.quiet_from or NONE,),
            ),
            ChoiceField("quiet_to", "Quiet until", hours, initial=(own.quiet_to or NONE,)),
            ChoiceField("language", "Language", languages, initial=(own.language or NONE,)),
        ),
        state=state_of(offered),
    )


def _offered(state: str) -> tuple[str, ...]:
    """Nothing for what is no state of ours: it went through the person's hands."""
    try:
        listed = json.loads(state) if state else []
    except (ValueError, RecursionError):
        return ()
    if not isinstance(listed, list):
        return ()
    return tuple(dict.fromkeys(each[:TOPIC_LENGTH] for each in listed if isinstance(each, str) and each))[
        :OFFERED_TOPICS
    ]
