"""From a draft to an entry that answers, and out again: in a chat and on the pages, on both databases."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.errors import UserFacingError
from bot.features.faq.entry import as_document
from bot.features.faq.model import DraftState
from bot.features.faq.publisher import EntryIndex, EntryPublisher
from bot.features.page import PageNotFound, View
from bot.storage.people import KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from indexer.lock import RunInProgress, run_lock
from tests.builders import ADMIN, DANA, NOON, SAM, minutes
from tests.fakes_knowledge import WordEmbedder
from tests.faq_desk import CHAT, DRAFT, READERS, Desk, labels
from tests.waiting import until_true


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(database, tmp_path)
    yield desk
    desk.dispatcher.stop()


def test_an_approved_draft_answers_and_its_saver_is_told(desk: Desk) -> None:
    desk.save(DRAFT)
    _, card = desk.drafts()
    assert labels(card) == ["Approve", "Edit first", "Reject"]
    desk.press(card, "Approve")
    saver_card, told, decided = sorted(desk.deliveries(), key=lambda one: (one.place == CHAT, one.key))
    assert saver_card.key == DRAFT.message_key
    assert saver_card.message.buttons == ()
    assert told.place == DRAFT.place
    assert told.message.summary == "Ada Admin approved your FAQ draft: Where may I park?"
    assert decided.message.summary == "Approved and live: Where may I park?"
    assert desk.live() == ["Where may I park?"]
    entry = desk.entry()
    assert (entry.author, entry.owner, entry.approved_by, entry.language) == ("Sam Lee", "Sam Lee", ADMIN.id, "en")
    assert desk.audited() == ["FAQ draft approved"]


def test_a_retired_entry_answers_no_more_and_can_be_put_back(desk: Desk) -> None:
    desk.save(DRAFT)
    _, card = desk.drafts()
    desk.press(card, "Approve")
    approved = next(each for each in desk.deliveries() if each.place == CHAT)
    assert desk.live() == ["Where may I park?"]
    desk.press(approved, "Retire")
    (retired,) = desk.deliveries()
    assert desk.live() == []
    desk.press(retired, "Put it back")
    assert desk.live() == ["Where may I park?"]
    assert desk.audited() == ["FAQ entry put back", "FAQ entry retired", "FAQ draft approved"]


def test_what_is_personal_is_named_and_masked(desk: Desk) -> None:
    desk.save(replace(DRAFT, answer="Ask Sam Lee, sam@acme.example."))
    _, card = desk.drafts()
    assert "It holds personal data: name “Sam Lee”, e-mail address “sam@acme.example”." in str(card.message)
    assert labels(card)[0] == "Mask and approve"
    desk.press(card, "Mask and approve")
    assert desk.entry().answer == "Ask [name], [e-mail address]."


def test_a_curator_who_says_so_publishes_it_as_it_is(desk: Desk) -> None:
    desk.save(replace(DRAFT, answer="Ask Sam Lee."))
    _, card = desk.drafts()
    opened = desk.press(card, "Edit first")
    desk.send(opened, question="Who knows?", answer="Sam Lee knows.", personal="keep", review_by="2027-09-30")
    entry = desk.entry()
    assert (entry.question, entry.answer, str(entry.review_by)) == ("Who knows?", "Sam Lee knows.", "2027-09-30")
    assert desk.draft().answer == "Sam Lee knows."


def test_a_rejected_draft_comes_with_a_word_for_its_saver_alone(desk: Desk) -> None:
    desk.save(DRAFT)
    _, card = desk.drafts()
    sent = desk.send(desk.press(card, "Reject"), word="The mill is closed.")
    told = next(each for each in sent if each.key.endswith("-told"))
    assert told.place == DRAFT.place
    assert "The mill is closed." in str(told.message)
    assert desk.draft().state is DraftState.REJECTED
    assert desk.live() == []


def test_a_word_that_comes_in_quiet_hours_waits_for_their_end(desk: Desk) -> None:
    desk.save(DRAFT)
    with desk.database.begin() as unit:
        quiet = Preferences(quiet_from="11:00", quiet_to="13:00")
        People(unit).put(KnownPerson(DANA.id, DANA.name, NOON, preferences=quiet), NOON)
    _, card = desk.drafts()
    desk.press(card, "Approve")
    assert not [each for each in desk.deliveries() if each.key.endswith("-told")]
    desk.clock.at += minutes(61)
    assert [each.key for each in desk.deliveries()] == [f"{DRAFT.message_key}-told"]


def test_a_draft_is_merged_into_the_entry_that_says_something_like_it(desk: Desk) -> None:
    desk.save(DRAFT)
    _, card = desk.drafts()
    desk.press(card, "Approve")
    desk.live()
    desk.save(replace(DRAFT, id="d2", question="Where may I park?", answer="Not on Fridays."))
    desk.deliveries()
    _, card = desk.drafts()
    opened = desk.press(card, "Merge with the first")
    assert opened.form is not None
    assert repr("Behind the mill.\n\nNot on Fridays.") in str(opened.form)
    desk.send(opened, question="Where may I park?", answer="Behind the mill, but not on Fridays.")
    assert desk.entry().answer == "Behind the mill, but not on Fridays."
    assert desk.draft("d2").entry_id == "d1"
    assert desk.live() == ["Where may I park?"]


def test_a_draft_that_was_edited_since_is_not_approved_unread(desk: Desk) -> None:
    desk.save(DRAFT)
    _, card = desk.drafts()
    desk.page("/faq/drafts/{draft}", "POST", {"question": "Where?", "answer": "Elsewhere."}, draft="d1")
    with pytest.raises(UserFacingError, match="edited that draft since"):
        desk.press(card, "Approve")
    assert desk.live() == []


def test_of_two_who_decide_at_once_one_does(desk: Desk) -> None:
    desk.save(DRAFT)
    outcomes: list[str] = []
    begin = threading.Barrier(8)

    def decide(number: int) -> None:
        begin.wait()
        form = {"question": DRAFT.question, "answer": f"By {number}.", "edition": DRAFT.edition, "word": "No."}
        try:
            desk.page(f"/faq/drafts/{{draft}}/{'approve' if number % 2 else 'reject'}", "POST", form, draft="d1")
            outcomes.append(f"By {number}.")
        except UserFacingError:
            outcomes.append("")

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = filter(None, outcomes)
    assert len(desk.audited()) == 1
    state = desk.draft().state
    if state is DraftState.APPROVED:
        assert desk.entry().answer == winner
    else:
        assert (state, desk.live()) == (DraftState.REJECTED, [])


def test_only_who_was_asked_and_curators_decide(desk: Desk) -> None:
    desk.save(DRAFT)
    _, card = desk.drafts()
    for label in ("Approve", "Edit first", "Reject"):
        with pytest.raises(UserFacingError, match="Only curators and those who were asked"):
            desk.press(card, label, SAM)
    assert desk.draft().state is DraftState.WAITING


def test_the_link_of_a_retired_entry_says_so_and_names_what_replaced_it(desk: Desk) -> None:
    desk.save(DRAFT, replace(DRAFT, id="d2", question="Where is the car park?"))
    for name in ("d1", "d2"):
        form = {"question": desk.draft(name).question, "answer": "There.", "edition": desk.draft(name).edition}
        desk.page("/faq/drafts/{draft}/approve", "POST", form, draft=name)
    address = as_document(desk.entry()).id
    assert desk.entries.retired(address, READERS) is None
    form = {"revision": "1", "replaced_by": "d2"}
    desk.page("/faq/entries/{entry}/retire", "POST", form, entry="d1")
    page = desk.entries.retired(address, READERS)
    assert page is not None
    assert page.values["entry"] == desk.entry()
    assert page.values["successor"] == desk.entry("d2")
    assert desk.entries.retired(address, frozenset({"somebody else"})) is None
    assert desk.entries.retired("starter/renewals.md", READERS) is None


def test_an_entry_cannot_replace_itself(desk: Desk) -> None:
    desk.save(DRAFT)
    form = {"question": DRAFT.question, "answer": DRAFT.answer, "edition": DRAFT.edition}
    desk.page("/faq/drafts/{draft}/approve", "POST", form, draft="d1")
    page = desk.page("/faq/entries/{entry}/retire", "POST", {"revision": "1", "replaced_by": "d1"}, entry="d1")
    assert isinstance(page, View)
    assert page.status == 422
    assert desk.live() == [DRAFT.question]


def test_an_edited_entry_answers_with_its_new_words_and_an_old_page_changes_nothing(desk: Desk) -> None:
    desk.save(DRAFT)
    form = {"question": DRAFT.question, "answer": DRAFT.answer, "edition": DRAFT.edition}
    desk.page("/faq/drafts/{draft}/approve", "POST", form, draft="d1")
    desk.page(
        "/faq/entries/{entry}", "POST", {"question": "Where to park?", "answer": "There.", "revision": "1"}, entry="d1"
    )
    assert desk.live() == ["Where to park?"]
    with pytest.raises(UserFacingError, match="changed that entry since"):
        desk.page("/faq/entries/{entry}/retire", "POST", {"revision": "1"}, entry="d1")


def test_a_merge_on_the_page_begins_with_both_answers(desk: Desk) -> None:
    desk.save(DRAFT, replace(DRAFT, id="d2", answer="Not on Fridays."))
    form = {"question": DRAFT.question, "answer": DRAFT.answer, "edition": DRAFT.edition}
    desk.page("/faq/drafts/{draft}/approve", "POST", form, draft="d1")
    desk.live()
    shown = desk.page("/faq/drafts/{draft}", draft="d2")
    assert isinstance(shown, View)
    assert "d1" in str(shown.values["similar"])
    merging = desk.page("/faq/drafts/{draft}/merge/{entry}", draft="d2", entry="d1")
    assert isinstance(merging, View)
    typed = merging.values["typed"]
    assert isinstance(typed, dict)
    assert typed["answer"] == "Behind the mill.\n\nNot on Fridays."
    sent = {**typed, "edition": desk.draft("d2").edition, "answer": "Behind the mill."}
    desk.page("/faq/drafts/{draft}/merge/{entry}", "POST", sent, draft="d2", entry="d1")
    assert desk.draft("d2").state is DraftState.APPROVED
    assert desk.entry().revision == 2
    with pytest.raises(PageNotFound):
        desk.page("/faq/drafts/{draft}/merge/{entry}", draft="d2", entry="d1")


def test_the_thread_publishes_at_the_commit(desk: Desk) -> None:
    desk.save(DRAFT)
    desk.publisher.start()
    form = {"question": DRAFT.question, "answer": DRAFT.answer, "edition": DRAFT.edition}
    desk.page("/faq/drafts/{draft}/approve", "POST", form, draft="d1")
    until_true(lambda: bool(desk.knowledge.documents(READERS)))
    desk.publisher.stop()


def test_a_fault_does_not_end_the_publishing(desk: Desk, tmp_path: Path) -> None:
    faults = iter([RuntimeError("out of order")])
    called: list[int] = []

    def on_published() -> None:
        called.append(1)
        for fault in faults:
            raise fault
        desk.knowledge.refresh()

    publisher = EntryPublisher(
        desk.database, EntryIndex(tmp_path / "entries", WordEmbedder(), on_published), desk.clock
    )
    publisher.start()
    until_true(lambda: len(called) == 1)
    desk.save(DRAFT)
    form = {"question": DRAFT.question, "answer": DRAFT.answer, "edition": DRAFT.edition}
    desk.page("/faq/drafts/{draft}/approve", "POST", form, draft="d1")
    until_true(lambda: bool(desk.knowledge.documents(READERS)))
    publisher.stop()


def test_nothing_is_published_while_another_process_does(desk: Desk, tmp_path: Path) -> None:
    desk.save(DRAFT)
    form = {"question": DRAFT.question, "answer": DRAFT.answer, "edition": DRAFT.edition}
    desk.page("/faq/drafts/{draft}/approve", "POST", form, draft="d1")
    with run_lock(tmp_path / "entries.lock"), pytest.raises(RunInProgress):
        desk.publisher.publish()
    assert desk.live() == [DRAFT.question]
