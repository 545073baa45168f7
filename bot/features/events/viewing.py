"""An event as somebody sees it just now."""

from collections.abc import Collection
from datetime import datetime

from bot.chat.turn import Person, Place
from bot.features.events.cards import EventView
from bot.features.events.model import Event, SignUpState, may_announce
from bot.features.events.store import SqlEvents
from bot.features.events.use_cases import place_in_line
from bot.features.library.links import pages_from
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork


def view_for(event: Event, person: Person, place: Place, unit: UnitOfWork, now: datetime, base_url: str) -> EventView:
    """`place` is where it is shown: in a shared one as all its members may see it."""
    store = SqlEvents(unit)
    counts = store.counts([event.id])
    coming, waiting = (counts.get((event.id, state), 0) for state in (SignUpState.COMING, SignUpState.WAITING))
    pages, is_running = pages_from(place, base_url), now < event.ends
    if place.is_shared:
        return EventView(event, event.zone, coming=coming, waiting=waiting, pages=pages, is_running=is_running)
    own = store.sign_up_of(event.id, person.id)
    return EventView(
        event=event,
        zone=person.time_zone,
        reader_id=person.id,
        own=own,
        line=place_in_line(store, own) if own else 0,
        coming=coming,
        waiting=waiting,
        questions=tuple(store.questions(event.id)),
        is_organiser=event.is_organised_by(person.id),
        may_announce=may_announce(event, person),
        pages=pages,
        is_running=is_running,
    )


def curators_of(names: Collection[str], unit: UnitOfWork) -> frozenset[str]:
    """The ids of those whom the settings name."""
    people = People(unit)
    return frozenset(found.id for each in names if (found := people.named(each)) is not None)
