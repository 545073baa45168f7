"""Whatever somebody reads of the pulse over time, and whatever they answered themselves, they cannot tell of anybody
else which of the five answers that person gave.

Each example is a few months in the product, in which somebody reads the page, its file, the overview in a chat and
their home whenever somebody has answered and whenever the clock has struck. Of one who answered another answer is
assumed, while that of another is held fast; then there have to be answers of the rest with which all of it reads the
same. GUILDHALL_PULSE=1000 for as many examples.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.chat.turn import Commanded, Opened, Person, Place, Turn
from bot.features.page import Download, PageRequest
from bot.features.pulse import tables, use_cases
from bot.features.pulse.chat import PulseChat
from bot.features.pulse.jobs import PulseJobs
from bot.features.pulse.model import OTHERS, SCORES, Group, month_of
from bot.features.pulse.pages import PulsePages
from bot.features.pulse.store import SqlPulse
from bot.storage.unit_of_work import Database

EXAMPLES = int(os.environ.get("GUILDHALL_PULSE", "30"))
BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MOODS = (SCORES, (1,), (5,), (1, 1, 1, 1, 5), (5, 5, 5, 5, 1))
"""Groups that nearly agree are those that give most away."""

READER = Person("web:reader", "Rea Reader", is_admin=True, is_curator=True)


@dataclass(frozen=True)
class Answer:
    """`at` in hours from BEGIN."""

    at: int
    hub: str
    score: int
    has_word: bool = False

    @property
    def moment(self) -> datetime:
        return BEGIN + timedelta(hours=self.at)


def answers_in(mood: Sequence[int]) -> st.SearchStrategy[list[Answer]]:
    hub, score = st.sampled_from(("", "", "emea", "apac")), st.sampled_from(mood)
    one = st.builds(Answer, st.integers(0, 70 * 24), hub, score, st.booleans())
    return st.lists(one, min_size=6, max_size=20).map(lambda found: sorted(found, key=lambda each: each.at))


answers = st.sampled_from(MOODS).flatmap(answers_in)


class House:
    def __init__(self, database: Database, least: int) -> None:
        self.database = database
        self.now = BEGIN
        self.pages = PulsePages(database, lambda: self.now, least)
        self.jobs = PulseJobs(database, a_day=0, least=least)
        self.chat = PulseChat(least)
        with database.begin() as unit:
            for table in (tables.people, tables.counts, tables.groups, tables.words):
                unit.connection.execute(delete(table))

    def read(self) -> object:
        """All that anybody can; in which order words stand means nothing."""
        page = dict(self.pages.show(PageRequest(READER)).values)
        file = self.pages.take_away(PageRequest(READER))
        assert isinstance(file, Download)
        place = Place("web", READER.id)
        with self.database.reading() as unit:
            overview = self.chat.on_pulse(Turn("1", READER, place, Commanded("pulse"), self.now), unit).posts[0].message
            home = self.chat.at_home(Turn("2", READER, place, Opened("home"), self.now), unit)
        words = sorted(text for text, _ in page.pop("words"))
        return repr(page), file.content, overview, home, words

    def live(self, given_answers: Sequence[Answer]) -> list[object]:
        """What is read after each answer and each morning."""
        seen: list[object] = []
        for number, answer in enumerate(given_answers):
            seen += self.until(answer.moment)
            person = replace(READER, id=f"p{number}", hubs=frozenset({answer.hub} if answer.hub else ()))
            with self.database.begin() as unit:
                store = SqlPulse(unit)
                store.ask(person.id, self.now, self.now)
                use_cases.answer(store, person, use_cases.hub_of(person, unit), answer.score, self.now)
                if answer.has_word:
                    use_cases.add_word(store, person, f"Word {number}", self.now)
            seen.append(self.read())
        return [*seen, *self.until(BEGIN + 190 * DAY)]

    def until(self, at: datetime) -> list[object]:
        """The job changes something with a new month alone, so it is looked at then."""
        seen = []
        while month_of(self.now) < month_of(at):
            self.now = (self.now.replace(day=1) + 32 * DAY).replace(day=1, hour=0, minute=30)
            self.jobs.run(self.now)
            seen.append(self.read())
        self.now = max(self.now, at)
        return seen

    def groups(self) -> Sequence[Group]:
        with self.database.reading() as unit:
            return SqlPulse(unit).groups()


def together(given_answers: Sequence[Answer], target: int, groups: Sequence[Group]) -> tuple[Group | None, list[int]]:
    """The group in which that answer is shown, and whose answers are in it."""
    own = given_answers[target]
    there = [each for each in groups if each.begins <= month_of(own.moment) <= each.ends]
    named = {each.hub for each in there}
    hub = own.hub if own.hub in named else OTHERS
    group = next((each for each in there if each.hub == hub), None)
    if group is None:
        return None, [target]
    members = [
        number
        for number, each in enumerate(given_answers)
        if group.begins <= month_of(each.moment) <= group.ends and (each.hub if each.hub in named else OTHERS) == hub
    ]
    assert len(members) == group.answers
    return group, members


def with_another(
    given_answers: Sequence[Answer], target: int, score: int, insider: int, groups: Sequence[Group]
) -> list[Answer]:
    """Answers of the rest to which the same is shown."""
    made = list(given_answers)
    made[target] = replace(made[target], score=score)
    group, members = together(given_answers, target, groups)
    if group is None:
        return made
    free = [each for each in members if each not in (target, insider)]
    fixed = sum(made[each].score for each in members if each not in free)
    left = max(group.lowest - fixed, len(free))
    assert left <= min(group.highest - fixed, SCORES[-1] * len(free)), "The rest cannot make up for it."
    for number, each in enumerate(free):
        most = left - (len(free) - number - 1)
        made[each] = replace(made[each], score=min(SCORES[-1], most))
        left -= made[each].score
    return made


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=answers, least=st.integers(5, 7), picked=st.data())
def test_no_answer_can_be_told_from_all_that_is_read_by_anybody_who_knows_their_own(
    sqlite_database: Database, found: list[Answer], least: int, picked: st.DataObject
) -> None:
    target = picked.draw(st.integers(0, len(found) - 1), "of whom")
    insider = picked.draw(st.integers(0, len(found) - 1).filter(lambda each: each != target), "who knows their own")
    score = picked.draw(st.sampled_from([each for each in SCORES if each != found[target].score]), "and answered this")
    house = House(sqlite_database, least)
    seen = house.live(found)
    groups = house.groups()
    other = with_another(found, target, score, insider, groups)
    assert other[insider] == found[insider] and other[target].score == score
    assert House(sqlite_database, least).live(other) == seen


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=answers)
def test_nothing_changes_when_somebody_answers(sqlite_database: Database, found: list[Answer]) -> None:
    house = House(sqlite_database, 5)
    for number, answer in enumerate(found):
        house.until(answer.moment)
        before = house.read()
        house.now = answer.moment
        with house.database.begin() as unit:
            store = SqlPulse(unit)
            store.ask(f"p{number}", house.now, house.now)
            use_cases.answer(store, replace(READER, id=f"p{number}"), answer.hub, answer.score, house.now)
        assert house.read() == before


def test_the_reader_would_see_a_difference_if_there_were_one(sqlite_database: Database) -> None:
    """Where more than what may be told is changed, another answer of one is seen."""
    found = [Answer(0, "", score) for score in (2, 3, 3, 3, 3)]
    house = House(sqlite_database, 5)
    seen = house.live(found)
    assert House(sqlite_database, 5).live([replace(found[0], score=4), *found[1:]]) != seen
