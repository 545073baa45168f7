"""A small feature to drive the dispatcher with: every turn leaves one row, and its card counts."""

from datetime import datetime

from sqlalchemy import func, select

from bot.chat.errors import UserFacingError
from bot.chat.form import Form, TextField
from bot.chat.reply import Actions, Button, Found, Message, Paragraph, Post, Reply
from bot.chat.turn import Commanded, Said, Submitted, Turn
from bot.features.catalog import Catalog
from bot.features.feature import Command, Feature, FormRoute
from bot.storage.audit import AuditEntry, audit, record
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON

CARD = "card"


def card() -> Message:
    buttons = (Button("Vote", "ballot.vote", "yes", "primary"), Button("Why", "ballot.why", "yes"))
    return Message("Vote here.", (Paragraph("Vote here."), Actions(buttons)))


def why_form(state: str) -> Form:
    return Form("ballot.why", "Why?", (TextField("reason", "Reason", max_length=20),), state=state)


class Ballot:
    """Effects are rows of the audit log, so that they roll back with everything else."""

    def __init__(self) -> None:
        self.faults: list[Exception] = []

    def catalog(self) -> Catalog:
        return Catalog(
            [
                Feature(
                    "ballot",
                    message=self.on_said,
                    search=self.on_search,
                    commands={
                        "count": Command(self.on_said, "counts"),
                        "pick": Command(self.on_said, "picks", free_words=True),
                        "reset": Command(self.on_said, "starts anew", admin_only=True, words=frozenset({"now"})),
                    },
                    buttons={"ballot.vote": self.on_vote, "ballot.why": self.on_why},
                    forms={"ballot.why": FormRoute(self.on_why_sent, why_form)},
                )
            ]
        )

    def on_said(self, turn: Turn, unit: UnitOfWork) -> Reply:
        text = turn.content.text if isinstance(turn.content, Said) else ""
        if isinstance(turn.content, Commanded):
            effect(unit, "commanded", f"{turn.content.name} {turn.content.text}".strip(), turn.at)
        effect(unit, "said", f"{turn.place.conversation} {text}", turn.at)
        if self.faults:
            raise self.faults.pop(0)
        return Reply((Post(card(), CARD),))

    def on_search(self, turn: Turn, unit: UnitOfWork) -> Reply:
        effect(unit, "searched", turn.person.id, turn.at)
        return Reply((Post(card(), CARD),), found=(Found("The ballot", "Votes", card()),))

    def on_vote(self, turn: Turn, unit: UnitOfWork) -> Reply:
        effect(unit, "voted", turn.person.id, turn.at)
        return Reply((Post(Message("Voted.", (Paragraph("Voted."),)), CARD),))

    def on_why(self, turn: Turn, unit: UnitOfWork) -> Reply:
        effect(unit, "asked why", turn.person.id, turn.at)
        return Reply(form=why_form("yes"))

    def on_why_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        assert isinstance(turn.content, Submitted)
        if turn.content.values["reason"] == "rude":
            raise UserFacingError("Please be kind; nothing was kept.")
        effect(unit, "explained", turn.person.id, turn.at)
        return Reply((Post(Message("Noted.", (Paragraph("Noted."),)), CARD),))


def effect(unit: UnitOfWork, action: str, subject: str, at: datetime = NOON) -> None:
    record(unit, AuditEntry(at, "ballot", action, subject))


def effects(database: Database, action: str) -> list[str]:
    """The subjects of what was done, in the order in which it was committed."""
    with database.reading() as unit:
        query = select(audit.c.subject).where(audit.c.action == action).order_by(audit.c.id)
        return list(unit.connection.execute(query).scalars())


def count_effects(database: Database) -> int:
    with database.reading() as unit:
        return int(unit.connection.execute(select(func.count()).select_from(audit)).scalar_one())
