"""What every embedding model keeps to, on both adapters; then that the two may share an index."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedder import Embedder, Encoding, ModelUnavailable
from knowledge.onnx_embedder import builtin_folder, load_builtin
from knowledge.sentence_transformers_embedder import load_sentence_transformers

HAS_TORCH = importlib.util.find_spec("sentence_transformers") is not None
NEEDS_TORCH = pytest.mark.skipif(not HAS_TORCH, reason="sentence-transformers is not installed (an optional extra)")
SENTENCE = "Renewals start ninety days before the contract's end; Dana Okafor owns the playbook."
TEXTS = [SENTENCE, "", "Überstunden [SEP] naïve café 東京 🙂", "SLA?", "one two three " * 40, SENTENCE.upper()]

Load = Callable[[Path], Embedder]


def _with_torch(cache: Path) -> Embedder:
    return load_sentence_transformers(str(builtin_folder()), cache)


ADAPTERS: dict[str, Load] = {"onnx": load_builtin} | ({"torch": _with_torch} if HAS_TORCH else {})


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module", params=ADAPTERS)
def embedder(request: pytest.FixtureRequest, cache: Path) -> Embedder:
    return ADAPTERS[request.param](cache)


def one(embedder: Embedder, text: str) -> Encoding:
    return next(embedder.encode([text]))


def likeness(left: Encoding, right: Encoding) -> float:
    """The lowest cosine of the sentences and of each word piece."""
    pairs = zip((left.sentence, *left.tokens), (right.sentence, *right.tokens), strict=True)
    return min(float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))) for a, b in pairs)


def test_one_encoding_a_text_in_order(embedder: Embedder) -> None:
    together = list(embedder.encode(TEXTS))
    assert len(together) == len(TEXTS)
    for text, encoding in zip(TEXTS, together, strict=True):
        assert encoding.pieces.tolist() == one(embedder, text).pieces.tolist()
        assert encoding.sentence.shape == (embedder.dimension,)
        assert encoding.tokens.shape == (len(encoding.pieces), embedder.dimension)
        assert encoding.sentence.dtype == encoding.tokens.dtype == np.float32
        assert encoding.pieces.dtype == np.int32


def test_no_texts_give_no_encodings(embedder: Embedder) -> None:
    assert list(embedder.encode([])) == []


def test_sentences_have_length_one(embedder: Embedder) -> None:
    lengths = [float(np.linalg.norm(encoding.sentence)) for encoding in embedder.encode(TEXTS)]
    assert lengths == pytest.approx([1.0] * len(TEXTS), abs=1e-5)


def test_company_in_a_batch_changes_nothing(embedder: Embedder) -> None:
    for text, together in zip(TEXTS, embedder.encode(TEXTS), strict=True):
        assert likeness(one(embedder, text), together) > 0.9999, text


def test_more_texts_than_a_batch_holds_keep_their_order(embedder: Embedder) -> None:
    texts = [f"{'very ' * (number % 7)}short text {number}" for number in range(300)]
    found = list(embedder.encode(texts))
    assert len(found) == 300
    for number in (0, 17, 255, 256, 299):
        assert likeness(one(embedder, texts[number]), found[number]) > 0.9999


def test_a_long_text_is_cut_at_the_limit_and_counted_whole(embedder: Embedder) -> None:
    long = "renewal " * 2_000
    encoding = one(embedder, long)
    assert embedder.count(long) == 2_000
    assert 128 < len(encoding.pieces) < 512
    cut = one(embedder, "renewal " * len(encoding.pieces))
    assert likeness(cut, encoding) > 0.9999


def test_an_empty_text_has_a_sentence_and_no_word_pieces(embedder: Embedder) -> None:
    encoding = one(embedder, "")
    assert encoding.tokens.shape == (0, embedder.dimension)
    assert np.isfinite(encoding.sentence).all()
    assert (embedder.count(""), embedder.offsets("")) == (0, [])


@pytest.mark.parametrize("text", TEXTS)
def test_offsets_and_counts_are_those_of_the_word_pieces(embedder: Embedder, text: str) -> None:
    offsets = embedder.offsets(text)
    assert len(offsets) == len(one(embedder, text).pieces) == embedder.count(text)
    ends = [end for _, end in offsets]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in offsets)


def test_offsets_lead_to_the_words(embedder: Embedder) -> None:
    start, end = embedder.offsets(SENTENCE)[0]
    assert SENTENCE[start:end] == "Renewal"[: end - start]
    assert {SENTENCE[start:end] for start, end in embedder.offsets(SENTENCE)} >= {"ninety", "days", "Dana", ";"}


def test_like_meanings_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    question = one(embedder, "when does a renewal begin").sentence
    assert question @ one(embedder, SENTENCE).sentence > question @ one(embedder, "How to bake bread.").sentence + 0.2


@NEEDS_TORCH
def test_both_adapters_may_share_an_index(cache: Path) -> None:
    onnx, torch = load_builtin(cache), _with_torch(cache)
    assert (onnx.revision, onnx.dimension) == (torch.revision, torch.dimension)
    for text, left, right in zip(TEXTS, onnx.encode(TEXTS), torch.encode(TEXTS), strict=True):
        assert left.pieces.tolist() == right.pieces.tolist()
        assert onnx.offsets(text) == torch.offsets(text)
        assert likeness(left, right) > 0.9999, text


@pytest.mark.skipif(HAS_TORCH, reason="sentence-transformers is installed")
def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="pip install"):
        load_sentence_transformers("some/model", tmp_path)


@NEEDS_TORCH
@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("nobody/has-this-model", "GUILDHALL_MODEL_DOWNLOAD"),
        ("not a model's name", "neither a folder"),
        ("", "neither a folder"),
    ],
)
def test_a_model_that_is_not_here_is_not_fetched(model: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        load_sentence_transformers(model, tmp_path)


@NEEDS_TORCH
def test_a_folder_without_safe_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(ModelUnavailable, match="safetensors"):
        load_sentence_transformers(str(tmp_path), tmp_path / "cache")
