from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.turn import Commanded, Person, Place, Searched
from bot.features.library.chat import library_feature
from bot.features.library.model import Filter, chosen, counted, hub_name
from bot.features.library.pages import as_csv, library_pages
from bot.features.library.reader import body_of, contents_of, linker_for
from bot.features.page import Download, PageNotFound, PageRequest, View
from bot.storage.engine import open_engine
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import Chunk, Code, DocumentKind, Heading, ListItem, Paragraph, SourceDocument, Table
from knowledge.passage import Passage
from tests.builders import DANA, turn

RENEWALS = SourceDocument(
    id="Starter/playbooks/renewals.md",
    source="Starter",
    path="playbooks/renewals.md",
    title="Renewal playbook",
    kind=DocumentKind.PLAYBOOK,
    hub="customer-success",
    topics=("renewals",),
    owner="Customer success lead",
    review_by=date(2027, 1, 31),
    audience=frozenset({"everyone"}),
    blocks=(
        Heading("Renewal playbook", 1, "renewal-playbook"),
        Paragraph("See [the SOP](escalation.md#sev-1), [plans](../plans/q3.md) and [us](https://example.org)."),
        Heading("When the clock starts", 2, "when-the-clock-starts"),
        Paragraph("First. The clock starts 120 days before. Last."),
        ListItem("one"),
        ListItem("deeper", 1, 1),
        ListItem("two"),
        Table(("Days", "Step"), (("120", "Open"),)),
        Code("a < b"),
    ),
)
ESCALATION = replace(
    RENEWALS,
    id="Starter/playbooks/escalation.md",
    path="playbooks/escalation.md",
    title="Escalation SOP",
    hub="company",
)
SECRET = replace(
    RENEWALS, id="Starter/plans/q3.md", path="plans/q3.md", title="Acquisition plan", audience=frozenset({"board"})
)


class Shelf:
    """Fills `bot.features.library.model.Library`."""

    def __init__(self, *documents: SourceDocument) -> None:
        self._documents = documents

    @property
    def snapshot(self) -> "Shelf":
        return self

    def chunks_of(self, document_id: str) -> tuple[Chunk, ...]:
        return (Chunk(document_id, 3, "The clock starts 120 days before.", ("When the clock starts",), "x", 3, 3),)

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        return [each for each in self._documents if each.audience & readers]

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None:
        return next((each for each in self.documents(readers) if each.id == document_id), None)

    def search(
        self,
        text: str,
        readers: frozenset[str],
        *,
        limit: int = 20,
        kind: DocumentKind | None = None,
        hub: str = "",
        topic: str = "",
    ) -> list[Passage]:
        return [Passage(each, self.chunks_of(each.id)[0], 1.0, 0) for each in self.documents(readers)][:limit]


BROWSE, EXPORT, READ = (page.handler for page in library_pages(Shelf(RENEWALS, ESCALATION, SECRET)))


def shown(document: SourceDocument, **query: str) -> View:
    answer = READ(PageRequest(DANA, {"document": document.id}, query))
    assert isinstance(answer, View)
    return answer


def test_a_document_for_others_looks_like_one_that_is_not_there() -> None:
    for document in (SECRET.id, "Starter/nothing.md", ""):
        with pytest.raises(PageNotFound):
            READ(PageRequest(DANA, {"document": document}))


def test_a_document_for_others_is_neither_listed_counted_found_nor_exported() -> None:
    for query in ({}, {"q": "plan"}):
        view = BROWSE(PageRequest(DANA, query=query))
        assert isinstance(view, View)
        assert "Acquisition" not in str(dict(view.values))
        assert view.values["readable"] == 2
    export = EXPORT(PageRequest(DANA))
    assert isinstance(export, Download)
    assert b"Acquisition" not in export.content


def test_the_cited_sentence_is_marked_and_nothing_else() -> None:
    body = str(shown(RENEWALS, chunk="3").values["body"])
    mark = '<mark class="cited" id="passage">The clock starts 120 days before.</mark>'
    assert f"<p>First. {mark} Last.</p>" in body
    assert body.count("<mark") == 1


@pytest.mark.parametrize("chunk", ["", "99", "-1", "x", "³", "9" * 30])
def test_an_odd_chunk_shows_the_document_without_a_mark(chunk: str) -> None:
    assert "<mark" not in str(shown(RENEWALS, chunk=chunk).values["body"])


