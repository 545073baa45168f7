from dataclasses import replace
from datetime import date

import pytest

from bot.chat.errors import FormRejected
from bot.features.indexing.model import IndexRun, RunState, SourceKind, SourceRecord
from bot.features.indexing.overview import of_source, outcome, source_lines, who
from bot.features.indexing.posted import meta_from, source_from
from indexer.report import BuildReport, Result
from knowledge.document import SourceDocument
from tests.builders import NOON

RUN = IndexRun("run-1", RunState.DONE, "web:dana-okafor", NOON)
HANDBOOK = SourceRecord("s1", "Handbook", SourceKind.FOLDER, "/srv/handbook", "Dana", NOON)
FAILED = (("Handbook/a.pdf", "It is damaged."), ("Handbook 2/b.pdf", "It is empty."), ("Handbook", "It is gone."))


def test_findings_belong_to_the_source_of_that_very_name() -> None:
    assert of_source("Handbook", FAILED) == [("a.pdf", "It is damaged."), ("", "It is gone.")]


def test_a_source_is_shown_with_its_documents_and_failures() -> None:
    documents = [SourceDocument(f"{source}/{n}", source, str(n), "t", ()) for source in ("Handbook", "x") for n in "12"]
    (line,) = source_lines([HANDBOOK], documents, BuildReport(Result.PUBLISHED, "", failed=FAILED))
    assert (line.documents, line.failed) == (2, 2)


@pytest.mark.parametrize("state", list(RunState))
def test_every_state_of_a_run_says_what_it_means_for_the_index_in_force(state: RunState) -> None:
    said = outcome(replace(RUN, state=state))
    assert said.endswith(".")
    assert "index" in said


def test_what_changed_is_said_in_numbers() -> None:
    report = BuildReport(Result.PUBLISHED, "s", added=2, changed=1, removed=3)
    assert outcome(replace(RUN, report=report)) == "2 added, 1 changed, 3 removed, and put in force."


def test_people_are_named_and_clocks_explained() -> None:
    assert who("web:dana-okafor") == "Dana okafor"
    assert "night" in who("clock")


def test_a_posted_source_keeps_what_holds_for_its_documents() -> None:
    form = {
        "kind": "git",
        "name": "Docs",
        "location": "https://x.example/d",
        "audience": "sales, , emea ",
        "hub": " crm",
    }
    source = source_from({**form, "document_kind": "playbook", "exclude": "a/*\n\nb"}, by="Dana", at=NOON)
    assert source.kind is SourceKind.GIT
    assert source.defaults == {"audience": ("sales", "emea"), "hub": ("crm",), "kind": ("playbook",)}
    assert (source.exclude, source.ref, source.allow_private) == (("a/*", "b"), "HEAD", False)


@pytest.mark.parametrize("kind", ["", "uploads", "elsewhere"])
def test_a_source_of_no_kind_that_can_be_connected_is_refused(kind: str) -> None:
    with pytest.raises(FormRejected) as rejected:
        source_from({"kind": kind, "name": "x", "location": "y"}, by="Dana", at=NOON)
    assert set(rejected.value.problems) == {"kind"}


def test_what_holds_for_an_upload_is_checked() -> None:
    assert meta_from({"audience": "everyone", "review_by": date(2027, 6, 30).isoformat()}) == {
        "audience": ("everyone",),
        "review_by": ("2027-06-30",),
    }
    with pytest.raises(FormRejected) as rejected:
        meta_from({"review_by": "soon", "document_kind": "novel"})
    assert set(rejected.value.problems) == {"review_by", "document_kind"}
