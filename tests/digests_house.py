"""Dana gets a digest, Cleo sets one up for a channel: the real store, desk, chat, jobs and timekeeper; what sources
tell is said here, and what goes out is read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.chat.reply import Reply
from bot.chat.turn import EVERYONE, Person
from bot.dashboard.leaving import leave_url
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.digests.chat import DigestsChat, digests_feature
from bot.features.digests.composing import Composer
from bot.features.digests.desk import Desk
from bot.features.digests.jobs import DigestJobs
from bot.features.digests.model import Digest, Edition
from bot.features.digests.pages import DigestPages
from bot.features.digests.store import SqlDigests
from bot.platforms.web.render import render_message
from bot.storage.outbox import Delivery
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON, minutes
from tests.chat_house import BASE, CLEO, DANA, GENERAL, PARTNERS, ChatHouse, Values, submitted

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
ALL_KINDS = tuple(kind.value for kind in DigestKind)
OWN: Values = {
    "rhythm": "every Monday at 9:00",
    "kinds": ALL_KINDS,
    "only": "no",
    "where": "chat",
}
HERE: Values = {
    "rhythm": "every Monday at 9:00 Berlin time",
    "kinds": ALL_KINDS,
    "topics": "",
    "only": "no",
    "look": "no",
}


def item(title: str = "Renewal playbook", **values: object) -> DigestItem:
    made = DigestItem(DigestKind.NEW, title, "Playbook", page=f"/library/{title.split()[0]}", at=NOON)
    return replace(made, **values)


class House(ChatHouse):
    """`said` are items by who may read them; each is told where it happened in the time that is asked about."""

    command = "digests"
    step = HOUR

    def __init__(self, database: Database, *, by_mail: bool = True) -> None:
        super().__init__(database, places=(GENERAL, PARTNERS))
        self.said: list[tuple[str, DigestItem]] = []
        self.asked: list[DigestSpan] = []
        composer = Composer(lambda: (self.source,), "Europe/Berlin", by_mail)
        self.jobs = DigestJobs(composer, BASE, partial(leave_url, BASE))
        self.desk = Desk(composer, self.jobs)
        self.open(digests_feature(DigestsChat(self.desk, BASE), self.jobs.timers()))
        self.pages = DigestPages(database, self.desk, self.clock, lambda message: render_message(message, ""))

    def source(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        self.asked.append(span)
        return [
            each
            for reader, each in self.said
            if reader in span.readers
            and (each.kind is not DigestKind.NEW or (each.at is not None and span.since < each.at <= span.now))
        ]

    def tell(self, *items: DigestItem, reader: str = EVERYONE) -> None:
        """Something happens just now."""
        self.clock.at += minutes(1)
        self.said += [(reader, replace(each, at=self.clock())) for each in items]

    def follow(self, person: Person, *topics: str, quiet: tuple[str, str] = ("", "")) -> None:
        with self.database.begin() as unit:
            known = People(unit).get(person.id)
            assert known is not None
            own = Preferences(topics, quiet_from=quiet[0], quiet_to=quiet[1])
            People(unit).put(replace(known, preferences=own), NOON)

    def answers(self, opened: Reply, person: Person, values: Values, card: Delivery | None = None) -> Delivery:
        """The form, and what comes of it; under `card` where it was opened there."""
        self.clock.at += minutes(1)
        sent = submitted(opened, values, card.key if card else None)
        self.dispatcher.answer_now(self.turn_of(sent, person, card.place if card else None))
        return self.newest(person)

    def gets_one(self, person: Person = DANA, **values: str | tuple[str, ...]) -> Delivery:
        opened = self.press(self.say(person), "Get a digest", person)
        return self.answers(opened, person, {**OWN, **values})

    def sets_one_up(self, person: Person = CLEO, **values: str | tuple[str, ...]) -> Delivery:
        opened = self.press(self.say(person, place=GENERAL), "Set up a digest", person)
        return self.answers(opened, person, {**HERE, **values})

    def kept(self, person: Person | None = None) -> Digest:
        """Theirs, or the channel's."""
        with self.database.reading() as unit:
            store = SqlDigests(unit)
            found = store.of_person(person.id) if person else next(iter(store.of_channels()), None)
        assert found is not None
        return found

    def editions(self, person: Person | None = None) -> list[Edition]:
        """The oldest first."""
        kept = self.kept(person)
        with self.database.reading() as unit:
            return sorted(SqlDigests(unit).editions(kept.id, 1_000), key=lambda each: each.day)


def at(day: int, hour: int, month: int = 3) -> datetime:
    """UTC, in 2027."""
    return datetime(2027, month, day, hour, tzinfo=UTC)
