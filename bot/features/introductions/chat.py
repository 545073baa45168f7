"""Introductions in a chat: what the buttons of their cards do."""

from bot.chat.reply import Post, Reply
from bot.chat.turn import Turn
from bot.features.feature import Feature, Handler
from bot.features.introductions import cards
from bot.features.introductions.desk import Desk
from bot.features.introductions.jobs import IntroductionJobs
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


def introductions_feature(chat: IntroductionsChat, jobs: IntroductionJobs) -> Feature:
    return Feature(
        name="introductions",
        buttons={
            cards.MET: chat.on_said(Answer.MET),
            cards.PLANNED: chat.on_said(Answer.PLANNED),
            cards.NOT_MET: chat.on_said(Answer.NOT_MET),
            cards.HAND_ON: chat.on_hand_on,
        },
        timers=jobs.timers(),
        person_columns=PERSON_COLUMNS,
    )
