"""A real SMTP server on this machine that keeps what it takes, or answers what it is told to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from tests.token_issuer import rsa_key

OK = "250 OK"
USER, PASSWORD = "guildhall", "correct horse"


@dataclass
class Mailbox:
    """`taken` is what arrived, `raw` in its own bytes. `on_recipient` and `on_letter` are what is answered; with "" it
    takes the letter and hangs up."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signed_in: list[bytes] = field(default_factory=list)
    on_recipient: str = OK
    on_letter: str = OK

    async def recipient(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.on_recipient

    async def letter(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.on_letter not in (OK, ""):
            return self.on_letter
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.taken.append(letter)
        self.raw.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        if not self.on_letter:
            assert server.transport is not None
            server.transport.close()
        return OK

    def sign_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: object) -> AuthResult:
        assert isinstance(said, LoginPassword)
        self.signed_in.append(said.login)
        is_right = said == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


class AnyPort(Controller):
    """Tries itself out at the port that it was given, not at the one it asked for."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(certificate: Path | None = None, *, is_implicit: bool = False) -> Iterator[Mailbox]:
    """With a certificate it wants STARTTLS and a sign-in; where TLS `is_implicit`, all of it is encrypted."""
    mailbox = Mailbox()
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    controller = AnyPort(
        SimpleNamespace(handle_RCPT=mailbox.recipient, handle_DATA=mailbox.letter),
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if is_implicit else None,
        tls_context=None if is_implicit else context,
        require_starttls=certificate is not None and not is_implicit,
        auth_required=certificate is not None and not is_implicit,
        authenticator=mailbox.sign_in,
    )
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def certificate_for_this_machine(folder: Path) -> Path:
    """Key and certificate in one file, its own authority."""
    key = rsa_key("mail")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "mail.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    return path
