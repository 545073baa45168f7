"""The figures of reviews as charts: each with a title that states the finding, its bars and its axis. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.features.reviews.figures import Figures, figures_of
from bot.features.reviews.model import Case

LEAST = 3
"""Fewer than these would point at somebody, and say little."""

MONTHS = 12
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLOSE_TO = 0.1
"""Of the earlier one: what differs less has not changed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` of the longest, 0 to 1; `many` is what it is the figure of."""

    label: str
    share: float
    value: str
    many: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """`axis` says what the bars measure, `ticks` stand at its beginning, middle and end. `columns` are those of the
    table behind it."""

    title: str
    axis: str
    ticks: tuple[str, str, str]
    bars: tuple[Bar, ...]
    columns: tuple[str, ...]


def charts_of(cases: Sequence[Case], zone: ZoneInfo) -> Sequence[Chart]:
    """Those of which there is enough to tell."""
    if len(cases) < LEAST:
        return ()
    figures = figures_of(cases)
    found = (where_time_goes(figures), by_month(cases, zone), how_it_ends(figures))
    return [each for each in found if each is not None]


def where_time_goes(figures: Figures) -> Chart | None:
    steps = [
        ("From submitting until complete", figures.until_complete),
        ("From being asked until accepting", figures.until_accepted),
        ("From accepting until handing in", figures.until_handed_in),
        ("From complete until all reviews are out", figures.until_released),
        ("From the reviews until closed", figures.until_closed),
    ]
    known = [(label, lasts) for label, lasts in steps if lasts is not None]
    if figures.until_released is None or figures.released < LEAST:
        return None
    asked, written = figures.until_accepted or timedelta(), figures.until_handed_in or timedelta()
    longer = "the writing" if written >= asked else "the wait for somebody to accept"
    title = f"Half of the reviews are out within {in_words(figures.until_released)}, and {longer} takes longest"
    return _durations(title, known, ("Step", "Median time"))


def by_month(cases: Sequence[Case], zone: ZoneInfo) -> Chart | None:
    """By the month in which it was submitted; None before there are two to compare."""
    months: dict[tuple[int, int], list[Case]] = {}
    for each in cases:
        local = each.submission.submitted_at.astimezone(zone)
        months.setdefault((local.year, local.month), []).append(each)
    figures = {month: figures_of(months[month]) for month in sorted(months)[-MONTHS:]}
    known = {
        f"{datetime(*month, 1, tzinfo=zone):%B %Y}": each.until_released
        for month, each in figures.items()
        if each.until_released is not None and each.released >= LEAST
    }
    if len(known) < 2:
        return None
    (before, earlier), (last, newest) = list(known.items())[-2:]
    change = (newest - earlier) / earlier if earlier else 0.0
    how = "got slower" if change > CLOSE_TO else "got faster" if change < -CLOSE_TO else "took as long as before"
    title = f"Reviews {how}: {in_words(newest)} in {last}, {in_words(earlier)} in {before}"
    return _durations(title, list(known.items()), ("Submitted in", "Median time until the reviews are out"))


def how_it_ends(figures: Figures) -> Chart:
    rows = (
        ("Complete at once", figures.submitted - figures.returned, figures.submitted),
        ("Out by the day for which they were wished", figures.in_time, figures.released),
        ("Closed by its author", figures.closed, figures.released),
        ("Reviewers who declined", figures.declined, figures.asked),
        ("Reviewers who did not react in time", figures.replaced, figures.asked),
    )
    bars = tuple(
        Bar(label, part / of, f"{part} of {of} ({part / of:.0%})", of) for label, part, of in rows if of >= LEAST
    )
    in_time = f"{figures.in_time} of {figures.released} reviews were out in time"
    title = in_time if figures.released >= LEAST else f"{figures.submitted} pieces of work were submitted"
    return Chart(title, "Share, in percent", ("0 %", "50 %", "100 %"), bars, ("What", "How many"))


def in_words(lasts: timedelta) -> str:
    """By the clock."""
    if lasts >= DAY:
        return _counted(lasts / DAY, "day")
    if lasts >= HOUR:
        return _counted(round(lasts / HOUR), "hour")
    return _counted(round(lasts / timedelta(minutes=1)), "minute")


def _counted(many: float, unit: str) -> str:
    words = f"{many:.1f}".removesuffix(".0")
    return f"{words} {unit}" if words == "1" else f"{words} {unit}s"


def _durations(title: str, known: Sequence[tuple[str, timedelta]], columns: tuple[str, ...]) -> Chart:
    longest = max((lasts for _, lasts in known), default=HOUR) or HOUR
    name, unit = ("days", DAY) if longest >= DAY else ("hours", HOUR)
    bars = tuple(Bar(label, lasts / longest, in_words(lasts)) for label, lasts in known)
    ticks = ("0", f"{longest / unit / 2:.1f}", f"{longest / unit:.1f}")
    return Chart(title, f"Median time in {name}, by the clock", ticks, bars, columns)


def table_of(charts: Sequence[Chart]) -> Sequence[tuple[str, str, str]]:
    """All of them as one table: the finding, what, how much."""
    return [(chart.title, bar.label, bar.value) for chart in charts for bar in chart.bars]


PERIODS: Mapping[int, str] = {30: "30 days", 90: "90 days", 365: "A year"}
USUAL_PERIOD = 90
