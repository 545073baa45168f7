"""However many act at the same moment, a submission gets the reviewers that it needs, and comes out once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.reviews import use_cases
from bot.features.reviews.changes import COLLISION
from bot.features.reviews.model import Case, Seat, State
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON
from tests.reviewed import assignment, review, submission

MANY = 12
PEOPLE = [Person(f"web:p{number}", f"P{number}") for number in range(MANY)]


def at_once(database: Database, step: Callable[[SqlReviews, Person], Case], people: list[Person]) -> list[str]:
    """What each was told: nothing where it was done."""
    ready = Barrier(len(people))

    def does(who: Person) -> str:
        ready.wait()
        try:
            with database.begin() as unit:
                step(SqlReviews(unit), who)
        except UserFacingError as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(does, people))


def case_of(database: Database) -> Case:
    with database.reading() as unit:
        found = SqlReviews(unit).case("r1")
    assert found is not None
    return found


def asks(store: SqlReviews, who: Person) -> Case:
    return use_cases.assign(store, "r1", assignment(person_id=who.id, person_name=who.name), frozenset(), NOON)


def test_no_more_are_asked_than_there_are_seats(database: Database) -> None:
    with database.begin() as unit:
        use_cases.submit(SqlReviews(unit), submission(), DANA, NOON)
    told = at_once(database, asks, PEOPLE)
    assert told.count("") == 2
    assert COLLISION not in told, "each waits for the one before"
    assert [each.number for each in case_of(database).assignments] == [1, 2]


def test_the_same_person_asked_by_all_at_once_is_asked_once(database: Database) -> None:
    with database.begin() as unit:
        use_cases.submit(SqlReviews(unit), submission(), DANA, NOON)
    assert at_once(database, asks, PEOPLE[:1] * MANY).count("") == 1
    assert len(case_of(database).assignments) == 1


def test_reviews_that_come_in_at_once_come_out_together_and_none_is_lost(database: Database) -> None:
    with database.begin() as unit:
        use_cases.submit(SqlReviews(unit), submission(), DANA, NOON)
        for each in PEOPLE[:2]:
            asks(SqlReviews(unit), each)

    def writes(store: SqlReviews, who: Person) -> Case:
        return use_cases.write(store, "r1", who, review())

    assert at_once(database, writes, PEOPLE[:2]) == ["", ""]
    case = case_of(database)
    assert case.submission.state is State.RELEASED
    assert [each.seat for each in case.assignments] == [Seat.HANDED_IN, Seat.HANDED_IN]
    assert len(case.reviews) == 2
