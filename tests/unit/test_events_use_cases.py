"""Who plans, announces, changes and cancels events; who gets a place, waits, and asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.channels.model import Channel
from bot.features.events import organising, use_cases
from bot.features.events.model import Event, EventState, Kind, Organiser, SignUpState, What, days, in_order
from bot.features.events.store import SqlEvents
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, NOON
from tests.chat_house import (
    CLEO,
    DANA,
    GUEST,
    KIM,
    LEE,
    SAM,
)
from tests.events_house import STARTS, campaign, event

HOUR = timedelta(hours=1)
GENERAL = Channel("slack", "T1:C1")
PARTNERS = Channel("slack", "T1:C3", has_outsiders=True)


@pytest.fixture
def store(sqlite_database: Database) -> Iterator[SqlEvents]:
    with sqlite_database.begin() as unit:
        yield SqlEvents(unit)


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(UserFacingError, match=words):
        yield


def announced(store: SqlEvents, **values: object) -> Event:
    made = organising.draft(store, event(**values), SAM, NOON)
    return organising.announce(store, made.id, CLEO, [], (), NOON)[0]


def sign_up(store: SqlEvents, person: Person) -> SignUpState:
    return use_cases.sign_up(store, "e1", person, NOON)[1][0].sign_up.state


def test_a_colleague_drafts_what_they_organise_themselves(store: SqlEvents) -> None:
    with refused("Only colleagues"):
        organising.draft(store, event(organisers=(Organiser(GUEST.id, "Gus"),)), GUEST, NOON)
    with refused("so you are one of its organisers"):
        organising.draft(store, event(), DANA, NOON)
    with refused("Its time has passed"):
        organising.draft(store, event(), SAM, STARTS)
    assert organising.draft(store, event(), SAM, NOON).state is EventState.DRAFT
    with refused("kept already"):
        organising.draft(store, event(), SAM, NOON)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"title": " … "}, "title needs words"),
        ({"title": "x" * 121}, "title needs words"),
        ({"link": "javascript:alert(1)"}, "link begins with https"),
        ({"link": "https://meet.example/ 1"}, "no spaces"),
        ({"capacity": 0}, "between one and"),
        ({"ends": STARTS}, "ends before it begins"),
        ({"ends": STARTS + timedelta(days=2)}, "only a campaign has several days"),
        ({"starts": STARTS.replace(year=2032), "ends": STARTS.replace(year=2032) + HOUR}, "too far away"),
        ({"topics": tuple("abcdefghijk")}, "at most 10 topics"),
        ({"organisers": (Organiser(SAM.id, "Sam"), Organiser(SAM.id, "Sam"))}, "each once"),
    ],
)
def test_an_event_is_within_its_limits(store: SqlEvents, values: dict[str, object], why: str) -> None:
    with refused(why):
        organising.draft(store, event(**values), SAM, NOON)


def test_a_campaign_is_a_span_of_whole_days_across_a_change_of_clocks(store: SqlEvents) -> None:
    made = organising.draft(store, campaign(), SAM, NOON)
    assert (made.first_day.isoformat(), made.last_day.isoformat()) == ("2027-03-08", "2027-03-21")
    starts, ends = days(made.first_day, made.last_day + timedelta(days=14), made.zone)
    assert ends - starts == timedelta(days=28) - HOUR
    longer = replace(made, starts=starts, ends=ends)
    assert longer.last_day.isoformat() == "2027-04-04"


def test_only_curators_and_admins_announce_and_organisers_ask_for_it_once(store: SqlEvents) -> None:
    organising.draft(store, event(), SAM, NOON)
    with refused("Only curators and admins announce"):
        organising.announce(store, "e1", SAM, [], (), NOON)
    with refused("may not see it"):
        organising.announce(store, "e1", DANA, [], (), NOON)
    assert organising.ask_to_announce(store, "e1", SAM, NOON).asked_at == NOON
    with refused("asked already"):
        organising.ask_to_announce(store, "e1", SAM, NOON)
    made, _ = organising.announce(store, "e1", ADMIN, [], (), NOON)
    assert (made.state, made.announced_by) == (EventState.ANNOUNCED, ADMIN.name)
    with refused("announced already"):
        organising.ask_to_announce(store, "e1", SAM, NOON)


def test_it_is_announced_in_each_channel_once_and_beside_outsiders_only_where_somebody_said_so(
    store: SqlEvents,
) -> None:
    organising.draft(store, event(), SAM, NOON)
    with refused("People from outside the company read along"):
        organising.announce(store, "e1", CLEO, [GENERAL, PARTNERS], (), NOON)
    assert organising.announce(store, "e1", CLEO, [GENERAL], (), NOON)[1] == (GENERAL,)
    said = {(PARTNERS.platform, PARTNERS.channel)}
    assert organising.announce(store, "e1", CLEO, [GENERAL, PARTNERS], said, NOON)[1] == (PARTNERS,)


def test_what_not_everybody_may_see_is_announced_in_no_channel(store: SqlEvents) -> None:
    organising.draft(store, event(readers=frozenset({"sales"})), SAM, NOON)
    with refused("announced in no channel"):
        organising.announce(store, "e1", CLEO, [GENERAL], (), NOON)
    organising.announce(store, "e1", CLEO, [], (), NOON)
    with refused("may not see it"):
        sign_up(store, DANA)
    assert sign_up(store, replace(DANA, groups=frozenset({"sales"}))) is SignUpState.COMING


def test_what_is_not_announced_or_over_is_not_signed_up_for(store: SqlEvents) -> None:
    organising.draft(store, event(), SAM, NOON)
    with refused("not announced yet"):
        sign_up(store, CLEO)
    with refused("may not see it"):
        sign_up(store, DANA)
    organising.announce(store, "e1", CLEO, [], (), NOON)
    with refused("so you come anyway"):
        sign_up(store, SAM)
    with refused("may not see it"):
        sign_up(store, GUEST)
    with refused("is over or does not take place"):
        use_cases.sign_up(store, "e1", DANA, STARTS + HOUR)


def test_who_comes_when_it_is_full_waits_and_moves_up_in_order(store: SqlEvents) -> None:
    announced(store, capacity=1)
    assert [sign_up(store, each) for each in (DANA, KIM, LEE)] == [SignUpState.COMING, *[SignUpState.WAITING] * 2]
    with refused("a place already"):
        sign_up(store, DANA)
    with refused("on the waiting list already"):
        sign_up(store, KIM)
    _, (left, up) = use_cases.leave(store, "e1", DANA, NOON)
    assert (left.what, left.had_place, left.sign_up.sequence) == (What.LEFT, True, 1)
    assert (up.what, up.sign_up.person_id, up.sign_up.seat) == (What.MOVED_UP, KIM.id, 0)
    assert sign_up(store, DANA) is SignUpState.WAITING
    line = [use_cases.place_in_line(store, each) for each in store.sign_ups("e1")]
    assert line == [0, 1, 2]
    with refused("had not signed up"):
        use_cases.leave(store, "e1", CLEO, NOON)


def test_with_more_places_who_waits_moves_up_and_with_fewer_nobody_loses_one(store: SqlEvents) -> None:
    made = announced(store, capacity=2)
    for each in (DANA, KIM, LEE):
        sign_up(store, each)
    made, facts = organising.change(store, replace(store.get("e1") or made, capacity=3), SAM, NOON)
    assert [(each.what, each.sign_up.person_id) for each in facts] == [(What.MOVED_UP, LEE.id)]
    organising.change(store, replace(made, capacity=1), SAM, NOON)
    assert sign_up(store, CLEO) is SignUpState.WAITING
    assert len(use_cases.leave(store, "e1", DANA, NOON)[1]) == 1
    assert len(use_cases.leave(store, "e1", KIM, NOON)[1]) == 1
    assert len(use_cases.leave(store, "e1", LEE, NOON)[1]) == 2


def test_another_time_or_place_is_told_to_all_and_counted_for_calendars(store: SqlEvents) -> None:
    made = announced(store, capacity=1)
    for each in (DANA, KIM):
        sign_up(store, each)
    with refused("Only its organisers"):
        organising.change(store, made, DANA, NOON)
    moved = replace(made, starts=STARTS + HOUR, ends=STARTS + 2 * HOUR)
    made, facts = organising.change(store, moved, SAM, NOON)
    assert [(each.what, each.had_place) for each in facts] == [(What.RETIMED, True), (What.RETIMED, False)]
    made, facts = organising.change(store, replace(made, place="Room 5"), SAM, NOON)
    assert ({each.what for each in facts}, made.sequence) == ({What.CHANGED}, 2)
    made, facts = organising.change(store, replace(made, about="More."), SAM, NOON)
    assert (facts, made.sequence) == ((), 2)
    with refused("Its time has passed"):
        organising.change(store, replace(made, starts=NOON - HOUR, ends=NOON + HOUR), SAM, NOON)


def test_a_change_of_what_somebody_changed_meanwhile_is_refused(store: SqlEvents) -> None:
    made = announced(store)
    organising.change(store, replace(made, place="Room 5"), SAM, NOON)
    with refused("at the same moment"):
        organising.change(store, replace(made, place="Room 6"), SAM, NOON)


def test_a_sign_up_is_no_change_that_an_editor_has_to_know_of(store: SqlEvents) -> None:
    made = announced(store, capacity=1)
    sign_up(store, DANA)
    organising.change(store, replace(made, about="More."), SAM, NOON)
    assert sign_up(store, KIM) is SignUpState.WAITING
    assert (store.get("e1") or made).taken == 2


def test_what_is_cancelled_stays_so_and_all_who_signed_up_hear_why(store: SqlEvents) -> None:
    made = announced(store)
    sign_up(store, DANA)
    with refused("Only its organisers"):
        organising.cancel(store, "e1", KIM, "", NOON)
    made, facts = organising.cancel(store, "e1", SAM, "No speaker", NOON)
    assert (made.state, made.word, made.sequence) == (EventState.CANCELLED, "No speaker", 1)
    assert [each.what for each in facts] == [What.CANCELLED]
    for again in (organising.cancel, lambda *values: organising.change(store, made, SAM, NOON)):
        with refused("is over or does not take place"):
            again(store, "e1", SAM, "", NOON)
    with refused("is over or does not take place"):
        sign_up(store, KIM)


def test_a_draft_that_is_thrown_away_is_seen_by_nobody_else(store: SqlEvents) -> None:
    organising.draft(store, event(), SAM, NOON)
    organising.cancel(store, "e1", SAM, "", NOON)
    with refused("may not see it"):
        use_cases.sign_up(store, "e1", DANA, NOON)
    with refused("announced already, or does not take place"):
        organising.announce(store, "e1", CLEO, [], (), NOON)


def test_questions_are_asked_once_and_others_say_that_they_ask_the_same(store: SqlEvents) -> None:
    announced(store)
    with refused("needs words"):
        use_cases.ask(store, "e1", DANA, " ?! ", NOON)
    _, named = use_cases.ask(store, "e1", DANA, "What about\nBrazil?", NOON)
    _, anonymous = use_cases.ask(store, "e1", KIM, "And Peru?", NOON + HOUR, with_name=False)
    assert (named.text, named.person_name, anonymous.person_name) == ("What about Brazil?", DANA.name, "")
    assert use_cases.ask_too(store, anonymous.id, LEE, NOON)[1].votes == 1
    with refused("said that already"):
        use_cases.ask_too(store, anonymous.id, LEE, NOON)
    with refused("asked this yourself"):
        use_cases.ask_too(store, anonymous.id, KIM, NOON)
    with refused("may not see it"):
        use_cases.ask_too(store, anonymous.id, GUEST, NOON)
    with refused("taken away"):
        use_cases.ask_too(store, "x", LEE, NOON)
    assert [each.id for each in in_order(store.questions("e1"))] == [anonymous.id, named.id]
    with refused("Only its organisers"):
        organising.answer(store, anonymous.id, DANA, "Yes.", NOON)
    organising.answer(store, anonymous.id, SAM, "Yes.", NOON)
    assert [each.is_open for each in in_order(store.questions("e1"))] == [True, False]
    with refused("Only whoever asked it"):
        use_cases.take_back(store, named.id, LEE)
    use_cases.take_back(store, named.id, DANA)
    use_cases.take_back(store, anonymous.id, SAM)
    assert store.questions("e1") == []


def test_so_many_questions_are_taken_and_no_more(store: SqlEvents) -> None:
    announced(store)
    for number in range(200):
        use_cases.ask(store, "e1", replace(DANA, id=f"web:{number}"), f"Question {number}?", NOON)
    with refused("So many questions"):
        use_cases.ask(store, "e1", DANA, "One more?", NOON)


def test_how_it_was_is_said_once_it_is_over(store: SqlEvents) -> None:
    made = announced(store)
    with refused("not over yet"):
        organising.say_how_it_was(store, "e1", SAM, "", "Notes", 3)
    organising.end(store, made)
    with refused("link begins with https"):
        organising.say_how_it_was(store, "e1", SAM, "http://rec.example/1", "", None)
    with refused("can have come"):
        organising.say_how_it_was(store, "e1", SAM, "", "", -1)
    with refused("Only its organisers"):
        organising.say_how_it_was(store, "e1", DANA, "", "", 1)
    kept = organising.say_how_it_was(store, "e1", SAM, "https://rec.example/1", "Notes", 3)
    assert (kept.recording, kept.notes, kept.came) == ("https://rec.example/1", "Notes", 3)
    with refused("is over or does not take place"):
        organising.change(store, replace(kept, title="Late"), SAM, NOON)


def test_every_kind_but_a_campaign_has_a_time_of_day() -> None:
    assert [each for each in Kind if event(kind=each).has_whole_days] == [Kind.CAMPAIGN]
