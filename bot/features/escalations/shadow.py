"""Shadow mode: what the library would answer goes to the experts as a draft, until enough of them held."""

from collections.abc import Callable
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.form import Form
from bot.chat.reply import Button, Post, Reply
from bot.chat.turn import Turn
from bot.features.channels.model import Channel
from bot.features.channels.policy_card import spoken_again_message
from bot.features.channels.shadow import Rate, judged_since
from bot.features.channels.store import ChannelStore, SqlChannels
from bot.features.channels.use_cases import audit_entry, channel_of, speak_again
from bot.features.escalations.desk import Desk
from bot.features.escalations.edit_form import EditState, edit_form, edited
from bot.features.escalations.model import Answer, Escalation, State
from bot.features.escalations.store import SqlEscalations
from bot.features.feature import FormRoute, Handler
from bot.storage.audit import record
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork

SEND_DRAFT = "escalations.send_draft"
CORRECT_DRAFT = "escalations.correct_draft"
WRONG_DRAFT = "escalations.wrong_draft"
JUDGED = (
    "This draft was judged already, or its question is answered, so nothing was sent. The request shows how it stands."
)


def draft_buttons(escalation: Escalation, reader_id: str = "") -> tuple[Button, ...]:
    """For whoever may say whether the draft holds: anybody while it is open, then who has it."""
    is_theirs = escalation.state is State.OPEN or (bool(reader_id) and escalation.owner_id == reader_id)
    if not is_judgeable(escalation) or not is_theirs:
        return ()
    return (
        Button("Send as it is", SEND_DRAFT, escalation.id, "primary"),
        Button("Correct it", CORRECT_DRAFT, escalation.id, opens_form=True),
        Button("Wrong", WRONG_DRAFT, escalation.id),
    )


def is_judgeable(escalation: Escalation) -> bool:
    return escalation.draft is not None and escalation.is_draft_approved is None and escalation.is_running


class Shadow:
    """Turn -> use case -> Reply. The cards follow from the desk."""

    def __init__(self, desk: Desk, channels: Callable[[UnitOfWork], ChannelStore] = SqlChannels) -> None:
        self._desk = desk
        self._channels = channels

    def buttons(self) -> dict[str, Handler]:
        return {SEND_DRAFT: self.on_send, CORRECT_DRAFT: self.on_correct, WRONG_DRAFT: self.on_wrong}

    def forms(self) -> dict[str, FormRoute]:
        return {CORRECT_DRAFT: FormRoute(self.on_correct_sent, correct_form)}

    def on_send(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found, draft = self._drafted(turn.carried, unit)
        return self._answered(found, draft, turn, unit, is_approved=True)

    def on_correct(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found, draft = self._drafted(turn.carried, unit)
        return Reply(form=edit_form(CORRECT_DRAFT, EditState.of(found.id, draft), draft.text))

    def on_correct_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        state = EditState.from_text(turn.carried)
        found, draft = self._drafted(state.subject, unit)
        answer = edited(turn.values, state, draft.links)
        return self._answered(found, answer, turn, unit, is_approved=answer == draft)

    def on_wrong(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The question stays as open as it was, without the draft."""
        found, _ = self._drafted(turn.carried, unit)
        if found.state is not State.OPEN and found.owner_id != turn.person.id:
            raise UserFacingError(JUDGED)
        self._desk.judge_draft(found.id, turn.person, False, unit, turn.at)
        return Reply()

    def rate(self, channel: Channel, now: datetime, unit: UnitOfWork) -> Rate:
        """Fills `bot.features.channels.shadow.RateOf`."""
        since = judged_since(channel, now)
        return Rate(*SqlEscalations(unit).drafts_judged(channel.platform, channel.channel, since))

    def _answered(self, found: Escalation, answer: Answer, turn: Turn, unit: UnitOfWork, *, is_approved: bool) -> Reply:
        self._desk.claim_if_open(found, turn.person, unit, turn.at)
        self._desk.answer(found.id, turn.person, answer, unit, turn.at, is_draft_approved=is_approved)
        self._end_where_passed(found, unit, turn.at)
        return Reply()

    def _drafted(self, escalation_id: str, unit: UnitOfWork) -> tuple[Escalation, Answer]:
        """As it stands; what is done about it is checked by the desk."""
        found = SqlEscalations(unit).get(escalation_id)
        if found is None or found.draft is None or not is_judgeable(found):
            raise UserFacingError(JUDGED)
        return found, found.draft

    def _end_where_passed(self, found: Escalation, unit: UnitOfWork, now: datetime) -> None:
        store = self._channels(unit)
        channel = channel_of(store, found.place)
        rate = self.rate(channel, now, unit)
        if not channel.policy.shadow or not rate.passes(channel.policy.shadow_bar):
            return
        changed = speak_again(store, channel, now)
        if changed is not None:
            record(unit, audit_entry(changed, now))
            key = f"shadow-{changed.revision}"
            Outbox(unit).add(Post(spoken_again_message(changed, rate), key), changed.place, now)


def correct_form(state: str) -> Form:
    return edit_form(CORRECT_DRAFT, EditState.from_text(state))
