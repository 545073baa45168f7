"""What the clock does with an escalation. Each looks how it stands, for that may have changed."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.chat.reply import Message, Note, Paragraph, Post, Quote, Span
from bot.chat.wording import shortened
from bot.features.escalations import alarms, moves
from bot.features.escalations.desk import Desk, Follows
from bot.features.escalations.model import Escalation, Offer, State, Step
from bot.features.escalations.routing import Routing
from bot.features.escalations.store import EscalationStore
from bot.features.escalations.waiting import waiters
from bot.features.feature import TimerHandler
from bot.features.profile.quiet import quiet_until
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

SUMMARY_LENGTH = 150


class EscalationJobs:
    """`remind` shows the owner anew what they have to answer; what else people see of it follows at the desk."""

    def __init__(self, desk: Desk, routing: Routing, remind: Follows) -> None:
        self._desk = desk
        self._routing = routing
        self._remind = remind

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {
            alarms.OFFER: self.offer_next,
            alarms.REMIND: self.remind,
            alarms.OVERDUE: self._moved(moves.overdue),
            alarms.RELEASE: self._moved(moves.release),
            alarms.WAKE: self.remind,
            alarms.CLOSE: self._moved(moves.close_unheard),
        }

    def offer_next(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """To whoever knows best of those who were not asked; where nobody is left the lead is told."""
        with unit.database.reading() as before:
            found = self._desk.stores(before).get(subject)
        if found is None or found.state is not State.OPEN:
            return
        self._routing.ready(found.text)
        store = self._desk.stores(unit)
        if found.offered_to:
            passed = moves.pass_offer(store, subject, found.offered_to)
            if passed is None:
                return
            found = passed
        ranked = self._routing.ranked(found, unit, now)
        if ranked:
            offer = Offer(subject, ranked[0].person_id, now, why=ranked[0].why)
            moved = moves.offer(store, offer, ranked[0].name)
        else:
            moved = moves.tell_lead(store, subject, now)
        if moved is not None:
            self._desk.settle(moved, unit, now)
        else:  # the lead knows already; somebody may come who can answer
            Timers(unit).set(alarms.OFFER, subject, now + alarms.LOOK_AGAIN)

    def remind(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Whoever has the word."""
        found = self._desk.stores(unit).get(subject)
        if found is None:
            return
        if found.state is State.CLAIMED:
            self._remind(found, unit, now)
        elif found.state is State.ASKED_BACK:
            self._remind_asker(found, unit, now)

    def _moved(self, move: Callable[[EscalationStore, str, datetime], Escalation | None]) -> TimerHandler:
        def handle(subject: str, now: datetime, unit: UnitOfWork) -> None:
            moved = move(self._desk.stores(unit), subject, now)
            if moved is not None:
                self._desk.settle(moved, unit, now)

        return handle

    def _remind_asker(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> None:
        """Or who speaks for those who wait, where only they read it."""
        store = self._desk.stores(unit)
        asked = [entry.text for entry in store.log(escalation.id) if entry.step is Step.ASKED_BACK]
        for waiter in waiters(store, escalation)[:1]:
            person = People(unit).get(waiter.person_id)
            quiet = quiet_until(person, now) if person else None
            post = Post(_waits_for_word(escalation, asked[-1]), f"reminder-{escalation.id}-{escalation.revision}")
            Outbox(unit).add(post, waiter.private, now, not_before=quiet)


def _waits_for_word(escalation: Escalation, asked: str) -> Message:
    said = f"{escalation.owner_name} needs a word from you before answering."
    note = "Reply where you asked, or take your question back there. You are reminded of this once."
    return Message(
        f"{said} “{shortened(asked, SUMMARY_LENGTH)}”",
        (Paragraph((Span(said, bold=True),)), Quote(asked), Note(note)),
    )