def test_beside_an_answer_the_document_brings_no_ids_that_could_clash() -> None:
    view = shown(RENEWALS, chunk="3", fragment="1")
    assert view.template == "library/passage.html"
    assert " id=" not in str(view.values["body"])


def test_links_between_documents_open_the_reader_and_hidden_ones_lose_their_link() -> None:
    body = str(shown(RENEWALS).values["body"])
    assert '<a href="/library/Starter%2Fplaybooks%2Fescalation.md#sev-1"' in body
    assert "plans" in body
    assert "q3" not in body
    assert '<a href="https://example.org" rel="noopener noreferrer">us</a>' in body


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//evil.example/x", "file:///etc/passwd", "../../../etc/passwd"]
)
def test_an_address_that_leads_nowhere_safe_is_no_link(href: str) -> None:
    assert linker_for(RENEWALS, [RENEWALS])(href) is None


def test_a_web_pages_relative_links_lead_to_the_reader_where_it_has_the_page() -> None:
    page = replace(RENEWALS, source="Site", path="a", url="https://example.org/docs/a.html")
    other = replace(ESCALATION, id="Site/b", source="Site", path="b", url="https://example.org/docs/b.html")
    link = linker_for(page, [page, other])
    assert link("b.html#x") == "/library/Site%2Fb#x"
    assert link("c.html") == "https://example.org/docs/c.html"


def test_lists_nest_and_close() -> None:
    body = body_of(RENEWALS, lambda href: None)
    assert "<ul><li>one<ol><li>deeper</li></ol></li><li>two</li></ul>" in body


def test_the_title_is_not_repeated_in_the_body_nor_in_the_contents() -> None:
    assert "Renewal playbook" not in body_of(RENEWALS, lambda href: None)
    assert [section.anchor for section in contents_of(RENEWALS)] == ["when-the-clock-starts"]


@given(st.lists(st.builds(ListItem, st.text(max_size=5), st.integers(0, 4), st.none() | st.integers(0, 9))))
def test_any_list_yields_balanced_elements(items: list[ListItem]) -> None:
    body = body_of(replace(RENEWALS, blocks=tuple(items)), lambda href: None)
    for tag in ("ul", "ol", "li"):
        assert body.count(f"<{tag}>") + body.count(f"<{tag} ") == body.count(f"</{tag}>")
    assert body.count("</li>") == len(items)


@given(st.text())
def test_hostile_source_text_stays_text(text: str) -> None:
    blocks = (Heading(text, 2, text), Paragraph(text), Table((text,), ((text,),)), Code(text))
    body = body_of(replace(RENEWALS, blocks=blocks), linker_for(RENEWALS, [RENEWALS]))
    assert "<script" not in body.lower()
    assert "<img" not in body.lower()


def test_filters_are_addresses_that_open_the_same_state() -> None:
    wanted = Filter(
        q="risk & more", kind=DocumentKind.FAQ, hub="crm", topic="x y", sort="review", descending=True, page=3
    )
    query = dict(pair.split("=", 1) for pair in wanted.url().partition("?")[2].split("&"))
    assert query["sort"] == "-review"
    assert Filter.from_query({**query, "q": "risk & more", "topic": "x y"}) == wanted
    assert Filter().url() == "/library"


@given(st.dictionaries(st.sampled_from(["q", "kind", "hub", "topic", "sort", "page"]), st.text()))
def test_any_address_opens_some_state(query: dict[str, str]) -> None:
    wanted = Filter.from_query(query)
    assert wanted.page >= 0
    chosen([RENEWALS, ESCALATION], wanted)


def test_counts_say_what_a_choice_would_show() -> None:
    counts = counted([RENEWALS, ESCALATION], Filter(hub="company"))
    assert counts["kinds"] == [(DocumentKind.PLAYBOOK, 1)]
    assert counts["hubs"] == [("company", 1), ("customer-success", 1)]


def test_documents_without_a_review_date_come_last() -> None:
    without = replace(ESCALATION, review_by=None)
    assert chosen([without, RENEWALS], Filter(sort="review")) == [RENEWALS, without]


