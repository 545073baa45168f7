"""Seconds from `guildhall serve` to a page that answers: with an empty home, then with the home that it left."""

import http.client
import tempfile
import time
from pathlib import Path

from benchmarks.results import write_results
from benchmarks.serving import free_port, serving

LONGEST = 60.0
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
        while time.monotonic() - began < LONGEST:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/sign-in")
                if connection.getresponse().status == http.HTTPStatus.OK:
                    return time.monotonic() - began
            except ConnectionError:
                time.sleep(0.05)
            finally:
                connection.close()
    raise TimeoutError(f"No answer within {LONGEST} s.")


if __name__ == "__main__":
    main()
