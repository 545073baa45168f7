"""What stands by itself, opened from the settings: the database, the model, the library, the runs of the indexer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog
from threadpoolctl import threadpool_limits

from bot.dashboard.access import Access, access_of
from bot.features.escalations.routing import ExpertRouting
from bot.features.events.in_library import LiveRecordings
from bot.features.experts.matcher import Matcher
from bot.features.faq.publisher import EntryIndex, EntryPublisher
from bot.features.indexing.runner import Runner, Tools
from bot.features.reviews.in_library import LiveExamples
from bot.features.stories.in_library import LiveStories
from bot.settings import Settings
from bot.storage.engine import open_engine
from bot.storage.schema import upgrade_schema
from bot.storage.unit_of_work import Database, UnitOfWork
from indexer.build import Gate
from indexer.golden import GoldenFile
from indexer.golden_gate import GoldenGate
from knowledge.answerability import Thresholds
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.knowledge_base import KnowledgeBase
from knowledge.likeness import Likeness
from knowledge.snapshot import SnapshotDamaged
from knowledge.snapshot_store import SnapshotStore

log = structlog.stdlib.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


def reachable_at(settings: Settings) -> str:
    """How people reach the web page, for links in chats: as it is set, or on this machine where the chats are too.
    Empty where they do not: then a link to it would open nothing. Raises SignInMissing, SettingMissing."""
    if access_of(settings) in (Access.NONE, Access.TEAMS):  # a link opens in a browser, where Teams does not sign in
        return ""
    is_elsewhere = settings.has_slack or settings.teams_app_id is not None
    if settings.base_url or is_elsewhere or not settings.port:
        return settings.base_url.rstrip("/")
    return (
        f"http://[{settings.host}]:{settings.port}"
        if ":" in settings.host
        else f"http://{settings.host}:{settings.port}"
    )


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
    return KnowledgeBase(settings.snapshots, embedder, entries=settings.entries, thresholds=thresholds(settings))


def move_on(knowledge: KnowledgeBase) -> None:
    """To the snapshot that is published. One that cannot be opened is logged, and the one before stays in force."""
    try:
        if knowledge.refresh():
            log.info("moved to another snapshot")
    except (SnapshotDamaged, OSError):
        log.exception("the published snapshot cannot be opened")


def thresholds(settings: Settings) -> Thresholds:
    """Those that come with the version, unless set otherwise."""
    usual = Thresholds()
    return Thresholds(
        answer=usual.answer if settings.answer_from is None else settings.answer_from,
        offer=usual.offer if settings.offer_from is None else settings.offer_from,
    )


def open_publisher(
    settings: Settings,
    database: Database,
    embedder: Embedder,
    *,
    now: Callable[[], datetime] = utc_now,
    on_published: Callable[[], object] = lambda: None,
) -> EntryPublisher:
    """Puts approved FAQ entries, examples of reviewed work, what events left behind and success stories into the index,
    in a thread of its own."""

    def examples(unit: UnitOfWork) -> LiveExamples:
        return LiveExamples(unit, settings.base_url.rstrip("/"))

    def recordings(unit: UnitOfWork) -> LiveRecordings:
        return LiveRecordings(unit, settings.base_url.rstrip("/"))

    def stories(unit: UnitOfWork) -> LiveStories:
        return LiveStories(unit, settings.base_url.rstrip("/"))

    index = EntryIndex(settings.entries, embedder, on_published)
    return EntryPublisher(database, index, now, beside=(examples, recordings, stories))


def open_matcher(settings: Settings, database: Database, embedder: Embedder, knowledge: KnowledgeBase) -> Matcher:
    """Knows who knows about something, kept ready in a thread of its own."""
    nothing: Mapping[str, SourceDocument] = {}

    def documents() -> Mapping[str, SourceDocument]:
        return knowledge.snapshot.documents if knowledge.snapshot else nothing

    return Matcher(database, embedder, documents, settings.home / "cache" / "experts.npz")


def open_routing(database: Database, likeness: Likeness, matcher: Matcher) -> ExpertRouting:
    return ExpertRouting(database, matcher, likeness)


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
