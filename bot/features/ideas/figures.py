"""What all that is done brought, against what was expected of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.ideas.cards import IdeaView
from bot.features.ideas.model import State
from bot.features.ideas.worth import Rates

MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Brought:
    """Of one that is done, money a year; None where that is not known."""

    view: IdeaView
    expected: float | None
    reached: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """`done` is what brought most first, then what is not known of. `expected` and `reached` are sums over the
    `compared`, of which both are known."""

    done: Sequence[Brought]
    known: int
    compared: int
    expected: float
    reached: float
    rates: Rates

    @property
    def title(self) -> str:
        """The finding, as a sentence without its full stop."""
        if not self.known:
            return f"{_counted(len(self.done))} done, and nobody knows yet what that brought"
        if not self.expected:
            total = sum(each.reached or 0 for each in self.done)
            return f"What is done brings {self._money(total)} a year"
        share = f"{self.reached / self.expected:.0%}"
        return f"What is done brings {self._money(self.reached)} a year, {share} of what was expected of it"

    @property
    def basis(self) -> str:
        """Which of them the title is about."""
        among = f"{_counted(len(self.done))} done; of {self.known} it is known what came of it"
        if self.compared and self.compared < self.known:
            among += f", and of {self.compared} of these what was expected"
        hourly = self.rates.day_costs / self.rates.hours_a_day
        return f"{among}. An hour saved counts {hourly:,.0f} {self.rates.currency}."

    @property
    def bars(self) -> Sequence[tuple[Brought, float, float]]:
        """With the shares of the longest, 0 to 1, that are reached and expected."""
        shown = [each for each in self.done if each.reached is not None][:MOST_BARS]
        longest = max((max(each.reached or 0, each.expected or 0) for each in shown), default=0) or 1
        return [(each, (each.reached or 0) / longest, (each.expected or 0) / longest) for each in shown]

    @property
    def longest(self) -> float:
        return max((max(each.reached or 0, each.expected or 0) for each, _, _ in self.bars), default=0)

    def _money(self, amount: float) -> str:
        return f"{amount:,.0f} {self.rates.currency}"


def figures_of(views: Sequence[IdeaView], rates: Rates) -> Figures:
    """Of those that are done."""
    done = [_brought(each, rates) for each in views if each.idea.state is State.DONE]
    done.sort(key=lambda each: (each.reached is None, -(each.reached or 0), each.view.idea.id))
    known = [each for each in done if each.reached is not None]
    compared = [each for each in known if each.expected]
    expected, reached = sum(each.expected or 0 for each in compared), sum(each.reached or 0 for each in compared)
    return Figures(done, len(known), len(compared), expected, reached, rates)


def _brought(view: IdeaView, rates: Rates) -> Brought:
    expected, reached = view.idea.value, view.idea.reached
    return Brought(view, rates.money(expected) if expected else None, rates.money(reached) if reached else None)


def _counted(many: int) -> str:
    return "1 request is" if many == 1 else f"{many} requests are"
