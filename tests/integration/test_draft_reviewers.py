"""From an answer to a draft, to those who decide about it, and what each of their cards shows: on both databases."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Commanded, Person, Place, Pressed
from bot.features.faq.capture import Captured, capture
from bot.features.faq.model import DraftState, Link
from bot.features.page import PageNotFound, PageRequest, View
from bot.storage.outbox import Delivery
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, DANA, NOON, SAM, minutes, turn
from tests.faq_desk import CHAT, READERS, Desk, labels

SAMS = Place("slack", "T1:sam")
EVE = Person("slack:T1:eve", "Eve Stone")
EVES = Place("slack", "T1:eve")
ANSWER = Captured(
    id="q1",
    question="Hi all, where may I park? Thanks a lot",
    answer="Behind the mill, Dana.",
    author_id=SAM.id,
    author=SAM.name,
    place=SAMS,
    links=(Link("Map", "https://acme.example/map"), Link("Trap", "javascript:alert(1)")),
    hub="emea",
    topics=("parking",),
    people=(DANA.name,),
)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(database, tmp_path)
    with database.begin() as unit:
        People(unit).add(KnownPerson(EVE.id, EVE.name, NOON))
        People(unit).add_account(Account(EVE.id, EVE.id, "slack", NOON, EVES.channel, EVE.name))
    yield desk
    desk.dispatcher.stop()


def by_place(deliveries: list[Delivery]) -> dict[str, Delivery]:
    return {each.place.channel: each for each in deliveries}


def test_an_answer_becomes_a_draft_whose_author_knows_and_whose_curators_are_asked(desk: Desk) -> None:
    draft = desk.capture(ANSWER)
    assert draft is not None
    assert (draft.question, draft.author, draft.saved_by) == ("Where may I park?", "Sam Lee", SAM.id)
    assert draft.links == ANSWER.links[:1]
    assert desk.draft("q1") == draft
    cards = by_place(desk.deliveries())
    assert set(cards) == {"T1:sam", "T1:ada"}
    assert cards["T1:sam"].message.summary == "Your answer became a FAQ draft: Where may I park?"
    assert labels(cards["T1:sam"]) == ["Withdraw"]
    assert cards["T1:ada"].message.summary == "FAQ draft to approve: Where may I park?"
    assert "You are asked as a curator." in str(cards["T1:ada"].message)


def test_the_first_names_of_those_who_took_part_are_masked(desk: Desk) -> None:
    desk.capture(ANSWER)
    card = by_place(desk.deliveries())["T1:ada"]
    assert "name “Dana”" in str(card.message)
    desk.press(card, "Mask and approve")
    entry = desk.entry("q1")
    assert entry.answer == "Behind the mill, [name]."
    assert (entry.owner_id, entry.author_id, entry.hub, entry.topics) == (SAM.id, SAM.id, "emea", ("parking",))
    desk.live()
    (document,) = desk.knowledge.documents(READERS)
    assert (document.owner, document.hub) == ("Sam Lee", "emea")
    assert document.blocks[-1].text == "[Map](https://acme.example/map)"


def test_the_topics_owner_is_asked_and_decides_and_the_curators_card_shows_it(desk: Desk) -> None:
    desk.owners = {"park": [EVE.id]}
    desk.capture(replace(ANSWER, people=()))
    cards = by_place(desk.deliveries())
    assert "because the topic is yours" in str(cards["T1:eve"].message)
    desk.press(cards["T1:eve"], "Approve", EVE)
    shown = by_place(desk.deliveries())
    assert shown["T1:eve"].message.summary == shown["T1:ada"].message.summary == "Approved and live: Where may I park?"
    assert shown["T1:ada"].key == cards["T1:ada"].key
    assert "Approved by Eve Stone" in str(shown["T1:ada"].message)
    assert desk.live() == ["Where may I park?"]


def test_nobody_is_asked_as_an_owner_about_their_own_answer(desk: Desk) -> None:
    desk.owners = {"park": [SAM.id]}
    desk.capture(ANSWER)
    cards = by_place(desk.deliveries())
    assert labels(cards["T1:sam"]) == ["Withdraw"]
    with pytest.raises(UserFacingError, match="Only curators and those who were asked"):
        desk.press(cards["T1:ada"], "Mask and approve", SAM)


def test_what_not_everyone_may_read_goes_to_curators_alone(desk: Desk) -> None:
    desk.owners = {"park": [EVE.id]}
    desk.capture(replace(ANSWER, audience=frozenset({"board"})))
    cards = by_place(desk.deliveries())
    assert "T1:eve" not in cards
    assert "Only who could read the question" in str(cards["T1:ada"].message)
    desk.press(cards["T1:ada"], "Mask and approve")
    assert desk.live() == []
    assert [each.title for each in desk.knowledge.documents(frozenset({"board"}))] == ["Where may I park?"]


def test_of_one_answer_there_is_one_draft_and_a_correction_changes_its_cards_in_place(desk: Desk) -> None:
    desk.capture(ANSWER)
    before = by_place(desk.deliveries())
    desk.clock.at += minutes(5)
    desk.capture(replace(ANSWER, answer="Behind the new mill."))
    after = by_place(desk.deliveries())
    assert {each.message_id for each in after.values()} == {f"id-{each.id}" for each in before.values()}
    assert "Behind the new mill." in str(after["T1:ada"].message)
    with pytest.raises(UserFacingError, match="pressed already"):
        desk.press(before["T1:ada"], "Mask and approve")
    desk.press(after["T1:ada"], "Approve")
    desk.deliveries()
    assert desk.capture(replace(ANSWER, answer="Too late.")) is None
    assert desk.deliveries() == []
    assert desk.entry("q1").answer == "Behind the new mill."


def test_what_its_author_takes_back_is_nobodys_to_decide(desk: Desk) -> None:
    desk.capture(ANSWER)
    cards = by_place(desk.deliveries())
    withdraw = cards["T1:sam"].message.buttons[0]
    pressed = Pressed(withdraw.action, withdraw.value, cards["T1:sam"].nonce)
    desk.dispatcher.answer_now(turn(pressed, person=SAM, place=SAMS, at=desk.clock()))
    gone = by_place(desk.deliveries())["T1:ada"]
    assert gone.message.summary == "Withdrawn: Where may I park?"
    assert gone.message.buttons == ()
    assert desk.capture(ANSWER) is None


def test_quiet_hours_of_those_who_decide_are_kept(desk: Desk) -> None:
    with desk.database.begin() as unit:
        quiet = Preferences(quiet_from="11:00", quiet_to="13:00")
        People(unit).put(KnownPerson(ADMIN.id, ADMIN.name, NOON, preferences=quiet), NOON)
    desk.capture(ANSWER)
    assert set(by_place(desk.deliveries())) == {"T1:sam"}
    desk.clock.at += minutes(61)
    assert set(by_place(desk.deliveries())) == {"T1:ada"}


def test_an_answer_without_words_is_no_draft(desk: Desk) -> None:
    assert desk.capture(replace(ANSWER, answer="👍")) is None
    assert desk.deliveries() == []


def test_everybody_sees_the_drafts_that_are_theirs_to_decide_and_no_others(desk: Desk) -> None:
    desk.owners = {"park": [EVE.id]}
    desk.capture(ANSWER)
    desk.capture(replace(ANSWER, id="q2", question="Where is the gate?"))

    def listed(person: Person) -> list[str]:
        view = desk.pages["GET", "/faq/drafts"].handler(PageRequest(person))
        assert isinstance(view, View)
        drafts = view.values["drafts"]
        assert isinstance(drafts, list)
        return [each.id for each in drafts]

    assert (listed(ADMIN), listed(EVE), listed(DANA)) == (["q1", "q2"], ["q1"], [])
    page = desk.pages["GET", "/faq/drafts/{draft}"].handler
    assert isinstance(page(PageRequest(EVE, path={"draft": "q1"})), View)
    for method, address in (("GET", ""), ("POST", ""), ("POST", "/delete"), ("POST", "/restore")):
        handler = desk.pages[method, f"/faq/drafts/{{draft}}{address}"].handler
        with pytest.raises(PageNotFound):
            handler(PageRequest(EVE, path={"draft": "q2"}, form={"question": "Mine?", "answer": "Mine."}))
    assert (desk.draft("q2").question, desk.draft("q2").state) == ("Where is the gate?", DraftState.WAITING)


def test_who_was_asked_and_is_a_guest_by_now_decides_and_reads_nothing(desk: Desk) -> None:
    desk.owners = {"park": [EVE.id]}
    desk.capture(ANSWER)
    guest = replace(EVE, is_guest=True)
    with desk.database.reading() as unit:
        assert desk.review.may_decide(unit, "q1", EVE)
        assert not desk.review.may_decide(unit, "q1", guest)
        assert (desk.review.waiting(unit, guest), desk.review.count_waiting(unit, guest)) == ([], 0)


def test_what_not_everyone_may_read_becomes_no_part_of_an_entry_for_everyone(desk: Desk) -> None:
    desk.capture(ANSWER)
    desk.page("/faq/drafts/{draft}/approve", "POST", {"question": "Where?", "answer": "There."}, draft="q1")
    desk.capture(replace(ANSWER, id="q2", audience=frozenset({"board"})))
    words = {"question": "Where?", "answer": "There, and the board in front.", "revision": "1"}
    with pytest.raises(UserFacingError, match="More people read that entry"):
        desk.page("/faq/drafts/{draft}/merge/{entry}", "POST", words, draft="q2", entry="q1")
    assert (desk.entry("q1").answer, desk.draft("q2").state) == ("There.", DraftState.WAITING)


def test_the_command_shows_cards_that_stay_true(desk: Desk) -> None:
    desk.capture(ANSWER)
    first = by_place(desk.deliveries())["T1:ada"]
    _, again = desk.drafts()
    desk.press(again, "Mask and approve")
    shown = {each.key: each for each in desk.deliveries() if each.place == CHAT}
    assert set(shown) == {first.key, again.key}
    assert {each.message.summary for each in shown.values()} == {"Approved and live: Where may I park?"}


def test_an_entry_is_retired_by_its_owner_and_not_by_others(desk: Desk) -> None:
    desk.owners = {"park": [EVE.id]}
    desk.capture(ANSWER)
    cards = by_place(desk.deliveries())
    desk.press(cards["T1:ada"], "Mask and approve")
    shown = by_place(desk.deliveries())
    with pytest.raises(UserFacingError, match="whoever owns or approved"):
        desk.press(shown["T1:eve"], "Retire", EVE)
    retire = desk.pages["POST", "/faq/entries/{entry}/retire"].handler
    retire(PageRequest(SAM, path={"entry": "q1"}, form={"revision": "1"}))
    assert desk.live() == []
    retired = by_place(desk.deliveries())
    assert retired["T1:ada"].message.summary == retired["T1:eve"].message.summary == "Retired: Where may I park?"


def test_drafts_of_somebody_who_decides_nothing_are_none(desk: Desk) -> None:
    desk.capture(ANSWER)
    desk.deliveries()
    assert desk.dispatcher.accept_now(turn(Commanded("drafts"), person=DANA, place=Place("slack", "T1:U1")))
    while desk.dispatcher.work_one():
        pass
    (told,) = desk.deliveries()
    assert told.message.summary == "No FAQ draft is waiting."


def test_who_decides_while_others_are_being_asked_leaves_no_card_that_asks(desk: Desk) -> None:
    for number in range(8):
        with desk.database.begin() as unit:
            draft = capture(replace(ANSWER, id=f"q{number}"), unit, desk.clock())
        assert draft is not None
        form = {"question": draft.question, "answer": "There.", "edition": draft.edition}
        both = threading.Barrier(2)

        def decide(form: dict[str, str], draft_id: str, both: threading.Barrier) -> None:
            both.wait()
            desk.page("/faq/drafts/{draft}/approve", "POST", form, draft=draft_id)

        deciding = threading.Thread(target=decide, args=(form, draft.id, both))
        deciding.start()
        both.wait()
        desk.timekeeper.run_due()
        deciding.join()
        shown: dict[str, str] = {}
        while sent := desk.deliveries():
            shown |= {each.key: each.message.summary for each in sent}
        assert shown.get(draft.review_key, "Approved").startswith("Approved")
        assert desk.draft(draft.id).state is DraftState.APPROVED
