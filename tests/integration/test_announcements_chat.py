"""Announcements in a chat: written, approved by somebody else, sent, read, corrected, stopped and taken down."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField
from bot.chat.reply import Reply
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.announcements import acts
from bot.features.announcements.desk import MOST_QUESTIONS, NOBODY_LEFT
from bot.features.announcements.model import AnnouncementState, Audience
from bot.features.announcements.store import SqlAnnouncements
from bot.features.broadcasts.jobs import OUTSIDERS
from bot.features.broadcasts.model import TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.broadcasts.use_cases import follow_zone
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.feature import WAITS
from bot.features.page import PageNotFound, PageRequest
from bot.storage.audit import latest
from bot.storage.people import KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from tests.announcements_house import ADA, CLEO, DANA, GENERAL, GUEST, ID, KIM, PARTNERS, SALES, SAM, TYPED, House
from tests.builders import NOON, minutes
from tests.chat_house import direct, labels

SAID = "Announcement: “The renewal template changes”."
NINE = datetime.fromisoformat("2027-03-03T09:00")
GENERAL_ONLY = Audience(channels=((GENERAL.platform, GENERAL.channel),))


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def options(reply: Reply, name: str) -> dict[str, str]:
    """Value by label."""
    assert reply.form is not None
    field = next(each for each in reply.form.fields if each.name == name)
    assert isinstance(field, ChoiceField)
    return {label: value for value, label in field.options}


def writes(house: House, **values: str | tuple[str, ...]) -> None:
    """Sam, in the form."""
    opened = house.press(house.say(SAM), "Write one", SAM)
    house.send(opened, SAM, {**TYPED, **values})


def test_a_curator_writes_another_approves_and_every_colleague_gets_it_once(house: House) -> None:
    writes(house)
    draft = house.newest(SAM)
    assert draft.message.summary == (
        "The draft of “The renewal template changes” is kept. Ask for approval when it is ready."
    )
    assert "Every colleague, each in their own chat, 5 places by now" in repr(draft.message)
    assert labels(draft) == ["Ask for approval", "Change it", "Throw it away"]
    house.press(draft, "Ask for approval", SAM)
    assert house.newest(SAM).message.summary.startswith("2 curators are asked to approve")
    asked = house.newest(CLEO)
    assert asked.message.summary == "Sam Lee asks you to approve the announcement “The renewal template changes”."
    assert labels(asked) == ["Approve it", "Change it", "Give it back"]
    house.press(asked, "Approve it", CLEO)
    house.live(minutes(3), minutes(1))
    assert house.stand(SAID) == {direct(each) for each in (SAM, CLEO, ADA, DANA, KIM)}
    assert [each.message.summary for each in house.read_by(DANA)] == [SAID]
    assert house.read_by(GUEST) == []
    card = next(each for each in house.read_by(SAM) if "it has arrived" in each.message.summary)
    assert "it has arrived in all 5 places" in card.message.summary
    with house.database.reading() as unit:
        found = {each.action for each in latest(unit)}
    assert {"announcement written", "announcement handed in", "announcement approved", "announcement sent"} <= found


def test_nobody_approves_their_own_words(house: House) -> None:
    made = house.handed_in()
    own = Pressed(acts.APPROVE, f"{made.id}/{made.revision}", "")
    with pytest.raises(UserFacingError, match="wrote this yourself"):
        house.act(own, SAM)
    opened = house.act(Pressed(acts.CHANGE, made.id, ""), CLEO)
    house.send_on_page(opened, CLEO, {**TYPED, "text": "Cleo's words."})
    changed = house.kept()
    assert changed.state is AnnouncementState.HANDED_IN and changed.writer_id == CLEO.id
    with pytest.raises(UserFacingError, match="wrote this yourself"):
        house.act(Pressed(acts.APPROVE, f"{changed.id}/{changed.revision}", ""), CLEO)
    with pytest.raises(UserFacingError, match="Somebody changed this meanwhile"):
        house.act(Pressed(acts.APPROVE, f"{made.id}/{made.revision}", ""), SAM)
    house.act(Pressed(acts.APPROVE, f"{changed.id}/{changed.revision}", ""), SAM)
    assert house.kept().state is AnnouncementState.APPROVED


@pytest.mark.parametrize("who", [DANA, GUEST], ids=["colleague", "guest"])
def test_who_does_not_curate_does_nothing_and_sees_no_draft(house: House, who: Person) -> None:
    made = house.handed_in(asks_read=True)
    for action in acts.ON_PAGES - {acts.WRITE}:
        with pytest.raises(UserFacingError):
            house.act(Pressed(action, f"{made.id}/1" if action in (acts.APPROVE, acts.READ) else made.id, ""), who)
    with pytest.raises(UserFacingError):
        house.act(Pressed(acts.WRITE, "", ""), who)
    with pytest.raises(UserFacingError):
        house.act(Pressed(acts.SHOW, made.id, ""), who)
    assert house.kept() == made
    listed = house.say(who)
    assert listed.message.summary == "Nothing has been announced yet." and labels(listed) == []


def test_what_comes_back_is_changed_and_handed_in_again(house: House) -> None:
    house.handed_in()
    house.live(minutes(1), minutes(1))
    opened = house.press(house.newest(CLEO), "Give it back", CLEO)
    house.send(opened, CLEO, {"word": "Which template?"})
    returned = house.newest(SAM)
    assert returned.message.summary == "Cleo Cura gave “The renewal template changes” back."
    assert "It came back: Which template?" in repr(returned.message)
    (section,) = house.home(SAM)
    assert section.title == WAITS
    house.press(returned, "Ask for approval", SAM)
    assert house.kept().state is AnnouncementState.HANDED_IN and house.kept().word == ""


def test_a_draft_is_thrown_away_and_gone(house: House) -> None:
    made = house.written()
    house.act(Pressed(acts.DROP, made.id, ""), SAM)
    assert house.kept().state is AnnouncementState.DROPPED
    with pytest.raises(UserFacingError, match="no longer kept"):
        house.act(Pressed(acts.HAND_IN, made.id, ""), SAM)


def test_only_in_chosen_channels_with_outsiders_apart_and_without_a_link(house: House) -> None:
    opened = house.press(house.say(SAM), "Write one", SAM)
    inside, outside = options(opened, "channels"), options(opened, "outsiders")
    assert set(inside) == {"general", "sales"} and set(outside) == {"partners"}
    chosen = {"groups": (), "channels": (inside["general"],), "outsiders": (outside["partners"],)}
    house.send(opened, SAM, {**TYPED, **chosen})
    house.press(house.newest(SAM), "Ask for approval", SAM)
    house.press(house.newest(CLEO), "Approve it", CLEO)
    house.live(minutes(3), minutes(1))
    assert house.stand(SAID) == {GENERAL.channel, PARTNERS.channel}
    there = {each.place.channel: each for each in house.stands.values() if each.message.summary == SAID}
    assert labels(there[GENERAL.channel]) == ["I have read it"] and there[GENERAL.channel].message.url
    assert labels(there[PARTNERS.channel]) == [] and there[PARTNERS.channel].message.url == ""


def test_every_channel_is_every_one_without_people_from_outside_and_the_others_are_no_failures(house: House) -> None:
    with house.database.begin() as unit:
        shared = Channel(PARTNERS.platform, PARTNERS.channel, Policy(hubs=frozenset({"emea"})), revision=1)
        assert SqlChannels(unit).change(shared)
    made = house.approved(audience=Audience(("channels", "hub:emea")))
    assert "2 places by now" in repr(house.newest(SAM).message)
    house.live(minutes(5), minutes(1))
    assert house.stand(SAID) == {GENERAL.channel, SALES.channel}
    with house.database.reading() as unit:
        (broadcast,) = SqlBroadcasts(unit).about(made.about)
        assert SqlBroadcasts(unit).problems(broadcast) == []


def test_a_channel_that_got_outsiders_meanwhile_is_left_out(house: House) -> None:
    house.approved(audience=Audience(channels=((GENERAL.platform, GENERAL.channel), ("slack", SALES.channel))))
    with house.database.begin() as unit:
        SqlChannels(unit).note(replace(SALES, members=frozenset()), NOON)
    house.live(minutes(3), minutes(1))
    assert house.stand(SAID) == {GENERAL.channel}
    with house.database.reading() as unit:
        (broadcast,) = SqlBroadcasts(unit).about(f"announcements/{ID}")
        (refused,) = SqlBroadcasts(unit).problems(broadcast)
    assert (refused.name, refused.state, refused.reason) == ("sales", TargetState.NOT_ALLOWED, OUTSIDERS)


def test_who_gets_it_is_looked_up_when_it_goes_out(house: House) -> None:
    local_at = NINE
    house.approved(audience=Audience(("experts", "hub:emea")), local_at=local_at)
    with house.database.begin() as unit:
        SqlExperts(unit).put(Expert(KIM.id, NOON))
        SqlChannels(unit).change(Channel("slack", SALES.channel, Policy(hubs=frozenset({"emea"})), revision=1))
    house.live(timedelta(days=3), timedelta(minutes=30))
    assert house.stand(SAID) == {direct(KIM), SALES.channel}


def test_each_place_gets_it_at_that_time_in_its_own_zone(house: House) -> None:
    house.approved(local_at=NINE)
    seen: dict[str, datetime] = {}
    for _ in range(60 * 6):
        house.live(minutes(10), minutes(10))
        for channel in house.stand(SAID):
            seen.setdefault(channel, house.clock())
    assert {channel: at - at.replace(hour=0, minute=0) for channel, at in seen.items()} == {
        direct(SAM): timedelta(hours=8),
        direct(DANA): timedelta(hours=14),
        **{direct(each): timedelta(hours=9) for each in (CLEO, ADA, KIM)},
    }
    assert {at.astimezone(UTC).date() for at in seen.values()} == {date(2027, 3, 3)}


def test_where_nobody_is_left_it_comes_back_to_its_author(house: House) -> None:
    house.approved(audience=Audience(("hub:gone",)))
    house.live(minutes(2), minutes(1))
    assert house.kept().state is AnnouncementState.DRAFT and house.kept().word == NOBODY_LEFT
    told = [each.message.summary for each in house.read_by(SAM)]
    assert any(each.startswith("“The renewal template changes” did not go out") for each in told)


def test_what_is_approved_is_stopped_before_it_goes_and_is_a_draft_again(house: House) -> None:
    house.approved(local_at=NINE + timedelta(days=6))
    house.out()
    house.press(house.newest(SAM), "Stop it", SAM)
    assert house.kept().state is AnnouncementState.DRAFT and house.kept().approved_by == ""
    house.live(timedelta(days=9), timedelta(hours=1))
    assert house.stand(SAID) == set()


def test_nobody_reads_it_before_the_first_place_has_it(house: House) -> None:
    house.approved(local_at=NINE, audience=GENERAL_ONLY)
    house.live(timedelta(hours=36), timedelta(hours=1))
    kept = house.kept()
    assert kept.state is AnnouncementState.SENT and kept.sent_at == datetime(2027, 3, 3, 8, tzinfo=UTC)
    assert house.say(DANA).message.summary == "Nothing has been announced yet."
    with pytest.raises(PageNotFound):
        house.pages.show(PageRequest(DANA, path={"one": ID}))
    house.live(timedelta(days=2), timedelta(hours=1))
    assert house.stand(SAID) == {GENERAL.channel}
    assert house.say(DANA).message.summary == "1 announcement."


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", 0), ("America/New_York", 14)])
def test_a_channel_that_gets_another_zone_has_it_and_everybody_reads_it_at_that_time(
    house: House, zone: str, hour: int
) -> None:
    house.approved(local_at=NINE, audience=GENERAL_ONLY)
    house.live(timedelta(hours=35), timedelta(hours=1))  # it has been settled for 9:00 in Berlin
    with house.database.begin() as unit:
        moved = Channel(GENERAL.platform, GENERAL.channel, Policy(zone=zone), revision=1)
        assert SqlChannels(unit).change(moved)
        follow_zone(moved, unit, house.clock())
    house.live(datetime(2027, 3, 3, hour, tzinfo=UTC) - minutes(10) - house.clock(), timedelta(minutes=30))
    assert house.say(DANA).message.summary == "Nothing has been announced yet."
    house.live(minutes(15), minutes(5))
    assert house.stand(SAID) == {GENERAL.channel}
    assert house.say(DANA).message.summary == "1 announcement."
    assert house.kept().sent_at == datetime(2027, 3, 3, hour, tzinfo=UTC)


def test_a_channel_whose_time_is_past_in_its_new_zone_has_it_at_once_and_nothing_is_called_off(house: House) -> None:
    house.approved(local_at=NINE, audience=GENERAL_ONLY)
    house.live(datetime(2027, 3, 3, 5, tzinfo=UTC) - house.clock(), timedelta(hours=1))
    with house.database.begin() as unit:
        moved = Channel(GENERAL.platform, GENERAL.channel, Policy(zone="Asia/Tokyo"), revision=1)
        assert SqlChannels(unit).change(moved)
        follow_zone(moved, unit, house.clock())
    house.live(minutes(2), minutes(1))
    assert house.stand(SAID) == {GENERAL.channel}
    assert house.say(DANA).message.summary == "1 announcement."
    card = next(each for each in house.read_by(SAM) if "Take it down" in labels(each))
    house.press(card, "Take it down", SAM)
    house.live(minutes(2), minutes(1))
    assert house.stand(SAID) == set()


def test_what_is_scheduled_and_stopped_is_a_draft_again_and_goes_another_day(house: House) -> None:
    house.approved(local_at=NINE, audience=GENERAL_ONLY)
    house.live(timedelta(hours=36), timedelta(hours=1))
    card = next(each for each in house.read_by(SAM) if "Stop it" in labels(each))
    assert "scheduled for 1 place, 3 March 2027, 09:00 there" in card.message.summary
    house.press(card, "Stop it", SAM)
    assert house.kept().state is AnnouncementState.DRAFT and house.kept().sent_at is None
    house.live(timedelta(days=2), timedelta(hours=1))
    assert house.stand(SAID) == set()
    house.act(Pressed(acts.HAND_IN, ID, ""), SAM)
    house.act(Pressed(acts.APPROVE, f"{ID}/{house.kept().revision}", ""), CLEO)
    house.live(minutes(3), minutes(1))
    assert house.stand(SAID) == {GENERAL.channel}
    card = next(each for each in house.read_by(CLEO) if "it has arrived" in repr(each.message))
    assert "it has arrived." in repr(card.message)


def test_what_is_on_its_way_is_stopped_where_it_has_not_arrived(house: House) -> None:
    house.approved(local_at=NINE)
    while not house.stand(SAID):
        house.live(minutes(30), minutes(30))
    assert house.stand(SAID) == {direct(SAM)}
    house.live(minutes(10))
    card = next(each for each in house.read_by(CLEO) if "Stop it" in labels(each))
    assert "on its way, 1 of 5 places have it" in repr(card.message)
    house.press(card, "Stop it", CLEO)
    house.live(timedelta(days=2), timedelta(hours=1))
    assert house.stand(SAID) == {direct(SAM)}


def test_taken_down_a_line_stands_in_its_place(house: House) -> None:
    house.sent(asks_read=True)
    house.act(Pressed(acts.TAKE_DOWN, ID, ""), CLEO)
    house.live(minutes(3), minutes(1))
    down = "The announcement “The renewal template changes” was taken down."
    assert house.stand(SAID) == set() and len(house.stand(down)) == 5
    with pytest.raises(UserFacingError, match="was taken down"):
        house.act(Pressed(acts.READ, f"{ID}/1", ""), DANA)


def test_where_it_failed_it_is_tried_again(house: House) -> None:
    house.failing = {direct(KIM)}
    house.sent()
    card = next(each for each in house.read_by(SAM) if "Try again" in labels(each))
    assert "Kim Park: Guildhall is not in that channel." in repr(card.message)
    house.failing = set()
    house.press(card, "Try again", SAM)
    house.live(minutes(5), minutes(1))
    assert direct(KIM) in house.stand(SAID)
    assert [each.message.summary for each in house.read_by(DANA)] == [SAID]


def test_readers_say_once_that_they_have_read_it_and_may_ask(house: House) -> None:
    house.sent(audience=GENERAL_ONLY, asks_read=True)
    card = next(each for each in house.stands.values() if each.place.channel == GENERAL.channel)
    for person, question in ((DANA, "Which file?"), (KIM, ""), (DANA, "")):
        opened = house.press(card, "I have read it", person)
        house.send(opened, person, {"word": question}, GENERAL)
    assert house.newest(DANA).message.summary == "Noted: you have read “The renewal template changes”."
    with house.database.reading() as unit:
        assert SqlAnnouncements(unit).read_counts([ID]) == {ID: (2, 0)}
    mine = [each for each in house.read_by(SAM) if "it has arrived" in repr(each.message)]
    assert any("2 said so" in repr(each.message) for each in mine)
    asked = [each for each in house.read_by(SAM) if "Dana Okafor asks" in each.message.summary]
    assert len(asked) == 1 and "Which file?" in repr(asked[0].message)
    with pytest.raises(UserFacingError, match="Only colleagues"):
        house.press(card, "I have read it", GUEST)


def test_one_reader_asks_so_often_and_no_more(house: House) -> None:
    house.sent(audience=GENERAL_ONLY, asks_read=True)
    for number in range(MOST_QUESTIONS):
        house.act(Submitted(acts.READ, {"word": f"Which file, {number}?"}, f"{ID}/1", ""), DANA)
    with pytest.raises(UserFacingError, match="Write to Sam Lee"):
        house.act(Submitted(acts.READ, {"word": "Which file?"}, f"{ID}/1", ""), DANA)
    house.act(Submitted(acts.READ, {"word": "And mine?"}, f"{ID}/1", ""), KIM)
    house.out()
    assert len([each for each in house.read_by(SAM) if "asks about" in each.message.summary]) == MOST_QUESTIONS + 1


def test_in_quiet_hours_nobody_is_woken(house: House) -> None:
    with house.database.begin() as unit:
        quiet = Preferences(time_zone="UTC", quiet_from="08:00", quiet_to="18:00")
        People(unit).put(KnownPerson(DANA.id, DANA.name, NOON, "dana@example.org", preferences=quiet), NOON)
    house.sent()
    assert direct(DANA) not in house.stand(SAID)
    house.live(timedelta(hours=7))
    assert direct(DANA) in house.stand(SAID)


def test_the_form_says_what_is_wrong_beside_its_field(house: House) -> None:
    opened = house.act(Pressed(acts.WRITE, "", ""), SAM)
    wrong = {**TYPED, "groups": (), "day": "yesterday", "at": ""}
    with pytest.raises(FormRejected) as rejected:
        house.send_on_page(opened, SAM, wrong)
    assert set(rejected.value.problems) == {"groups", "day"}
    with pytest.raises(FormRejected) as rejected:
        house.send_on_page(opened, SAM, {**TYPED, "title": "!!!"})
    assert "says something" in rejected.value.problems["title"]
    house.send_on_page(opened, SAM, TYPED)
    with pytest.raises(FormRejected) as rejected:
        house.send_on_page(opened, SAM, TYPED)
    assert "kept already" in rejected.value.problems["title"]


def test_nothing_that_a_page_sends_goes_unchecked(house: House) -> None:
    made = house.sent(audience=GENERAL_ONLY)
    for form in (acts.CHANGE, acts.CORRECT, acts.WRITE):
        with pytest.raises(UserFacingError, match="cannot be read"):
            house.act(Submitted(form, TYPED, "{}", ""), SAM)
    for value in ("", "nothing", f"{made.id}/x", f"{made.id}/-1"):
        with pytest.raises(UserFacingError):
            house.act(Pressed(acts.APPROVE, value, ""), CLEO)
