"""Metadata and entries."""

from datetime import date

from indexer.documents import Origin, documents_of, effective_meta, title_from
from indexer.formats.markdown import parse_markdown
from indexer.formats.parsed import Meta
from knowledge.document import DocumentKind, Paragraph, SourceDocument

ORIGIN = Origin("Starter", "faq/crm.md", "https://example.org/crm", content_hash="abc")
FAQ = """---
title: CRM
kind: faq
topics: [crm]
owner: CRM product owner
review-by: 2027-06-30
audience: [everyone]
hub: crm
---
# CRM
Intro words.

## Accounts

### Who owns it?
The rep.

#### Except
Named accounts.

### How fast?
Fast.
"""


def parsed(text: str, *layers: Meta) -> tuple[tuple[SourceDocument, ...], tuple[str, ...]]:
    found = parse_markdown(text)
    return documents_of(found, ORIGIN, effective_meta(*layers, found.meta))


def test_each_question_of_a_faq_is_a_document_of_its_own() -> None:
    (rest, who, fast), warnings = parsed(FAQ)
    assert warnings == ()
    assert (who.id, who.title, who.url) == (
        "Starter/faq/crm.md#who-owns-it",
        "Who owns it?",
        "https://example.org/crm#who-owns-it",
    )
    assert [block.kind for block in who.blocks] == ["paragraph", "heading", "paragraph"]
    assert who.topics == ("Accounts", "crm")
    assert (who.kind, who.owner, who.hub, who.review_by) == (
        DocumentKind.FAQ,
        "CRM product owner",
        "crm",
        date(2027, 6, 30),
    )
    assert who.audience == {"everyone"}
    assert fast.blocks == (Paragraph("Fast."),)
    assert (rest.id, rest.kind) == ("Starter/faq/crm.md", DocumentKind.ARTICLE)


def test_each_term_of_a_glossary_is_a_document_of_its_own() -> None:
    found, _ = parsed("---\nkind: glossary\n---\n# Glossary\n\n## Churn\nLoss.\n\n## NPS (Net)\nScore.\n")
    assert [(one.title, one.kind) for one in found] == [
        ("Churn", DocumentKind.GLOSSARY),
        ("NPS (Net)", DocumentKind.GLOSSARY),
    ]


def test_a_document_without_an_audience_is_for_nobody() -> None:
    (document,), _ = parsed("# Title\nText.")
    assert document.audience == frozenset()


def test_front_matter_wins_over_the_folder_and_the_nearest_folder_over_the_farther() -> None:
    far: Meta = {"audience": ("everyone",), "owner": "far", "hub": "company"}
    near: Meta = {"owner": "near", "hub": "crm"}
    (document,), _ = parsed("---\nauthor: own\n---\nText here.", far, near)
    assert (document.owner, document.hub, document.audience) == ("own", "crm", {"everyone"})


def test_what_is_not_understood_is_a_remark_and_no_failure() -> None:
    (document,), warnings = parsed("---\nkind: poem\nreview_by: soon\n---\nText here.")
    assert document.kind is DocumentKind.ARTICLE
    assert document.review_by is None
    assert len(warnings) == 2


def test_broken_front_matter_costs_no_document() -> None:
    (document,), warnings = parsed("---\ntitle: A: B\n  - x\nowner: Dana\n---\nText here.")
    assert (document.owner, document.blocks) == ("Dana", (Paragraph("Text here."),))
    assert warnings


def test_a_title_comes_from_the_file_where_none_is_given() -> None:
    assert title_from("a/renewal-playbook.md") == "Renewal playbook"
    assert title_from("guides/onboarding/_index.en.adoc") == "Onboarding"


def test_a_link_that_runs_code_is_no_url() -> None:
    (document,), _ = parsed("---\nurl: javascript:alert(1)\n---\nText here.")
    assert document.url == "https://example.org/crm"


EVERYONE: Meta = {"audience": ("everyone",)}


def audience(text: str) -> frozenset[str]:
    return parsed(text, EVERYONE)[0][0].audience


def test_an_empty_audience_takes_back_what_the_folder_allows() -> None:
    assert audience("Text here.") == {"everyone"}
    assert audience("---\naudience: []\n---\nText here.") == frozenset()
    assert audience("---\naudience:\n---\nText here.") == {"everyone"}


def test_an_audience_in_a_shape_that_nobody_can_read_is_nobody() -> None:
    assert audience("---\naudience: {groups: [leaders]}\n---\nText here.") == frozenset()


def test_broken_front_matter_that_speaks_of_an_audience_lets_nobody_read() -> None:
    assert audience("---\ntitle: A: B\naudience: [leaders]\n---\nText here.") == frozenset()
    assert audience("---\ntitle: A\naudience: [leaders]\n\nNo end.") == frozenset()
    assert audience("---\ntitle: A: B\n---\nText here.") == {"everyone"}
