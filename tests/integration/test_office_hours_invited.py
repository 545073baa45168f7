"""Where a date of office hours goes once it is booked: into a calendar or by e-mail, as is set, and never both."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.bootstrap.office_hours import open_office_hours
from bot.chat.form import ChoiceField
from bot.chat.turn import Submitted
from bot.features.escalations.model import Escalation
from bot.features.office_hours import acts
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.desk import Desk
from bot.settings import Settings
from bot.storage.outbox import outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM, pressed, turn
from tests.houred import hours, session

MAIL = {"smtp_host": "mail.corp.example", "smtp_from": "Guildhall <guildhall@corp.example>"}
CALENDARS = {"calendars": "microsoft"}
BASE = "https://coe.example"


class Nothing:
    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        return []


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        (MAIL, ["mail/dana@corp.example"]),
        (CALENDARS, ["calendar/dana@corp.example"]),
        (MAIL | CALENDARS, ["calendar/dana@corp.example"]),
        ({}, []),
    ],
    ids=["mail", "calendars", "both", "neither"],
)
def test_a_booked_date_is_brought_in_one_way(
    sqlite_database: Database, settings: dict[str, str], places: list[str]
) -> None:
    feature = open_office_hours(
        Settings.model_validate(settings), sqlite_database, Nothing(), BASE, lambda: NOON, HostsBusy()
    )
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson(DANA.id, DANA.name, NOON, "dana@corp.example"))
        Desk().open(hours(), SAM, unit, NOON)
    with sqlite_database.begin() as unit:
        form = feature.buttons[acts.BOOK](pressed(acts.BOOK, session().id, "n"), unit).form
        assert form is not None
        chosen = next(field.options[0][0] for field in form.fields if isinstance(field, ChoiceField))
        sent = turn(Submitted(form.id, {"when": chosen}, form.state, "n"))
        reply = feature.forms[form.id].handler(sent, unit)
        lanes = unit.connection.execute(select(outbox.c.conversation)).scalars().all()
    brought = [each.rstrip("/") for each in lanes if each.startswith(("mail/", "calendar/"))]
    assert brought == places
    card = repr(reply.posts[0].message)
    assert f"/office-hours/booking/{session().id}-1.ics" in card


@pytest.mark.parametrize(("settings", "lane"), [(MAIL, "mail/"), (CALENDARS, "calendar/")], ids=["mail", "calendars"])
def test_what_somebody_opens_is_in_their_own_calendar(
    sqlite_database: Database, settings: dict[str, str], lane: str
) -> None:
    feature = open_office_hours(
        Settings.model_validate(settings), sqlite_database, Nothing(), BASE, lambda: NOON, HostsBusy()
    )
    typed = {"title": "Pricing clinic", "rhythm": "every Tuesday 15:00 Berlin", "kind": "group"}
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson(SAM.id, SAM.name, NOON, "sam@corp.example"))
        feature.forms[acts.OPEN].handler(turn(Submitted(acts.OPEN, typed, "", "n"), person=SAM), unit)
        lanes = unit.connection.execute(select(outbox.c.lane)).scalars().all()
    assert len(lanes) == (1 if settings is MAIL else 8)
    assert set(lanes) == {f"{lane}sam@corp.example"}
