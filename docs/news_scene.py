"""What a house tells: stories, requests and ideas, announcements, digests and the pulse, in what is kept before the
product starts. It comes after `community_scene`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bootstrap.parts import open_database
from bot.chat.turn import Person, Place
from bot.features.announcements.desk import Desk as AnnouncementsDesk
from bot.features.announcements.model import Announcement, Audience
from bot.features.announcements.showing import Showing as AnnouncementsShowing
from bot.features.broadcasts import use_cases as broadcasting
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests.composing import Composer
from bot.features.digests.desk import Desk as DigestsDesk
from bot.features.digests.jobs import DigestJobs
from bot.features.digests.model import Edition, EditionState
from bot.features.digests.store import SqlDigests
from bot.features.ideas.deciding import Plan
from bot.features.ideas.desk import Desk as IdeasDesk
from bot.features.ideas.gap_store import KnownGap, SqlGaps
from bot.features.ideas.model import Colleague, Idea, Unit, Value
from bot.features.ideas.rule_reader import read_intake
from bot.features.ideas.showing import Showing as IdeasShowing
from bot.features.ideas.telling import Telling
from bot.features.ideas.viewing import Viewing
from bot.features.profile.roles import Roles
from bot.features.pulse.model import ASKED, LEAST, QUARTER, after
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.use_cases import show_what_may_be
from bot.features.stories.desk import Desk as StoriesDesk
from bot.features.stories.model import Clearance, Consent, Credit, Story
from bot.features.stories.model import Value as Worth
from bot.features.stories.sending import Wanted
from bot.features.stories.showing import Showing as StoriesShowing
from bot.settings import Settings
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from docs.community_scene import ADMIN, AIKO, DANA, DAY, HOUR, KIM, LEE, MARA, NOOR, SAM, TOMAS, ZONE

BASE = "https://guildhall.example.com"
CURATOR = replace(MARA, is_curator=True)
QUOTES, ONBOARDING, WON, BACK = (letter * 32 for letter in "abcd")
TEMPLATE, TRAINING, FREEZE = (letter * 16 for letter in "abc")
BUNDLES, LETTERS = "bundles", "letters"


def tell_news(settings: Settings) -> Mapping[str, str]:
    """Ids that nobody knows beforehand, by name."""
    now, database = datetime.now(ZoneInfo("UTC")), open_database(settings)
    with database.begin() as unit:
        SqlChannels(unit).note(Place("slack", "T1:sales", is_shared=True, title="sales"), now)
        tell_stories(unit, now - 3 * DAY)
        ask(unit, now - 20 * DAY)
        announce(unit, now - 2 * DAY)
        ids = set_up_digests(unit, now)
        take_pulse(unit, now)
    deliver(database, now)
    with database.begin() as unit:
        react(unit, now)
    database.close()
    return ids


def channels(unit: UnitOfWork) -> list[Channel]:
    return [each for name in ("general", "renewals-emea") if (each := SqlChannels(unit).get("slack", f"T1:{name}"))]


def deliver(database: Database, now: datetime) -> None:
    """All that goes to Slack has arrived there."""
    jobs = BroadcastJobs()
    for at in (now, now + timedelta(seconds=2)):
        with database.begin() as unit:
            for about in (f"stories/{QUOTES}", f"stories/{ONBOARDING}", f"announcements/{TEMPLATE}"):
                for broadcast in SqlBroadcasts(unit).about(about):
                    jobs.go(broadcast.id, at, unit)
        while True:
            with database.begin() as unit:
                ready = heads(unit, at, {"slack": timedelta(0)}).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, at)
                    if delivery is not None:
                        Outbox(unit).sent(delivery, f"1.{delivery.id}", at)
            if not ready:
                break


def react(unit: UnitOfWork, now: datetime) -> None:
    given = {
        f"stories/{QUOTES}": ("tada", "tada", "clap"),
        f"stories/{ONBOARDING}": ("heart",),
        f"announcements/{TEMPLATE}": ("thumbsup", "thumbsup"),
    }
    for about, names in given.items():
        for broadcast in SqlBroadcasts(unit).about(about):
            place = Place("slack", "T1:general", is_shared=True)
            for person, name in zip((DANA, NOOR, AIKO), names, strict=False):
                broadcasting.note_reaction(place, broadcast.key, name, person.id, unit, now)
                broadcasting.note_opened(about, person.id, unit, now)


# Stories


def credit(person: Person, now: datetime) -> Credit:
    return Credit(person.id, person.name, now)


def tell_stories(unit: UnitOfWork, now: datetime) -> None:
    desk = StoriesDesk(StoriesShowing(Roles([CURATOR.id], [ADMIN.id]), BASE), ZONE)

    def told(story: Story, person: Person, *agreed: Person) -> Story:
        made = desk.tell(replace(story, author_id=person.id, author_name=person.name), person, unit, now)
        for each in agreed:
            made = desk.answer(made.id, each, Consent.AGREED, "", unit, now)
        return made

    quotes = told(
        Story(
            QUOTES,
            "Renewal quotes in a day",
            "",
            "",
            now,
            "Quotes for Umbrella Insurance took two weeks: four teams, three templates, and nobody who saw all of it.",
            "Dana Okafor and Sam Lee drew up one template with the prices in it, and tried it on five renewals first.",
            "From ten days to one, over 40 renewals. Two customers said so by themselves.",
            customer="Umbrella Insurance",
            called="an insurer in the north",
            clearance=Clearance.INTERNAL,
            cleared_by="Their account manager, by e-mail on 3 May",
            credits=(credit(DANA, now), credit(SAM, now)),
            value=Worth.TIME,
            topics=("renewals", "pricing"),
            industry="Insurance",
            product="CRM",
        ),
        KIM,
        DANA,
        SAM,
    )
    onboarding = told(
        Story(
            ONBOARDING,
            "Newcomers who answer customers in week three",
            "",
            "",
            now,
            "Newcomers in Tokyo waited six weeks before they answered a customer alone.",
            "A buddy, five pages to read, and one review of their first answer.",
            "Three weeks instead of six, for eleven people.",
            credits=(credit(DANA, now),),
            value=Worth.PEOPLE,
            topics=("onboarding",),
            product="Support desk",
        ),
        AIKO,
        DANA,
    )
    for each in (quotes, onboarding):
        desk.approve(each.id, each.revision, CURATOR, unit, now)
        desk.send(each.id, Wanted(channels(unit)), CURATOR, unit, now)
    waiting = Story(
        WON,
        "A renewal that was lost, and came back",
        "",
        "",
        now,
        "Initech had cancelled: nobody had spoken to them in a year.",
        "Dana Okafor listened for an hour before anybody spoke of prices, then kept three promises in a row.",
        "Signed for two more years, 48,000 EUR a year.",
        customer="Initech",
        called="a software house",
        credits=(credit(DANA, now),),
        value=Worth.RETENTION,
        topics=("renewals",),
        industry="Software",
    )
    told(waiting, TOMAS)
    back = told(
        replace(
            waiting,
            id=BACK,
            title="Fewer letters by hand",
            customer="",
            called="",
            credits=(),
            challenge="Two people copied renewal letters by hand.",
            done="A template in the CRM.",
            result="It is quicker now.",
            industry="",
            value=Worth.TIME,
        ),
        DANA,
    )
    desk.give_back(back.id, CURATOR, "How much quicker? A number before and after would make it.", unit, now)


# Requests and ideas


DEALS_WAIT = {
    "problem": "The pricing calculator does not know the new bundles, so deals wait for the desk.",
    "data": "31 of 80 deals in May waited two days or more.",
    "result": "No deal waits for a price longer than an hour.",
}


def ask(unit: UnitOfWork, now: datetime) -> None:
    intake = read_intake(None)
    showing = IdeasShowing(Viewing(intake), [CURATOR.id, ADMIN.id], [ADMIN.id])
    desk = IdeasDesk(Telling(intake.rates), showing)

    def asked(
        key: str,
        kind: str,
        title: str,
        person: Person,
        *voters: Person,
        given: Mapping[str, str] = DEALS_WAIT,
        value: Value | None = None,
        sponsor: Colleague | None = None,
    ) -> Idea:
        idea = Idea(key, kind, intake.kinds[kind].title, title, Colleague(person.id, person.name), now, given)
        made = desk.propose(replace(idea, value=value, sponsor=sponsor), intake.kinds[kind], person, unit, now)
        for each in voters:
            desk.vote(key, each, unit, now)
        return made

    def planned(made: Idea, effort: int, amount: int, owner: Person, days: tuple[int, int]) -> None:
        kept = desk.approve(made.id, made.revision, CURATOR, unit, now)
        first, last = (date.fromordinal(now.date().toordinal() + 20 + each) for each in days)
        plan = Plan(Value(amount, Unit.MONEY), effort, Colleague(owner.id, owner.name), first, last)
        desk.plan(made.id, kept.revision, plan, CURATOR, unit, now)

    bundles = asked(BUNDLES, "improvement", "Prices for bundles in the calculator", NOOR, DANA, KIM, SAM, TOMAS)
    planned(bundles, 10, 24_000, SAM, (-6, 5))
    desk.begin(BUNDLES, SAM, unit, now)
    planned(asked("dashboard", "improvement", "One dashboard for renewals", DANA, KIM, SAM), 12, 9_600, LEE, (8, 19))
    letters = asked(LETTERS, "help", "Renewal letters without copying", DANA, TOMAS)
    planned(letters, 3, 12_000, KIM, (-20, -12))
    desk.begin(LETTERS, KIM, unit, now)
    saved = Value(180, Unit.HOURS)
    desk.finish(LETTERS, KIM, saved, "Counted over four weeks: 150 letters, two minutes each.", unit, now)
    asked(
        "health",
        "improvement",
        "Health scores that explain themselves",
        AIKO,
        LEE,
        NOOR,
        SAM,
        value=Value(400, Unit.HOURS),
    )
    sponsored = Colleague(LEE.id, LEE.name)
    given = {
        "problem": "Half of our customers do not know that their plan includes training.",
        "data": "Of 1,200 customers 540 booked no training in two years.",
        "result": "200 more customers book a training by 30 June.",
        "sponsor": LEE.name,
    }
    asked("training", "campaign", "Training that is paid for already", KIM, MARA, given=given, sponsor=sponsored)
    asked("incomplete", "help", "Something with forecasts", DANA, given={"problem": "They are off."})
    planned(asked("quotes", "improvement", "Quotes from one template", SAM), 4, 15_000, NOOR, (-40, -30))
    desk.begin("quotes", NOOR, unit, now)
    desk.finish("quotes", NOOR, Value(18_500, Unit.MONEY), "From the ledger of the desk.", unit, now)
    planned(asked("glossary", "help", "One word for each thing", LEE), 2, 3_000, AIKO, (-35, -34))
    desk.begin("glossary", AIKO, unit, now)
    desk.finish("glossary", AIKO, None, "", unit, now)
    gaps = (("parental leave", 6), ("How do I get a customer out of a pilot?", 4), ("SOC 2 report", 3))
    for number, (text, people) in enumerate(gaps):
        SqlGaps(unit).add(KnownGap(f"gap{number}", text, people, now - number * DAY))
    SqlGaps(unit).add(KnownGap("gap9", "cafeteria menu", 5, now - DAY))
    SqlGaps(unit).close("gap9", CURATOR.name, now)
    declined = asked("badges", "improvement", "Badges for answers", TOMAS)
    desk.decline(declined.id, CURATOR, "Thanks work better than points here; we tried both.", unit, now)


# Announcements


def announce(unit: UnitOfWork, now: datetime) -> None:
    desk = AnnouncementsDesk(AnnouncementsShowing(Roles([CURATOR.id], [ADMIN.id]), BASE), ZONE)

    there = tuple((each.platform, each.channel) for each in channels(unit))

    def written(
        key: str, title: str, text: str, *groups: str, asks_read: bool = True, local_at: datetime | None = None
    ) -> Announcement:
        to = Audience(groups, there)
        new = Announcement(key, title, text, CURATOR.id, CURATOR.name, now, to, asks_read=asks_read, local_at=local_at)
        return desk.write(new, CURATOR, unit, now)

    made = written(
        TEMPLATE,
        "The renewal template changes",
        "From Monday the new template counts. It has the prices in it, so nobody asks the desk for them any more.\n"
        "Quotes that are out stay as they are.",
    )
    handed_in, _ = desk.hand_in(made.id, CURATOR, unit, now)
    approved = desk.approve(made.id, handed_in.revision, ADMIN, unit, now)
    desk.go(approved, unit, now)
    for person in (DANA, KIM, NOOR):
        desk.say_read(made.id, approved.edition, person, "", unit, now)
    written(TRAINING, "Training weeks in spring", "Two weeks, three offices. Dates follow.", asks_read=False)
    local_at = datetime.combine(now.date() + 9 * DAY, datetime.min.time()) + 9 * HOUR
    written(
        FREEZE,
        "No price changes in the last week of the quarter",
        "Exceptions go to the deal desk by Thursday.",
        "experts",
        "curators",
        local_at=local_at,
    )
    desk.hand_in(FREEZE, CURATOR, unit, now)


# Digests


def set_up_digests(unit: UnitOfWork, now: datetime) -> Mapping[str, str]:
    composer = Composer(lambda: (), ZONE)
    desk, here = DigestsDesk(composer, DigestJobs(composer)), Place("web", DANA.id)
    monday = datetime.combine(now.date() - now.weekday() * DAY, datetime.min.time()) + 9 * HOUR
    own = desk.begun("", "", DANA, now - 9 * DAY)
    own = replace(own, first=monday - 14 * DAY, rule="FREQ=WEEKLY")
    desk.keep(own, None, DANA, here, unit, now - 9 * DAY)
    general = desk.begun("slack", "T1:general", CURATOR, now - 9 * DAY)
    general = replace(general, first=monday - 14 * DAY, rule="FREQ=WEEKLY", topics=("renewals",), reminds=True)
    desk.keep(general, None, CURATOR, here, unit, now - 9 * DAY)
    items = (
        DigestItem(DigestKind.NEW, "Renewal playbook", "Playbook, 26 February", page="/library/x"),
        DigestItem(DigestKind.NEW, "Price exceptions", "FAQ, 24 February", page="/library/y"),
        DigestItem(DigestKind.STORIES, "Renewal quotes in a day", "Time saved", page=f"/stories/{QUOTES}"),
        DigestItem(DigestKind.IDEAS, "Prices for bundles in the calculator", "under way", page=f"/ideas/{BUNDLES}"),
    )
    last = monday.date() - 7 * DAY if now.weekday() == 0 else monday.date()
    for digest in (own, general):
        word = ("Read the first one before Thursday’s clinic.", CURATOR.name) if digest is general else ("", "")
        told = Edition(digest.id, last, EditionState.SENT, *word, frozenset(), now - 9 * DAY, now - 2 * DAY, items)
        SqlDigests(unit).settle(told)
    return {"own": own.id, "general": general.id, "day": last.isoformat()}


# The pulse

GIVEN = (
    (31, {"europe": (1, 1, 2, 3, 1), "asia": (0, 1, 3, 3, 1)}),
    (34, {"europe": (0, 1, 2, 4, 2), "asia": (0, 1, 2, 4, 1)}),
    (36, {"europe": (1, 0, 2, 5, 3), "asia": (0, 1, 2, 4, 2)}),
    (38, {"europe": (0, 1, 2, 6, 5), "asia": (0, 0, 0, 2, 5), "": (0, 0, 1, 2, 2)}),
)
"""By month how many were asked, and how often each score was given in each hub."""

WORDS = (
    "Examples from my industry.",
    "Shorter answers.",
    "Somebody to call in Tokyo.",
    "The playbooks in Spanish.",
    "Office hours later in the day.",
)


def take_pulse(unit: UnitOfWork, now: datetime) -> None:
    store, this = SqlPulse(unit), now.date().replace(day=1)
    month = (this - 100 * DAY).replace(day=1)
    for asked, by_hub in GIVEN:
        if month >= this:
            break
        scores = [(hub, score, times) for hub, given in by_hub.items() for score, times in enumerate(given, start=1)]
        for hub, score, times in [("", ASKED, asked), *scores]:
            for _ in range(times):
                store.count(month, hub, score)
        if after(month) == this:
            for word in WORDS:
                store.add_word(month, word)
        show_what_may_be(store, datetime.combine(after(month), datetime.min.time(), now.tzinfo), LEAST)
        month = after(month)
    for person in (DANA, AIKO):
        store.ask(person.id, now - 2 * HOUR, now - QUARTER)
