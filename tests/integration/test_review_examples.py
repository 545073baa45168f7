"""Reviewed work as what good looks like: in the library while its author says so, and as words alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.features.faq.entry import Entry
from bot.features.faq.entry_store import SqlEntries
from bot.features.faq.publisher import EntryIndex, EntryPublisher
from bot.features.library.reader import body_of, linker_for
from bot.features.reviews.desk import Desk
from bot.features.reviews.example import Showing, example_of
from bot.features.reviews.in_library import InLibrary, LiveExamples, as_document
from bot.features.reviews.model import Case, File, Link, Seat, State, Submission
from bot.features.reviews.rubric import Blind
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import ENTRIES
from knowledge.document import DocumentKind, SourceDocument
from knowledge.knowledge_base import KnowledgeBase
from tests.builders import DANA, NOON
from tests.fakes_knowledge import WordEmbedder
from tests.reviewed import DAY, assignment, in_review, review

READERS = frozenset({"everyone"})
BASE = "https://guild.example"
ID = "~review/r1"
HOSTILE = "[click](https://evil.example) <b>bold</b> `x` ![i](https://evil.example/i.png) # no heading"


class Library:
    """Where examples are published to, and the desk at which their authors say so."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.desk = Desk([Showing(InLibrary())])
        embedder = WordEmbedder()
        self.knowledge = KnowledgeBase(folder / "snapshots", embedder, entries=folder / "entries")
        index = EntryIndex(folder / "entries", embedder, self.knowledge.refresh)
        self.publisher = EntryPublisher(database, index, lambda: NOON, beside=(self.live,))

    def live(self, unit: UnitOfWork) -> LiveExamples:
        return LiveExamples(unit, BASE)

    def add(self, work: Submission) -> None:
        with self.database.begin() as unit:
            store = SqlReviews(unit)
            store.add(work)
            for number in (1, 2):
                store.add_assignment(assignment(number, f"web:p{number}", seat=Seat.HANDED_IN, ended_at=NOON))
                store.put_review(review(number, good="The quotes carry it."))

    def show(self, is_example: bool) -> None:
        with self.database.begin() as unit:
            self.desk.show("r1", DANA, is_example, unit, NOON)

    @property
    def document(self) -> SourceDocument | None:
        self.publisher.publish()
        return self.knowledge.document(ID, READERS)


@pytest.fixture
def library(sqlite_database: Database, tmp_path: Path) -> Library:
    return Library(sqlite_database, tmp_path)


def released(**values: object) -> Submission:
    return in_review(**{"state": State.RELEASED, "released_at": NOON, "reply": "Thanks.", **values})


def test_it_is_in_the_library_from_consent_and_closing_until_consent_ends(library: Library) -> None:
    library.add(released())
    library.show(True)
    assert library.document is None, "it is not closed yet"
    with library.database.begin() as unit:
        library.desk.close("r1", DANA, unit, NOON + DAY)
    found = library.document
    assert found is not None
    assert (found.kind, found.title, found.owner) == (DocumentKind.EXAMPLE, "Renewal journey", DANA.name)
    assert (found.url, found.audience, found.topics) == (f"{BASE}/reviews/r1", READERS, ("journey map",))
    assert library.knowledge.search("quotes carry", READERS)[0].document.id == ID
    library.show(False)
    assert library.document is None
    library.show(True)
    assert library.document is not None


def test_the_publisher_is_woken_by_consent(library: Library) -> None:
    library.add(released(state=State.CLOSED, closed_at=NOON))
    heard: list[bool] = []
    stop = library.database.wakeups.subscribe(ENTRIES, lambda: heard.append(True))
    library.show(True)
    stop()
    assert heard


def test_entries_and_examples_stand_beside_each_other(library: Library) -> None:
    with library.database.begin() as unit:
        SqlEntries(unit).add(Entry("e1", "Where may I park?", "Behind the mill.", "web:admin", "Ada", NOON))
    assert library.publisher.publish()
    library.add(released(state=State.CLOSED, closed_at=NOON, is_example=True))
    assert library.document is not None
    assert library.knowledge.document("~faq/e1", READERS) is not None
    assert not library.publisher.publish(), "nothing has changed"
    library.show(False)
    assert library.document is None
    assert library.knowledge.document("~faq/e1", READERS) is not None


def test_guests_do_not_find_it(library: Library) -> None:
    library.add(released(state=State.CLOSED, closed_at=NOON, is_example=True))
    assert library.document is not None
    assert library.knowledge.document(ID, frozenset({"web:guest"})) is None
    assert library.knowledge.search("quotes carry", frozenset({"web:guest"})) == []


def document_of(**values: object) -> SourceDocument:
    work = released(**{"state": State.CLOSED, "closed_at": NOON, "is_example": True, **values})
    asked = assignment(seat=Seat.HANDED_IN, person_name="Kim Kitebird")
    good = str(values.get("about", "The quotes."))
    return as_document(example_of(Case(work, (asked,), {asked.id: review(good=good)})), BASE)


def shown(document: SourceDocument) -> str:
    return body_of(document, linker_for(document, [document]))


def test_what_people_wrote_is_words_there_too() -> None:
    link = Link(HOSTILE, "https://example.com/map")
    bad = (Link("bad", "javascript:alert(1)"), Link("bad", "https://x.example/a) [b](https://evil.example"))
    document = document_of(title=HOSTILE, about=HOSTILE, links=(link, *bad))
    page = shown(document)
    assert "<b>" not in page and "<img" not in page and "javascript" not in page
    assert 'evil.example"' not in page and 'href="https://evil' not in page
    assert page.count("[click](https://evil.example)") == 4, "in the first line, about it, the link, what should stay"
    assert '<a href="https://example.com/map"' in page


def test_its_files_are_linked_where_people_reach_the_page() -> None:
    page = shown(document_of(files=(File("f1", "map [1].pdf", 5),)))
    assert f'<a href="{BASE}/reviews/r1/files/f1" rel="noopener noreferrer">map [1].pdf</a>' in page


@pytest.mark.parametrize("blind", list(Blind))
def test_it_names_no_reviewer_and_its_author_only_where_that_is_no_secret(blind: Blind) -> None:
    document = document_of(blind=blind, files=(File("f1", "dana.pdf", 5),))
    text = f"{document} {shown(document)}"
    assert "Kitebird" not in text
    assert (DANA.name in text) is ("dana.pdf" in text) is (blind is not Blind.DOUBLE)
    assert DANA.id not in text


def test_its_hash_follows_what_it_says() -> None:
    one, other = document_of(), document_of(about="Another text.")
    assert one.content_hash != other.content_hash
    assert one == replace(document_of())
