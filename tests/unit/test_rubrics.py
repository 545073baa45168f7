"""Rubrics are data: those that come with Guildhall are sound, and a broken one says what is wrong with it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.reviews.rubric import Apart, Blind
from bot.features.reviews.rubric_reader import rubric_from, rubrics_in, starter_rubrics

SOUND = """\
id: memo
title: Memo
about: A page.
topics: [writing]
scale:
  - {name: Bad, means: "No."}
  - {name: Fair, means: "So so."}
  - {name: Good, means: "Yes."}
needs:
  - {id: reader, title: Who reads it, hint: "The board"}
criteria:
  - {id: clear, title: Clear, asks: ["Is it clear?"]}
  - id: short
    title: Short
    asks: ["Is it short?"]
    scale:
      - {name: Long, means: "Over two pages."}
      - {name: Fits, means: "Two pages."}
      - {name: Short, means: "One page."}
      - {name: Brief, means: "Half a page."}
"""


def test_there_is_a_rubric_for_each_kind_of_work() -> None:
    found = starter_rubrics()
    assert list(found) == ["campaign-brief", "dashboard", "journey-map", "proposal", "success-plan"]
    for each in found.values():
        assert 1 <= each.reviewers <= 4
        assert all(asked.endswith("?") for criterion in each.criteria for asked in criterion.asks)
        assert all(criterion.best >= 2 for criterion in each.criteria)
        assert all(need.hint for need in each.needs)


def test_a_rubric_is_read_with_its_scales_and_usual_terms() -> None:
    read = rubric_from(SOUND, "memo.yaml")
    clear, short = read.criteria
    assert [level.name for level in clear.scale] == ["Bad", "Fair", "Good"]
    assert (clear.best, short.best) == (2, 3)
    assert read.criterion("short") == short and read.criterion("unknown") is None
    assert (read.reviewers, read.blind, read.apart) == (2, Blind.OPEN, Apart.AUTHOR)
    assert (read.within, read.replies_within) == (timedelta(hours=16), timedelta(hours=8))


def test_terms_of_a_rubric_are_read() -> None:
    terms = "reviewers: 3\nblind: double\napart: team\nwithin_hours: 4\nreplies_within_hours: 2\nlanguage: de\n"
    read = rubric_from(SOUND + terms, "memo.yaml")
    assert (read.reviewers, read.blind, read.apart, read.language) == (3, Blind.DOUBLE, Apart.TEAM, "de")
    assert (read.within, read.replies_within) == (timedelta(hours=4), timedelta(hours=2))


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("title: Memo", "titel: Memo", "titel"),
        ("id: memo", "id: ../memo", "id: "),
        ("topics: [writing]", "topics: []", "topics"),
        ("topics: [writing]", "topics: writing", "topics"),
        ("id: short", "id: clear", "criteria have one id twice: clear"),
        ('  - {name: Good, means: "Yes."}\n', "", "3 to 5 levels, not 2"),
        ("name: Fair", "name: bad", "two levels of a scale have one name"),
        ('asks: ["Is it clear?"]', "asks: []", "criteria.0.asks"),
        ("about: A page.", "about: A page.\nblind: triple", "blind"),
        ("about: A page.", "about: A page.\nreviewers: 9", "reviewers"),
        ("about: A page.", "about: A page.\nreviewers: yes", "reviewers"),
        ("about: A page.", "about: &a A page.\nlanguage: *a", "aliases"),
        (SOUND, "", "memo.yaml"),
        (SOUND, "[1, 2]", "memo.yaml"),
        ("scale:\n", "scale: [\n", "invalid YAML"),
    ],
)
def test_a_broken_rubric_says_what_is_wrong(wrong: str, right: str, said: str) -> None:
    assert wrong in SOUND
    with pytest.raises(ValueError, match=r"^memo\.yaml: ") as caught:
        rubric_from(SOUND.replace(wrong, right, 1), "memo.yaml")
    assert said in str(caught.value)


def test_a_folder_of_rubrics_is_read_by_title_and_holds_each_id_once(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "c.yaml").write_text(SOUND.replace("id: memo\ntitle: Memo", "id: letter\ntitle: a letter"), "utf-8")
    (tmp_path / "notes.txt").write_text("not a rubric", encoding="utf-8")
    assert list(rubrics_in(tmp_path)) == ["letter", "memo"]
    (tmp_path / "d.yaml").write_text(SOUND, encoding="utf-8")
    with pytest.raises(ValueError, match=r"d\.yaml: another rubric has the id memo already"):
        rubrics_in(tmp_path)
