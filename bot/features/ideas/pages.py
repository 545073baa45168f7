"""Requests and ideas as pages: the board and the list, each with what the reader can do about it, and what is asked
again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.chat.errors import UserFacingError
from bot.chat.moments import exact, short_day, zone_of
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.ideas import acts
from bot.features.ideas.cards import (
    NAMES,
    PAGE,
    IdeaView,
    brought_in_words,
    buttons_of,
    days_in_words,
    facts_of,
    votes_in_words,
)
from bot.features.ideas.changes import seen
from bot.features.ideas.figures import figures_of
from bot.features.ideas.gap_card import GAPS_PAGE
from bot.features.ideas.gap_store import SqlGaps
from bot.features.ideas.gaps import PEOPLE, WITHIN
from bot.features.ideas.model import PUBLIC, Idea, State, may_decide
from bot.features.ideas.rule_reader import Intake
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.viewing import Viewing
from bot.features.ideas.worth import in_order, months_in_words, payback, share_reached
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 500
MOST_IN_COLUMN = 25
"""Of the board; the list has the others."""

SAID_ELSEWHERE = frozenset({"Asked for by", "Story", "What was learned"})
"""Of the facts, on the page of one."""

BOARD = (State.INCOMPLETE, State.NEW, State.ACCEPTED, State.UNDER_WAY, State.DONE, State.DECLINED)
TONES = {State.NEW: "warn", State.INCOMPLETE: "warn", State.DONE: "good", State.DECLINED: "bad"}
COLUMNS = (
    *("Title", "Kind", "State", "Asked for by", "Asked at", "Sponsor", "Votes", "Expected value a year", "Unit"),
    *("Effort in days", "Payback in months", "Done by", "From", "Until", "Reached a year", "Unit of what was reached"),
    *("Reached in percent of expected", "How that is known", "Story"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The state of the list, as its address says."""

    view: str = ""
    kind: str = ""
    state: str = ""
    mine: bool = False

    def address(self, path: str = PAGE, **other: str | bool) -> str:
        values = {"view": self.view, "kind": self.kind, "state": self.state, "mine": self.mine} | other
        query = {name: "yes" if value is True else value for name, value in values.items() if value}
        return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class IdeaPages:
    database: Database
    viewing: Viewing

    def pages(self) -> tuple[Page, ...]:
        return (
            Page(PAGE, self.show_all, nav="Requests and ideas", nav_in="Community"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(GAPS_PAGE, self.show_gaps),
            Page(f"{PAGE}/figures", self.show_figures),
            Page(f"{PAGE}/{{idea}}", self.show),
        )

    @property
    def intake(self) -> Intake:
        return self.viewing.intake

    def show_all(self, request: PageRequest) -> View:
        wanted = self._wanted(request.query)
        views = self._views(request.person, wanted)
        found = {state: [each for each in views if each.idea.state is state] for state in BOARD}
        own_columns = (State.INCOMPLETE,) if not found[State.INCOMPLETE] else ()
        values: dict[str, object] = {
            "wanted": wanted,
            "views": views,
            "columns": [
                (state.value, NAMES[state], each[:MOST_IN_COLUMN], len(each))
                for state, each in found.items()
                if state not in own_columns
            ],
            "kinds": list(self.intake.kinds.values()),
            "states": [(state.value, NAMES[state]) for state in State],
            "names": NAMES,
            "tones": TONES,
            "payback": self._payback,
            "days": lambda idea: days_in_words(idea, short_day),
            "worth": lambda value: self.intake.rates.money(value) if value else "",
            "brought": lambda idea: brought_in_words(idea, self.intake.rates),
            "votes": votes_in_words,
            "vote": _vote,
            "formula": self.intake.rates.formula,
            "propose": acts.propose() if EVERYONE in request.person.principals else None,
            "decides": may_decide(request.person),
            "limit": SHOWN,
        }
        return View("ideas/list.html" if wanted.view == "list" else "ideas/board.html", values)

    def take_away(self, request: PageRequest) -> Download:
        views = self._views(request.person, self._wanted(request.query))
        return table_to_take_away("ideas", COLUMNS, [self._row(each, request.person) for each in views])

    def show(self, request: PageRequest) -> View:
        person = request.person
        with self.database.reading() as unit:
            try:
                idea = seen(SqlIdeas(unit), request.path["idea"], person)
            except UserFacingError as error:
                raise PageNotFound from error
            view = self.viewing.view_for(idea, person, Place("web", person.id), unit)
        values: dict[str, object] = {
            "view": view,
            "idea": idea,
            "name": NAMES[idea.state],
            "tone": TONES.get(idea.state, ""),
            "facts": [(label, text) for label, text in facts_of(view) if label not in SAID_ELSEWHERE],
            "formula": self.intake.rates.formula if payback(idea, self.intake.rates) is not None else "",
            "buttons": sorted(buttons_of(view), key=lambda each: each.style == "danger"),
            "here": f"{PAGE}/{idea.id}",
        }
        return View("ideas/idea.html", values)

    def show_figures(self, request: PageRequest) -> View:
        rates = self.intake.rates
        figures = figures_of(self._views(request.person, Wanted(state=State.DONE)), rates)
        values: dict[str, object] = {
            "figures": figures,
            "words": rates.in_words,
            "money": lambda amount: f"{amount:,.0f} {rates.currency}",
        }
        return View("ideas/figures.html", values)

    def show_gaps(self, request: PageRequest) -> View:
        """For those who decide: what was asked in private is behind it."""
        if not may_decide(request.person):
            raise PageNotFound
        with self.database.reading() as unit:
            store = SqlGaps(unit)
            found, dropped = store.open_ones(), [each for each in store.all() if not (each.is_open or each.idea_id)]
        values: dict[str, object] = {
            "gaps": [(each, (acts.from_gap(each.id), acts.not_a_gap(each.id))) for each in found],
            "dropped": [(each, acts.a_gap(each.id)) for each in dropped],
            "people": PEOPLE,
            "days": WITHIN.days,
            "here": GAPS_PAGE,
        }
        return View("ideas/gaps.html", values)

    def _wanted(self, query: Mapping[str, str]) -> Wanted:
        kind, state = query.get("kind", ""), query.get("state", "")
        return Wanted(
            view="list" if query.get("view") == "list" else "",
            kind=kind if kind in self.intake.kinds else "",
            state=state if state in set(State) else "",
            mine=query.get("mine") == "yes",
        )

    def _views(self, person: Person, wanted: Wanted) -> list[IdeaView]:
        """Of what they may see, what pays back soonest first."""
        with self.database.reading() as unit:
            found = [
                each
                for each in self._visible(person, wanted, unit)
                if wanted.kind in ("", each.kind) and wanted.state in ("", each.state)
            ]
            views = self.viewing.views(found[:SHOWN], person, Place("web", person.id), unit)
        by_id = {each.idea.id: each for each in views}
        ordered = in_order((each.idea for each in views), lambda idea: by_id[idea.id].votes, self.intake.rates)
        return [by_id[each.id] for each in ordered]

    def _visible(self, person: Person, wanted: Wanted, unit: UnitOfWork) -> Sequence[Idea]:
        store = SqlIdeas(unit)
        own = store.of_person(person.id, SHOWN)
        if wanted.mine:
            return _once([*own, *(store.of_voter(person.id, SHOWN) if EVERYONE in person.principals else ())])
        states = PUBLIC if EVERYONE in person.principals else frozenset()
        if may_decide(person):
            states = frozenset(State) if wanted.state == State.WITHDRAWN else PUBLIC | {State.INCOMPLETE}
        states = states & {State(wanted.state)} if wanted.state else states
        return _once([*own, *store.in_states(states, SHOWN, wanted.kind)])

    def _payback(self, idea: Idea) -> str:
        months = payback(idea, self.intake.rates)
        return months_in_words(months) if months is not None else ""

    def _row(self, view: IdeaView, person: Person) -> tuple[str, ...]:
        idea, rates = view.idea, self.intake.rates
        months = payback(idea, rates)
        share = share_reached(idea, rates)
        value = (str(idea.value.amount), rates.unit(idea.value.unit)) if idea.value else ("", "")
        reached = (str(idea.reached.amount), rates.unit(idea.reached.unit)) if idea.reached else ("", "")
        return (
            *(idea.title, idea.kind_title, NAMES[idea.state], idea.asker.name),
            exact(idea.asked_at, zone_of(person.time_zone)),
            idea.sponsor.name if idea.sponsor else "",
            str(view.votes),
            *value,
            "" if idea.effort is None else str(idea.effort),
            "" if months is None else f"{months:.1f}",
            idea.owner.name if idea.owner else "",
            *(each.isoformat() if each else "" for each in (idea.starts_on, idea.ends_on)),
            *reached,
            "" if share is None else f"{share:.0%}".removesuffix("%"),
            idea.lesson,
            f"{self.viewing.base_url}{view.story.path}" if view.story else "",
        )


def _vote(view: IdeaView) -> tuple[object, ...]:
    """The button beside it on the board."""
    return tuple(each for each in buttons_of(view) if each.action in (acts.VOTE, acts.UNVOTE))


def _once(ideas: Sequence[Idea]) -> list[Idea]:
    return list({each.id: each for each in ideas}.values())
