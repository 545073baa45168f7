"""Where somebody gets e-mail."""

from bot.chat.mail_address import is_address
from bot.chat.turn import Place
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork


def mailbox(person_id: str, unit: UnitOfWork, platform: str = "mail") -> Place | None:
    """The address that the company's directory vouches for; None where it vouches for none, as for guests, and
    for what no mail server should be given. Only where
    a mail server is set does anything leave for there: `Settings.has_mail`. The calendar that belongs to it is on
    another `platform`: `bot.chat.calendars.CALENDAR`."""
    person = People(unit).get(person_id)
    return Place(platform, person.email) if person is not None and is_address(person.email) else None
