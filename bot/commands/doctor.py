"""`guildhall doctor`: checks the set-up and says what to do."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import typer

from bot.commands.finding import Finding, State
from bot.commands.terminal import AsJson, ExitCode, read_settings, result, result_json

if TYPE_CHECKING:
    from bot.settings import Settings

MARKS = {State.OK: ("ok", typer.colors.GREEN), State.WARN: ("warn", typer.colors.YELLOW)}


def doctor(as_json: AsJson = False) -> None:
    """Check the set-up and say what to do."""
    findings = examine(read_settings())
    failed = any(finding.state is State.FAIL for finding in findings)
    if as_json:
        result_json({"ok": not failed, "checks": [as_fields(finding) for finding in findings]})
    else:
        for finding in findings:
            show(finding)
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)


def examine(settings: "Settings") -> Sequence[Finding]:
    """Every check, in the order in which a person would put things right."""
    from bot.commands import knowledge_checks as knowledge
    from bot.commands import machine_checks as machine
    from bot.commands.calendar_checks import check_calendars
    from bot.commands.intake_checks import check_intake
    from bot.commands.mail_checks import check_mail
    from bot.commands.rubric_checks import check_rubrics
    from bot.commands.slack_checks import check_slack
    from bot.commands.teams_checks import check_teams

    on_settings: tuple[Callable[[Settings], Finding], ...] = (
        machine.check_home,
        machine.check_disk,
        machine.check_port,
        machine.check_sign_in,
        knowledge.check_database,
        knowledge.check_model,
        knowledge.check_snapshot,
        check_slack,
        check_teams,
        check_mail,
        *((check_calendars,) if settings.calendars else ()),
        *((check_rubrics,) if settings.rubrics else ()),
        *((check_intake,) if settings.intake else ()),
    )
    return [
        machine.check_python(),
        machine.check_sqlite(),
        machine.check_git(),
        *(check(settings) for check in on_settings),
    ]


def as_fields(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "state": finding.state, "found": finding.found, "advice": finding.advice}


def show(finding: Finding) -> None:
    mark, colour = MARKS.get(finding.state, ("fail", typer.colors.RED))
    result(f"{typer.style(f'{mark:<4}', fg=colour)}  {finding.name:<9} {finding.found}")
    if finding.advice:
        result(f"{'':<16}{finding.advice}")
