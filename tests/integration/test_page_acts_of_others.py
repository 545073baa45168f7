"""No page vouches for what its buttons and forms bring, so each handler looks at all of it. Here everything that pages
offer is tried with the ids and states of others: by a guest, and by a colleague who has no part in any of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.bootstrap.build import build
from bot.chat.turn import Content, Person, Place, Pressed, Submitted, Turn
from bot.features.catalog import Catalog
from bot.features.channels.store import SqlChannels
from bot.features.events.model import EventState
from bot.features.events.store import SqlEvents
from bot.features.ideas.gap_store import KnownGap, SqlGaps
from bot.features.office_hours.model import Host, session_id
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.reach import PAGE_THREAD
from bot.features.pulse import use_cases as use_cases_of_pulse
from bot.features.pulse.chat import PulseChat
from bot.features.pulse.feature import pulse_feature
from bot.features.pulse.jobs import PulseJobs
from bot.features.pulse.store import SqlPulse
from bot.features.stories.sending import Wanted
from bot.router import Router
from bot.storage.subscriptions import Subscription, Subscriptions
from bot.storage.unit_of_work import Database
from tests import (
    announcements_house,
    calendar_house,
    digests_house,
    events_house,
    ideas_house,
    introductions_house,
    office_hours_house,
    reviews_house,
    stories_house,
)
from tests.builders import ADMIN, NOON
from tests.chat_house import CLEO, DANA, GENERAL, KIM, SALES, SAM, ChatHouse
from tests.houred import FIRST, SCHEDULE, STARTS, hours
from tests.introduced import FIRST as FIRST_ROUND
from tests.running import settings_in
from tests.walked import Walk, name_of, names, spoiled_contents

PRIVATE = "My private trouble with Sam's report"
GUEST = Person("guest", "Gus Guest", is_guest=True)
STRANGER = Person("lee", "Lee Ito", time_zone="Europe/Berlin")
THEIRS = "theirs"
"""Stands in the ids of what is the stranger's own."""

ANYBODYS = {"calendar.renew"}
"""Guests have an address of their own too; nobody renews another's."""


def check(walk: Walk, insiders: Sequence[Person], everybodys: set[str], seldom: set[str]) -> None:
    """`everybodys` any colleague may do. `seldom` is what nobody can do here as it stands."""
    contents = list(walk.contents([*insiders, STRANGER]))
    assert names(walk.catalog) - {name_of(each) for each in contents} <= seldom
    for content in contents:
        tried = walk.tried(STRANGER, content)
        assert name_of(content) in everybodys or is_theirs(content) or not tried.changed, content
        assert PRIVATE not in tried.shown, content
        tried = walk.tried(GUEST, content)
        assert name_of(content) in ANYBODYS or not tried.changed, content
        assert PRIVATE not in tried.shown, content


def is_theirs(content: Content) -> bool:
    value = content.value if isinstance(content, Pressed) else content.state if isinstance(content, Submitted) else ""
    return THEIRS in value


World = tuple[Walk, Sequence[Person], set[str], set[str]]


