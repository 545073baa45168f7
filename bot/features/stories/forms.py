"""The smaller forms of a story. What they carry went through somebody's hands."""

from bot.chat.form import Form, TextField
from bot.features.stories.acts import GIVE_BACK, RENAME
from bot.features.stories.model import NAME_LIMIT, WORD_LIMIT, Credit

NAME, WORD = "name", "word"


def rename_form(story_id: str, own: Credit) -> Form:
    return _rename(story_id, own.shown_as or own.name)


def rename_form_again(state: str) -> Form:
    return _rename(state, "")


def give_back_form(state: str) -> Form:
    word = TextField(WORD, "What is missing", "Who told it reads this.", multiline=True, max_length=WORD_LIMIT)
    return Form(GIVE_BACK, "Give the story back", (word,), "Give it back", state=state, lasts=True)


def _rename(story_id: str, name: str) -> Form:
    field = TextField(NAME, "How you are named", "The renewals team, or D. from Sales", name, max_length=NAME_LIMIT)
    intro = "It stands wherever the story would have your name."
    return Form(RENAME, "Name me otherwise", (field,), "Agree", intro, story_id, lasts=True)
