"""Whose account is it? One verified e-mail address is one person.

Only an address that a platform vouches for links, never a guest's, and never one beyond ASCII, where letters look
alike. When an account's address changes, it becomes a person of its own, or that of the new address; what it did
until then stays with the person it was linked to.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Column

from bot.chat.ports import Profile
from bot.chat.turn import storable
from bot.storage.audit import AuditEntry, record
from bot.storage.merging import merge_people
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

NAME_LIMIT = 200
EMAIL_LIMIT = 320

_EMAIL = re.compile(r"[\x21-\x3f\x41-\x7e]+@[a-z0-9.-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Raced(Exception):
    """Somebody else linked these people a moment ago: begin again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An account as a turn or a sign-in shows it. `was_asked`: its platform was, whether it knew a profile or not.
    `groups` is None where nobody said anything about them."""

    account: str
    name: str
    direct: str = ""
    time_zone: str = ""
    language: str = ""
    is_guest: bool = False
    profile: Profile | None = None
    was_asked: bool = False
    groups: frozenset[str] | None = None


def settle(unit: UnitOfWork, seen: Seen, columns: Iterable[Column[str]], now: datetime) -> None:
    """Keep what was seen, and link, merge or part. `columns` hold person ids and follow when two become one.

    Raises Raced, or IntegrityError from a race for a unique key: then begin again.
    """
    people = People(unit)
    known = people.account(seen.account, lock=True)
    account = _updated(known or _new_account(seen, now), seen, now)
    if known is None:
        person = _owner_of(people, link_of(account))
        if person is None:
            person = _new_person(people, account, seen, now)
        else:
            people.put(_described(person, seen), now)
            record(unit, AuditEntry(now, person.id, "account linked", account.id))
        people.add_account(replace(account, person_id=person.id))
        return
    people.put_account(account)
    if seen.profile is not None:
        person = _whose(unit, account, columns, now)
        people.put(_described(person, seen), now)


def part(unit: UnitOfWork, account: Account, now: datetime) -> KnownPerson:
    """Makes the account a person of its own."""
    people = People(unit)
    email = link_of(account)
    taken = bool(email) and people.by_email(email) is not None
    person = KnownPerson(_free_id(people, account.id), account.name, now, email="" if taken else email)
    people.add(person)
    people.put_account(replace(account, person_id=person.id))
    record(unit, AuditEntry(now, person.id, "account parted", account.id, {"was": account.person_id}))
    return person


def zone_name(name: str) -> str:
    """`name` if it is an IANA time zone, else empty."""
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def language_tag(tag: str) -> str:
    """`tag` if it looks like a language, ``de`` or ``pt-BR``, else empty."""
    usual = tag.strip().replace("_", "-")
    return usual if _LANGUAGE.fullmatch(usual) else ""


def linkable(email: str) -> str:
    """An address as it is compared: in lower case; empty for what is none, or holds more than ASCII."""
    address = email.strip()
    if not address.isascii() or len(address) > EMAIL_LIMIT:  # before the lower case, in which other letters turn ASCII
        return ""
    return address.lower() if _EMAIL.fullmatch(address.lower()) else ""


def link_of(account: Account) -> str:
    """The address that links this account; empty where none does."""
    may_link = account.is_email_verified and not account.is_guest and not account.is_separate
    return linkable(account.email) if may_link else ""


def _whose(unit: UnitOfWork, account: Account, columns: Iterable[Column[str]], now: datetime) -> KnownPerson:
    """The person whose account it is now, after what the platform said."""
    people = People(unit)
    people.lock(account.person_id)
    person = people.get(account.person_id)
    if person is None:
        raise Raced
    email = link_of(account)
    others = [each for each in people.accounts_of(person.id) if each.id != account.id]
    if not email:
        is_strange = account.is_guest or (bool(account.email) and linkable(account.email) != person.email)
        if person.email and others and is_strange and any(link_of(each) == person.email for each in others):
            return part(unit, account, now)
        return person if others else replace(person, email="")
    if email == person.email:
        return person
    is_still_theirs = bool(person.email) and any(link_of(each) == person.email for each in others)
    owner = _owner_of(people, email)
    if is_still_theirs and owner is None:
        return part(unit, account, now)
    if is_still_theirs and owner is not None:
        people.put_account(replace(account, person_id=owner.id))
        record(unit, AuditEntry(now, owner.id, "account linked", account.id, {"was": person.id}))
        return owner
    if owner is None:
        return replace(person, email=email)
    return _merged(unit, person, owner, columns, now)


def _merged(
    unit: UnitOfWork, one: KnownPerson, other: KnownPerson, columns: Iterable[Column[str]], now: datetime
) -> KnownPerson:
    people = People(unit)
    people.lock(one.id, other.id)
    if people.get(one.id) is None or people.get(other.id) is None:
        raise Raced
    email = other.email
    merged = merge_people(unit, one, replace(other, email=""), columns, now)
    gone = other.id if merged.id == one.id else one.id
    record(unit, AuditEntry(now, merged.id, "people merged", merged.id, {"was": gone}))
    return replace(merged, email=email)


def _owner_of(people: People, email: str) -> KnownPerson | None:
    """Whose address it is, held until the commit."""
    owner = people.by_email(email) if email else None
    if owner is None:
        return None
    people.lock(owner.id)
    current = people.by_email(email)
    if current is None or current.id != owner.id:
        raise Raced
    return current


def _new_account(seen: Seen, now: datetime) -> Account:
    return Account(seen.account, "", seen.account.partition(":")[0], now)


def _updated(account: Account, seen: Seen, now: datetime) -> Account:
    direct = seen.direct or account.direct
    looked_at = now if seen.was_asked else account.looked_at
    groups = account.groups if seen.groups is None else tuple(sorted(seen.groups))
    signed_in_at = account.signed_in_at if seen.groups is None else now
    account = replace(account, direct=direct, looked_at=looked_at, groups=groups, signed_in_at=signed_in_at)
    profile = seen.profile
    if profile is None:
        return account
    return replace(
        account,
        name=_name(profile.name) or account.name or _name(profile.email) or account.id,
        email=profile.email.strip()[:EMAIL_LIMIT] if profile.email.isprintable() else "",
        is_email_verified=profile.is_email_verified,
        is_guest=profile.is_guest,
    )


def _new_person(people: People, account: Account, seen: Seen, now: datetime) -> KnownPerson:
    began = KnownPerson(_free_id(people, account.id), _name(seen.name), now, email=link_of(account))
    person = _described(began, seen)
    people.add(person)
    return person


def _described(person: KnownPerson, seen: Seen) -> KnownPerson:
    profile = seen.profile or Profile(seen.name, time_zone=seen.time_zone, language=seen.language)
    return replace(
        person,
        name=_name(profile.name) or person.name,
        time_zone=zone_name(profile.time_zone) or person.time_zone,
        language=language_tag(profile.language) or person.language,
    )


def _free_id(people: People, account_id: str) -> str:
    """The account's own id, unless somebody has it who was linked to this account before."""
    return f"{account_id}~{secrets.token_hex(4)}" if people.is_taken(account_id) else account_id


def _name(name: str) -> str:
    return " ".join(storable(name).split())[:NAME_LIMIT]
