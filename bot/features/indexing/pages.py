"""The admin's pages: what is connected, what was uploaded, runs as they go, and the way back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.chat.errors import FormRejected, UserFacingError
from bot.features.indexing import use_cases
from bot.features.indexing.model import PHASES, IndexRun
from bot.features.indexing.overview import STATES, TONES, last_report, of_source, outcome, source_lines, who
from bot.features.indexing.posted import meta_from, source_from
from bot.features.indexing.store import IndexingStore, SqlIndexing
from bot.features.library.links import reader_url
from bot.features.library.model import KINDS
from bot.features.page import Page, PageNotFound, PageRequest, Redirect, Upload, View
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import Database, UnitOfWork
from indexer.report import AUDIENCE_HINT
from knowledge.document import SourceDocument
from knowledge.snapshot_store import SnapshotStore

RUNS_SHOWN = 20


class Snapshot(Protocol):
    @property
    def documents(self) -> Mapping[str, SourceDocument]: ...


class Knowledge(Protocol):
    """What is in force; None before anything is."""

    @property
    def snapshot(self) -> Snapshot | None: ...


@dataclass(frozen=True)
class AdminPages:
    """`wake` tells the runner that a run is queued, `on_swapped` the knowledge that another index is in force."""

    database: Database
    snapshots: SnapshotStore
    knowledge: Knowledge
    home: Path
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    on_swapped: Callable[[], None]

    def pages(self) -> tuple[Page, ...]:
        def get(path: str, handler: Callable[[PageRequest], View], nav: str = "") -> Page:
            return Page(path, handler, nav=nav, admin_only=True)

        def post(path: str, handler: Callable[[PageRequest], View | Redirect]) -> Page:
            return Page(path, handler, "POST", admin_only=True)

        return (
            get("/admin", self.overview, nav="Sources"),
            post("/admin/sources", self.add_source),
            get("/admin/sources/{source}", self.source),
            post("/admin/sources/{source}/remove", self.remove_source),
            post("/admin/uploads", self.upload),
            post("/admin/uploads/remove", self.remove_upload),
            get("/admin/runs", self.runs),
            post("/admin/runs", self.start_run),
            post("/admin/runs/{run}/cancel", self.cancel_run),
            post("/admin/runs/{run}/publish", self.publish),
            get("/admin/runs/{run}", self.run),
            get("/admin/indexes", self.indexes),
            post("/admin/indexes/roll-back", self.roll_back),
        )

    # Sources

    def overview(self, request: PageRequest) -> View:
        return self._overview({}, {})

    def add_source(self, request: PageRequest) -> View | Redirect:
        try:
            wanted = source_from(request.form, by=request.person.name, at=self.clock())
            with self.database.begin() as unit:
                added = use_cases.add_source(SqlIndexing(unit), wanted)
                self._record(unit, request, "source added", added.name)
        except FormRejected as rejected:
            return self._overview(request.form, rejected.problems, status=422)
        return Redirect("/admin", f"{added.name} is connected. Reindex to read it.")

    def remove_source(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            removed = use_cases.remove_source(SqlIndexing(unit), request.path["source"])
            self._record(unit, request, "source removed", removed.name)
        return Redirect("/admin", f"{removed.name} is disconnected. Its documents leave with the next run.")

    def source(self, request: PageRequest) -> View:
        with self._reading() as store:
            records, runs = store.sources(), store.runs(RUNS_SHOWN)
        source = next((each for each in records if each.id == request.path["source"]), None)
        if source is None:
            raise PageNotFound
        report = last_report(runs)
        documents = [each for each in self._documents() if each.source == source.name]
        readable = {each.id for each in documents if each.audience & request.person.principals}
        return View(
            "indexing/source.html",
            {
                "source": source,
                "who": who,
                "documents": sorted(documents, key=lambda each: (each.path, each.title)),
                "readable": readable,
                "failed": of_source(source.name, report.failed) if report else [],
                "skipped": of_source(source.name, report.skipped) if report else [],
                "warnings": of_source(source.name, report.warnings) if report else [],
                "kinds": KINDS,
                "reader_url": reader_url,
                "audience_hint": AUDIENCE_HINT,
            },
        )

    # Uploads

    def upload(self, request: PageRequest) -> View | Redirect:
        files = [file for file in request.uploads if file.filename]
        try:
            meta = meta_from(request.form)
        except FormRejected as rejected:
            return self._overview(request.form, {f"upload_{name}": why for name, why in rejected.problems.items()}, 422)
        if not files:
            return self._overview(request.form, {"upload_files": "Choose at least one file."}, status=422)
        kept, refused = 0, []
        for file in files:
            try:
                self._keep(request, file, meta)
                kept += 1
            except UserFacingError as error:
                refused.append(f"{file.filename}: {error}")
        words = [f"Kept {kept} of {len(files)} file{'' if len(files) == 1 else 's'}.", *refused[:5]]
        if kept and request.form.get("reindex") == "yes":
            return Redirect(f"/admin/runs/{self._start(request, force=False).id}", " ".join(words))
        return Redirect("/admin", " ".join([*words, "Reindex to bring them into the library."] if kept else words))

    def _keep(self, request: PageRequest, file: Upload, meta: Mapping[str, tuple[str, ...]]) -> None:
        with self.database.begin() as unit:
            kept = use_cases.save_upload(
                SqlIndexing(unit),
                self.home,
                file.filename,
                file.content,
                by=request.person.name,
                at=self.clock(),
                meta=meta,
            )
            self._record(unit, request, "file uploaded", kept.name)

    def remove_upload(self, request: PageRequest) -> Redirect:
        name = request.form.get("name", "")
        with self.database.begin() as unit:
            use_cases.remove_upload(self.home, name)
            self._record(unit, request, "upload removed", name)
        return Redirect("/admin#uploads", f"{name} is removed. It leaves the library with the next run.")

    # Runs

    def runs(self, request: PageRequest) -> View:
        with self._reading() as store:
            runs = store.runs(RUNS_SHOWN)
        return View(
            "indexing/runs.html", {"runs": runs, "states": STATES, "tones": TONES, "outcome": outcome, "who": who}
        )

    def start_run(self, request: PageRequest) -> Redirect:
        run = self._start(request, force=request.form.get("force") == "yes")
        return Redirect(f"/admin/runs/{run.id}")

    def run(self, request: PageRequest) -> View:
        with self._reading() as store:
            run = store.run(request.path["run"])
        if run is None:
            raise PageNotFound
        is_fragment = request.query.get("fragment") == "1"
        return View(
            "indexing/run_state.html" if is_fragment else "indexing/run.html",
            {
                "run": run,
                "states": STATES,
                "tones": TONES,
                "phases": PHASES,
                "outcome": outcome(run),
                "who": who,
                "audience_hint": AUDIENCE_HINT,
            },
        )

    def cancel_run(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            run = use_cases.cancel_run(SqlIndexing(unit), request.path["run"], self.clock())
            self._record(unit, request, "reindex cancelled", run.id)
        return Redirect(f"/admin/runs/{run.id}")

    def publish(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            run = use_cases.publish_refused(SqlIndexing(unit), self.snapshots, request.path["run"])
            unit.after_commit(self.on_swapped)
            self._record(unit, request, "refused snapshot published", run.report.snapshot if run.report else "")
        return Redirect(f"/admin/runs/{run.id}", "The new index is in force. Roll back from Indexes if it disappoints.")

    # Indexes

    def indexes(self, request: PageRequest) -> View:
        manifests = self.snapshots.manifests()
        return View("indexing/indexes.html", {"manifests": manifests, "current": self.snapshots.current_id()})

    def roll_back(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            manifest = use_cases.roll_back(self.snapshots)
            unit.after_commit(self.on_swapped)
            self._record(unit, request, "snapshot rolled back", manifest.id)
        return Redirect(
            "/admin/indexes", f"Back on the index with {manifest.documents:,} documents. Rolling back again returns."
        )

    def _overview(self, typed: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> View:
        with self._reading() as store:
            records, runs, active = store.sources(), store.runs(RUNS_SHOWN), store.active_run()
        report = last_report(runs)
        return View(
            "indexing/overview.html",
            {
                "lines": source_lines(records, self._documents(), report),
                "uploads": use_cases.uploads(self.home),
                "current": self._manifest(),
                "latest": runs[0] if runs else None,
                "active": active,
                "states": STATES,
                "tones": TONES,
                "phases": PHASES,
                "outcome": outcome,
                "kinds": KINDS,
                "typed": typed,
                "problems": problems,
            },
            status=status,
        )

    def _start(self, request: PageRequest, *, force: bool) -> IndexRun:
        with self.database.begin() as unit:
            run = use_cases.start_run(SqlIndexing(unit), by=request.person.id, at=self.clock(), force=force)
            unit.after_commit(self.wake)
            self._record(unit, request, "reindex started", run.id)
        return run

    def _record(self, unit: UnitOfWork, request: PageRequest, action: str, subject: str) -> None:
        record(unit, AuditEntry(self.clock(), request.person.id, action, subject))

    def _manifest(self) -> object:
        current = self.snapshots.current_id()
        return next((each for each in self.snapshots.manifests() if each.id == current), None)

    def _documents(self) -> list[SourceDocument]:
        snapshot = self.knowledge.snapshot
        return list(snapshot.documents.values()) if snapshot else []

    @contextmanager
    def _reading(self) -> Iterator[IndexingStore]:
        with self.database.reading() as unit:
            yield SqlIndexing(unit)
