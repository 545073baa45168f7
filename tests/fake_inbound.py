"""The core, as a platform sees it."""

from bot.chat.reply import Reply
from bot.chat.turn import Place, Turn


class FakeInbound:
    """The core: remembers turns by key, answers presses as told."""

    def __init__(self) -> None:
        self.accepted: dict[str, Turn] = {}
        self.answered: list[Turn] = []
        self.asked_about: list[Place] = []
        self.told: list[tuple[Place, str]] = []
        self.overhearing = False
        self.reply: Reply | Exception = Reply()
        self.broken: Exception | None = None

    async def overhears(self, place: Place) -> bool:
        self.asked_about.append(place)
        return self.overhearing

    async def accept(self, turn: Turn) -> bool:
        if self.broken is not None:
            raise self.broken
        is_new = turn.key not in self.accepted
        self.accepted.setdefault(turn.key, turn)
        return is_new

    async def answer(self, turn: Turn) -> Reply:
        self.answered.append(turn)
        if self.broken is not None:
            raise self.broken
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    async def tell(self, turn: Turn, text: str) -> None:
        self.told.append((turn.private_place, text))

    @property
    def turn(self) -> Turn:
        """The only one."""
        (turn,) = [*self.accepted.values(), *self.answered]
        return turn
