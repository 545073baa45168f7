"""Answers that experts see first, on the real stores: approved, corrected, wrong, and from when on no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.form import missing_or_invalid
from bot.chat.reply import Reply
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.channels.model import CLOCK, Channel, Policy
from bot.features.channels.policy_card import spoken_again_message
from bot.features.channels.shadow import Rate
from bot.features.channels.store import SqlChannels
from bot.features.escalations.desk import Desk, Follows
from bot.features.escalations.learning import learn
from bot.features.escalations.model import Answer, Escalation, Link, State
from bot.features.escalations.shadow import CORRECT_DRAFT, SEND_DRAFT, WRONG_DRAFT, Shadow, draft_buttons
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.faq.store import SqlDrafts
from bot.storage.audit import latest
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, turn
from tests.escalated import escalation

CHANNEL = Channel("slack", "T1:C1", Policy(shadow=True, shadow_bar=0.8), revision=1, previous=Policy(), changed_at=NOON)
DRAFT = Answer("Ninety days before the end.", (Link("Renewals", "https://docs.example/renewals"),))
EVE = Person("web:eve", "Eve Expert")


class Channelful:
    """A channel in shadow mode, and what experts do about its drafts."""

    def __init__(self, database: Database, *follows: Follows) -> None:
        self.database = database
        self.desk = Desk(follows)
        self.shadow = Shadow(self.desk)
        self.asked = 0
        with database.begin() as unit:
            assert SqlChannels(unit).change(CHANNEL)

    def ask(self) -> str:
        self.asked += 1
        asked = escalation(f"e{self.asked}", place=replace(CHANNEL.place, thread=f"17.{self.asked}"), draft=DRAFT)
        with self.database.begin() as unit:
            self.desk.open(asked, unit)
        return asked.id

    def press(self, action: str, escalation_id: str, person: Person = SAM) -> Reply:
        with self.database.begin() as unit:
            return self.shadow.buttons()[action](turn(Pressed(action, escalation_id, "n"), person=person), unit)

    def correct(self, escalation_id: str, **values: str | tuple[str, ...]) -> None:
        form = self.press(CORRECT_DRAFT, escalation_id).form
        assert form is not None
        route = self.shadow.forms()[form.id]
        assert missing_or_invalid(route.form(form.state), values) == {}
        with self.database.begin() as unit:
            route.handler(turn(Submitted(form.id, values, form.state, "n"), person=SAM), unit)

    def now(self, escalation_id: str) -> Escalation:
        with self.database.reading() as unit:
            found = SqlEscalations(unit).get(escalation_id)
        assert found is not None
        return found

    def channel(self) -> Channel:
        with self.database.reading() as unit:
            found = SqlChannels(unit).get("slack", "T1:C1")
        assert found is not None
        return found

    def rate(self, now_in: timedelta = timedelta()) -> Rate:
        with self.database.reading() as unit:
            return self.shadow.rate(self.channel(), NOON + now_in, unit)


@pytest.fixture
def sales(sqlite_database: Database) -> Channelful:
    return Channelful(sqlite_database)


def test_a_draft_that_is_sent_as_it_is_is_the_answer_of_who_sent_it_and_counts_as_approved(sales: Channelful) -> None:
    asked = sales.ask()
    assert sales.press(SEND_DRAFT, asked) == Reply()
    found = sales.now(asked)
    assert (found.state, found.owner_id, found.answer, found.is_draft_approved) == (
        State.ANSWERED,
        SAM.id,
        DRAFT,
        True,
    )
    assert sales.rate() == Rate(1, 1)


def test_a_corrected_draft_is_the_answer_and_counts_against_it(sales: Channelful) -> None:
    asked = sales.ask()
    sales.correct(asked, text="Sixty days.", links=())
    found = sales.now(asked)
    assert (found.answer, found.is_draft_approved) == (Answer("Sixty days."), False)
    assert sales.rate() == Rate(0, 1)


def test_a_draft_that_was_looked_through_and_left_as_it_is_is_approved(sales: Channelful) -> None:
    asked = sales.ask()
    sales.correct(asked, text=DRAFT.text, links=("0",))
    assert sales.now(asked).is_draft_approved


def test_a_wrong_draft_leaves_the_question_open_for_the_experts(sales: Channelful) -> None:
    asked = sales.ask()
    sales.press(WRONG_DRAFT, asked)
    found = sales.now(asked)
    assert (found.state, found.answer, found.is_draft_approved) == (State.OPEN, None, False)
    assert draft_buttons(found) == ()
    with pytest.raises(UserFacingError, match="judged already"):
        sales.press(SEND_DRAFT, asked)


def test_whoever_asked_does_not_approve_their_own(sales: Channelful) -> None:
    asked = sales.ask()
    for action in (SEND_DRAFT, WRONG_DRAFT):
        with pytest.raises(UserFacingError):
            sales.press(action, asked, DANA)
    assert sales.now(asked).is_draft_approved is None


def test_the_draft_of_a_claimed_question_is_its_owners(sales: Channelful) -> None:
    asked = sales.ask()
    with sales.database.begin() as unit:
        sales.desk.claim(asked, EVE, unit, NOON)
    for action in (SEND_DRAFT, WRONG_DRAFT):
        with pytest.raises(UserFacingError):
            sales.press(action, asked)
    found = sales.now(asked)
    assert found.is_draft_approved is None
    assert [len(draft_buttons(found, reader)) for reader in (EVE.id, SAM.id, "")] == [3, 0, 0]
    sales.press(SEND_DRAFT, asked, EVE)
    assert sales.now(asked).is_draft_approved


def test_once_enough_drafts_held_guildhall_answers_by_itself_and_says_so(sales: Channelful) -> None:
    for _ in range(19):
        sales.press(SEND_DRAFT, sales.ask())
    assert sales.channel().policy.shadow
    sales.press(SEND_DRAFT, sales.ask())
    channel = sales.channel()
    assert not channel.policy.shadow
    assert (channel.previous, channel.changed_by, channel.revision) == (CHANNEL.policy, CLOCK, 2)
    with sales.database.reading() as unit:
        message = spoken_again_message(channel, Rate(20, 20))
        assert Outbox(unit).says(message, channel.place, "shadow-2")
        assert any(each.action == "channel policy changed" for each in latest(unit, 5))


def test_judgements_that_do_not_pass_the_bar_change_nothing(sales: Channelful) -> None:
    for number in range(25):
        sales.press(SEND_DRAFT if number % 5 else WRONG_DRAFT, sales.ask())
    assert sales.channel().policy.shadow
    assert sales.rate() == Rate(20, 25)
    assert sales.rate(timedelta(days=91)) == Rate()


def test_what_the_library_said_itself_speaks_for_who_sent_it_and_becomes_no_entry(sqlite_database: Database) -> None:
    sales = Channelful(sqlite_database, learn)
    with sales.database.begin() as unit:
        SqlExperts(unit).put(Expert(SAM.id, NOON))
    as_it_is, corrected = sales.ask(), sales.ask()
    sales.press(SEND_DRAFT, as_it_is)
    sales.correct(corrected, text="Sixty days.", links=())
    with sales.database.begin() as unit:
        for asked in (as_it_is, corrected):
            sales.desk.confirm(asked, DANA, unit, NOON)
        assert {each.id for each in SqlExperts(unit).evidence([SAM.id])} == {as_it_is, corrected}
        assert SqlDrafts(unit).get(as_it_is) is None
        assert SqlDrafts(unit).get(corrected) is not None


def test_a_draft_that_nobody_judged_has_buttons_while_somebody_waits() -> None:
    asked = escalation(draft=DRAFT)
    assert [button.label for button in draft_buttons(asked)] == ["Send as it is", "Correct it", "Wrong"]
    assert draft_buttons(replace(asked, draft=None)) == ()
    assert draft_buttons(replace(asked, state=State.WITHDRAWN)) == ()
