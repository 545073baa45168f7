"""Introductions in a chat: what the buttons of their cards do."""

from bot.chat.reply import Post, Reply
from bot.chat.turn import Turn
from bot.features.feature import Command, Feature, FormRoute, Handler
from bot.features.introductions import cards, lobby
from bot.features.introductions.desk import Desk
from bot.features.introductions.jobs import IntroductionJobs
from bot.features.introductions.lobby_chat import LobbyChat
from bot.features.introductions.model import Answer
from bot.features.introductions.tables import PERSON_COLUMNS
from bot.features.introductions.telling import Telling
from bot.storage.unit_of_work import UnitOfWork


class IntroductionsChat:
    """Turn -> desk -> Reply. The card that was pressed shows what came of it."""

    def __init__(self, desk: Desk, telling: Telling) -> None:
        self._desk = desk
        self._telling = telling

    def on_said(self, answer: Answer) -> Handler:
        def handler(turn: Turn, unit: UnitOfWork) -> Reply:
            meeting = self._desk.say(turn.carried, turn.person, answer, unit, turn.at)
            message = cards.answered(meeting, turn.person.id, answer)
            return Reply((Post(message, turn.message_key or f"met-{meeting.id}"),))

        return handler

    def on_hand_on(self, turn: Turn, unit: UnitOfWork) -> Reply:
        week = self._desk.hand_on(turn.carried, turn.person, unit, turn.at)
        self._telling.tell_buddy(week, unit, turn.at)
        return Reply((Post(cards.handed_on(week), turn.message_key or f"newcomer-{week.person_id}"),))


def introductions_feature(chat: IntroductionsChat, circles: LobbyChat, jobs: IntroductionJobs) -> Feature:
    return Feature(
        name="introductions",
        commands={"introductions": Command(circles.on_introductions, "meet colleagues you do not know yet")},
        buttons={
            cards.MET: chat.on_said(Answer.MET),
            cards.PLANNED: chat.on_said(Answer.PLANNED),
            cards.NOT_MET: chat.on_said(Answer.NOT_MET),
            cards.HAND_ON: chat.on_hand_on,
            lobby.JOIN: circles.on_join,
            lobby.LEAVE: circles.on_leave,
            lobby.PAUSE: circles.on_pause,
            lobby.COME_BACK: circles.on_come_back,
            lobby.OPEN: circles.on_open,
            lobby.CLOSE: circles.on_close,
            lobby.NEW: circles.on_new,
            lobby.NEW_NO_MORE: circles.on_new_no_more,
            lobby.BUDDY: circles.on_buddy,
            lobby.BUDDY_NO_MORE: circles.on_buddy_no_more,
        },
        forms={
            lobby.JOIN: FormRoute(circles.on_join_sent, lobby.join_form),
            lobby.PAUSE: FormRoute(circles.on_pause_sent, lobby.pause_form),
            lobby.OPEN: FormRoute(circles.on_open_sent, lobby.open_form),
            lobby.NEW: FormRoute(circles.on_new_sent, lobby.new_form),
            lobby.BUDDY: FormRoute(circles.on_buddy_sent, lobby.buddy_form),
        },
        timers=jobs.timers(),
        person_columns=PERSON_COLUMNS,
    )
