"""Requests as pages: what each reader finds on the list, and what they can do about one."""

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.escalations.overview import Standing
from bot.features.escalations.pages import RequestPages
from bot.features.page import Download, PageNotFound, PageRequest, Redirect, View
from bot.storage.unit_of_work import Database
from tests.requests_house import ANSWER, ASKED, DANA, GUEST, KIM, SAM, House


class Desk:
    """The pages over a house in which somebody asked."""

    def __init__(self, database: Database, name: str) -> None:
        self.house = House(database)
        self.house.ask(name)
        self.pages = RequestPages(database, self.house.parts.desk, self.house.clock)
        self.path = {"request": self.house.escalation.id}

    def standing(self, person: Person, wanted: str = "") -> list[Standing]:
        view = self.pages.show_all(PageRequest(person, query={"state": wanted}))
        rows = view.values["rows"]
        assert isinstance(rows, list)
        return [row.standing for row in rows]

    def one(self, person: Person) -> View:
        return self.pages.show(PageRequest(person, path=self.path))

    def claim(self, person: Person) -> Redirect:
        return self.pages.claim(PageRequest(person, path=self.path))

    def bring_here(self, person: Person) -> Redirect:
        return self.pages.bring_here(PageRequest(person, path=self.path))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, "shown")


def test_each_reader_sees_how_a_request_stands_for_them(desk: Desk) -> None:
    assert desk.standing(SAM) == [Standing.OFFERED]
    assert desk.standing(KIM) == desk.standing(DANA) == [Standing.OPEN]
    assert desk.standing(SAM, "offered to you") == [Standing.OFFERED]
    assert desk.standing(SAM, "yours to answer") == []
    assert desk.standing(SAM, "no such state") == [Standing.OFFERED]
    desk.claim(KIM)
    assert desk.standing(KIM) == [Standing.YOURS]
    assert desk.standing(SAM) == [Standing.TAKEN]
    assert desk.standing(DANA) == []


def test_an_open_request_is_claimed_and_answered_from_the_page(desk: Desk) -> None:
    thread = desk.claim(KIM).to
    assert thread == f"/t/request-{desk.house.escalation.id}"
    card = next(each for each in desk.house.deliveries() if f"/t/{each.place.thread}" == thread)
    assert (card.place.platform, card.place.channel) == ("web", KIM.id)
    desk.house.send(desk.house.press(card, "Answer", KIM), ANSWER, KIM)
    assert desk.standing(KIM) == [Standing.ANSWERED]
    assert desk.claim(SAM) == Redirect("/requests", desk.claim(SAM).notice)
    assert "Kim Park has answered this" in desk.claim(SAM).notice


def test_whoever_has_it_in_a_chat_may_answer_it_on_the_page(desk: Desk) -> None:
    desk.house.press(desk.house.card(SAM), "Claim", SAM)
    with pytest.raises(UserFacingError, match="not yours to answer"):
        desk.bring_here(KIM)
    thread = desk.bring_here(SAM).to
    assert any(f"/t/{each.place.thread}" == thread for each in desk.house.deliveries())


def test_whoever_waits_for_the_answer_does_not_claim_it(desk: Desk) -> None:
    assert desk.one(DANA).values["waits"]
    assert "You wait for this answer yourself" in desk.claim(DANA).notice
    assert desk.house.escalation.owner_id == ""


def test_a_guest_sees_none(desk: Desk) -> None:
    for act in (desk.standing, desk.one, desk.claim, desk.bring_here):
        with pytest.raises(UserFacingError, match="for its own people"):
            act(GUEST)


def test_who_withheld_their_name_is_not_named_on_the_page_nor_in_the_table(database: Database) -> None:
    desk = Desk(database, "withheld")
    values = desk.one(KIM).values
    assert (values["asker"], values["platform"]) == ("A colleague", "")
    table = desk.pages.take_away(PageRequest(KIM))
    assert isinstance(table, Download)
    assert ASKED in table.content.decode()
    assert "Dana" not in table.content.decode()


def test_what_is_over_is_there_for_whoever_had_to_do_with_it(desk: Desk) -> None:
    asked = desk.house.escalation
    with desk.house.database.begin() as unit:
        desk.house.parts.desk.withdraw(asked.id, DANA, unit, desk.house.clock())
    assert desk.one(SAM).values["row"] is not None
    with pytest.raises(PageNotFound):
        desk.one(KIM)
    assert desk.standing(KIM) == []
