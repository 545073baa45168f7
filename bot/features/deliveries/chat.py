"""Messages that did not arrive, from a chat: the admins' command, its buttons, and what their home says."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Post, Reply, Span
from bot.chat.turn import Place, Turn
from bot.features.deliveries import card, use_cases
from bot.features.deliveries.model import Problems, no_problems, told
from bot.features.deliveries.pages import delivery_pages
from bot.features.deliveries.use_cases import letters_in
from bot.features.feature import Command, Feature, Handler, HomeSection, for_admins
from bot.features.profile.quiet import quiet_until
from bot.storage.dead_letters import DeadLetters
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork

OWN_KEYS = "deliveries."


class DeliveriesChat:
    """Turn -> use case -> Reply."""

    def __init__(self, base_url: str, problems: Problems = no_problems) -> None:
        self._base_url = base_url
        self.problems = problems

    def on_deliveries(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply((Post(self._list(unit), f"{OWN_KEYS}said.{uuid4().hex}", turn.private_place),))

    def pressing(self, act: use_cases.Act) -> Handler:
        """A handler that does `act`, then shows what is left in the same message."""

        def handle(turn: Turn, unit: UnitOfWork) -> Reply:
            act(unit, int(turn.carried), by=turn.person.id, at=turn.at)
            return Reply((Post(self._list(unit), turn.message_key or f"{OWN_KEYS}said.{uuid4().hex}"),))

        return for_admins(handle)

    def home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        if not turn.person.is_admin:
            return None
        broken = told(self.problems)
        blocks: tuple[Block, ...] = (Bullets(broken),) if broken else ()
        number = DeadLetters(unit).count()
        if number == 0:
            return HomeSection("Deliveries", blocks) if blocks else None
        link = Span("See to them", href=f"{self._base_url.rstrip('/')}{card.PAGE}")
        text = f"{card.counted(number)} for a decision: not delivered, or nobody can say whether."
        return HomeSection("Deliveries", (*blocks, Paragraph(text), Note((link, Span(", or say “deliveries”.")))))

    def _list(self, unit: UnitOfWork) -> Message:
        return card.list_message(letters_in(unit), self._base_url)


class Notices:
    """Tells the admins: one message a day, which is changed in place as more comes."""

    def __init__(self, admins: frozenset[str], base_url: str) -> None:
        self._admins = admins
        self._base_url = base_url

    def on_undelivered(self, unit: UnitOfWork, delivery: Delivery, now: datetime) -> None:
        """Part of the relay's transaction. What cannot reach an admin is no news for the admins."""
        if delivery.key.startswith(OWN_KEYS):
            return
        message = card.digest(letters_in(unit), self._base_url)
        for person, place in self._reachable(unit):
            quiet = quiet_until(person, now)
            Outbox(unit).add(Post(message, f"{OWN_KEYS}{now:%Y-%m-%d}"), place, now, not_before=quiet)

    def _reachable(self, unit: UnitOfWork) -> Sequence[tuple[KnownPerson, Place]]:
        """The admins, and where they can be written to: of each, the account used longest."""
        people = People(unit)
        admins = {person.id: person for name in self._admins if (person := people.named(name))}
        places = {
            person_id: [Place(each.platform, each.direct) for each in people.accounts_of(person_id) if each.direct]
            for person_id in sorted(admins)
        }
        return [(admins[person_id], own[0]) for person_id, own in places.items() if own]


def deliveries_feature(chat: DeliveriesChat, database: Database, clock: Callable[[], datetime]) -> Feature:
    return Feature(
        name="deliveries",
        commands={"deliveries": Command(chat.on_deliveries, "messages that did not arrive", admin_only=True)},
        buttons={
            card.AGAIN: chat.pressing(use_cases.send_again),
            card.ARRIVED: chat.pressing(use_cases.mark_arrived),
            card.DROP: chat.pressing(use_cases.drop),
        },
        home=(chat.home,),
        pages=delivery_pages(database, clock, chat.problems),
    )
