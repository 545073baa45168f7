"""What FAISS adds to the contract of tests/contract/test_vector_index.py: a file, and half precision."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.vectors import FaissIndex, stacked


def test_a_loaded_index_gives_what_the_saved_one_gave(tmp_path: Path) -> None:
    vectors = np.eye(4, dtype=np.float32)
    FaissIndex.build(vectors).save(tmp_path / "vectors")
    loaded = FaissIndex.load(tmp_path / "vectors")
    rows, cosines = loaded.search(vectors[2], 4, np.ones(4, dtype=np.bool_))
    assert (rows[0], cosines[0]) == (2, 1)
    assert np.array_equal(loaded.vectors(np.arange(4)), vectors)


def test_half_precision_is_kept_when_vectors_are_taken_over() -> None:
    vectors = np.random.default_rng(1).standard_normal((50, 8)).astype(np.float32)
    rows = np.arange(50)
    once = FaissIndex.build(vectors).vectors(rows)
    assert np.array_equal(FaissIndex.build(once).vectors(rows), once)
    assert once == pytest.approx(vectors, abs=2e-3)


def test_more_than_eight_rows_are_filtered_by_the_right_bits() -> None:
    vectors = np.eye(20, dtype=np.float32)
    index = FaissIndex.build(vectors)
    for wanted in range(20):
        allowed = np.arange(20) == wanted
        assert list(index.search(vectors[0], 5, allowed)[0]) == [wanted]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_stacked_vectors_have_a_shape_even_if_there_are_none(count: int) -> None:
    matrix = stacked([np.ones(5, dtype=np.float32)] * count, 5)
    assert (matrix.shape, matrix.dtype) == ((count, 5), np.float32)
