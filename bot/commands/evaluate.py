"""`guildhall evaluate`: how good retrieval and abstention are on folders of questions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.explained import explained
from bot.commands.progress import progress_bars
from bot.commands.terminal import AsJson, ExitCode, note, read_settings, result_json, table

FIGURES = (
    "ndcg@10",
    "recall@10",
    "mrr@10",
    "hit@1",
    "hit@3",
    "auroc",
    "coverage@95",
    "coverage@95_hit3",
    "ece",
    "questions",
    "seconds",
)
DIGITS = 4


def evaluate(
    folders: Annotated[list[Path], typer.Argument(help="Each with corpus.jsonl, queries.jsonl and qrels.tsv.")],
    as_json: AsJson = False,
) -> None:
    """Score folders of questions through the retrieval and abstention that ask uses."""
    settings = read_settings()
    measured: dict[str, Mapping[str, float]] = {}
    failed = False
    with explained():
        from bot.bootstrap import open_embedder
        from bot.commands.logs import configure_logs
        from indexer.evaluate import NotAnEvaluationSet, evaluate_folder

        configure_logs(settings.log_level)
        embedder = open_embedder(settings)
        for folder, name in zip(folders, names(folders), strict=True):
            note(f"{name}: {folder}")
            with progress_bars() as bars:
                try:
                    measured[name] = evaluate_folder(folder, embedder, on_progress=bars.show)
                except NotAnEvaluationSet as wrong:
                    note(f"{name} was left out: {wrong}")
                    failed = True
    report(measured, as_json=as_json)
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)


def names(folders: Sequence[Path]) -> list[str]:
    """Each folder's own name; with the folder above it where two have the same."""
    own = [folder.resolve().name for folder in folders]
    above = [folder.resolve().parent.name for folder in folders]
    return [name if own.count(name) == 1 else f"{parent}/{name}" for name, parent in zip(own, above, strict=True)]


def report(measured: Mapping[str, Mapping[str, float]], *, as_json: bool) -> None:
    if as_json:
        result_json({name: _fields(figures) for name, figures in measured.items()})
        return
    rows = [(name, *(_shown(figures.get(key)) for key in FIGURES)) for name, figures in measured.items()]
    table(("Folder", *FIGURES), rows)


def _fields(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Null for what the folder cannot tell; `round` leaves a count what it is, a whole number."""
    return {key: round(figures[key], DIGITS) if key in figures else None for key in FIGURES}


def _shown(figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:.3f}"
