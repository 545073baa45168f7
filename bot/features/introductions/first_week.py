"""The guided first week, as its file says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.chat.moments import zone_of
from knowledge.document import DocumentKind, SourceDocument

FIRST_WEEK = Path(__file__).with_name("first_week.yaml")
PAGES = 3
MORNING = time(9, 0)
WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What a newcomer reads on one day; `kinds` are those of the pages that go with it."""

    title: str
    text: str
    kinds: tuple[DocumentKind, ...] = ()


def read_steps(file: Path = FIRST_WEEK) -> tuple[Step, ...]:
    """Raises ValueError with what is wrong, and where."""
    try:
        steps = TypeAdapter(tuple[Step, ...]).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as wrong:
        raise ValueError(f"{file.name} is no first week: {wrong}") from wrong
    if not steps or any(not each.title.strip() or not each.text.strip() for each in steps):
        raise ValueError(f"{file.name} is no first week: it has steps, each with a title and a text.")
    return steps


def pages_for(step: Step, documents: Iterable[SourceDocument], limit: int = PAGES) -> Sequence[SourceDocument]:
    """Of those that the newcomer may read, in the order of the step's kinds."""
    order = {kind: number for number, kind in enumerate(step.kinds)}
    fitting = [each for each in documents if each.kind in order]
    return sorted(fitting, key=lambda each: (order[each.kind], each.title, each.id))[:limit]


def next_morning(after: datetime, zone: str) -> datetime:
    """Of the next working day in that zone, an IANA name; aware UTC."""
    local = zone_of(zone)
    day = after.astimezone(local).date() + timedelta(days=1)
    while day.weekday() >= WORKDAYS:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, local).astimezone(UTC)
