"""Keeping the library up to date from a chat: the admins' commands and the buttons of a run."""

from collections.abc import Callable
from datetime import time
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.moments import moment_for_readers
from bot.chat.reply import Block, Bullets, Facts, Message, Note, Paragraph, Post, Reply
from bot.chat.turn import Commanded, Turn
from bot.features.feature import Command, Feature, for_admins
from bot.features.indexing import run_card, use_cases
from bot.features.indexing.model import SourceRecord
from bot.features.indexing.run_card import run_message
from bot.features.indexing.runner import Runner
from bot.features.indexing.store import IndexingStore, SqlIndexing, runs, sources
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork
from knowledge.snapshot import Manifest
from knowledge.snapshot_store import SnapshotStore
from scheduler.job import Job

NIGHTLY = time(4, 10)


class IndexingChat:
    """Turn -> use case -> Reply."""

    def __init__(
        self,
        snapshots: SnapshotStore,
        runner: Runner,
        *,
        on_swapped: Callable[[], None] = lambda: None,
        stores: Callable[[UnitOfWork], IndexingStore] = SqlIndexing,
    ) -> None:
        self._snapshots = snapshots
        self._runner = runner
        self._on_swapped = on_swapped
        self._stores = stores

    def on_reindex(self, turn: Turn, unit: UnitOfWork) -> Reply:
        match _words(turn):
            case "":
                return self._start(turn, unit, force=False)
            case "force":
                return self._start(turn, unit, force=True)
            case "cancel":
                active = self._stores(unit).active_run()
                if active is None:
                    raise UserFacingError("No run is going on, so there was nothing to cancel.")
                return self._cancel(turn, unit, active.id)
            case _:
                raise UserFacingError(
                    "That was not understood, so nothing was started. "
                    "Say “reindex”, “reindex force” or “reindex cancel”."
                )

    def on_start(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._start(turn, unit, force=False)

    def on_cancel(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._cancel(turn, unit, turn.carried)

    def on_sources(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return _say(sources_message(self._stores(unit).sources()))

    def on_roll_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        if turn.carried and turn.carried != self._snapshots.current_id():
            raise UserFacingError(
                "Another index is in force by now, so nothing was changed. Say “rollback” if you mean it."
            )
        manifest = use_cases.roll_back(self._snapshots)
        unit.after_commit(self._on_swapped)
        record(unit, AuditEntry(turn.at, turn.person.id, "snapshot rolled back", manifest.id))
        return _say(rolled_back_message(manifest, moment_for_readers(manifest.created_at, turn)))

    def on_publish(self, turn: Turn, unit: UnitOfWork) -> Reply:
        run = use_cases.publish_refused(self._stores(unit), self._snapshots, turn.carried)
        unit.after_commit(self._on_swapped)
        snapshot = run.report.snapshot if run.report else ""
        record(unit, AuditEntry(turn.at, turn.person.id, "refused snapshot published", snapshot))
        text = "Published all the same. The index before it is one step back: say “rollback”."
        return _say(Message(text, (Paragraph(text),)))

    def _start(self, turn: Turn, unit: UnitOfWork, *, force: bool) -> Reply:
        store = self._stores(unit)
        if not store.sources():
            raise UserFacingError("No source is connected, so there is nothing to index. Add one on the page Sources.")
        run = use_cases.start_run(store, by=turn.person.id, at=turn.at, force=force, place=turn.place)
        if run.place != turn.place or run.requested_at != turn.at:
            return _say(run_message(run))  # somebody else's run: shown as it stands now
        unit.after_commit(self._runner.wake)
        record(unit, AuditEntry(turn.at, turn.person.id, "reindex started", run.id))
        return Reply((Post(run_message(run), run.message_key),))

    def _cancel(self, turn: Turn, unit: UnitOfWork, run_id: str) -> Reply:
        run = use_cases.cancel_run(self._stores(unit), run_id, turn.at)
        record(unit, AuditEntry(turn.at, turn.person.id, "reindex cancelled", run.id))
        return Reply((Post(run_message(run), run.message_key, run.place),))


def sources_message(sources: list[SourceRecord]) -> Message:
    if not sources:
        text = "No source is connected yet. Add a folder, a git repository or a web site on the page Sources."
        return Message(text, (Paragraph(text),))
    count = "1 source is" if len(sources) == 1 else f"{len(sources)} sources are"
    lines = tuple(f"{one.name}: {one.kind}{f', {one.location}' if one.location else ''}" for one in sources)
    note = Note("“reindex” brings the library up to date with them.")
    return Message(f"{count} connected.", (Paragraph(f"{count} connected."), Bullets(lines), note))


def rolled_back_message(manifest: Manifest, written: str) -> Message:
    text = "The index before is in force again. Say “rollback” once more to return."
    facts = (("Written", written), ("Documents", f"{manifest.documents:,}"))
    blocks: tuple[Block, ...] = (Paragraph(text), Facts(facts))
    return Message(text, blocks)


def indexing_feature(chat: IndexingChat, runner: Runner, *, time_zone: str = "UTC") -> Feature:
    """Without its pages; `pages.py` adds them."""
    return Feature(
        name="indexing",
        commands={
            "reindex": Command(
                chat.on_reindex,
                "bring the library up to date (“reindex cancel” stops it)",
                admin_only=True,
                words=frozenset({"force", "cancel"}),
            ),
            "sources": Command(chat.on_sources, "what the library is made from", admin_only=True),
            "rollback": Command(chat.on_roll_back, "go back to the index before", admin_only=True),
        },
        person_columns=(sources.c.added_by, runs.c.started_by),
        buttons={
            run_card.START: for_admins(chat.on_start),
            run_card.CANCEL: for_admins(chat.on_cancel),
            run_card.PUBLISH: for_admins(chat.on_publish),
            run_card.ROLL_BACK: for_admins(chat.on_roll_back),
        },
        jobs=(Job("reindex", NIGHTLY, time_zone, runner.run_nightly),),
    )


def _words(turn: Turn) -> str:
    return turn.content.text.strip().lower() if isinstance(turn.content, Commanded) else ""


def _say(message: Message) -> Reply:
    return Reply((Post(message, f"indexing.said.{uuid4().hex}"),))
