"""A message as an e-mail (RFC 5322): text, HTML, and the calendar file of an invitation."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from hashlib import sha256

from bot.chat.reply import Invitation, Message
from bot.platforms.cleaning import cut
from bot.platforms.mail.render_html import render_html
from bot.platforms.mail.render_text import render_text

SUBJECT = 150
"""Characters of the summary that stand in the subject."""

_POLICY = SMTP.clone(cte_type="7bit")  # any server takes it


class _Whole(UnstructuredHeader, BaseHeader):
    """Never folded: of an address that is longer than a line Python makes encoded words, which no program undoes."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """`answers` is the id of the letter that this one follows; empty for the first."""

    name: str
    sender: str
    to: str
    message_id: str
    at: datetime
    answers: str = ""


def letter(message: Message, envelope: Envelope) -> EmailMessage:
    """Without buttons, whose links lead to the page. Nobody is to answer it, holiday notices included."""
    written = EmailMessage(policy=_POLICY)
    written["From"] = Address(envelope.name, addr_spec=envelope.sender)
    written["To"] = Address(addr_spec=envelope.to)
    written["Subject"] = _subject(message.summary)
    written["Date"] = format_datetime(envelope.at)
    written["Message-ID"] = envelope.message_id
    if envelope.answers:
        written["In-Reply-To"] = envelope.answers
        written["References"] = envelope.answers
    if message.leave_url.startswith("https://"):
        written["List-Unsubscribe"] = _Whole("List-Unsubscribe", f"<{message.leave_url}>")
        written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written["Auto-Submitted"] = "auto-generated"
    written["X-Auto-Response-Suppress"] = "All"
    written.set_content(render_text(message))
    written.add_alternative(render_html(message), subtype="html")
    invitation = next((block for block in message.blocks if isinstance(block, Invitation) and block.file), None)
    if invitation is not None:
        # As a part for mail that offers "accept" itself, and as a file for the rest.
        file = invitation.file
        written.add_alternative(file, subtype="calendar", params={"method": invitation.method})
        written.add_attachment(file.encode(), maintype="application", subtype="ics", filename="invitation.ics")
    return written


def _subject(summary: str) -> str:
    """On one line. Python would decode what is written as an encoded word, line ends and all, into the headers."""
    return cut(summary, SUBJECT).replace("=?", "= ?") or "Guildhall has something for you."


def letter_id(sender: str, *named: str) -> str:
    """The same for the same names: mail servers that know it from before leave a second copy out."""
    digest = sha256("\n".join(named).encode()).hexdigest()[:40]
    domain = sender.rpartition("@")[2]
    return f"<{digest}@{domain}>"
