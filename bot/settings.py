"""Settings: frozen, read once from the environment and ``.env``, handed down by bootstrap."""

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""Headers that a proxy sets: then whoever asks is somewhere else, whatever the Host header says."""

STARTER = Path(__file__).resolve().parent.parent / "examples" / "starter"


SLACK_API = "https://slack.com/api/"
SECRET_LENGTH = 32  # characters

CalendarsOf = Literal["microsoft", "google"]
SmtpTls = Literal["starttls", "implicit", "none"]
TeamsCloud = Literal["public", "gcc-high", "dod"]
ENTRA: dict[TeamsCloud, str] = {
    "public": "https://login.microsoftonline.com",
    "gcc-high": "https://login.microsoftonline.us",
    "dod": "https://login.microsoftonline.us",
}
"""Where Entra ID is in each cloud of Microsoft's (learn.microsoft.com, "National clouds"); GCC is in the public one."""


def is_loopback(url: str) -> bool:
    """Whether `url`, or a Host header after ``//``, names this machine."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def _named(variable: str, description: str, default: Any = None) -> Any:
    """A setting under the name that people know from the platform's documentation."""
    return Field(default, validation_alias=AliasChoices(variable), description=description)


class Settings(BaseSettings):
    """Each field is an environment variable of the same name with ``GUILDHALL_`` before it; those of others
    have the names that their own documentation uses."""

    model_config = SettingsConfigDict(
        env_prefix="GUILDHALL_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    home: Path = Field(Path(".guildhall"), description="Where the database, snapshots and uploads are kept")
    host: str = Field("127.0.0.1", description="Address the web page listens on")
    port: int = Field(8080, ge=0, le=65_535, description="Port of the web page; 0 takes a free one")
    base_url: str = Field("", description="How people reach the web page, for links in chats")
    database_url: SecretStr | None = Field(None, description="PostgreSQL URL; SQLite in `home` without it")
    admins: frozenset[str] = Field(
        frozenset({"web:admin"}), description="Account ids or verified e-mail addresses, as a JSON list"
    )
    curators: frozenset[str] = Field(
        frozenset(), description="Who decides what becomes an entry of the FAQ, besides the admins, in the same form"
    )
    model: str = Field("builtin", description="Embedding model: builtin, or a sentence-transformers name or folder")
    model_download: bool = Field(False, description="Fetch that model from its hub when it is not on this machine")
    golden_loss: float = Field(
        0.02, ge=0, le=1, description="Share of the golden questions that a new index may answer worse"
    )
    starter: Path | None = Field(STARTER, description="Folder to index while no source is set; empty for none")
    answer_from: float | None = Field(None, ge=0, le=1, description="Answer at this confidence or above")
    offer_from: float | None = Field(None, ge=0, le=1, description="Offer candidates at this confidence or above")
    questions_a_minute: int = Field(20, ge=1, description="Questions of one person that are looked up within a minute")
    time_zone: str = Field("UTC", description="The company's time zone, where a channel has none of its own")
    minutes_an_answer: int = Field(15, ge=1, description="Minutes that an expert's answer saves whoever it helped")
    pulse_a_day: int = Field(3, ge=0, le=100, description="People a day who are asked whether it helps; 0 for nobody")
    pulse_from: int = Field(5, ge=5, description="Answers from which on the pulse shows what they are together")
    rubrics: Path | None = Field(
        None, description="Folder of the company's own rubrics for peer reviews, as YAML files"
    )
    review_files_days: int = Field(
        365, ge=1, description="Days that files of peer reviews are kept after the review is closed"
    )
    intake: Path | None = Field(
        None, description="Folder of the company's own kinds of requests, and of what a day costs, as YAML files"
    )
    team_groups: str = Field(
        "", description="How the names of the groups begin that are teams, so that they review nobody of their own"
    )
    secret: SecretStr | None = Field(
        None, description="Signs web sessions and seals kept tokens, 32 characters or more; kept in `home` without it"
    )
    slack_bot_token: SecretStr | None = _named("SLACK_BOT_TOKEN", "Token of the app in one workspace: xoxb-…")
    slack_signing_secret: SecretStr | None = _named("SLACK_SIGNING_SECRET", "Proves that a request comes from Slack")
    slack_app_token: SecretStr | None = _named("SLACK_APP_TOKEN", "Socket Mode, without a public address: xapp-…")
    slack_client_id: str | None = _named("SLACK_CLIENT_ID", "For several workspaces, which install it with OAuth")
    slack_client_secret: SecretStr | None = _named("SLACK_CLIENT_SECRET", "Belongs to the client id")
    slack_api_url: str = _named("SLACK_API_URL", "Another Web API: GovSlack's, or a local one", SLACK_API)
    slack_streaming: bool = Field(
        False, description="Let answers build up in Slack's assistant; links there may then show previews"
    )
    teams_app_id: str | None = _named("MicrosoftAppId", "The bot's application id in Entra ID")
    teams_app_password: SecretStr | None = _named("MicrosoftAppPassword", "A client secret of that application")
    teams_tenant_id: str | None = _named("MicrosoftAppTenantId", "The company's tenant, the only one let in")
    teams_app_type: Literal["SingleTenant"] = _named("MicrosoftAppType", "Only single-tenant bots", "SingleTenant")
    teams_playground: bool = Field(
        False, description="Take Teams messages without an app id from the Agents Playground on this machine"
    )
    teams_cloud: TeamsCloud = Field(
        "public", description="Microsoft's cloud that the tenant is in: public (GCC too), gcc-high or dod"
    )
    smtp_host: str | None = Field(None, description="Mail server that e-mail goes out through; no e-mail without it")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Port of that server")
    smtp_tls: SmtpTls = Field(
        "starttls", description="Encryption: starttls, implicit (often port 465), or none, on this machine"
    )
    smtp_user: str | None = Field(None, description="Account to sign in there with, where it wants one")
    smtp_password: SecretStr | None = Field(None, description="Belongs to that account")
    smtp_from: str | None = Field(None, description="Address that e-mail comes from; needed with a mail server")
    calendars: CalendarsOf | None = Field(
        None, description="Where people have their calendars, to put dates in: microsoft or google; nowhere without it"
    )
    azure_tenant_id: str | None = _named("AZURE_TENANT_ID", "The company's tenant, for its calendars at Microsoft 365")
    azure_client_id: str | None = _named("AZURE_CLIENT_ID", "Application that may write to them")
    azure_client_secret: SecretStr | None = _named("AZURE_CLIENT_SECRET", "A client secret of that application")
    google_key_file: Path | None = _named(
        "GOOGLE_APPLICATION_CREDENTIALS", "Key file of the service account that may write to Google calendars"
    )
    oidc_issuer: str | None = Field(None, description="Identity provider that people sign in to the web page with")
    oidc_client_id: str | None = Field(None, description="This page's client id there")
    oidc_client_secret: SecretStr | None = Field(None, description="Belongs to the client id")
    oidc_domains: frozenset[str] = Field(
        frozenset(), description="Mail domains that may sign in, as a JSON list; needed where anybody has an account"
    )
    oidc_groups_claim: str = Field("groups", description="Claim that lists the groups somebody belongs to")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least serious line logged")

    @field_validator(
        *("database_url", "starter", "rubrics", "intake", "secret"),
        *("slack_bot_token", "slack_signing_secret", "slack_app_token"),
        *("slack_client_id", "slack_client_secret", "teams_app_id", "teams_app_password", "teams_tenant_id"),
        *("oidc_issuer", "oidc_client_id", "oidc_client_secret"),
        *("smtp_host", "smtp_user", "smtp_password", "smtp_from"),
        *("calendars", "azure_tenant_id", "azure_client_id", "azure_client_secret", "google_key_file"),
        mode="before",
    )
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """A variable that is set to nothing says "none"; as a path it would mean the current folder."""
        return None if value == "" else value

    @field_validator("time_zone")
    @classmethod
    def is_a_zone(cls, name: str) -> str:
        """Raises ValueError for a name that is not in the time zone database."""
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError("is no time zone; it is written like Europe/Berlin") from unknown

    @field_validator("secret")
    @classmethod
    def cannot_be_guessed(cls, secret: SecretStr | None) -> SecretStr | None:
        """Whoever has a cookie can try secrets on it, as many as they like."""
        if secret is not None and len(secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"has at least {SECRET_LENGTH} characters; `openssl rand -hex 32` makes one")
        return secret

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None or self.slack_client_id is not None

    @property
    def has_teams(self) -> bool:
        return self.teams_app_id is not None or self.teams_playground

    @property
    def has_mail(self) -> bool:
        return self.smtp_host is not None

    @property
    def entra(self) -> str:
        """Where the Teams tenant's people and the bot sign in."""
        return ENTRA[self.teams_cloud]

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home.resolve() / 'guildhall.db'}"

    @property
    def snapshots(self) -> Path:
        return self.home / "snapshots"

    @property
    def entries(self) -> Path:
        """Snapshots of the approved FAQ entries, which answer together with the library's."""
        return self.home / "entries"
