"""What every vector index keeps to: on FAISS, and on plain NumPy, which says what is meant."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from knowledge.embedder import Floats
from knowledge.vectors import FaissIndex, Mask, Rows, VectorIndex


class PlainIndex:
    """Fills `knowledge.vectors.VectorIndex` by looking at every row."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def search(self, question: Floats, limit: int, allowed: Mask) -> tuple[Rows, Floats]:
        rows = np.flatnonzero(allowed)
        cosines = np.asarray(self._vectors[rows] @ question, dtype=np.float32)
        order = np.argsort(-cosines, kind="stable")[:limit]
        return rows[order], cosines[order]

    def vectors(self, rows: Rows) -> Floats:
        return self._vectors[rows]


Build = Callable[[Floats], VectorIndex]
WEST, NORTH, EAST = np.array([[-1, 0], [0, 1], [1, 0]], dtype=np.float32)
ALL = np.ones(3, dtype=np.bool_)
HALF_PRECISION = 2e-3


@pytest.fixture(params=[PlainIndex, FaissIndex.build], ids=["plain", "faiss"])
def build(request: pytest.FixtureRequest) -> Build:
    made: Build = request.param
    return made


@pytest.fixture
def index(build: Build) -> VectorIndex:
    return build(np.stack([WEST, NORTH, EAST]))


def test_the_nearest_comes_first_with_its_cosine(index: VectorIndex) -> None:
    rows, cosines = index.search(EAST, 3, ALL)
    assert (list(rows), list(cosines)) == ([2, 1, 0], [1, 0, -1])


def test_no_more_than_the_limit_is_found(index: VectorIndex) -> None:
    assert list(index.search(EAST, 1, ALL)[0]) == [2]
    assert [len(found) for found in index.search(EAST, 0, ALL)] == [0, 0]


def test_only_allowed_rows_are_found_even_if_others_are_nearer(index: VectorIndex) -> None:
    assert list(index.search(EAST, 3, np.array([True, False, False]))[0]) == [0]


def test_where_nothing_is_allowed_nothing_is_found(index: VectorIndex) -> None:
    rows, cosines = index.search(EAST, 3, np.zeros(3, dtype=np.bool_))
    assert (rows.shape, cosines.shape, rows.dtype, cosines.dtype) == ((0,), (0,), np.int64, np.float32)


def test_an_empty_index_finds_nothing(build: Build) -> None:
    empty = build(np.empty((0, 2), dtype=np.float32))
    assert [len(found) for found in empty.search(EAST, 3, np.empty(0, dtype=np.bool_))] == [0, 0]
    assert empty.vectors(np.empty(0, dtype=np.int64)).shape == (0, 2)


def test_equal_vectors_are_all_found_each_once(build: Build) -> None:
    index = build(np.stack([EAST] * 9))
    rows, cosines = index.search(EAST, 20, np.arange(9) != 4)
    assert (sorted(rows), set(cosines)) == ([0, 1, 2, 3, 5, 6, 7, 8], {1.0})


def test_vectors_come_in_the_order_of_the_rows(index: VectorIndex) -> None:
    rows = np.array([2, 0, 0])
    assert np.array_equal(index.vectors(rows), np.stack([EAST, WEST, WEST]))


def test_no_rows_have_no_vectors(index: VectorIndex) -> None:
    assert index.vectors(np.empty(0, dtype=np.int64)).shape == (0, 2)


@given(
    matrix=arrays.arrays(np.float32, (12, 4), elements=st.integers(-5, 5).map(float)),
    question=arrays.arrays(np.float32, 4, elements=st.integers(-5, 5).map(float)),
    allowed=arrays.arrays(np.bool_, 12),
    limit=st.integers(0, 15),
)
def test_the_best_allowed_rows_are_found(
    build: Build, matrix: Floats, question: Floats, allowed: Mask, limit: int
) -> None:
    lengths = np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1)
    vectors = np.asarray(matrix / lengths, dtype=np.float32)
    rows, cosines = build(vectors).search(question, limit, allowed)
    expected = np.sort(vectors[allowed] @ question)[::-1][:limit]
    assert cosines == pytest.approx(expected, abs=HALF_PRECISION * 10)
    assert cosines == pytest.approx(vectors[rows] @ question, abs=HALF_PRECISION * 10)
    assert len(set(rows)) == len(rows) == min(limit, int(allowed.sum()))
    assert allowed[rows].all()
