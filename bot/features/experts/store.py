"""How experts are kept, what they answered, and who was asked to become one."""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Protocol

from sqlalchemy import Boolean, Column, Date, Index, Integer, Row, String, Table, Text, delete, false, select, update

from bot.features.experts.model import Evidence, Expert
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import EXPERTS

experts = Table(
    "experts",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("topics", Text, nullable=False),
    Column("languages", Text, nullable=False),
    Column("hubs", Text, nullable=False),
    Column("days", Text, nullable=False),
    Column("works_from", String(5), nullable=False),
    Column("works_to", String(5), nullable=False),
    Column("weekly_limit", Integer, nullable=False),
    Column("back_on", Date),
    Column("stand_in", String(200), nullable=False),
    Column("not_mine", Text, nullable=False),
    Column("is_public", Boolean, nullable=False, server_default=false()),
    Index(None, "stand_in"),
)

experts_evidence = Table(
    "experts_evidence",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("text", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("readers", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

expert_invitations = Table(
    "expert_invitations",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

LISTS = ("topics", "languages", "hubs", "days", "not_mine")


class ExpertStore(Protocol):
    """Experts inside one transaction."""

    def get(self, person_id: str) -> Expert | None: ...

    def all(self) -> list[Expert]:
        """Who joined first comes first."""
        ...

    def put(self, expert: Expert) -> None: ...

    def forget(self, person_id: str) -> bool:
        """All that is kept of them as an expert, as somebody's stand-in too; False where there was none."""
        ...

    def add_evidence(self, evidence: Evidence) -> None:
        """Once for each person and question; of somebody who is no expert nothing is kept."""
        ...

    def forget_evidence(self, person_id: str, evidence_id: str) -> bool:
        """It says nothing of them any more, and is not learned again; False where there was none."""
        ...

    def evidence(self, person_ids: Collection[str]) -> list[Evidence]:
        """The newest first."""
        ...

    def invite(self, person_id: str, at: datetime) -> bool:
        """True for one caller, for ever: nobody is asked twice."""
        ...

    def invited(self) -> frozenset[str]:
        """Person ids."""
        ...


class SqlExperts:
    """Fills `ExpertStore`. With each change whoever matches questions to experts is woken."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def get(self, person_id: str) -> Expert | None:
        row = self._unit.connection.execute(select(experts).where(experts.c.person_id == person_id)).one_or_none()
        return None if row is None else _expert(row)

    def all(self) -> list[Expert]:
        query = select(experts).order_by(experts.c.joined_at, experts.c.person_id)
        return [_expert(row) for row in self._unit.connection.execute(query)]

    def put(self, expert: Expert) -> None:
        self._unit.wake(EXPERTS)
        lists = {name: json.dumps(getattr(expert, name), ensure_ascii=False) for name in LISTS}
        values = {**asdict(expert), **lists}
        if not insert_once(self._unit.connection, experts, **values):
            del values["joined_at"]
            kept = update(experts).where(experts.c.person_id == expert.person_id)
            self._unit.connection.execute(kept.values(**values))

    def forget(self, person_id: str) -> bool:
        self._unit.wake(EXPERTS)
        for gone in (experts_evidence, expert_invitations):
            self._unit.connection.execute(delete(gone).where(gone.c.person_id == person_id))
        stood_in = update(experts).where(experts.c.stand_in == person_id)
        self._unit.connection.execute(stood_in.values(stand_in=""))
        left = delete(experts).where(experts.c.person_id == person_id)
        return self._unit.connection.execute(left).rowcount == 1

    def add_evidence(self, evidence: Evidence) -> None:
        if self.get(evidence.person_id) is None:
            return
        self._unit.wake(EXPERTS)
        lists = {
            "topics": json.dumps(evidence.topics, ensure_ascii=False),
            "readers": json.dumps(sorted(evidence.readers), ensure_ascii=False),
        }
        insert_once(self._unit.connection, experts_evidence, **{**asdict(evidence), **lists})

    def forget_evidence(self, person_id: str, evidence_id: str) -> bool:
        self._unit.wake(EXPERTS)
        kept = experts_evidence.c
        known = update(experts_evidence).where(kept.person_id == person_id, kept.id == evidence_id, kept.text != "")
        return self._unit.connection.execute(known.values(text="", topics="[]", readers="[]")).rowcount == 1

    def evidence(self, person_ids: Collection[str]) -> list[Evidence]:
        kept = experts_evidence.c
        query = select(experts_evidence).where(kept.person_id.in_(person_ids), kept.text != "")
        query = query.order_by(kept.at.desc(), kept.id)
        return [_evidence(row) for row in self._unit.connection.execute(query)]

    def invite(self, person_id: str, at: datetime) -> bool:
        return insert_once(self._unit.connection, expert_invitations, person_id=person_id, at=at)

    def invited(self) -> frozenset[str]:
        return frozenset(self._unit.connection.execute(select(expert_invitations.c.person_id)).scalars())


def _expert(row: Row[*tuple[object, ...]]) -> Expert:
    return Expert(**{**row._mapping, **{name: tuple(json.loads(row._mapping[name])) for name in LISTS}})


def _evidence(row: Row[*tuple[object, ...]]) -> Evidence:
    lists = {"topics": tuple(json.loads(row.topics)), "readers": frozenset(json.loads(row.readers))}
    return Evidence(**{**row._mapping, **lists})
