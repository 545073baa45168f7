"""Whether the company's own rules for requests can be used."""

from bot.commands.finding import Finding, State
from bot.features.ideas.rule_reader import BEFORE, read_intake
from bot.settings import Settings

NAME = "intake"


def check_intake(settings: Settings) -> Finding:
    """Each problem says what to do itself."""
    intake = read_intake(settings.intake, settings.home / BEFORE)
    if intake.problems:
        return Finding(NAME, State.WARN, intake.problems[0], " ".join(intake.problems[1:]))
    return Finding(NAME, State.OK, f"{len(intake.sound)} of the company's own, {len(intake.kinds)} kinds in all")
