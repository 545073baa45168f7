"""Nobody fills the house alone, nor writes to everybody again and again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.chat.errors import UserFacingError
from bot.features.events import organising
from bot.features.events import use_cases as of_events
from bot.features.events.model import MOST_OWN_QUESTIONS, EventState, Organiser
from bot.features.events.store import SqlEvents
from bot.features.ideas import use_cases as of_ideas
from bot.features.ideas.model import Colleague
from bot.features.ideas.store import SqlIdeas
from bot.features.introductions import use_cases as of_circles
from bot.features.introductions.store import SqlIntroductions
from bot.features.office_hours import hosting
from bot.features.office_hours import use_cases as of_office_hours
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.reviews import use_cases as of_reviews
from bot.features.reviews.store import SqlReviews
from bot.features.stories import use_cases as of_stories
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM
from tests.events_house import event
from tests.houred import hours, session
from tests.ideas_house import INTAKE, idea
from tests.introduced import circle
from tests.reviewed import DAY, submission
from tests.stories_house import story


def open_hours(number: int, unit: UnitOfWork) -> None:
    hosting.open_series(SqlOfficeHours(unit), hours(f"s{number}"), SAM, NOON)


def plan_event(number: int, unit: UnitOfWork) -> None:
    own = (Organiser(DANA.id, DANA.name),)
    organising.draft(SqlEvents(unit), event(f"e{number}", organisers=own), DANA, NOON)


def submit_work(number: int, unit: UnitOfWork) -> None:
    of_reviews.submit(SqlReviews(unit), submission(f"r{number}"), DANA, NOON)


def open_circle(number: int, unit: UnitOfWork) -> None:
    of_circles.open_circle(SqlIntroductions(unit), circle(f"c{number}"), DANA)


def ask(number: int, unit: UnitOfWork) -> None:
    store, announced = SqlEvents(unit), replace(event("asked"), state=EventState.ANNOUNCED, announced_at=NOON)
    if store.get(announced.id) is None:
        store.add(announced)
    of_events.ask(store, announced.id, DANA, f"Question {number}?", NOON)


def tell_story(number: int, unit: UnitOfWork) -> None:
    of_stories.tell(SqlStories(unit), story(f"s{number}", author_id=DANA.id, credits=()), DANA, NOON)


def propose(number: int, unit: UnitOfWork) -> None:
    made = idea(f"i{number}", asker=Colleague(DANA.id, DANA.name))
    of_ideas.propose(SqlIdeas(unit), made, INTAKE.kinds[made.kind], DANA, NOON)


def book_and_cancel(number: int, unit: UnitOfWork) -> None:
    store = SqlOfficeHours(unit)
    if store.session(session().id) is None:
        store.add(hours())
        store.add_session(session())
    booked = of_office_hours.book(store, session().id, DANA, "", NOON)[0].booking
    of_office_hours.cancel(store, booked.id, DANA, NOON)


def sign_up_and_leave(number: int, unit: UnitOfWork) -> None:
    store, announced = SqlEvents(unit), replace(event("open"), state=EventState.ANNOUNCED, announced_at=NOON)
    if store.get(announced.id) is None:
        store.add(announced)
    of_events.sign_up(store, announced.id, DANA, NOON)
    of_events.leave(store, announced.id, DANA, NOON)


@pytest.mark.parametrize(
    ("act", "most"),
    [
        (open_hours, hosting.MOST_OPEN),
        (plan_event, organising.MOST_A_DAY),
        (submit_work, of_reviews.MOST_A_DAY),
        (open_circle, of_circles.MOST_OPEN),
        (ask, MOST_OWN_QUESTIONS),
        (tell_story, of_stories.MOST_A_DAY),
        (propose, of_ideas.MOST_A_DAY),
        (book_and_cancel, of_office_hours.MOST_AN_HOUR),
        (sign_up_and_leave, of_events.MOST_AN_HOUR),
    ],
)
def test_one_person_does_so_much_of_it_and_no_more(
    act: Callable[[int, UnitOfWork], None], most: int, database: Database
) -> None:
    with database.begin() as unit:
        for number in range(most):
            act(number, unit)
    with pytest.raises(UserFacingError), database.begin() as unit:
        act(most, unit)


def test_what_was_submitted_days_ago_leaves_room(database: Database) -> None:
    with database.begin() as unit:
        for number in range(of_reviews.MOST_A_DAY):
            submit_work(number, unit)
        later = submission("later", submitted_at=NOON + 2 * DAY)
        of_reviews.submit(SqlReviews(unit), later, DANA, NOON + 2 * DAY)


def test_an_hour_later_they_book_again(database: Database) -> None:
    with database.begin() as unit:
        for number in range(of_office_hours.MOST_AN_HOUR):
            book_and_cancel(number, unit)
        of_office_hours.book(SqlOfficeHours(unit), session().id, DANA, "", NOON + of_office_hours.HOUR)
