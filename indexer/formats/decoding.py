"""From bytes to text: byte order marks, UTF-8, UTF-16 without a mark, and Windows-1252 as the last resort."""

import codecs
import re

from indexer.formats.parsed import Unparsable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff\ufffe\uffff]")


def decode(content: bytes) -> str:
    """The text with line ends as `\\n`. Raises Unparsable for what is no text."""
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text.replace("\x0c", "\n"))


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise Unparsable(f"says it is {encoding.upper()} and is not") from None
    head = content[:4096]
    if b"\0" in head:
        for encoding, gaps in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if gaps.count(0) > 0.7 * len(gaps):
                try:
                    return content.decode(encoding)
                except UnicodeDecodeError:
                    continue
        raise Unparsable("holds NUL bytes, so it is no text file")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
