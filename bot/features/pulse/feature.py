"""The pulse as one feature, without its pages; `pages.py` adds them."""

from bot.features.feature import Command, Feature, FormRoute
from bot.features.pulse import acts, cards
from bot.features.pulse.chat import PulseChat
from bot.features.pulse.jobs import PulseJobs
from bot.features.pulse.tables import PERSON_COLUMNS


def pulse_feature(chat: PulseChat, jobs: PulseJobs) -> Feature:
    return Feature(
        name="pulse",
        commands={"pulse": Command(chat.on_pulse, "whether the Center of Excellence helps, and whether you are asked")},
        buttons={
            acts.ANSWER: chat.on_answer,
            acts.WORD: chat.on_word,
            acts.OUT: chat.on_out,
            acts.BACK: chat.on_back,
            acts.HIDE: chat.on_hide,
            acts.UNHIDE: chat.on_unhide,
        },
        forms={acts.WORD: FormRoute(chat.on_word_sent, cards.word_form)},
        home=(chat.at_home,),
        on_pages=acts.ON_PAGES,
        timers=jobs.timers(),
        jobs=(jobs.job(),),
        person_columns=PERSON_COLUMNS,
    )
