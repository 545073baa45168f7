"""Gaps by their buttons, on a card and on their page."""

from uuid import uuid4

from bot.chat.reply import Paragraph, Reply, one_message
from bot.chat.turn import Turn
from bot.features.feature import Handler
from bot.features.ideas import acts, propose_form
from bot.features.ideas.gap_desk import GapDesk
from bot.features.ideas.rule_reader import Intake
from bot.storage.unit_of_work import UnitOfWork


class GapsChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: GapDesk, intake: Intake) -> None:
        self._desk = desk
        self._intake = intake

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.FROM_GAP: self.on_propose,
            acts.NOT_A_GAP: self.on_not_a_gap,
            acts.A_GAP: self.on_a_gap,
        }

    def on_propose(self, turn: Turn, unit: UnitOfWork) -> Reply:
        gap = self._desk.open_one(turn.carried, turn.person, unit)
        begun = propose_form.begin(gap.text, gap=gap.id)
        return Reply(form=propose_form.propose_form(begun, self._intake))

    def on_not_a_gap(self, turn: Turn, unit: UnitOfWork) -> Reply:
        gap = self._desk.close(turn.carried, turn.person, unit, turn.at)
        return _said(f"“{gap.text}” is not shown as a gap again. The page of gaps can bring it back.")

    def on_a_gap(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.reopen(turn.carried, turn.person, unit, turn.at)
        return _said("It is among the gaps again.")


def _said(text: str) -> Reply:
    return one_message(f"idea-gap-{uuid4().hex[:12]}", text, (Paragraph(text),))
