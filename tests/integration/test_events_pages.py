"""Events as pages: what each reader finds there, and what they can do by the same buttons as in a chat."""

import csv
import io
from collections.abc import Mapping, Sequence

import pytest
import vobject

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Button
from bot.chat.turn import Content, Person, Place, Pressed, Submitted
from bot.features.channels.store import SqlChannels
from bot.features.events.cards import EventView
from bot.features.events.model import EventState, Organiser, Question, SignUpState
from bot.features.events.store import SqlEvents
from bot.features.form_state import to_state
from bot.features.page import Download, PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN
from tests.chat_house import (
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    KIM,
    LEE,
    PARTNERS,
    SAM,
)
from tests.events_house import STARTS, WEBINAR, House, campaign, event


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def listed(house: House, person: Person, **query: str) -> list[str]:
    views = house.pages.show_all(PageRequest(person, query=query)).values["views"]
    assert isinstance(views, list)
    return [view.event.id for view in views if isinstance(view, EventView)]


def shown(house: House, person: Person, event_id: str = "e1") -> View:
    return house.pages.show(PageRequest(person, path={"event": event_id}))


def buttons(view: View) -> list[str]:
    found = view.values["buttons"]
    assert isinstance(found, tuple)
    return [each.label for each in found]


def rows(download: object) -> list[list[str]]:
    assert isinstance(download, Download)
    return list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))


def questions(view: View) -> Sequence[tuple[Question, tuple[Button, ...]]]:
    found = view.values["questions"]
    assert isinstance(found, list)
    return found


def done(house: House, content: Content, person: Person) -> str:
    """What the page says afterwards."""
    return house.act(content, person).posts[0].message.summary


def sent(form: str, state: str, values: Mapping[str, str | tuple[str, ...]]) -> Submitted:
    return Submitted(form, dict(values), state, "")


def test_each_reader_finds_what_they_may_see(house: House) -> None:
    house.announced()
    house.announced(campaign(readers=frozenset({"sales"})))
    with house.database.begin() as unit:
        house.desk.draft(event("draft"), SAM, unit, house.clock())
    assert listed(house, DANA) == ["e1"]
    assert listed(house, SAM) == ["c1", "draft", "e1"]
    assert listed(house, CLEO) == ["draft", "e1"]
    assert listed(house, GUEST) == []
    assert listed(house, SAM, kind="campaign") == ["c1"]
    assert listed(house, SAM, which="mine", kind="no such kind") == ["c1", "draft", "e1"]
    assert listed(house, DANA, which="mine") == []
    house.sign_up("e1", DANA)
    assert listed(house, DANA, which="mine") == ["e1"]
    house.live(STARTS.replace(hour=20))
    assert listed(house, DANA) == []
    assert listed(house, DANA, which="past") == ["e1"]


def test_what_somebody_may_not_see_looks_like_what_is_not_there(house: House) -> None:
    with house.database.begin() as unit:
        house.desk.draft(event(), SAM, unit, house.clock())
    for person, name in ((DANA, "e1"), (GUEST, "e1"), (SAM, "other")):
        with pytest.raises(PageNotFound):
            shown(house, person, name)
    with pytest.raises(PageNotFound):
        house.pages.date(PageRequest(SAM, path={"event": "e1"}))
    assert shown(house, CLEO).template == "events/event.html"


def test_each_reader_has_the_buttons_for_what_they_may_do(house: House) -> None:
    house.announced()
    assert buttons(shown(house, DANA)) == ["Sign up", "Ask a question"]
    assert buttons(shown(house, SAM)) == ["Change it", "Cancel it"]
    assert buttons(shown(house, CLEO)) == ["Sign up", "Ask a question", "Announce it elsewhere"]
    assert buttons(shown(house, ADMIN)) == [
        *("Sign up", "Ask a question"),
        *("Change it", "Cancel it", "Announce it elsewhere"),
    ]
    house.live(STARTS.replace(hour=20))
    assert buttons(shown(house, SAM)) == ["Recording and notes"]
    assert buttons(shown(house, DANA)) == []


def test_signing_up_and_leaving_by_the_buttons_of_a_page(house: House) -> None:
    house.announced(event(capacity=1), GENERAL)
    house.out()
    values = {"question": "", "name": "shown"}
    assert done(house, sent("events.sign_up", "e1", values), DANA).startswith("You have a place at “New in renewals”")
    assert done(house, sent("events.sign_up", "e1", values), KIM).endswith("and move up by yourself.")
    assert "all taken" in str(house.card_in(GENERAL).message)
    assert done(house, Pressed("events.leave", "e1", ""), DANA) == (
        "You left “New in renewals”. Your place is free again."
    )
    with house.database.reading() as unit:
        own = SqlEvents(unit).sign_up_of("e1", KIM.id)
    assert own is not None
    assert own.state is SignUpState.COMING
    assert [each for each in house.stands.values() if each.place.platform == "web"] == []


