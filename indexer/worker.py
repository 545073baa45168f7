"""The process that parses, started by `indexer.sandbox`: limited, without network, without files of its own.

Takes a path and a content from standard input and writes what came of them to standard output, until it ends.
"""

import mimetypes
import os
import pickle
import resource
import sys
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from indexer.formats.parsed import Parsed, Unparsable, Unsupported
from indexer.formats.registry import parse

Outcome = tuple[str, Parsed | str]
"""("parsed", what was parsed), or ("failed" or "unsupported", the reason)."""

_RAISED_BY_PARSERS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NameError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, Warning,
)  # fmt: skip
_FORBIDDEN = (
    "socket.", "subprocess.", "urllib.", "ftplib.", "http.", "smtplib.", "webbrowser.", "shutil.",
    "os.system", "os.exec",
    "os.posix_spawn", "os.spawn", "os.fork", "os.kill", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link",
    "os.symlink", "os.chmod", "os.chown", "os.truncate",
)  # fmt: skip


def main() -> None:
    """Arguments: CPU seconds for each file, bytes of address space."""
    cpu_seconds, address_space = int(sys.argv[1]), int(sys.argv[2])
    requests, results = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # what a parser prints must not reach the results
    _limit(address_space)
    mimetypes.init()  # openpyxl's import would read the system's list after the guard is up
    sys.setrecursionlimit(3_000)
    sys.addaudithook(_guard)
    while True:
        try:
            path, content = requests.recv_bytes().decode(), requests.recv_bytes()
        except EOFError:
            return
        _allow_cpu(cpu_seconds)
        results.send_bytes(pickle.dumps(_outcome(path, content)))


def _outcome(path: str, content: bytes) -> Outcome:
    try:
        return "parsed", parse(path, content)
    except Unsupported as error:
        return "unsupported", str(error)
    except Unparsable as error:
        return "failed", str(error)
    except RecursionError:
        return "failed", "nested too deeply"
    except MemoryError:
        return "failed", "needs more memory than a file may take"
    except _RAISED_BY_PARSERS as error:
        return "failed", f"cannot be read ({type(error).__name__}: {error})"[:300]


def _limit(address_space: int) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, address_space),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue  # macOS takes no limit of the address space; time and size still bind


def _allow_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _folders(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple({f"{Path(path).resolve()}{os.sep}" for path in paths if path})


_INSTALLED = _folders(
    (sys.prefix, sys.base_prefix, *(part for part in sys.path if part.endswith(("site-packages", "dist-packages"))))
)
_IMPORTED_FROM = _folders((*sys.path, str(Path(__file__).parent.parent)))  # an editable install is not on the path
_CODE = (".py", ".pyc", ".so")


def is_code(name: str) -> bool:
    """What is installed, with its own files. Elsewhere on the path modules alone: a checkout holds the home folder
    and its secrets as well."""
    real = os.path.realpath(name)
    return real.startswith(_INSTALLED) or (real.startswith(_IMPORTED_FROM) and real.endswith(_CODE))


def _guard(event: str, arguments: Sequence[object]) -> None:
    """Python's own audit events: nothing is written, fetched or started, and nothing read but code."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while parsing")
    if event == "open" and isinstance(arguments[0], str | bytes):
        name = os.fsdecode(arguments[0])
        flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
        is_writing = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND))
        if is_writing or not is_code(name):
            raise PermissionError(f"opening {name} is not allowed while parsing")


if __name__ == "__main__":
    main()
