"""Who changed what, when: to look through, and to take away."""

from collections.abc import Sequence

from bot.features.feature import Feature
from bot.features.page import Download, Page, PageRequest, View
from bot.features.spreadsheet import table_to_take_away
from bot.storage.audit import AuditEntry, choices, latest
from bot.storage.people import People
from bot.storage.unit_of_work import Database

SHOWN = 500
TAKEN_AWAY = 100_000
COLUMNS = ("at", "person", "action", "subject", "details")


def audit_feature(database: Database) -> Feature:
    def entries(request: PageRequest, limit: int) -> Sequence[AuditEntry]:
        action, person_id = request.query.get("action", ""), request.query.get("person", "")
        with database.reading() as unit:
            return latest(unit, limit, action=action, person_id=person_id)

    def show(request: PageRequest) -> View:
        with database.reading() as unit:
            actions, people = choices(unit)
            known = People(unit).known(people)
        values = {
            "entries": [(each, details(each)) for each in entries(request, SHOWN)],
            "actions": actions,
            "people": people,
            "names": {person_id: person.name for person_id, person in known.items()},
            "action": request.query.get("action", ""),
            "chosen": request.query.get("person", ""),
            "limit": SHOWN,
        }
        return View("audit/audit.html", values)

    def take_away(request: PageRequest) -> Download:
        rows = [
            (each.at.isoformat(), each.person_id, each.action, each.subject, details(each))
            for each in entries(request, TAKEN_AWAY)
        ]
        return table_to_take_away("audit", COLUMNS, rows)

    pages = (
        Page("/audit", show, nav="Audit log", admin_only=True),
        Page("/audit.csv", take_away, admin_only=True),
    )
    return Feature("audit", pages=pages)


def details(entry: AuditEntry) -> str:
    return ", ".join(f"{name}: {value}" for name, value in (entry.details or {}).items())
