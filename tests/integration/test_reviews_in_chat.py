"""A review from its submission to its end, as people take it in their chats."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, TextField
from bot.chat.reply import Message
from bot.chat.turn import HOME, File, Opened, Person, Pressed, Submitted, Turn
from bot.features.feature import WAITS
from bot.features.reviews import acts
from bot.features.reviews.model import Seat, State
from bot.storage.people import KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.reviews_house import ADA, BASE, DANA, KIM, LEE, MO, REVIEW, WORK, House, direct_of, words

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> House:
    return House(sqlite_database, tmp_path)


def at_home(person: Person) -> Turn:
    place = replace(direct_of(person), thread=HOME)
    return Turn("home", person, place, NOON, Opened("home"), direct_of(person).channel)


def labels(message: Message) -> list[str]:
    return [each.label for each in message.buttons]


def test_work_is_submitted_in_two_steps_and_reviewers_are_asked(house: House) -> None:
    house.says(DANA, "reviews")
    form, nonce = house.opens(DANA, "Ask for a review")
    (kind,) = form.fields
    assert isinstance(kind, ChoiceField) and [label for _, label in kind.options] == ["Journey map", "Campaign brief"]
    second = house.fills(DANA, form, nonce, kind="journey-map")
    assert second is not None
    named = [each.name for each in second.fields]
    assert named == ["title", "links", "need-persona", "about", "wanted", "due", "with", "blind"]
    house.fills(DANA, second, nonce, **WORK)
    assert house.card(DANA).summary == "“Renewal journey” is in review: no review is in yet."
    for reviewer in (KIM, LEE):
        card = house.card(reviewer)
        assert card.summary.startswith("Will you review “Renewal journey”? Say so by ")
        assert labels(card) == ["Accept", "Decline"]
        shown = words(card)
        assert all(each in shown for each in ("Dana Okafor", "https://wiki.example.com/map", WORK["wanted"], "Berlin"))
    assert house.card(KIM).url == f"{BASE}/reviews/{house.case.submission.id}"


def test_the_same_form_sent_twice_submits_once(house: House) -> None:
    house.says(DANA, "reviews")
    form, nonce = house.opens(DANA, "Ask for a review")
    second = house.fills(DANA, form, nonce, kind="journey-map")
    assert second is not None
    house.fills(DANA, second, nonce, **WORK)
    with pytest.raises(UserFacingError):
        house.fills(DANA, second, nonce, **WORK)
    assert house.case.submission.title == "Renewal journey"


def test_incomplete_work_comes_back_with_what_is_missing_and_is_completed(house: House) -> None:
    house.submits(links="", need_persona="tbd")
    card = house.card(DANA)
    assert card.summary == "“Renewal journey” is not complete yet, so nobody was asked to review it."
    assert "Add a link to it, or a file." in words(card) and "Whose journey it is" in words(card)
    assert labels(card) == ["Complete it", "Take it back"]
    form, nonce = house.opens(DANA, "Complete it")
    kept = {each.name: each.initial for each in form.fields if isinstance(each, TextField)}
    assert (kept["title"], kept["wanted"]) == (WORK["title"], WORK["wanted"])
    before = len(house.cards(DANA))
    house.fills(DANA, form, nonce, links="https://wiki.example.com/map", need_persona="Renewal buyer")
    assert "is in review" in house.card(DANA).summary
    assert len(house.cards(DANA)) == before, "the card was changed in place"
    assert house.offers(KIM, "Accept")


def test_what_cannot_be_read_stays_in_the_form(house: House) -> None:
    for name, typed in (("links", "http://plain.example"), ("due", ""), ("with", "Nobody Known"), ("with", "Person")):
        with pytest.raises(FormRejected) as rejected:
            house.submits(**{name: typed})
        assert list(rejected.value.problems) == [name]


def test_who_worked_on_it_too_is_not_asked(house: House) -> None:
    house.joins(MO, "journey map")
    house.submits(**{"with": "Kim Park, lee winter"})
    assert house.case.submission.with_ids == {KIM.id, LEE.id}
    assert [each.person_name for each in house.case.assignments] == [MO.name]


def test_a_review_lives_from_accepting_to_closing(house: House) -> None:
    house.submits()
    house.presses(KIM, "Accept")
    card = house.card(KIM)
    assert card.summary == "Your review of “Renewal journey” is due Monday, 8 March, 18:00 your time."
    assert labels(card) == ["Write the review", "Return it", "Decline"]
    assert "Reviews it by" in words(house.card(DANA)) and "Kim Park" in words(house.card(DANA))
    house.presses(KIM, "Write the review", **REVIEW)
    assert labels(house.card(KIM)) == ["Change it"]
    assert "1 of 2 reviews is in" in house.card(DANA).summary
    assert "The quotes are real." not in words(house.card(DANA)), "nothing is read before all are in"
    house.reviews(LEE, good="The pace is right.")
    card = house.card(DANA)
    assert card.summary == "The reviews of “Renewal journey” are out."
    shown = words(card)
    for each in ("Kim Park", "Lee Winter", "Solid.", "Begun.", "The quotes are real.", "The pace is right.", "Focus"):
        assert each in shown
    assert "The pace is right." in words(house.card(KIM)), "reviewers read each other's"
    assert labels(card) == ["Answer your reviewers", "Show it as an example"]
    house.presses(DANA, "Answer your reviewers", reply="I cut two steps.")
    assert "I cut two steps." in words(house.card(LEE))
    house.presses(DANA, "Close it")
    assert house.card(DANA).summary == "The review of “Renewal journey” is closed."
    assert labels(house.card(DANA)) == ["Show it as an example", "Tell it as a story"]
    assert labels(house.card(KIM)) == []


def test_a_review_is_written_anew_until_all_are_in(house: House) -> None:
    house.submits()
    house.reviews(KIM)
    form, nonce = house.opens(KIM, "Change it")
    kept = {each.name: each.initial for each in form.fields}
    assert kept["level-focus"] == ("2",) and kept["comment-view"] == REVIEW["comment-view"]
    house.fills(KIM, form, nonce, good="The quotes, all of them.")
    form, nonce = house.opens(KIM, "Change it")
    house.reviews(LEE)
    assert "The quotes, all of them." in words(house.card(DANA))
    with pytest.raises(FormRejected, match="out already"):
        house.fills(KIM, form, nonce, good="Too late.")


def test_what_lacks_in_a_review_stands_at_its_field(house: House) -> None:
    house.submits()
    house.presses(KIM, "Accept")
    wrong = {"level_view": "0", "comment_view": "", "level_focus": "none", "comment_focus": "", "good": "n/a"}
    with pytest.raises(FormRejected) as rejected:
        house.presses(KIM, "Write the review", **{**REVIEW, **wrong})
    assert set(rejected.value.problems) == {"comment-view", "comment-focus", "good"}
    assert house.case.written == []


def test_who_declines_is_replaced_and_may_come_back_while_a_seat_is_free(house: House) -> None:
    house.submits()
    house.presses(KIM, "Decline", word="On holiday.")
    assert "Declined: “On holiday.”" in words(house.card(DANA))
    assert "You declined" in house.card(KIM).summary
    house.presses(KIM, "Review it after all")
    assert house.offers(KIM, "Write the review")
    house.joins(MO, "journey map")
    house.presses(LEE, "Decline")
    assert house.offers(MO, "Accept") and not house.offers(LEE, "Review it after all")


def test_returned_work_goes_back_and_on_again(house: House) -> None:
    house.submits()
    house.presses(KIM, "Accept")
    house.presses(KIM, "Return it", missing="The link asks for a password.")
    card = house.card(DANA)
    assert card.summary == "Kim Park cannot begin to review “Renewal journey” yet."
    assert "The link asks for a password." in words(card)
    assert "is back with its author" in house.card(LEE).summary and labels(house.card(LEE)) == ["Decline"]
    count = len(house.cards(KIM))
    house.presses(DANA, "Complete it", links="https://wiki.example.com/open")
    assert len(house.cards(KIM)) == count + 1, "a card that is noticed"
    assert "https://wiki.example.com/open" in words(house.card(KIM))
    assert labels(house.cards(KIM)[-2]) == [], "the earlier card has no buttons"


def test_reminded_then_overdue_then_replaced(house: House) -> None:
    house.submits()
    house.presses(KIM, "Accept")
    house.reviews(LEE)
    house.joins(MO, "journey map")
    count = len(house.cards(KIM))
    house.waits(7 * DAY + 5 * HOUR - timedelta(minutes=1))
    assert len(house.cards(KIM)) == count + 1
    assert "is due" in house.card(KIM).summary
    house.waits(7 * DAY + 5 * HOUR)
    assert len(house.cards(KIM)) == count + 2
    assert "was due" in house.card(KIM).summary
    assert "Read what there is" in labels(house.card(DANA))
    house.waits(8 * DAY + HOUR)
    own = house.case.of(KIM.id)
    assert own is not None and own.seat is Seat.REPLACED
    assert labels(house.card(KIM)) == ["Write it all the same"]
    assert house.offers(MO, "Accept")


def test_the_author_reads_what_there_is_once_the_day_has_come(house: House) -> None:
    house.submits()
    house.reviews(KIM)
    house.presses(LEE, "Accept")
    assert not house.offers(DANA, "Read what there is")
    house.waits(7 * DAY + 5 * HOUR)
    house.presses(DANA, "Read what there is")
    assert house.case.submission.state is State.RELEASED
    assert "yours is not needed any more" in house.card(LEE).summary


def test_taking_it_back_tells_who_was_at_work(house: House) -> None:
    house.submits()
    house.presses(KIM, "Accept")
    kims, lees = len(house.cards(KIM)), len(house.cards(LEE))
    _, button = house.button(DANA, "Take it back")
    assert button.confirm and button.style == "danger"
    house.presses(DANA, "Take it back")
    assert len(house.cards(KIM)) == kims + 1 and "was taken back" in house.card(KIM).summary
    assert len(house.cards(LEE)) == lees and "was taken back" in house.card(LEE).summary
    assert house.card(LEE).buttons == house.card(DANA).buttons == ()


def test_an_admin_is_told_once_where_nobody_is_found_and_chooses(house: House) -> None:
    house.submits(**{"with": "Kim Park, Lee Winter"})
    assert house.card(ADA).summary == "Nobody is left to ask to review “Renewal journey”."
    assert "An admin can choose somebody" in words(house.card(DANA))
    house.joins(MO)
    for typed, why in (
        ("Kim Park", "It is the work of Kim Park"),
        ("Nobody", "Nobody here"),
        ("Dana Okafor", "work of"),
    ):
        with pytest.raises(FormRejected, match=why) as rejected:
            house.presses(ADA, "Choose a reviewer", name=typed)
        assert list(rejected.value.problems) == ["name"]
    house.presses(ADA, "Choose a reviewer", name=MO.name)
    assert "An admin chose you." in words(house.card(MO))
    assert house.offers(ADA, "Choose a reviewer"), "one is still wanted"


def test_who_looks_after_it_is_no_part_of_it(house: House) -> None:
    house.submits(**{"with": "Kim Park, Lee Winter, Ada Admin"})
    assert house.cards(ADA) == []


def test_nobody_but_an_admin_chooses(house: House) -> None:
    house.submits(**{"with": "Kim Park, Lee Winter"})
    _, button = house.button(ADA, "Choose a reviewer")
    with pytest.raises(UserFacingError, match="Only admins"):
        house.on_page(DANA, Pressed(button.action, button.value, ""))


def test_an_author_agrees_that_it_is_shown_and_takes_that_back(house: House) -> None:
    house.submits()
    best = {"level_focus": "2", "level_view": "2"}
    house.reviews(KIM, LEE, **best)
    _, button = house.button(DANA, "Show it as an example")
    assert "your name" in button.confirm
    house.presses(DANA, "Show it as an example")
    assert house.case.submission.is_example
    assert "what good looks like" in words(house.card(DANA))
    house.presses(DANA, "Show it no more")
    assert not house.case.submission.is_example
    house.presses(DANA, "Answer your reviewers", reply="Thank you all.")
    house.presses(DANA, "Close it")
    assert house.offers(DANA, "Show it as an example"), "also once it is closed"


def test_a_messages_file_is_what_is_submitted(house: House) -> None:
    file = File("Renewal map.pdf", "https://acme.slack.com/files/U1/F1/map.pdf")
    form, nonce = house.points(DANA, "Look at https://wiki.example.com/notes too", file)
    second = house.fills(DANA, form, nonce, kind="journey-map")
    assert second is not None
    kept = {each.name: each.initial for each in second.fields}
    assert kept["title"] == "Renewal map.pdf"
    assert kept["links"] == "Renewal map.pdf https://acme.slack.com/files/U1/F1/map.pdf\nhttps://wiki.example.com/notes"
    house.fills(DANA, second, nonce, **{**WORK, "title": kept["title"], "links": kept["links"]})
    link = house.case.submission.links[0]
    assert (link.title, link.url) == (file.name, file.url)


def test_a_messages_words_and_link_are_what_is_submitted(house: House) -> None:
    form, nonce = house.points(DANA, "The renewal journey (https://wiki.example.com/map), finally.")
    second = house.fills(DANA, form, nonce, kind="brief")
    assert second is not None
    kept = {each.name: each.initial for each in second.fields}
    assert kept["links"] == "https://wiki.example.com/map"
    assert kept["title"] == "The renewal journey finally."


def test_in_quiet_hours_nobody_is_asked_and_what_one_does_oneself_is_shown_at_once(house: House) -> None:
    quiet = Preferences(quiet_from="12:00", quiet_to="15:00")
    with house.database.begin() as unit:
        for person in (DANA, KIM):
            People(unit).put(
                KnownPerson(person.id, person.name, NOON, time_zone="Europe/Berlin", preferences=quiet), NOON
            )
    house.submits()
    assert "is in review" in house.card(DANA).summary
    assert house.cards(KIM) == [] and house.offers(LEE, "Accept")
    house.now = NOON + 2 * HOUR
    assert house.offers(KIM, "Accept")


def test_at_home_stands_what_one_owes_and_under_its_own_heading_what_is_ones_own(house: House) -> None:
    house.submits()
    owed, own = house.feature.home
    with house.database.reading() as unit:
        kims, danas = at_home(KIM), at_home(DANA)
        waits, mine = owed(kims, unit), own(danas, unit)
        assert owed(danas, unit) is None and own(kims, unit) is None
        assert owed(replace(kims, person=replace(KIM, is_guest=True)), unit) is None
    assert waits is not None and waits.title == WAITS and "you are asked" in repr(waits)
    assert mine is not None and mine.title == "Your work in review"
    assert f"{BASE}/reviews/{house.case.submission.id}" in repr(mine)


def test_guests_neither_submit_nor_see_the_list(house: House) -> None:
    guest = replace(DANA, is_guest=True)
    for act in (lambda: house.says(guest, "reviews"), lambda: house.points(guest, "Look.")):
        with pytest.raises(UserFacingError, match="Only colleagues"):
            act()


def test_who_is_not_known_yet_reads_what_to_do(house: House) -> None:
    stranger = replace(DANA, is_guest=True, is_stranger=True)
    with pytest.raises(UserFacingError, match="Write “help” to Guildhall in a chat of your own"):
        house.points(stranger, "Look.")


def test_a_page_says_what_was_done_and_the_card_comes_to_the_chat(house: House) -> None:
    """Without a nonce, at a place of the page: what a page does with the same buttons and forms."""
    first = house.on_page(DANA, Pressed(acts.SUBMIT, "journey-map", "")).form
    assert first is not None
    sent = house.on_page(DANA, Submitted(first.id, dict(WORK), first.state, ""))
    assert [each.message.summary for each in sent.posts] == ["“Renewal journey” is in review: reviewers are asked now."]
    assert "is in review" in house.card(DANA).summary, "in the chat that she uses"
    value = house.case.submission.id
    accepted = house.on_page(KIM, Pressed(acts.ACCEPT, value, ""))
    assert [each.message.summary for each in accepted.posts] == [
        "You review it. Its page says by when, and what feedback is wanted."
    ]
    assert house.offers(KIM, "Write the review"), "the card in the chat follows"
    with pytest.raises(UserFacingError, match="Only its author"):
        house.on_page(KIM, Pressed(acts.WITHDRAW, value, ""))
    with pytest.raises(UserFacingError, match="reviewed no more"):
        house.on_page(DANA, Pressed(acts.SUBMIT, "no-such-kind", ""))
    with pytest.raises(UserFacingError, match="cannot be read"):
        house.on_page(DANA, Submitted(acts.SUBMIT, dict(WORK), '["../../etc","journey-map","",[]]', ""))


def test_the_list_shows_what_one_owes_and_what_is_ones_own(house: House) -> None:
    house.says(KIM, "reviews")
    assert house.card(KIM).summary == "No review waits for you, and none of your work is under review."
    house.submits()
    house.says(KIM, "reviews")
    said = house.cards(KIM)
    assert "1 review waits for you." in [each.summary for each in said]
    assert labels(said[-1]) == ["Accept", "Decline"]
    assert sum("Accept" in labels(each) for each in said) == 1, "only the newest card has the buttons"
    house.says(DANA, "reviews")
    assert "1 piece of your work is under review." in [each.summary for each in house.cards(DANA)]
