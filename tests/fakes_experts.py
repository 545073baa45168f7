"""Experts in memory; the contract suite holds them to what the real store does."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.features.experts.model import Evidence, Expert


class MemoryExperts:
    """Fills `bot.features.experts.store.ExpertStore`."""

    def __init__(self) -> None:
        self.kept: dict[str, Expert] = {}
        self.answered: dict[tuple[str, str], Evidence] = {}
        self.asked: dict[str, datetime] = {}

    def get(self, person_id: str) -> Expert | None:
        return self.kept.get(person_id)

    def all(self) -> list[Expert]:
        return sorted(self.kept.values(), key=lambda each: (each.joined_at, each.person_id))

    def put(self, expert: Expert) -> None:
        known = self.kept.get(expert.person_id)
        self.kept[expert.person_id] = replace(expert, joined_at=known.joined_at) if known else expert

    def forget(self, person_id: str) -> bool:
        self.answered = {key: each for key, each in self.answered.items() if each.person_id != person_id}
        self.asked.pop(person_id, None)
        for key, each in self.kept.items():
            if each.stand_in == person_id:
                self.kept[key] = replace(each, stand_in="")
        return self.kept.pop(person_id, None) is not None

    def add_evidence(self, evidence: Evidence) -> None:
        if evidence.person_id in self.kept:
            self.answered.setdefault((evidence.person_id, evidence.id), evidence)

    def forget_evidence(self, person_id: str, evidence_id: str) -> bool:
        known = self.answered.get((person_id, evidence_id))
        if known is None or not known.text:
            return False
        self.answered[person_id, evidence_id] = replace(known, text="", topics=(), readers=frozenset())
        return True

    def evidence(self, person_ids: Collection[str]) -> list[Evidence]:
        found = (each for each in self.answered.values() if each.person_id in person_ids and each.text)
        return sorted(sorted(found, key=lambda each: each.id), key=lambda each: each.at, reverse=True)

    def invite(self, person_id: str, at: datetime) -> bool:
        return self.asked.setdefault(person_id, at) is at

    def invited(self) -> frozenset[str]:
        return frozenset(self.asked)
