"""Where it is blind nothing that one side gets says who the other is: no card, key, address, form, page or log."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.reviews import acts
from bot.features.reviews.model import State
from bot.features.reviews.namesakes import names_them
from bot.features.reviews.rubric import Blind
from bot.storage.audit import latest
from bot.storage.unit_of_work import Database
from tests.reviewed import RUBRIC
from tests.reviews_house import ADA, DANA, KIM, LEE, MO, REVIEW, House, direct_of, words

DAY = timedelta(days=1)


@pytest.fixture(params=[Blind.SINGLE, Blind.DOUBLE])
def blind(request: pytest.FixtureRequest) -> Blind:
    return Blind(request.param)


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> House:
    return House(sqlite_database, tmp_path, RUBRIC)


def marks(person: Person) -> Iterator[str]:
    """What tells who somebody is."""
    yield from (person.name, person.name.split()[0], person.name.split()[-1], person.id, direct_of(person).channel)


def got(house: House, person: Person) -> str:
    """All that was ever delivered to them, whole: summaries, blocks, buttons' values, keys and addresses."""
    house.deliver()
    theirs = [each for each in house.history if each.place == direct_of(person)]
    assert theirs
    found = json.dumps([(asdict(each.message), each.key) for each in theirs], ensure_ascii=False)
    return found.replace("Monday", "")  # which is nobody's name


def whole_life(house: House, blind: Blind) -> None:
    """Returned by a reviewer, declined with a word, overdue, replaced, written, answered, shown and closed."""
    house.submits(blind=blind)
    house.presses(KIM, "Accept")
    house.presses(KIM, "Return it", missing="The link asks for a password.")
    house.presses(DANA, "Complete it", links="https://wiki.example.com/open", due="2027-03-15")
    house.presses(LEE, "Decline", word="I am Lee, and on holiday in Lisbon.")
    house.joins(MO, "journey map")
    house.waits(3 * DAY)
    for person in (KIM, LEE, MO):
        if house.offers(person, "Accept"):
            house.presses(person, "Accept")
    house.waits(14 * DAY + timedelta(hours=6))
    best = {**REVIEW, "level-view": "2"}
    for person in (KIM, LEE, MO):
        for label in ("Write the review", "Write it all the same"):
            if house.case.submission.state is State.IN_REVIEW and house.offers(person, label):
                house.presses(person, label, **best)
    assert house.case.submission.state is State.RELEASED
    house.says(DANA, "reviews")
    house.presses(DANA, "Answer your reviewers", reply="I cut two steps.")
    house.presses(DANA, "Show it as an example")
    house.presses(DANA, "Close it")
    house.says(KIM, "reviews")


def test_a_blind_author_and_blind_reviewers_stay_unknown_all_along(house: House, blind: Blind) -> None:
    whole_life(house, blind)
    authors = got(house, DANA)
    for reviewer in (KIM, LEE, MO):
        for mark in marks(reviewer):
            assert mark not in authors, mark
    assert "Reviewer 1" in authors and "Lisbon" not in authors
    for reviewer in (KIM, LEE):
        theirs = got(house, reviewer)
        for other in {KIM, LEE, MO} - {reviewer}:
            assert other.name not in theirs and other.id not in theirs
        if blind is Blind.DOUBLE:
            for mark in marks(DANA):
                assert mark not in theirs, mark


def test_an_open_review_names_everybody(house: House) -> None:
    whole_life(house, Blind.OPEN)
    assert KIM.name in got(house, DANA) and DANA.name in got(house, KIM)


def test_the_log_names_a_seat_in_the_place_of_who_is_unknown(house: House, blind: Blind) -> None:
    whole_life(house, blind)
    with house.database.reading() as unit:
        log = repr(latest(unit))
    for reviewer in (KIM, LEE, MO):
        assert reviewer.id not in log and reviewer.name not in log
    assert (DANA.id in log) is (blind is Blind.SINGLE)
    assert house.case.assignments[0].id in log


