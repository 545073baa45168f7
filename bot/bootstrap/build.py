"""The whole product from its settings."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

from bot.bootstrap.app import App
from bot.bootstrap.calendars import open_calendars
from bot.bootstrap.chats import open_chats
from bot.bootstrap.features import open_features
from bot.bootstrap.mail import open_mail
from bot.bootstrap.parts import (
    move_on,
    open_database,
    open_embedder,
    open_knowledge,
    open_matcher,
    open_publisher,
    open_routing,
    open_runner,
    reachable_at,
    utc_now,
)
from bot.chat.calendars import CALENDAR
from bot.chat.turn import Place, Turn
from bot.dashboard.acts import PageActs
from bot.dashboard.app import Section, create_web_app
from bot.dashboard.feeds import CalendarFeeds
from bot.dashboard.leaving import LeavePage
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.deliveries.chat import Notices
from bot.features.office_hours.availability import HostsBusy
from bot.platforms.web.chat import WebChat
from bot.platforms.web.listeners import Listeners
from bot.platforms.web.messenger import WebMessenger
from bot.platforms.web.render_form import render_fields
from bot.relay import Outlet, Relay
from bot.router import Router
from bot.settings import Settings
from bot.storage.housekeeping import forget_old_traffic
from bot.storage.ticks import SqlTicks
from bot.storage.transcript import SqlTranscript
from bot.timekeeper import Timekeeper
from knowledge.likeness import Likeness
from scheduler.clock import Clock
from scheduler.job import Job


def build(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> App:
    """Nothing runs yet. Raises SignInMissing, ModelUnavailable, SnapshotDamaged."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # others on this machine have no groups to check
    database = open_database(settings)
    embedder = open_embedder(settings)
    knowledge = open_knowledge(settings, embedder)

    def identify(turn: Turn) -> Turn:
        return directory.identify(turn)

    def titled(turn: Turn) -> Turn:
        return directory.titled(turn)

    def places_of(person_id: str) -> Sequence[Place]:
        return directory.places_of(person_id)

    def problems() -> Mapping[str, str]:
        broken = {name: chat.problem for name, chat in chats.items() if chat.problem}
        if calendars and calendars.problem:
            broken["Calendars"] = calendars.problem
        overdue = timekeeper.problem()
        return {**broken, "Clock": overdue} if overdue else broken

    runner = open_runner(settings, database, embedder, now=now, on_published=lambda: move_on(knowledge))
    publisher = open_publisher(settings, database, embedder, now=now, on_published=lambda: move_on(knowledge))
    matcher = open_matcher(settings, database, embedder, knowledge)
    likeness = Likeness(embedder)
    routing = open_routing(database, likeness, matcher)
    calendars = open_calendars(settings, now)
    busy = HostsBusy(calendars.busy if calendars else None)
    catalog, suggestions = open_features(
        settings, database, knowledge, likeness, matcher, routing, runner, now, problems, busy
    )  # fmt: skip
    timekeeper = Timekeeper(database, catalog.timers, now)
    dispatcher = Dispatcher(database, Router(catalog), now, identify=identify, titled=titled)
    chats = open_chats(settings, dispatcher, catalog, database, now, places_of)
    profiles = {name: chat.profiles for name, chat in chats.items()}
    directory = Directory(
        database,
        now,
        admins=settings.admins,
        curators=settings.curators,
        columns=catalog.person_columns,
        profiles=profiles,
    )

    listeners, transcript = Listeners(), SqlTranscript(database)
    outlets = {name: Outlet(chat.messenger, chat.pace, chat.quiet) for name, chat in chats.items()}
    outlets["web"] = Outlet(WebMessenger(transcript, listeners, now))
    if mail := open_mail(settings, now):
        outlets["mail"] = mail
    if calendars:
        outlets[CALENDAR] = Outlet(calendars.messenger, calendars.pace, calendars.quiet)
    notices = Notices(settings.admins, reachable_at(settings))
    relay = Relay(database, outlets, now, notices.on_undelivered)
    web_chat = WebChat(dispatcher, transcript, listeners, now, suggestions)
    feeds, leaving = CalendarFeeds(database, catalog.feeds, now), LeavePage(database, catalog.leaves, now)
    acts = PageActs(dispatcher, render_fields, now)
    sections: list[Section] = [web_chat, feeds, leaving, acts, *(chat.section for chat in chats.values())]
    site = create_web_app(settings, pages=catalog.pages, sections=sections, directory=directory, clock=now)

    def keep_house(due_at: datetime) -> None:
        forget_old_traffic(database, due_at)
        directory.follow_stragglers()

    nightly = Job("housekeeping", time(3, 40), "UTC", keep_house)
    clock = Clock([nightly, *catalog.jobs], SqlTicks(database), now)
    return App(
        settings,
        database,
        knowledge,
        catalog,
        directory,
        dispatcher,
        relay,
        runner,
        publisher,
        matcher,
        clock,
        timekeeper,
        site,
        chats,
        calendars,
    )
