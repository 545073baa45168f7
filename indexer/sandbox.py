"""Parses files in a separate process that is killed when it takes too long, too much, or too many liberties."""

import io
import json
import os
import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Self

from indexer.formats.parsed import Parsed, Unparsable, Unsupported
from indexer.formats.registry import MAX_FILE

_START = "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); from indexer.worker import main; main()"
_OURS = {
    "indexer.formats.parsed": {"Parsed", "Entry"},
    "knowledge.document": {"Heading", "Paragraph", "ListItem", "Table", "Code"},
}


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file."""

    seconds: float = 30
    cpu_seconds: int = 25
    address_space: int = 2**30
    result_bytes: int = 128 * 2**20


class Sandbox:
    """One worker, started when first needed and used again until it misbehaves. Not thread-safe."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._worker: _Worker | None = None

    def parse(self, path: str, content: bytes) -> Parsed:
        """Raises Unparsable with a reason for people, Unsupported for what is nothing to index."""
        if len(content) > MAX_FILE:
            raise Unparsable(f"larger than {MAX_FILE // 2**20} MB")
        worker = self._worker = self._worker or _Worker(self._limits)
        try:
            kind, found = worker.parse(path, content)
        except _Died as death:
            self.close()
            raise Unparsable(str(death)) from None
        match kind, found:
            case "parsed", Parsed():
                return found
            case "unsupported", str():
                raise Unsupported(found)
            case _:
                raise Unparsable(str(found))

    def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Died(Exception):
    """Why the worker is gone."""


class _Worker:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._is_late = False
        paths = json.dumps([str(Path(part).absolute()) for part in sys.path])
        their_input, requests = os.pipe()
        results, their_output = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _START, paths, str(limits.cpu_seconds), str(limits.address_space)],
            stdin=their_input,
            stdout=their_output,
            stderr=subprocess.DEVNULL,
            env={"OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},  # no secret of ours
        )
        os.close(their_input)
        os.close(their_output)
        self._requests = Connection(requests, readable=False)
        self._results = Connection(results, writable=False)

    def parse(self, path: str, content: bytes) -> tuple[object, object]:
        """Raises _Died."""
        timer = Timer(self._limits.seconds, self._kill_late)
        timer.daemon = True
        timer.start()
        try:
            self._requests.send_bytes(path.encode(errors="replace"))
            self._requests.send_bytes(content)
            found = _Ours(io.BytesIO(self._results.recv_bytes(self._limits.result_bytes))).load()
        except (EOFError, OSError, pickle.UnpicklingError):
            self._process.kill()
            raise _Died(self._reason(self._process.wait())) from None
        finally:
            timer.cancel()
        return found if isinstance(found, tuple) and len(found) == 2 else ("failed", "no result")

    def close(self) -> None:
        self._requests.close()
        self._results.close()
        self._process.kill()
        self._process.wait()

    def _kill_late(self) -> None:
        self._is_late = True
        self._process.kill()

    def _reason(self, code: int) -> str:
        if self._is_late:
            return f"took longer than {self._limits.seconds:g} seconds"
        if code == -signal.SIGXCPU:
            return f"took more than {self._limits.cpu_seconds} seconds of computing time"
        if code == -signal.SIGKILL:
            return "was stopped: it needed too much memory, or its text is too large"
        return f"crashed its parser ({code})"


class _Ours(pickle.Unpickler):
    """Takes our own blocks and nothing else, so that a taken-over worker gains nothing."""

    def find_class(self, module_name: str, global_name: str, /) -> object:
        if global_name in _OURS.get(module_name, ()):
            return super().find_class(module_name, global_name)
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is not expected from a parser")
