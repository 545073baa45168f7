"""Drafts as one Markdown file that the indexer reads as a FAQ. What people said stays words: no marks, no markup."""

import re
from collections.abc import Iterable

from bot.features.faq.model import Draft

_MARKS = re.compile(r"([\\`*_\[\]<>|~&#!])")
_LINE_START = re.compile(r"^(\s*)([-+=:])", re.MULTILINE)
_LINK = re.compile(r"https?://[^\s()<>\[\]\\]+")
_ITEM = re.compile(r"^\s*[-•*]\s+", re.MULTILINE)
_ASKS = ("?", "\uff1f")  # the second is full-width


def faq_file(drafts: Iterable[Draft]) -> str:
    """Front matter, then a heading for each question. Who may read it, the source's own settings say."""
    title = "Questions and answers from the chat"
    parts = ["---", f"title: {title}", "kind: faq", "---", f"# {title}", ""]
    for draft in drafts:
        question = _escaped(" ".join(draft.question.split()))
        parts += [f"## {question if question.endswith(_ASKS) else f'{question}?'}", "", _body(draft.answer), ""]
        links = [f"- [{_escaped(link.title)}]({link.url})" for link in draft.links if _LINK.fullmatch(link.url)]
        parts += [*links, ""] if links else []
        if _LINK.fullmatch(draft.source_url):
            parts += [f"[Where this was said]({draft.source_url})", ""]
    return "\n".join(parts)


def _body(answer: str) -> str:
    """Paragraphs and bulleted lines stay what they are."""
    lines: list[str] = []
    for line in answer.splitlines():
        words, items = _ITEM.subn("", line)
        text = _escaped(words.strip())
        lines.append(f"- {text}" if items and text else text)
    return "\n".join(lines).strip()


def _escaped(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))
