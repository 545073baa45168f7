"""Introductions in a chat and on pages: what the buttons of their cards do."""

from bot.chat.reply import Post, Reply
from bot.chat.turn import Turn
from bot.features.feature import Command, Feature, FormRoute, Handler
from bot.features.introductions import cards, lobby, lobby_forms
from bot.features.introductions.apart_chat import ApartChat
from bot.features.introductions.calendar import calendar_entries
from bot.features.introductions.desk import Desk
from bot.features.introductions.home import IntroductionsHome
from bot.features.introductions.jobs import IntroductionJobs
from bot.features.introductions.lobby_chat import LobbyChat
from bot.features.introductions.model import Answer
from bot.features.introductions.tables import PERSON_COLUMNS
from bot.features.introductions.telling import Library, Telling, met_key
from bot.features.introductions.welcome_chat import WelcomeChat
from bot.storage.unit_of_work import UnitOfWork


class IntroductionsChat:
    """Turn -> desk -> Reply. The card that was pressed shows what came of it."""

    def __init__(self, desk: Desk, telling: Telling) -> None:
        self._desk = desk
        self._telling = telling

    def on_said(self, answer: Answer) -> Handler:
        def handler(turn: Turn, unit: UnitOfWork) -> Reply:
            meeting = self._desk.say(turn.carried, turn.person, answer, unit, turn.at)
            self._telling.said(meeting, turn.person.id, answer, turn.private_place, unit, turn.at)
            where = turn.private_place if turn.place.is_shared else None
            return Reply((Post(cards.answered(meeting, turn.person.id, answer), met_key(meeting), where),))

        return handler


def introductions_feature(
    desk: Desk, telling: Telling, jobs: IntroductionJobs, library: Library, base_url: str = ""
) -> Feature:
    """Without its pages; `pages.py` adds them."""
    chat, circles = IntroductionsChat(desk, telling), LobbyChat(desk, base_url)
    welcome, apart = WelcomeChat(desk, telling, circles), ApartChat(desk, telling, circles)
    home = IntroductionsHome(library, jobs.steps, base_url)
    buttons: dict[str, Handler] = {
        cards.MET: chat.on_said(Answer.MET),
        cards.PLANNED: chat.on_said(Answer.PLANNED),
        cards.NOT_MET: chat.on_said(Answer.NOT_MET),
        cards.HAND_ON: welcome.on_hand_on,
        lobby.JOIN: circles.on_join,
        lobby.LEAVE: circles.on_leave,
        lobby.PAUSE: circles.on_pause,
        lobby.COME_BACK: circles.on_come_back,
        lobby.OPEN: circles.on_open,
        lobby.CHANGE: circles.on_change,
        lobby.CLOSE: circles.on_close,
        lobby.NEW: welcome.on_new,
        lobby.NEW_NO_MORE: welcome.on_new_no_more,
        lobby.NOT_NEW: welcome.on_not_new,
        lobby.BUDDY: welcome.on_buddy,
        lobby.BUDDY_NO_MORE: welcome.on_buddy_no_more,
        lobby.APART: apart.on_apart,
        lobby.APART_NAMED: apart.on_apart_named,
        lobby.TOGETHER: apart.on_together,
    }
    forms = {
        lobby.JOIN: FormRoute(circles.on_join_sent, lobby_forms.join_form),
        lobby.PAUSE: FormRoute(circles.on_pause_sent, lobby_forms.pause_form),
        lobby.OPEN: FormRoute(circles.on_open_sent, lobby_forms.open_form),
        lobby.CHANGE: FormRoute(circles.on_change_sent, lobby_forms.change_form),
        lobby.NEW: FormRoute(welcome.on_new_sent, lobby_forms.new_form),
        lobby.BUDDY: FormRoute(welcome.on_buddy_sent, lobby_forms.buddy_form),
        lobby.APART_NAMED: FormRoute(apart.on_apart_named_sent, lobby_forms.apart_form),
    }
    return Feature(
        name="introductions",
        commands={"introductions": Command(circles.on_introductions, "meet colleagues you do not know yet")},
        buttons=buttons,
        forms=forms,
        home=(home.waits, home.first_week),
        timers=jobs.timers(),
        calendar=calendar_entries,
        person_columns=PERSON_COLUMNS,
        on_pages=frozenset(buttons) | frozenset(forms),
    )
