"""What experts said in threads and did not send yet: each message is a part of one answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, select, update

from bot.chat.turn import Place
from bot.features.escalations.model import ANSWER_LIMIT, LINK_LIMIT, Answer, Link
from bot.features.escalations.tables import proposals
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Part:
    """One message: `said_id` is its platform's id. `card` names the message that asks whether to send it and what else
    was said, in `place`, where only the expert reads."""

    person_id: str
    said_id: str
    escalation_id: str
    card: str
    place: Place
    text: str
    links: tuple[Link, ...]
    at: datetime

    @property
    def key(self) -> str:
        return f"proposal-{self.card}"


def whole(parts: Sequence[Part]) -> Answer:
    """All parts as one answer, each address once."""
    links = {link.url: link for part in parts for link in part.links}
    text = "\n\n".join(part.text for part in parts if part.text)
    if not text and links:
        text = ", ".join(link.title for link in links.values())
    return Answer(text[:ANSWER_LIMIT], tuple(links.values())[:LINK_LIMIT])


def fits(parts: Sequence[Part]) -> bool:
    return sum(len(part.text) + 2 for part in parts) <= ANSWER_LIMIT + 2


class Proposals:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, part: Part) -> bool:
        """False where that message is a part already."""
        return insert_once(
            self._unit.connection, proposals, person_id=part.person_id, said_id=part.said_id,
            escalation_id=part.escalation_id, card=part.card, place=place_to_json(part.place), text=part.text,
            links=json.dumps([[link.title, link.url] for link in part.links], ensure_ascii=False), at=part.at,
        )  # fmt: skip

    def of_card(self, card: str) -> list[Part]:
        return self._found(proposals.c.card == card)

    def of_escalation(self, escalation_id: str) -> list[Part]:
        return self._found(proposals.c.escalation_id == escalation_id)

    def said(self, person_id: str, said_id: str) -> Part | None:
        found = self._found((proposals.c.person_id == person_id) & (proposals.c.said_id == said_id))
        return found[0] if found else None

    def reword(self, part: Part, text: str) -> None:
        own = (proposals.c.person_id == part.person_id) & (proposals.c.said_id == part.said_id)
        self._unit.connection.execute(update(proposals).where(own).values(text=text))

    def remove(self, part: Part) -> None:
        own = (proposals.c.person_id == part.person_id) & (proposals.c.said_id == part.said_id)
        self._unit.connection.execute(delete(proposals).where(own))

    def remove_card(self, card: str) -> bool:
        """False where nothing of it was left."""
        return self._unit.connection.execute(delete(proposals).where(proposals.c.card == card)).rowcount > 0

    def _found(self, where: ColumnElement[bool]) -> list[Part]:
        query = select(proposals).where(where).order_by(proposals.c.at, proposals.c.said_id)
        return [_part(row) for row in self._unit.connection.execute(query)]


def _part(row: Row[*tuple[object, ...]]) -> Part:
    return Part(
        person_id=row.person_id,
        said_id=row.said_id,
        escalation_id=row.escalation_id,
        card=row.card,
        place=place_from_json(row.place),
        text=row.text,
        links=tuple(Link(title, url) for title, url in json.loads(row.links)),
        at=row.at,
    )
