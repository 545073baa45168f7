"""Never with this person: said in private, kept whatever it costs, undone at any time, and learnt by nobody else."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Message, Paragraph, plain
from bot.chat.turn import Pressed
from bot.features.introductions.apart_chat import UNKNOWN
from bot.features.introductions.lobby import APART
from bot.features.introductions.model import REFUSALS
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.tables import PERSON_COLUMNS
from bot.storage.audit import latest
from bot.storage.merging import follow
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.introduced import DAY, FIRST, SUNDAY
from tests.introductions_house import TellingHouse, person

WEEK = 7 * DAY


@pytest.fixture
def house(sqlite_database: Database) -> TellingHouse:
    house = TellingHouse(sqlite_database)
    house.open()
    house.arrive("ana", "ben", "cai", "dag", email=True)
    house.join("ana", "ben", "cai", "dag")
    return house


def words(message: Message) -> str:
    return " ".join(plain(block.text) for block in message.blocks if isinstance(block, Paragraph))


def name_one(house: TellingHouse, typed: str, who: str = "ana") -> Delivery:
    opened = house.open_form(house.say(who), "Never with somebody", who)
    return house.send(opened, who, name=typed)[who]


def partners(house: TellingHouse, who: str) -> list[str]:
    return [each.person_id for meeting in house.meetings(who) for each in meeting.others(who)]


def everything_told(out: Iterable[Delivery]) -> str:
    return " ".join(f"{each.message}" for each in out if each.place.channel != "D-ana")


def test_somebody_is_named_kept_apart_and_met_again_when_that_is_undone(house: TellingHouse) -> None:
    shown = name_one(house, "Ben")
    assert shown.message.summary == (
        "From the next round on you are not introduced to Ben any more. Only you see this, and you can take it back."
    )
    assert "You are never introduced to Ben. Only you see this." in words(shown.message)
    house.live(FIRST + 5 * WEEK)
    assert set(partners(house, "ana")) == {"cai", "dag"}
    assert "ana" not in partners(house, "ben")
    again = house.press(house.say("ana"), "Meet Ben again", "ana")["ana"]
    assert again.message.summary == "You may be introduced to Ben again."
    house.live(FIRST + 6 * WEEK)
    assert partners(house, "ana")[0] == "ben"


def test_the_other_never_learns_it_nor_does_the_audit_log(house: TellingHouse) -> None:
    name_one(house, "ben@example.com")
    told = house.all_out()
    house.live(FIRST + 3 * WEEK)
    told += house.all_out()
    assert "never" not in everything_told(told)
    seen = house.say("ben")
    assert "never introduced" not in words(seen.message)
    assert "Meet Ana again" not in [each.label for each in seen.message.buttons]
    with house.database.reading() as unit:
        assert [each.action for each in latest(unit)] == ["circle opened"]


def test_it_is_offered_where_somebody_says_that_they_did_not_meet(house: TellingHouse) -> None:
    house.live(FIRST + 6 * DAY)
    asked = [
        each for each in house.all_out() if each.message.summary.startswith("Did you") and "ana" in each.place.channel
    ]
    said = house.press(asked[-1], "Not this time", "ana")["ana"]
    (other,) = house.meetings("ana")[0].others("ana")
    kept = house.press(said, f"Never with {other.person_name}", "ana")["ana"]
    assert kept.message.summary.startswith(f"From the next round on you are not introduced to {other.person_name}")
    with house.database.reading() as unit:
        assert SqlIntroductions(unit).refused("coffee") == {("ana", other.person_id)}


def test_only_who_was_introduced_can_be_kept_apart_by_a_button(house: TellingHouse) -> None:
    pressed = house.turn(Pressed(APART, "ben", "n"), "ana")
    with house.database.begin() as unit, pytest.raises(UserFacingError, match=UNKNOWN):
        house.feature.buttons[APART](pressed, unit)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("Nobody Atall", "Nobody here is known as"), ("Ana", "That is you"), ("Ben", "was on your list already")],
)
def test_who_cannot_be_named_is_said_at_the_field(house: TellingHouse, typed: str, problem: str) -> None:
    name_one(house, "Ben")
    with pytest.raises(FormRejected, match=problem) as refused:
        name_one(house, typed)
    assert list(refused.value.problems) == ["name"]


def test_nobody_empties_a_circle(house: TellingHouse) -> None:
    others = [f"colleague{number}" for number in range(REFUSALS + 1)]
    house.arrive(*others)
    for each in others[:-1]:
        name_one(house, each.title())
    with pytest.raises(FormRejected, match=f"Your list has {REFUSALS} people"):
        name_one(house, others[-1].title())


def test_whom_one_wants_apart_is_never_ones_buddy(house: TellingHouse) -> None:
    name_one(house, "Ben")
    with house.database.begin() as unit:
        house.desk.offer(person("ben"), "", "", unit, house.now)
        assert house.desk.begin(person("ana"), "", "", unit, house.now).buddy_id == ""
        house.desk.offer(person("cai"), "", "", unit, house.now)
        assert house.desk.begin(person("dag"), "", "", unit, house.now).buddy_id == "ben"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("ana", "Your time as the buddy of Ana is over. Thank you for being there."),
        ("ben", "Ana is not with you any more. Cai is there for them now."),
    ],
)
def test_where_one_was_the_others_buddy_somebody_else_is(house: TellingHouse, who: str, said: str) -> None:
    """Whose wish it was, the other does not learn."""
    with house.database.begin() as unit:
        house.desk.offer(person("ben"), "", "", unit, house.now)
        house.desk.begin(person("ana"), "", "", unit, house.now)
        house.desk.offer(person("cai"), "", "", unit, house.now)
    house.live(SUNDAY + timedelta(hours=1))
    house.all_out()
    opened = house.open_form(house.say(who), "Never with somebody", who)
    house.dispatcher.answer_now(house.submitted(opened, who, name="Ben" if who == "ana" else "Ana"))
    told = {(each.place.channel, each.key): each.message.summary for each in house.all_out()}
    assert told["D-ben", "newcomer-ana"] == said
    assert told["D-cai", "newcomer-ana"] == "Ana is new here, and you are their buddy."


def test_it_stays_with_both_when_they_prove_to_be_somebody_else(house: TellingHouse) -> None:
    name_one(house, "Ben")
    with house.database.begin() as unit:
        follow(unit, PERSON_COLUMNS, "ben", "ben-again")
        follow(unit, PERSON_COLUMNS, "ana", "ana-again")
        assert SqlIntroductions(unit).apart_from("ben-again") == {"ana-again"}
        follow(unit, PERSON_COLUMNS, "ben-again", "ana-again")
        assert SqlIntroductions(unit).apart_from("ana-again") == frozenset()
        assert SqlIntroductions(unit).refused("coffee") == {("ana-again", "ana-again")}
