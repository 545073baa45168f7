"""The one place where parts are put together."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

import structlog
from aiohttp import web
from pydantic import SecretStr
from threadpoolctl import threadpool_limits

from bot.chat.ports import Inbound, Messenger, Profiles
from bot.chat.reply import Message
from bot.chat.turn import Person, Place, Turn
from bot.dashboard.app import Section, create_web_app
from bot.dashboard.session import session_key
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.audit.pages import audit_feature
from bot.features.catalog import Catalog
from bot.features.channels.chat import ChannelsChat, channels_feature
from bot.features.channels.pages import ChannelPages
from bot.features.deliveries.chat import DeliveriesChat, Notices, deliveries_feature
from bot.features.faq.chat import FaqChat, faq_feature
from bot.features.faq.pages import DraftPages
from bot.features.feature import Command
from bot.features.home.chat import HomeChat, home_feature
from bot.features.home.pages import HomePages
from bot.features.indexing.chat import IndexingChat, indexing_feature
from bot.features.indexing.pages import AdminPages
from bot.features.indexing.runner import Runner, Tools
from bot.features.library.chat import library_feature
from bot.features.profile.chat import ProfileChat, profile_feature
from bot.features.profile.pages import SettingsPages
from bot.features.questions.chat import QuestionsChat, questions_feature
from bot.features.questions.pages import QuestionPages
from bot.platforms.web.chat import WebChat
from bot.platforms.web.listeners import Listeners
from bot.platforms.web.messenger import WebMessenger
from bot.platforms.web.render import render_message
from bot.relay import Outlet, Relay
from bot.router import Router
from bot.settings import Settings
from bot.storage.addresses import SqlAddresses
from bot.storage.delivered import SqlDelivered
from bot.storage.engine import is_postgresql, open_engine
from bot.storage.housekeeping import forget_old_traffic
from bot.storage.schema import upgrade_schema
from bot.storage.serialisation import prepare
from bot.storage.ticks import SqlTicks
from bot.storage.transcript import SqlTranscript
from bot.storage.unit_of_work import Database
from bot.storage.vault import SqlVault
from indexer.build import Gate
from indexer.golden import GoldenFile
from indexer.golden_gate import GoldenGate
from knowledge.answerability import Thresholds
from knowledge.embedder import Embedder
from knowledge.knowledge_base import KnowledgeBase
from knowledge.snapshot import SnapshotDamaged
from knowledge.snapshot_store import SnapshotStore
from scheduler.clock import Clock
from scheduler.job import Job

EVERYWHERE = {str(IPv4Address(0)), str(IPv6Address(0))}
"""Hosts that say to listen on every address of this machine."""

REFRESH = 2.0
"""Seconds between two looks for a snapshot that another process has published."""

log = structlog.stdlib.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Chat(Protocol):
    """A chat platform: its addresses on the site, its way out, and its directory of people."""

    @property
    def section(self) -> Section: ...
    @property
    def messenger(self) -> Messenger: ...
    @property
    def profiles(self) -> Profiles: ...
    @property
    def pace(self) -> timedelta: ...
    @property
    def quiet(self) -> timedelta: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass
class App:
    """Everything that runs. `start` and `stop` belong to one event loop."""

    settings: Settings
    database: Database
    knowledge: KnowledgeBase
    catalog: Catalog
    directory: Directory
    dispatcher: Dispatcher
    relay: Relay
    runner: Runner
    clock: Clock
    site: web.Application
    chats: Mapping[str, Chat]
    _server: web.AppRunner | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> str:
        """Begin to serve; returns the address of the web page."""
        self.directory.start(asyncio.get_running_loop())
        self._tasks = [asyncio.create_task(self.relay.run()), asyncio.create_task(self._keep_fresh())]
        if is_postgresql(self.database.engine):
            from bot.storage.listener import listen  # with its driver, that SQLite's start need not wait for

            self._tasks.append(asyncio.create_task(listen(self.database)))
        await asyncio.to_thread(self.dispatcher.start)
        await asyncio.to_thread(self.runner.start)
        await asyncio.to_thread(self.runner.first_start, self.settings.starter)
        await asyncio.to_thread(self.clock.start)
        for chat in self.chats.values():
            await chat.start()
        self._server = web.AppRunner(self.site, access_log=None)
        await self._server.setup()
        site = web.TCPSite(self._server, self.settings.host, self.settings.port)
        await site.start()
        port = self._server.addresses[0][1]
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"http://{host}:{port}/"

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand; what waits is kept for the next start."""
        if self._server is not None:
            await self._server.cleanup()
        for part in (self.clock, self.runner, self.dispatcher):
            await asyncio.to_thread(part.stop)
        self.relay.stop()
        relay, *others = self._tasks
        await relay
        for chat in self.chats.values():
            await chat.stop()
        for task in others:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self.database.close)

    async def _keep_fresh(self) -> None:
        await asyncio.to_thread(prepare)
        while True:
            await asyncio.to_thread(move_on, self.knowledge)
            await asyncio.sleep(REFRESH)


