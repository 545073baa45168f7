"""The library's pages: browse and search, the reader, and the list to take away."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Protocol

from bot.chat.turn import Person
from bot.features.library.links import reader_url
from bot.features.library.model import KINDS, PAGE_SIZE, SORTS, Filter, Library, chosen, counted, hub_name
from bot.features.library.reader import body_of, contents_of, linker_for
from bot.features.page import Download, Page, PageNotFound, PageRequest, View, number_in
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import Chunk, SourceDocument

FOUND_LIMIT = 40


Retired = Callable[[str, frozenset[str]], View | None]
"""The page of a document that is there no more, for these readers; None where there was none for them."""


def nothing_retired(document_id: str, readers: frozenset[str]) -> View | None:
    return None


class SearchedFor(Protocol):
    """Is told what somebody searched all that they may read for; in a chat in its unit of work."""

    def __call__(self, words: str, person: Person, unit: UnitOfWork | None = None) -> None: ...


def nobody_counts(words: str, person: Person, unit: UnitOfWork | None = None) -> None: ...


Confirmed = Callable[[SourceDocument], str]
"""Who said lately that a document still holds, as a sentence; empty where nobody did."""


def nobody_confirmed(document: SourceDocument) -> str:
    return ""


def library_pages(
    library: Library,
    retired: Retired = nothing_retired,
    confirmed: Confirmed = nobody_confirmed,
    searched: SearchedFor = nobody_counts,
) -> tuple[Page, ...]:
    """Every page asks `library` for what the signed-in person may read, and for nothing else."""

    def browse(request: PageRequest) -> View:
        readers = request.person.principals
        wanted = Filter.from_query(request.query)
        documents = library.documents(readers)
        matching = chosen(documents, wanted)
        found = (
            library.search(wanted.q, readers, limit=FOUND_LIMIT, kind=wanted.kind, hub=wanted.hub, topic=wanted.topic)
            if wanted.q
            else []
        )
        if wanted.q and not (wanted.kind or wanted.hub or wanted.topic):
            searched(wanted.q, request.person)
        pages = max(1, ceil(len(matching) / PAGE_SIZE))
        page = min(wanted.page, pages)
        return View(
            "library/browse.html",
            {
                "wanted": wanted,
                "kinds": KINDS,
                "sorts": list(SORTS),
                "counts": counted(documents, wanted),
                "readable": len(documents),
                "total": len(matching),
                "documents": matching[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
                "found": found,
                "page": page,
                "pages": pages,
                "reader_url": reader_url,
                "hub_name": hub_name,
                "limit": FOUND_LIMIT,
            },
        )

    def read(request: PageRequest) -> View:
        readers = request.person.principals
        document = library.document(request.path["document"], readers)
        is_fragment = request.query.get("fragment") == "1"
        if document is None:
            gone = None if is_fragment else retired(request.path["document"], readers)
            if gone is None:
                raise PageNotFound
            return gone
        cited = _chunk(library, document, request.query.get("chunk", ""))
        link = linker_for(document, library.documents(readers), elsewhere=is_fragment)
        return View(
            "library/passage.html" if is_fragment else "library/read.html",
            {
                "document": document,
                "kind": KINDS[document.kind],
                "hub": hub_name(document.hub),
                "cited": cited,
                "confirmed": confirmed(document),
                "sections": contents_of(document),
                "body": body_of(document, link, cited, anchors=not is_fragment),
            },
        )

    def take_away(request: PageRequest) -> Download:
        wanted = Filter.from_query(request.query)
        documents = chosen(library.documents(request.person.principals), wanted)
        return as_csv(documents)

    return (
        Page("/library", browse, nav="Library"),
        Page("/library.csv", take_away),
        Page("/library/{document}", read),
    )


def as_csv(documents: list[SourceDocument]) -> Download:
    """One line a document."""
    rows: list[Sequence[str]] = []
    for each in documents:
        review = each.review_by.isoformat() if each.review_by else ""
        cells = [each.title, KINDS[each.kind], each.hub, ", ".join(each.topics), each.owner, review, each.source]
        rows.append((*cells, each.path, each.url or reader_url(each.id)))
    columns = ("title", "kind", "hub", "topics", "owner", "review_by", "source", "path", "link")
    return table_to_take_away("library", columns, rows)


def _chunk(library: Library, document: SourceDocument, ordinal: str) -> Chunk | None:
    snapshot = library.snapshot
    chunks = snapshot.chunks_of(document.id) if snapshot else ()
    return next((chunk for chunk in chunks if chunk.ordinal == number_in(ordinal)), None)
