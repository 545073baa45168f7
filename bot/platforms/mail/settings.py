"""What bootstrap tells the mail platform."""

from dataclasses import dataclass, field

from bot.settings import SmtpTls


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`sender` is an address, `name` what stands before it."""

    host: str
    port: int
    sender: str
    name: str = "Guildhall"
    user: str = ""
    password: str = field(default="", repr=False)
    tls: SmtpTls = "starttls"
