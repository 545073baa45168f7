"""Where somebody gets e-mail."""

from bot.chat.turn import Place
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork


def mailbox(person_id: str, unit: UnitOfWork) -> Place | None:
    """The address that the company's directory vouches for; None where it vouches for none, as for guests. Only where
    a mail server is set does anything leave for there: `Settings.has_mail`."""
    person = People(unit).get(person_id)
    return Place("mail", person.email) if person is not None and person.email else None
