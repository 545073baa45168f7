"""Every route of every feature on every platform: how it is reached, or why it is not. Writes docs/parity.md:

python -m tests.drivers.parity
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap.build import build
from bot.features.catalog import Catalog
from bot.settings import Settings
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver
from tests.drivers.web import WebDriver

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"
PLATFORMS = ("web", "slack", "teams")
LACKS: Mapping[str, Mapping[str, str]] = {each.name: each.lacks for each in (WebDriver, SlackDriver, TeamsDriver)}
PAGES_ELSEWHERE = "A page of the web page; messages and home link to it."
PAGES_IN_TEAMS = "A page of the web page, which stands in the personal and the channel tab."

INTRODUCTION = """# What works where

Every route of every feature, on each platform. A test drives each of them through the platform's own endpoint, with
payloads as the platform sends them, and fails where one is not reached and no reason stands here. Made by
`python -m tests.drivers.parity`; the test compares it.
"""


@dataclass(frozen=True)
class Route:
    """`ability` is the driver's method that goes there."""

    feature: str
    kind: str
    name: str
    ability: str


WAYS: Mapping[str, Mapping[str, str]] = {
    "said": {
        "web": "a question in a thread",
        "slack": "a direct message, a mention, `/guildhall`, an assistant thread",
        "teams": "a chat, a mention in a group or channel",
    },
    "edited": {"slack": "the message is edited", "teams": "the message is edited"},
    "deleted": {"slack": "the message is deleted", "teams": "the message is deleted"},
    "command": {
        "web": "`/{name}`, or the word",
        "slack": "`/guildhall {name}`, or the word",
        "teams": "the word, from the command list too",
    },
    "button": {"web": "a button", "slack": "a button", "teams": "a card's action"},
    "form": {"web": "a dialog", "slack": "a modal", "teams": "a dialog; in the card where there is none"},
    "message action": {"slack": "a message shortcut", "teams": "a message extension's action"},
    "reacted": {"slack": "a reaction to its message", "teams": "a reaction to its message"},
    "search": {"web": "the library page", "slack": "the command `library`", "teams": "a message extension's search"},
    "home": {"web": "the page Home", "slack": "App Home", "teams": "the command `home`, and the tab"},
    "chat opened": {"slack": "an assistant thread, the Messages tab", "teams": "the app is installed"},
    "brought in": {"slack": "it is invited to a channel", "teams": "the app is added to a team or group"},
    "page": {"web": "`{name}`"},
}

OPENED = {"home": ("home", "", "home"), "chat": ("chat opened", "", "begin_chat"),
          "channel": ("brought in", "", "bring_in")}  # fmt: skip
"""Kind, name and ability of each."""


def routes(catalog: Catalog) -> Iterator[Route]:
    """In the order of the features."""
    for feature in catalog.features:
        if feature.message:
            yield Route(feature.name, "said", "", "say")
            yield Route(feature.name, "edited", "", "edit")
            yield Route(feature.name, "deleted", "", "delete")
        for what in feature.opened:
            yield Route(feature.name, *OPENED[what])
        if feature.reacted:
            yield Route(feature.name, "reacted", "", "react")
        if feature.search:
            yield Route(feature.name, "search", "", "search")
        yield from (Route(feature.name, "command", name, "command") for name in feature.commands)
        yield from (Route(feature.name, "button", name, "press") for name in feature.buttons)
        yield from (Route(feature.name, "form", name, "submit") for name in feature.forms)
        yield from (Route(feature.name, "message action", name, "point") for name in feature.message_actions)
        yield from (Route(feature.name, "page", page.path, "page") for page in feature.pages if page.nav)


def reason(route: Route, platform: str) -> str:
    """Why the route is not there on that platform; empty where it is."""
    if route.kind == "page":
        return {"web": "", "slack": PAGES_ELSEWHERE, "teams": PAGES_IN_TEAMS}[platform]
    return LACKS[platform].get(route.ability, "")


def document(catalog: Catalog) -> str:
    table = ["| Feature | What | Web page | Slack | Teams |", "|---|---|---|---|---|"]
    notes: list[str] = []
    for route in routes(catalog):
        cells = [_cell(route, platform, notes) for platform in PLATFORMS]
        what = f"{route.kind} `{route.name}`" if route.name else route.kind
        table.append(f"| {route.feature} | {what} | {' | '.join(cells)} |")
    footnotes = [f"{number}. {note}" for number, note in enumerate(notes, 1)]
    return "\n".join([INTRODUCTION, *table, "", "## Reasons", "", *footnotes, ""])


def _cell(route: Route, platform: str, notes: list[str]) -> str:
    why = reason(route, platform)
    way = WAYS[route.kind].get(platform, "").format(name=route.name)
    if not why:
        return way
    if why not in notes:
        notes.append(why)
    return f"{way} ({notes.index(why) + 1})" if way else f"– ({notes.index(why) + 1})"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = build(Settings.model_validate({"home": Path(folder), "starter": None}))
        PAGE.write_text(document(app.catalog), encoding="utf-8")
        app.database.close()


if __name__ == "__main__":
    main()
