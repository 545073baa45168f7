"""What speaks for experts, as each reader may know it, kept up to date."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.turn import EVERYONE
from bot.features.experts.matcher import Matcher
from bot.features.experts.model import Evidence, Expert, Known
from bot.features.experts.store import SqlExperts
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.onnx_embedder import load_builtin
from tests.builders import NOON, document, minutes
from tests.fakes_knowledge import WordEmbedder
from tests.waiting import until_true

ALL, BOARD = frozenset({EVERYONE}), frozenset({"board"})
DANA, SAM = "dana", "sam"


class House:
    """Dana owns a playbook that everybody reads and one that the board does. She and Sam are experts."""

    def __init__(self, database: Database, file: Path) -> None:
        self.database = database
        self.file = file
        self.documents: dict[str, SourceDocument] = {}
        self.own(
            document("renewals", "Renewals of contracts.", owner="Dana Okafor", topics=("renewals",)),
            document("heron", "The acquisition.", owner="dana@example.com", topics=("acquisition",), audience=BOARD),
        )
        with database.begin() as unit:
            for person, name in ((DANA, "Dana Okafor"), (SAM, "Sam Lee")):
                People(unit).add(KnownPerson(person, name, NOON, f"{person}@example.com"))
        self.expert(DANA)
        self.expert(SAM, topics=("pricing",))
        self.matcher = self.started()

    def started(self, embedder: Embedder | None = None) -> Matcher:
        matcher = Matcher(self.database, embedder or WordEmbedder(), lambda: self.documents, self.file)
        matcher.refresh()
        return matcher

    def own(self, *documents: SourceDocument) -> None:
        """Another snapshot of the library."""
        self.documents = {**self.documents, **{each.id: each for each in documents}}

    def expert(self, person: str, **values: object) -> None:
        with self.database.begin() as unit:
            SqlExperts(unit).put(replace(Expert(person, NOON), **values))

    def answered(self, person: str, text: str, *topics: str, readers: frozenset[str] = ALL, ago: float = 10) -> None:
        with self.database.begin() as unit:
            SqlExperts(unit).add_evidence(Evidence(text[:32], person, text, topics, readers, NOON - minutes(ago)))

    def known(self, text: str, readers: frozenset[str] = ALL, *left_out: str) -> Sequence[Known]:
        self.matcher.refresh()
        return self.matcher.match(text, readers, frozenset(left_out), NOON)

    def why(self, text: str, readers: frozenset[str] = ALL) -> dict[str, str]:
        return {each.person_id: each.why for each in self.known(text, readers) if each.is_alike}


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> Iterator[House]:
    yield House(sqlite_database, tmp_path / "experts.npz")


def test_what_is_owned_answered_and_declared_speaks_for_somebody_and_is_named(house: House) -> None:
    house.own(document("more", "Renewals of contracts.", owner="dana@example.com"))
    house.expert(DANA, topics=("contracts",))
    for number in range(3):
        house.answered(DANA, f"{number} How do renewals of contracts work")
    assert house.why("renewals of contracts") == {
        DANA: "owns “Renewals” and 1 more, answered 3 like this, knows contracts"
    }


def test_whoever_only_comes_close_is_known_with_what_does(house: House) -> None:
    house.expert(SAM)
    house.answered(SAM, "renewals of licences in the north")
    house.expert(DANA, topics=("licences of an office in Rome",))
    found = {each.person_id: each for each in house.known("licences of the office")}
    assert (found[SAM].is_alike, found[SAM].why) == (False, "answered what comes close")
    house.answered(SAM, "The licences of the office")
    assert house.why("licences of the office")[SAM] == "answered 1 like this"


@pytest.mark.parametrize("person", [DANA, SAM])
def test_the_asker_is_left_out(house: House, person: str) -> None:
    house.expert(DANA, topics=("pricing",))
    assert person not in {each.person_id for each in house.known("pricing", ALL, person)}


def test_what_a_reader_may_not_see_speaks_for_nobody(house: House) -> None:
    house.answered(SAM, "When is the acquisition", readers=BOARD)
    assert house.known("acquisition") == []
    assert house.why("acquisition", BOARD) == {DANA: "owns “Heron”", SAM: "answered 1 like this"}
    assert house.known("acquisition", frozenset()) == []


def test_a_document_that_is_not_for_these_readers_any_more_is_not_named_from_then_on(house: House) -> None:
    assert DANA in house.why("renewals of contracts")
    house.own(document("renewals", "Renewals of contracts.", owner="Dana Okafor", audience=BOARD))
    found = house.matcher.match("renewals of contracts", ALL)  # before anything was made ready anew
    assert DANA not in {each.person_id for each in found}


def test_who_owns_it_is_said_by_the_library_of_today(house: House) -> None:
    house.own(document("renewals", "Renewals of contracts.", owner="Sam Lee"))
    assert house.why("renewals of contracts") == {SAM: "owns “Renewals”"}


def test_a_second_copy_of_a_document_counts_for_nothing(house: House) -> None:
    house.own(document("copy", "Renewals of contracts.", owner="Dana Okafor", duplicate_of="starter/renewals.md"))
    assert house.why("renewals of contracts") == {DANA: "owns “Renewals”"}


def test_what_is_not_theirs_leads_to_nobody(house: House) -> None:
    house.answered(DANA, "How do renewals of contracts work", "renewals", "contracts")
    house.expert(DANA, not_mine=("Renewals",))
    found = house.known("renewals of contracts")  # the playbook is about nothing else, the answer about that too
    assert DANA not in {each.person_id for each in found}
    assert house.why("How do contracts work") == {DANA: "answered 1 like this"}


def test_who_left_is_not_found_and_nothing_of_theirs_is_kept(house: House) -> None:
    house.answered(DANA, "How do renewals of contracts work")
    assert DANA in house.why("renewals of contracts")
    with house.database.begin() as unit:
        SqlExperts(unit).forget(DANA)
    assert house.why("renewals of contracts") == {}
    assert DANA.encode() not in house.file.read_bytes()


def test_only_what_changed_is_thought_through_again_also_after_a_start(house: House) -> None:
    assert not house.matcher.refresh()
    embedder = WordEmbedder()
    matcher = house.started(embedder)
    assert embedder.encoded == 0
    house.answered(SAM, "A new question")
    assert matcher.refresh()
    assert embedder.encoded == 1


def test_a_question_is_thought_through_once(house: House) -> None:
    embedder = WordEmbedder()
    matcher = house.started(embedder)
    matcher.ready("renewals of contracts")
    assert embedder.encoded == 1
    assert matcher.match("renewals of contracts", ALL)
    assert embedder.encoded == 1


def test_whose_topic_it_is(house: House) -> None:
    house.answered(SAM, "How do renewals of contracts work")
    house.matcher.refresh()
    assert house.matcher.owners_of("renewals of contracts") == [DANA]
    assert house.matcher.owners_of("pricing") == []  # Sam said so, and owns nothing
    assert house.matcher.owners_of("parking") == []


def test_before_anything_is_ready_nobody_is_known(house: House) -> None:
    fresh = Matcher(house.database, WordEmbedder(), lambda: house.documents, house.file)
    assert fresh.match("pricing", ALL) == []
    assert fresh.owners_of("pricing") == []


def test_a_question_that_comes_right_after_a_start_waits_until_it_is_known_who_knows(house: House) -> None:
    fresh = Matcher(house.database, WordEmbedder(), lambda: house.documents, house.file)
    fresh.ready("pricing")
    assert fresh.match("pricing", ALL)[0].person_id == SAM


def test_changes_are_taken_in_without_being_asked_for(house: House) -> None:
    matcher = Matcher(house.database, WordEmbedder(), lambda: house.documents, house.file)
    matcher.start()
    try:
        until_true(lambda: bool(matcher.match("pricing", ALL)))
        house.expert(DANA, topics=("parking",))
        until_true(lambda: bool(matcher.match("parking", ALL)))
    finally:
        matcher.stop()


def test_other_words_for_a_topic_lead_to_who_knows_that(house: House, tmp_path: Path) -> None:
    """With the model that comes with the product."""
    house.expert(DANA, topics=("holidays",))
    matcher = Matcher(house.database, load_builtin(tmp_path), lambda: {}, tmp_path / "real.npz")
    matcher.refresh()
    assert [each.person_id for each in matcher.match("What do our competitors charge, and what should we?", ALL)] == [
        SAM
    ]
    assert [each.person_id for each in matcher.match("How many days of vacation do I have?", ALL)] == [DANA]
    assert matcher.match("Where is the printer?", ALL) == []
