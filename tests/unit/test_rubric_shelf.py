"""The company's own rubrics: a folder of files, of which a broken one costs the others nothing."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.commands.doctor import examine
from bot.commands.finding import State
from bot.commands.rubric_checks import check_rubrics
from bot.features.reviews.reviewers import GroupTeams, no_teams, teams_by
from bot.features.reviews.rubric_reader import starter_rubrics
from bot.features.reviews.rubric_shelf import SIZE_LIMIT, open_rubrics, read_shelf
from bot.settings import Settings

MEMO = """\
id: memo
title: A memo
about: A page.
topics: [writing]
scale: [{name: Bad, means: "No."}, {name: Fair, means: "So so."}, {name: Good, means: "Yes."}]
needs: [{id: reader, title: Who reads it, hint: "The board"}]
criteria: [{id: clear, title: Clear, asks: ["Is it clear?"]}]
"""
STARTERS = set(starter_rubrics())


def test_without_a_folder_there_are_those_that_come_with_guildhall() -> None:
    shelf = read_shelf(None)
    assert (set(shelf.rubrics), shelf.own, shelf.problems) == (STARTERS, frozenset(), ())


def test_the_companys_own_stand_beside_them_and_take_the_place_of_the_same_id(tmp_path: Path) -> None:
    (tmp_path / "memo.yaml").write_text(MEMO)
    (tmp_path / "ours.yml").write_text(MEMO.replace("id: memo", "id: dashboard").replace("A memo", "Our dashboard"))
    (tmp_path / "notes.txt").write_text("no rubric")
    shelf = read_shelf(tmp_path)
    assert set(shelf.rubrics) == {*STARTERS, "memo"}
    assert next(iter(shelf.rubrics)) == "memo", "by title"
    assert shelf.rubrics["dashboard"].title == "Our dashboard"
    assert (shelf.own, shelf.problems) == ({"memo", "dashboard"}, ())


BROKEN = {
    "a.yaml": ("id: [", "a.yaml: invalid YAML in line"),
    "b.yaml": (MEMO.replace("asks:", "ask:"), "b.yaml: criteria.0.asks: Field required"),
    "c.yaml": (b"\xff\xfe", "c.yaml: is no UTF-8 text"),
    "d.yaml": ("#" * (SIZE_LIMIT + 1), "d.yaml: larger than 200 kB"),
    "e.yaml": ("[" * 100_000, "e.yaml: "),
    "f.yaml": (MEMO + "a: &a x\nb: *a\n", "f.yaml: invalid YAML"),
    "n.yaml": (MEMO, "n.yaml: another file has the id memo already"),
    "o.yaml": ("just words", "o.yaml: the rubric: "),
}


def test_each_broken_file_is_named_with_what_is_wrong_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "memo.yaml").write_text(MEMO)
    for name, (text, _) in BROKEN.items():
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    (tmp_path / "folder.yaml").mkdir()
    shelf = read_shelf(tmp_path)
    assert set(shelf.rubrics) == {*STARTERS, "memo"}
    assert len(shelf.problems) == len(BROKEN) + 1
    for _, begins in BROKEN.values():
        assert any(each.startswith(begins) for each in shelf.problems), begins


def test_a_folder_that_is_not_there_is_a_problem_and_no_end(tmp_path: Path) -> None:
    shelf = read_shelf(tmp_path / "nowhere")
    assert set(shelf.rubrics) == STARTERS
    assert "No such file" in shelf.problems[0]


def test_what_is_left_out_is_logged_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: [")
    with capture_logs() as logs:
        assert set(open_rubrics(tmp_path)) == STARTERS
    assert [(each["log_level"], each["problem"].split(":")[0]) for each in logs] == [("error", "a.yaml")]


def test_the_doctor_says_which_rubric_is_broken(tmp_path: Path) -> None:
    (tmp_path / "memo.yaml").write_text(MEMO)
    settings = Settings.model_validate({"rubrics": tmp_path})
    assert check_rubrics(settings).found == "1 of the company's own, 6 in all"
    (tmp_path / "a.yaml").write_text("id: [")
    finding = check_rubrics(settings)
    assert finding.state is State.WARN
    assert finding.found.startswith("1 left out: a.yaml: invalid YAML")


@pytest.mark.parametrize("is_set", [True, False])
def test_the_doctor_looks_where_a_folder_is_set(tmp_path: Path, is_set: bool) -> None:
    values = {"home": tmp_path, "rubrics": tmp_path if is_set else None}
    names = [each.name for each in examine(Settings.model_validate(values))]
    assert ("rubrics" in names) is is_set


def test_teams_are_known_where_somebody_said_how(tmp_path: Path) -> None:
    assert teams_by("team-") == GroupTeams("team-")
    assert teams_by("") is no_teams
