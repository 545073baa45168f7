"""The library and approved entries, read as one snapshot."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer.entries import publish_entries
from knowledge.answer import Outcome
from knowledge.answerability import Thresholds, confidence
from knowledge.document import DocumentKind, SourceDocument
from knowledge.joined import joined
from knowledge.knowledge_base import KnowledgeBase
from knowledge.retriever import prepare, rank
from knowledge.snapshot_store import SnapshotStore
from tests.builders import NOON, document, minutes
from tests.fakes_knowledge import WordEmbedder, chunked, published, written

READERS = frozenset({"everyone"})
WORDS = ("renewals start ninety days early", "partners get a price list", "the board decides in march", "heron nests")
QUESTIONS = ("when do renewals start", "price list for partners", "who decides", "heron")


def library_of(*texts: str) -> list[SourceDocument]:
    return [document(f"page{number}", f"{text}.") for number, text in enumerate(texts)]


def entry(name: str, text: str, **values: object) -> SourceDocument:
    return document(name, text, id=f"~faq/{name}", kind=DocumentKind.FAQ, **values)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    (tmp_path / "entries").mkdir()
    return SnapshotStore(tmp_path / "entries")


def publish(store: SnapshotStore, *entries: SourceDocument, embedder: WordEmbedder | None = None, at: int = 0) -> bool:
    return publish_entries(entries, store, embedder or WordEmbedder(), at=NOON + minutes(at))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("border", [0, 1, 3, 4])
def test_two_joined_rank_as_one_snapshot_of_all(tmp_path: Path, border: int, question: str) -> None:
    store = SnapshotStore(tmp_path)
    documents, embedder = library_of(*WORDS), WordEmbedder()
    whole = store.open(written(store, *documents).id)
    first, second = (store.open(written(store, *part).id) for part in (documents[:border], documents[border:]))
    together = joined(first, second)
    query = prepare(question, embedder)
    expected, found = (rank(one, query, one.readable(READERS)) for one in (whole, together))
    assert list(found.rows) == list(expected.rows)
    for name in ("score", "interaction", "window", "cosine", "lexical", "similarity"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-5)
    assert confidence(together, found) == pytest.approx(confidence(whole, expected), abs=1e-5)
    assert [together.chunks[row].text for row in found.rows] == [whole.chunks[row].text for row in expected.rows]


def test_each_row_keeps_its_vector_and_its_codes(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    documents = library_of(*WORDS)
    whole = store.open(written(store, *documents).id)
    together = joined(*(store.open(written(store, *part).id) for part in (documents[:2], documents[2:])))
    rows = np.array([3, 0, 2, 1])
    assert (together.vectors.vectors(rows) == whole.vectors.vectors(rows)).all()
    assert all((together.codes_of(row) == whole.codes_of(row)).all() for row in range(4))
    assert together.manifest.chunks == 4


def test_an_entry_answers_beside_the_library_and_leaves_when_it_is_retired(
    tmp_path: Path, store: SnapshotStore
) -> None:
    published(tmp_path / "library", *library_of(*WORDS))
    knowledge = KnowledgeBase(
        tmp_path / "library",
        WordEmbedder(),
        entries=tmp_path / "entries",
        thresholds=Thresholds(answer=0, offer=0),
    )
    parking = entry("where may i park", "Behind the mill.")
    publish(store, parking)
    assert knowledge.refresh()
    answered = knowledge.ask("where may i park", READERS)
    assert (answered.outcome, answered.sources[0].passage.document) == (Outcome.ANSWER, parking)
    assert knowledge.ask("price list for partners", READERS).sources[0].passage.document.id == "starter/page1.md"
    publish(store, at=1)
    knowledge.refresh()
    assert knowledge.document(parking.id, READERS) is None
    assert knowledge.ask("where may i park", READERS).sources[0].passage.document != parking


def test_entries_answer_before_anything_else_is_indexed(tmp_path: Path, store: SnapshotStore) -> None:
    publish(store, entry("where may i park", "Behind the mill."))
    knowledge = KnowledgeBase(tmp_path / "library", WordEmbedder(), entries=tmp_path / "entries")
    assert [each.title for each in knowledge.documents(READERS)] == ["Where May I Park"]


def test_another_index_or_a_roll_back_leaves_the_entries(tmp_path: Path, store: SnapshotStore) -> None:
    published(tmp_path / "library", *library_of(WORDS[0]))
    publish(store, entry("parking", "Behind the mill."))
    knowledge = KnowledgeBase(tmp_path / "library", WordEmbedder(), entries=tmp_path / "entries")
    library = SnapshotStore(tmp_path / "library")
    library.activate(written(library, *library_of(*WORDS), minute=1).id)
    assert knowledge.refresh()
    assert len(knowledge.documents(READERS)) == 5
    library.roll_back()
    assert knowledge.refresh()
    assert len(knowledge.documents(READERS)) == 2


def test_an_entry_is_read_by_its_audience_alone(tmp_path: Path, store: SnapshotStore) -> None:
    published(tmp_path / "library", *library_of(*WORDS))
    publish(store, entry("heron", "The heron project.", audience=frozenset({"board"})))
    knowledge = KnowledgeBase(tmp_path / "library", WordEmbedder(), entries=tmp_path / "entries")
    found = knowledge.search("heron project", READERS)
    assert "~faq/heron" not in {passage.document.id for passage in found}
    assert knowledge.search("heron project", frozenset({"board"}))[0].document.id == "~faq/heron"


def test_only_the_new_entry_is_embedded(store: SnapshotStore) -> None:
    publish(store, *(entry(f"e{number}", f"{text}.") for number, text in enumerate(WORDS)))
    embedder = WordEmbedder()
    more = [*(entry(f"e{number}", f"{text}.") for number, text in enumerate(WORDS)), entry("new", "Quite new.")]
    assert publish(store, *more, embedder=embedder, at=1)
    assert embedder.encoded == 1
    assert not publish(store, *more, embedder=embedder, at=2)


@pytest.mark.parametrize("kept", [(0, 1, 2), (0, 2, 3), (1,), (3, 2, 1, 0)])
def test_entries_score_as_if_written_at_once_whatever_was_there_before(
    tmp_path: Path, store: SnapshotStore, kept: tuple[int, ...]
) -> None:
    first = [entry(f"e{number}", f"{text}.") for number, text in enumerate(WORDS)]
    for at, chosen in enumerate((first[:2], first[:3], first, [first[number] for number in kept], first)):
        publish(store, *chosen, at=at)
    (tmp_path / "fresh").mkdir()
    fresh = SnapshotStore(tmp_path / "fresh")
    publish(fresh, *first)
    grown, whole = store.open_current(), fresh.open_current()
    assert grown is not None
    assert whole is not None
    for term in ("renew", "price", "heron", "board", "decid"):
        assert grown.lexical.scores([term]) == pytest.approx(whole.lexical.scores([term]), rel=1e-5)


def test_another_model_has_the_entries_written_anew(tmp_path: Path, store: SnapshotStore) -> None:
    publish(store, entry("parking", "Behind the mill."))
    newer = WordEmbedder(revision="2")
    knowledge = KnowledgeBase(tmp_path / "library", newer, entries=tmp_path / "entries")
    assert knowledge.documents(READERS) == []
    assert publish(store, entry("parking", "Behind the mill."), embedder=newer, at=1)
    assert knowledge.refresh()
    assert len(knowledge.documents(READERS)) == 1


def test_damaged_entries_do_not_keep_the_library_from_answering_and_are_written_anew(
    tmp_path: Path, store: SnapshotStore
) -> None:
    published(tmp_path / "library", *library_of(*WORDS))
    publish(store, entry("parking", "Behind the mill."))
    (tmp_path / "entries" / str(store.current_id()) / "chunks.json").write_text("[]")
    knowledge = KnowledgeBase(tmp_path / "library", WordEmbedder(), entries=tmp_path / "entries")
    assert len(knowledge.documents(READERS)) == 4
    assert publish(store, entry("parking", "Behind the mill."), at=1)
    knowledge.refresh()
    assert len(knowledge.documents(READERS)) == 5


def test_nothing_is_written_while_there_is_no_entry(store: SnapshotStore) -> None:
    assert not publish(store)
    assert store.current_id() is None


def test_chunks_of_both_are_found_by_their_document(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    one, two = library_of(*WORDS[:2])
    together = joined(store.open(written(store, one).id), store.open(written(store, two).id))
    assert together.chunks_of(two.id) == tuple(chunked(two)[0][1])


def test_who_asks_while_entries_and_library_move_never_sees_a_mixture(tmp_path: Path, store: SnapshotStore) -> None:
    def versions(number: int, *names: str) -> list[SourceDocument]:
        return [entry(name, f"Version {number} of {name}.") for name in names]

    library = SnapshotStore(tmp_path / "library")
    library.activate(written(library, *library_of(*WORDS)).id)
    publish(store, *versions(0, "a", "b", "c"))
    knowledge = KnowledgeBase(tmp_path / "library", WordEmbedder(), entries=tmp_path / "entries")
    seen: set[str] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            snapshot = knowledge.snapshot
            assert snapshot is not None
            texts = {chunk.text.split(" of ")[0] for chunk in snapshot.chunks if chunk.document_id.startswith("~faq/")}
            assert len(texts) == 1
            seen.update(texts)
            found = knowledge.search("version of a", READERS)
            assert {passage.chunk.document_id for passage in found} >= {"~faq/a", "~faq/b", "~faq/c"}

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        for number in range(1, 9):
            publish(store, *versions(number, *"abc"), at=number)
            library.activate(written(library, *library_of(*WORDS[: 1 + number % 4]), minute=number).id)
            knowledge.refresh()
        done.set()
        for each in asking:
            each.result()
    assert len(seen) > 1
