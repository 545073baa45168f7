"""What experts offer, in a chat and on the page: seen and corrected by themselves, asked for once, left at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Message
from bot.chat.turn import Commanded, Person, Place, Pressed, Said, Submitted
from bot.features.experts.expert_form import Offered, form_again
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.page import PageNotFound, PageRequest, Redirect, View
from bot.storage.audit import latest
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database
from tests.builders import NOON, minutes
from tests.experts_house import CHANNEL, DANA, PLAIN, SAM, House, learned_in, words


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    house = House(sqlite_database)
    yield house
    house.dispatcher.stop()


def test_all_that_somebody_is_said_to_know_is_shown_to_them_and_can_be_corrected(house: House) -> None:
    house.join(topics=("brand",))
    house.answered("What is a renewal?", "renewals")
    own = words(house.do(Commanded("expertise"), DANA))
    assert "Learned: renewals (1 document, 1 answer), pricing (1 document)" in own
    opened = house.press("experts.change", DANA)
    assert opened.form is not None
    assert "not_mine" in {field.name for field in opened.form.fields}
    house.do(Submitted(opened.form.id, {**PLAIN, "not_mine": ("pricing",)}, opened.form.state, opened.nonce), DANA)
    assert "Not yours: pricing" in words(house.do(Commanded("expertise"), DANA))
    assert "Nobody" in house.do(Said("Who knows about pricing packages?")).summary
    assert "Dana" in house.do(Said("Who knows about renewals?")).summary


def test_the_same_is_corrected_and_taken_back_on_the_page(house: House) -> None:
    house.join()
    dana = house.person(DANA)
    house.pages.disown(PageRequest(dana, form={"topic": "pricing"}))
    assert learned_in(house.pages.show_own(PageRequest(dana))) == ["renewals"]
    house.pages.own_again(PageRequest(dana, form={"topic": "pricing"}))
    expert = house.expert()
    assert expert is not None
    assert expert.not_mine == ()
    with pytest.raises(UserFacingError, match="not among yours"):
        house.pages.disown(PageRequest(dana, form={"topic": "anything"}))


def test_a_question_that_they_answered_is_forgotten_one_by_one(house: House) -> None:
    house.join()
    house.answered("How are badgers counted?")
    house.answered("Where do badgers sleep?")
    dana, sam = house.person(DANA), house.person(SAM)
    forget = PageRequest(dana, form={"answer": "How are badgers counted?"})
    with pytest.raises(UserFacingError, match="not among yours"):
        house.pages.forget(replace(forget, person=sam))
    assert isinstance(house.pages.forget(forget), Redirect)
    with house.database.reading() as unit:
        assert [each.text for each in SqlExperts(unit).evidence([DANA])] == ["Where do badgers sleep?"]
    assert "Nobody" in house.do(Said("Who knows about counting badgers?")).summary
    assert "Dana" in house.do(Said("Who knows about sleeping badgers?")).summary


def test_what_was_typed_is_kept_with_its_hours_absence_and_stand_in(house: House) -> None:
    house.join(SAM, more_topics="data quality")
    told = house.join(
        topics=("pricing",), more_topics="CPQ , cpq, deal desk", languages=("de", "en"), days=("0", "2"),
        works_from="08:30", works_to="12:00", weekly_limit="0", back_on="2027-03-08", stand_in="sam lee",
    )  # fmt: skip
    assert told.summary == "You are listed as an expert now."
    assert house.expert() == Expert(
        DANA,
        NOON,
        ("pricing", "CPQ", "deal desk"),
        ("de", "en"),
        (),
        (0, 2),
        "08:30",
        "12:00",
        0,
        date(2027, 3, 8),
        SAM,
    )
    assert "Away until 8 March 2027; Sam Lee stands in." in words(house.do(Said("Who knows about CPQ?")))
    house.now += timedelta(days=8)
    assert "There tomorrow, 08:30 your time." in words(house.do(Said("Who knows about CPQ?")))
    assert "There tomorrow, 08:30 their time." in words(house.do(Said("Who knows about CPQ?"), SAM, CHANNEL))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"days": ()}, "days"),
        ({"works_to": "09:00"}, "works_to"),
        ({"works_from": "99:00"}, "works_from"),
        ({"back_on": "2027-03-01"}, "back_on"),
        ({"back_on": "soon"}, "back_on"),
        ({"stand_in": "sam@example.com"}, "stand_in"),
        ({"stand_in": "Dana Okafor"}, "stand_in"),
        ({"weekly_limit": "7"}, "weekly_limit"),
        ({"more_topics": ",".join(map(str, range(21)))}, "more_topics"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_saved(
    house: House, values: dict[str, str | tuple[str, ...]], field: str
) -> None:
    with pytest.raises(FormRejected) as rejected:
        house.join(**values)
    assert list(rejected.value.problems) == [field]
    assert house.expert() is None


def test_leaving_forgets_everything_but_the_audit_log(house: House) -> None:
    house.join(topics=("pricing",))
    house.answered("What is a renewal?", "renewals")
    house.press("experts.leave", DANA)
    assert "forgotten" in house.said()[-1][1].summary
    with house.database.reading() as unit:
        assert SqlExperts(unit).get(DANA) is None
        assert SqlExperts(unit).evidence([DANA]) == []
        assert [each.action for each in latest(unit, 10)] == ["expert left", "expert joined"]
    assert "Nobody" in house.do(Said("Who knows about pricing?")).summary


def test_who_leaves_is_told_how_much_of_theirs_goes_on_to_others(sqlite_database: Database) -> None:
    waits = {DANA: 2, SAM: 1}
    house = House(sqlite_database, hand_back=lambda person, unit, now: waits[person.id])
    for account, told in ((DANA, "The 2 questions that waited for you go on"), (SAM, "The question that waited")):
        house.join(account)
        house.press("experts.leave", account)
        assert told in house.said()[-1][1].summary
    house.dispatcher.stop()


def test_an_absence_that_is_over_is_not_filled_in_again(house: House) -> None:
    house.join(back_on="2027-03-08")
    for day, filled in ((NOON, "2027-03-08"), (NOON + timedelta(days=7), "")):
        house.now = day
        opened = house.press("experts.change", DANA)
        assert opened.form is not None
        assert [each.initial for each in opened.form.fields if each.name == "back_on"] == [filled]
        shown = house.pages.show_own(PageRequest(house.person(DANA)))
        assert isinstance(shown.values["typed"], dict)
        assert shown.values["typed"]["back_on"] == filled


def test_an_absence_ends_with_one_click(house: House) -> None:
    house.join(back_on="2027-03-08")
    house.press("experts.back", DANA)
    expert = house.expert()
    assert expert is not None
    assert expert.back_on is None


def test_owners_are_asked_once_and_whoever_declines_or_leaves_is_not_asked_again(house: House) -> None:
    admin = house.person(SAM, is_admin=True)
    assert house.pages.show_all(PageRequest(admin)).values["owners"] == 1
    house.pages.invite(PageRequest(admin))
    ((where, message, nonce),) = house.said()
    assert where == Place("slack", "T1:U1")
    assert "owner of 1 document" in message.summary
    house.do(Pressed("experts.decline", "", nonce), DANA)
    assert house.expert() is None
    assert house.pages.invite(PageRequest(admin)) == Redirect(
        "/experts", "Asked 0 owners, each privately and this once."
    )
    house.join()
    house.pages.leave(PageRequest(house.person(DANA)))
    house.pages.invite(PageRequest(admin))
    assert [each for _, each, _ in house.said() if "owner of" in each.summary] == []


def test_an_invitation_waits_for_the_end_of_quiet_hours_and_is_accepted_in_place(house: House) -> None:
    with house.database.begin() as unit:
        dana = People(unit).get(DANA)
        assert dana is not None
        People(unit).put(replace(dana, preferences=Preferences(quiet_from="12:00", quiet_to="15:00")), NOON)
    house.pages.invite(PageRequest(house.person(SAM, is_admin=True)))
    assert house.said() == []
    house.now += minutes(121)
    ((_, _, nonce),) = house.said()
    opened = house.dispatcher.answer_now(house.turn(Pressed("experts.change", "", nonce), DANA))
    assert opened.form is not None
    told = house.do(Submitted(opened.form.id, PLAIN, opened.form.state, opened.nonce), DANA)
    assert told.summary == "You are listed as an expert now."


def test_a_name_that_somebody_else_has_too_makes_nobody_an_owner(house: House) -> None:
    house.join()
    assert "Dana" in house.do(Said("Who knows about renewals?")).summary
    house.directory.person_of(Person("slack:T1:U9", "dana okafor"))
    assert "Nobody" in house.do(Said("Who knows about renewals?")).summary


def test_a_name_without_a_vouched_address_makes_nobody_an_owner(house: House) -> None:
    with house.database.begin() as unit:
        dana = People(unit).get(DANA)
        assert dana is not None
        People(unit).put(replace(dana, email=""), NOON)
    house.join()
    assert "Nobody" in house.do(Said("Who knows about renewals?")).summary


def test_home_shows_what_one_offers_or_the_way_to_it(house: House) -> None:
    (source,) = house.catalog.home
    for title, label in (("Your help", "Offer your help"), ("Your expertise", "Change")):
        asked = house.directory.identify(house.turn(Commanded("home"), DANA))
        with house.database.reading() as unit:
            section = source(asked, unit)
        assert section is not None
        assert (section.title, Message("", section.blocks).buttons[0].label) == (title, label)
        house.join()


def test_the_page_of_an_expert_shows_what_the_reader_may_see(house: House) -> None:
    house.join(topics=("brand",))
    shown = house.pages.show_one(PageRequest(house.person(SAM), {"person": DANA}))
    assert learned_in(shown) == ["pricing", "renewals"]
    assert house.pages.show_one(PageRequest(house.person(DANA), {"person": DANA})) == Redirect("/experts/me")
    with pytest.raises(PageNotFound):
        house.pages.show_one(PageRequest(house.person(DANA), {"person": SAM}))


def test_the_page_takes_the_same_form_and_keeps_what_was_typed(house: House) -> None:
    dana = house.person(DANA)
    form = {"topic-pricing": "yes", "more_topics": "CPQ", "language-de": "yes", "day-0": "yes", "works_from": "09:00",
            "works_to": "17:00", "weekly_limit": "3"}  # fmt: skip
    wrong = house.pages.save(PageRequest(dana, form={**form, "works_to": "09:00"}))
    assert isinstance(wrong, View)
    assert wrong.status == 422
    assert wrong.values["typed"] == {**form, "works_to": "09:00"}
    assert house.pages.save(PageRequest(dana, form=form)) == Redirect("/experts/me", "You are listed as an expert now.")
    expert = house.expert()
    assert expert is not None
    assert (expert.topics, expert.days, expert.weekly_limit) == (("pricing", "CPQ"), (0,), 3)


@pytest.mark.parametrize("state", ["", "{", "null", "[1, 2, 3]", '[["a"], {}, 7]', "[" * 10_000])
def test_a_state_that_was_tampered_with_offers_little_and_breaks_nothing(state: str) -> None:
    assert {"more_topics", "days"} <= {field.name for field in form_again(state).fields}


def test_what_is_offered_comes_back_from_its_state() -> None:
    offered = Offered(("Größe",), ("crm",), ("emea", "apac"))
    assert Offered.from_text(offered.to_text()) == offered
