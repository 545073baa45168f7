"""What admins see of messages that did not arrive, and what they can do about them."""

from datetime import timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Post
from bot.chat.turn import Commanded, Person, Place, Pressed
from bot.features.catalog import Catalog
from bot.features.deliveries import card
from bot.features.deliveries.chat import DeliveriesChat, Notices, deliveries_feature
from bot.features.deliveries.pages import delivery_pages
from bot.features.page import Download, PageRequest, Redirect, View
from bot.router import Router
from bot.storage.audit import latest
from bot.storage.dead_letters import DeadLetter, DeadLetters
from bot.storage.lanes import Heads, heads
from bot.storage.outbox import Outbox, OutboxState
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, DANA, NOON, message, turn
from tests.fakes import FixedClock

CHANNEL = Place("slack", "T1:C1", "1.2", is_shared=True, title="#sales")
DIRECT = Place("slack", "T1:U2")
PAGE = "https://guildhall.example"


def lose(database: Database, text: str, state: OutboxState = OutboxState.FAILED, place: Place = CHANNEL) -> int:
    with database.begin() as unit:
        outbox = Outbox(unit)
        outbox.add(Post(message(text), text), place, NOON)
        newest = unit.connection.exec_driver_sql("SELECT max(id) FROM outbox").scalar_one()
        delivery = outbox.claim(newest, NOON)
        assert delivery is not None
        if state is OutboxState.FAILED:
            outbox.fail(delivery, "Guildhall is not in the channel. Invite it.", NOON)
        else:
            outbox.park(delivery, NOON)
    return delivery.id


def letters(database: Database) -> list[DeadLetter]:
    with database.reading() as unit:
        return DeadLetters(unit).newest()


