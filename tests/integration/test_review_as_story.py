"""A closed review is told as a story by those whose work it was."""

from dataclasses import replace

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.reviews.as_story import as_beginning, button
from bot.features.reviews.model import Seat, State
from bot.features.reviews.store import SqlReviews
from bot.features.stories.origin import Beginning
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON
from tests.reviewed import assignment, in_review, review

KIM = Person("web:p1", "Kim Park")
LEE = Person("web:lee", "Lee Moss")
RELEASED = in_review(state=State.RELEASED, released_at=NOON)
CLOSED = replace(RELEASED, state=State.CLOSED, closed_at=NOON, reply="Thanks.")


def begun(database: Database, work: object, person: Person) -> Beginning:
    with database.begin() as unit:
        store = SqlReviews(unit)
        store.add(CLOSED if work is CLOSED else RELEASED)
        store.add_assignment(assignment(1, KIM.id, seat=Seat.HANDED_IN, ended_at=NOON))
        store.put_review(review(1, good="The quotes carry it."))
        return as_beginning("r1", person, unit, NOON)


def test_its_author_begins_with_what_was_submitted(sqlite_database: Database) -> None:
    found = begun(sqlite_database, CLOSED, DANA)
    assert found == Beginning("Renewal journey", "From reminder to signature.")


@pytest.mark.parametrize("person", [KIM, LEE])
def test_others_begin_with_nothing_of_it(sqlite_database: Database, person: Person) -> None:
    with pytest.raises(UserFacingError):
        begun(sqlite_database, CLOSED, person)


def test_what_is_not_closed_is_not_told_yet(sqlite_database: Database) -> None:
    with pytest.raises(UserFacingError, match="nothing to tell of yet"):
        begun(sqlite_database, RELEASED, DANA)


def test_the_button_names_the_review() -> None:
    assert (button(CLOSED).value, button(CLOSED).opens_form) == ("review/r1", True)
