"""What each feature tells in digests, and that nobody is told what they may not see."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chat.turn import EVERYONE, Place
from bot.features.digest_entry import DigestItem, DigestKind, DigestSource, DigestSpan, coming
from bot.features.digests.composing import Composer
from bot.features.digests.model import Digest, EditionState
from bot.features.digests.store import SqlDigests
from bot.features.escalations.digest import OpenDigest
from bot.features.escalations.model import Escalation, State
from bot.features.escalations.store import SqlEscalations
from bot.features.events.calendar import EventsCalendar
from bot.features.events.model import EventState
from bot.features.events.store import SqlEvents
from bot.features.home.digest import NewsDigest
from bot.features.ideas.digest import changed_ideas
from bot.features.ideas.model import Colleague, Idea
from bot.features.ideas.model import State as IdeaState
from bot.features.ideas.store import SqlIdeas
from bot.features.questions.digest import QuestionsDigest
from bot.features.questions.model import NONE_OF_THESE, Cited, Feedback, Verdict
from bot.features.questions.store import SqlQuestions
from bot.features.reviews.digest import looking_for_reviewers
from bot.features.reviews.model import Seat
from bot.features.reviews.model import State as ReviewState
from bot.features.reviews.store import SqlReviews
from bot.features.stories.in_digest import new_stories
from bot.features.stories.model import StoryState
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.answer import Outcome
from knowledge.document import ListItem, Paragraph, SourceDocument, Table
from scheduler.rules import Occurrence
from tests.builders import NOON, document, question
from tests.chat_house import DANA
from tests.digests_house import House
from tests.escalated import escalation
from tests.events_house import ORGANISER, campaign, event
from tests.reviewed import assignment, submission
from tests.stories_house import story

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
ALL = frozenset({EVERYONE})
NOBODY = frozenset({"slack:T1:guest"})
SPAN = DigestSpan("", ALL, NOON - WEEK, NOON, NOON + WEEK)


class Library:
    """Fills `Documents` and `Readable`."""

    def __init__(self, *documents: SourceDocument) -> None:
        self._documents = documents

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        return [each for each in self._documents if each.audience & readers]

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None:
        return next((each for each in self.documents(readers) if each.id == document_id), None)


def told(database: Database, source: DigestSource, span: DigestSpan = SPAN) -> Sequence[DigestItem]:
    with database.reading() as unit:
        return source(span, unit)


def titles(database: Database, source: DigestSource, span: DigestSpan = SPAN) -> list[str]:
    return [each.title for each in told(database, source, span)]


def test_the_library_tells_what_changed_meanwhile_to_those_who_may_read_it(sqlite_database: Database) -> None:
    day = NOON.date()
    library = Library(
        document("changed", changed_on=day, topics=("pricing",)),
        document("older", changed_on=day - timedelta(days=8)),
        document("undated"),
        document("canary", changed_on=day, audience=frozenset({"board"})),
        document("told", id="~story/1", changed_on=day),
    )
    (found,) = told(sqlite_database, NewsDigest(library).items)
    assert (found.title, found.kind, found.topics) == ("Changed", DigestKind.NEW, ("pricing",))
    assert found.page == "/library/starter%2Fchanged.md"
    assert found.note == "Playbook, 1 March"
    board = replace(SPAN, readers=frozenset({"board"}))
    assert titles(sqlite_database, NewsDigest(library).items, board) == ["Canary"]


def test_what_changed_again_is_another_item_and_what_did_not_is_the_same() -> None:
    first = DigestItem(DigestKind.NEW, "A", page="/a", at=NOON)
    assert first.key == replace(first, title="A, renamed", note="x").key
    assert first.key != replace(first, at=NOON + DAY).key


def asks(
    unit: UnitOfWork, number: int, person: str, document_id: str = "starter/renewals.md", **values: object
) -> None:
    cited = Cited(document_id, 0, "Renewals", "Renewals › When", "/x", "Ninety days.", "", 0.9)
    made = question(f"q{number}", person_id=person, sources=(cited,), asked_at=NOON - HOUR, text="Canary?", **values)
    SqlQuestions(unit).add(made)


def test_what_was_asked_most_is_told_with_its_answer_and_nobodys_words(sqlite_database: Database) -> None:
    unhelpful = Feedback(Verdict.UNHELPFUL, NOON)
    with sqlite_database.begin() as unit:
        for number, person in enumerate(["ana", "ben", "cai", "ana"]):
            asks(unit, number, person)
        for number, person in enumerate(["ana", "ben"], 10):
            asks(unit, number, person, "starter/plan.md")
            asks(unit, number + 10, person, "starter/board.md")
            asks(unit, number + 20, person, "starter/wrong.md", feedback=unhelpful)
            asks(unit, number + 30, person, "starter/offered.md", outcome=Outcome.CANDIDATES, choice=NONE_OF_THESE)
        asks(unit, 50, "ana", "starter/once.md")
        asks(unit, 51, "ana", "starter/once.md")
    names = ("renewals", "plan", "wrong", "offered", "once")
    library = Library(
        *(document(each, "Ninety days.") for each in names), document("board", audience=frozenset({"board"}))
    )
    found = [each for each in told(sqlite_database, QuestionsDigest(library).items) if each.kind is DigestKind.ASKED]
    assert [each.page for each in found] == ["/library/starter%2Frenewals.md", "/library/starter%2Fplan.md"]
    assert [each.note for each in found] == ["asked by 3 people", "asked by 2 people"]
    assert found[0].text == "Ninety days."
    assert "Canary" not in str(found)
    earlier = replace(SPAN, since=NOON - WEEK, now=NOON - DAY)
    assert [each for each in told(sqlite_database, QuestionsDigest(library).items, earlier) if each.text] == []


def test_what_was_taken_out_of_a_document_since_it_was_cited_is_not_told(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        for number, person in enumerate(["ana", "ben"]):
            asks(unit, number, person)
    library = Library(document("renewals", "A colleague knows.", title="Other"))
    (found,) = (each for each in told(sqlite_database, QuestionsDigest(library).items) if each.kind is DigestKind.ASKED)
    assert (found.title, found.text) == ("Other", "")


def test_what_is_quoted_of_a_list_or_a_table_still_stands_there(sqlite_database: Database) -> None:
    blocks = (
        ListItem("In **ninety** days."),
        ListItem("By mail.", number=2),
        Table(("Deal", "Days"), (("Small", "30"),)),
        Paragraph("2027 - and on."),
    )
    quote = "- In ninety days.\n2. By mail.\nDeal: Small; Days: 30\n\n2027 - and on."
    cited = Cited("starter/renewals.md", 0, "Renewals", "Renewals › When", "/x", quote, "", 0.9)
    with sqlite_database.begin() as unit:
        for number, person in enumerate(["ana", "ben"]):
            SqlQuestions(unit).add(question(f"q{number}", person_id=person, sources=(cited,), asked_at=NOON - HOUR))
    source = QuestionsDigest(Library(document("renewals", blocks=blocks))).items
    (found,) = (each for each in told(sqlite_database, source) if each.kind is DigestKind.ASKED)
    assert (found.title, found.text) == ("Renewals › When", quote)


def test_gaps_are_told_in_numbers_where_they_give_nobody_away(sqlite_database: Database) -> None:
    source = QuestionsDigest(Library()).items
    with sqlite_database.begin() as unit:
        for number, person in enumerate(["ana", "ben", "ana"]):
            asks(unit, number, person, outcome=Outcome.UNKNOWN)
    assert told(sqlite_database, source) == []
    with sqlite_database.begin() as unit:
        asks(unit, 9, "cai", outcome=Outcome.UNKNOWN)
    assert titles(sqlite_database, source) == ["4 questions of 3 people found no answer that helped"]
    assert told(sqlite_database, source, replace(SPAN, readers=NOBODY)) == []


class Requests:
    """Fills `OpenOnes` as `ExpertRequests` does."""

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        return [each for each in SqlEscalations(unit).in_state(State.OPEN) if each.readers & readers]


def test_open_questions_are_told_without_names_the_longest_waiting_first(sqlite_database: Database) -> None:
    source = OpenDigest(Requests()).items
    with sqlite_database.begin() as unit:
        store = SqlEscalations(unit)
        store.add(escalation("new", text="New?", asker_name="Canary", opened_at=NOON - HOUR, readers=ALL))
        store.add(escalation("old", text="Old?", asker_id="kim", opened_at=NOON - 3 * DAY, readers=ALL))
        store.add(escalation("board", text="Canary?", readers=frozenset({"board"})))
        store.add(escalation("taken", text="Canary?", readers=ALL, state=State.CLAIMED))
    found = told(sqlite_database, source)
    assert [(each.title, each.note, each.page) for each in found] == [
        ("Old?", "waiting for 3 days", "/requests/old"),
        ("New?", "waiting since today", "/requests/new"),
    ]
    assert "Canary" not in str(found)
    assert titles(sqlite_database, source, replace(SPAN, reader_id="kim")) == ["New?"]


def test_dates_are_told_that_begin_in_time_and_that_the_reader_may_see(sqlite_database: Database) -> None:
    public = {"state": EventState.ANNOUNCED, "announced_at": NOON}
    soon, later = NOON + DAY, NOON + 8 * DAY
    with sqlite_database.begin() as unit:
        store = SqlEvents(unit)
        store.add(event("soon", title="Soon", starts=soon, ends=soon + HOUR, **public))
        store.add(event("later", title="Later", starts=later, ends=later + HOUR, **public))
        store.add(event("running", title="Running", starts=NOON - HOUR, ends=NOON + HOUR, **public))
        store.add(event("draft", title="Draft", starts=soon, ends=soon + HOUR))
        only = frozenset({"sales"})
        store.add(event("sales", title="Canary", starts=soon, ends=soon + HOUR, readers=only, **public))
        cancelled = {**public, "state": EventState.CANCELLED}
        store.add(event("off", title="Off", starts=soon, ends=soon + HOUR, **cancelled))
        store.add(campaign("spring", **public))
    (found,) = [each for each in told(sqlite_database, coming(EventsCalendar(ORGANISER).entries)) if not each.all_day]
    assert (found.title, found.kind, found.page, found.at) == ("Soon", DigestKind.DATES, "/events/soon", soon)
    assert "meet.example" not in str(found)


def test_reviews_without_a_reviewer_are_told_and_never_whose_they_are(sqlite_database: Database) -> None:
    canary = {"title": "Canary", "author_name": "Canary", "state": ReviewState.IN_REVIEW}
    with sqlite_database.begin() as unit:
        store = SqlReviews(unit)
        store.add(submission("free", seats=2, **canary))
        store.add(submission("full", seats=1, **canary))
        store.add(submission("back", seats=1, **{**canary, "state": ReviewState.RETURNED}))
        store.add_assignment(assignment(1, "ana", id="free-1", submission_id="free", seat=Seat.ACCEPTED))
        store.add_assignment(assignment(1, "ben", id="full-1", submission_id="full", seat=Seat.ASKED))
    (found,) = told(sqlite_database, looking_for_reviewers)
    assert found.note.startswith("1 reviewer is missing, wished for by ")
    assert found.page == "/reviews"
    assert "Canary" not in str(found)
    assert told(sqlite_database, looking_for_reviewers, replace(SPAN, readers=NOBODY)) == []


def test_ideas_are_told_to_which_something_happened(sqlite_database: Database) -> None:
    asker = Colleague("ana", "Ana")

    def idea(idea_id: str, state: IdeaState, changed: timedelta) -> Idea:
        asked = NOON - 30 * DAY
        return Idea(idea_id, "help", "Help", idea_id.title(), asker, asked, state=state, changed_at=NOON - changed)

    with sqlite_database.begin() as unit:
        store = SqlIdeas(unit)
        store.add(idea("new", IdeaState.NEW, DAY))
        store.add(idea("done", IdeaState.DONE, HOUR))
        store.add(idea("canary", IdeaState.INCOMPLETE, HOUR))
        store.add(idea("withdrawn", IdeaState.WITHDRAWN, HOUR))
        store.add(idea("old", IdeaState.DONE, 8 * DAY))
    found = told(sqlite_database, changed_ideas)
    assert [(each.title, each.note) for each in found] == [("Done", "Help, done"), ("New", "Help, new")]
    assert told(sqlite_database, changed_ideas, replace(SPAN, readers=NOBODY)) == []


def test_every_source_only_reads(sqlite_database: Database) -> None:
    everything = (
        NewsDigest(Library(document("a", changed_on=date(2027, 3, 1)))).items,
        QuestionsDigest(Library()).items,
        OpenDigest(Requests()).items,
        coming(EventsCalendar(ORGANISER).entries),
        looking_for_reviewers,
        changed_ideas,
    )
    with sqlite_database.reading() as unit:  # where a write raises
        assert [len(each(SPAN, unit)) for each in everything] == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("place", [Place("slack", "C1", is_shared=True, members=frozenset())])
def test_where_outsiders_read_along_there_is_nothing_to_tell(sqlite_database: Database, place: Place) -> None:
    library = Library(document("a", changed_on=NOON.date()))
    assert told(sqlite_database, NewsDigest(library).items, replace(SPAN, readers=place.members)) == []


def test_a_first_digest_lists_what_is_new_since_it_began_and_counts_what_was_there_before(
    sqlite_database: Database,
) -> None:
    day = NOON.date()
    library = Library(
        document("older", changed_on=day - timedelta(days=3)),
        document("undated", source="wiki"),
        document("new", changed_on=day),
    )
    source = NewsDigest(library).items
    first = replace(SPAN, began=NOON - DAY)
    assert [(each.title, each.number) for each in told(sqlite_database, source, first)] == [
        ("New", 1),
        ("2 documents were in the library before", 0),
    ]
    assert told(sqlite_database, source, first)[1].note == "from starter and wiki"
    later = replace(first, since=NOON - HOUR)
    assert titles(sqlite_database, source, later) == ["New"]


def test_what_came_in_at_once_is_one_line_and_what_people_asked_about_comes_first(sqlite_database: Database) -> None:
    day = NOON.date()
    with sqlite_database.begin() as unit:
        for number, person in enumerate(["ana", "ben"]):
            asks(unit, number, person)
    library = Library(
        *(document(f"import-{number:03}", changed_on=day - DAY) for number in range(138)),
        document("newer", changed_on=day),
        document("renewals", changed_on=day - 2 * DAY),
    )
    found = told(sqlite_database, NewsDigest(library).items)
    assert [each.title for each in found] == ["Renewals", "Newer", "138 documents came in at once"]
    assert (found[2].note, found[2].page, found[2].number) == ("from starter, 28 February", "/library", 138)


def test_what_was_told_before_is_found_as_it_is_called_by_now_whenever_it_changed(sqlite_database: Database) -> None:
    library = Library(document("renewals", title="Renamed", changed_on=NOON.date() - 90 * DAY), document("other"))
    again = replace(SPAN, pages=frozenset({"/library/starter%2Frenewals.md", "/library/gone"}))
    assert titles(sqlite_database, NewsDigest(library).items, again) == ["Renamed"]


def test_an_edition_of_last_month_names_no_customer_any_more_and_nothing_that_was_retired(
    sqlite_database: Database,
) -> None:
    House(sqlite_database)  # whose Dana is known
    digest = Digest("d", NOON.replace(tzinfo=None), "FREQ=WEEKLY", DANA.id, NOON, NOON, person_id=DANA.id)
    named = story("named", title="Hooli quotes in a day", state=StoryState.PUBLISHED, published_at=NOON - HOUR)
    taken_down = replace(named, id="down", title="Initech")
    before = Library(document("kept", changed_on=NOON.date()), document("retired", changed_on=NOON.date()))
    after = Library(document("kept", changed_on=NOON.date() + 5 * DAY))
    with sqlite_database.begin() as unit:
        SqlStories(unit).add(named)
        SqlStories(unit).add(taken_down)
        day = Occurrence(NOON.date(), NOON, NOON + HOUR)
        told_then = Composer(lambda: (NewsDigest(before).items, new_stories)).edition(digest, day, unit, NOON)
        assert {each.title for each in told_then.items} == {"Kept", "Retired", "Hooli quotes in a day", "Initech"}
        SqlDigests(unit).settle(replace(told_then, state=EditionState.SENT))
        for each, change in ((named, {"title": "Quotes in a day"}), (taken_down, {"state": StoryState.WITHDRAWN})):
            assert SqlStories(unit).change(replace(each, revision=2, **change))
        kept = SqlDigests(unit).edition("d", NOON.date())
        assert kept is not None
        composer = Composer(lambda: (NewsDigest(after).items, new_stories))
        by_now = composer.as_of_now(digest, kept, ALL, unit, NOON + 30 * DAY)
    assert [each.title for each in by_now.items] == ["Kept", "Quotes in a day"]
    assert by_now.gone == 2
    assert "Hooli" not in str(kept) and "Initech" not in str(kept)
