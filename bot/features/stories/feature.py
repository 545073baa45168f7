"""Stories as one feature, without their pages; `pages.py` adds them."""

from bot.features.feature import Command, Feature, FormRoute, MessageAction
from bot.features.stories import acts, forms, send_form, tell_form
from bot.features.stories.chat import LABEL, StoriesChat
from bot.features.stories.curators_chat import CuratorsChat
from bot.features.stories.in_digest import new_stories
from bot.features.stories.jobs import StoryJobs
from bot.features.stories.tables import PERSON_COLUMNS


def stories_feature(chat: StoriesChat, curators: CuratorsChat, jobs: StoryJobs) -> Feature:
    """`stories renewals` shows those with that word."""
    help_line = "success stories: read them, tell one, say whether you may be named"
    return Feature(
        name="stories",
        commands={"stories": Command(chat.on_stories, help_line, free_words=True)},
        buttons={
            acts.SHOW: chat.on_show,
            acts.TELL: chat.on_tell,
            acts.CHANGE: chat.on_change,
            acts.WITHDRAW: chat.on_withdraw,
            acts.AGREE: chat.on_agree,
            acts.RENAME: chat.on_rename,
            acts.DECLINE: chat.on_decline,
            acts.APPROVE: curators.on_approve,
            acts.GIVE_BACK: curators.on_give_back,
            acts.SEND: curators.on_send,
            acts.STOP: curators.on_stop,
            acts.AGAIN: curators.on_again,
        },
        forms={
            acts.TELL: FormRoute(chat.on_tell_sent, tell_form.form_again, chat.in_told),
            acts.CHANGE: FormRoute(chat.on_change_sent, tell_form.form_again, chat.in_changed),
            acts.RENAME: FormRoute(chat.on_rename_sent, forms.rename_form_again),
            acts.GIVE_BACK: FormRoute(curators.on_give_back_sent, forms.give_back_form),
            acts.SEND: FormRoute(curators.on_send_sent, send_form.send_form_again, curators.in_sent),
        },
        message_actions={acts.TELL: MessageAction(chat.on_point, LABEL, "begin a success story with it", True)},
        on_pages=acts.ON_PAGES,
        timers=jobs.timers(),
        home=(chat.at_home,),
        digest=new_stories,
        person_columns=PERSON_COLUMNS,
    )
