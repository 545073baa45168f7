"""Seconds from `guildhall serve` to a page that answers: with an empty home, then with the home that it left."""

import tempfile
import time
from pathlib import Path

from benchmarks.results import write_results
from benchmarks.serving import free_port, serving, wait_for_page

REPEATS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        first = seconds_to_answer(Path(home))
        later = [seconds_to_answer(Path(home)) for _ in range(REPEATS)]
    write_results(
        "start", {"first_start_s": round(first, 2), "later_start_s": round(sorted(later)[len(later) // 2], 2)}
    )


def seconds_to_answer(home: Path) -> float:
    began, port = time.monotonic(), free_port()
    with serving(home, port):
        wait_for_page(port)
        return time.monotonic() - began


if __name__ == "__main__":
    main()
