"""The whole product on a free port, with a small library of its own, for tests that meet it from outside."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.bootstrap.app import App
from bot.bootstrap.build import build
from bot.bootstrap.parts import open_embedder
from bot.settings import Settings
from indexer.build import Workplace
from indexer.build import build as build_index
from indexer.sources.folder import Folder
from knowledge.snapshot_store import SnapshotStore

STARTER = Path(__file__).parent.parent / "examples" / "starter"
FILES = ("guildhall.yaml", "playbooks", "templates/proposal.md", "metrics/crm-metrics.md", "faq/crm.md")
HIDDEN = """---
title: Acquisition plan
kind: playbook
audience: [board]
---
# Acquisition plan
The renewal clock of Project Heron starts in April. Heron is the code name of the acquisition.
"""


def settings_in(folder: Path) -> Settings:
    """Settings of a product that keeps everything in `folder`, listens on a free port and answers rather than offers:
    how sure it has to be is not what these tests are about."""
    sure_enough = {"answer_from": 0.02, "offer_from": 0.01}
    return Settings.model_validate({"home": folder / "home", "port": 0, "starter": folder / "library", **sure_enough})


def write_library(folder: Path) -> Path:
    """A part of the starter knowledge, and one document that only the board may read."""
    library = folder / "library"
    for name in FILES:
        source, target = STARTER / name, library / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    (library / "board").mkdir()
    (library / "board" / "heron.md").write_text(HIDDEN, encoding="utf-8")
    return library


def index_library(settings: Settings, library: Path) -> None:
    settings.snapshots.mkdir(parents=True, exist_ok=True)
    workplace = Workplace(settings.home, SnapshotStore(settings.snapshots), open_embedder(settings))
    build_index([Folder("Starter knowledge", library)], workplace, at=datetime.now(UTC))


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """The product in a thread with a loop of its own; gives its address, without the slash."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="product")
    thread.start()
    app: App | None = None
    try:
        app = asyncio.run_coroutine_threadsafe(_built(settings), loop).result(60)
        address = asyncio.run_coroutine_threadsafe(app.start(), loop).result(60)
        yield address.rstrip("/")
    finally:
        if app is not None:
            asyncio.run_coroutine_threadsafe(app.stop(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _built(settings: Settings) -> App:
    return build(settings)
