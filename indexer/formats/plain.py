"""Plain text: paragraphs, lists, and underlined headings."""

import re

from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed
from indexer.formats.runs import Run, flow

_ITEM = re.compile(r"^(\s*)(?:[-*•]|(\d{1,4})[.)])\s+(\S.*)$")
_RULE = re.compile(r"^\s*([=\-~*_#])\1{3,}\s*$")


def parse_plain(text: str) -> Parsed:
    outline = Outline()
    lines = text.split("\n")
    words: list[str] = []

    def flush() -> None:
        outline.paragraph([flow(" ".join(words))])
        words.clear()

    for index, line in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) else ""
        if _RULE.match(line) or not line.strip():
            flush()
        elif not words and (rule := _RULE.match(below)) and len(below.strip()) <= len(line.strip()) + 4:
            outline.heading([Run(line.strip())], 1 if rule[1] == "=" else 2)
        elif found := _ITEM.match(line):
            flush()
            outline.item([flow(found[3])], min(len(found[1]) // 2, 5), int(found[2]) if found[2] else None)
        else:
            words.append(line)
    flush()
    title, blocks = outline.titled("")
    return Parsed(title, blocks)
