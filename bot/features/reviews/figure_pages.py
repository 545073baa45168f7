"""Rubrics and figures as pages: open to every colleague, and nobody is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.moments import zone_of
from bot.chat.turn import EVERYONE
from bot.features.page import Download, Page, PageNotFound, PageRequest, View, number_in
from bot.features.reviews.addresses import FIGURES_PAGE, RUBRICS_PAGE
from bot.features.reviews.charts import LEAST, PERIODS, USUAL_PERIOD, Chart, charts_of, table_of
from bot.features.reviews.pages import NAMES, NOT_FOR_GUESTS, SUBMIT
from bot.features.reviews.readiness import LEAST_WORDS
from bot.features.reviews.rubric import Rubric
from bot.features.reviews.store import SqlReviews
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class FigurePages:
    """`rubrics` are those in force, by id."""

    database: Database
    rubrics: Mapping[str, Rubric]
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        """They come before the page of a single review, whose address takes all that is left."""
        return (
            Page(FIGURES_PAGE, self.show_figures),
            Page(f"{FIGURES_PAGE}.csv", self.take_away),
            Page(RUBRICS_PAGE, self.show_rubrics),
            Page(f"{RUBRICS_PAGE}/{{rubric}}", self.show_rubric),
        )

    def show_figures(self, request: PageRequest) -> View:
        days, kind, kinds, charts, many = self._figures(request)
        values: dict[str, object] = {
            "charts": charts,
            "many": many,
            "days": days,
            "kind": kind,
            "kinds": kinds,
            "periods": PERIODS,
            "least": LEAST,
            "submit": SUBMIT,
        }
        return View("reviews/figures.html", values)

    def take_away(self, request: PageRequest) -> Download:
        _, _, _, charts, _ = self._figures(request)
        return table_to_take_away("review-figures", ("Finding", "What", "How much"), table_of(charts))

    def show_rubrics(self, request: PageRequest) -> View:
        values: dict[str, object] = {
            "rubrics": list(self.rubrics.values()),
            "address": RUBRICS_PAGE,
            "hours": hours_in_words,
        }
        return View("reviews/rubrics.html", values)

    def show_rubric(self, request: PageRequest) -> View:
        rubric = self.rubrics.get(request.path["rubric"])
        if rubric is None:
            raise PageNotFound
        scales = {each.scale for each in rubric.criteria}
        values: dict[str, object] = {
            "rubric": rubric,
            "scale": next(iter(scales)) if len(scales) == 1 else (),
            "names": NAMES[rubric.blind],
            "hours": hours_in_words,
            "least_words": LEAST_WORDS,
            "submit": replace(SUBMIT, value=rubric.id),
        }
        return View("reviews/rubric.html", values)

    def _figures(self, request: PageRequest) -> tuple[int, str, Mapping[str, str], tuple[Chart, ...], int]:
        """Days, kind, all kinds, charts, and how many cases they are of."""
        person = request.person
        if EVERYONE not in person.principals:
            raise UserFacingError(NOT_FOR_GUESTS)
        days = number_in(request.query.get("days", ""))
        days = days if days in PERIODS else USUAL_PERIOD
        with self.database.reading() as unit:
            cases = SqlReviews(unit).since(self.clock() - timedelta(days=days))
        kinds = {each.submission.rubric.id: each.submission.rubric.title for each in cases}
        kind = request.query.get("kind", "")
        kind = kind if kind in kinds else ""
        chosen = [each for each in cases if kind in ("", each.submission.rubric.id)]
        return days, kind, kinds, tuple(charts_of(chosen, zone_of(person.time_zone))), len(chosen)


def hours_in_words(work: timedelta) -> str:
    """Of somebody's working time."""
    hours = round(work / timedelta(hours=1))
    return "1 hour" if hours == 1 else f"{hours} hours"
