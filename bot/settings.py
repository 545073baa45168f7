"""Settings: frozen, read once from the environment and ``.env``, handed down by bootstrap."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
STARTER = Path(__file__).resolve().parent.parent / "examples" / "starter"


class Settings(BaseSettings):
    """Each field is an environment variable of the same name with ``GUILDHALL_`` before it."""

    model_config = SettingsConfigDict(
        env_prefix="GUILDHALL_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    home: Path = Field(Path(".guildhall"), description="Where the database, snapshots and uploads are kept")
    host: str = Field("127.0.0.1", description="Address the web page listens on")
    port: int = Field(8080, ge=0, le=65_535, description="Port of the web page; 0 takes a free one")
    base_url: str = Field("", description="How people reach the web page, for links in chats")
    database_url: SecretStr | None = Field(None, description="PostgreSQL URL; SQLite in `home` without it")
    admins: frozenset[str] = Field(frozenset({"web:admin"}), description="Person ids, as a JSON list")
    model: str = Field("builtin", description="Embedding model: builtin, or a sentence-transformers name or folder")
    model_download: bool = Field(False, description="Fetch that model from its hub when it is not on this machine")
    golden_loss: float = Field(
        0.02, ge=0, le=1, description="Share of the golden questions that a new index may answer worse"
    )
    starter: Path | None = Field(STARTER, description="Folder to index while no source is set; empty for none")
    answer_from: float | None = Field(None, ge=0, le=1, description="Answer at this confidence or above")
    offer_from: float | None = Field(None, ge=0, le=1, description="Offer candidates at this confidence or above")
    secret: SecretStr | None = Field(None, description="Signs web sessions; made and kept in `home` without it")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least serious line logged")

    @field_validator("database_url", "starter", "secret", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """A variable that is set to nothing says "none"; as a path it would mean the current folder."""
        return None if value == "" else value

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
