"""What bootstrap tells the Teams platform."""

from dataclasses import dataclass, field

from bot.settings import ENTRA, TeamsCloud


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where tokens of the Bot Framework come from: those that it signs, and those that the bot asks `login` for."""

    issuer: str
    metadata_url: str
    login: str


_GOVERNMENT = "https://api.botframework.us", "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
CLOUDS: dict[TeamsCloud, Cloud] = {
    "public": Cloud(
        "https://api.botframework.com",
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        ENTRA["public"],
    ),
    "gcc-high": Cloud(*_GOVERNMENT, ENTRA["gcc-high"]),
    "dod": Cloud(*_GOVERNMENT, ENTRA["dod"]),
}
"""As in learn.microsoft.com, "Configure Bot Framework bots for US government customers": GCC High and DoD differ only
in where people's own tokens come from, which Guildhall does not ask for."""


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Without an `app_id` only the Agents Playground on this machine is let in."""

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    cloud: Cloud = CLOUDS["public"]