def test_planning_announcing_and_cancelling_by_the_buttons_of_a_page(house: House) -> None:
    opened = house.act(Pressed("events.plan", "", ""), SAM)
    assert opened.form is not None
    assert done(house, sent("events.plan", opened.form.state, WEBINAR), SAM).startswith("The draft of")
    with house.database.reading() as unit:
        (made,) = SqlEvents(unit).drafts(house.clock())
    assert done(house, Pressed("events.hand_in", made.id, ""), SAM) == (
        "1 curator is asked to announce “New in renewals”."
    )
    offered = house.act(Pressed("events.announce", made.id, ""), CLEO)
    assert offered.form is not None
    chosen = {"channels": ("0", "1"), "outsiders": ()}
    assert done(house, sent("events.announce", offered.form.state, chosen), CLEO) == (
        "“New in renewals” is announced in general, sales."
    )
    said = done(house, sent("events.cancel", made.id, {"word": "Too few"}), SAM)
    assert said == "“New in renewals” is cancelled."
    assert house.kept(made.id).state is EventState.CANCELLED


def test_what_a_page_sends_is_checked_for_nobody_vouches_for_it(house: House) -> None:
    house.announced()
    with house.database.begin() as unit:
        house.desk.draft(event("draft"), SAM, unit, house.clock())
    everything = {
        "events.change": to_state(("draft", 1, "UTC")),
        "events.cancel": "draft",
        "events.after": "draft",
    }
    values = {**WEBINAR, "word": "", "came": "", "recording": "", "notes": ""}
    for form, state in everything.items():
        with pytest.raises(UserFacingError, match="may not see it"):
            house.act(sent(form, state, values), DANA)
        with pytest.raises(UserFacingError, match=r"may not see it|Only its organisers"):
            house.act(sent(form, state.replace("draft", "e1"), values), DANA)
        with pytest.raises(UserFacingError, match="may not see it"):
            house.act(sent(form, state.replace("draft", "none"), values), SAM)
    for action in ("events.change", "events.cancel", "events.after", "events.answer", "events.hand_in"):
        with pytest.raises(UserFacingError, match="Only its organisers"):
            house.act(Pressed(action, "e1", ""), DANA)
    for action in ("events.announce", "events.leave", "events.sign_up", "events.ask"):
        with pytest.raises(UserFacingError, match="may not see it"):
            house.act(Pressed(action, "draft", ""), DANA)
    with pytest.raises(UserFacingError, match="Only curators and admins"):
        house.act(Pressed("events.announce", "e1", ""), SAM)
    for content in (Pressed("events.plan", "", ""), sent("events.plan", "", WEBINAR)):
        with pytest.raises(UserFacingError, match="Only colleagues"):
            house.act(content, GUEST)


def test_where_there_are_hundreds_of_channels_an_event_is_announced_in_any_by_its_name(house: House) -> None:
    house.announced()
    with house.database.begin() as unit:
        for number in range(100):
            place = Place("slack", f"T1:X{number}", is_shared=True, title=f"team-{number}")
            SqlChannels(unit).note(place, house.clock())
    offered = house.act(Pressed("events.announce", "e1", ""), CLEO)
    assert offered.form is not None
    typed = {"channels": (), "outsiders": (), "named": "#team-3, general"}
    assert done(house, sent("events.announce", offered.form.state, typed), CLEO).endswith("in team-3, general.")
    with pytest.raises(FormRejected, match="is called “nowhere”"):
        house.act(sent("events.announce", offered.form.state, {**typed, "named": "nowhere"}), CLEO)


def test_a_forged_list_of_channels_announces_nowhere(house: House) -> None:
    house.announced()
    forged = {
        "unknown": (("slack", "T1:C77", "general", False),),
        "outsiders": ((PARTNERS.platform, PARTNERS.channel, "general", False),),
    }
    for offered in forged.values():
        state = to_state(("e1", (offered, (), False)))
        with pytest.raises(UserFacingError, match=r"nothing was sent|Nothing was announced"):
            house.act(sent("events.announce", state, {"channels": ("0",), "outsiders": ()}), CLEO)
    for state in ("", "[]", "[[[[", '["e1",[["slack"]]]'):
        with pytest.raises(UserFacingError, match="cannot be read any more"):
            house.act(sent("events.announce", state, {"channels": ("0",), "outsiders": ()}), CLEO)
    assert [each.place for each in house.out() if each.place.is_shared] == []


