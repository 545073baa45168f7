"""The directory: from the account that a platform names to the person whose account it is."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Column
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.chat.errors import DeliveryFailed
from bot.chat.ports import NamesChannels, Profile, Profiles
from bot.chat.turn import Person, Place, Turn
from bot.storage.linking import Raced, Seen, link_of, linkable, settle
from bot.storage.merging import follow
from bot.storage.people import Account, KnownPerson, People
from bot.storage.subscriptions import subscriptions
from bot.storage.transcript import threads
from bot.storage.unit_of_work import Database

FRESH = timedelta(hours=24)
"""After this long an account is looked at again."""

SIGN_IN_HOLDS = timedelta(hours=24)
"""How long a sign-in says who somebody is and which groups are theirs: whoever leaves is out a day later at most."""

PATIENCE = 1.5
"""Seconds that a turn waits for a platform's directory; Slack gives three to answer a pressed button."""

PAUSE = timedelta(minutes=1)
"""After a failure that platform is left alone, and is not asked again for whom it does not know; turns go on with
what is known."""

NAMELESS = timedelta(hours=1)
"""After this long a platform that did not say what a channel is called is asked again."""

CHANNELS = 10_000
"""Whose names are kept in memory."""

TRIES = 8
"""At rows that others change at the same moment, after pauses of `BREATH`, twice that, and so on."""

BREATH = 0.005

T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    account: Account
    person: KnownPerson
    accounts: Sequence[Account]


