"""Figures: printed for people, kept as JSON for comparison."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def write_results(name: str, figures: Mapping[str, float | int | str]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    for figure, value in figures.items():
        sys.stdout.write(f"{figure:<32} {value}\n")
