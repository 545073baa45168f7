"""The admins' page: every message that waits for a decision, and what can be done about it."""

from collections.abc import Callable
from datetime import datetime

from bot.features.channels.model import PLATFORMS
from bot.features.deliveries import use_cases
from bot.features.deliveries.model import STATES, Problems, Undelivered, no_problems, told
from bot.features.deliveries.use_cases import LIMIT, letters_in
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View, number_in
from bot.features.spreadsheet import table_to_take_away
from bot.storage.outbox import OutboxState
from bot.storage.unit_of_work import Database

COLUMNS = ("platform", "where", "what", "state", "reason", "since", "attempts")


def delivery_pages(
    database: Database, clock: Callable[[], datetime], problems: Problems = no_problems
) -> tuple[Page, ...]:
    def wanted(request: PageRequest) -> list[Undelivered]:
        platform, state = request.query.get("platform", ""), request.query.get("state", "")
        with database.reading() as unit:
            letters = letters_in(unit)
        return [each for each in letters if platform in ("", each.platform) and state in ("", each.state)]

    def show(request: PageRequest) -> View:
        values = {
            "problems": told(problems),
            "letters": wanted(request),
            "states": STATES,
            "platforms": sorted(PLATFORMS.values()),
            "platform": request.query.get("platform", ""),
            "state": request.query.get("state", ""),
            "limit": LIMIT,
        }
        return View("deliveries/deliveries.html", values)

    def take_away(request: PageRequest) -> Download:
        rows = [
            (each.platform, each.where, each.what, STATES[each.state], each.reason, each.since.isoformat(),
             str(each.attempts))
            for each in wanted(request)
        ]  # fmt: skip
        return table_to_take_away("deliveries", COLUMNS, rows)

    def settle(act: use_cases.Act, said: str) -> Callable[[PageRequest], Redirect]:
        def handle(request: PageRequest) -> Redirect:
            row = number_in(request.path["delivery"])
            if row < 0:
                raise PageNotFound
            with database.begin() as unit:
                act(unit, row, by=request.person.id, at=clock())
            return Redirect("/deliveries", said)

        return handle

    def send_all_again(request: PageRequest) -> Redirect:
        now = clock()
        with database.begin() as unit:
            failed = [each for each in letters_in(unit) if each.state is OutboxState.FAILED]
            for each in failed:
                use_cases.send_again(unit, each.id, by=request.person.id, at=now)
        return Redirect("/deliveries", f"{len(failed)} on their way again.")

    def post(path: str, handler: Callable[[PageRequest], Redirect]) -> Page:
        return Page(path, handler, "POST", admin_only=True)

    return (
        Page("/deliveries", show, nav="Deliveries", admin_only=True),
        Page("/deliveries.csv", take_away, admin_only=True),
        post("/deliveries/again", send_all_again),
        post("/deliveries/{delivery}/again", settle(use_cases.send_again, "It is on its way again.")),
        post("/deliveries/{delivery}/arrived", settle(use_cases.mark_arrived, "Noted: it arrived.")),
        post("/deliveries/{delivery}/drop", settle(use_cases.drop, "It is dropped.")),
    )
