"""What one person can ask of all experts, and who never gets a request: strangers, and people from outside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.features.channels.store import SqlChannels
from bot.features.escalations.colleagues import checked_colleague
from bot.features.escalations.model import Offer
from bot.features.escalations.requests import MOST_A_DAY
from bot.features.escalations.store import SqlEscalations
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.escalated import escalation
from tests.requests_house import ASKED, DANA, EXPERTS, KIM, SAM, House


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    house = House(database)
    yield house
    house.dispatcher.stop()


def test_nobody_keeps_all_experts_busy(house: House) -> None:
    def ask(number: int, hours: int = 0) -> None:
        asked = escalation(f"{number:032}", asker_id=DANA.id, opened_at=NOON + timedelta(hours=hours))
        with house.database.begin() as unit:
            house.parts.requests.ask(asked, DANA, unit)

    for number in range(MOST_A_DAY):
        ask(number)
    with pytest.raises(UserFacingError, match="nobody was asked this time"):
        ask(100)
    ask(100, hours=25)


def test_who_takes_theirs_back_has_asked_all_the_same(house: House) -> None:
    house.ask()
    with house.database.begin() as unit:
        house.parts.desk.withdraw(house.escalation.id, DANA, unit, house.clock())
        assert SqlEscalations(unit).asked_since(DANA.id, NOON) == 1
        assert SqlEscalations(unit).asked_since(SAM.id, NOON) == 0


def test_where_people_from_outside_read_by_now_the_card_of_a_request_goes(house: House) -> None:
    house.ask()
    assert ASKED in str(house.shown(EXPERTS, "escalation-").message)
    with house.database.begin() as unit:
        SqlChannels(unit).note(replace(EXPERTS, members=frozenset()), house.clock())
    house.press(house.card(SAM), "Claim", SAM)
    left = house.shown(EXPERTS, "escalation-").message
    assert ASKED not in str(left)
    assert left.buttons == ()


def test_nobody_is_handed_a_request_of_whom_it_is_not_known_who_they_are(house: House) -> None:
    with house.database.begin() as unit:
        People(unit).add(KnownPerson("stranger", "", NOON))
        People(unit).add_account(Account("slack:T9:U9", "stranger", "slack", NOON, "T9:D9"))
    with house.database.reading() as unit:
        assert checked_colleague(KIM.id, unit).id == KIM.id
        with pytest.raises(FormRejected, match="no colleague"):
            checked_colleague("stranger", unit)


def test_a_reason_as_long_as_names_can_make_it_is_kept_as_far_as_it_fits(house: House) -> None:
    house.ask()
    with house.database.begin() as unit:
        SqlEscalations(unit).put_offer(Offer(house.escalation.id, KIM.id, NOON, why="stands in for " + "x" * 600))
