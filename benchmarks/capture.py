"""Seconds from a curator's press on Approve to an answer from the entry, asked in the web chat of the real server.

    python -m benchmarks.capture [--chunks 14000] [--entries 5000] [--drafts 10]

The library's vectors are random, since only their number counts here; what is approved, the questions and the answers
are the product's. `--entries` are live already: each approval writes their snapshot anew.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.latency import recombined
from benchmarks.results import write_results
from benchmarks.serving import free_port, serving, wait_for_page
from bot.bootstrap.parts import open_database, open_embedder, utc_now
from bot.chat.turn import Place
from bot.features.faq.entry import PREFIX, Entry, as_document
from bot.features.faq.entry_store import SqlEntries
from bot.features.faq.model import Draft
from bot.features.faq.store import SqlDrafts
from bot.features.library.links import reader_url
from bot.settings import Settings
from indexer.entries import publish_entries
from knowledge.document import Paragraph
from knowledge.embedder import Embedder, Encoding
from knowledge.snapshot_store import SnapshotStore
from tests.drivers.driver import Someone, Spot
from tests.drivers.web import WebDriver

LONGEST = 30.0
SUBJECTS = ("parking", "badges", "lockers", "canteen", "bicycles", "visitors", "printers", "plants", "keys", "coffee")


class Quick:
    """The model with random vectors: a snapshot of them takes as long to write, read and search."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._random = np.random.default_rng(0)
        self.name, self.revision, self.dimension = model.name, model.revision, model.dimension

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        for text in texts:
            pieces = max(1, len(text) // 5)
            tokens = self._random.standard_normal((pieces, self.dimension)).astype(np.float32)
            whole = tokens.sum(axis=0)
            yield Encoding(whole / np.linalg.norm(whole), tokens, np.zeros(pieces, dtype=np.int32))

    def count(self, text: str) -> int:
        return self._model.count(text)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self._model.offsets(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=14_000)
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--drafts", type=int, default=10)
    options = parser.parse_args()
    figures: dict[str, float] = {"chunks": options.chunks}
    for entries in dict.fromkeys((0, options.entries)):
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch)
            drafts = prepare(home, options.chunks, entries, options.drafts)
            port = free_port()
            with serving(home, port):
                wait_for_page(port)
                times = asyncio.run(measured(f"http://127.0.0.1:{port}", drafts))
        figures[f"with_{entries}_entries_p50_s"] = round(float(np.median(times)), 2)
        figures[f"with_{entries}_entries_longest_s"] = round(max(times), 2)
    write_results("capture", figures)


def prepare(home: Path, chunks: int, entries: int, count: int) -> list[Draft]:
    """A home with a library, entries and drafts that wait."""
    settings = Settings.model_validate({"home": home, "starter": None})
    embedder, now = Quick(open_embedder(settings)), utc_now()
    for folder in (settings.snapshots, settings.entries):
        folder.mkdir(parents=True)
    library = SnapshotStore(settings.snapshots)
    pairs = recombined(chunks + entries)
    short = [(replace(document, blocks=(Paragraph(own[0].text),)), own) for document, own in pairs]
    library.activate(library.write(short[:chunks], embedder, at=now).id)
    live = [
        Entry(f"{number:032x}", f"{own[0].text[:80]} {number}?", own[0].text, "web:admin", "Admin", now)
        for number, (_, own) in enumerate(short[chunks:])
    ]
    publish_entries([as_document(entry) for entry in live], SnapshotStore(settings.entries), embedder, at=now)
    drafts = [
        Draft(
            f"draft{number}",
            f"Who looks after the {SUBJECTS[number % len(SUBJECTS)]} of building {number}?",
            f"Team {number * 7919} of the mill looks after them.",
            "web:dana",
            "Dana",
            now,
            Place("web", "web:dana", "drafts"),
        )
        for number in range(count)
    ]
    database = open_database(settings)
    with database.begin() as unit:
        for entry in live:
            SqlEntries(unit).add(entry)
        for draft in drafts:
            SqlDrafts(unit).add(draft)
    database.close()
    return drafts


async def measured(address: str, drafts: Sequence[Draft]) -> list[float]:
    driver = WebDriver(address)
    try:
        admin = await driver.person("admin", as_it_is=True)
        times = []
        for number, draft in enumerate(drafts):
            times.append(await seconds_to_live(driver, admin, draft))
            sys.stderr.write(f"\r{number + 1} of {len(drafts)}: {times[-1]:.2f} s")
        sys.stderr.write("\n")
        return times
    finally:
        await driver.close()


async def seconds_to_live(driver: WebDriver, admin: Someone, draft: Draft) -> float:
    """From the press until a question is answered from it: asked once the library shows it."""
    page = f"/faq/drafts/{draft.id}"
    values = {"question": draft.question, "answer": draft.answer, "edition": draft.edition, "personal": "mask"}
    reader = reader_url(f"{PREFIX}{draft.id}")
    pressed = perf_counter()
    await driver.post_page(admin, f"{page}/approve", values)
    while await driver.status(admin, reader) != HTTPStatus.OK:
        if perf_counter() - pressed > LONGEST:
            raise TimeoutError(f"Not in the library within {LONGEST} s.")
        await asyncio.sleep(0.1)
    spot = await driver.direct(admin)
    await driver.say(admin, spot, draft.question)
    answer = await _answer_in(driver, spot)
    taken = perf_counter() - pressed
    if draft.answer not in answer:
        raise ValueError(f"Answered from something else: {answer}")
    return taken


async def _answer_in(driver: WebDriver, spot: Spot) -> str:
    for _ in range(500):
        shown = await driver.messages(spot)
        if shown:
            return " ".join(each.text for each in shown)
        await asyncio.sleep(0.02)
    raise TimeoutError("No answer at all.")


if __name__ == "__main__":
    main()
