"""Announcements as one feature, without their pages; `pages.py` adds them."""

from bot.features.announcements import acts, forms
from bot.features.announcements.chat import AnnouncementsChat
from bot.features.announcements.jobs import AnnouncementJobs
from bot.features.announcements.tables import PERSON_COLUMNS
from bot.features.feature import Command, Feature, FormRoute


def announcements_feature(chat: AnnouncementsChat, jobs: AnnouncementJobs) -> Feature:
    return Feature(
        name="announcements",
        commands={"announcements": Command(chat.on_announcements, "what was announced, the newest first")},
        buttons={
            acts.SHOW: chat.on_show,
            acts.WRITE: chat.on_write,
            acts.CHANGE: chat.on_change,
            acts.HAND_IN: chat.on_hand_in,
            acts.APPROVE: chat.on_approve,
            acts.GIVE_BACK: chat.on_give_back,
            acts.DROP: chat.on_drop,
            acts.STOP: chat.on_stop,
            acts.AGAIN: chat.on_again,
            acts.CORRECT: chat.on_correct,
            acts.TAKE_DOWN: chat.on_take_down,
            acts.READ: chat.on_read,
        },
        forms={
            acts.WRITE: FormRoute(chat.on_write_sent, forms.write_form_again, chat.in_form),
            acts.CHANGE: FormRoute(chat.on_change_sent, forms.change_form_again, chat.in_form),
            acts.GIVE_BACK: FormRoute(chat.on_give_back_sent, forms.give_back_form),
            acts.CORRECT: FormRoute(chat.on_correct_sent, forms.correct_form_again),
            acts.READ: FormRoute(chat.on_read_sent, forms.read_form),
        },
        on_pages=acts.ON_PAGES,
        timers=jobs.timers(),
        home=(chat.at_home,),
        person_columns=PERSON_COLUMNS,
    )
