"""What people do with circles and first weeks, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.introductions import use_cases, welcoming
from bot.features.introductions.first_week import Step, next_morning, pages_for, read_steps
from bot.features.introductions.model import WORD_LIMIT, Answer, Buddy, Participant, earlier
from bot.features.introductions.store import SqlIntroductions
from bot.storage.audit import latest
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import DocumentKind
from tests.builders import ADMIN, DANA, NOON, SAM, document
from tests.introduced import DAY, FIRST, SUNDAY, circle, meeting, week
from tests.introductions_house import House, person

GUEST = person("gus", is_guest=True)
BOB, EVE = Buddy("bob", "Bob", SUNDAY, "Berlin", "Sales"), Buddy("eve", "Eve", SUNDAY, "Austin", "Support")
UNKNOWN_CIRCLE = "tea"


@pytest.fixture
def unit(sqlite_database: Database) -> Iterator[UnitOfWork]:
    with sqlite_database.begin() as unit:
        yield unit


@pytest.fixture
def store(unit: UnitOfWork) -> SqlIntroductions:
    """With a circle that Dana opened."""
    store = SqlIntroductions(unit)
    use_cases.open_circle(store, circle(), DANA)
    return store


def refused(reason: str) -> pytest.RaisesExc[UserFacingError]:
    return pytest.raises(UserFacingError, match=reason)


# Circles


def test_a_circle_is_whose_who_opened_it(store: SqlIntroductions) -> None:
    opened = use_cases.open_circle(store, circle("new", title="  After \n work ", opened_by="x", about=" Hi\0 "), SAM)
    assert (opened.title, opened.about, opened.opened_by, opened.opened_by_name) == (
        "After work",
        "Hi",
        SAM.id,
        SAM.name,
    )
    assert store.circle("new") == opened


@pytest.mark.parametrize(
    ("who", "values", "reason"),
    [
        (GUEST, {"id": "new"}, use_cases.FOR_COLLEAGUES),
        (SAM, {"id": "new", "title": " "}, use_cases.UNTITLED),
        (SAM, {}, use_cases.COLLISION),
    ],
)
def test_a_circle_that_cannot_be_is_not_opened(
    store: SqlIntroductions, who: Person, values: dict[str, object], reason: str
) -> None:
    with refused(reason):
        use_cases.open_circle(store, replace(circle(), **values), who)


def test_a_circle_of_four_is_a_mistake_of_ours(store: SqlIntroductions) -> None:
    with pytest.raises(ValueError, match="not 4"):
        use_cases.open_circle(store, circle("new", size=4), SAM)


@pytest.mark.parametrize("who", [DANA, ADMIN])
def test_who_opened_a_circle_or_an_admin_changes_and_closes_it(store: SqlIntroductions, who: Person) -> None:
    known = store.circle("coffee")
    assert known is not None
    changed = use_cases.change_circle(store, replace(known, title="Tea"), who)
    assert (changed.title, changed.revision, changed.opened_by) == ("Tea", 2, DANA.id)
    with refused(use_cases.COLLISION):
        use_cases.change_circle(store, replace(known, title="Water"), who)
    assert use_cases.close_circle(store, "coffee", who, FIRST).closed_at == FIRST
    with refused(use_cases.GONE):
        use_cases.close_circle(store, "coffee", who, FIRST)


def test_nobody_else_changes_or_closes_it(store: SqlIntroductions) -> None:
    with refused(use_cases.NOT_YOURS):
        use_cases.change_circle(store, circle(title="Mine"), SAM)
    with refused(use_cases.NOT_YOURS):
        use_cases.close_circle(store, "coffee", SAM, FIRST)
    known = store.circle("coffee")
    assert known is not None
    assert (known.title, known.is_open) == ("Coffee", True)


def test_whoever_joins_says_where_they_are_and_what_they_do(store: SqlIntroductions) -> None:
    assert use_cases.join(store, "coffee", SAM, f" Köln \n{'x' * 100}", "Sales\0", NOON) == store.circle("coffee")
    joined = store.member("coffee", SAM.id)
    assert joined is not None
    assert joined.office == f"Köln {'x' * 100}"[:WORD_LIMIT]
    use_cases.pause(store, "coffee", SAM, date(2027, 4, 1), FIRST)
    use_cases.join(store, "coffee", SAM, "Berlin", "", NOON + DAY)
    again = store.member("coffee", SAM.id)
    assert again is not None
    assert (again.office, again.function, again.joined_at, again.paused_until) == ("Berlin", "", NOON, None)


def test_nobody_joins_what_they_may_not_see_or_what_is_closed(store: SqlIntroductions) -> None:
    use_cases.open_circle(store, circle("emea", readers=frozenset({"hub:emea"})), DANA)
    with refused(use_cases.FOR_COLLEAGUES):
        use_cases.join(store, "coffee", GUEST, "", "", NOON)
    with refused(use_cases.HIDDEN):
        use_cases.join(store, "emea", SAM, "", "", NOON)
    assert use_cases.join(store, "emea", person("kim", groups=frozenset({"hub:emea"})), "", "", NOON)
    use_cases.close_circle(store, "coffee", DANA, NOON)
    for name in ("coffee", UNKNOWN_CIRCLE):
        with refused(use_cases.GONE):
            use_cases.join(store, name, SAM, "", "", NOON)


def test_whoever_is_in_it_leaves_also_when_it_is_closed(store: SqlIntroductions) -> None:
    use_cases.join(store, "coffee", SAM, "", "", NOON)
    use_cases.close_circle(store, "coffee", DANA, NOON)
    use_cases.leave(store, "coffee", SAM)
    assert store.members("coffee") == []
    with refused(use_cases.NOT_IN_IT):
        use_cases.leave(store, "coffee", SAM)


def test_a_pause_ends_on_its_day_or_when_they_come_back(store: SqlIntroductions) -> None:
    use_cases.join(store, "coffee", SAM, "", "", NOON)
    paused = use_cases.pause(store, "coffee", SAM, date(2027, 3, 8), FIRST)
    assert [paused.is_present(date(2027, 3, day)) for day in (7, 8)] == [False, True]
    assert use_cases.come_back(store, "coffee", SAM).is_present(date(2027, 3, 2))
    assert store.member("coffee", SAM.id) == replace(paused, paused_until=None)


@pytest.mark.parametrize("until", [date(2027, 3, 1), date(2026, 1, 1), date(2029, 1, 1)])
def test_a_pause_that_ends_before_tomorrow_or_in_years_is_refused(store: SqlIntroductions, until: date) -> None:
    use_cases.join(store, "coffee", SAM, "", "", NOON)
    with refused("A pause ends on a day between tomorrow and 1 March 2028"):
        use_cases.pause(store, "coffee", SAM, until, datetime(2027, 2, 28, 23, 30, tzinfo=UTC))  # in Berlin it is March


def test_only_members_pause_and_come_back(store: SqlIntroductions) -> None:
    with refused(use_cases.NOT_IN_IT):
        use_cases.pause(store, "coffee", SAM, date(2027, 4, 1), FIRST)
    with refused(use_cases.NOT_IN_IT):
        use_cases.come_back(store, "coffee", SAM)


def test_only_whoever_was_introduced_says_whether_they_met(store: SqlIntroductions) -> None:
    for name in ("m1", "unknown"):
        with refused(use_cases.NOT_INTRODUCED):
            use_cases.say(store, name, SAM, Answer.MET, NOON)


@pytest.mark.parametrize(
    ("said", "weight"),
    [((None, None), 1), ((Answer.NOT_MET, None), 0.3), ((Answer.NOT_MET, Answer.MET), 1), ((Answer.PLANNED, None), 1)],
)
def test_what_nobody_met_counts_less(said: tuple[Answer | None, Answer | None], weight: float) -> None:
    people = tuple(Participant(name, name, answer) for name, answer in zip("ab", said, strict=True))
    counted = earlier(meeting("m", "a", "b", participants=people), FIRST + 3 * DAY)
    assert (counted.person_ids, counted.days_ago, counted.weight) == (("a", "b"), 3.0, weight)


# Newcomers


def test_a_buddy_of_ones_own_office_comes_first_then_of_ones_function_then_who_has_the_fewest() -> None:
    new = week("kim", office="berlin", function="support")
    assert welcoming.choose_buddy([EVE, BOB], {"bob": 1}, new) == BOB
    assert welcoming.choose_buddy([EVE, BOB], {"bob": 2}, new) == EVE
    assert welcoming.choose_buddy([BOB, EVE], {}, replace(new, office="Lyon")) == EVE
    assert welcoming.choose_buddy([BOB, EVE], {"bob": 1}, week("kim")) == EVE
    assert welcoming.choose_buddy([BOB], {"bob": 2}, new) is None


def test_nobody_is_their_own_buddy_nor_one_who_had_no_time() -> None:
    assert welcoming.choose_buddy([BOB, EVE], {}, week("bob", not_again=("eve",))) is None


def test_a_buddy_who_withdraws_or_has_no_time_hands_their_newcomers_on(store: SqlIntroductions) -> None:
    bob, eve, kim = person("bob"), person("eve"), person("kim")
    welcoming.offer(store, bob, "Berlin", "", NOON)
    begun = welcoming.begin(store, kim, "Berlin", "", NOON)
    assert (begun.buddy_id, begun.steps) == ("bob", 0)
    welcoming.offer(store, eve, "", "", NOON)
    handed = welcoming.hand_on(store, "kim", bob)
    assert (handed.buddy_id, handed.not_again) == ("eve", ("bob",))
    with refused(welcoming.NOT_YOUR_NEWCOMER):
        welcoming.hand_on(store, "kim", bob)
    (left,) = welcoming.withdraw(store, eve)
    assert (left.buddy_id, left.buddy_name, left.not_again) == ("", "", ("bob", "eve"))
    assert store.week("kim") == left
    with refused(welcoming.NO_BUDDY):
        welcoming.withdraw(store, eve)


def test_nobody_has_two_first_weeks_nor_a_guest_one(store: SqlIntroductions) -> None:
    welcoming.begin(store, SAM, "", "", NOON)
    with refused(welcoming.NOT_NEW_TWICE):
        welcoming.begin(store, SAM, "", "", NOON)
    with refused(use_cases.FOR_COLLEAGUES):
        welcoming.begin(store, GUEST, "", "", NOON)
    with refused(use_cases.FOR_COLLEAGUES):
        welcoming.offer(store, GUEST, "", "", NOON)
    assert welcoming.end(store, SAM, FIRST).ended_at == FIRST
    with refused(welcoming.NO_WEEK):
        welcoming.end(store, SAM, FIRST)


def test_a_step_is_taken_once_and_the_last_ends_the_week(store: SqlIntroductions) -> None:
    begun = welcoming.begin(store, SAM, "", "", NOON)
    first = welcoming.take_step(store, begun, 2, FIRST)
    assert first is not None
    assert (first.steps, first.is_running, first.buddy_id) == (1, True, "")
    assert welcoming.take_step(store, begun, 2, FIRST) is None
    welcoming.offer(store, person("eve"), "", "", NOON)
    last = welcoming.take_step(store, first, 2, FIRST)
    assert last is not None
    assert (last.steps, last.ended_at, last.buddy_id) == (2, FIRST, "eve")
    assert welcoming.take_step(store, last, 2, FIRST) is None


def test_a_first_week_goes_through_its_steps_in_the_mornings_of_working_days(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.arrive("kim", zone="America/New_York")
    house.now = datetime(2027, 3, 11, 15, 30, tzinfo=UTC)  # a Thursday; the clocks change on Sunday
    with sqlite_database.begin() as unit:
        house.desk.begin(person("kim"), "", "", unit, house.now)
    house.live(house.now + 14 * DAY)
    assert [step.title for _, step, _ in house.told.steps] == [step.title for step in read_steps()]
    assert [f"{at:%a %H:%M}" for _, _, at in house.told.steps] == [
        "Thu 16:30", "Fri 14:30", "Mon 13:30", "Tue 13:30", "Wed 13:30",
    ]  # fmt: skip
    assert not house.told.steps[-1][0].is_running


def test_a_week_that_was_ended_has_no_more_steps(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.arrive("kim")
    with sqlite_database.begin() as unit:
        house.desk.begin(person("kim"), "", "", unit, house.now)
    house.live(house.now + DAY)
    with sqlite_database.begin() as unit:
        house.desk.end(person("kim"), unit, house.now)
    house.live(house.now + 7 * DAY)
    assert [f"{at:%a %H:%M}" for _, _, at in house.told.steps] == ["Sun 13:00", "Mon 08:00"]


def test_what_people_did_is_in_the_audit_log_and_whether_they_met_is_not(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.open()
    house.arrive("ana", "ben")
    with sqlite_database.begin() as unit:
        for name in ("ana", "ben"):
            house.desk.join("coffee", person(name), "", "", unit, house.now)
    house.live(FIRST)
    with sqlite_database.begin() as unit:
        house.desk.say(house.told.rounds[0].meetings[0].id, person("ana"), Answer.MET, unit, house.now)
        house.desk.pause("coffee", person("ana"), date(2027, 5, 1), unit, house.now)
        house.desk.come_back("coffee", person("ana"), unit, house.now)
        house.desk.offer(person("ana"), "", "", unit, house.now)
        house.desk.begin(person("ben"), "", "", unit, house.now)
        house.desk.hand_on("ben", person("ana"), unit, house.now)
        house.desk.withdraw(person("ana"), unit, house.now)
        house.desk.leave("coffee", person("ana"), unit, house.now)
    with sqlite_database.reading() as unit:
        assert [each.action for each in reversed(latest(unit))] == [
            "circle opened", "circle joined", "circle joined", "introductions paused", "introductions resumed",
            "buddy offered", "first week begun", "newcomer handed on", "buddy withdrawn", "circle left",
        ]  # fmt: skip


# The first week as its file says


def test_the_steps_that_come_with_guildhall_have_pages_of_their_kinds() -> None:
    steps = read_steps()
    assert len(steps) == 5
    assert all(step.kinds for step in steps)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("- title: A\n  text: b\n  kinds: [novel]", "kinds"),
        ("- title: ''\n  text: b", "a title and a text"),
        ("[]", "it has steps"),
        ("{", "week.yaml is no first week"),
        ("- title: A", "text"),
    ],
)
def test_a_file_that_is_no_first_week_says_what_is_wrong(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "week.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=wrong):
        read_steps(file)


def test_pages_of_a_step_come_in_the_order_of_its_kinds() -> None:
    step = Step("T", "t", (DocumentKind.CHARTER, DocumentKind.GLOSSARY))
    words, why = document("words", kind=DocumentKind.GLOSSARY), document("why", kind=DocumentKind.CHARTER)
    assert pages_for(step, [words, document("how"), why]) == [why, words]
    assert pages_for(step, [words, why], limit=1) == [why]


@pytest.mark.parametrize(
    ("after", "zone", "expected"),
    [
        ("2027-03-05 12:00", "Europe/Berlin", "2027-03-08 08:00"),
        ("2027-03-26 12:00", "Europe/Berlin", "2027-03-29 07:00"),
        ("2027-03-01 20:00", "Asia/Tokyo", "2027-03-03 00:00"),
        ("2027-03-01 20:00", "no zone", "2027-03-02 09:00"),
    ],
)
def test_the_next_morning_is_a_working_days_in_the_newcomers_zone(after: str, zone: str, expected: str) -> None:
    at = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_morning(at, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
