"""What the library shows: kinds by name, filters as addresses, and a page of documents."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from knowledge.document import Chunk, DocumentKind, SourceDocument
from knowledge.passage import Passage

PAGE_SIZE = 50
USUAL_SORT = "kind"
COMPANY = "company"

KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.PLAYBOOK: "Playbook",
    DocumentKind.BEST_PRACTICE: "Best practice",
    DocumentKind.TEMPLATE: "Template",
    DocumentKind.EXAMPLE: "What good looks like",
    DocumentKind.METRIC: "Metric",
    DocumentKind.PERSONA: "Persona",
    DocumentKind.JOURNEY_MAP: "Journey map",
    DocumentKind.CHARTER: "Charter",
    DocumentKind.SUCCESS_STORY: "Success story",
    DocumentKind.FAQ: "FAQ",
    DocumentKind.GLOSSARY: "Glossary",
    DocumentKind.ARTICLE: "Article",
}

NEVER = date.max
ABBREVIATION = 3


def hub_name(hub: str) -> str:
    """`customer-success` as people read it; what is this short is an abbreviation."""
    if hub == COMPANY:
        return "Whole company"
    words = hub.replace("-", " ").replace("_", " ").strip()
    return words.upper() if len(words) <= ABBREVIATION else words[:1].upper() + words[1:]


class Chunks(Protocol):
    """The snapshot's part that a reader page needs."""

    def chunks_of(self, document_id: str) -> tuple[Chunk, ...]: ...


class Documents(Protocol):
    """What may be browsed; `readers` are the principals of whoever looks, here and below."""

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]: ...


class Searchable(Protocol):
    """What may be searched."""

    def search(
        self,
        text: str,
        readers: frozenset[str],
        *,
        limit: int = 20,
        kind: DocumentKind | None = None,
        hub: str = "",
        topic: str = "",
    ) -> list[Passage]: ...


class Library(Documents, Searchable, Protocol):
    """What may be browsed, searched and read."""

    @property
    def snapshot(self) -> Chunks | None: ...

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None: ...


SORTS: Mapping[str, Callable[[SourceDocument], tuple[object, ...]]] = {
    "title": lambda document: (document.title.casefold(),),
    "kind": lambda document: (list(KINDS).index(document.kind), document.title.casefold()),
    "hub": lambda document: (document.hub != COMPANY, document.hub, document.title.casefold()),
    "owner": lambda document: (not document.owner, document.owner.casefold(), document.title.casefold()),
    "review": lambda document: (document.review_by or NEVER, document.title.casefold()),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """One state of the library page, and its address."""

    q: str = ""
    kind: DocumentKind | None = None
    hub: str = ""
    topic: str = ""
    sort: str = USUAL_SORT
    descending: bool = False
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Filter":
        """What is unknown is left out, so that an old address still opens."""
        sort = query.get("sort", USUAL_SORT)
        name = sort.removeprefix("-")
        kind = query.get("kind", "")
        page = query.get("page", "1")
        return cls(
            q=" ".join(query.get("q", "").split())[:500],
            kind=DocumentKind(kind) if kind in set(DocumentKind) else None,
            hub=query.get("hub", ""),
            topic=query.get("topic", ""),
            sort=name if name in SORTS else USUAL_SORT,
            descending=sort.startswith("-"),
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 else 1,
        )

    @property
    def is_set(self) -> bool:
        return bool(self.q or self.kind or self.hub or self.topic)

    def matches(self, document: SourceDocument) -> bool:
        return (
            (self.kind is None or document.kind is self.kind)
            and (not self.hub or document.hub == self.hub)
            and (not self.topic or self.topic in document.topics)
        )

    def with_kind(self, kind: DocumentKind | None) -> str:
        return replace(self, kind=kind, page=1).url()

    def with_hub(self, hub: str) -> str:
        return replace(self, hub=hub, page=1).url()

    def with_topic(self, topic: str) -> str:
        return replace(self, topic=topic, page=1).url()

    def sorted_by(self, sort: str) -> str:
        return replace(self, sort=sort, descending=self.sort == sort and not self.descending, page=1).url()

    def on_page(self, page: int) -> str:
        return replace(self, page=page).url()

    def url(self, path: str = "/library") -> str:
        values = {
            "q": self.q,
            "kind": self.kind.value if self.kind else "",
            "hub": self.hub,
            "topic": self.topic,
            "sort": ("-" if self.descending else "") + self.sort,
            "page": str(self.page) if self.page > 1 else "",
        }
        if values["sort"] == USUAL_SORT:
            del values["sort"]
        set_values = {name: value for name, value in values.items() if value}
        return f"{path}?{urlencode(set_values)}" if set_values else path


def chosen(documents: Iterable[SourceDocument], wanted: Filter) -> list[SourceDocument]:
    """The documents that match, in the wanted order."""
    matching = [document for document in documents if wanted.matches(document)]
    return sorted(matching, key=SORTS[wanted.sort], reverse=wanted.descending)


def counted(documents: Sequence[SourceDocument], wanted: Filter) -> dict[str, list[tuple[str, int]]]:
    """How many documents each choice of a filter would show, the other filters being as they are."""
    kinds = Counter(each.kind for each in documents if replace(wanted, kind=None).matches(each))
    hubs = Counter(each.hub for each in documents if replace(wanted, hub="").matches(each))
    topics = Counter(topic for each in documents if replace(wanted, topic="").matches(each) for topic in each.topics)
    return {
        "kinds": [(kind, kinds[kind]) for kind in KINDS if kinds[kind] or kind is wanted.kind],
        "hubs": sorted(hubs.items(), key=lambda item: (item[0] != COMPANY, item[0])),
        "topics": sorted(topics.items(), key=lambda item: (-item[1], item[0])),
    }