def move_on(knowledge: KnowledgeBase) -> None:
    """To the snapshot that is published. One that cannot be opened is logged, and the one before stays in force."""
    try:
        if knowledge.refresh():
            log.info("moved to another snapshot")
    except (SnapshotDamaged, OSError):
        log.exception("the published snapshot cannot be opened")


def open_database(settings: Settings) -> Database:
    """With the newest schema."""
    engine = open_engine(settings.database)
    upgrade_schema(engine)
    return Database(engine)


def open_embedder(settings: Settings) -> Embedder:
    """Raises ModelUnavailable."""
    # Searches take a millisecond: shared out to several threads each takes ten times that on a busy machine.
    # The model's own threads are not touched.
    threadpool_limits(limits=1)
    if settings.model == "builtin":
        from knowledge.onnx_embedder import load_builtin

        return load_builtin(settings.home / "cache")
    from knowledge.sentence_transformers_embedder import load_sentence_transformers

    return load_sentence_transformers(settings.model, settings.home / "cache", may_download=settings.model_download)


def open_knowledge(settings: Settings, embedder: Embedder) -> KnowledgeBase:
    """Raises SnapshotDamaged."""
    return KnowledgeBase(settings.snapshots, embedder, thresholds=thresholds(settings))


def reachable_at(settings: Settings) -> str:
    """How people reach the web page, for links in chats: as it is set, else where this machine serves it. Empty where
    nobody can know."""
    if settings.base_url or not settings.port:
        return settings.base_url.rstrip("/")
    host = "localhost" if settings.host in EVERYWHERE else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def drawn(message: Message) -> str:
    """For a page, where nothing of it can be pressed."""
    return render_message(message, "")


def thresholds(settings: Settings) -> Thresholds:
    """Those that come with the version, unless set otherwise."""
    usual = Thresholds()
    return Thresholds(
        answer=usual.answer if settings.answer_from is None else settings.answer_from,
        offer=usual.offer if settings.offer_from is None else settings.offer_from,
    )


def open_runner(
    settings: Settings,
    database: Database,
    embedder: Embedder,
    *,
    now: Callable[[], datetime] = utc_now,
    on_published: Callable[[], object] = lambda: None,
) -> Runner:
    """Carries out runs of the indexer, for `serve` in a thread of its own, for `index` in the command's."""
    snapshots = SnapshotStore(settings.snapshots)

    def gates(files: Sequence[GoldenFile]) -> Gate:
        return GoldenGate(files, snapshots, embedder, thresholds(settings), settings.golden_loss)

    return Runner(database, Tools(settings.home, snapshots, embedder, gates, on_published), now)


