"""What a request lacks, which kinds there are, and what pays back soonest."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.finding import State
from bot.commands.intake_checks import check_intake
from bot.features.ideas.model import Colleague, Role, Unit, Value
from bot.features.ideas.rule_reader import BEFORE, kind_from, open_intake, rates_from, read_intake
from bot.features.ideas.rules import lacks
from bot.features.ideas.worth import Rates, in_order, payback, payback_in_words, reached_in_words
from bot.settings import Settings
from tests.builders import NOON
from tests.ideas_house import ANA, INTAKE, KIM, idea

CAPABILITY = INTAKE.kinds["capability"]
GIVEN = {
    "problem": "Nobody here can forecast churn today.",
    "data": "18 percent of contracts ended.",
    "result": "A list each Monday.",
    "sponsor": "Kim Park",
}
SPONSOR = Colleague(KIM.id, KIM.name)
OWN = """
id: robot
title: Robot
about: Something that moves.
approvals: [admin, curator]
needs:
  - {id: why, title: Why, hint: "It is heavy"}
"""
RATES = Rates("EUR", 480, 8)


def test_four_kinds_come_with_it_each_with_what_it_needs() -> None:
    assert list(INTAKE.kinds) == ["campaign", "capability", "help", "improvement"]
    assert [each.id for each in CAPABILITY.needs] == ["problem", "data", "result", "sponsor"]
    assert CAPABILITY.approvals == (Role.SPONSOR, Role.CURATOR)
    assert INTAKE.kinds["help"].approvals == (Role.CURATOR,)
    assert not INTAKE.problems


def test_what_is_complete_lacks_nothing() -> None:
    assert lacks(CAPABILITY, "Churn", GIVEN, SPONSOR, ANA.id) == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"problem": "tbd"}, "The problem: say this in at least 5 words"),
        ({"problem": "It is bad"}, "The problem: say this in at least 5 words"),
        ({"data": "n/a"}, "What shows it: say this"),
        ({"result": " \n "}, "The result expected: say this"),
        ({"result": "word " * 500}, "The result expected: say this in at most 2000 characters"),
        ({"sponsor": ""}, "The sponsor: say this, e.g."),
    ],
)
def test_each_thing_that_is_missing_is_said_so_that_it_can_be_mended(given: dict[str, str], said: str) -> None:
    (found,) = lacks(CAPABILITY, "Churn", GIVEN | given, SPONSOR, ANA.id)
    assert found.startswith(said)


def test_a_sponsor_is_one_known_colleague_and_not_whoever_asks() -> None:
    assert "name one colleague" in lacks(CAPABILITY, "Churn", GIVEN, None, ANA.id)[0]
    assert "somebody else" in lacks(CAPABILITY, "Churn", GIVEN, Colleague(ANA.id, ANA.name), ANA.id)[0]


def test_the_companys_own_folder_adds_replaces_and_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "robot.yaml").write_text(OWN)
    (tmp_path / "help.yml").write_text(OWN.replace("id: robot", "id: help").replace("title: Robot", "title: Hands"))
    (tmp_path / "again.yaml").write_text(OWN.replace("id: robot", "id: help"))
    (tmp_path / "rates.yaml").write_text("{currency: CHF, day_costs: 800, hours_a_day: 8}")
    (tmp_path / "broken.yaml").write_text("id: [")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "notes.txt").write_text("not read")
    found = read_intake(tmp_path)
    assert found.kinds["robot"].approvals == (Role.ADMIN, Role.CURATOR)
    assert {found.kinds["help"].title} <= {"Hands", "Robot"}
    assert found.rates == Rates("CHF", 800, 8)
    assert sorted(each.split(":")[0] for each in found.problems) == ["broken.yaml", "bytes.yaml", "help.yml"]
    assert set(INTAKE.kinds) < set(found.kinds)


def test_a_folder_that_is_not_there_leaves_what_comes_with_it(tmp_path: Path) -> None:
    found = read_intake(tmp_path / "nowhere")
    assert found.kinds == INTAKE.kinds
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (OWN + "extra: 1", "line 8, extra: is not known here; take it out"),
        (
            OWN.replace("[admin, curator]", "[boss]"),
            "line 5, approvals.1: has to be one of",
        ),
        (OWN.replace("[admin, curator]", "[curator, curator]"), "a role approves once"),
        (OWN.replace("[admin, curator]", "[sponsor]"), "add a need with the id sponsor"),
        (OWN + '  - {id: why, title: Again, hint: "x"}', "one id twice: why"),
        (OWN.replace("id: robot", "id: Robot 7"), "id"),
        ("- 1", "line 1, the whole file: has to be fields with values"),
        (OWN.replace("title: Robot\n", ""), "line 2, title: is missing; add it"),
        (OWN + "  - {id: two, hint: x}", "line 8, needs.2.title: is missing; add it"),
        (OWN + "  - id: two\n    title: T\n    words: 99\n    hint: x", "line 10, needs.2.words: Input should be less"),
        ("[" * 3_000, "nested too deeply"),
    ],
)
def test_a_broken_kind_says_which_file_and_what(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"^own\.yaml: ") as raised:
        kind_from(text, "own.yaml")
    assert problem in str(raised.value)


def test_a_file_that_breaks_loses_nothing_and_the_rules_it_had_go_on(tmp_path: Path) -> None:
    own, before = tmp_path / "own", tmp_path / BEFORE
    own.mkdir()
    (own / "robot.yaml").write_text(OWN)
    (own / "help.yaml").write_text(OWN.replace("id: robot", "id: help").replace("title: Robot", "title: Hands"))
    (own / "rates.yaml").write_text("{currency: CHF, day_costs: 800, hours_a_day: 8}")
    sound = open_intake(own, before)
    assert sound.problems == ()
    (own / "robot.yaml").write_text(OWN.replace("title: Robot", "titel: Robot"))
    (own / "help.yaml").write_text("id: [")
    (own / "rates.yaml").write_text("{currency: CHF}")
    for _ in range(2):  # nor at the start after that
        broken = open_intake(own, before)
        assert broken.kinds == sound.kinds
        assert broken.rates == sound.rates
        assert [each.split(":")[0] for each in broken.problems] == ["help.yaml", "rates.yaml", "robot.yaml"]
        assert all(each.endswith("until then the rules go on that it had before.") for each in broken.problems)
    assert "line 3, titel: is not known here" in broken.problems[2]


def test_a_new_file_that_is_broken_is_left_out_and_the_rest_holds(tmp_path: Path) -> None:
    (tmp_path / "robot.yaml").write_text("id: robot")
    found = open_intake(tmp_path, tmp_path / BEFORE)
    assert found.kinds == INTAKE.kinds
    assert found.problems[0].endswith("until then it is left out, and the rest holds.")


def test_a_folder_that_cannot_be_opened_leaves_the_rules_from_before(tmp_path: Path) -> None:
    own, before = tmp_path / "own", tmp_path / BEFORE
    own.mkdir()
    (own / "robot.yaml").write_text(OWN)
    open_intake(own, before)
    (own / "robot.yaml").unlink()
    own.rmdir()
    assert "robot" in open_intake(own, before).kinds
    own.mkdir()
    assert "robot" not in open_intake(own, before).kinds  # somebody took it out
    assert list(before.iterdir()) == []


def test_the_doctor_says_what_is_wrong_with_a_file_of_rules(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "robot.yaml").write_text(OWN)
    settings = Settings(home=tmp_path, intake=own)
    assert check_intake(settings).found == "1 of the company's own, 5 kinds in all"
    (own / "robot.yaml").write_text("id: robot")
    finding = check_intake(settings)
    assert finding.state is State.WARN
    assert finding.found.startswith("robot.yaml: line 1, about: is missing; add it;")


def test_rates_are_numbers_that_make_sense() -> None:
    with pytest.raises(ValueError, match=r"^rates\.yaml: line 1, day_costs"):
        rates_from("{currency: EUR, day_costs: 0, hours_a_day: 8}", "rates.yaml")


def test_payback_is_what_it_costs_over_what_it_brings() -> None:
    money = idea(value=Value(24_000, Unit.MONEY), effort=10)
    assert payback(money, RATES) == pytest.approx(2.4)
    assert payback_in_words(money, RATES) == "2.4 months: 10 days × 480 EUR ÷ 24,000 EUR a year"
    hours = idea(value=Value(120, Unit.HOURS), effort=10)
    assert payback(hours, RATES) == pytest.approx(8)
    assert payback_in_words(hours, RATES) == "8 months: 10 days × 480 EUR ÷ 7,200 EUR a year"
    for unknown in (
        idea(),
        idea(effort=3),
        idea(value=Value(0, Unit.HOURS), effort=3),
        idea(value=Value(1, Unit.MONEY)),
    ):
        assert payback(unknown, RATES) is None
        assert payback_in_words(unknown, RATES) == ""


def test_what_was_reached_is_said_against_what_was_expected() -> None:
    done = idea(value=Value(24_000, Unit.MONEY), reached=Value(200, Unit.HOURS))
    assert reached_in_words(done, RATES) == "200 hours a year, 50% of the 24,000 EUR a year expected"
    assert reached_in_words(replace(done, value=None), RATES) == "200 hours a year"
    assert reached_in_words(replace(done, reached=None), RATES) == ""


def test_what_pays_back_soonest_comes_first_then_what_most_want_then_the_oldest() -> None:
    soon = idea("soon", value=Value(24_000, Unit.MONEY), effort=1)
    late = idea("late", value=Value(24_000, Unit.MONEY), effort=90)
    wanted, old, new = idea("wanted"), idea("old"), idea("new", asked_at=NOON + timedelta(days=1))
    votes = {"wanted": 3}
    found = in_order([new, old, wanted, late, soon], lambda each: votes.get(each.id, 0), RATES)
    assert [each.id for each in found] == ["soon", "late", "wanted", "old", "new"]


def test_the_formula_is_said_with_its_units() -> None:
    assert "effort in days × 480 EUR a day ÷ value in EUR a year × 12" in RATES.formula
    assert "An hour saved counts 60 EUR" in RATES.formula
