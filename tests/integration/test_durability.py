"""Acknowledged means durable: a real process is killed with signal 9 at random moments."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dispatcher import Dispatcher
from bot.router import Router
from bot.storage.unit_of_work import Database
from tests.ballot import Ballot, effects
from tests.conftest import KINDS
from tests.integration.acknowledge import now

CYCLES = 3
ROOT = Path(__file__).parents[2]


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_acknowledged_is_lost_or_done_twice(new_database: Callable[[str], Database], kind: str) -> None:
    database = new_database(kind)
    acknowledged: list[int] = []
    for cycle in range(CYCLES):
        acknowledged += kill_soon(database, 1_000_000 * cycle, 0.05 + 0.07 * cycle)
    dispatcher = Dispatcher(database, Router(Ballot().catalog()), now)
    dispatcher.recover(timedelta(seconds=-1))  # all claims, the newest too: nobody else runs
    while dispatcher.work_one():
        pass
    dispatcher.stop()
    done = [int(subject.rpartition("-")[2]) for subject in effects(database, "said")]
    assert len(acknowledged) >= CYCLES
    assert set(acknowledged) <= set(done)
    assert len(done) == len(set(done))


def kill_soon(database: Database, first: int, seconds: float) -> list[int]:
    """Starts a process, kills it `seconds` after its first acknowledgement; returns what it acknowledged."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.integration.acknowledge", url, str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        time.sleep(seconds)
        process.kill()
        said += process.stdout.readlines()
    return [int(line) for line in said if line.endswith("\n")]
