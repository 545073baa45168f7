"""Settings in a chat: the command, the form, the way back, and the part of somebody's home."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Person, Turn
from bot.features.feature import Command, Feature, FormRoute, HomeSection
from bot.features.library.model import Documents
from bot.features.profile import settings_card as card
from bot.features.profile import use_cases
from bot.features.profile.model import preferences_from, topics_of
from bot.features.profile.settings_form import empty_form, settings_form
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import UnitOfWork

NOT_YOURS = "That button is for somebody else's settings, so nothing was changed."


class ProfileChat:
    """Turn -> use case -> Reply. Everything is said where only this person reads."""

    def __init__(self, knowledge: Documents, *, base_url: str = "") -> None:
        self._knowledge = knowledge
        self._base_url = base_url

    def on_settings(self, turn: Turn, unit: UnitOfWork) -> Reply:
        person = use_cases.known_person(unit, turn.person)
        accounts = People(unit).accounts_of(person.id)
        return _privately(turn, card.settings_message(person, accounts, self._base_url))

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=settings_form(use_cases.known_person(unit, turn.person), self.topics(turn.person)))

    def on_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        after = preferences_from(turn.values)
        before = use_cases.save_preferences(unit, turn.person, after, turn.at)
        return _privately(turn, card.saved_message(before, after, _undo_value(turn.person, before)))

    def on_undo(self, turn: Turn, unit: UnitOfWork) -> Reply:
        before = _undone(turn)
        use_cases.save_preferences(unit, turn.person, before, turn.at)
        return _in_place(turn, card.undone_message(before))

    def on_not_me(self, turn: Turn, unit: UnitOfWork) -> Reply:
        account = use_cases.part_account(unit, turn.person, turn.carried, turn.at)
        return _in_place(turn, card.parted_message(account))

    def on_mine(self, turn: Turn, unit: UnitOfWork) -> Reply:
        account = use_cases.rejoin_account(unit, turn.person, turn.carried, turn.at)
        return _in_place(turn, card.rejoined_message(account))

    def home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        person = People(unit).get(turn.person.id)
        if person is None:
            return None
        accounts = People(unit).accounts_of(person.id)
        base_url = "" if turn.place.platform == "web" else self._base_url
        return HomeSection("Settings", card.settings_blocks(person, accounts, base_url))

    def topics(self, person: Person) -> Sequence[str]:
        """Of what they may read, the commonest first."""
        return topics_of(self._knowledge.documents(person.principals))


def profile_feature(chat: ProfileChat) -> Feature:
    return Feature(
        "profile",
        commands={"settings": Command(chat.on_settings, "your topics, time zone, quiet hours, language and accounts")},
        buttons={
            "profile.change": chat.on_change,
            "profile.undo": chat.on_undo,
            "profile.not_me": chat.on_not_me,
            "profile.mine": chat.on_mine,
        },
        forms={"profile.settings": FormRoute(chat.on_sent, empty_form)},
        home=(chat.home,),
    )


def _privately(turn: Turn, message: Message) -> Reply:
    return Reply((Post(message, f"settings-{turn.key}", turn.private_place),))


def _in_place(turn: Turn, message: Message) -> Reply:
    """Instead of the message whose button was pressed; in a home there is none to replace."""
    key = turn.message_key
    return Reply((Post(message, key),)) if key and turn.place == turn.private_place else _privately(turn, message)


def _undo_value(person: Person, before: Preferences) -> str:
    return json.dumps({"person": person.id, **asdict(before)}, ensure_ascii=False, separators=(",", ":"))


def _undone(turn: Turn) -> Preferences:
    """The router has checked that this button was offered with this value."""
    kept = json.loads(turn.carried)
    if kept.pop("person") != turn.person.id:
        raise UserFacingError(NOT_YOURS)
    return Preferences(**{**kept, "topics": tuple(kept["topics"])})
