"""What those do in a chat who wait for an answer: take it back, reply, say whether it helped, ask on, thank."""

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.escalations import asker_cards as card
from bot.features.escalations import asker_forms as forms
from bot.features.escalations.asker_showing import show_left
from bot.features.escalations.changes import GONE
from bot.features.escalations.desk import Desk
from bot.features.escalations.model import Escalation, Follower
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.thanks import Thanks
from bot.features.feature import FormRoute, Handler
from bot.storage.unit_of_work import UnitOfWork

WORDS = "Words are needed here."
NEWER = "There is a newer answer than the one you read, so nothing was sent. Read that one first; it stands below."


class AskerChat:
    """Turn -> desk. What everybody sees of it the desk brings up to date."""

    def __init__(self, desk: Desk, thanks: Thanks) -> None:
        self._desk = desk
        self._thanks = thanks

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            card.TAKE_BACK: self.on_take_back,
            card.DIFFERENT: self.on_different,
            card.REPLY: self.on_reply,
            card.HELPED: self.on_helped,
            card.ASK_ON: self.on_ask_on,
            card.THANK: self.on_thank,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            card.REPLY: FormRoute(self.on_reply_sent, forms.reply_form),
            card.ASK_ON: FormRoute(self.on_ask_on_sent, forms.ask_on_form),
            card.THANK: FormRoute(self.on_thank_sent, forms.thanks_form),
        }

    def on_take_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found = self._found(turn.carried, unit)
        if found.id == turn.carried:
            self._desk.withdraw(found.id, turn.person, unit, turn.at)
        else:
            self._leave(found, turn, unit)
        return Reply()

    def on_different(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Theirs becomes a request of its own, in the same words and in the same place."""
        found = self._found(turn.carried, unit)
        left = self._leave(found, turn, unit)
        own = Escalation(
            id=left.question_id,
            text=left.text,
            asker_id=left.person_id,
            asker_name=left.person_name,
            place=left.place,
            private=left.private,
            opened_at=turn.at,
            readers=found.readers,
            language=turn.person.language,
            hubs=turn.person.hubs,
        )
        self._desk.open(own, unit)
        return Reply()

    def on_reply(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.reply_form(forms.carried(turn.carried, self._found(turn.carried, unit))))

    def on_reply_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found, text = self._read(turn, unit), _words(turn)
        self._desk.reply(found.id, turn.person, text, unit, turn.at)
        return Reply()

    def on_helped(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.confirm(self._found(turn.carried, unit).id, turn.person, unit, turn.at)
        return Reply()

    def on_ask_on(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.ask_on_form(forms.carried(turn.carried, self._found(turn.carried, unit))))

    def on_ask_on_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found, text = self._read(turn, unit), _words(turn)
        self._desk.ask_on(found.id, turn.person, text, unit, turn.at)
        return Reply()

    def on_thank(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.thanks_form(forms.carried(turn.carried, self._found(turn.carried, unit))))

    def on_thank_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        found, text = self._read(turn, unit), one(turn.values, forms.FIELD)
        thanked = self._desk.thank(found.id, turn.person, text, unit, turn.at)
        self._thanks.tell(thanked, turn.person.id, text, unit, turn.at)
        return Reply()

    def _found(self, question_id: str, unit: UnitOfWork) -> Escalation:
        found = SqlEscalations(unit).of_question(question_id)
        if found is None:
            raise UserFacingError(GONE)
        return found

    def _read(self, turn: Turn, unit: UnitOfWork) -> Escalation:
        """What a form is about, as it was read."""
        question_id, answers = forms.carried_in(turn.carried)
        found = self._found(question_id, unit)
        if found.answers != answers:
            raise UserFacingError(NEWER)
        return found

    def _leave(self, found: Escalation, turn: Turn, unit: UnitOfWork) -> Follower:
        """Raises UserFacingError for somebody who does not follow it."""
        followers = SqlEscalations(unit).followers(found.id)
        escalation = self._desk.unjoin(turn.carried, turn.person, unit, turn.at)
        left = next(each for each in followers if each.question_id == turn.carried)
        show_left(escalation, left, unit, turn.at)
        return left


def _words(turn: Turn) -> str:
    text = one(turn.values, forms.FIELD)
    if not any(letter.isalnum() for letter in text):
        raise FormRejected({forms.FIELD: WORDS})
    return text
