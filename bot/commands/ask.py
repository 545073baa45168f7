"""`guildhall ask`: one question, one answer with its sources."""

from typing import Annotated

import typer

from bot.chat.turn import EVERYONE
from bot.commands.explained import explained
from bot.commands.index import run_index
from bot.commands.terminal import AsJson, ExitCode, note, read_settings, result, result_json


def ask(
    question: Annotated[str, typer.Argument(help="In plain words, as you would ask a colleague.")],
    as_json: AsJson = False,
    groups: Annotated[list[str] | None, typer.Option("--as", help="A group to read as, beside everyone.")] = None,
) -> None:
    """Answer from the index, with sources. Exit code 0: answer, 3: candidates, 4: unknown."""
    settings = read_settings()
    with explained():
        from bot.bootstrap.parts import open_embedder, open_knowledge
        from bot.commands.answer_text import answer_fields, answer_lines
        from bot.commands.logs import configure_logs
        from knowledge.answer import Outcome

        configure_logs(settings.log_level)
        embedder = open_embedder(settings)
        knowledge = open_knowledge(settings, embedder)
        if knowledge.snapshot is None:
            note("There is no index to answer from yet, so that comes first.")
            run_index(settings, embedder)
            knowledge.refresh()
        answer = knowledge.ask(question, frozenset({EVERYONE, *(groups or ())}))
    base_url = settings.base_url or f"http://{settings.host}:{settings.port}"
    if as_json:
        result_json(answer_fields(answer, base_url))
    else:
        for line in answer_lines(answer, base_url):
            result(line)
    codes = {
        Outcome.ANSWER: ExitCode.OK,
        Outcome.CANDIDATES: ExitCode.CANDIDATES,
        Outcome.UNKNOWN: ExitCode.UNKNOWN,
    }
    raise typer.Exit(codes[answer.outcome])
