"""Who somebody is, from the company's own directory, which Teams asks for us."""

from bot.chat.ports import Profile
from bot.platforms.payload import text_at
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.errors import TeamsFailed
from bot.platforms.teams.references import PLATFORM, References
from bot.platforms.validation import JsonObject

GUEST_MARK = "#EXT#"
"""Stands in the user name of everybody who belongs to another directory."""

GUEST_ROLES = frozenset({"guest", "anonymous", "federated"})


class TeamsProfiles:
    """Fills `bot.chat.ports.Profiles`. Asks about a person where they were seen."""

    def __init__(self, connector: Connector, references: References) -> None:
        self._connector = connector
        self._references = references

    async def profile(self, account: str) -> Profile | None:
        platform, _, rest = account.partition(":")
        tenant, _, object_id = rest.partition(":")
        if platform != PLATFORM or not object_id:
            return None
        known = await self._references.of_person(object_id)
        conversation = "" if known is None else known.conversation or known.met_in
        if known is None or not conversation or (known.tenant and known.tenant != tenant):
            return None
        try:
            member = await self._connector.member(known.service_url, conversation, known.user_id)
        except TeamsFailed as failed:
            if failed.status == 404:
                return None
            raise
        return profile_of(member, tenant)


def profile_of(member: JsonObject, tenant: str) -> Profile | None:
    """The tenant's admins give out user names, and addresses, of their own domains. A guest's are others' word."""
    user_name = text_at(member, "userPrincipalName")
    home = text_at(member, "tenantId")
    is_guest = (
        GUEST_MARK in user_name.upper()
        or text_at(member, "userRole").lower() in GUEST_ROLES
        or (home != "" and home != tenant)
    )
    name = text_at(member, "name") or f"{text_at(member, 'givenName')} {text_at(member, 'surname')}".strip()
    email = text_at(member, "email") or ("" if is_guest else user_name)
    if not name and not email:
        return None
    return Profile(name or email, email, is_email_verified="@" in email and not is_guest, is_guest=is_guest)
