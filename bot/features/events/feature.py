"""Events as one feature, without its pages; `pages.py` adds them."""

from bot.features.calendar_entry import CalendarSource
from bot.features.events import acts, forms, plan_form
from bot.features.events.chat import EventsChat
from bot.features.events.jobs import EventJobs
from bot.features.events.organisers_chat import OrganisersChat
from bot.features.events.tables import PERSON_COLUMNS
from bot.features.feature import Command, Feature, FormRoute


def events_feature(chat: EventsChat, organisers: OrganisersChat, jobs: EventJobs, calendar: CalendarSource) -> Feature:
    """`events renewals` shows those with that word."""
    told = "webinars, launches and campaigns: sign up, ask, plan one"
    return Feature(
        name="events",
        commands={"events": Command(chat.on_events, told, free_words=True)},
        buttons={
            acts.SHOW: chat.on_show,
            acts.SIGN_UP: chat.on_sign_up,
            acts.LEAVE: chat.on_leave,
            acts.ASK: chat.on_ask,
            acts.ME_TOO: chat.on_me_too,
            acts.TAKE_BACK: chat.on_take_back,
            acts.PLAN: organisers.on_plan,
            acts.CHANGE: organisers.on_change,
            acts.HAND_IN: organisers.on_hand_in,
            acts.ANNOUNCE: organisers.on_announce,
            acts.CANCEL: organisers.on_cancel,
            acts.ANSWER: organisers.on_answer,
            acts.AFTER: organisers.on_after,
        },
        forms={
            acts.SIGN_UP: FormRoute(chat.on_sign_up_sent, forms.sign_up_form),
            acts.ASK: FormRoute(chat.on_ask_sent, forms.ask_form_again),
            acts.PLAN: FormRoute(organisers.on_plan_sent, plan_form.form_again),
            acts.CHANGE: FormRoute(organisers.on_change_sent, plan_form.form_again),
            acts.ANNOUNCE: FormRoute(organisers.on_announce_sent, forms.announce_form_again),
            acts.CANCEL: FormRoute(organisers.on_cancel_sent, forms.cancel_form_again),
            acts.ANSWER: FormRoute(organisers.on_answer_sent, forms.answer_form_again),
            acts.AFTER: FormRoute(organisers.on_after_sent, forms.after_form_again),
        },
        on_pages=acts.ON_PAGES,
        timers=jobs.timers(),
        home=(chat.at_home,),
        calendar=calendar,
        person_columns=PERSON_COLUMNS,
    )
