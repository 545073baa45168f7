"""Experts as pages: all of them, one, what one offers oneself, and the admins' invitation of owners."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import Values
from bot.chat.moments import day_in_words
from bot.chat.reply import Post
from bot.chat.turn import EVERYONE, Place, storable
from bot.features.experts import expert_card as card
from bot.features.experts import use_cases
from bot.features.experts.asked import SUBJECT_LIMIT, who_knows_about
from bot.features.experts.chat import KEY, ExpertsChat
from bot.features.experts.expert_form import LIMITS, PRIVATE, PUBLIC, THANKS, Offered, expert_from
from bot.features.experts.knowing import Colleague, Match, all_learned, learned
from bot.features.experts.model import WEEKDAYS, days_in_words, today_of, zone_of
from bot.features.experts.store import SqlExperts
from bot.features.library.links import reader_url
from bot.features.library.model import hub_name
from bot.features.page import Page, PageNotFound, PageRequest, Redirect, View, ticked
from bot.features.profile.model import HOURS, LANGUAGES
from bot.features.profile.quiet import quiet_until
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork

BOXES = {"topic-": "topics", "notmine-": "not_mine", "language-": "languages", "hub-": "hubs", "day-": "days"}
"""How the page's boxes begin, and the form's field that they are part of."""

INVITATION = f"{KEY}invitation"


@dataclass(frozen=True, slots=True)
class ExpertPages:
    database: Database
    chat: ExpertsChat
    library: use_cases.Library
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        return (
            Page(card.PAGE, self.show_all, nav="Experts"),
            Page(f"{card.PAGE}/invite", self.invite, method="POST", admin_only=True),
            Page(card.OWN_PAGE, self.show_own),
            Page(card.OWN_PAGE, self.save, method="POST"),
            Page(f"{card.OWN_PAGE}/leave", self.leave, method="POST"),
            Page(f"{card.OWN_PAGE}/back", self.come_back, method="POST"),
            Page(f"{card.OWN_PAGE}/not-mine", self.disown, method="POST"),
            Page(f"{card.OWN_PAGE}/mine", self.own_again, method="POST"),
            Page(f"{card.OWN_PAGE}/forget", self.forget, method="POST"),
            Page(f"{card.PAGE}/{{person}}", self.show_one),
        )

    def show_all(self, request: PageRequest) -> View:
        """Somebody from outside the company sees a page that says why there is nothing on it."""
        person, now = request.person, self.clock()
        is_colleague = EVERYONE in person.principals
        words = " ".join(storable(request.query.get("q", "")).split())[:SUBJECT_LIMIT]
        wanted = who_knows_about(words) or words
        found: list[Match] = []
        with self.database.reading() as unit:
            if wanted and is_colleague:
                found = self.chat.found(wanted, person.principals, person.hubs, unit, now)
            listed = [each.colleague for each in found]
            if not wanted and is_colleague:
                listed = self.chat.colleagues(person.principals, person.hubs, unit)
            names = self.chat.names(listed, unit)
            owners = len(self._to_invite(unit, request)) if person.is_admin else 0
            is_expert = SqlExperts(unit).get(person.id) is not None
        why = {each.colleague.person.id: each.why for each in found}
        return View(
            "experts/list.html",
            {
                "colleagues": listed,
                "learned": learned,
                "why": why,
                "there": {each.person.id: card.there_in_words(each, names, now, person.time_zone) for each in listed},
                "q": words,
                "wanted": wanted,
                "page_of": card.page_of,
                "owners": owners,
                "is_expert": is_expert,
                "is_colleague": is_colleague,
                "languages": dict(LANGUAGES),
                "hub_name": hub_name,
            },
        )

    def show_one(self, request: PageRequest) -> View | Redirect:
        person, wanted = request.person, request.path["person"]
        if wanted == person.id:
            return Redirect(card.OWN_PAGE)
        if EVERYONE not in person.principals:
            raise PageNotFound
        with self.database.reading() as unit:
            store, people = SqlExperts(unit), People(unit)
            found = use_cases.colleagues(store, people, self.library, person.principals, only=(wanted,))
            names = self.chat.names(found, unit)
        if not found:
            raise PageNotFound
        (colleague,) = found
        expert = colleague.expert
        return View(
            "experts/show.html",
            {
                "colleague": colleague,
                "learned": learned(colleague),
                "in_words": card.learned_in_words,
                "there": card.there_in_words(colleague, names, self.clock(), person.time_zone),
                "works": f"{days_in_words(expert.days)}, {expert.works_from} to {expert.works_to}",
                "zone": zone_of(colleague.person),
                "languages": dict(LANGUAGES),
                "hub_name": hub_name,
                "reader_url": reader_url,
            },
        )

    def show_own(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            own = self._own(unit, request)
            stand_in = self.chat.stand_in(own.expert, unit)
        expert, is_away = own.expert, own.expert.is_away(today_of(own.person, self.clock()))
        typed = {
            **{f"topic-{each}": "yes" for each in expert.topics},
            **{f"language-{each}": "yes" for each in expert.languages},
            **{f"hub-{each}": "yes" for each in expert.hubs},
            **{f"day-{each}": "yes" for each in expert.days},
            "works_from": expert.works_from,
            "works_to": expert.works_to,
            "weekly_limit": str(expert.weekly_limit),
            "back_on": expert.back_on.isoformat() if expert.back_on and is_away else "",
            "stand_in": stand_in,
            "thanks": PUBLIC if expert.is_public else PRIVATE,
        }
        return self._form(request, typed, {})

    def save(self, request: PageRequest) -> View | Redirect:
        try:
            with self.database.begin() as unit:
                own = self._own(unit, request)
                values = _values(request.form)
                today, now = today_of(own.person, self.clock()), self.clock()
                expert = expert_from(values, own.expert, Offered(), today, self.chat.finder(unit))
                is_new = self.chat.save(expert, now, unit)
        except FormRejected as rejected:
            return self._form(request, request.form, rejected.problems, status=422)
        return Redirect(card.OWN_PAGE, "You are listed as an expert now." if is_new else "Saved.")

    def leave(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            handed_back = self.chat.leave(request.person, self.clock(), unit)
        return Redirect(card.PAGE, card.left_in_words(handed_back))

    def come_back(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            use_cases.come_back(SqlExperts(unit), request.person.id)
        return Redirect(card.OWN_PAGE, "Welcome back. You are listed as there again.")

    def disown(self, request: PageRequest) -> Redirect:
        topic = storable(request.form.get("topic", ""))
        with self.database.begin() as unit:
            own = self._own(unit, request)
            if topic not in {*own.expert.topics, *(each.topic for each in all_learned(own))}:
                raise UserFacingError("That topic is not among yours any more, so nothing was changed.")
            use_cases.disown(SqlExperts(unit), request.person.id, topic)
        return Redirect(card.OWN_PAGE, f"Nobody is led to you by {topic} any more.")

    def own_again(self, request: PageRequest) -> Redirect:
        topic = storable(request.form.get("topic", ""))
        with self.database.begin() as unit:
            use_cases.own_again(SqlExperts(unit), request.person.id, topic)
        return Redirect(card.OWN_PAGE, f"{topic} counts as yours again, where you own or answered something on it.")

    def forget(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            use_cases.forget_answer(SqlExperts(unit), request.person.id, storable(request.form.get("answer", "")))
        return Redirect(card.OWN_PAGE, "Nobody is led to you by that question any more.")

    def invite(self, request: PageRequest) -> Redirect:
        """Each owner once, where only they read it, after their quiet hours."""
        now, count = self.clock(), 0
        with self.database.begin() as unit:
            people, store = People(unit), SqlExperts(unit)
            for person_id, documents in self._to_invite(unit, request).items():
                person, place = people.get(person_id), _place_of(people, person_id)
                if person is None or place is None or not store.invite(person_id, now):
                    continue
                post = Post(card.invitation_message(documents), INVITATION)
                Outbox(unit).add(post, place, now, not_before=quiet_until(person, now))
                count += 1
            record(unit, AuditEntry(now, request.person.id, "owners invited as experts", str(count)))
        return Redirect(card.PAGE, f"Asked {count} owner{'' if count == 1 else 's'}, each privately and this once.")

    def _to_invite(self, unit: UnitOfWork, request: PageRequest) -> Mapping[str, int]:
        """Those who can be written to."""
        people, documents = People(unit), self.library.documents(request.person.principals)
        found = use_cases.to_invite(SqlExperts(unit), people, documents)
        return {person_id: count for person_id, count in found.items() if _place_of(people, person_id)}

    def _own(self, unit: UnitOfWork, request: PageRequest) -> Colleague:
        check_colleague(request.person, use_cases.COLLEAGUES_ONLY)
        return self.chat.oneself(request.person, self.clock(), unit)

    def _form(
        self, request: PageRequest, typed: Mapping[str, str], problems: Mapping[str, str], *, status: int = 200
    ) -> View:
        with self.database.reading() as unit:
            own = self._own(unit, request)
            is_expert = SqlExperts(unit).get(request.person.id) is not None
            impact = self.chat.impact(request.person.id, unit)
        offered = self.chat.offered(own)
        chosen = ticked(typed, "topic-")
        values: dict[str, object] = {
            "own": own,
            "is_expert": is_expert,
            "impact": impact,
            "is_away": own.expert.is_away(today_of(own.person, self.clock())),
            "back_on": day_in_words(own.expert.back_on) if own.expert.back_on else "",
            "learned": learned(own),
            "in_words": card.learned_in_words,
            "typed": typed,
            "problems": problems,
            "topics": [*offered.topics, *(each for each in chosen if each not in offered.topics)],
            "hubs": [(hub, hub_name(hub)) for hub in offered.hubs],
            "languages": LANGUAGES,
            "weekdays": list(enumerate(WEEKDAYS)),
            "hours": [(hour, hour) for hour in HOURS],
            "limits": [(str(number), label) for number, label in LIMITS.items()],
            "thanks": THANKS,
            "zone": zone_of(own.person),
            "reader_url": reader_url,
        }
        return View("experts/own.html", values, status=status)


def _values(form: Mapping[str, str]) -> Values:
    """Each box of the page's form has a name of its own."""
    return {**form, **{field: ticked(form, prefix) for prefix, field in BOXES.items()}}


def _place_of(people: People, person_id: str) -> Place | None:
    """Where only they read: of their accounts the one used longest."""
    own = (Place(each.platform, each.direct) for each in people.accounts_of(person_id) if each.direct)
    return next(own, None)
