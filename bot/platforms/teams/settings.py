"""What bootstrap tells the Teams platform."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where tokens of the Bot Framework come from: those that it signs, and those that the bot asks `login` for."""

    issuer: str
    metadata_url: str
    login: str = "https://login.microsoftonline.com"


PUBLIC = Cloud("https://api.botframework.com", "https://login.botframework.com/v1/.well-known/openidconfiguration")
GOVERNMENT = Cloud(
    "https://api.botframework.us",
    "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    "https://login.microsoftonline.us",
)


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Without an `app_id` only the Agents Playground on this machine is let in. `base_url` is the web page's."""

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    base_url: str = ""
    cloud: Cloud = PUBLIC
