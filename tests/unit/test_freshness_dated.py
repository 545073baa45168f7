"""The library and its answers with the dates that owners confirmed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.freshness.dated import DatedLibrary
from bot.features.freshness.model import Confirmation
from bot.features.freshness.store import SqlFreshness
from bot.storage.unit_of_work import Database
from knowledge.knowledge_base import KnowledgeBase
from tests.builders import DANA, NOON, document
from tests.fakes_knowledge import WordEmbedder, published

EVERYONE = frozenset({"everyone"})
OVERDUE, UNTIL = NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=365)
KEPT = document(review_by=OVERDUE)
UNDATED = document("brand", "Blue is the colour of the brand.")


@pytest.fixture
def library(tmp_path: Path, sqlite_database: Database) -> DatedLibrary:
    published(tmp_path, KEPT, UNDATED)
    return DatedLibrary(KnowledgeBase(tmp_path, WordEmbedder()), sqlite_database)


def confirm(database: Database, subject: str) -> None:
    confirmation = Confirmation(f"c-{subject}"[:32], subject, UNTIL, OVERDUE, NOON, DANA.id, DANA.name)
    with database.begin() as unit:
        SqlFreshness(unit).confirm(confirmation)


def test_without_a_word_of_anybody_it_is_the_library(library: DatedLibrary) -> None:
    assert library.document(KEPT.id, EVERYONE) == KEPT
    assert library.documents(EVERYONE) == [UNDATED, KEPT]


def test_the_confirmed_date_is_everywhere(library: DatedLibrary, sqlite_database: Database) -> None:
    confirm(sqlite_database, KEPT.id)
    confirm(sqlite_database, UNDATED.id)
    dated = replace(KEPT, review_by=UNTIL)
    assert library.document(KEPT.id, EVERYONE) == dated
    assert library.documents(EVERYONE) == [UNDATED, dated]
    assert [each.document for each in library.search("renewals start", EVERYONE, limit=1)] == [dated]
    answer = library.ask("When do renewals start?", EVERYONE)
    assert answer.sources[0].passage.document == dated


def test_who_confirmed_it_is_said_until_it_changes(library: DatedLibrary, sqlite_database: Database) -> None:
    assert library.confirmed(KEPT) == ""
    confirm(sqlite_database, KEPT.id)
    assert library.confirmed(KEPT) == "Dana Okafor said on 1 March 2027 that it still holds."
    assert library.confirmed(replace(KEPT, changed_on=NOON.date() + timedelta(days=1))) == ""


def test_nobody_reads_more_than_before(library: DatedLibrary, sqlite_database: Database) -> None:
    confirm(sqlite_database, KEPT.id)
    nobody = frozenset[str]()
    assert library.document(KEPT.id, nobody) is None
    assert library.documents(nobody) == library.search("renewals", nobody) == []
    assert library.ask("When do renewals start?", nobody).sources == ()
