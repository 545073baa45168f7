"""The calendar in a chat: the card, what stands on it where others read along, the addresses; and at home."""

from dataclasses import replace

import pytest

from bot.chat.reply import Actions, Bullets, Button, Message, Note, Paragraph, plain
from bot.chat.turn import Opened, Place, Turn
from bot.features.calendar import card
from bot.features.feature import HomeSection
from bot.storage.audit import latest
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.calendar_house import DANA, DAY, GUEST, HOUR, SAM, House, planned

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
DIRECT = Place("slack", "T1:U1")


@pytest.fixture
def house(sqlite_database: Database) -> House:
    made = House(sqlite_database)
    made.planned = [
        planned("clinic", NOON + DAY, note="3 places left"),
        planned("plan", NOON + 2 * DAY, kind="Launch", readers=frozenset({"board"})),
        planned("mine", NOON + 3 * DAY, kind="Review", readers=frozenset(), owner=DANA),
        planned("off", NOON + HOUR, is_cancelled=True),
        planned("past", NOON - DAY),
    ]
    return made


def items(message: Message) -> list[str]:
    return [plain(each) for block in message.blocks if isinstance(block, Bullets) for each in block.items]


def buttons(message: Message) -> list[Button]:
    return [button for block in message.blocks if isinstance(block, Actions) for button in block.buttons]


def addresses(message: Message) -> list[str]:
    said = [plain(block.text) for block in message.blocks if isinstance(block, Paragraph)]
    return [each for each in said if each.startswith("https://")]


def test_the_card_lists_what_comes_next_in_the_readers_time(house: House) -> None:
    (post,) = house.says("").posts
    assert post.message.summary == "Next: “The clinic”, tomorrow, 13:00 your time."
    assert items(post.message) == [
        "The clinic – Office hours, tomorrow, 13:00 your time, 3 places left",
        "The plan – Launch, Wednesday, 13:00 your time",
        "The mine – Review, Thursday, 13:00 your time, yours",
    ]
    assert [each.label for each in buttons(post.message)] == ["Only mine", "Subscribe"]
    (sams,) = house.says("", SAM).posts
    assert items(sams.message) == ["The clinic – Office hours, tomorrow, 07:00 your time, 3 places left"]


def test_in_a_channel_nobodys_own_dates_are_shown_and_times_are_everybodys(house: House) -> None:
    (post,) = house.says("", place=CHANNEL).posts
    assert post.place is None
    assert items(post.message) == ["The clinic – Office hours, 2 March 2027, 12:00 UTC, 3 places left"]
    assert buttons(post.message) == []
    with_the_board = replace(CHANNEL, members=frozenset({"everyone", "board"}))
    (post,) = house.says("", place=with_the_board).posts
    assert len(items(post.message)) == 2
    with_outsiders = replace(CHANNEL, members=frozenset())
    (post,) = house.says("", place=with_outsiders).posts
    assert post.message.summary == card.NOTHING


def test_what_goes_on_already_is_not_what_comes_next(house: House) -> None:
    going_on = planned("campaign", NOON - DAY, ends=NOON + 5 * DAY)
    house.planned.append(going_on)
    (post,) = house.says("").posts
    assert post.message.summary.startswith("Next: “The clinic”")
    assert items(post.message)[0].startswith("The campaign")
    house.planned = [going_on]
    (alone,) = house.says("").posts
    assert alone.message.summary == "Now: “The campaign”, since yesterday, 13:00 your time."


@pytest.mark.parametrize("words", ["mine", "subscribe"])
def test_what_is_ones_own_comes_privately(house: House, words: str) -> None:
    (post,) = house.says(words, place=CHANNEL).posts
    assert post.place == DIRECT
    told = repr(post.message)
    assert ("The mine" in told) == (words == "mine")
    assert ("calendar.ics?key=" in told) == (words == "subscribe")