def test_an_admin_who_looks_for_a_reviewer_learns_no_reviewer(house: House, blind: Blind) -> None:
    house.submits(blind=blind, **{"with": "Lee Winter"})
    house.presses(KIM, "Accept")
    shown = got(house, ADA)
    assert KIM.name not in shown and KIM.id not in shown


def test_a_reviewer_who_is_to_stay_unknown_cannot_sign(house: House, blind: Blind) -> None:
    house.submits(blind=blind)
    house.presses(KIM, "Accept")
    with pytest.raises(FormRejected, match="Your name stands here") as rejected:
        house.presses(KIM, "Write the review", **{**REVIEW, "good": "The quotes. – kim park"})
    assert list(rejected.value.problems) == ["good"]
    with pytest.raises(FormRejected) as rejected:
        house.presses(KIM, "Return it", missing="Park, Kim cannot open it.")
    assert list(rejected.value.problems) == ["missing"]
    form, _ = house.opens(KIM, "Write the review")
    assert "leave your name out" in form.intro


def test_work_that_names_its_blind_author_comes_back(house: House) -> None:
    house.submits(blind=Blind.DOUBLE, links="https://acme.sharepoint.example/personal/dana_okafor_acme/map")
    assert house.case.submission.state is State.RETURNED
    assert "Your name stands in a link" in words(house.card(DANA))
    form, nonce = house.opens(DANA, "Complete it")
    assert "leave names out" in form.intro
    house.fills(DANA, form, nonce, links="https://wiki.example.com/map")
    assert house.offers(KIM, "Accept")


def test_an_author_may_have_it_blinder_than_the_rubric_and_never_less_so(
    sqlite_database: Database, tmp_path: Path
) -> None:
    house = House(sqlite_database, tmp_path, replace(RUBRIC, blind=Blind.SINGLE))
    house.says(DANA, "reviews")
    form, nonce = house.opens(DANA, "Ask for a review")
    offered = next(each for each in form.fields if each.name == "blind")
    assert [value for value, _ in getattr(offered, "options", ())] == ["single", "double"]
    with pytest.raises(FormRejected):
        house.fills(DANA, form, nonce, title="Map", due="2027-03-08", blind="open")


@pytest.mark.parametrize(
    ("text", "name", "is_named"),
    [
        ("https://x.example/personal/dana_okafor_acme_com/map", "Dana Okafor", True),
        ("https://x.example/~danaokafor/map", "Dana Okafor", True),
        ("https://x.example/okafor.dana", "Dana Okafor", True),
        ("Signed: José Núñez", "Jose Nunez", True),
        ("https://x.example/dana/map", "Dana Okafor", False),
        ("May brief", "Grace May", False),
        ("anything", "", False),
        ("a b", "A B", False),
    ],
)
def test_a_name_is_found_as_people_and_addresses_write_it(text: str, name: str, is_named: bool) -> None:
    assert names_them(text, name) is is_named


def test_whoever_has_no_part_in_it_is_told_nothing_of_it(house: House) -> None:
    """A page takes what anybody sends: what comes back says nothing of the work."""
    house.submits(links="", blind=Blind.DOUBLE)
    value = house.case.submission.id
    for action in sorted(acts.ON_PAGES - {acts.SUBMIT}):
        with pytest.raises(UserFacingError) as refused:
            house.on_page(MO, Pressed(action, value, ""))
        assert "Renewal" not in str(refused.value) and DANA.name not in str(refused.value)
    for form_id, route in house.feature.forms.items():
        if form_id == acts.SUBMIT:
            continue
        bare = repr(route.form(value))
        assert all(each not in bare for each in ("Renewal journey", "workshop", "Berlin", DANA.name))
        with pytest.raises(UserFacingError):
            house.on_page(MO, Submitted(form_id, {"due": "2027-03-09", "word": "No."}, value, ""))
