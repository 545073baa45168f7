"""What is worth doing first: value, effort, and how soon the one pays for the other. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.features.ideas.model import Idea, Unit, Value

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Rates:
    """What turns hours into money: `day_costs` is what a working day costs, in `currency`."""

    currency: str = "EUR"
    day_costs: int = 480
    hours_a_day: int = 8

    @property
    def formula(self) -> str:
        return (
            f"Payback in months = effort in days × {self.day_costs:,} {self.currency} a day ÷ value in "
            f"{self.currency} a year × {MONTHS}. An hour saved counts {self.day_costs / self.hours_a_day:,.0f} "
            f"{self.currency} ({self.hours_a_day} hours a day). What pays back soonest comes first, then what "
            "most vote for."
        )

    def in_words(self, value: Value) -> str:
        """``24,000 EUR a year``, ``120 hours a year``."""
        return f"{value.amount:,} {self.unit(value.unit)} a year"

    def unit(self, unit: Unit) -> str:
        return self.currency if unit is Unit.MONEY else "hours"

    def money(self, value: Value) -> float:
        """In the currency, a year."""
        hourly = self.day_costs / self.hours_a_day
        return float(value.amount) if value.unit is Unit.MONEY else value.amount * hourly


def payback(idea: Idea, rates: Rates) -> float | None:
    """Months; None while its value or its effort is not known, or where it brings nothing."""
    if idea.value is None or idea.effort is None or not idea.value.amount:
        return None
    return idea.effort * rates.day_costs / rates.money(idea.value) * MONTHS


def payback_in_words(idea: Idea, rates: Rates) -> str:
    """``2.4 months: 10 days × 480 EUR ÷ 24,000 EUR a year``; empty where it is not known."""
    months = payback(idea, rates)
    if months is None or idea.value is None or idea.effort is None:
        return ""
    days = "1 day" if idea.effort == 1 else f"{idea.effort:,} days"
    money = f"{rates.money(idea.value):,.0f} {rates.currency} a year"
    return f"{months_in_words(months)}: {days} × {rates.day_costs:,} {rates.currency} ÷ {money}"


def months_in_words(months: float) -> str:
    said = f"{months:,.1f}".removesuffix(".0")
    return "1 month" if said == "1" else f"{said} months"


def reached_in_words(idea: Idea, rates: Rates) -> str:
    """What it brought, against what was expected where both are known."""
    if idea.reached is None:
        return ""
    said, share = rates.in_words(idea.reached), share_reached(idea, rates)
    return said if share is None or idea.value is None else (
        f"{said}, {share:.0%} of the {rates.in_words(idea.value)} expected")  # fmt: skip


def share_reached(idea: Idea, rates: Rates) -> float | None:
    """Of what was expected; None where either is not known."""
    if idea.reached is None or idea.value is None or not idea.value.amount:
        return None
    return rates.money(idea.reached) / rates.money(idea.value)


def in_order(ideas: Iterable[Idea], votes: Callable[[Idea], int], rates: Rates) -> list[Idea]:
    """What pays back soonest first, then what most want, then the oldest."""

    def rank(idea: Idea) -> tuple[bool, float, int, object, str]:
        months = payback(idea, rates)
        return months is None, months or 0.0, -votes(idea), idea.asked_at, idea.id

    return sorted(ideas, key=rank)
