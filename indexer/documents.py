"""From what a file holds to source documents: metadata, and the entries of FAQs and glossaries. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from indexer.formats.outline import Anchors
from indexer.formats.parsed import Entry, Meta, Parsed
from knowledge.document import Block, DocumentKind, Heading, SourceDocument
from knowledge.inline import plain_text

DOCUMENTS_VERSION = "2"

_KINDS = {
    "sop": DocumentKind.PLAYBOOK, "procedure": DocumentKind.PLAYBOOK, "runbook": DocumentKind.PLAYBOOK,
    "journey": DocumentKind.JOURNEY_MAP, "story": DocumentKind.SUCCESS_STORY, "case-study": DocumentKind.SUCCESS_STORY,
    "practice": DocumentKind.BEST_PRACTICE, "metrics": DocumentKind.METRIC, "faqs": DocumentKind.FAQ,
    "term": DocumentKind.GLOSSARY, "what-good-looks-like": DocumentKind.EXAMPLE, "page": DocumentKind.ARTICLE,
}  # fmt: skip
_INDEX_NAMES = {"index", "_index", "readme", "overview", "default"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from, and what holds for its documents."""

    source: str
    path: str
    url: str = ""
    changed_on: date | None = None
    content_hash: str = ""

    @property
    def id(self) -> str:
        return f"{self.source}/{self.path}"


def effective_meta(*layers: Meta) -> Meta:
    """One layer over the other, the last one on top; known synonyms under one name.

    Empty values say nothing, except for the audience: an empty one takes back what the layers below allow.
    """
    merged: dict[str, str | tuple[str, ...]] = {}
    for layer in layers:
        named = {_SYNONYMS.get(key, key): value for key, value in layer.items() if key not in _SYNONYMS}
        synonyms = {_SYNONYMS[key]: value for key, value in layer.items() if key in _SYNONYMS}
        merged |= {key: value for key, value in {**synonyms, **named}.items() if value or key == "audience"}
    return merged


_SYNONYMS = {"author": "owner", "topic": "topics", "tags": "topics", "tag": "topics", "lang": "language"}


def documents_of(parsed: Parsed, origin: Origin, meta: Meta) -> tuple[tuple[SourceDocument, ...], tuple[str, ...]]:
    """The documents of one file, and what an admin should know about them.

    `meta` is in force for the whole file. In a FAQ each heading that ends in a question mark is a document of
    its own, in a glossary each heading of level 2; what stands beside them is the file's own document.
    """
    warnings = list(parsed.warnings)
    whole = _document(parsed, origin, meta, warnings)
    entries, rest = _entries(whole)
    anchors = Anchors()
    found = [*entries, *_stated_entries(whole, parsed.entries, anchors)]
    if found and all(isinstance(block, Heading) for block in rest):
        return tuple(found), tuple(warnings)
    if found:
        whole = replace(whole, blocks=rest, kind=DocumentKind.ARTICLE)
    elif not rest:
        warnings.append("holds no text")
        return (), tuple(warnings)
    return (whole, *found), tuple(warnings)


def _document(parsed: Parsed, origin: Origin, meta: Meta, warnings: list[str]) -> SourceDocument:
    link = _text(meta, "url")
    return SourceDocument(
        id=origin.id,
        source=origin.source,
        path=origin.path,
        title=parsed.title or title_from(origin.path),
        blocks=parsed.blocks,
        kind=_kind(_text(meta, "kind"), warnings),
        topics=texts(meta, "topics"),
        owner=_text(meta, "owner"),
        review_by=_date(_text(meta, "review_by"), warnings),
        audience=frozenset(texts(meta, "audience")),
        hub=_text(meta, "hub") or "company",
        language=(_text(meta, "language") or "en").split("-")[0].lower(),
        url=link if re.match(r"https?://[^\s/]", link) else origin.url,
        content_hash=origin.content_hash,
        changed_on=origin.changed_on,
    )


