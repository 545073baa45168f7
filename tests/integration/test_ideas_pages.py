"""Requests and ideas as pages: what each reader finds on the board, in the list, on one's page and on calendars."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.chat.turn import EVERYONE, Person, Pressed
from bot.features.ideas import acts, pages
from bot.features.ideas.cards import IdeaView, StoryLink
from bot.features.ideas.figures import Figures
from bot.features.ideas.model import Colleague, Role, State, Unit, Value
from bot.features.ideas.pages import Wanted
from bot.features.ideas.store import SqlIdeas
from bot.features.page import Download, PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, NOON
from tests.ideas_house import A_YEAR, ANA, CLEO, GUEST, KIM, LEE, SAM, House, approval, idea


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def put(house: House, *ids_and_states: tuple[str, State]) -> None:
    with house.database.begin() as unit:
        for name, state in ids_and_states:
            SqlIdeas(unit).add(idea(name, title=f"Title {name}", state=state))


def listed(house: House, person: Person, **query: str) -> list[str]:
    views = house.pages.show_all(PageRequest(person, query=query)).values["views"]
    assert isinstance(views, list)
    return sorted(view.idea.id for view in views if isinstance(view, IdeaView))


def columns(house: House, person: Person) -> dict[str, int]:
    found = house.pages.show_all(PageRequest(person)).values["columns"]
    assert isinstance(found, list)
    return {name: many for _, name, _, many in found}


def shown(house: House, person: Person, idea_id: str = "i1") -> View:
    return house.pages.show(PageRequest(person, path={"idea": idea_id}))


def buttons(view: View) -> list[str]:
    found = view.values["buttons"]
    assert isinstance(found, list)
    return [each.label for each in found]


def rows(download: object) -> list[list[str]]:
    assert isinstance(download, Download)
    return list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))


EVERY = tuple((state.name.lower(), state) for state in State)


def test_each_reader_finds_what_they_may_see(house: House) -> None:
    put(house, *EVERY)
    public = ["accepted", "declined", "done", "new", "under_way"]
    assert listed(house, LEE) == public
    assert listed(house, CLEO) == sorted([*public, "incomplete"])
    assert listed(house, CLEO, state="withdrawn") == ["withdrawn"]
    assert listed(house, LEE, state="withdrawn") == []
    assert listed(house, ANA) == sorted(name for name, _ in EVERY)
    assert listed(house, GUEST) == []
    assert listed(house, LEE, kind="help") == []
    assert listed(house, LEE, kind="improvement", state="done") == ["done"]
    assert listed(house, LEE, kind="no such", state="no such", view="no such") == public
    assert listed(house, LEE, mine="yes") == []
    house.act(Pressed(acts.VOTE, "new", ""), LEE)
    assert listed(house, LEE, mine="yes") == ["new"]


def test_states_are_columns_and_what_is_not_complete_is_one_only_for_those_who_see_any(house: House) -> None:
    put(house, *EVERY)
    assert columns(house, LEE) == {"To decide": 1, "Accepted": 1, "Under way": 1, "Done": 1, "Declined": 1}
    assert columns(house, CLEO)["Not complete"] == 1
    assert house.pages.show_all(PageRequest(LEE)).template == "ideas/board.html"
    assert house.pages.show_all(PageRequest(LEE, query={"view": "list"})).template == "ideas/list.html"


def test_what_is_chosen_is_chosen_among_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SHOWN", 2)
    put(house, *((f"d{number}", State.DONE) for number in range(3)), ("a", State.ACCEPTED))
    with house.database.begin() as unit:
        SqlIdeas(unit).add(idea("u", state=State.UNDER_WAY, asked_at=NOON - timedelta(days=300), kind="help"))
    assert listed(house, LEE) == ["a", "u"]
    assert listed(house, LEE, state="under way") == listed(house, LEE, kind="help") == ["u"]
    assert listed(house, LEE, state="incomplete") == listed(house, GUEST, state="done") == []


def test_what_somebody_may_not_see_looks_like_what_is_not_there(house: House) -> None:
    put(house, *EVERY)
    for person, name in ((LEE, "incomplete"), (LEE, "withdrawn"), (GUEST, "new"), (CLEO, "other")):
        with pytest.raises(PageNotFound):
            shown(house, person, name)
    with pytest.raises(PageNotFound):
        house.pages.show_gaps(PageRequest(LEE))
    assert shown(house, CLEO, "incomplete").template == "ideas/idea.html"


def test_each_reader_has_the_buttons_for_what_they_may_do(house: House) -> None:
    house.proposed(idea("i1"))
    assert buttons(shown(house, LEE)) == ["Vote for it"]
    assert buttons(shown(house, ANA)) == ["Change it", "Take it back"]
    decide = ["Approve it", "Estimate and plan", "Give it back", "Vote for it", "Decline it"]
    assert buttons(shown(house, CLEO)) == buttons(shown(house, ADMIN)) == decide
    house.proposed(replace(idea("own"), asker=Colleague(CLEO.id, CLEO.name)), CLEO)
    assert "Give it back" not in buttons(shown(house, CLEO, "own"))
    house.act(approval(house), CLEO)
    assert buttons(shown(house, CLEO)) == ["Begin it", "Estimate and plan", "Vote for it", "Decline it"]
    house.act(Pressed(acts.BEGIN, "i1", ""), CLEO)
    assert buttons(shown(house, CLEO))[0] == "It is done"
    assert buttons(shown(house, ANA)) == []


def test_what_lacks_something_or_was_taken_back_is_not_for_its_sponsor(house: House) -> None:
    sponsored = idea(sponsor=Colleague(KIM.id, KIM.name), owner=Colleague(SAM.id, SAM.name))
    with house.database.begin() as unit:
        for state in (State.INCOMPLETE, State.WITHDRAWN, State.NEW):
            SqlIdeas(unit).add(replace(sponsored, id=state.value, title=state.value, state=state))
    for person in (KIM, SAM):
        assert listed(house, person) == listed(house, person, mine="yes") == ["new"]
        assert "withdrawn" not in str(house.say(person).message)
        for name in ("incomplete", "withdrawn"):
            with pytest.raises(PageNotFound):
                house.pages.show(PageRequest(person, path={"idea": name}))
    assert set(listed(house, ANA, mine="yes")) == {"incomplete", "new", "withdrawn"}


def test_the_sponsor_approves_or_declines_and_decides_nothing_else(house: House) -> None:
    with house.database.begin() as unit:
        kept = idea(sponsor=Colleague(KIM.id, KIM.name), needed=(Role.SPONSOR, Role.CURATOR))
        SqlIdeas(unit).add(kept)
    assert buttons(shown(house, KIM)) == ["Approve it", "Vote for it", "Decline it"]
    house.act(approval(house), KIM)
    assert buttons(shown(house, KIM)) == ["Vote for it"]


def test_the_table_to_take_away_has_numbers_with_their_units_and_computes_nothing(house: House) -> None:
    with house.database.begin() as unit:
        store = SqlIdeas(unit)
        store.add(idea("i1", title="=HYPERLINK(1)", value=A_YEAR, effort=10, owner=Colleague(SAM.id, SAM.name)))
        store.add(idea("i2", asked_at=NOON + timedelta(days=1)))
        store.vote("i1", LEE.id)
    (head, first, second) = rows(house.pages.take_away(PageRequest(LEE)))
    found = dict(zip(head, first, strict=True))
    assert found["Title"] == "'=HYPERLINK(1)"
    assert (found["Expected value a year"], found["Unit"], found["Payback in months"]) == ("24000", "EUR", "2.4")
    assert (found["Votes"], found["Done by"]) == ("1", "Sam Lee")
    assert second[0] == "Prices for bundles"
    assert rows(house.pages.take_away(PageRequest(GUEST))) == [head]


def test_addresses_keep_the_state_of_the_list(house: House) -> None:
    view = house.pages.show_all(PageRequest(LEE, query={"view": "list", "kind": "help", "mine": "yes"}))
    wanted = view.values["wanted"]
    assert isinstance(wanted, Wanted)
    assert wanted.address() == "/ideas?view=list&kind=help&mine=yes"
    assert wanted.address("/ideas.csv", view="", mine=False) == "/ideas.csv?kind=help"


def test_accepted_work_stands_on_calendars_on_its_days(house: House) -> None:
    house.under_way(starts_on=date(2027, 3, 8), ends_on=date(2027, 3, 12))

    def entries(reader: Person, readers: Iterable[str], since: int = 1, until: int = 31) -> list[tuple[object, ...]]:
        march = [datetime(2027, 3, day, tzinfo=UTC) for day in (since, until)]
        with house.database.reading() as unit:
            found = house.calendar.entries(reader.id, frozenset(readers), march[0], march[1], unit)
        return [(each.event.days, each.is_mine, each.note, each.page) for each in found]

    days = (date(2027, 3, 8), date(2027, 3, 12))
    assert entries(LEE, [EVERYONE]) == [(days, False, "Under way", "/ideas/i1")]
    assert entries(SAM, [EVERYONE]) == [(days, True, "Under way", "/ideas/i1")]
    assert entries(GUEST, [GUEST.id]) == []
    assert entries(LEE, [EVERYONE], 13) == entries(LEE, [EVERYONE], 1, 8) == []


def done(house: House, name: str, **values: object) -> None:
    made = idea(name, title=f"Title {name}", state=State.DONE, finished_at=NOON, **values)
    with house.database.begin() as unit:
        SqlIdeas(unit).add(made)


def figures(house: House, person: Person = LEE) -> Figures:
    found = house.pages.show_figures(PageRequest(person)).values["figures"]
    assert isinstance(found, Figures)
    return found


def test_what_it_brought_stands_on_the_board_in_the_table_and_in_the_figures_with_its_story(house: House) -> None:
    done(house, "good", value=A_YEAR, reached=Value(200, Unit.HOURS), lesson="Counted.")
    done(house, "open", value=A_YEAR)
    done(house, "gift", reached=Value(500, Unit.MONEY))
    put(house, ("new", State.NEW))
    house.stories["idea/good"] = StoryLink("Bundles have prices", "/stories/s1")
    drawn = house.pages.show_all(PageRequest(LEE)).values
    brought, views = drawn["brought"], drawn["views"]
    assert callable(brought)
    assert isinstance(views, list)
    assert {each.idea.id: brought(each.idea) for each in views} == {
        "good": "Brought 200 hours a year, 50% of the 24,000 EUR a year expected",
        "open": "Not known yet what it brought",
        "gift": "Brought 500 EUR a year",
        "new": "",
    }
    head, *lines = rows(house.pages.take_away(PageRequest(LEE, query={"state": "done"})))
    found = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert set(found) == {"Title good", "Title open", "Title gift"}
    good = found["Title good"]
    assert (good["Reached a year"], good["Unit of what was reached"]) == ("200", "hours")
    assert (good["Reached in percent of expected"], good["How that is known"]) == ("50", "Counted.")
    assert good["Story"] == "https://hall.example/stories/s1"
    assert found["Title open"]["Reached in percent of expected"] == ""
    known = figures(house)
    assert known.title == "What is done brings 12,000 EUR a year, 50% of what was expected of it"
    assert known.basis == (
        "3 requests are done; of 2 it is known what came of it, and of 1 of these what was expected. "
        "An hour saved counts 60 EUR."
    )
    assert [each.view.idea.id for each in known.done] == ["good", "gift", "open"]
    assert known.done[0].view.story == StoryLink("Bundles have prices", "/stories/s1")
    assert [(each.view.idea.id, reached, expected) for each, reached, expected in known.bars] == [
        ("good", 0.5, 1.0),
        ("gift", 500 / 24_000, 0.0),
    ]


def test_figures_of_which_nothing_is_known_say_so(house: House) -> None:
    assert figures(house).done == []
    done(house, "open", value=A_YEAR)
    assert figures(house).title == "1 request is done, and nobody knows yet what that brought"
    done(house, "gift", reached=Value(500, Unit.MONEY))
    assert figures(house).title == "What is done brings 500 EUR a year"
    assert figures(house, GUEST).done == []


def test_a_long_column_shows_what_comes_first_and_leads_to_the_others(house: House) -> None:
    with house.database.begin() as unit:
        for number in range(40):
            SqlIdeas(unit).add(idea(f"n{number}", title=f"Title {number}", asked_at=NOON + timedelta(minutes=number)))
    drawn = house.pages.show_all(PageRequest(LEE)).values["columns"]
    assert isinstance(drawn, list)
    (column,) = [each for each in drawn if each[3]]
    assert (column[0], len(column[2]), column[3]) == ("new", 25, 40)
    assert column[2][0].idea.id == "n0"
