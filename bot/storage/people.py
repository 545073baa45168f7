"""People, and the accounts on the platforms that are theirs."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Row,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    select,
    update,
)

from bot.storage.tables import UtcDateTime, metadata
from bot.storage.unit_of_work import UnitOfWork

people = Table(
    "people",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), unique=True),
    Column("time_zone", String(64), nullable=False),
    Column("language", String(35), nullable=False),
    Column("own_time_zone", String(64), nullable=False),
    Column("own_language", String(35), nullable=False),
    Column("topics", Text, nullable=False),
    Column("quiet_from", String(5), nullable=False),
    Column("quiet_to", String(5), nullable=False),
    Column("previous", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("merged_into", String(200)),
    Index(None, "merged_into"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("person_id", String(200), nullable=False),
    Column("platform", String(50), nullable=False),
    Column("direct", String(300), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False),
    Column("is_email_verified", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_separate", Boolean, nullable=False),
    Column("groups", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("looked_at", UtcDateTime),
    Column("signed_in_at", UtcDateTime),
    Index(None, "person_id"),
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody set themselves; empty where they set nothing. Quiet hours as local ``22:00``."""

    topics: tuple[str, ...] = ()
    time_zone: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`email` is verified and in lower case, empty where there is none: no two people have the same.
    `time_zone` and `language` are what a platform said; `previous` is what they had set before their last change."""

    id: str
    name: str
    created_at: datetime
    email: str = ""
    time_zone: str = ""
    language: str = ""
    preferences: Preferences = Preferences()
    previous: Preferences | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """`direct` is the channel where only they read. `name` is what the platform or a sign-in said, not the account.
    `is_separate`: they said that it is not theirs to be linked. `groups` are those that the last sign-in proved, at
    `signed_in_at`."""

    id: str
    person_id: str
    platform: str
    created_at: datetime
    direct: str = ""
    name: str = ""
    email: str = ""
    is_email_verified: bool = False
    is_guest: bool = False
    is_separate: bool = False
    groups: tuple[str, ...] = ()
    looked_at: datetime | None = None
    signed_in_at: datetime | None = None

    @property
    def is_described(self) -> bool:
        """Whether anybody who knows has said who that is."""
        return bool(self.name)


class People:
    """Rows inside one unit of work. Raises IntegrityError where two first turns race: then begin again."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def get(self, person_id: str) -> KnownPerson | None:
        return self._one(and_(people.c.id == person_id, people.c.merged_into.is_(None)))

    def by_email(self, email: str) -> KnownPerson | None:
        """`email` in lower case."""
        return self._one(people.c.email == email)

    def names(self) -> Sequence[str]:
        """Of everybody who has one."""
        query = select(people.c.name).where(people.c.merged_into.is_(None), people.c.name != "")
        return self._unit.connection.execute(query).scalars().all()

    def named(self, name: str) -> KnownPerson | None:
        """Somebody as the settings name them: by an account, or by a verified e-mail address."""
        account = self.account(name)
        return self.get(account.person_id) if account else self.by_email(name.lower())

    def ids_named(self, names: Collection[str]) -> frozenset[str]:
        """Of those `named` in the settings who have met Guildhall."""
        return frozenset(found.id for each in names if (found := self.named(each)) is not None)

    def known(self, person_ids: Collection[str]) -> Mapping[str, KnownPerson]:
        """By id; those that there are."""
        query = select(people).where(people.c.id.in_(person_ids), people.c.merged_into.is_(None))
        return {row.id: _person(row) for row in self._unit.connection.execute(query)}

    def all(self) -> Sequence[KnownPerson]:
        """By id."""
        query = select(people).where(people.c.merged_into.is_(None)).order_by(people.c.id)
        return [_person(row) for row in self._unit.connection.execute(query)]

    def vouched(self) -> Sequence[KnownPerson]:
        """Everybody with a verified e-mail address, by name."""
        query = select(people).where(people.c.email.is_not(None)).order_by(people.c.name, people.c.id)
        return [_person(row) for row in self._unit.connection.execute(query)]

    def namesakes(self, names: Collection[str]) -> frozenset[str]:
        """Of these names, in small letters, those that more than one person has."""
        wanted = {name.casefold() for name in names}
        query = select(people.c.name).where(people.c.merged_into.is_(None))
        count = Counter(name.casefold() for name in self._unit.connection.execute(query).scalars())
        return frozenset(name for name in wanted if count[name] > 1)

    def called(self, name: str) -> Sequence[KnownPerson]:
        """Everybody of that name, in small letters or large."""
        wanted = " ".join(name.split()).casefold()
        query = select(people).where(people.c.merged_into.is_(None), people.c.name != "").order_by(people.c.id)
        rows = self._unit.connection.execute(query)
        return [_person(row) for row in rows if row.name.casefold() == wanted]

    def account(self, account_id: str, *, lock: bool = False) -> Account | None:
        query = select(accounts).where(accounts.c.id == account_id)
        row = self._unit.connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _account(row)

    def accounts_of(self, person_id: str) -> Sequence[Account]:
        """The oldest first."""
        return self._accounts(accounts.c.person_id == person_id)

    def accounts_by_person(self, person_ids: Collection[str]) -> Mapping[str, Sequence[Account]]:
        """Of each the oldest first; those who have any."""
        found: dict[str, list[Account]] = {}
        for each in self._accounts(accounts.c.person_id.in_(person_ids)):
            found.setdefault(each.person_id, []).append(each)
        return found

    def accounts_beside(self, account_id: str) -> Sequence[Account]:
        """That account and the others of the same person, the oldest first; none where there is no such account."""
        owner = select(accounts.c.person_id).where(accounts.c.id == account_id).scalar_subquery()
        return self._accounts(accounts.c.person_id == owner)

    def separated(self, email: str) -> Sequence[Account]:
        """Accounts of which somebody with this verified address, in lower case, said that they are not theirs."""
        return self._accounts(
            and_(accounts.c.is_separate, accounts.c.is_email_verified, func.lower(accounts.c.email) == email)
        )

    def is_taken(self, person_id: str) -> bool:
        """Ids of merged people stay taken."""
        return self._unit.connection.execute(select(people.c.id).where(people.c.id == person_id)).first() is not None

    def add(self, person: KnownPerson) -> None:
        values = {"id": person.id, "created_at": person.created_at, "updated_at": person.created_at}
        self._unit.connection.execute(insert(people).values(**values, **_columns(person)))

    def put(self, person: KnownPerson, now: datetime) -> None:
        self._unit.connection.execute(
            update(people).where(people.c.id == person.id).values(updated_at=now, **_columns(person))
        )  # fmt: skip

    def add_account(self, account: Account) -> None:
        self._unit.connection.execute(insert(accounts).values(_account_columns(account)))

    def put_account(self, account: Account) -> None:
        row = update(accounts).where(accounts.c.id == account.id)
        self._unit.connection.execute(row.values(_account_columns(account)))

    def lock(self, *person_ids: str) -> None:
        """Until the commit nobody else changes them. SQLite has one writer anyway."""
        query = select(people.c.id).where(people.c.id.in_(person_ids)).order_by(people.c.id).with_for_update()
        self._unit.connection.execute(query).all()

    def merged(self, since: datetime) -> Sequence[tuple[str, str]]:
        """Who became somebody else since then, and whom."""
        query = select(people.c.id, people.c.merged_into).where(
            people.c.merged_into.is_not(None), people.c.updated_at >= since
        )
        return [(row.id, row.merged_into) for row in self._unit.connection.execute(query)]

    def _accounts(self, where: ColumnElement[bool]) -> Sequence[Account]:
        query = select(accounts).where(where).order_by(accounts.c.created_at, accounts.c.id)
        return [_account(row) for row in self._unit.connection.execute(query)]

    def _one(self, where: ColumnElement[bool]) -> KnownPerson | None:
        row = self._unit.connection.execute(select(people).where(where)).one_or_none()
        return None if row is None else _person(row)


