"""What the clock does with an escalation. Each looks how it stands, for that may have changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.chat.reply import Message, Note, Paragraph, Post, Quote, Span
from bot.chat.wording import shortened
from bot.features.escalations import alarms, automatic
from bot.features.escalations.askers import askers_of
from bot.features.escalations.colleagues import who_can_be_asked
from bot.features.escalations.desk import Desk
from bot.features.escalations.expert_showing import card_anew
from bot.features.escalations.model import Escalation, Offer, State, Step
from bot.features.escalations.routing import Routing
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.terms import policy_for
from bot.features.feature import TimerHandler
from bot.features.profile.quiet import quiet_until
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

SUMMARY_LENGTH = 150


class EscalationJobs:
    """`admins`, as the settings name them, look after what nobody takes where a channel has no lead."""

    def __init__(self, desk: Desk, routing: Routing, admins: Collection[str] = ()) -> None:
        self._desk = desk
        self._routing = routing
        self._admins = tuple(admins)

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {
            alarms.OFFER: self.offer_next,
            alarms.REMIND: self.remind,
            alarms.OVERDUE: self.tell_overdue,
            alarms.RELEASE: self.release,
            alarms.WAKE: self.remind,
            alarms.CLOSE: self.close,
        }

    def offer_next(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """To whoever knows best of those who were not asked; where nobody is left the lead is told."""
        with unit.database.reading() as before:
            found = SqlEscalations(before).get(subject)
        if found is None or found.state is not State.OPEN:
            return
        self._routing.ready(found.text)
        store = SqlEscalations(unit)
        if found.offered_to:
            passed = automatic.pass_offer(store, subject, found.offered_to)
            if passed is None:
                return
            found = passed
        ranked = self._routing.ranked(found, unit, now)
        if ranked:
            offer = Offer(subject, ranked[0].person_id, now, why=ranked[0].why)
            moved = automatic.offer(store, offer, ranked[0].name)
        elif moved := automatic.tell_lead(store, subject, now):
            for person_id in self._leads(moved, unit):
                card_anew(moved, person_id, f"lead-{moved.revision}", unit)
        if moved is not None:
            self._desk.settle(moved, unit, now)
        else:  # the lead knows already; somebody may come who can answer
            Timers(unit).set(alarms.OFFER, subject, now + alarms.LOOK_AGAIN)

    def remind(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Whoever has the word."""
        found = SqlEscalations(unit).get(subject)
        if found is None:
            return
        if found.state is State.CLAIMED:
            card_anew(found, found.owner_id, f"due-{found.revision}-{now:%Y%m%d%H%M}", unit)
            self._desk.settle(found, unit, now)
        elif found.state is State.ASKED_BACK:
            self._remind_asker(found, unit, now)

    def tell_overdue(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        if late := automatic.overdue(SqlEscalations(unit), subject, now):
            card_anew(late, late.owner_id, f"overdue-{late.revision}", unit)
            self._desk.settle(late, unit, now)

    def release(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        if released := automatic.release(SqlEscalations(unit), subject, now):
            self._desk.settle(released, unit, now)

    def close(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        if closed := automatic.close_unheard(SqlEscalations(unit), subject, now):
            self._desk.settle(closed, unit, now)

    def _leads(self, escalation: Escalation, unit: UnitOfWork) -> Sequence[str]:
        """Person ids. Whoever waits for the answer does not look for it too, and a lead who left does not at all."""
        waiting = askers_of(SqlEscalations(unit), escalation).ids
        if lead := who_can_be_asked({policy_for(escalation, unit).lead}, unit) - waiting:
            return list(lead)
        admins = [person.id for name in self._admins if (person := People(unit).named(name))]
        return sorted({*admins} - waiting)

    def _remind_asker(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> None:
        """Or who speaks for those who wait, where only they read it."""
        store = SqlEscalations(unit)
        asked = [entry.text for entry in store.log(escalation.id) if entry.step is Step.ASKED_BACK]
        for waiter in askers_of(store, escalation).waiting[:1]:
            person = People(unit).get(waiter.person_id)
            quiet = quiet_until(person, now) if person else None
            url = escalation.url if waiter.question_id == escalation.id else ""
            post = Post(waits_for_word(escalation, asked[-1], url), f"reminder-{escalation.id}-{escalation.revision}")
            Outbox(unit).add(post, waiter.private, now, not_before=quiet)


def waits_for_word(escalation: Escalation, asked: str, url: str) -> Message:
    """Of somebody who was asked back and has not replied; `url` leads to where they asked."""
    said = f"{escalation.owner_name} needs a word from you before answering."
    where = Span("where you asked", href=url or None)
    note = Note((Span("Reply "), where, Span(", or take your question back there. You are reminded of this once.")))
    return Message(
        f"{said} “{shortened(asked, SUMMARY_LENGTH)}”", (Paragraph((Span(said, bold=True),)), Quote(asked), note)
    )
