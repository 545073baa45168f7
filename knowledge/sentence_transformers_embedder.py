"""Any model of the sentence-transformers family that gives its word pieces' states; needs torch."""

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError
from tokenizers import Tokenizer

from knowledge.embedder import Embedder, Encoding, Floats, ModelUnavailable
from knowledge.weights import revision_of
from knowledge.word_pieces import Ids, WordPieces

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_MOST = 512  # word pieces; a passage is far below, and a batch of longer ones would not fit into memory
_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]  # no pickles, no code


def load_sentence_transformers(model: str, cache: Path, *, may_download: bool = False) -> Embedder:
    """A folder, or a model's name on its hub. Raises ModelUnavailable.

    Nothing is fetched unless `may_download`; then it is kept where huggingface_hub keeps its models.
    """
    folder = model_folder(model, may_download=may_download)
    name = folder.name if Path(model).is_dir() else model
    return SentenceTransformersEmbedder(folder, name, cache)


def model_folder(model: str, *, may_download: bool = False) -> Path:
    """Where the model lies on this machine. Raises ModelUnavailable."""
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelUnavailable(_not_installed(model))
    if model and Path(model).is_dir():
        return Path(model).resolve()
    from huggingface_hub import snapshot_download  # comes with sentence-transformers
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=not may_download, allow_patterns=_FILES))
    except HFValidationError as wrong:
        raise ModelUnavailable(
            f"{model or 'Nothing'} is neither a folder on this machine nor a model's name."
        ) from wrong
    except LocalEntryNotFoundError as missing:
        raise ModelUnavailable(_not_here(model, may_download=may_download)) from missing
    except (HfHubHTTPError, OSError) as failed:
        raise ModelUnavailable(f"{model} could not be fetched: {failed}") from failed


class SentenceTransformersEmbedder:
    """One model in memory, safe for use by several threads."""

    def __init__(self, folder: Path, name: str, cache: Path) -> None:
        self.name = name
        self.revision = revision_of(folder, cache)
        if not self.revision:
            raise ModelUnavailable(f"{folder} holds no *.safetensors. Weights in other formats are not loaded.")
        self._model = _load(folder, name)
        tokenizer = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if tokenizer is None:
            raise ModelUnavailable(f"{name} has no fast tokenizer, so its word pieces cannot be placed in a text.")
        limit = min(self._model.max_seq_length or _MOST, _MOST)
        # A copy: the model's own may be set to truncate and to pad by whoever else uses it.
        own = Tokenizer.from_str(tokenizer.to_str())
        self._pieces = WordPieces(own, limit, pad=self._model.tokenizer.pad_token_id or 0)
        probe = next(self.encode(["a"]))
        self.dimension = len(probe.sentence)
        if probe.tokens.shape[1] != self.dimension:
            raise ModelUnavailable(
                f"{name} gives word pieces of {probe.tokens.shape[1]} and sentences of {self.dimension} dimensions. "
                "Guildhall needs a model with as many of both."
            )

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        return self._pieces.encode(texts, self._run)

    def count(self, text: str) -> int:
        return self._pieces.count(text)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self._pieces.offsets(text)

    def _run(self, ids: Ids, mask: Ids) -> tuple[Floats, Floats]:
        import torch

        device = self._model.device
        with torch.inference_mode():
            found = self._model(
                {
                    "input_ids": torch.from_numpy(ids.astype(np.int64)).to(device),
                    "attention_mask": torch.from_numpy(mask.astype(np.int64)).to(device),
                }
            )
        if "token_embeddings" not in found:
            raise ModelUnavailable(f"{self.name} gives no vectors of word pieces, which Guildhall ranks by.")
        sentences = found["sentence_embedding"].float().cpu().numpy()
        lengths = np.linalg.norm(sentences, axis=1, keepdims=True)
        return found["token_embeddings"].float().cpu().numpy(), sentences / np.maximum(lengths, 1e-12)


def _load(folder: Path, name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # it would be drawn into logs and pipes
    try:
        model = SentenceTransformer(str(folder), local_files_only=True, model_kwargs={"use_safetensors": True})
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as failed:
        raise ModelUnavailable(f"{name} cannot be loaded: {failed}") from failed
    return model.float().eval()


def _not_installed(model: str) -> str:
    return (
        f"GUILDHALL_MODEL is {model}, which needs sentence-transformers. Run: "
        "pip install 'guildhall[sentence-transformers]'. Or leave GUILDHALL_MODEL unset for the built-in model."
    )


def _not_here(model: str, *, may_download: bool) -> str:
    if may_download:
        return f"{model} is not on this machine and its hub cannot be reached. Set GUILDHALL_MODEL to a folder of it."
    return (
        f"{model} is not on this machine, and Guildhall fetches no model by itself. Set GUILDHALL_MODEL to a folder "
        "that holds it, or start once with GUILDHALL_MODEL_DOWNLOAD=true."
    )
