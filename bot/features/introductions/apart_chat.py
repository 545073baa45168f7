"""With whom somebody is never introduced: said and taken back in private, and seen by nobody else."""

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.escalations.colleagues import colleague_named
from bot.features.introductions import lobby_forms
from bot.features.introductions.desk import Desk
from bot.features.introductions.lobby_chat import LobbyChat
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.telling import Telling
from bot.features.introductions.use_cases import check_colleague
from bot.storage.unit_of_work import UnitOfWork

UNKNOWN = "You have not been introduced to them, so nothing was changed. “introductions” lets you name somebody."
APART = "From the next round on you are not introduced to {} any more. Only you see this, and you can take it back."
TOGETHER = "You may be introduced to {} again."


class ApartChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: Desk, telling: Telling, lobby: LobbyChat) -> None:
        self._desk = desk
        self._telling = telling
        self._lobby = lobby

    def on_apart(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Somebody whom they know from here."""
        name = SqlIntroductions(unit).acquaintances(turn.person.id).get(turn.carried)
        if name is None:
            raise UserFacingError(UNKNOWN)
        return self._kept(turn.carried, name, turn, unit)

    def on_apart_named(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby_forms.apart_form())

    def on_apart_named_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        colleague = colleague_named(one(turn.values, lobby_forms.NAME), unit)
        try:
            return self._kept(colleague.id, colleague.name, turn, unit)
        except UserFacingError as refused:
            raise FormRejected({lobby_forms.NAME: str(refused)}) from refused

    def on_together(self, turn: Turn, unit: UnitOfWork) -> Reply:
        name = self._desk.relent(turn.person, turn.carried, unit)
        return self._lobby.shown(TOGETHER.format(name), turn, unit)

    def _kept(self, other_id: str, name: str, turn: Turn, unit: UnitOfWork) -> Reply:
        parted = self._desk.refuse(turn.person, other_id, name, unit, turn.at)
        if parted is not None:
            if parted.person_id == other_id:
                self._telling.tell_former(turn.person.id, parted, unit, turn.at)
            else:
                self._telling.tell_over(other_id, parted, unit, turn.at)
            self._telling.tell_buddy(parted, unit, turn.at)
        return self._lobby.shown(APART.format(name), turn, unit)