def test_the_card_turns_over_in_place(house: House) -> None:
    (post,) = house.presses(card.SHOW, card.ONLY_MINE).posts
    assert (post.key, post.place) == ("calendar-1", None)
    assert post.message.summary == "Your next date: “The mine”, Thursday, 13:00 your time."
    assert [each.label for each in buttons(post.message)] == ["Show everything", "Subscribe"]
    (other,) = house.presses(card.SHOW, card.ONLY_MINE, SAM).posts
    assert other.message.summary == card.NOTHING_OF_YOURS
    (back,) = house.presses(card.SHOW, card.EVERYTHING).posts
    assert len(items(back.message)) == 3


def test_a_renewed_address_is_another_one_and_it_is_written_down(house: House) -> None:
    (before,) = house.presses(card.SUBSCRIBE).posts
    (renewed,) = house.presses(card.RENEW).posts
    assert renewed.message.summary == card.RENEWED
    assert not set(addresses(before.message)) & set(addresses(renewed.message))
    (one,) = house.presses(card.RENEW, "calendar.mine").posts
    assert addresses(one.message)[1] == addresses(renewed.message)[1]
    assert addresses(one.message)[0] != addresses(renewed.message)[0]
    (sams,) = house.presses(card.RENEW, "made.up", SAM).posts
    assert not set(addresses(sams.message)) & set(addresses(one.message))
    with house.database.reading() as unit:
        assert [each.details or each.subject for each in latest(unit, 3)][1:] == [
            "calendar.mine",
            "calendar.mine, calendar.all",
        ]


def test_guests_are_given_what_is_their_own_alone(house: House) -> None:
    (post,) = house.presses(card.SUBSCRIBE, account=GUEST).posts
    assert len(addresses(post.message)) == 1
    (shown,) = house.says("", GUEST).posts
    assert shown.message.summary == card.NOTHING


def test_without_a_page_that_is_reached_the_card_says_who_can_change_that(sqlite_database: Database) -> None:
    house = House(sqlite_database, base_url="")
    (post,) = house.says("subscribe").posts
    assert post.message.summary == card.NO_ADDRESS
    house.planned = [planned()]
    (post,) = house.says("").posts
    assert "href='" not in repr(post.message)


def at_home(house: House, account: str = DANA) -> HomeSection | None:
    turn = Turn("t", house.people[account], Place("slack", "T1:U1", "home"), house.clock(), Opened("home"))
    (source,) = house.catalog.home
    with house.database.reading() as unit:
        return source(turn, unit)


def test_at_home_ones_own_dates_are_never_crowded_out(house: House) -> None:
    house.planned = [planned(f"o{number}", NOON + number * HOUR) for number in range(1, 9)]
    house.planned.append(planned("mine", NOON + 10 * DAY, owner=DANA))
    house.planned.append(planned("far", NOON + 15 * DAY, owner=DANA))
    section = at_home(house)
    assert section is not None
    assert section.title == "Coming up"
    bullets, note = section.blocks
    assert isinstance(bullets, Bullets)
    assert [plain(each).split(" – ")[0] for each in bullets.items] == [
        *("The o1", "The o2", "The o3", "The o4", "The mine"),
    ]
    assert isinstance(note, Note)
    house.planned = []
    assert at_home(house) is None


def test_of_what_others_hold_again_and_again_the_next_date_stands_there(house: House) -> None:
    daily = [planned(f"day-{day}", NOON + day * DAY, title="Daily") for day in range(1, 5)]
    house.planned = [*daily, planned("webinar", NOON + 9 * DAY)]
    (post,) = house.says("").posts
    assert [each.split(" – ")[0] for each in items(post.message)] == ["Daily", "The webinar"]
    assert "3 more ahead." in str(post.message.blocks[-1])


def test_hostile_titles_stay_words(house: House) -> None:
    house.planned = [planned(title="<!channel> [x](https://evil.example) " * 20, description="x")]
    (post,) = house.says("").posts
    (bullets,) = [block for block in post.message.blocks if isinstance(block, Bullets)]
    (item,) = bullets.items
    assert not isinstance(item, str)
    assert item[0].href == "https://hall.example/office-hours/clinic"
    assert len(item[0].text) <= card.TITLE_LENGTH
    assert isinstance(post.message.blocks[0], Paragraph)