def build(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> App:
    """Everything from the settings; nothing runs yet. Raises SignInMissing, ModelUnavailable, SnapshotDamaged."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # others on this machine have no groups to check
    database = open_database(settings)
    embedder = open_embedder(settings)
    knowledge = open_knowledge(settings, embedder)

    def on_swapped() -> None:
        move_on(knowledge)

    def commands(person: Person) -> Sequence[tuple[str, Command]]:
        return catalog.commands_for(person)

    def identify(turn: Turn) -> Turn:
        return directory.identify(turn)

    def places_of(person_id: str) -> Sequence[Place]:
        return directory.places_of(person_id)

    runner = open_runner(settings, database, embedder, now=now, on_published=on_swapped)
    snapshots = SnapshotStore(settings.snapshots)
    base_url = reachable_at(settings)
    channels = ChannelsChat(knowledge, admins=settings.admins)
    chat = QuestionsChat(knowledge, commands, channels, base_url=base_url)
    indexing = indexing_feature(IndexingChat(snapshots, runner, on_swapped=on_swapped), runner)
    admin = AdminPages(database, snapshots, knowledge, settings.home, now, runner.wake, on_swapped)
    profile = ProfileChat(knowledge, base_url=base_url)
    home = HomeChat(knowledge, lambda: catalog.home, base_url=base_url)
    catalog = Catalog(  # in the order of the navigation and of what `help` lists
        [
            replace(home_feature(home), pages=HomePages(home, database, now, drawn).pages()),
            replace(questions_feature(chat), pages=QuestionPages(database, drawn).pages()),
            library_feature(knowledge, base_url=base_url),
            replace(profile_feature(profile), pages=SettingsPages(database, profile, now).pages()),
            replace(indexing, pages=admin.pages()),
            replace(channels_feature(channels), pages=ChannelPages(database, channels.hubs, now).pages()),
            replace(faq_feature(FaqChat(base_url=base_url)), pages=DraftPages(database, now).pages()),
            deliveries_feature(DeliveriesChat(base_url), database, now),
            audit_feature(database),
        ]
    )
    notices = Notices(settings.admins, base_url)
    listeners = Listeners()
    transcript = SqlTranscript(database)
    dispatcher = Dispatcher(database, Router(catalog), now, identify=identify)
    chats = open_chats(settings, dispatcher, catalog, database, now, places_of)
    profiles = {name: chat.profiles for name, chat in chats.items()}
    directory = Directory(database, now, admins=settings.admins, columns=catalog.person_columns, profiles=profiles)
    outlets = {name: Outlet(chat.messenger, chat.pace, chat.quiet) for name, chat in chats.items()}
    outlets["web"] = Outlet(WebMessenger(transcript, listeners, now))
    relay = Relay(database, outlets, now, notices.on_undelivered)

    def keep_house(due_at: datetime) -> None:
        forget_old_traffic(database, due_at)
        directory.follow_stragglers()

    nightly = Job("housekeeping", time(3, 40), "UTC", keep_house)
    site = create_web_app(
        settings,
        pages=catalog.pages,
        sections=[
            WebChat(dispatcher, transcript, listeners, now, chat.suggestions),
            *(chat.section for chat in chats.values()),
        ],
        directory=directory,
        clock=now,
    )
    clock = Clock([nightly, *catalog.jobs], SqlTicks(database), now)
    return App(settings, database, knowledge, catalog, directory, dispatcher, relay, runner, clock, site, chats)


def open_chats(
    settings: Settings,
    inbound: Inbound,
    catalog: Catalog,
    database: Database,
    now: Callable[[], datetime],
    places_of: Callable[[str], Sequence[Place]],
) -> dict[str, Chat]:
    """Those that are configured, by name. Their SDKs take a while to import: whoever has no Slack waits for none."""
    chats: dict[str, Chat] = {}
    addresses = SqlAddresses(database)
    if settings.has_slack:
        from bot.platforms.slack.manifest import SCOPES
        from bot.platforms.slack.platform import SlackPlatform
        from bot.platforms.slack.settings import SlackSettings

        shortcuts = catalog.message_actions.items()
        slack = SlackSettings(
            api_url=settings.slack_api_url,
            bot_token=revealed(settings.slack_bot_token),
            signing_secret=revealed(settings.slack_signing_secret),
            app_token=revealed(settings.slack_app_token),
            client_id=settings.slack_client_id or "",
            client_secret=revealed(settings.slack_client_secret),
            streams=settings.slack_streaming,
            base_url=settings.base_url,
            scopes=tuple(sorted(SCOPES)),
            commands=frozenset(catalog.commands),
            form_shortcuts=frozenset(name for name, action in shortcuts if action.opens_form),
        )
        key = session_key(revealed(settings.secret) or None, settings.home)
        chats["slack"] = SlackPlatform(slack, inbound, addresses, SqlVault(database, key, now), now)
    if settings.has_teams:
        from bot.platforms.teams.platform import TeamsPlatform
        from bot.platforms.teams.settings import TeamsSettings

        teams = TeamsSettings(
            app_id=settings.teams_app_id or "",
            app_password=revealed(settings.teams_app_password),
            tenant_id=settings.teams_tenant_id or "",
            base_url=settings.base_url,
        )
        chats["teams"] = TeamsPlatform(teams, inbound, SqlDelivered(database), addresses, now, places_of)
    return chats


def revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
