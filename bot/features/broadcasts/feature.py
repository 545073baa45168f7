"""Broadcasts as a feature: their timer, and what is heard of their readers. What people see of one belongs to the
feature that made it."""

from bot.chat.reply import Reply
from bot.chat.turn import Reacted, Turn
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.broadcasts.tables import PERSON_COLUMNS
from bot.features.feature import Feature
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork


def on_reacted(turn: Turn, unit: UnitOfWork) -> Reply:
    """Counted for a broadcast, nothing for any other message."""
    if isinstance(turn.content, Reacted):
        name, is_gone = turn.content.name, turn.content.is_gone
        key = Outbox(unit).key_of(turn.place, turn.content.message)
        if key is not None:
            use_cases.note_reaction(turn.place, key, name, turn.person.id, unit, turn.at, is_gone=is_gone)
    return Reply()


def broadcasts_feature(jobs: BroadcastJobs) -> Feature:
    return Feature(name="broadcasts", reacted=on_reacted, timers=jobs.timers(), person_columns=PERSON_COLUMNS)
