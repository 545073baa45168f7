"""Another embedding model: its index is made anew, and until then nobody searches one model's vectors with another."""

from pathlib import Path

from knowledge.answerability import Thresholds
from knowledge.knowledge_base import KnowledgeBase
from knowledge.snapshot_store import SnapshotStore
from tests.builders import document
from tests.fakes_knowledge import WordEmbedder, published, written

READERS = frozenset({"everyone"})


def test_an_index_of_another_model_is_not_searched(tmp_path: Path) -> None:
    published(tmp_path, document())
    other = KnowledgeBase(tmp_path, WordEmbedder("2"))
    assert other.snapshot is None
    assert other.ask("when do renewals start", READERS).sources == ()
    assert KnowledgeBase(tmp_path, WordEmbedder()).snapshot is not None


def test_what_is_served_stays_when_another_models_index_is_published_and_moves_on_with_the_next(tmp_path: Path) -> None:
    first = published(tmp_path, document())
    knowledge = KnowledgeBase(tmp_path, WordEmbedder(), thresholds=Thresholds(0.0, 0.0))
    store = SnapshotStore(tmp_path)
    store.activate(written(store, document(), embedder=WordEmbedder("2"), minute=1).id)
    assert not knowledge.refresh()
    assert knowledge.snapshot is not None
    assert knowledge.snapshot.manifest.id == first.manifest.id
    assert knowledge.ask("when do renewals start", READERS).sources != ()
    last = written(store, document("faq"), minute=2)
    store.activate(last.id)
    assert knowledge.refresh()
    assert knowledge.snapshot.manifest.id == last.id
