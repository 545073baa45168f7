"""E-mail, where a mail server is set."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr

from bot.bootstrap.chats import revealed
from bot.chat.errors import UserFacingError
from bot.chat.mail_address import is_address
from bot.platforms.mail.settings import MailSettings
from bot.relay import Outlet
from bot.settings import Settings, is_loopback


class MailIncomplete(UserFacingError):
    """A mail server is set, and what goes with it is not."""


def mail_settings(settings: Settings) -> MailSettings | None:
    """None where no mail server is set. Raises MailIncomplete."""
    if settings.smtp_host is None:
        return None
    name, sender = parseaddr(settings.smtp_from or "")
    if not is_address(sender):
        raise MailIncomplete("GUILDHALL_SMTP_FROM has to be the address that e-mail comes from. Nothing was started.")
    if settings.smtp_tls == "none" and settings.smtp_user and not is_loopback(f"//{settings.smtp_host}"):
        raise MailIncomplete(
            "With GUILDHALL_SMTP_TLS=none the password for the mail server would cross the network for all to read. "
            "Use starttls or implicit. Nothing was started."
        )
    return MailSettings(
        settings.smtp_host,
        settings.smtp_port,
        sender,
        name or "Guildhall",
        settings.smtp_user or "",
        revealed(settings.smtp_password),
        settings.smtp_tls,
    )


def open_mail(settings: Settings, now: Callable[[], datetime]) -> Outlet | None:
    """None where no mail server is set. Raises MailIncomplete."""
    mail = mail_settings(settings)
    if mail is None:
        return None
    from bot.platforms.mail.messenger import QUIET, MailMessenger

    return Outlet(MailMessenger(mail, now), quiet=QUIET)
