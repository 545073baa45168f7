"""Two people who prove to be one: everything becomes the older one's."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Column, and_, delete, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.people import KnownPerson, People, Preferences, accounts, people
from bot.storage.unit_of_work import UnitOfWork


def merge_people(
    unit: UnitOfWork, one: KnownPerson, other: KnownPerson, columns: Iterable[Column[str]], now: datetime
) -> KnownPerson:
    """The older one, who takes from the younger what they have not set themselves. `columns` hold person ids."""
    kept, gone = sorted((one, other), key=lambda person: (person.created_at, person.id))
    gone_row = update(people).where(people.c.id == gone.id)
    unit.connection.execute(gone_row.values(email=None, merged_into=kept.id, updated_at=now))
    former = update(people).where(people.c.merged_into == gone.id)
    unit.connection.execute(former.values(merged_into=kept.id))
    follow(unit, (accounts.c.person_id, *columns), gone.id, kept.id)
    merged = replace(
        kept,
        email=kept.email or gone.email,
        time_zone=kept.time_zone or gone.time_zone,
        language=kept.language or gone.language,
        preferences=_completed(kept.preferences, gone.preferences),
    )
    People(unit).put(merged, now)
    return merged


def follow(unit: UnitOfWork, columns: Iterable[Column[str]], gone: str, kept: str) -> None:
    """Rows of `gone` become those of `kept`. Where a unique key allows one of both, that of `kept` stays."""
    for column in columns:
        try:
            with unit.connection.begin_nested():
                unit.connection.execute(update(column.table).where(column == gone).values({column: kept}))
        except IntegrityError:
            _follow_singly(unit, column, gone, kept)


def _follow_singly(unit: UnitOfWork, column: Column[str], gone: str, kept: str) -> None:
    table = column.table
    keys = list(table.primary_key.columns)
    for row in unit.connection.execute(select(*keys).where(column == gone)).all():
        this = and_(column == gone, *(key == value for key, value in zip(keys, row, strict=True)))
        try:
            with unit.connection.begin_nested():
                unit.connection.execute(update(table).where(this).values({column: kept}))
        except IntegrityError:
            unit.connection.execute(delete(table).where(this))


def _completed(own: Preferences, other: Preferences) -> Preferences:
    quiet = own if own.quiet_from else other
    return Preferences(
        own.topics or other.topics,
        own.time_zone or other.time_zone,
        quiet.quiet_from,
        quiet.quiet_to,
        own.language or other.language,
    )
