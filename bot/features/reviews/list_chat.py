"""What somebody owes and what is theirs: asked for in a chat, and at their home."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.reply import Post, Reply
from bot.chat.turn import EVERYONE, Turn
from bot.features.feature import Command, Handler, HomeSection
from bot.features.library.links import pages_from
from bot.features.reviews import acts
from bot.features.reviews.list_card import SHOWN, Owed, list_message, owed_section, own_section
from bot.features.reviews.model import State, Submission
from bot.features.reviews.store import SqlReviews
from bot.features.reviews.your_cards import YourCards
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork

LOOKED_THROUGH = 50
UNDER_WAY = frozenset({State.RETURNED, State.IN_REVIEW, State.RELEASED})


@dataclass(frozen=True, slots=True)
class ListChat:
    cards: YourCards

    @property
    def commands(self) -> dict[str, Command]:
        return {"reviews": Command(self.on_list, "your work in review, and what is yours to review")}

    @property
    def buttons(self) -> dict[str, Handler]:
        return {acts.LIST: self.on_list}

    def on_list(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Where only they read it: the list, then the first ones as cards, which are alive like those that came by
        themselves."""
        check_colleague(turn.person)
        owed, own = SqlReviews(unit).owed_by(turn.person.id), _under_way(turn, unit)
        place = turn.private_place
        message = list_message(owed, own, turn, pages_from(place, self.cards.base_url))
        Outbox(unit).add(Post(message, f"reviews-{uuid4().hex}"), place, turn.at)
        first = dict.fromkeys((*(submission.id for submission, _ in owed), *(each.id for each in own)))
        for submission_id in list(first)[:SHOWN]:
            case = SqlReviews(unit).case(submission_id)
            if case is not None:
                self.cards.hand(case, turn.person.id, place, unit, turn.at)
        return Reply()

    def owed_at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        if EVERYONE not in turn.person.principals:
            return None
        owed: Owed = SqlReviews(unit).owed_by(turn.person.id)
        return owed_section(owed, turn, pages_from(turn.place, self.cards.base_url))

    def own_at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        if EVERYONE not in turn.person.principals:
            return None
        return own_section(_under_way(turn, unit), turn, pages_from(turn.place, self.cards.base_url))


def _under_way(turn: Turn, unit: UnitOfWork) -> Sequence[Submission]:
    """Theirs to see to: not what they only worked on."""
    found = SqlReviews(unit).submitted_by(turn.person.id, LOOKED_THROUGH)
    return [each for each in found if each.state in UNDER_WAY and each.author_id == turn.person.id]
