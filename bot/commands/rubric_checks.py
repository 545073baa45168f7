"""Whether the company's own rubrics can be used."""

from bot.commands.finding import Finding, State
from bot.features.reviews.rubric_shelf import read_shelf
from bot.settings import Settings

NAME = "rubrics"


def check_rubrics(settings: Settings) -> Finding:
    shelf = read_shelf(settings.rubrics)
    if shelf.problems:
        left = f"{len(shelf.problems)} left out: {'; '.join(shelf.problems)}"
        return Finding(NAME, State.WARN, left, "Correct them and start Guildhall again. The others are in use.")
    return Finding(NAME, State.OK, f"{len(shelf.own)} of the company's own, {len(shelf.rubrics)} in all")