def _columns(person: KnownPerson) -> dict[str, str | None]:
    own = person.preferences
    return {
        "name": person.name,
        "email": person.email or None,
        "time_zone": person.time_zone,
        "language": person.language,
        "own_time_zone": own.time_zone,
        "own_language": own.language,
        "topics": json.dumps(own.topics, ensure_ascii=False),
        "quiet_from": own.quiet_from,
        "quiet_to": own.quiet_to,
        "previous": json.dumps(asdict(person.previous), ensure_ascii=False) if person.previous else None,
    }


def _person(row: Row[*tuple[object, ...]]) -> KnownPerson:
    return KnownPerson(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        email=row.email or "",
        time_zone=row.time_zone,
        language=row.language,
        preferences=Preferences(
            tuple(json.loads(row.topics)), row.own_time_zone, row.quiet_from, row.quiet_to, row.own_language
        ),
        previous=_preferences(row.previous) if row.previous else None,
    )


def _preferences(text: str) -> Preferences:
    kept = json.loads(text)
    return Preferences(**{**kept, "topics": tuple(kept["topics"])})


def _account(row: Row[*tuple[object, ...]]) -> Account:
    return Account(**{**row._mapping, "groups": tuple(json.loads(row.groups))})


def _account_columns(account: Account) -> dict[str, object]:
    return {**asdict(account), "groups": json.dumps(account.groups, ensure_ascii=False)}