def test_a_form_that_was_sent_with_a_choice_that_is_none_is_refused(house: House) -> None:
    house.announced()
    with pytest.raises(FormRejected, match="choose one of the options"):
        house.act(sent("events.announce", to_state(("e1", ((), (), False))), {"where": "moon"}), CLEO)
    with pytest.raises(FormRejected, match="choose one of the options"):
        house.act(sent("events.plan", "", {**WEBINAR, "kind": "party"}), SAM)


def test_questions_stand_in_order_with_what_each_reader_can_do(house: House) -> None:
    house.announced()
    with house.database.begin() as unit:
        _, first = house.desk.ask("e1", DANA, "Is Brazil in it?", unit, house.clock(), with_name=False)
        _, second = house.desk.ask("e1", KIM, "And Peru?", unit, house.clock(), with_name=True)
    assert done(house, Pressed("events.me_too", second.id, ""), LEE) == (
        "You are counted for “New in renewals”: 1 more asks the same."
    )
    with pytest.raises(UserFacingError, match="said that already"):
        house.act(Pressed("events.me_too", second.id, ""), LEE)
    seen = questions(shown(house, DANA))
    assert [(each.text, each.votes, [button.label for button in offered]) for each, offered in seen] == [
        ("And Peru?", 1, ["Me too"]),
        ("Is Brazil in it?", 0, ["Take it away"]),
    ]
    assert [button.label for button in questions(shown(house, SAM))[0][1]] == ["Answer", "Take it away"]
    assert questions(shown(house, LEE))[0][1] == (), "who asks it too has said so"
    opened = house.act(Pressed("events.answer", f"e1/{first.id}", ""), SAM)
    assert opened.form is not None
    said = done(house, sent("events.answer", opened.form.state, {"question": first.id, "answer": "In May."}), SAM)
    assert said == "Answered for “New in renewals”. Whoever asked it is told."
    with pytest.raises(UserFacingError, match="Only whoever asked it"):
        house.act(Pressed("events.take_back", first.id, ""), LEE)
    assert "taken away" in done(house, Pressed("events.take_back", first.id, ""), DANA)


def test_an_answer_goes_to_no_question_of_another_event(house: House) -> None:
    house.announced()
    with house.database.begin() as unit:
        theirs = event("theirs", organisers=(Organiser(KIM.id, KIM.name),))
        made = house.desk.draft(theirs, KIM, unit, house.clock())
        house.desk.announce(made.id, CLEO, [], (), unit, house.clock())
        _, asked = house.desk.ask("theirs", DANA, "Why?", unit, house.clock(), with_name=True)
    state = to_state(("e1", ((asked.id, "Why?"),)))
    with pytest.raises(UserFacingError, match="Only its organisers"):
        house.act(sent("events.answer", state, {"question": asked.id, "answer": "So."}), SAM)


def test_the_link_is_for_those_who_have_a_place(house: House) -> None:
    house.announced(event(capacity=1))
    house.sign_up("e1", DANA, KIM)

    def file(person: Person) -> str:
        download = house.pages.date(PageRequest(person, path={"event": "e1"}))
        assert isinstance(download, Download)
        return download.content.decode()

    assert [view.has_place for view in (_view(shown(house, each)) for each in (SAM, DANA, KIM, LEE))] == [
        *(True, True),
        *(False, False),
    ]
    assert ["meet.example" in file(each) for each in (SAM, DANA, KIM, LEE)] == [True, True, False, False]
    assert vobject.readOne(file(DANA)).vevent.uid.value == "e1-1@example.org"


def test_tables_are_taken_away_and_compute_nothing(house: House) -> None:
    house.announced(event(title="=1+1", capacity=2))
    house.sign_up("e1", DANA)
    table = rows(house.pages.take_away(PageRequest(SAM)))
    assert (table[0][0], table[1][0], table[1][9]) == ("Title", "'=1+1", "1")
    people = PageRequest(SAM, path={"event": "e1"})
    assert rows(house.pages.people(people))[1][:2] == ["Dana Okafor", "coming"]
    with pytest.raises(PageNotFound):
        house.pages.people(PageRequest(DANA, path={"event": "e1"}))


def _view(shown_there: View) -> EventView:
    found = shown_there.values["view"]
    assert isinstance(found, EventView)
    return found
