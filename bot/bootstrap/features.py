"""The features, each with its pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.bootstrap.announcements import open_announcements
from bot.bootstrap.calendar import open_calendar
from bot.bootstrap.chats import thread_urls
from bot.bootstrap.digests import open_digests
from bot.bootstrap.escalations import open_escalations
from bot.bootstrap.events import open_events
from bot.bootstrap.ideas import open_ideas
from bot.bootstrap.introductions import open_introductions
from bot.bootstrap.office_hours import open_office_hours
from bot.bootstrap.parts import move_on, reachable_at
from bot.bootstrap.pulse import open_pulse
from bot.bootstrap.reviews import open_reviews
from bot.bootstrap.stories import open_stories
from bot.chat.reply import Message
from bot.chat.turn import Person
from bot.features.audit.pages import audit_feature
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.broadcasts.use_cases import follow_zone
from bot.features.catalog import Catalog
from bot.features.channels.chat import ChannelsChat, channels_feature
from bot.features.channels.pages import ChannelPages
from bot.features.deliveries.chat import DeliveriesChat, deliveries_feature
from bot.features.deliveries.model import Problems
from bot.features.escalations.pages import RequestPages
from bot.features.escalations.routing import Routing
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.chat import ExpertsChat, experts_feature
from bot.features.experts.matcher import Matcher
from bot.features.experts.pages import ExpertPages
from bot.features.faq.chat import FaqChat, faq_feature
from bot.features.faq.entry_pages import EntryPages
from bot.features.faq.pages import DraftPages
from bot.features.faq.review import Review
from bot.features.faq.review_chat import ReviewChat
from bot.features.faq.review_requests import ReviewRequests
from bot.features.feature import Command
from bot.features.freshness.chat import FreshnessChat, freshness_feature
from bot.features.freshness.dated import DatedLibrary
from bot.features.freshness.desk import Desk as FreshnessDesk
from bot.features.freshness.jobs import Round
from bot.features.freshness.pages import FreshnessPages
from bot.features.freshness.showing import Showing
from bot.features.home.chat import HomeChat, home_feature
from bot.features.home.digest import NewsDigest
from bot.features.home.pages import HomePages
from bot.features.ideas.model import ORIGIN
from bot.features.indexing.chat import IndexingChat, indexing_feature
from bot.features.indexing.pages import AdminPages
from bot.features.indexing.runner import Runner
from bot.features.library.chat import library_feature
from bot.features.office_hours.availability import HostsBusy
from bot.features.profile.chat import ProfileChat, profile_feature
from bot.features.profile.pages import SettingsPages
from bot.features.questions.chat import QuestionsChat, questions_feature
from bot.features.questions.digest import QuestionsDigest
from bot.features.questions.pages import QuestionPages
from bot.features.questions.telling import Telling, telling_feature
from bot.features.reviews import as_story
from bot.features.stories.origin import Origin
from bot.platforms.web.chat import Suggestions
from bot.platforms.web.render import render_message
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from knowledge.knowledge_base import KnowledgeBase
from knowledge.likeness import Likeness
from knowledge.snapshot_store import SnapshotStore


def open_features(
    settings: Settings,
    database: Database,
    knowledge: KnowledgeBase,
    likeness: Likeness,
    matcher: Matcher,
    routing: Routing,
    runner: Runner,
    now: Callable[[], datetime],
    problems: Problems,
    busy: HostsBusy,
) -> tuple[Catalog, Suggestions]:
    """In the order of the navigation and of what `help` lists; and what to ask in an empty thread."""

    def on_swapped() -> None:
        move_on(knowledge)

    def commands(person: Person) -> Sequence[tuple[str, Command]]:
        return catalog.commands_for(person)

    base_url = reachable_at(settings)
    snapshots = SnapshotStore(settings.snapshots)
    escalations = open_escalations(settings, routing, knowledge, base_url)
    digests, digests_follow = open_digests(settings, lambda: catalog.digest, database, base_url, now, drawn)
    zone_hears = (follow_zone, digests_follow)
    rate = escalations.shadow.rate
    channels = ChannelsChat(knowledge, admins=settings.admins, rate=rate, zone_hears=zone_hears)
    threads = thread_urls(settings)
    dated = DatedLibrary(knowledge, database)
    questions = QuestionsChat(
        dated,
        commands,
        channels,
        escalations.requests,
        base_url=base_url,
        threads=threads,
        a_minute=settings.questions_a_minute,
    )
    indexing = indexing_feature(IndexingChat(snapshots, runner, on_swapped=on_swapped), runner)
    admin = AdminPages(database, snapshots, knowledge, settings.home, now, runner.wake, on_swapped)
    profile = ProfileChat(knowledge, base_url=base_url)
    experts = ExpertsChat(
        knowledge,
        matcher,
        base_url=base_url,
        impact=escalations.thanks.impact,
        hand_back=escalations.desk.hand_back,
    )
    curators = settings.curators or settings.admins
    review = Review(ReviewRequests(knowledge, base_url, curators, matcher.owners_of))
    entries = EntryPages(database, now, review)
    showing = Showing(knowledge, SqlEscalations, curators, base_url)
    freshness = FreshnessDesk(showing, review)
    announcements = open_announcements(settings, database, base_url, now)
    ideas = open_ideas(settings, database, likeness, escalations.requests.of_questions, knowledge, base_url, now)
    origins: Mapping[str, Origin] = {as_story.KIND: as_story.as_beginning, ORIGIN: ideas.beginning}
    stories = open_stories(settings, database, base_url, now, origins, ideas.came_of)
    home = HomeChat(knowledge, lambda: catalog.home, base_url=base_url)
    catalog = Catalog(
        [
            replace(
                home_feature(home),
                digest=NewsDigest(knowledge).items,
                pages=HomePages(home, database, now, drawn, lambda: catalog.on_pages).pages(),
            ),
            replace(
                questions_feature(questions),
                digest=QuestionsDigest(knowledge).items,
                pages=QuestionPages(database, drawn, escalations.requests, threads).pages(),
            ),
            telling_feature(Telling(knowledge, likeness, escalations.requests.of_questions, base_url)),
            replace(escalations.feature, pages=RequestPages(database, escalations.desk, now).pages()),
            library_feature(
                dated,
                base_url=base_url,
                retired=entries.retired,
                confirmed=dated.confirmed,
                searched=ideas.searched,
            ),
            replace(experts_feature(experts), pages=ExpertPages(database, experts, knowledge, now).pages()),
            open_office_hours(settings, database, escalations.requests, base_url, now, busy),
            open_reviews(settings, database, matcher, base_url, now),
            open_introductions(knowledge, base_url, database, now),
            open_events(settings, database, base_url, now),
            stories.feature,
            open_pulse(settings, database, base_url, now),
            ideas.feature,
            open_calendar(lambda: catalog.calendar, database, base_url, now),
            digests,
            replace(profile_feature(profile), pages=SettingsPages(database, profile, now).pages()),
            replace(indexing, pages=admin.pages()),
            replace(
                channels_feature(channels),
                pages=ChannelPages(database, channels.hubs, now, rate, zone_hears).pages(),
            ),
            replace(
                faq_feature(FaqChat(review), ReviewChat(review)),
                pages=(*DraftPages(database, now, review).pages(), *entries.pages()),
            ),
            replace(
                freshness_feature(FreshnessChat(freshness), freshness),
                jobs=(Round(database, freshness).job(),),
                pages=FreshnessPages(database, freshness, now).pages(),
            ),
            announcements.feature,
            broadcasts_feature(BroadcastJobs([stories.hears, announcements.hears])),
            deliveries_feature(DeliveriesChat(base_url, problems), database, now),
            audit_feature(database),
        ]
    )
    return catalog, questions.suggestions


def drawn(message: Message) -> str:
    """For a page, where nothing of it can be pressed."""
    return render_message(message, "")
