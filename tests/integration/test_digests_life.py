"""Digests in a chat: got, looked at, edited, skipped, paused, stopped; and what the clock sends of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField
from bot.chat.reply import Paragraph, Span
from bot.chat.turn import Place, Pressed, Submitted
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.digests import use_cases
from bot.features.digests.model import DigestState, EditionState
from bot.features.digests.tables import PERSON_COLUMNS
from bot.storage import audit
from bot.storage.merging import follow
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.chat_house import (
    BASE,
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    KIM,
    PARTNERS,
    direct,
    labels,
)
from tests.digests_house import DAY, WEEK, House, at, item

# NOON is Monday, 1 March 2027, 12:00 UTC, 07:00 in New York, 13:00 in Berlin.


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_somebody_gets_a_digest_in_their_own_zone_and_is_told_when(house: House) -> None:
    none_yet = house.say(DANA)
    assert none_yet.message.summary.startswith("You get no digest.")
    assert labels(none_yet) == ["Get a digest"]
    assert none_yet.message.blocks[0] == Paragraph((Span(none_yet.message.summary, bold=True),))
    card = house.gets_one()
    assert card.message.summary == (
        "You get a digest every Monday at 09:00 New York time. The next one comes today, 09:00."
    )
    assert labels(card) == ["Show the next one", "Change it", "Pause it", "Stop it"]
    house.tell(item("Renewal playbook"))
    (edition,) = house.live(at(1, 15))
    assert edition.place.channel == direct(DANA)
    assert edition.message.summary == "Your digest of 1 March 2027: 1 new or changed document."
    assert "because you asked for it" in str(edition.message)
    assert edition.message.url == f"{BASE}/digests/{house.kept(DANA).id}/2027-03-01"


def test_nothing_to_say_sends_nothing_and_what_stands_unchanged_is_no_news(house: House) -> None:
    house.gets_one()
    waiting = item("How do renewals work", kind=DigestKind.OPEN)
    assert house.live(at(2, 0)) == []
    house.said.append(("everyone", waiting))
    assert len(house.live(at(9, 0))) == 1
    assert house.live(at(16, 0)) == []
    house.tell(item("New"))
    (told,) = house.live(at(23, 0))
    assert "How do renewals work" in str(told.message)
    states = [each.state for each in house.editions(DANA)]
    assert states == [EditionState.EMPTY, EditionState.SENT, EditionState.EMPTY, EditionState.SENT]


def test_what_was_told_is_not_told_again_and_what_was_not_comes_with_the_next(house: House) -> None:
    house.gets_one()
    house.tell(item("First"))
    house.live(at(1, 15))
    house.tell(item("Second"))
    (told,) = house.live(at(9, 0))
    assert "Second" in str(told.message)
    assert "First" not in str(told.message)


def test_a_skipped_edition_tells_nothing_and_the_next_one_tells_it(house: House) -> None:
    house.gets_one()
    house.tell(item("First"))
    card = house.newest(DANA)
    house.press(card, "Show the next one", DANA)
    preview = house.newest(DANA)
    assert preview.key == card.key
    assert labels(preview) == ["Skip this one", "Change it"]
    assert "First" in str(preview.message)
    assert "This is how it stood on 1 March 2027, " in str(preview.message), "for it stays when that one has gone out"
    house.press(preview, "Skip this one", DANA)
    skipped = house.newest(DANA)
    assert skipped.key == preview.key
    assert skipped.message.summary.startswith("The digest of 1 March 2027 is skipped.")
    house.press(skipped, "Send it after all", DANA)
    house.press(house.newest(DANA), "Skip this one", DANA)
    assert house.live(at(2, 0)) == []
    (told,) = house.live(at(9, 0))
    assert "First" in str(told.message)


def test_one_press_stops_it_where_it_is_read_and_one_more_brings_it_back(house: House) -> None:
    house.gets_one()
    house.tell(item("First"))
    (edition,) = house.live(at(1, 15))
    assert labels(edition) == ["Change it", "Stop it"]
    house.press(edition, "Stop it", DANA)
    stopped = house.newest(DANA)
    assert stopped.key == edition.key
    assert stopped.message.summary == "You get no digest any more."
    assert "First" in str(stopped.message)
    house.tell(item("Second"))
    assert house.live(at(9, 0)) == []
    house.press(stopped, "Get it again", DANA)
    assert house.live(at(9, 1)) == []
    (again,) = house.live(at(16, 0))
    assert "Second" in str(again.message)
    assert len(house.editions(DANA)) == 2


def test_a_paused_one_makes_up_for_nothing_when_it_goes_on(house: House) -> None:
    card = house.gets_one()
    house.press(card, "Pause it", DANA)
    paused = house.newest(DANA)
    assert paused.message.summary == "Your digest is paused."
    assert labels(paused) == ["Go on", "Change it", "Stop it"]
    house.tell(item("First"))
    assert house.live(at(2, 0)) == []
    house.press(paused, "Go on", DANA)
    assert house.live(at(8, 0)) == []
    (told,) = house.live(at(9, 0))
    assert "First" in str(told.message)


def test_topics_that_somebody_follows_come_first_or_alone(house: House) -> None:
    house.follow(DANA, "pricing")
    card = house.gets_one()
    house.tell(item("Onboarding"), item("Discounts", topics=("Pricing",)), item("About pricing itself"))
    (edition,) = house.live(at(1, 15))
    said = str(edition.message)
    assert said.index("Discounts") < said.index("About pricing itself") < said.index("Onboarding")
    opened = house.press(house.say(DANA), "Change it", DANA)
    assert opened.form is not None
    assert "Your topics are pricing." in opened.form.intro
    house.answers(opened, DANA, {"rhythm": "every Monday at 09:00 New York time", "kinds": ("new",), "only": "yes",
                              "where": "chat"})  # fmt: skip
    house.tell(item("Onboarding again"), item("Discounts again", topics=("pricing",)))
    (again,) = house.live(at(9, 0))
    assert "Discounts again" in str(again.message)
    assert "Onboarding" not in str(again.message)
    assert card.key != edition.key


def test_a_rhythm_that_is_not_understood_or_comes_once_is_said_beside_its_field(house: House) -> None:
    opened = house.press(house.say(DANA), "Get a digest", DANA)
    for typed in ("now and then", "on 8 March 2027 at 9:00"):
        with pytest.raises(FormRejected) as rejected:
            house.answers(opened, DANA, {"rhythm": typed, "kinds": ("new",), "only": "no", "where": "chat"})
        assert list(rejected.value.problems) == ["rhythm"]


def test_a_changed_rhythm_holds_from_now_on_and_forgets_what_was_planned(house: House) -> None:
    house.gets_one()
    house.press(house.newest(DANA), "Show the next one", DANA)
    house.press(house.newest(DANA), "Skip this one", DANA)
    opened = house.press(house.say(DANA), "Change it", DANA)
    house.answers(opened, DANA, {"rhythm": "every weekday at 8:30 Berlin time", "kinds": ("new",), "only": "no",
                              "where": "chat"})  # fmt: skip
    house.tell(item("First"))
    (told,) = house.live(at(2, 9))
    assert (told.queued_at.day, told.queued_at.hour) == (2, 8)  # 08:30 in Berlin, looked at each hour
    assert house.editions(DANA)[0].day.isoformat() == "2027-03-02"


def test_quiet_hours_hold_it_back(house: House) -> None:
    house.follow(DANA, quiet=("08:00", "11:00"))
    house.gets_one()
    house.tell(item("First"))
    assert house.live(at(1, 15)) == []
    assert len(house.live(at(1, 17))) == 1


def test_by_mail_it_is_a_letter_with_all_of_it_and_a_way_out(house: House) -> None:
    house.gets_one(where="mail")
    house.tell(*(item(f"Title{number}") for number in range(6)))
    (letter,) = house.live(at(1, 15))
    assert letter.place == Place("mail", "dana@example.org")
    assert letter.message.buttons == ()
    assert all(f"Title{number}" in str(letter.message) for number in range(6))
    assert letter.message.leave_url.startswith(f"{BASE}/leave?key=")
    assert f"href='{letter.message.leave_url}'" in str(letter.message)


def test_without_a_mail_server_no_letter_is_offered(sqlite_database: Database) -> None:
    house = House(sqlite_database, by_mail=False)
    opened = house.press(house.say(DANA), "Get a digest", DANA)
    assert opened.form is not None
    assert [each.name for each in opened.form.fields] == ["rhythm", "kinds", "only"]


def test_a_guest_gets_none_and_somebody_who_becomes_one_is_told_nothing(house: House) -> None:
    with pytest.raises(UserFacingError, match="guests get none"):
        house.act(Pressed("digests.set_up", "", ""), GUEST)
    house.gets_one()
    house.tell(item("For colleagues"))
    house.tell(item("For Dana"), reader=DANA.id)
    with house.database.begin() as unit:
        (account,) = People(unit).accounts_of(DANA.id)
        People(unit).put_account(replace(account, is_guest=True))
    (told,) = house.live(at(1, 15))
    assert "For Dana" in str(told.message)
    assert "For colleagues" not in str(told.message)


def test_a_curator_sets_one_up_for_a_channel_and_is_reminded_to_look(house: House) -> None:
    with house.database.begin() as unit:
        assert SqlChannels(unit).get("slack", "T1:C1") is not None
    card = house.sets_one_up(look="yes")
    assert card.place.channel == direct(CLEO)
    assert card.message.summary == (
        "general gets a digest every Monday at 09:00 Berlin time. The next one comes 8 March 2027, 08:00."
    )
    house.tell(item("First"), item("Second"))
    (look,) = house.live(at(7, 9))
    assert look.place.channel == direct(CLEO)
    assert look.message.summary == (
        "The next digest in general goes out tomorrow, 08:00 your time: 2 new or changed documents so far."
    )
    assert labels(look) == ["Edit it", "Skip this one"]
    opened = house.press(look, "Edit it", CLEO)
    assert opened.form is not None
    leave_out = opened.form.fields[1]
    assert isinstance(leave_out, ChoiceField)
    assert [label for _, label in leave_out.options] == ["First", "Second"]
    edited = house.answers(opened, CLEO, {"word": "Read the second.", "left_out": (leave_out.options[0][0],)}, look)
    assert edited.key == look.key
    assert edited.message.summary == "The digest of 8 March 2027 is edited."
    house.tell(item("Third"))
    (told,) = house.live(at(8, 9))
    assert told.place == GENERAL
    text = str(told.message)
    assert "Read the second." in text
    assert "Cleo Cura" in text
    assert "First" not in text
    assert "Second" in text
    assert "Third" in text
    assert told.message.buttons == ()
    with house.database.reading() as unit:
        actions = [each.action for each in audit.latest(unit)]
    assert actions == ["digest edition edited", "digest set up"]


def test_a_word_goes_out_even_where_nothing_else_is_to_be_told(house: House) -> None:
    house.sets_one_up(look="yes")
    house.press(house.newest(CLEO), "Show the next one", CLEO)
    preview = house.newest(CLEO)
    opened = house.press(preview, "Edit it", CLEO)
    house.answers(opened, CLEO, {"word": "We move to the first floor."}, preview)
    told = [each for each in house.live(at(8, 9)) if each.place == GENERAL]
    assert len(told) == 1
    assert told[0].message.summary == "Digest of 8 March 2027: a word."


def test_what_only_some_may_read_is_not_told_to_a_channel(house: House) -> None:
    house.sets_one_up()
    house.tell(item("Canary"), reader="sales")
    house.tell(item("Canary of Cleo"), reader=CLEO.id)
    house.tell(item("For all"))
    (told,) = house.live(at(8, 9))
    assert "Canary" not in str(told.message)
    assert "For all" in str(told.message)
    assert {each.readers for each in house.asked} == {frozenset({"everyone"})}


def test_groups_that_nobody_proves_just_now_do_not_count(house: House) -> None:
    house.gets_one()
    house.tell(item("Canary"), reader="sales")
    house.tell(item("Own"), reader=DANA.id)
    (told,) = house.live(at(1, 15))
    assert "Canary" not in str(told.message)
    assert "Own" in str(told.message)


def test_a_channel_with_people_from_outside_gets_none_and_one_that_is_opened_to_them_no_more(house: House) -> None:
    with pytest.raises(UserFacingError, match="outside the company read along"):
        house.act(Pressed("digests.set_up", "slack/T1:C3", ""), CLEO)
    house.sets_one_up()
    house.tell(item("First"))
    with house.database.begin() as unit:
        SqlChannels(unit).note(Place("slack", "T1:C1", is_shared=True, members=frozenset()), house.clock())
    assert house.live(at(8, 9)) == []
    (held,) = house.editions()
    assert held.state is EditionState.HELD
    assert held.items == ()
    assert held.word.startswith("People from outside the company read along")


def test_in_a_channel_those_who_do_not_decide_there_see_their_own(house: House) -> None:
    house.sets_one_up()
    assert house.say(KIM, place=GENERAL).message.summary.startswith("You get no digest.")
    assert house.say(KIM, place=PARTNERS).message.summary.startswith("You get no digest.")


@pytest.mark.parametrize("action", ["preview", "pause", "stop", "go_on", "set_up"])
def test_nobody_touches_what_is_not_theirs(house: House, action: str) -> None:
    house.gets_one()
    house.sets_one_up()
    own, here = house.kept(DANA), house.kept()
    for value in (own.id, here.id, "slack/T1:C1", "slack/T1:C9") if action != "set_up" else ("slack/T1:C1", "x/y"):
        with pytest.raises(UserFacingError):
            house.dispatcher.act_now(
                house.turn_of(Pressed(f"digests.{action}", value, ""), KIM, Place("web", KIM.id, "from-guildhall"))
            )
    for state in (f'["{own.id}",1,"2027-03-08",[]]', f'["{here.id}",1,"2027-03-08",[]]', "what", '["a",1,"b",[]]'):
        with pytest.raises(UserFacingError):
            house.act(Submitted("digests.edit", {"word": "Mine now."}, state, ""), KIM)
    with pytest.raises(UserFacingError):
        house.act(Pressed("digests.skip", f"{own.id}/2027-03-08", ""), CLEO)
    assert [house.kept(DANA), house.kept()] == [own, here]


class WhileComposing(House):
    """`meanwhile` happens while the sources are asked, once."""

    meanwhile: Callable[[], object] | None = None

    def source(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        found, happens = super().source(span, unit), self.meanwhile
        self.meanwhile = None
        if happens is not None:
            happens()
        return found


def test_what_is_changed_while_it_is_composed_is_in_it_and_it_goes_out_once(database: Database) -> None:
    house = WhileComposing(database)
    house.sets_one_up()
    house.tell(item("First"))
    kept, day = house.kept(), at(8, 0).date()

    def edited() -> None:
        """Seen only once the digest is taken: its timer is not set anew yet."""
        with database.begin() as unit:
            use_cases.edit(kept.id, kept.revision, day, "Read the first.", (), CLEO, GENERAL, unit)

    house.meanwhile = edited
    (told,) = house.live(at(9, 9))
    assert house.meanwhile is None
    assert "Read the first." in str(told.message)
    assert [each.state for each in house.editions()] == [EditionState.SENT]


def test_two_who_edit_at_once_do_not_overwrite_each_other(house: House) -> None:
    house.sets_one_up()
    value = f"{house.kept().id}/2027-03-08"
    first = house.act(Pressed("digests.edit", value, ""), CLEO)
    second = house.act(Pressed("digests.edit", value, ""), CLEO)
    assert first.form is not None
    assert second.form is not None
    house.act(Submitted("digests.edit", {"word": "One."}, first.form.state, ""), CLEO)
    with pytest.raises(UserFacingError, match="changed this digest a moment ago"):
        house.act(Submitted("digests.edit", {"word": "Two."}, second.form.state, ""), CLEO)
    assert house.editions()[0].word == "One."


def test_an_edition_that_is_over_or_never_was_cannot_be_planned(house: House) -> None:
    house.sets_one_up()
    house.tell(item("First"))
    house.live(at(8, 9))
    for day in ("2027-03-08", "2027-03-09", "2027-02-22", "never"):
        with pytest.raises(UserFacingError):
            house.act(Pressed("digests.skip", f"{house.kept().id}/{day}", ""), CLEO)


def test_after_an_outage_one_edition_tells_all_of_it(house: House) -> None:
    house.gets_one(rhythm="every day at 9:00")
    for day in range(1, 4):
        house.tell(item(f"Title{day}"))
        house.clock.at += DAY
    (told,) = house.live(at(4, 20), WEEK)
    assert all(f"Title{day}" in str(told.message) for day in range(1, 4))
    assert [each.state for each in house.editions(DANA)] == [EditionState.SENT]


def test_two_that_prove_to_be_one_person_keep_one_digest(house: House) -> None:
    house.gets_one()
    house.gets_one(KIM)
    with house.database.begin() as unit:
        follow(unit, PERSON_COLUMNS, KIM.id, DANA.id)
    house.press(house.say(DANA), "Stop it", DANA)
    assert house.kept(DANA).state is DigestState.RUNNING
    assert house.say(DANA).message.summary.startswith("You get a digest")
