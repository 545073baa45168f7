"""Announcements that change after they have gone out: approved as the first words were, and read again where they
change in substance. And who approves where one person curates alone."""

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField
from bot.chat.reply import Reply
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.announcements import acts
from bot.features.announcements.model import AnnouncementState, Audience
from bot.features.announcements.showing import Showing
from bot.features.announcements.store import SqlAnnouncements
from bot.features.feature import WAITS
from bot.features.profile.roles import Roles
from bot.storage.audit import latest
from bot.storage.unit_of_work import Database
from tests.announcements_house import BASE, CLEO, DANA, GENERAL, ID, KIM, SAM, TYPED, House
from tests.builders import minutes
from tests.chat_house import direct, labels

SAID = "Announcement: “The renewal template changes”."
NEW = "Announcement: “The template changes on Tuesday”."
WORDS = {"title": "The template changes on Tuesday", "text": "Not Monday."}
IN_GENERAL = Audience(channels=(("slack", GENERAL.channel),))


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


@pytest.fixture
def alone(sqlite_database: Database) -> House:
    """Sam's: nobody else curates."""
    made = House(sqlite_database)
    made.desk.showing = Showing(Roles([SAM.id], ["slack:T1:nobody-yet"]), BASE)
    return made


def corrects(house: House, person: Person, size: str = "yes", **words: str) -> Reply:
    """On the page."""
    opened = house.act(Pressed(acts.CORRECT, ID, ""), person)
    return house.send_on_page(opened, person, {**WORDS, "size": size, **words})


def approves(house: House, person: Person) -> Reply:
    return house.act(Pressed(acts.APPROVE, f"{ID}/{house.kept().revision}", ""), person)


def reads(house: House, person: Person, edition: int = 1) -> None:
    house.act(Submitted(acts.READ, {"word": ""}, f"{ID}/{edition}", ""), person)


def counted(house: House) -> tuple[int, int]:
    with house.database.reading() as unit:
        return SqlAnnouncements(unit).read_counts([ID]).get(ID, (0, 0))


def test_a_correction_stands_nowhere_until_somebody_else_has_approved_it(house: House) -> None:
    house.sent(audience=Audience(("everyone",), (("slack", GENERAL.channel),)))
    done = corrects(house, SAM)
    house.live(minutes(3), minutes(1))
    assert done.posts[0].message.summary.startswith("2 curators are asked to approve the correction of")
    assert len(house.stand(SAID)) == 6 and house.stand(NEW) == set()
    with pytest.raises(UserFacingError, match="wrote this yourself"):
        approves(house, SAM)
    said = "Sam Lee asks you to approve a correction of “The renewal template changes”."
    (asked,) = (each for each in house.read_by(CLEO) if each.message.summary == said)
    assert "Not Monday." in repr(asked.message) and "From Monday the new template counts." in repr(asked.message)
    assert labels(asked) == ["Approve the correction", "Give it back", "Take it down"]
    house.press(asked, "Approve the correction", CLEO)
    house.live(minutes(3), minutes(1))
    assert house.stand(SAID) == set() and len(house.stand(NEW)) == 6
    kept = house.kept()
    assert (kept.correction, kept.approved_name, kept.state) == (None, CLEO.name, AnnouncementState.SENT)
    with house.database.reading() as unit:
        assert {"announcement correction handed in", "announcement corrected"} <= {each.action for each in latest(unit)}


def test_only_the_words_that_were_read_are_approved(house: House) -> None:
    house.sent()
    corrects(house, SAM)
    read_as = house.kept().revision
    corrects(house, SAM, text="Not Monday, and not Tuesday.")
    with pytest.raises(UserFacingError, match="changed this meanwhile"):
        house.act(Pressed(acts.APPROVE, f"{ID}/{read_as}", ""), CLEO)
    assert house.kept().corrected_at is None


def test_a_correction_that_comes_back_is_gone_on_with_or_thrown_away(house: House) -> None:
    house.sent()
    corrects(house, SAM)
    house.act(Submitted(acts.GIVE_BACK, {"word": "Which Tuesday?"}, ID, ""), CLEO)
    house.live(minutes(1), minutes(1))
    returned = house.newest(SAM)
    assert returned.message.summary == "Cleo Cura gave the correction of “The renewal template changes” back."
    assert "It came back: Which Tuesday?" in repr(returned.message)
    assert [each.title for each in house.home(SAM)] == [WAITS] and house.home(CLEO) == []
    with pytest.raises(UserFacingError):
        approves(house, CLEO)
    opened = house.press(returned, "Change the correction", SAM)
    assert opened.form is not None
    assert [each.initial for each in opened.form.fields][:2] == [WORDS["title"], WORDS["text"]]
    house.send(opened, SAM, {**WORDS, "text": "Not Monday, 9 March.", "size": "yes"}, returned.place)
    assert [each.title for each in house.home(CLEO)] == [WAITS] and house.home(SAM) == []
    house.press(house.newest(SAM), "Throw the correction away", SAM)
    assert house.kept().correction is None and house.home(CLEO) == []
    house.live(minutes(3), minutes(1))
    assert len(house.stand(SAID)) == 5
    with pytest.raises(UserFacingError):
        approves(house, CLEO)