class Admins:
    """The feature with its router, pages and a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.problems: dict[str, str] = {}
        self.chat = DeliveriesChat(PAGE, lambda: self.problems)
        self.router = Router(Catalog([deliveries_feature(self.chat, database, FixedClock(NOON))]))

    def command(self, person: Person = ADMIN) -> tuple[Message, str]:
        """The list, and the nonce of its buttons."""
        with self.database.begin() as unit:
            asked = turn(Commanded("deliveries"), person=person)
            (post,) = self.router.route(asked, unit, NOON).posts
            Outbox(unit).add(post, asked.place, NOON)
        with self.database.reading() as unit:
            newest = unit.connection.exec_driver_sql("SELECT nonce FROM outbox ORDER BY id DESC").scalar()
        return post.message, str(newest)

    def press(self, action: str, row: int, nonce: str, person: Person = ADMIN) -> Message:
        with self.database.begin() as unit:
            reply = self.router.route(turn(Pressed(action, str(row), nonce), person=person), unit, NOON)
        (post,) = reply.posts
        return post.message

    def page(self, path: str, request: PageRequest, method: str = "GET") -> View | Redirect | Download:
        pages = delivery_pages(self.database, FixedClock(NOON), lambda: self.problems)
        (page,) = [each for each in pages if (each.path, each.method) == (path, method)]
        assert page.admin_only
        return page.handler(request)


@pytest.fixture
def admins(sqlite_database: Database) -> Admins:
    return Admins(sqlite_database)


def test_an_admin_sees_what_failed_why_and_where(admins: Admins) -> None:
    lose(admins.database, "Renewals start ninety days before.")
    shown, _ = admins.command()
    assert shown.summary.startswith("1 message waits for a decision")
    assert "Slack, #sales" in str(shown.blocks)
    assert "Guildhall is not in the channel. Invite it." in str(shown.blocks)
    assert f"{PAGE}/deliveries" in str(shown.blocks)


def test_what_was_for_one_persons_eyes_is_not_shown_to_admins(admins: Admins) -> None:
    lose(admins.database, "Secret.", place=DIRECT)
    lose(admins.database, "Also secret.", place=Place("slack", "T1:C9", is_shared=True, members=frozenset({"board"})))
    shown, _ = admins.command()
    assert "ecret" not in str(shown)


def test_nobody_but_an_admin_is_answered(admins: Admins) -> None:
    with pytest.raises(UserFacingError, match="Only admins"):
        admins.command(DANA)
    row = lose(admins.database, "Hello.")
    _, nonce = admins.command()
    with pytest.raises(UserFacingError, match="Only admins"):
        admins.press(card.DROP, row, nonce, DANA)
    assert len(letters(admins.database)) == 1


@pytest.mark.parametrize(
    ("action", "audited"),
    [
        (card.AGAIN, "delivery sent again"),
        (card.ARRIVED, "delivery marked as arrived"),
        (card.DROP, "delivery dropped"),
    ],
)
def test_what_an_admin_decides_happens_once_and_is_audited(admins: Admins, action: str, audited: str) -> None:
    row = lose(admins.database, "Hello.", OutboxState.UNKNOWN)
    _, nonce = admins.command()
    _, other = admins.command()
    assert admins.press(action, row, nonce).summary.startswith("Every message arrived")
    assert letters(admins.database) == []
    with pytest.raises(UserFacingError, match="seen to already"):
        admins.press(action, row, other)
    with admins.database.reading() as unit:
        assert [(each.action, each.person_id, each.subject) for each in latest(unit)] == [(audited, ADMIN.id, str(row))]


def test_only_what_may_have_arrived_can_be_marked_so_and_sending_it_again_asks_first(admins: Admins) -> None:
    lose(admins.database, "Failed.")
    lose(admins.database, "Parked.", OutboxState.UNKNOWN)
    shown, _ = admins.command()
    assert [(button.label, bool(button.confirm)) for button in shown.buttons] == [
        ("Send again", True), ("It arrived", False), ("Drop it", True), ("Send again", False), ("Drop it", True),
    ]  # fmt: skip


def test_the_home_of_an_admin_says_how_many_wait(admins: Admins) -> None:
    def at_home(person: Person) -> str:
        with admins.database.reading() as unit:
            section = admins.chat.home(turn(person=person), unit)
        return str(section.blocks) if section else ""

    assert at_home(ADMIN) == ""
    lose(admins.database, "Hello.")
    assert "1 message waits" in at_home(ADMIN)
    assert at_home(DANA) == ""


def test_the_page_is_filtered_and_taken_away(admins: Admins) -> None:
    lose(admins.database, "=cmd()")
    lose(admins.database, "Parked.", OutboxState.UNKNOWN)

    def rows(**query: str) -> list[str]:
        view = admins.page("/deliveries", PageRequest(ADMIN, query=query))
        assert isinstance(view, View)
        found = view.values["letters"]
        assert isinstance(found, list)
        return [each.what for each in found]

    assert rows() == ["Parked.", "=cmd()"]
    assert rows(state="unknown") == ["Parked."]
    assert rows(platform="Teams") == []
    taken = admins.page("/deliveries.csv", PageRequest(ADMIN))
    assert isinstance(taken, Download)
    assert "'=cmd()" in taken.content.decode("utf-8-sig")


def test_all_that_failed_is_sent_again_from_the_page_and_what_may_have_arrived_is_not(admins: Admins) -> None:
    for number in range(3):
        lose(admins.database, f"Failed {number}.")
    lose(admins.database, "Parked.", OutboxState.UNKNOWN)
    answer = admins.page("/deliveries/again", PageRequest(ADMIN), "POST")
    assert answer == Redirect("/deliveries", "3 on their way again.")
    assert [each.state for each in letters(admins.database)] == [OutboxState.UNKNOWN]


def test_admins_get_one_message_a_day_that_is_kept_current(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson("web:admin", "Ada", NOON))
        for account, direct in (("web:admin", ""), ("slack:T1:U1", "T1:U1"), ("teams:t:1", "@1")):
            platform = account.partition(":")[0]
            People(unit).add_account(Account(account, "web:admin", platform, NOON, direct=direct))
    notices = Notices(frozenset({"web:admin", "slack:T1:U1", "web:stranger"}), PAGE)
    for text in ("One.", "Two."):
        lose(sqlite_database, text)
        with sqlite_database.begin() as unit:
            notices.on_undelivered(unit, DeadLetters(unit).newest()[0].delivery, NOON)
    with sqlite_database.reading() as unit:
        query = "SELECT lane, message FROM outbox WHERE state = 'waiting'"
        (told,) = unit.connection.exec_driver_sql(query).all()
    assert told.lane == "slack/T1:U1"
    assert "2 messages wait for your decision" in told.message


def test_an_admin_is_told_when_their_quiet_hours_are_over(sqlite_database: Database) -> None:
    own = Preferences(time_zone="Europe/Berlin", quiet_from="12:00", quiet_to="14:00")
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson("slack:T1:U1", "Ada", NOON, preferences=own))
        People(unit).add_account(Account("slack:T1:U1", "slack:T1:U1", "slack", NOON, direct="T1:U1"))
    lose(sqlite_database, "Lost.")
    with sqlite_database.begin() as unit:
        Notices(frozenset({"slack:T1:U1"}), PAGE).on_undelivered(unit, DeadLetters(unit).newest()[0].delivery, NOON)
    with sqlite_database.reading() as unit:
        assert heads(unit, NOON, {"slack": timedelta(0)}) == Heads((), NOON + timedelta(hours=1))


def test_that_the_admins_cannot_be_told_is_not_told(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson("slack:T1:U1", "Ada", NOON))
        People(unit).add_account(Account("slack:T1:U1", "slack:T1:U1", "slack", NOON, direct="T1:U1"))
    row = lose(sqlite_database, "deliveries.2027-03-01")
    with sqlite_database.begin() as unit:
        (lost,) = DeadLetters(unit).newest()
        Notices(frozenset({"slack:T1:U1"}), PAGE).on_undelivered(unit, lost.delivery, NOON)
    assert row == lost.delivery.id
    with sqlite_database.reading() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 1


def test_a_platform_that_does_not_work_is_told_to_admins_and_to_nobody_else(admins: Admins) -> None:
    def at_home(person: Person) -> str:
        with admins.database.reading() as unit:
            return str(admins.chat.home(turn(person=person), unit))

    admins.problems["slack"] = "Slack does not accept the app's token. Set its new token."
    assert "Slack: Slack does not accept the app's token" in at_home(ADMIN)
    assert at_home(DANA) == "None"
    shown = admins.page("/deliveries", PageRequest(ADMIN))
    assert isinstance(shown, View)
    assert shown.values["problems"] == ("Slack: Slack does not accept the app's token. Set its new token.",)
    admins.problems.clear()
    assert at_home(ADMIN) == "None"
