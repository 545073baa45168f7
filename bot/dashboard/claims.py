"""What an identity provider says of somebody, to an account and a profile.

An e-mail address counts where the provider vouches for it. Entra ID does not send ``email_verified``: there the
address counts for members of the one tenant that the issuer names, unless ``xms_edov`` says that nobody has checked
who owns its domain; for guests it never does.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from bot.chat.ports import Profile
from bot.chat.turn import EVERYONE, Person
from bot.signing_keys import TokenRefused

ID_LIMIT = 150  # characters; the database keeps 200
NAME_LIMIT = 200
EMAIL_LIMIT = 320
GROUPS_LIMIT = 500
GOOGLE = "accounts.google.com"
ENTRA = frozenset({"login.microsoftonline.com", "login.microsoftonline.us"})
OPEN_TO_ALL = frozenset({GOOGLE, "slack.com"})
"""Providers with which anybody in the world has, or makes, an account."""
ACCOUNTS = ("oidc:", "slack:", "teams:", "web:")
"""What people's ids begin with: where people name their own groups, no group is taken for one of them."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def host_of(issuer: str) -> str:
    return urlsplit(issuer).hostname or ""


def needs_domains(issuer: str) -> bool:
    """Whether more people than the company's can sign in there."""
    return host_of(issuer) in OPEN_TO_ALL or (host_of(issuer) in ENTRA and not tenant_of(issuer))


def tenant_of(issuer: str) -> str:
    """Entra ID's tenant that `issuer` is of; empty for those of several tenants, and for other providers."""
    tenant = urlsplit(issuer).path.strip("/").partition("/")[0].lower()
    return tenant if host_of(issuer) in ENTRA and is_guid(tenant) else ""


def person_from_claims(
    claims: Mapping[str, object], issuer: str, groups_claim: str, domains: Collection[str]
) -> tuple[Person, Profile]:
    """Raises TokenRefused for who may not sign in."""
    subject = text_in(claims, "sub", 255)
    if not subject:
        raise TokenRefused("no subject")
    account = f"oidc:{host_of(issuer)}:{subject}"
    if len(account) > ID_LIMIT:
        account = f"oidc:{host_of(issuer)[:60]}:sha256-{hashlib.sha256(subject.encode()).hexdigest()}"
    email = text_in(claims, "email", EMAIL_LIMIT)
    is_verified = bool(email) and _is_verified(claims, issuer)
    if domains and not _domain_of(claims, issuer, email if is_verified else "") & {each.lower() for each in domains}:
        raise TokenRefused("not of a domain that may sign in")
    is_guest = host_of(issuer) in ENTRA and is_entra_guest(claims)
    name = text_in(claims, "name", NAME_LIMIT) or text_in(claims, "preferred_username", NAME_LIMIT) or email or subject
    zone, language = text_in(claims, "zoneinfo", 64), text_in(claims, "locale", 35)
    profile = Profile(name, email, is_verified, zone, language, is_guest)
    return Person(account, name, groups=_groups(claims, groups_claim), is_guest=is_guest), profile


def is_entra_guest(claims: Mapping[str, object]) -> bool:
    """Somebody whose account is another organisation's: ``acct`` 1, an ``idp`` that is not the issuer, or ``#EXT#``."""
    at_home = text_in(claims, "idp", 500) in ("", text_in(claims, "iss", 500))
    names = (text_in(claims, name, EMAIL_LIMIT) for name in ("upn", "preferred_username", "unique_name"))
    return claims.get("acct") in (1, "1") or not at_home or any("#ext#" in name.lower() for name in names)


def text_in(claims: Mapping[str, object], name: str, limit: int) -> str:
    """A claim that is text which can be kept and shown; empty otherwise."""
    value = claims.get(name)
    return value if isinstance(value, str) and len(value) <= limit and value.isprintable() else ""


def _is_verified(claims: Mapping[str, object], issuer: str) -> bool:
    if host_of(issuer) in ENTRA:
        tenant = tenant_of(issuer)
        is_member = bool(tenant) and text_in(claims, "tid", 36).lower() == tenant and not is_entra_guest(claims)
        return is_member and claims.get("xms_edov", True) in (True, 1, "1", "true")
    return claims.get("email_verified") is True


def _domain_of(claims: Mapping[str, object], issuer: str, verified_email: str) -> set[str]:
    """Google: the organisation (``hd``), for a private account may bear an address of the company too."""
    if host_of(issuer) == GOOGLE:
        return {text_in(claims, "hd", 253).lower()} if verified_email else set()
    return {verified_email.rpartition("@")[2].lower()} if verified_email else set()


def _groups(claims: Mapping[str, object], name: str) -> frozenset[str]:
    """Names or ids; a provider that lists too many to fit leaves the claim out."""
    listed = claims.get(name)
    texts = [listed] if isinstance(listed, str) else listed if isinstance(listed, list) else []
    kept = [each for each in texts if isinstance(each, str) and 0 < len(each) <= NAME_LIMIT and each.isprintable()]
    return frozenset(each for each in kept[:GROUPS_LIMIT] if each != EVERYONE and not each.startswith(ACCOUNTS))