def test_what_changes_in_substance_is_to_be_read_again_and_both_figures_are_shown(house: House) -> None:
    house.sent(audience=IN_GENERAL, asks_read=True)
    for person in (DANA, KIM):
        reads(house, person)
    assert counted(house) == (2, 0)
    stale = next(each for each in house.stands.values() if each.place.channel == GENERAL.channel)
    form = house.press(stale, "I have read it", SAM)
    corrects(house, SAM)
    approves(house, CLEO)
    house.live(minutes(3), minutes(1))
    assert counted(house) == (0, 2)
    card = next(each for each in house.stands.values() if each.place.channel == GENERAL.channel)
    assert "It changed in substance: if you have read it before" in repr(card.message)
    with pytest.raises(UserFacingError, match="changed in substance meanwhile"):
        house.send(form, SAM, {"word": ""}, GENERAL)
    (section,) = house.home(DANA)
    assert "changed in substance since you said that you have read it" in repr(section)
    opened = house.press(card, "I have read it", DANA)
    house.send(opened, DANA, {"word": ""}, GENERAL)
    assert counted(house) == (1, 1) and house.home(DANA) == []
    house.out()
    mine = [each for each in house.read_by(CLEO) if "Have read it" in repr(each.message)]
    assert any("1 said so, 1 read only what it said before" in repr(each.message) for each in mine)


def test_a_small_mend_keeps_who_has_read_it(house: House) -> None:
    house.sent(audience=IN_GENERAL, asks_read=True)
    reads(house, DANA)
    corrects(house, SAM, size="no")
    approves(house, CLEO)
    house.live(minutes(3), minutes(1))
    assert counted(house) == (1, 0) and house.home(DANA) == []
    card = next(each for each in house.stands.values() if each.place.channel == GENERAL.channel)
    assert "It was corrected since it was first sent." in repr(card.message)


def test_what_asks_nobody_whether_they_have_read_it_has_no_size(house: House) -> None:
    house.sent()
    opened = house.act(Pressed(acts.CORRECT, ID, ""), SAM)
    assert opened.form is not None
    assert not any(isinstance(each, ChoiceField) for each in opened.form.fields)
    corrects(house, SAM, size="yes")
    approves(house, CLEO)
    assert house.kept().edition == 1


def test_the_same_words_again_and_words_that_somebody_changed_are_no_correction(house: House) -> None:
    made = house.sent()
    opened = house.act(Pressed(acts.CORRECT, ID, ""), SAM)
    with pytest.raises(FormRejected, match="says that already"):
        house.send_on_page(opened, SAM, {"title": made.title, "text": made.text})
    corrects(house, CLEO)
    with pytest.raises(FormRejected, match="Somebody changed this meanwhile"):
        house.send_on_page(opened, SAM, WORDS)


def test_what_is_taken_down_takes_its_correction_with_it(house: House) -> None:
    house.sent()
    corrects(house, SAM)
    house.act(Pressed(acts.TAKE_DOWN, ID, ""), CLEO)
    assert house.kept().correction is None
    with pytest.raises(UserFacingError):
        approves(house, CLEO)


def test_who_curates_alone_approves_their_own_words_and_everybody_reads_that(alone: House) -> None:
    opened = alone.press(alone.say(SAM), "Write one", SAM)
    alone.send(opened, SAM, TYPED)
    alone.press(alone.newest(SAM), "Ask for approval", SAM)
    asked = alone.newest(SAM)
    assert asked.message.summary.startswith("Nobody else curates, so “The renewal template changes” waits for you")
    assert [each.title for each in alone.home(SAM)] == [WAITS]
    alone.press(asked, "Approve it", SAM)
    alone.live(minutes(3), minutes(1))
    (out,) = (each for each in alone.read_by(DANA) if each.message.summary == SAID)
    assert "Written by Sam Lee, approved by Sam Lee, for nobody else curates." in repr(out.message)
    card = next(each for each in alone.read_by(SAM) if "Correct it" in labels(each))
    assert "Sam Lee, who wrote it: nobody else curates" in repr(card.message)
    with alone.database.reading() as unit:
        (entry,) = (each for each in latest(unit) if each.action == "announcement approved")
    assert entry.details["alone"] == "nobody else curates"


def test_who_curates_alone_corrects_alone(alone: House) -> None:
    alone.written()
    alone.act(Pressed(acts.HAND_IN, ID, ""), SAM)
    approves(alone, SAM)
    alone.live(minutes(3), minutes(1))
    corrects(alone, SAM)
    assert len(alone.stand(SAID)) == 5
    approves(alone, SAM)
    alone.live(minutes(3), minutes(1))
    assert len(alone.stand(NEW)) == 5


def test_with_a_second_curator_nobody_is_alone_any_more(alone: House) -> None:
    alone.written()
    alone.act(Pressed(acts.HAND_IN, ID, ""), SAM)
    alone.desk.showing = Showing(Roles([SAM.id, CLEO.id]), BASE)
    with pytest.raises(UserFacingError, match="wrote this yourself"):
        approves(alone, SAM)
    approves(alone, CLEO)
    alone.live(minutes(3), minutes(1))
    assert direct(DANA) in alone.stand(SAID)


def test_where_a_correction_did_not_arrive_is_said_and_tried_again(house: House) -> None:
    house.sent(audience=Audience(("everyone",), (("slack", GENERAL.channel),)))
    corrects(house, SAM)
    house.failing = {GENERAL.channel}
    approves(house, CLEO)
    house.live(minutes(3), minutes(1))
    card = next(each for each in house.read_by(SAM) if "Try again" in labels(each))
    assert "it has arrived in all 6 places. 1 place still has what it said before." in repr(card.message)
    house.act(Pressed(acts.TAKE_DOWN, ID, ""), CLEO)
    house.live(minutes(3), minutes(1))
    card = next(each for each in house.read_by(SAM) if "Try again" in labels(each))
    assert "it was taken down. 1 place still has what it said before." in card.message.summary
    house.failing = set()
    house.press(card, "Try again", SAM)
    house.live(minutes(3), minutes(1))
    assert house.stand(SAID) == house.stand(NEW) == set()
