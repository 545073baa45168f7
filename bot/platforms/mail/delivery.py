"""One letter to the mail server, and what its answers mean: delivered, never, later, or nobody knows."""

import smtplib
import ssl
from contextlib import closing, suppress
from email.message import EmailMessage

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.platforms.cleaning import cut
from bot.platforms.mail.settings import MailSettings

TIMEOUT = 15.0
"""Seconds that the mail server may take for each step."""

SENTENCES = {
    530: "The mail server wants a sign-in. Set GUILDHALL_SMTP_USER and GUILDHALL_SMTP_PASSWORD.",
    535: "The mail server does not accept the sign-in. Check GUILDHALL_SMTP_USER and GUILDHALL_SMTP_PASSWORD.",
    550: "The mail server knows no such mailbox, or does not let Guildhall write to it.",
    552: "The mailbox is full, or the e-mail is longer than the mail server takes.",
}
_OK = 250
_FORWARDED = 251
_PERMANENT = 500


def send(settings: MailSettings, to: str, written: EmailMessage) -> None:
    """Blocks. Raises DeliveryFailed, or OutcomeUnknown where the answer to the whole letter was lost."""
    try:
        with closing(_signed_in(settings)) as server:
            _expect(server.mail(settings.sender))
            _expect(server.rcpt(to))
            _hand_over(server, written)
    except (smtplib.SMTPException, OSError) as error:
        raise failure(error) from error


def check(settings: MailSettings) -> None:
    """Signs in and sends nothing. Blocks. Raises DeliveryFailed."""
    try:
        with closing(_signed_in(settings)) as server:
            _expect(server.noop())
    except (smtplib.SMTPException, OSError) as error:
        raise failure(error) from error


def failure(error: smtplib.SMTPException | OSError) -> DeliveryFailed:
    """Of what went wrong before the letter was handed over, or was refused by a number."""
    match error:
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=said):
            words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
            sentence = SENTENCES.get(code, "The mail server refused.")
            return DeliveryFailed(f"{sentence} It said: {code} {cut(words, 200)}", permanent=code >= _PERMANENT)
        case smtplib.SMTPNotSupportedError():
            return DeliveryFailed(
                "The mail server offers no such sign-in or encryption. Check GUILDHALL_SMTP_TLS.", permanent=True
            )
        case ssl.SSLCertVerificationError():
            return DeliveryFailed(
                f"The mail server's certificate is not trusted: {error.verify_message}. "
                "SSL_CERT_FILE may name the company's own authority.",
                permanent=False,
            )
        case _:
            return DeliveryFailed(f"The mail server cannot be reached: {type(error).__name__}.", permanent=False)


def _signed_in(settings: MailSettings) -> smtplib.SMTP:
    encrypted = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.tls == "implicit":
        server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT, context=encrypted)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
    try:
        if settings.tls == "starttls":
            server.starttls(context=encrypted)
        server.ehlo_or_helo_if_needed()
        if settings.user:
            server.login(settings.user, settings.password)
    except (smtplib.SMTPException, OSError):
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, written: EmailMessage) -> None:
    try:
        answer = server.data(written.as_bytes())
    except (smtplib.SMTPServerDisconnected, OSError) as lost:
        raise OutcomeUnknown("The mail server's answer was lost.") from lost
    _expect(answer)
    with suppress(smtplib.SMTPException, OSError):  # it has the letter; what comes after it changes nothing
        server.quit()


def _expect(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code not in (_OK, _FORWARDED):
        raise smtplib.SMTPResponseException(code, said)