def office_hours(database: Database, folder: Path, *, is_over: bool = False) -> World:
    house = office_hours_house.House(database)
    twice = replace(SCHEDULE, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=2")
    house.open(schedule=twice)
    house.open(id="one", slot_length=timedelta(minutes=30), schedule=twice)
    own = hours(THEIRS, hosts=(Host(STRANGER.id, STRANGER.name),), schedule=twice)
    with database.begin() as unit:
        house.desk.open(own, STRANGER, unit, house.now)
    private = session_id("one", FIRST)
    house.book("dana", brings="For all to read")
    house.book("kim", session_id=private, slot=1, brings=PRIVATE)
    house.live(STARTS + timedelta(minutes=1))
    sam = house.person("sam")
    with database.begin() as unit:
        coming = SqlOfficeHours(unit).sessions_of("s1", house.now)[-1]
        house.desk.skip(coming.id, sam, "", unit, house.now)
        house.desk.call(house.bookings()["dana"].id, sam, unit, house.now)
        house.desk.write_notes(private, sam, PRIVATE, unit, house.now)
        house.desk.note_point(private, sam, PRIVATE, PRIVATE, unit, house.now, booking_id=f"{private}-1")
    if is_over:
        house.live(STARTS + timedelta(hours=3))
    insiders = [sam, house.person("dana"), house.person("kim")]
    everybodys = {"office_hours.book/send", "office_hours.open/send"}
    typed = {"hosts": "", "time": "15:00", "rhythm": "every week"}
    walk = Walk(database, house.catalog, house.now, typed, ('["%s","%s"]', '["%s",%.0s0]', '["%s",%.0s""]'), "-2703")
    return walk, insiders, everybodys, OVER if is_over else RUNNING


def office_hours_over(database: Database, folder: Path) -> World:
    return office_hours(database, folder, is_over=True)


RUNNING = {"office_hours.attendance", "office_hours.attendance/send"}
OVER = {f"office_hours.{each}" for each in ("back", "call", "cancel", "done", "finish", "missed", "next", "start")}


def events(database: Database, folder: Path) -> World:
    house = events_house.House(database)
    known = house.announced(None, GENERAL)
    house.sign_up(known.id, DANA)
    begun = house.clock()
    with database.begin() as unit:
        house.desk.ask(known.id, KIM, "How long is it?", unit, begun, with_name=False)
        house.desk.draft(events_house.event("d1", title=PRIVATE), SAM, unit, begun)
        over = replace(events_house.event("o1"), state=EventState.OVER, announced_at=begun, about="", revision=1)
        SqlEvents(unit).add(over)
    typed = {**events_house.WEBINAR, "came": "5", "recording": "https://meet.example/2"}
    walk = Walk(database, house.catalog, house.clock(), {name: str(each) for name, each in typed.items()}, ("%s/%s",))
    insiders = [SAM, CLEO, DANA, KIM]
    everybodys = {f"events.{each}" for each in ("sign_up/send", "ask/send", "me_too", "plan/send")}
    return walk, insiders, everybodys, set()


def reviews(database: Database, folder: Path) -> World:
    house = reviews_house.House(database, folder)
    house.submits(about=PRIVATE)
    house.reviews(reviews_house.KIM, good=PRIVATE)
    house.reviews(reviews_house.LEE, good=PRIVATE)
    first = house.case.submission.id
    with database.begin() as unit:
        house.desk.answer(first, reviews_house.DANA, "Thank you.", unit, house.now)
    house.submits(about=PRIVATE)
    house.reviews(reviews_house.KIM, good=PRIVATE)
    house.presses(reviews_house.LEE, "Accept")
    house.joins(reviews_house.MO, "journey map")
    house.submits(about=PRIVATE)
    house.submits(about=PRIVATE, wanted="", title=PRIVATE)
    house.now += timedelta(days=20)
    house.joins(Person("slack:T1:NIA", "Nia New"))
    typed = {**reviews_house.WORK, **reviews_house.REVIEW, "due": "2027-04-30", "with": "", "name": "Nia New"}
    walk = Walk(database, Catalog([house.feature]), house.now, typed)
    insiders = [reviews_house.DANA, reviews_house.KIM, reviews_house.LEE, reviews_house.MO, reviews_house.ADA]
    return walk, insiders, {"reviews.submit/send"}, set()


def introductions(database: Database, folder: Path) -> World:
    house = introductions_house.TellingHouse(database)
    house.arrive("ana", "ben", "cem", "zoe")
    house.open()
    house.join("ana", "ben", "cem")
    house.live(FIRST_ROUND)
    ana, ben, zoe = (introductions_house.person(each) for each in ("ana", "ben", "zoe"))
    with database.begin() as unit:
        house.desk.refuse(ana, "cem", PRIVATE, unit, house.now)
        house.desk.offer(ben, "", "", unit, house.now)
        house.desk.begin(zoe, "", "", unit, house.now)
        house.desk.pause("coffee", introductions_house.person("cem"), date(2027, 3, 20), unit, house.now)
    typed = {"rhythm": "every week", "until": "2027-03-20", "name": "Ana"}
    walk = Walk(database, Catalog([house.feature]), house.now, typed)
    insiders = [ana, ben, zoe, introductions_house.person("cem"), ADMIN]
    names = ("join/send", "open/send", "new/send", "buddy/send", "apart_named/send", "not_new")
    return walk, insiders, {f"introductions.{each}" for each in names}, set()


def stories(database: Database, folder: Path) -> World:
    house = stories_house.House(database)
    house.told(stories_house.story(customer=PRIVATE))
    sent = house.published(stories_house.story("6" * 32), DANA).id
    tomorrow = (NOON + timedelta(days=1)).replace(tzinfo=None)
    with database.begin() as unit:
        general, sales = (SqlChannels(unit).get(each.platform, each.channel) for each in (GENERAL, SALES))
        assert general is not None
        assert sales is not None
        house.desk.send(sent, Wanted((sales,), local_at=tomorrow), CLEO, unit, house.clock())
        house.desk.send(sent, Wanted((general,)), CLEO, unit, house.clock())
        SqlChannels(unit).note(replace(GENERAL, members=frozenset()), house.clock())  # so it may not go there
    house.live(timedelta(0))
    typed = {name: str(each) for name, each in stories_house.TYPED.items()}
    walk = Walk(database, house.catalog, house.clock(), typed, ("%s%.0s/1",))
    insiders = [SAM, CLEO, DANA]
    return walk, insiders, {"stories.tell/send"}, set()


def announcements(database: Database, folder: Path) -> World:
    house = announcements_house.House(database)
    house.written(id="1" * 16, title=PRIVATE)
    house.handed_in(id="2" * 16, title=PRIVATE)
    house.approved(id="3" * 16, title=PRIVATE, local_at=(NOON + timedelta(days=30)).replace(tzinfo=None))
    house.sent(id="4" * 16, asks_read=True)
    typed = {**announcements_house.TYPED, "groups": "everyone", "word": "Why?"}
    texts = {name: each for name, each in typed.items() if isinstance(each, str)}
    walk = Walk(database, house.catalog, house.clock(), texts, ("%s%.0s/1",))
    insiders = [announcements_house.SAM, announcements_house.CLEO, announcements_house.ADA]
    return walk, insiders, {"announcements.read/send"}, {"announcements.again"}


def ideas(database: Database, folder: Path) -> World:
    house = ideas_house.House(database)
    ana, cleo, kim = ideas_house.ANA, ideas_house.CLEO, ideas_house.KIM
    with database.begin() as unit:
        kind, now = ideas_house.INTAKE.kinds["improvement"], house.clock()
        for name in ("new", "voted"):
            house.desk.propose(ideas_house.idea(name), kind, ana, unit, now)
        house.desk.vote("voted", kim, unit, now)
        house.desk.propose(ideas_house.idea("lacks", title=PRIVATE, given={}), kind, ana, unit, now)
        house.desk.propose(ideas_house.idea("back", title=PRIVATE), kind, ana, unit, now)
        house.desk.withdraw("back", ana, unit, now)
        house.desk.propose(ideas_house.idea("declined"), kind, ana, unit, now)
        house.desk.decline("declined", cleo, "Not now.", unit, now)
        for gap_id in ("open", "dropped"):
            SqlGaps(unit).add(KnownGap(gap_id, PRIVATE, 3, now))
        house.gap_desk.close("dropped", cleo, unit, now)
    house.accepted(ideas_house.idea("accepted"))
    house.under_way()
    typed = {name: str(each) for name, each in ideas_house.FILLED.items()}
    walk = Walk(database, house.catalog, house.clock(), {**typed, "effort": "3", "owner": ""}, ("%s%.0s/1",))
    insiders = [ana, cleo, kim, ideas_house.SAM]
    return walk, insiders, {"ideas.propose/send", "ideas.vote"}, set()


def digests(database: Database, folder: Path) -> World:
    house = digests_house.House(database)
    house.tell(digests_house.item(PRIVATE), reader=DANA.id)
    house.tell(digests_house.item("For all"))
    house.gets_one()
    house.sets_one_up()
    typed = {"rhythm": "every Monday at 9:00 Berlin time", "topics": "", "word": PRIVATE}
    shapes = tuple(f"%s%.0s/2027-03-{day:02}" for day in range(1, 15))
    walk = Walk(database, house.catalog, house.clock(), typed, shapes)
    return walk, [DANA, CLEO], {"digests.set_up/send"}, set()


def pulse(database: Database, folder: Path) -> World:
    house = ChatHouse(database, announcements_house.PEOPLE, announcements_house.CHANNELS)
    jobs = PulseJobs(database, announcements_house.BASE)
    house.open(pulse_feature(PulseChat(base_url=announcements_house.BASE), jobs))
    with database.begin() as unit:
        store = SqlPulse(unit)
        for person in (announcements_house.DANA, announcements_house.KIM):
            store.ask(person.id, NOON, NOON - timedelta(days=92))
        use_cases_of_pulse.answer(store, announcements_house.KIM, "", 3, NOON)
        for number in range(2):
            store.add_word(NOON.date(), f"Word {number}")
        store.free_words(date(2027, 4, 1))
        store.show_words(date(2027, 4, 1), least=2)
        store.hide(store.words(1)[0].id, hidden=True)
    walk = Walk(database, house.catalog, NOON + timedelta(hours=1), {"text": PRIVATE}, ("%.0s%.0s3",))
    insiders = [announcements_house.DANA, announcements_house.KIM, announcements_house.CLEO]
    return walk, insiders, {"pulse.out", "pulse.back"}, set()


def calendar(database: Database, folder: Path) -> World:
    house = calendar_house.House(database)
    people = [house.people[each] for each in (calendar_house.DANA, calendar_house.SAM)]
    with database.begin() as unit:
        for person in people:
            Subscriptions(unit).key_of(Subscription(calendar_house.MINE, "", person.id), house.clock())
    shapes = (f"{calendar_house.MINE}%.0s%.0s", f"{calendar_house.ALL}%.0s%.0s")
    return Walk(database, house.catalog, house.clock(), {}, shapes), people, ANYBODYS, set()


WORLDS = (
    calendar,
    office_hours,
    office_hours_over,
    events,
    reviews,
    introductions,
    stories,
    announcements,
    ideas,
    digests,
    pulse,
)


def test_whatever_a_page_offers_is_walked(tmp_path: Path) -> None:
    app = build(settings_in(tmp_path))
    offering = {each.name for each in app.catalog.features if each.on_pages}
    app.database.close()
    assert offering == {each.__name__ for each in WORLDS} - {"office_hours_over"}


def test_nobody_renews_the_address_of_another(sqlite_database: Database, tmp_path: Path) -> None:
    walk, (dana, sam), _, _ = calendar(sqlite_database, tmp_path)
    sams = Subscription(calendar_house.MINE, "", sam.id)
    for content in walk.contents([dana]):
        with sqlite_database.begin() as unit:
            before = Subscriptions(unit).find(sams)
            Router(walk.catalog).act(Turn("t", dana, Place("web", dana.id, PAGE_THREAD), walk.now, content), unit)
            assert before == Subscriptions(unit).find(sams) != ""


@pytest.mark.parametrize("world", WORLDS, ids=lambda each: each.__name__)
def test_nobody_does_on_a_page_what_is_not_theirs(
    world: Callable[[Database, Path], World],
    sqlite_database: Database,
    tmp_path: Path,
) -> None:
    check(*world(sqlite_database, tmp_path))


@pytest.mark.parametrize("world", WORLDS, ids=lambda each: each.__name__)
def test_what_no_page_offered_is_refused_in_words(
    world: Callable[[Database, Path], World], sqlite_database: Database, tmp_path: Path
) -> None:
    """Whatever stumbles raises something else than `tried` takes. Those who may do the most get the furthest."""
    walk, insiders, _, _ = world(sqlite_database, tmp_path)
    by_name = {name_of(each): each for each in walk.contents(insiders)}
    assert by_name
    for content in by_name.values():
        able = [each for each in insiders if walk.tried(each, content).changed]
        for spoiled in spoiled_contents(content):
            assert walk.tried((able or insiders)[0], spoiled)
