"""Snapshots: written aside, published whole, taken back, and refused where they are damaged."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from threading import Event
from time import sleep

import numpy as np
import pytest

from knowledge.embedder import Encoding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.snapshot import MANIFEST, SnapshotDamaged
from knowledge.snapshot_store import Cancelled, NothingToRollBackTo, SnapshotStore
from tests.builders import NOON, document
from tests.fakes_knowledge import WordEmbedder, chunked, written
from tests.publishing import KEPT, generation_of, publish

ROOT = Path(__file__).parents[2]
EVERYONE = frozenset({"everyone"})
KILLS = 5
SWAPS = 20


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def test_what_was_written_is_what_is_opened(store: SnapshotStore) -> None:
    documents = [document("a", "One thing."), document("b", "Another.", topics=("crm",), hub="crm")]
    manifest = store.write(chunked(*documents), WordEmbedder(), at=NOON, chunker="7")
    snapshot = store.open(manifest.id)
    assert snapshot.manifest == manifest
    assert list(snapshot.documents.values()) == documents
    assert [chunk.text for chunk in snapshot.chunks] == ["One thing.", "Another."]
    assert snapshot.chunks_of("starter/b.md") == snapshot.chunks[1:]
    assert (manifest.model, manifest.revision, manifest.dimension, manifest.chunker) == ("words", "1", 24, "7")
    assert (manifest.created_at, manifest.created_at.tzinfo) == (NOON, UTC)


def test_a_written_snapshot_is_in_force_only_once_activated(store: SnapshotStore) -> None:
    manifest = written(store, document())
    assert (store.current_id(), store.open_current()) == (None, None)
    store.activate(manifest.id)
    current = store.open_current()
    assert (store.current_id(), current and current.manifest.id) == (manifest.id, manifest.id)


def test_snapshots_are_listed_newest_first(store: SnapshotStore) -> None:
    ids = [written(store, document(), minute=number).id for number in range(3)]
    assert [manifest.id for manifest in store.manifests()] == ids[::-1]


def test_two_snapshots_of_one_moment_are_two(store: SnapshotStore) -> None:
    assert written(store, document()).id != written(store, document()).id


def test_an_empty_index_opens_and_finds_nothing(store: SnapshotStore, root: Path) -> None:
    store.activate(written(store).id)
    knowledge = KnowledgeBase(root, WordEmbedder())
    assert knowledge.ask("Anything?", EVERYONE).sources == ()
    assert knowledge.search("anything", EVERYONE) == []
    assert knowledge.documents(EVERYONE) == []


def test_a_document_without_text_is_known_but_never_found(store: SnapshotStore, root: Path) -> None:
    store.activate(written(store, document("blank", ""), document("full", "Some words.")).id)
    knowledge = KnowledgeBase(root, WordEmbedder())
    assert [one.id for one in knowledge.documents(EVERYONE)] == ["starter/blank.md", "starter/full.md"]
    assert [one.document.id for one in knowledge.search("blank", EVERYONE)] == ["starter/full.md"]


def test_unchanged_chunks_cost_no_embedding_and_keep_theirs(store: SnapshotStore) -> None:
    kept, gone, fresh = document("kept", "It stays."), document("gone", "It goes."), document("fresh", "It comes.")
    first = store.open(written(store, gone, kept).id)
    embedder = WordEmbedder()
    second = store.open(store.write(chunked(kept, fresh), embedder, at=NOON, previous=first).id)
    assert embedder.encoded == 1
    before, after = (np.array([row]) for row in (1, 0))
    assert np.array_equal(first.vectors.vectors(before), second.vectors.vectors(after))
    assert np.array_equal(first.codes_of(1), second.codes_of(0))
    anew = store.open(written(store, kept, fresh).id)
    rows = np.arange(2)
    assert np.array_equal(anew.vectors.vectors(rows), second.vectors.vectors(rows))


@pytest.mark.parametrize("change", [{"title": "Another"}, {"blocks": document(text="Other words.").blocks}])
def test_a_new_title_or_text_is_embedded_anew(store: SnapshotStore, change: dict[str, object]) -> None:
    first = store.open(written(store, document()).id)
    embedder = WordEmbedder()
    store.write(chunked(replace(document(), **change)), embedder, at=NOON, previous=first)
    assert embedder.encoded == 1


def test_another_audience_or_owner_is_not_embedded_anew(store: SnapshotStore) -> None:
    first = store.open(written(store, document()).id)
    embedder = WordEmbedder()
    changed = document(audience=frozenset({"hub:crm"}), owner="Dana")
    second = store.open(store.write(chunked(changed), embedder, at=NOON, previous=first).id)
    assert embedder.encoded == 0
    assert (second.readable(EVERYONE).any(), second.readable(frozenset({"hub:crm"})).all()) == (False, True)


def test_another_models_embeddings_are_not_taken_over(store: SnapshotStore) -> None:
    first = store.open(written(store, document()).id)
    embedder = WordEmbedder(revision="2")
    store.write(chunked(document()), embedder, at=NOON, previous=first)
    assert embedder.encoded == 1


def test_progress_counts_what_is_embedded(store: SnapshotStore) -> None:
    seen: list[tuple[int, int]] = []
    many = chunked(*(document(str(number)) for number in range(100)))
    store.write(many, WordEmbedder(), at=NOON, on_progress=lambda done, total: seen.append((done, total)))
    assert (seen[-1], seen) == ((100, 100), sorted(seen))


def test_cancelling_leaves_nothing_behind(store: SnapshotStore, root: Path) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) == 2

    many = chunked(*(document(str(number)) for number in range(100)))
    with pytest.raises(Cancelled):
        store.write(many, WordEmbedder(), at=NOON, cancelled=cancelled)
    assert (list(root.iterdir()), store.manifests()) == ([], [])


class BreakingEmbedder(WordEmbedder):
    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        raise RuntimeError("out of memory")


def test_a_failure_while_writing_leaves_nothing_behind(store: SnapshotStore, root: Path) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        store.write(chunked(document()), BreakingEmbedder(), at=NOON)
    assert list(root.iterdir()) == []


def test_rolling_back_returns_to_the_one_before_and_again_to_the_newer(store: SnapshotStore) -> None:
    old, new = (written(store, document(), minute=number) for number in range(2))
    store.activate(old.id)
    store.activate(new.id)
    assert store.roll_back() == old
    assert store.current_id() == old.id
    assert store.roll_back() == new
    assert store.current_id() == new.id


def test_activating_the_one_in_force_keeps_the_way_back(store: SnapshotStore) -> None:
    old, new = (written(store, document(), minute=number) for number in range(2))
    for snapshot_id in (old.id, new.id, new.id):
        store.activate(snapshot_id)
    assert store.roll_back() == old


def test_without_an_earlier_snapshot_there_is_no_way_back(store: SnapshotStore) -> None:
    with pytest.raises(NothingToRollBackTo):
        store.roll_back()
    store.activate(written(store, document()).id)
    with pytest.raises(NothingToRollBackTo):
        store.roll_back()


def test_what_is_not_there_is_not_put_in_force(store: SnapshotStore) -> None:
    current = written(store, document())
    store.activate(current.id)
    with pytest.raises(SnapshotDamaged, match="no snapshot nowhere"):
        store.activate("nowhere")
    assert store.current_id() == current.id


def test_pruning_keeps_the_newest_and_the_two_that_may_be_in_force(store: SnapshotStore, root: Path) -> None:
    ids = [written(store, document(), minute=number).id for number in range(6)]
    store.activate(ids[0])
    store.activate(ids[1])
    (root / "unfinished-20270301").mkdir()
    store.prune(2)
    assert [manifest.id for manifest in store.manifests()] == [ids[5], ids[4], ids[1], ids[0]]
    assert {path.name for path in root.iterdir()} == {"current.json", ids[0], ids[1], ids[4], ids[5]}
    assert store.roll_back().id == ids[0]


def test_a_deletion_cut_short_leaves_no_snapshot_that_could_be_activated(
    store: SnapshotStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (written(store, document(), minute=number) for number in range(2))
    with monkeypatch.context() as patched:
        patched.setattr("knowledge.snapshot_store.shutil.rmtree", lambda folder, ignore_errors: None)
        store.prune(1)
    assert store.manifests() == [new]
    with pytest.raises(SnapshotDamaged):
        store.activate(old.id)
    store.prune(1)
    assert [path.name for path in root.iterdir()] == [new.id]


def test_every_damaged_or_missing_file_is_refused(store: SnapshotStore, root: Path) -> None:
    manifest = written(store, document())
    folder = root / manifest.id
    for name in manifest.files:
        file = folder / name
        whole = file.read_bytes()
        middle = len(whole) // 2
        for damaged in (whole[:middle], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], b""):
            file.write_bytes(damaged)
            with pytest.raises(SnapshotDamaged):
                store.open(manifest.id)
        file.unlink()
        with pytest.raises(SnapshotDamaged):
            store.open(manifest.id)
        file.write_bytes(whole)
    assert store.open(manifest.id).manifest == manifest


@pytest.mark.parametrize("damaged", [b"", b"{}", b"\xff\xfe", b'{"id": "x", "created_at": "yes'])
def test_a_damaged_manifest_is_refused_and_not_listed(store: SnapshotStore, root: Path, damaged: bytes) -> None:
    manifest = written(store, document())
    store.activate(manifest.id)
    (root / manifest.id / MANIFEST).write_bytes(damaged)
    with pytest.raises(SnapshotDamaged):
        store.open_current()
    assert store.manifests() == []


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[]", b"\xff\xfe", b'{"current": "x'])
def test_a_damaged_pointer_is_refused_until_a_snapshot_is_activated(
    store: SnapshotStore, root: Path, damaged: bytes
) -> None:
    manifest = written(store, document())
    store.activate(manifest.id)
    (root / "current.json").write_bytes(damaged)
    with pytest.raises(SnapshotDamaged, match=r"current\.json cannot be read"):
        store.open_current()
    store.activate(manifest.id)
    assert store.current_id() == manifest.id


@pytest.mark.promise
def test_a_writer_killed_anywhere_leaves_the_old_or_the_new_snapshot(store: SnapshotStore, root: Path) -> None:
    chance = np.random.default_rng(20270301)
    first = 0
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.publishing", str(root), str(first)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            sleep(chance.uniform(0, 0.2))
            writer.kill()
            told = [first, *map(int, writer.stdout.read().split())]
        opened = store.open_current()
        assert opened is not None
        assert generation_of(opened) in (told[-1], told[-1] + 1)
        for manifest in store.manifests():
            generation_of(store.open(manifest.id))
        first = generation_of(opened) + 1
    publish(store, first)
    assert [path.name for path in root.iterdir() if path.name.startswith("unfinished")] == []
    assert len(store.manifests()) <= KEPT + 1


@pytest.mark.promise
def test_readers_see_no_error_and_no_mix_while_snapshots_are_swapped(store: SnapshotStore, root: Path) -> None:
    publish(store, 0)
    done = Event()

    def open_again_and_again() -> list[int]:
        seen: list[int] = []
        while not done.is_set():
            opened = store.open_current()
            assert opened is not None
            seen.append(generation_of(opened))
        return seen

    def ask_again_and_again(knowledge: KnowledgeBase) -> list[int]:
        seen: list[int] = []
        while not done.is_set():
            knowledge.refresh()
            answer = knowledge.ask("Generation of page?", EVERYONE)
            (word,) = {source.passage.chunk.text.split()[1] for source in answer.sources}
            seen.append(int(word.removeprefix("gen")))
        return seen

    with ThreadPoolExecutor(4) as pool:
        shared = KnowledgeBase(root, WordEmbedder())
        shared.ask("Generation?", EVERYONE)  # NumPy puts off an import to the first question, and it uses ast
        readers = [pool.submit(open_again_and_again) for _ in range(2)]
        readers += [pool.submit(ask_again_and_again, shared) for _ in range(2)]
        try:
            for number in range(1, SWAPS + 1):
                publish(store, number)
        finally:
            done.set()
        for reader in readers:
            seen = reader.result()
            assert seen
            assert seen == sorted(seen)
