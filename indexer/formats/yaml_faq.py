"""YAML: Microsoft Docs' FAQ pages. Other YAML is configuration, not knowledge."""

from collections.abc import Iterator, Mapping

from indexer.formats.front_matter import load_yaml, meta_of
from indexer.formats.markdown import parse_markdown
from indexer.formats.parsed import Entry, Parsed, Unsupported

_KIND = "### YamlMime:FAQ"


def parse_yaml(text: str) -> Parsed:
    if not text.lstrip().lower().startswith(_KIND.lower()):
        raise Unsupported("YAML is read for FAQ pages only (### YamlMime:FAQ)")
    page = load_yaml(text)
    if not isinstance(page, Mapping):
        raise Unsupported("a FAQ page without sections")
    meta = {**meta_of(page.get("metadata")), "kind": "faq"}
    summary = parse_markdown("\n" + _words(page.get("summary"))).blocks
    return Parsed(_words(page.get("title")), summary, meta, tuple(_entries(page.get("sections"))))


def parse_settings(text: str) -> Parsed:
    """A folder's guildhall.yaml."""
    return Parsed(meta=meta_of(load_yaml(text)))


def _entries(sections: object) -> Iterator[Entry]:
    for section in sections if isinstance(sections, list) else []:
        if not isinstance(section, Mapping):
            continue
        name = _words(section.get("name"))
        topics = (name,) if name and name.lower() != "ignored" else ()
        questions = section.get("questions")
        for question in questions if isinstance(questions, list) else []:
            if isinstance(question, Mapping) and (title := _words(question.get("question"))):
                yield Entry(title, parse_markdown("\n" + str(question.get("answer") or "")).blocks, topics)


def _words(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
