"""First weeks and buddies in a chat and on pages: who is new, who is there for them."""

from bot.chat.reply import Post, Reply
from bot.chat.turn import Turn
from bot.features.introductions import cards, lobby_forms
from bot.features.introductions.desk import Desk
from bot.features.introductions.lobby_chat import LobbyChat, about_you
from bot.features.introductions.telling import Telling, newcomer_key
from bot.features.introductions.use_cases import check_colleague
from bot.storage.unit_of_work import UnitOfWork

DECLINED = "Noted, you are not new. “introductions” shows whom you can meet, and lets you be a buddy."


class WelcomeChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: Desk, telling: Telling, lobby: LobbyChat) -> None:
        self._desk = desk
        self._telling = telling
        self._lobby = lobby

    def on_new(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby_forms.new_form())

    def on_new_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        week = self._desk.begin(turn.person, *about_you(turn), unit, turn.at)
        buddy = f"Your buddy is {week.buddy_name}." if week.buddy_name else "A buddy is looked for."
        return self._lobby.shown(f"Welcome. {buddy} Your first pages come in a moment.", turn, unit)

    def on_not_new(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.decline(turn.person, unit, turn.at)
        return self._lobby.shown(DECLINED, turn, unit)

    def on_new_no_more(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._telling.tell_buddy(self._desk.end(turn.person, unit, turn.at), unit, turn.at)
        return self._lobby.shown("Your first week ends here: no more pages come.", turn, unit)

    def on_buddy(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=lobby_forms.buddy_form())

    def on_buddy_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.offer(turn.person, *about_you(turn), unit, turn.at)
        return self._lobby.shown("You are a buddy. You hear when somebody new comes to you.", turn, unit)

    def on_buddy_no_more(self, turn: Turn, unit: UnitOfWork) -> Reply:
        for week in self._desk.withdraw(turn.person, unit, turn.at):
            self._telling.tell_former(turn.person.id, week, unit, turn.at)
            self._telling.tell_buddy(week, unit, turn.at)
        return self._lobby.shown("You are no buddy any more.", turn, unit)

    def on_hand_on(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The card that they have says it too, wherever it was pressed."""
        week = self._desk.hand_on(turn.carried, turn.person, unit, turn.at)
        self._telling.tell_buddy(week, unit, turn.at)
        key = newcomer_key(week)
        if turn.message_key != key:
            self._telling.tell_former(turn.person.id, week, unit, turn.at)
            return self._lobby.shown(cards.handed_on(week).summary, turn, unit)
        return Reply((Post(cards.handed_on(week), key),))