def _entries(whole: SourceDocument) -> tuple[list[SourceDocument], tuple[Block, ...]]:
    """Entries made of headings, and the blocks that belong to none."""
    if whole.kind not in (DocumentKind.FAQ, DocumentKind.GLOSSARY):
        return [], whole.blocks
    entries: list[SourceDocument] = []
    rest: list[Block] = []
    for heading, above, body in _sections(whole.blocks):
        if heading is not None and _is_entry(whole.kind, heading) and body:
            topics = [above] if above and whole.kind is DocumentKind.FAQ else []
            entries.append(_entry(whole, plain_text(heading.text), heading.anchor, body, topics))
        else:
            rest += [*([heading] if heading is not None else []), *body]
    return entries, tuple(rest)


def _sections(blocks: Sequence[Block], /) -> Iterator[tuple[Heading | None, str, tuple[Block, ...]]]:
    """Each heading with the text of the one above it, and its body. An entry keeps its deeper headings."""
    path: list[Heading] = []
    heading: Heading | None = None
    body: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and not (heading and _belongs_to(heading, block)):
            yield heading, plain_text(path[-2].text) if len(path) > 1 else "", tuple(body)
            path = [*(above for above in path if above.level < block.level), block]
            heading, body = block, []
        else:
            body.append(block)
    yield heading, plain_text(path[-2].text) if len(path) > 1 else "", tuple(body)


def _belongs_to(entry: Heading, block: Heading) -> bool:
    """A deeper heading inside of an answer, unless it is a question itself."""
    return block.level > entry.level and _asks(entry) and not _asks(block)


def _asks(heading: Heading) -> bool:
    return plain_text(heading.text).rstrip().endswith(("?", "\uff1f"))  # the second is full-width


def _is_entry(kind: DocumentKind, heading: Heading) -> bool:
    return _asks(heading) if kind is DocumentKind.FAQ else heading.level == 2


def _stated_entries(whole: SourceDocument, entries: Sequence[Entry], anchors: Anchors) -> Iterator[SourceDocument]:
    for entry in entries:
        if entry.blocks:
            faq = replace(whole, kind=DocumentKind.FAQ)
            yield _entry(faq, entry.title, anchors.slug(entry.title), entry.blocks, entry.topics)


def _entry(
    whole: SourceDocument, title: str, anchor: str, body: tuple[Block, ...], topics: Sequence[str]
) -> SourceDocument:
    return replace(
        whole,
        id=f"{whole.id}#{anchor}",
        title=title,
        blocks=body,
        topics=tuple(dict.fromkeys((*topics, *whole.topics))),
        url=f"{whole.url}#{anchor}" if whole.url and "#" not in whole.url else whole.url,
    )


def title_from(path: str) -> str:
    """Words from a file name; a folder's index takes the folder's."""
    pure = PurePosixPath(path)
    stem = pure.name.split(".")[0]
    if stem.lower() in _INDEX_NAMES and pure.parent.name:
        stem = pure.parent.name
    words = re.sub(r"[-_\s]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or path


def texts(meta: Mapping[str, str | tuple[str, ...]], key: str) -> tuple[str, ...]:
    """A list, or a text with commas."""
    value = meta.get(key, ())
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))


def _text(meta: Meta, key: str) -> str:
    value = meta.get(key, "")
    return value.strip() if isinstance(value, str) else ", ".join(value)


def _kind(stated: str, warnings: list[str]) -> DocumentKind:
    name = re.sub(r"[\s_]+", "-", stated.strip().lower())
    if not name:
        return DocumentKind.ARTICLE
    if name in _KINDS:
        return _KINDS[name]
    if name in set(DocumentKind):
        return DocumentKind(name)
    warnings.append(f"kind '{stated[:40]}' is unknown; it is read as an article")
    return DocumentKind.ARTICLE


def _date(stated: str, warnings: list[str]) -> date | None:
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError:
        warnings.append(f"review_by '{stated[:40]}' is no date like 2027-06-30")
        return None
