"""`guildhall evaluate`: how good retrieval, abstention and the matching of experts are on folders of questions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.chat.errors import UserFacingError
from bot.commands.explained import explained
from bot.commands.progress import progress_bars
from bot.commands.terminal import AsJson, ExitCode, note, read_settings, result_json, table

if TYPE_CHECKING:
    from bot.settings import Settings
    from indexer.golden import GoldenFile
    from knowledge.embedder import Embedder
    from knowledge.snapshot import Snapshot

GOLDEN = Path("golden")
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
    folders: Annotated[
        list[Path],
        typer.Argument(
            help="Each with corpus.jsonl, queries.jsonl and qrels.tsv, or with history.jsonl and experts.jsonl in "
            "place of the corpus; or a file of golden questions; or the word golden, for those of all sources. Golden "
            "questions are put to the snapshot in force."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Score questions through the retrieval and abstention that ask uses, and through the matching of experts."""
    settings = read_settings()
    measured: dict[str, Mapping[str, float]] = {}
    largest: Snapshot | None = None
    failed = False
    with explained():
        from bot.bootstrap.parts import open_embedder
        from bot.commands.logs import configure_logs
        from indexer.evaluate import NotAnEvaluationSet, measure_set, open_set
        from indexer.evaluate_experts import is_expert_set, measure_experts
        from indexer.golden import evaluate_golden, read_golden

        configure_logs(settings.log_level)
        embedder = open_embedder(settings)
        for folder, name in zip(folders, names(folders), strict=True):
            note(f"{name}: {folder}")
            with progress_bars() as bars:
                try:
                    golden = golden_files(folder, settings)
                    if is_expert_set(folder):
                        measured[name] = measure_experts(folder, embedder, on_progress=bars.show)
                    elif golden:
                        questions = [question for file in golden for question in read_golden(file)]
                        snapshot = in_force(settings, embedder)
                        measured[name] = evaluate_golden(questions, snapshot, embedder, on_progress=bars.show)
                    else:
                        opened = open_set(folder, embedder, previous=largest, on_progress=bars.show)
                        if largest is None or len(opened.snapshot.chunks) > len(largest.chunks):
                            largest = opened.snapshot  # sets made by removal share most of their documents
                        measured[name] = measure_set(opened, embedder, on_progress=bars.show)
                except (NotAnEvaluationSet, UserFacingError) as wrong:
                    note(f"{name} was left out: {wrong}")
                    failed = True
    report(measured, as_json=as_json)
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)


def golden_files(argument: Path, settings: "Settings") -> Sequence["GoldenFile"]:
    """What the argument names, if it is golden questions. A folder without a corpus may hold files of them."""
    from indexer.golden import GoldenFile

    if argument == GOLDEN and not argument.exists():
        return _connected(settings)
    if argument.is_dir() and not (argument / "corpus.jsonl").exists():
        return [GoldenFile(file) for file in sorted(argument.glob("*golden.jsonl"))]
    return [GoldenFile(argument)] if argument.suffix == ".jsonl" else []


def _connected(settings: "Settings") -> Sequence["GoldenFile"]:
    from bot.bootstrap.parts import open_database
    from bot.features.indexing.connected import golden_files as files_of
    from bot.features.indexing.store import SqlIndexing
    from indexer.evaluate import NotAnEvaluationSet

    database = open_database(settings)
    try:
        with database.reading() as unit:
            found = files_of(SqlIndexing(unit).sources())
    finally:
        database.close()
    if not found:
        raise NotAnEvaluationSet("no source has golden questions. See: guildhall sources add --help")
    return found


def in_force(settings: "Settings", embedder: "Embedder") -> "Snapshot":
    """The snapshot that golden questions are put to. Raises UserFacingError."""
    from knowledge.snapshot_store import SnapshotStore

    snapshot = SnapshotStore(settings.snapshots).open_current()
    if snapshot is None:
        raise UserFacingError("Nothing is indexed yet, so golden questions cannot be asked. Run: guildhall index")
    if not snapshot.manifest.fits(embedder):
        raise UserFacingError(
            f"The index in force was made with another model or version ({snapshot.manifest.model}), so it was not "
            "measured. Run: guildhall index"
        )
    return snapshot


def names(folders: Sequence[Path]) -> list[str]:
    """Each folder's own name, a file's without its ending; with the folder above it where two have the same."""
    own = [folder.resolve().name.removesuffix(".jsonl") for folder in folders]
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