class Directory:
    """Call it from worker threads; `profiles`, by platform, live on the loop that `start` names.

    `admins` and `curators` are account ids or verified e-mail addresses; a guest's address counts for nothing.
    `columns` hold person ids and follow when two people prove to be one. Of whom a platform with a directory has not
    said yet who they are, they read as a guest does.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        admins: frozenset[str] = frozenset(),
        curators: frozenset[str] = frozenset(),
        columns: Iterable[Column[str]] = (),
        profiles: Mapping[str, Profiles] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._admins = frozenset(linkable(name) or name for name in admins if name)
        self._curators = frozenset(linkable(name) or name for name in curators if name)
        self._columns = (threads.c.person_id, subscriptions.c.person_id, *columns)
        self._profiles = dict(profiles or {})
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ask_again_at: dict[str, datetime] = {}
        self._titles: dict[Place, tuple[str, datetime]] = {}

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on platforms are asked."""
        self._loop = loop

    def identify(self, turn: Turn) -> Turn:
        """The turn with the person instead of the account."""
        return replace(turn, person=self.person_of(turn.person, turn.direct))

    def titled(self, turn: Turn) -> Turn:
        """The turn with what its channel is called, where its platform says so only when it is asked."""
        place = turn.place
        if not place.is_shared or place.title:
            return turn
        return replace(turn, place=replace(place, title=self._title(place)))

    def person_of(self, said: Person, direct: str = "", offered: Profile | None = None) -> Person:
        """`said.id` is an account. Its groups are those that the turn brings, those of its last sign-in, and those
        that the person's other accounts have proved of late.

        `offered` counts until the platform itself has said who that is.
        """
        known = self._known(said.id)
        is_due = known is None or self._is_due(known.account)
        was_asked, profile = self._ask(said.id) if is_due else (False, None)
        if profile is None and (known is None or known.account.looked_at is None or not known.account.is_described):
            profile = offered
        if known is None or was_asked or profile or (direct and direct != known.account.direct):
            zone, language = said.time_zone, said.language
            seen = Seen(said.id, said.name, direct, zone, language, said.is_guest, profile, was_asked)
            known = self._settled(seen)
        return self._person(known, said)

    def sign_in(self, said: Person, profile: Profile) -> Person:
        """Like `person_of`, with a profile and groups that the sign-in itself has proved."""
        seen = Seen(said.id, said.name, is_guest=said.is_guest, profile=profile, was_asked=True, groups=said.groups)
        return self._person(self._settled(seen), said)

    def places_of(self, person_id: str) -> Sequence[Place]:
        """Where only this person reads, the place they used first foremost."""
        with self._database.reading() as unit:
            accounts = People(unit).accounts_of(person_id)
        return [Place(account.platform, account.direct) for account in accounts if account.direct]

    def follow_stragglers(self) -> None:
        """What was written for somebody in the very moment in which they became somebody else."""
        with self._database.begin() as unit:
            for gone, kept in People(unit).merged(self._clock() - 2 * FRESH):
                follow(unit, self._columns, gone, kept)

    def _person(self, known: _Known, said: Person) -> Person:
        person, own = known.person, known.person.preferences
        is_guest, is_stranger = known.account.is_guest or said.is_guest, self._is_stranger(known.account)
        return replace(
            said,
            id=person.id,
            name=person.name or said.name,
            groups=said.groups.union(known.account.groups, self._proved_elsewhere(known)),
            language=own.language or person.language or said.language,
            time_zone=own.time_zone or person.time_zone or said.time_zone,
            is_admin=any(_is_one_of(self._admins, account) for account in known.accounts),
            is_curator=any(_is_one_of(self._curators, account) for account in known.accounts),
            is_guest=is_guest or is_stranger,
            is_stranger=is_stranger and not is_guest,
        )

    def _is_stranger(self, account: Account) -> bool:
        return not account.is_described and account.platform in self._profiles

    def _proved_elsewhere(self, known: _Known) -> frozenset[str]:
        """Groups follow the one address that is verified here and there, and no longer than a session would."""
        address, since = link_of(known.account), self._clock() - SIGN_IN_HOLDS
        if not address:
            return frozenset()
        signed_in = (each for each in known.accounts if each.signed_in_at is not None and each.signed_in_at > since)
        return frozenset(group for each in signed_in if link_of(each) == address for group in each.groups)

    def _known(self, account_id: str) -> _Known | None:
        for _ in range(TRIES):
            with self._database.reading() as unit:
                people = People(unit)
                accounts = people.accounts_beside(account_id)
                account = next((each for each in accounts if each.id == account_id), None)
                if account is None:
                    return None
                person = people.get(account.person_id)
                if person is not None:
                    return _Known(account, person, accounts)
        raise Raced

    def _settled(self, seen: Seen) -> _Known:
        for attempt in range(TRIES):
            try:
                with self._database.begin() as unit:
                    settle(unit, seen, self._columns, self._clock())
                break
            except (IntegrityError, OperationalError, Raced):  # the second is a deadlock, on PostgreSQL
                if attempt + 1 == TRIES:
                    raise
                time.sleep(BREATH * 2**attempt)
        known = self._known(seen.account)
        if known is None:
            raise Raced
        return known

    def _is_due(self, account: Account) -> bool:
        lifetime = FRESH if account.is_described else PAUSE
        return account.looked_at is None or self._clock() - account.looked_at > lifetime

    def _title(self, place: Place) -> str:
        directory, now = self._profiles.get(place.platform), self._clock()
        if not isinstance(directory, NamesChannels):
            return ""
        channel = Place(place.platform, place.channel)
        title, until = self._titles.get(channel, ("", now))
        if now < until:
            return title
        was_asked, answer = self._answer(f"{place.platform} channels", lambda: directory.title(channel))
        if not was_asked or answer is None:
            return title
        if len(self._titles) >= CHANNELS:
            self._titles.clear()
        self._titles[channel] = answer, now + (FRESH if answer else NAMELESS)
        return answer

    def _ask(self, account: str) -> tuple[bool, Profile | None]:
        platform = account.partition(":")[0]
        profiles = self._profiles.get(platform)
        return self._answer(platform, lambda: profiles.profile(account)) if profiles else (False, None)

    def _answer(self, whose: str, question: Callable[[], Coroutine[None, None, T]]) -> tuple[bool, T | None]:
        """Whether `whose` directory answered, and what. One that does not is left alone for a while."""
        loop, now = self._loop, self._clock()
        if loop is None or not loop.is_running() or now < self._ask_again_at.get(whose, now):
            return False, None
        asked = asyncio.run_coroutine_threadsafe(question(), loop)
        try:
            return True, asked.result(PATIENCE)
        except (DeliveryFailed, TimeoutError, CancelledError) as error:
            asked.cancel()
            self._ask_again_at[whose] = now + PAUSE
            log.warning("a platform's directory does not answer", platform=whose, reason=type(error).__name__)
            return False, None


def _is_one_of(named: frozenset[str], account: Account) -> bool:
    return account.id in named or link_of(account) in named
