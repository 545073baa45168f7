"""A question that goes to an expert, through the dispatcher, the desk and the clock: asked, offered, claimed, answered;
and passed on, asked back, put off, corrected. On both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import EVERYONE, Commanded, Opened, Place
from bot.features.escalations.model import Escalation, Link, OfferState, State
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.store import SqlExperts
from bot.features.faq.store import SqlDrafts
from bot.router import STALE
from bot.storage.audit import latest
from bot.storage.outbox import Delivery
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database
from tests.builders import NOON, turn
from tests.requests_house import ANSWER, ASKED, CHANNEL, DANA, EXPERTS, GUEST, KIM, SAM, House, direct, labels


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    house = House(database)
    yield house
    house.dispatcher.stop()


def claimed(house: House) -> Delivery:
    """Asked by Dana, claimed by Sam: his card."""
    house.ask()
    house.press(house.card(SAM), "Claim", SAM)
    return house.card(SAM)


def test_asked_offered_claimed_answered_and_confirmed(house: House) -> None:
    house.ask()
    card = house.card(SAM)
    assert card.message.summary == f"A question for you: {ASKED}"
    assert labels(card) == ["Claim", "Hand on", "Not mine"]
    assert "Dana Okafor" in str(card.message)
    assert "knows renewals" in str(card.message)
    assert labels(house.shown(EXPERTS, "escalation-")) == ["Claim"]
    house.press(card, "Claim", SAM)
    mine = house.card(SAM)
    assert mine.key == card.key
    assert labels(mine) == ["Answer", "Ask back", "Snooze", "Hand on", "Give back"]
    assert house.shown(EXPERTS, "escalation-").message.summary == f"Claimed by Sam Lee: {ASKED}"
    assert labels(house.shown(EXPERTS, "escalation-")) == []
    assert "Sam Lee has" in house.shown(CHANNEL, "request-").message.summary
    went = house.send(house.press(mine, "Answer", SAM), ANSWER, SAM)
    assert {each.place.channel for each in went if each.key.startswith("answer-")} == {CHANNEL.channel, direct(DANA)}
    assert house.escalation.state is State.ANSWERED
    assert labels(house.card(SAM)) == ["Correct"]
    house.press(house.shown(CHANNEL, "answer-"), "That helped", DANA)
    assert house.escalation.state is State.CLOSED
    assert house.card(SAM).message.summary == f"Your answer helped: {ASKED}"
    with house.database.reading() as unit:
        actions = [each.action for each in reversed(latest(unit))]
        (evidence,) = SqlExperts(unit).evidence([SAM.id])
    wanted = ["expert asked", "request claimed", "request answered", "answer confirmed"]
    assert [each for each in actions if each in wanted] == wanted
    assert evidence.text == ASKED


def test_who_asks_without_a_name_is_a_colleague_on_every_card(house: House) -> None:
    house.ask("withheld")
    for card in (house.card(SAM), house.shown(EXPERTS, "escalation-")):
        assert "A colleague" in str(card.message)
        assert "Dana" not in str(card.message)


def test_whoever_claims_it_in_the_experts_channel_answers_it_where_only_they_read(house: House) -> None:
    house.ask()
    house.press(house.shown(EXPERTS, "escalation-"), "Claim", KIM)
    assert house.card(KIM).message.summary.startswith("Yours to answer")
    assert house.card(SAM).message.summary == f"Claimed by Kim Park: {ASKED}"
    assert labels(house.card(SAM)) == []


def test_guests_and_askers_claim_nothing(house: House) -> None:
    house.ask()
    card = house.shown(EXPERTS, "escalation-")
    for person in (GUEST, DANA):
        with pytest.raises(UserFacingError, match="nothing was changed"):
            house.press(card, "Claim", person)
    assert house.escalation.state is State.OPEN
    house.press(card, "Claim", KIM)
    assert house.escalation.owner_id == KIM.id


def test_a_declined_question_goes_to_the_next_expert_with_the_reason_kept(house: House) -> None:
    house.ask()
    opened = house.press(house.card(SAM), "Not mine", SAM)
    house.send(opened, {"reason": "time", "word": "On leave from noon."}, SAM)
    assert house.offers() == {SAM.id: OfferState.DECLINED, KIM.id: OfferState.OFFERED}
    assert house.card(KIM).message.summary == f"A question for you: {ASKED}"
    assert "Sam Lee passed it on:" in str(house.card(KIM).message)
    assert "On leave from noon." in str(house.card(KIM).message)
    assert "On leave" not in str(house.shown(EXPERTS, "escalation-").message)
    assert labels(house.card(SAM)) == ["Claim", "Hand on"]
    with house.database.reading() as unit:
        words = [each.word for each in SqlEscalations(unit).offers(house.escalation.id)]
    assert "No time at the moment: On leave from noon." in words


def test_handed_on_to_a_colleague_by_name_with_a_word(house: House) -> None:
    opened = house.press(claimed(house), "Hand on", SAM)
    house.send(opened, {"colleague": "nobody", "name": "kim park", "word": "You did Brazil."}, SAM)
    card = house.card(KIM)
    assert card.message.summary == f"A question for you: {ASKED}"
    assert "Sam Lee handed this on to you: “You did Brazil.”" in str(card.message)
    assert house.escalation.offered_to == KIM.id
    assert labels(house.card(SAM)) == ["Claim", "Hand on"]


def test_handed_on_to_the_best_of_those_offered(house: House) -> None:
    opened = house.press(claimed(house), "Hand on", SAM)
    assert opened.form is not None
    assert opened.form.fields[0].options[0] == ("0", "Kim Park")
    house.send(opened, {"colleague": "0", "name": "", "word": ""}, SAM)
    assert house.escalation.offered_to == KIM.id


@pytest.mark.parametrize(
    ("name", "problem"),
    [("", "Name a colleague"), ("Nobody Here", "Nobody here is known"), ("gus guest", "no colleague")],
)
def test_nobody_is_handed_a_question_who_is_no_colleague(house: House, name: str, problem: str) -> None:
    opened = house.press(claimed(house), "Hand on", SAM)
    with pytest.raises(FormRejected, match=problem):
        house.send(opened, {"colleague": "nobody", "name": name, "word": ""}, SAM)
    assert house.escalation.owner_id == SAM.id


def test_a_form_does_not_tell_who_asked_without_a_name(house: House) -> None:
    house.ask("withheld")
    house.send(house.press(house.card(SAM), "Not mine", SAM), {"reason": "topic", "word": ""}, SAM)
    house.press(house.card(KIM), "Claim", KIM)
    opened = house.press(house.card(KIM), "Hand on", KIM)
    said: list[str] = []
    for person in (DANA, SAM):  # one asked, one declined
        with pytest.raises(FormRejected) as rejected:
            house.send(opened, {"name": person.name, "word": "", "colleague": "nobody"}, KIM)
        said.append(str(rejected.value).replace(person.name, "X"))
    assert said[0] == said[1]


def test_given_back_it_is_open_for_everybody(house: House) -> None:
    house.send(house.press(claimed(house), "Give back", SAM), {"word": "Ill."}, SAM)
    assert house.escalation.state is State.OPEN
    assert house.escalation.offered_to == KIM.id
    assert labels(house.shown(EXPERTS, "escalation-")) == ["Claim"]


def test_who_leaves_the_experts_leaves_what_waited_for_them_to_the_next_one_at_once(house: House) -> None:
    claimed(house)
    house.clock.at += timedelta(minutes=1)
    with house.database.begin() as unit:
        SqlExperts(unit).forget(SAM.id)
        assert house.parts.desk.hand_back(SAM, unit, house.clock()) == 1
    house.timekeeper.run_due()
    assert house.offers() == {SAM.id: OfferState.GIVEN_BACK, KIM.id: OfferState.OFFERED}
    assert house.card(SAM).message.summary == f"You passed this on, and it is still open: {ASKED}"
    with house.database.begin() as unit:
        SqlExperts(unit).forget(KIM.id)
        assert house.parts.desk.hand_back(KIM, unit, house.clock()) == 1
        assert house.parts.desk.hand_back(KIM, unit, house.clock()) == 0
    assert house.offers()[KIM.id] is OfferState.DECLINED
    assert house.escalation.state is State.OPEN


def test_asked_back_nothing_is_due_and_the_reply_is_a_new_card(house: House) -> None:
    card = claimed(house)
    house.send(house.press(card, "Ask back", SAM), {"text": "Which product?"}, SAM)
    assert (house.escalation.state, house.escalation.due_at) == (State.ASKED_BACK, None)
    word = house.shown(CHANNEL, "asked-back-")
    house.send(house.press(word, "Reply", DANA), {"text": "The big one."}, DANA, CHANNEL)
    assert house.escalation.due_at is not None
    newer = house.card(SAM)
    assert newer.key != card.key
    assert "The big one." in str(newer.message)
    assert labels(newer)[0] == "Answer"
    earlier = house.stands[card.place.conversation, card.key]
    assert "newer message" in str(earlier.message)
    assert labels(earlier) == []


def test_an_answer_is_taken_though_its_card_changed_while_it_was_written(house: House) -> None:
    card = claimed(house)
    writing = house.press(card, "Answer", SAM)
    house.send(house.press(card, "Ask back", SAM), {"text": "Which product?"}, SAM)
    house.send(writing, ANSWER, SAM)
    assert house.escalation.state is State.ANSWERED
    with pytest.raises(UserFacingError, match=STALE):
        house.send(writing, ANSWER, SAM)


def test_an_answer_that_is_not_wanted_any_more_stays_in_its_form(house: House) -> None:
    writing = house.press(claimed(house), "Answer", SAM)
    house.press(house.shown(CHANNEL, "request-"), "Take it back", DANA)
    with pytest.raises(FormRejected, match="took this back"):
        house.send(writing, ANSWER, SAM)
    assert house.card(SAM).message.summary == f"Taken back by who asked: {ASKED}"


def test_links_are_addresses_and_titles_of_the_library(house: House) -> None:
    opened = house.press(claimed(house), "Answer", SAM)
    for typed in ("http://plain.example/", "https://sam:key@evil.example/", "javascript:alert(1)", "Unknown title"):
        with pytest.raises(FormRejected, match="Neither an address"):
            house.send(opened, {"text": "See there.", "links": typed}, SAM)
    house.send(opened, {"text": "See there.", "links": "https://guide.example/brazil\n\nrenewals\n"}, SAM)
    given = house.escalation.answer
    assert given is not None
    assert given.links == (
        Link("https://guide.example/brazil", "https://guide.example/brazil"),
        Link("Renewals", "https://guild.example/library/starter%2Frenewals.md"),
    )


def test_a_correction_changes_the_answer_in_place(house: House) -> None:
    house.send(house.press(claimed(house), "Answer", SAM), ANSWER, SAM)
    opened = house.press(house.card(SAM), "Correct", SAM)
    assert opened.form is not None
    assert opened.form.fields[0].initial == ANSWER["text"]
    before = house.shown(CHANNEL, "answer-")
    house.send(opened, {"text": "Sixty days before.", "links": ""}, SAM)
    after = house.shown(CHANNEL, "answer-")
    assert (after.key, after.message_id) == (before.key, f"id-{before.id}")
    assert "Sixty days before." in str(after.message)


def test_what_was_asked_on_is_part_of_the_draft(house: House) -> None:
    house.send(house.press(claimed(house), "Answer", SAM), ANSWER, SAM)
    opened = house.press(house.shown(CHANNEL, "answer-"), "I still wonder", DANA)
    house.send(opened, {"text": "And in Chile?"}, DANA, CHANNEL)
    house.send(
        house.press(house.card(SAM), "Answer", SAM), {"text": "Sixty days.", "links": "https://a.example/x"}, SAM
    )
    house.send(house.press(house.card(SAM), "Correct", SAM), {"text": "Fifty days.", "links": ""}, SAM)
    house.press(house.shown(CHANNEL, "answer-"), "That helped", DANA)
    with house.database.reading() as unit:
        draft = SqlDrafts(unit).get(house.escalation.id)
    assert draft is not None
    assert draft.answer == f"{ANSWER['text']}\n\nAnd in Chile?\n\nFifty days."


def test_given_back_by_whoever_took_it_unasked_the_asker_reads_that_nobody_has_it(house: House) -> None:
    house.roster.people = ()
    house.ask()
    assert "I know of no expert" in house.shown(CHANNEL, "request-").message.summary
    card = house.shown(EXPERTS, "escalation-")
    house.press(card, "Claim", SAM)
    house.send(house.press(house.card(SAM), "Give back", SAM), {"word": ""}, SAM)
    assert "Nobody has taken it yet." in house.shown(CHANNEL, "request-").message.summary


def test_snoozed_by_their_own_working_hours(house: House) -> None:
    house.send(house.press(claimed(house), "Snooze", SAM), {"until": "tomorrow"}, SAM)
    assert house.escalation.snoozed_until == NOON.replace(hour=9) + timedelta(days=1)
    assert "Not reminded before" in str(house.card(SAM).message)


def test_a_card_that_nobody_pressed_yet_waits_for_the_end_of_quiet_hours(house: House) -> None:
    with house.database.begin() as unit:
        sam = People(unit).get(SAM.id)
        assert sam is not None
        People(unit).put(replace(sam, preferences=Preferences(quiet_from="12:00", quiet_to="15:00")), NOON)
    house.ask()
    assert not any(each.place.channel == direct(SAM) for each in house.stands.values())
    house.clock.at = NOON.replace(hour=15)
    assert house.card(SAM).message.summary == f"A question for you: {ASKED}"


def test_requests_shows_what_waits_as_cards_that_stay_alive(house: House) -> None:
    first = claimed(house)
    said = house.happens(Commanded("requests"), SAM)
    listed, card = (each for each in said if each.place.channel == direct(SAM) and each.message_id is None)
    assert listed.message.summary == "1 question is yours to answer."
    assert labels(card)[0] == "Answer"
    assert labels(house.stands[first.place.conversation, first.key]) == []
    house.send(house.press(card, "Answer", SAM), ANSWER, SAM)
    assert house.stands[card.place.conversation, card.key].message.summary == f"You answered: {ASKED}"
    (nothing,) = house.happens(Commanded("requests"), SAM)
    assert nothing.message.summary == "No question waits for you."


def test_a_home_shows_what_waits_for_an_expert(house: House) -> None:
    house.ask()
    home = Place("slack", direct(SAM), "home")
    (shown,) = house.happens(Opened("home"), SAM, home)
    assert "1 question is offered to you." in str(shown.message)
    assert "Show it" in labels(shown)
    (nothing,) = house.happens(Opened("home"), GUEST, Place("slack", direct(GUEST), "home"))
    assert "offered to you" not in str(nothing.message)


def test_where_not_every_member_may_know_of_it_no_card_is_shown(house: House) -> None:
    with house.database.begin() as unit:
        own = turn("x", person=DANA)
        place = Place("slack", direct(DANA))
        readers = frozenset({"board"})
        asked = Escalation("e1", ASKED, DANA.id, DANA.name, own.place, place, NOON, readers)
        house.parts.desk.open(asked, unit)
    assert EVERYONE not in readers
    assert not any(each.place == EXPERTS for each in house.deliveries())
