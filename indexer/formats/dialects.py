"""What documentation systems add to Markdown, turned into plain Markdown line by line.

Microsoft Docs (`[!NOTE]`, `[!INCLUDE]`, `:::`, `[!div]`), Docusaurus and MDX (imports, expressions,
`:::note`), Hugo shortcodes, attribute lists. Fenced code stays as it is.
"""

import re
from collections.abc import Iterator

NOTICES = "note|tip|info|important|warning|caution|danger|hint|attention|success"

_FENCE = re.compile(r"^[ \t>]*(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|\{/\*.*?\*/\}", re.DOTALL)
_INCLUDE = re.compile(r"\[!INCLUDE\s*\[[^\]]*\]\s*\([^)]*\)\s*\]", re.IGNORECASE)
_VIDEO = re.compile(r"\[!VIDEO[^\]]*\]", re.IGNORECASE)
_DIV = re.compile(r"\[!(?:div|checklist)[^\]\n]*\]", re.IGNORECASE)
_NOTICE = re.compile(rf"\[!({NOTICES})\]", re.IGNORECASE)
_IMAGE_BLOCK = re.compile(r":::image\b(?P<attributes>.*?):::(?P<long>(?:(?!:::image\b).)*?:::image-end:::)?", re.DOTALL)
_ADMONITION = re.compile(rf"^(\s*):::+\s*({NOTICES})\b[ \t]*(?:\[([^\]]*)\]|(.*))$", re.IGNORECASE)
_COLONS = re.compile(r"^\s*(?:>\s*)?:::.*$")
_SHORTCODE = re.compile(r"\{\{[%<].*?[%>]\}\}", re.DOTALL)
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*[.#][^}\n]*\}[ \t]*$")
_ANCHOR = re.compile(r"[ \t]*\{:?[ \t]*#([\w-]+)[^}\n]*\}[ \t]*$")
_MDX = re.compile(r"^(?:import\s+(?:[\w{*].*\s+from\s+)?['\"]|export\s+(?:default|const|let|var|function)\b)")


def plain_markdown(text: str) -> str:
    """`text` without the additions; what they say to the reader stays."""
    return "".join(_plain(part) if is_text else part for part, is_text in _parts(text))


def heading_anchor(text: str) -> tuple[str, str]:
    """A heading's words and the anchor that its attribute list sets, or ''."""
    found = _ANCHOR.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches of lines, and whether they are text (and not fenced code)."""
    part: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        part.append(line)
        if not fence and found:
            opening = part.pop()
            yield "".join(part), True
            part, fence = [opening], found[1]
        elif fence and found and found[1].startswith(fence) and not line.strip(" \t>\n`~"):
            yield "".join(part), False
            part, fence = [], ""
    yield "".join(part), not fence


def _plain(text: str) -> str:
    text = _COMMENT.sub("", text)
    text = _IMAGE_BLOCK.sub("", text)
    text = _VIDEO.sub("", _INCLUDE.sub("", text))
    text = _SHORTCODE.sub("", _DIV.sub("", text))
    text = _NOTICE.sub(lambda found: f"**{found[1].capitalize()}:**", text)
    return "".join(_line(line) for line in text.splitlines(keepends=True))


def _line(line: str) -> str:
    end = "\n" if line.endswith("\n") else ""
    body = line.rstrip("\n")
    if notice := _ADMONITION.match(body):
        title = (notice[3] or notice[4] or notice[2].capitalize()).strip()
        return f"{notice[1]}**{title}:**{end}"
    if _COLONS.match(body) or _MDX.match(body):
        return end
    if body.startswith("#"):
        return line
    return _ATTRIBUTES.sub("", body) + end
