"""Whether the mail server lets Guildhall in."""

from bot.bootstrap.mail import MailIncomplete, mail_settings
from bot.chat.errors import DeliveryFailed
from bot.commands.finding import Finding, State
from bot.platforms.mail.delivery import check
from bot.settings import Settings

NAME = "mail"


def check_mail(settings: Settings) -> Finding:
    """Signs in; sends nothing."""
    try:
        mail = mail_settings(settings)
        if mail is None:
            return Finding(NAME, State.OK, "not set up")
        check(mail)
    except MailIncomplete as incomplete:
        return Finding(NAME, State.FAIL, "not all of it is set", str(incomplete))
    except DeliveryFailed as failed:
        return Finding(NAME, State.FAIL, "no e-mail can be sent", str(failed))
    return Finding(NAME, State.OK, f"{mail.host} lets Guildhall in")
