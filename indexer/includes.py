"""Microsoft Docs' `[!INCLUDE [label](includes/name.md)]`: the fragment's text in the place of the mark."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from indexer.formats.decoding import decode
from indexer.formats.parsed import Unparsable
from indexer.sources.source import SourceFile

_MARK = re.compile(rb"\[!INCLUDE\s*\[[^\]\n]*\]\s*\(([^)\n]{1,300})\)\s*\]", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FOLDERS = frozenset(("include", "includes", "snippets", "_includes"))
_MOST = 64 * 2**10  # of one fragment, and 50 fragments in a file


@dataclass(frozen=True, slots=True)
class Expanded:
    """`paths` are the fragments that were put in, each once."""

    content: bytes
    paths: tuple[str, ...] = ()


def expand(path: str, content: bytes, files: Mapping[str, SourceFile]) -> Expanded:
    """Fragments come from folders of that purpose in the same source, and are not expanded themselves.

    What cannot be found stays as it is; the Markdown parser leaves it out.
    """
    if not path.lower().endswith((".md", ".markdown")) or b"[!" not in content:
        return Expanded(content)
    used: dict[str, bytes] = {}
    expanded = _MARK.sub(_replacement(path, files, used), content)
    return Expanded(expanded, tuple(used))


def _replacement(
    path: str, files: Mapping[str, SourceFile], used: dict[str, bytes]
) -> Callable[[re.Match[bytes]], bytes]:
    def text(mark: re.Match[bytes]) -> bytes:
        target = mark[1].decode(errors="replace").strip()
        name = target.removeprefix("~/") if target.startswith("~/") else posixpath.join(posixpath.dirname(path), target)
        name = posixpath.normpath(name)
        if name not in files or not _FOLDERS & set(name.lower().split("/")[:-1]) or len(used) >= 50:
            return mark[0]
        if name not in used:
            used[name] = _fragment(files[name])
        return used[name] if b"\n" not in used[name] else b"\n\n" + used[name] + b"\n\n"

    return text


def _fragment(file: SourceFile) -> bytes:
    try:
        return _FRONT_MATTER.sub("", decode(file.read()[:_MOST]), count=1).strip().encode()
    except (OSError, Unparsable):
        return b""
