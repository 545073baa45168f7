"""What the pages show of freshness, and what can be done on them; on both databases."""

import threading
from dataclasses import replace

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Place
from bot.features.escalations.model import Answer, Escalation, State
from bot.features.freshness.store import SqlFreshness
from bot.features.page import Download, PageNotFound, Redirect, View
from bot.storage.unit_of_work import Database
from tests.builders import NOON, document
from tests.freshness_house import ADA, DANA, DAY, EVERYONE, SAM, TODAY, House


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_the_page_lists_what_the_reader_may_read_with_filters_and_as_a_file(house: House) -> None:
    house.owned("renewals")
    house.owned("merger", audience=frozenset({"board"}))
    house.corpus.kept.append(document("brand", owner="Brand team", review_by=TODAY + DAY, hub="marketing"))
    house.look()

    def titles(account: str = SAM, **query: str) -> list[str]:
        shown = house.page("/freshness", account, **query)
        assert isinstance(shown, View)
        listed = shown.values["rows"]
        assert isinstance(listed, list)
        return [each.title for each in listed]

    assert titles() == ["Renewals", "Brand"]
    assert titles(state="overdue") == ["Renewals"]
    assert titles(hub="marketing") == ["Brand"]
    assert titles(DANA, whose="mine") == ["Renewals"]
    assert titles(whose="mine") == []
    file = house.page("/freshness.csv", SAM, state="overdue")
    assert isinstance(file, Download)
    assert b"Renewals,Playbook,company,Dana Okafor,2027-02-28,overdue,Dana Okafor is asked" in file.content
    (hidden,) = [each for each in house.checks() if each.title == "Merger"]
    with pytest.raises(PageNotFound):
        house.page(f"/freshness/{hidden.id}", SAM)
    assert isinstance(house.page(f"/freshness/{hidden.id}"), View)
    confirmed = next(each for each in house.checks() if each.title == "Renewals")
    house.page(f"/freshness/{confirmed.id}/confirm", form={})
    assert titles() == ["Brand"]
    assert titles(state="confirmed lately") == ["Renewals"]


def test_all_that_a_card_offers_can_be_done_on_the_page(house: House) -> None:
    house.add()
    house.look()
    address = f"/freshness/{house.checks()[0].id}"
    shown = house.page(address)
    assert isinstance(shown, View)
    assert (shown.values["may_decide"], shown.values["may_disown"]) == (True, True)
    kept = {"question": "When?", "answer": "", "revision": "1", "personal": "mask"}
    refused = house.page(f"{address}/edit", form=kept)
    assert isinstance(refused, View)
    assert (refused.status, refused.values["problems"]) == (422, {"answer": "This needs words."})
    assert isinstance(house.page(f"{address}/not-mine", form={}), Redirect)
    assert isinstance(house.page(f"{address}/take-back", form={}), Redirect)
    assert isinstance(house.page(f"{address}/edit", form={**kept, "answer": "100 days."}), Redirect)
    assert house.entry().answer == "100 days."
    with pytest.raises(UserFacingError, match="Dana Okafor changed it a moment ago"):
        house.page(f"{address}/retire", form={})


def test_of_an_owner_and_a_curator_who_decide_at_once_one_does(house: House) -> None:
    house.owned("renewals")
    house.look()
    address = f"/freshness/{house.checks()[0].id}/confirm"
    results: list[str] = []
    ready = threading.Barrier(2)

    def decide(account: str) -> None:
        ready.wait()
        try:
            house.page(address, account, form={})
            results.append("done")
        except UserFacingError:
            results.append("refused")

    threads = [threading.Thread(target=decide, args=(account,)) for account in (DANA, ADA)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(results) == ["done", "refused"]
    with house.database.reading() as unit:
        assert len(SqlFreshness(unit).confirmations()) == 1


def test_what_an_expert_answered_and_people_wrote_is_for_who_decides(house: House) -> None:
    house.corpus.kept.append(document(owner="Dana Okafor"))
    there = Place("slack", "T1:U2")
    asked = Escalation("x1", "When?", SAM, "", there, there, NOON, EVERYONE, cited=("starter/renewals.md",))
    house.answered.kept.append(
        replace(asked, state=State.CLOSED, is_confirmed=True, owner_name="Kim Ito", answer=Answer("A hundred days."))
    )
    house.look()
    with house.database.begin() as unit:
        (check,) = SqlFreshness(unit).opened()
        assert SqlFreshness(unit).change(replace(check, remarks=("I was on my own.",), revision=check.revision + 1))
    shown = {account: house.page(f"/freshness/{check.id}", account) for account in (DANA, ADA, SAM)}
    told = {
        account: (bool(v.values["sides"]), v.values["remarks"]) for account, v in shown.items() if isinstance(v, View)
    }
    assert told[DANA] == told[ADA] == (True, ("I was on my own.",))
    assert told[SAM] == (False, ())
