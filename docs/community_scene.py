"""A house that meets: office hours that run, reviews of which some are out, circles, newcomers and events, in what is
kept before the product starts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.bootstrap.parts import open_database
from bot.chat.turn import Person, Place
from bot.features.channels.store import SqlChannels
from bot.features.events.desk import Desk as EventsDesk
from bot.features.events.model import Event, Kind, Organiser
from bot.features.events.showing import Showing
from bot.features.events.telling import Telling
from bot.features.introductions.model import Answer, Buddy, Circle, Meeting, Member, Participant, Refusal, Round, Week
from bot.features.introductions.planning import prompts_from
from bot.features.introductions.store import SqlIntroductions
from bot.features.office_hours.desk import Desk as HoursDesk
from bot.features.office_hours.model import Host, OfficeHours, Session
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.reviews.model import (
    Assignment,
    File,
    Link,
    Rating,
    Review,
    Seat,
    State,
    Submission,
    assignment_id,
)
from bot.features.reviews.rubric import Rubric
from bot.features.reviews.rubric_shelf import open_rubrics
from bot.features.reviews.store import SqlReviews
from bot.settings import Settings
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import Series

ZONE = "Europe/Berlin"
FORTNIGHTLY = "FREQ=WEEKLY;INTERVAL=2"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICES = {
    "Dana Okafor": ("Berlin", "Customer success"),
    "Sam Lee": ("London", "CRM"),
    "Kim Ortiz": ("Madrid", "Marketing"),
    "Noor Nasser": ("Dubai", "Sales"),
    "Lee Winter": ("Berlin", "Customer experience"),
    "Mara Lindqvist": ("Stockholm", "Marketing"),
    "Aiko Mori": ("Tokyo", "Customer success"),
    "Tomás Reyes": ("Madrid", "Sales"),
}
PEOPLE = {name: Person(f"web:{name.lower().replace(' ', '-')}", name, time_zone=ZONE) for name in OFFICES}
DANA, SAM, KIM, NOOR, LEE, MARA, AIKO, TOMAS = PEOPLE.values()
ADMIN = Person("web:admin", "admin", is_admin=True, is_curator=True)
RUNNING, BLIND_REVIEW, OUT, CIRCLE = "clinic", "r-brief", "r-journey", "coffee"


def set_up(settings: Settings) -> str:
    """Gives the id of the session that runs."""
    now, database = datetime.now(UTC), open_database(settings)
    with database.begin() as unit:
        for person in (*PEOPLE.values(), ADMIN):
            People(unit).add(KnownPerson(person.id, person.name, now, time_zone=ZONE))
            People(unit).add_account(Account(person.id, person.id, "web", now, person.id, person.name))
        for title in ("general", "renewals-emea"):
            SqlChannels(unit).note(Place("slack", f"T1:{title}", is_shared=True, title=title), now)
        running = hold_office_hours(unit, now)
        submit_work(unit, now)
        introduce(unit, now)
        announce(unit, now)
    database.close()
    return running


def starts_at(now: datetime, days: int, clock: str) -> datetime:
    """A local time in ZONE, naive; never on a weekend."""
    day = now.astimezone(ZoneInfo(ZONE)).date() + days * DAY
    while day.weekday() > 4:
        day += DAY
    return datetime.combine(day, time.fromisoformat(clock))


def hold_office_hours(unit: UnitOfWork, now: datetime) -> str:
    desk, before = HoursDesk(), now - HOUR

    def hours(key: str, title: str, host: Person, first: datetime, rule: str, lasts: timedelta = HOUR) -> OfficeHours:
        return OfficeHours(key, title, (Host(host.id, host.name),), Series(first, ZONE, lasts, rule), now)

    def opened(made: OfficeHours, host: Person) -> Session:
        desk.open(made, host, unit, before)
        return SqlOfficeHours(unit).sessions_of(made.id, before)[0]

    begun = (now - timedelta(minutes=20)).astimezone(ZoneInfo(ZONE)).replace(second=0, microsecond=0, tzinfo=None)
    begins = begun - begun.minute % 5 * timedelta(minutes=1)
    held = replace(
        hours(RUNNING, "Pricing clinic", SAM, begins, "FREQ=WEEKLY"),
        topics=("pricing", "renewals"),
        about="Bring a case: a discount that feels wrong, a renewal that slipped, a price nobody can explain.",
        place="Room 4, second floor",
        link="https://meet.example.com/pricing",
        capacity=4,
    )
    clinic = opened(held, SAM)
    for person, brings in (
        (DANA, "A discount for a customer in Brazil who pays late"),
        (NOOR, "Two renewals that slipped twice"),
        (KIM, "How we quote bundles"),
        (AIKO, "A price list in yen"),
        (TOMAS, ""),
    ):
        desk.book(clinic.id, person, brings, unit, before)
    desk.begin(clinic.id, SAM, unit, now)
    desk.call_next(clinic.id, SAM, unit, now)
    desk.note_point(
        clinic.id,
        SAM,
        "May a late payer get a discount?",
        "Not before the open invoices are paid; then up to a tenth.",
        unit,
        now,
    )
    desk.call_next(clinic.id, SAM, unit, now)
    one_to_one = replace(
        hours("journeys", "Journey maps, one-to-one", LEE, starts_at(now, 2, "10:00"), FORTNIGHTLY, 2 * HOUR),
        topics=("journey maps", "customer experience"),
        slot_length=timedelta(minutes=20),
        about="Twenty minutes for your map.",
    )
    talks = opened(one_to_one, LEE)
    desk.book(talks.id, KIM, "The trial journey", unit, now, slot=1)
    desk.book(talks.id, DANA, "From the first reminder to the signature", unit, now, slot=3)
    monthly = hours("dashboards", "Dashboards that decide", MARA, starts_at(now, 5, "14:30"), "FREQ=WEEKLY;INTERVAL=4")
    opened(replace(monthly, topics=("dashboards", "metrics"), capacity=12), MARA)
    return clinic.id


RATED = {
    "Dana Okafor": (
        (3, "One buyer, one renewal, from her side."),
        (2, "The interviews are there; the survey is from last spring."),
        (3, "The steps are hers: “I ask my boss” is exactly it."),
        (2, "Where she hesitates is clear, how often is not."),
        (2, "Owners for four of six pains."),
    ),
    "Aiko Mori": (
        (3, "Clear at once."),
        (3, "Every step says where it is from."),
        (2, "Two steps are still ours: “data is checked”."),
        (2, ""),
        (1, "Who does what by Monday?"),
    ),
}


def submit_work(unit: UnitOfWork, now: datetime) -> None:
    rubrics, store = open_rubrics(None), SqlReviews(unit)
    work = Submission(
        OUT,
        rubrics["journey-map"],
        "Renewal journey of a mid-size buyer",
        KIM.id,
        KIM.name,
        Place("web", KIM.id, "reviews"),
        now - 6 * DAY,
        now + DAY,
        "From the first reminder to the signature, with what she asks her own boss.",
        "Is it too long for a workshop of two hours?",
        (Link("The map", "https://wiki.example.com/renewal-journey"),),
        answers(rubrics["journey-map"]),
        language="en",
        state=State.RELEASED,
        complete_at=now - 6 * DAY,
        asked=2,
        released_at=now - 2 * HOUR,
        files=(File("f1", "renewal-journey.pdf", 482_113),),
    )
    store.add(work)
    for number, (name, rated) in enumerate(RATED.items(), 1):
        person = PEOPLE[name]
        store.add_assignment(seat(work, number, person, Seat.HANDED_IN, now, "knows journey maps"))
        criteria = [each.id for each in work.rubric.criteria]
        ratings = {key: Rating(*each) for key, each in zip(criteria, rated, strict=True)}
        good, better = (
            ("The quotes. I heard that buyer.", "Say how often each pain happens, even roughly.")
            if number == 1
            else ("It fits on one page.", "Give each pain an owner and a next step; drop “data is checked”.")
        )
        store.put_review(Review(assignment_id(OUT, number), OUT, ratings, good, better, now - 2 * HOUR))
    brief = replace(
        work,
        id=BLIND_REVIEW,
        rubric=rubrics["campaign-brief"],
        title="Spring campaign for trial users",
        author_id=DANA.id,
        author_name=DANA.name,
        private=Place("web", DANA.id, "reviews"),
        given=answers(rubrics["campaign-brief"]),
        submitted_at=now - DAY,
        complete_at=now - DAY,
        due_at=now + 5 * DAY,
        state=State.IN_REVIEW,
        about="Trials that stopped using it after a week.",
        wanted="Is the audience narrow enough?",
        links=(Link("The brief", "https://wiki.example.com/spring"),),
        released_at=None,
        files=(),
    )
    store.add(brief)
    store.add_assignment(seat(brief, 1, KIM, Seat.ACCEPTED, now, "owns “Campaign brief”, knows campaigns"))
    store.add_assignment(seat(brief, 2, MARA, Seat.ASKED, now, "knows campaigns"))
    waits = replace(
        brief,
        id="r-board",
        rubric=rubrics["dashboard"],
        title="Adoption dashboard",
        state=State.RETURNED,
        given={},
        missing=tuple(f"{each.title} is not said yet." for each in rubrics["dashboard"].needs[:2]),
        complete_at=None,
        returned_at=now - HOUR,
        asked=0,
    )
    store.add(waits)
    earlier(store, rubrics, now)


def answers(rubric: Rubric) -> Mapping[str, str]:
    return {each.id: each.hint for each in rubric.needs}


def seat(work: Submission, number: int, person: Person, stands: Seat, now: datetime, why: str) -> Assignment:
    begun = work.submitted_at
    return Assignment(
        assignment_id(work.id, number),
        work.id,
        number,
        person.id,
        person.name,
        begun,
        now + DAY,
        stands,
        why,
        accepted_at=None if stands is Seat.ASKED else begun + 5 * HOUR,
        ended_at=begun + 50 * HOUR if stands is Seat.HANDED_IN else None,
    )


def earlier(store: SqlReviews, rubrics: Mapping[str, Rubric], now: datetime) -> None:
    """What was reviewed in the weeks before, for the figures; the last of it is an example."""
    kinds, people = list(rubrics.values()), list(PEOPLE.values())
    for number in range(14):
        begun, rubric = now - (10 + 5 * number) * DAY, kinds[number % len(kinds)]
        complete = begun + (number % 3) * 9 * HOUR
        out = complete + (40 + 17 * (number % 4)) * HOUR
        author, is_good = people[number % len(people)], number % 6 == 0
        made = Submission(
            f"r-{number}",
            rubric,
            ("Trial onboarding", "Partner win-back", "Churn board", "Key account plan")[number % 4],
            author.id,
            author.name,
            Place("web", author.id, "reviews"),
            begun,
            begun + (4 if number % 4 else 2) * DAY,
            "What it is about.",
            given=answers(rubric),
            links=(Link("The work", f"https://wiki.example.com/{number}"),),
            state=State.CLOSED,
            complete_at=complete,
            asked=3,
            released_at=out,
            closed_at=out + 20 * HOUR,
            is_example=is_good,
        )
        store.add(made)
        for place in (1, 2, 3):
            stands = Seat.DECLINED if place == 3 and number % 3 == 0 else Seat.HANDED_IN if place < 3 else Seat.REPLACED
            one = seat(made, place, people[(number + place) % len(people)], stands, now, "")
            accepted = complete + (2 + 3 * place + number % 5) * HOUR
            is_in = stands is Seat.HANDED_IN
            store.add_assignment(
                replace(one, asked_at=complete, accepted_at=accepted if is_in else None, ended_at=out - HOUR)
            )
            if is_in:
                ratings = {each.id: Rating(3 if is_good else 2) for each in rubric.criteria}
                better = "Name who decides with it."
                store.put_review(Review(one.id, made.id, ratings, "It is short.", better, out - HOUR))


def introduce(unit: UnitOfWork, now: datetime) -> None:
    store, first = SqlIntroductions(unit), starts_at(now, -35, "09:00")
    schedule = Series(first, ZONE, HOUR, "FREQ=WEEKLY;INTERVAL=2")
    coffee = Circle(
        CIRCLE,
        "Coffee across offices",
        schedule,
        SAM.id,
        SAM.name,
        now - 40 * DAY,
        "Half an hour with somebody whom you would not meet otherwise.",
    )
    store.add_circle(coffee)
    lunch = Series(starts_at(now, 4, "12:00"), ZONE, HOUR, "FREQ=WEEKLY;INTERVAL=4")
    store.add_circle(Circle("lunch", "Lunch of three", lunch, KIM.id, KIM.name, now - 3 * DAY, size=3))
    for name, (office, function) in OFFICES.items():
        person = PEOPLE[name]
        store.put_member(Member(CIRCLE, person.id, name, now - 39 * DAY, office, function))
        if office in ("Madrid", "Stockholm"):
            store.put_member(Member("lunch", person.id, name, now - 2 * DAY, office, function))
    for number, pairs in enumerate((((0, 1), (2, 3), (4, 5), (6, 7)), ((0, 2), (1, 5), (3, 6), (4, 7)))):
        held_on: date = first.date() + 14 * number * DAY
        at = datetime.combine(held_on, time(8), UTC)
        made = Round(f"{CIRCLE}-{held_on:%y%m%d}", CIRCLE, held_on, at, len(PEOPLE))
        store.add_round(made, [met(made, each, number) for each in pairs])
    now_on = first.date() + 28 * DAY
    last = Round(f"{CIRCLE}-{now_on:%y%m%d}", CIRCLE, now_on, now - 6 * DAY, len(PEOPLE))
    store.add_round(last, [met(last, each, 2) for each in ((0, 6), (1, 3), (2, 5), (4, 7))])
    store.add_refusal(Refusal(DANA.id, TOMAS.id, TOMAS.name, now - DAY))
    store.put_buddy(Buddy(DANA.id, DANA.name, now - 30 * DAY, *OFFICES[DANA.name]))
    store.add_week(
        Week(AIKO.id, AIKO.name, now - 2 * DAY, *OFFICES[AIKO.name], buddy_id=DANA.id, buddy_name=DANA.name, steps=3)
    )


def met(made: Round, pair: tuple[int, int], number: int) -> Meeting:
    """All of them did, but in the last round."""
    people, prompts = list(PEOPLE.values()), prompts_from(made.id)
    said = None if number == 2 else Answer.NOT_MET if pair == (4, 5) else Answer.MET
    both = tuple(Participant(people[each].id, people[each].name, said, made.made_at + 3 * DAY) for each in pair)
    if said is None:
        both = tuple(replace(each, answered_at=None) for each in both)
    return Meeting(f"{made.id}-{pair[0]}", made.id, made.made_at, prompts[pair[0]], both)


def announce(unit: UnitOfWork, now: datetime) -> None:
    desk = EventsDesk(Telling(""), Showing([ADMIN.id], ""))
    channels = [each for name in ("general", "renewals-emea") if (each := SqlChannels(unit).get("slack", f"T1:{name}"))]

    def planned(key: str, kind: Kind, title: str, starts: datetime, lasts: timedelta) -> Event:
        zone = ZoneInfo(ZONE)
        begins, ends = starts.replace(tzinfo=zone), (starts + lasts).replace(tzinfo=zone)
        organisers = (Organiser(MARA.id, MARA.name), Organiser(SAM.id, SAM.name))
        return Event(key, kind, title, begins.astimezone(UTC), ends.astimezone(UTC), ZONE, organisers, now)

    webinar = replace(
        planned("renewals", Kind.WEBINAR, "What is new in renewals", starts_at(now, 6, "15:00"), HOUR),
        about="What changes in the playbook, and why. Twenty minutes of showing, forty of your questions.",
        topics=("renewals", "pricing"),
        link="https://meet.example.com/renewals",
        capacity=80,
    )
    launch = planned("scoring", Kind.LAUNCH, "Health score 2 goes live", starts_at(now, 9, "11:00"), HOUR)
    spring = planned("spring", Kind.CAMPAIGN, "Spring campaign", starts_at(now, 2, "00:00"), 9 * DAY)
    for event in (webinar, launch, spring):
        desk.draft(event, MARA, unit, now)
        desk.announce(event.id, ADMIN, channels, (), unit, now)
    board = planned("board", Kind.OTHER, "Customer advisory board", starts_at(now, 16, "16:00"), 2 * HOUR)
    desk.draft(board, MARA, unit, now)
    desk.hand_in("board", MARA, unit, now)
    for person in (DANA, NOOR, KIM, AIKO, TOMAS):
        desk.sign_up(webinar.id, person, unit, now)
    _, asked = desk.ask(
        webinar.id, NOOR, "Does the notice period change for contracts in Brazil?", unit, now, with_name=True
    )
    for person in (KIM, DANA):
        desk.ask_too(asked.id, person, unit, now)
    desk.ask(webinar.id, AIKO, "Who tells customers?", unit, now, with_name=False)
