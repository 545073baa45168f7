"""What was asked and answered becomes drafts for the FAQ; what was recorded and noted, a document of the library."""

from datetime import datetime

from bot.features.events.model import Event, EventState
from bot.features.events.store import SqlEvents
from bot.features.faq.capture import Captured, capture
from bot.features.profile.reach import reach
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import ENTRIES


def learn(event: Event, unit: UnitOfWork, now: datetime) -> int:
    """How many drafts were made. Of each answer there is one, in its newest words, until it is decided on; before the
    event is over there are none. Who withheld their name is not named in it."""
    if event.state is not EventState.OVER:
        return 0
    unit.wake(ENTRIES)
    store = SqlEvents(unit)
    people = (*(each.person_name for each in store.sign_ups(event.id)), *(each.name for each in event.organisers))
    answered = [each for each in store.questions(event.id) if each.answer]
    made = [
        capture(
            Captured(
                id=each.id,
                question=each.text,
                answer=each.answer,
                author_id=each.answered_by,
                author=each.answered_by_name,
                place=reach(each.answered_by, unit),
                audience=event.readers,
                hub=event.hub,
                topics=event.topics,
                people=people,
            ),
            unit,
            now,
        )
        for each in answered
    ]
    return sum(each is not None for each in made)
