"""Which weights a model has: its revision."""

import hashlib
from pathlib import Path


def weights_hash(weights: Path, cache: Path) -> str:
    """SHA-256 of a file, remembered in `cache` by size and time: hashing 90 MB would slow every start."""
    stat = weights.stat()
    note = cache / f"weights-{stat.st_size}-{stat.st_mtime_ns}.sha256"
    if note.is_file():
        return note.read_text("ascii").strip()
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    note.write_text(digest, "ascii")
    return digest


def revision_of(model: Path, cache: Path) -> str:
    """The hash of a folder's safetensors; one file's own hash, so that every adapter gives it the same revision.

    Empty where there are none.
    """
    files = sorted([*model.glob("*.safetensors"), *model.glob("*/*.safetensors")])
    if len(files) < 2:
        return weights_hash(files[0], cache) if files else ""
    named = "".join(f"{file.relative_to(model).as_posix()} {weights_hash(file, cache)}\n" for file in files)
    return hashlib.sha256(named.encode()).hexdigest()
