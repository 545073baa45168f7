"""Brings up to date what people see of a submission: its author, its reviewers, and whoever looks after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.moments import moment_at
from bot.chat.reply import Message, Post
from bot.chat.turn import Place
from bot.features.experts.model import zone_of
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.features.reviews.addresses import page_of
from bot.features.reviews.author_cards import author_message
from bot.features.reviews.card_view import View, earlier_message
from bot.features.reviews.model import AT_WORK, Assignment, Card, Case, Seat, What
from bot.features.reviews.reviewer_cards import reviewer_message, short_message
from bot.features.reviews.store import SqlReviews
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

NEWS_FOR_AUTHOR = frozenset({What.RELEASED, What.AUTHOR_REMINDED, What.LAPSED})
NEWS_FOR_ONE = frozenset({What.ASKED, What.REMINDED, What.OVERDUE})
NEWS_FOR_WRITERS = frozenset({What.RELEASED, What.ANSWERED})
NOT_NEEDED = frozenset({What.RELEASED, What.WITHDRAWN, What.LAPSED})
SUBMITTED = frozenset({What.SUBMITTED, What.RETURNED})


@dataclass(frozen=True, slots=True)
class YourCards:
    """Fills `desk.Follows`. Who has to hear of something gets a new card; what else changes is changed in place, and
    of several cards of one person the newest has the buttons. `base_url` is how people reach the page from a chat,
    empty where they do not; `admins`, as the settings name them, look after what nobody is found for."""

    base_url: str = ""
    admins: tuple[str, ...] = ()

    def __call__(self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime) -> None:
        for person_id in dict.fromkeys(self._who_hears(what, case, about, unit, now)):
            self._hand(case, person_id, unit)
        submits = what in SUBMITTED and about is None
        self.show(case, unit, now, acting=case.submission.author_id if submits else "")

    def hand(self, case: Case, person_id: str, place: Place, unit: UnitOfWork, now: datetime) -> None:
        """A new card in `place`, where they write just now."""
        self._put(case, person_id, place, unit)
        self.show(case, unit, now, acting=person_id)

    def show(self, case: Case, unit: UnitOfWork, now: datetime, *, acting: str = "") -> None:
        """`acting` is who does it this moment: nothing of theirs waits for the end of their quiet hours."""
        cards, outbox = SqlReviews(unit).cards(case.submission.id), Outbox(unit)
        newest = {each.person_id: each for each in cards}
        people = People(unit).known(newest)
        for card in cards:
            person = people.get(card.person_id)
            view = self._view(case, card, person, now)
            message = _message(view) if newest[card.person_id] == card else earlier_message(view)
            quiet = quiet_until(person, now) if person is not None and card.person_id != acting else None
            outbox.show(Post(message, card.key), card.place, now, not_before=quiet)

    def _who_hears(
        self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime
    ) -> Iterable[str]:
        submission = case.submission
        has_card = any(each.person_id == submission.author_id for each in SqlReviews(unit).cards(submission.id))
        if what in NEWS_FOR_AUTHOR or not has_card or (what is What.RETURNED and about is not None):
            yield submission.author_id
        if what in NEWS_FOR_ONE and about is not None:
            yield about.person_id
        if what is What.SHORT:
            yield from self._admins(case, unit)
        for each in case.assignments:
            goes_on = what is What.RESUBMITTED and each.seat in AT_WORK
            has_written = what in NEWS_FOR_WRITERS and each.seat is Seat.HANDED_IN
            was_at_work = each.seat is Seat.GONE and each.accepted_at is not None and each.ended_at == now
            if goes_on or has_written or (what in NOT_NEEDED and was_at_work):
                yield each.person_id

    def _admins(self, case: Case, unit: UnitOfWork) -> Iterable[str]:
        """Those who have no part in it."""
        for name in self.admins:
            person = People(unit).named(name)
            if person is not None and not case.submission.is_by(person.id) and case.of(person.id) is None:
                yield person.id

    def _hand(self, case: Case, person_id: str, unit: UnitOfWork) -> None:
        """Where they read of it already, or can be reached."""
        cards = SqlReviews(unit).cards(case.submission.id)
        place = next((each.place for each in reversed(cards) if each.person_id == person_id), None)
        if place is None and person_id == case.submission.author_id:
            place = case.submission.private
        if place is None:
            place = reach(person_id, unit, f"review-{case.submission.id}")
        if place is not None:
            self._put(case, person_id, place, unit)

    def _put(self, case: Case, person_id: str, place: Place, unit: UnitOfWork) -> None:
        """Under a key that says nothing of whose card it is."""
        store, submission_id = SqlReviews(unit), case.submission.id
        key = f"review-{submission_id}-{len(store.cards(submission_id)) + 1}"
        store.put_card(Card(submission_id, person_id, place, key))

    def _view(self, case: Case, card: Card, person: KnownPerson | None, now: datetime) -> View:
        zone, pages = ZoneInfo(zone_of(person) if person else "UTC"), pages_from(card.place, self.base_url)
        return View(
            case,
            card.person_id,
            now,
            lambda at: moment_at(at, now, card.place, zone),
            "" if pages is None else f"{pages}{page_of(case.submission.id)}",
        )


def _message(view: View) -> Message:
    if view.submission.author_id == view.reader_id:
        return author_message(view)
    return short_message(view) if view.own is None else reviewer_message(view, view.own)