def test_an_exported_cell_is_never_a_formula() -> None:
    assert "'=cmd" in as_csv([replace(RENEWALS, title="=cmd|' /C calc'!A0")]).content.decode()
    assert "'\uff1dcmd" in as_csv([replace(RENEWALS, title="\uff1dcmd()")]).content.decode()


@pytest.mark.parametrize(("hub", "name"), [("company", "Whole company"), ("crm", "CRM"), ("a-b-c-d", "A b c d")])
def test_hubs_have_names(hub: str, name: str) -> None:
    assert hub_name(hub) == name


CHAT = Place("teams", "@dana")


def said_for(words: str, folder: Path) -> str:
    feature = library_feature(Shelf(RENEWALS, SECRET), base_url="https://guild.example")
    unit = UnitOfWork(Database(open_engine(f"sqlite:///{folder}/unused.db")))
    chat = Place("slack", "T1:D1")
    reply = feature.commands["library"].handler(turn(Commanded("library", words), place=chat), unit)
    return str(reply.posts[0].message)


def test_searching_from_a_chat_links_to_the_passage_and_shows_only_what_may_be_read(tmp_path: Path) -> None:
    said = said_for("renewal clock", tmp_path)
    assert "https://guild.example/library/Starter%2Fplaybooks%2Frenewals.md?chunk=3" in said
    assert "Acquisition" not in said


def test_what_a_guest_asks_for_in_a_channel_is_not_posted_under_their_eyes(tmp_path: Path) -> None:
    feature = library_feature(Shelf(RENEWALS), base_url="https://guild.example")
    unit = UnitOfWork(Database(open_engine(f"sqlite:///{tmp_path}/unused.db")))
    channel = Place("slack", "T1:C1", "17.2", is_shared=True)
    asked = turn(Commanded("library", "renewal clock"), person=replace(DANA, is_guest=True), place=channel)
    assert "Nothing in the library" in feature.commands["library"].handler(asked, unit).posts[0].message.summary


def test_searching_for_nothing_says_how(tmp_path: Path) -> None:
    assert "what to search for" in said_for(" ", tmp_path)


def found_for(words: str, folder: Path, person: Person = DANA, place: Place = CHAT) -> list[str]:
    feature = library_feature(Shelf(RENEWALS, SECRET), base_url="https://guild.example")
    unit = UnitOfWork(Database(open_engine(f"sqlite:///{folder}/unused.db")))
    assert feature.search is not None
    return [str(each) for each in feature.search(turn(Searched(words), person=person, place=place), unit).found]


@pytest.mark.parametrize("words", ["renewal clock", ""])
def test_a_card_to_put_into_a_message_links_to_the_document(words: str, tmp_path: Path) -> None:
    (card,) = found_for(words, tmp_path)
    assert "https://guild.example/library/Starter%2Fplaybooks%2Frenewals.md" in card


@pytest.mark.parametrize("words", ["renewal clock", "acquisition", ""])
def test_what_not_all_of_the_company_may_read_is_never_put_into_a_message(words: str, tmp_path: Path) -> None:
    board = replace(DANA, groups=frozenset(SECRET.audience))
    assert "Acquisition" not in "".join(found_for(words, tmp_path, board))
    assert found_for(words, tmp_path, replace(DANA, is_guest=True)) == []
    abroad = Place("teams", "19:x", is_shared=True, members=frozenset())
    assert found_for(words, tmp_path, place=abroad) == []


def test_what_is_searched_for_is_told_where_all_was_searched_and_never_what_is_put_into_a_message(
    tmp_path: Path,
) -> None:
    told: list[tuple[str, str, bool]] = []

    def searched(words: str, person: Person, unit: UnitOfWork | None = None) -> None:
        told.append((words, person.id, unit is None))

    feature = library_feature(Shelf(RENEWALS), searched=searched)
    browse = next(each.handler for each in feature.pages if each.path == "/library")
    for query in ({"q": " parental  leave "}, {"q": "leave", "kind": "playbook"}, {"q": ""}):
        browse(PageRequest(DANA, query=query))
    unit = UnitOfWork(Database(open_engine(f"sqlite:///{tmp_path}/unused.db")))
    feature.commands["library"].handler(turn(Commanded("library", "vpn"), place=CHAT), unit)
    assert feature.search is not None
    feature.search(turn(Searched("typed"), place=CHAT), unit)
    assert told == [("parental leave", DANA.id, True), ("vpn", DANA.id, False)]
