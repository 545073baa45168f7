"""The starter pack holds together: front matter, links, questions, and the golden file that points into it."""

import csv
import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLES = Path(__file__).parents[2] / "examples"
PACK = EXAMPLES / "starter"
DOCUMENTS = sorted(PACK.rglob("*.md"))
KINDS = {
    "charter",
    "best-practice",
    "playbook",
    "template",
    "persona",
    "journey-map",
    "glossary",
    "metric",
    "success-story",
    "example",
    "faq",
}
HUBS = {"company", "crm", "customer-experience", "customer-success", "marketing"}
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# One name for each role; these are the ones that lost.
FORMER_ROLES = re.compile(r"\b(?:CRM stewards?|sales operations|CoE lead)\b", re.IGNORECASE)


def place(path: Path) -> str:
    return path.relative_to(PACK).as_posix()


def parts(path: Path) -> tuple[dict[str, Any], str]:
    found = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    assert found, f"{place(path)} has no front matter"
    return yaml.safe_load(found[1]), found[2]


def headings(body: str, level: str = "#{1,6}") -> list[str]:
    return re.findall(rf"^{level} (.+)$", body, re.MULTILINE)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def slugs(titles: list[str]) -> set[str]:
    """As GitHub makes them, a repeated heading numbered from 1."""
    seen: Counter[str] = Counter()
    made = set()
    for title in titles:
        base = re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
        made.add(f"{base}-{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return made


def anchors(path: Path) -> set[str]:
    return slugs([row["question"] for row in rows(path)] if path.suffix == ".csv" else headings(parts(path)[1]))


def faq_questions() -> list[str]:
    asked = [row["question"] for path in sorted(PACK.rglob("*.csv")) for row in rows(path)]
    for path in DOCUMENTS:
        matter, body = parts(path)
        if matter["kind"] == "faq":
            asked += headings(body, "###")
    return asked


def golden() -> list[dict[str, Any]]:
    lines = (EXAMPLES / "starter-golden.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("path", DOCUMENTS, ids=place)
def test_front_matter_is_complete_and_valid(path: Path) -> None:
    matter, _ = parts(path)
    assert set(matter) == {"title", "kind", "topics", "owner", "review_by", "hub"}
    assert matter["kind"] in KINDS
    assert matter["hub"] in HUBS
    assert matter["owner"].strip()
    assert matter["topics"]
    assert all(isinstance(topic, str) for topic in matter["topics"])
    assert isinstance(matter["review_by"], datetime.date)


@pytest.mark.parametrize("path", DOCUMENTS, ids=place)
def test_the_only_h1_is_the_title(path: Path) -> None:
    matter, body = parts(path)
    assert headings(body, "#") == [matter["title"]]


@pytest.mark.parametrize("path", DOCUMENTS, ids=place)
def test_relative_links_resolve(path: Path) -> None:
    broken = []
    for link in LINK.findall(parts(path)[1]):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.is_relative_to(PACK) or not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", [*DOCUMENTS, *sorted(PACK.rglob("*.csv"))], ids=place)
def test_roles_have_one_name(path: Path) -> None:
    assert FORMER_ROLES.findall(path.read_text(encoding="utf-8")) == []


def test_every_kind_is_there() -> None:
    assert {parts(path)[0]["kind"] for path in DOCUMENTS} == KINDS


def test_campaign_questions_have_answers_and_topics() -> None:
    for row in rows(PACK / "faq" / "campaign-operations.csv"):
        assert set(row) == {"question", "answer", "topic"}
        assert all(row.values()), row


def test_at_least_200_faq_entries_and_none_twice() -> None:
    asked = Counter(question.casefold().strip() for question in faq_questions())
    assert asked.total() >= 200
    assert [question for question, times in asked.items() if times > 1] == []


def test_golden_questions_are_many_and_distinct() -> None:
    questions = golden()
    assert len(questions) >= 150
    assert [entry["id"] for entry in questions] == [f"g{number:03}" for number in range(1, len(questions) + 1)]
    assert len({entry["question"].casefold() for entry in questions}) == len(questions)
    assert 3 * sum(not entry["answerable"] for entry in questions) >= len(questions)


def test_golden_questions_are_never_copied_from_the_pack() -> None:
    written = {title.casefold() for path in DOCUMENTS for title in headings(parts(path)[1])}
    written |= {question.casefold() for question in faq_questions()}
    assert [entry["id"] for entry in golden() if entry["question"].casefold() in written] == []


@pytest.mark.parametrize("entry", golden(), ids=lambda entry: entry["id"])
def test_golden_sources_exist(entry: dict[str, Any]) -> None:
    assert set(entry) == {"id", "question", "answerable", "sources"}
    assert entry["answerable"] == int(bool(entry["sources"]))
    assert len(set(entry["sources"])) == len(entry["sources"])
    for source in entry["sources"]:
        name, _, anchor = source.partition("#")
        assert (PACK / name).is_file(), source
        assert not anchor or anchor in anchors(PACK / name), source
