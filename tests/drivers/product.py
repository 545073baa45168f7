"""Guildhall with the web page, Slack and Teams in this process and loop, on a small library."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap.app import App
from bot.bootstrap.build import build
from bot.settings import Settings
from tests.drivers.driver import Driver
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver, at_any_pace
from tests.drivers.teams_native import SETTINGS as NATIVE
from tests.drivers.teams_native import NativeTeamsDriver, this_cloud
from tests.drivers.web import WebDriver
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack
from tests.fake_teams import FakeTeams
from tests.running import index_library, settings_in, write_library
from tests.teams_requests import APP
from tests.token_issuer import TokenIssuer, serving

ADMIN = "Ada Admin"
ADMIN_EMAIL = "ada.admin@example.com"
ADMIN_ON_PAGE = "web:admin"

NO_SLACK = {"slack_bot_token": None, "slack_signing_secret": None}

ANSWERED = "When does the renewal clock start?"
ANSWER = "120 days before the end date"
TITLE = "Renewal playbook"
OFFERED = "How do I run a discovery call?"
UNKNOWN = "Where do I park my car?"

HOSTILE = """---
title: "Badger <!channel> <at>everyone</at> *bold* [x](https://evil.example/)"
kind: playbook
audience: [everyone]
---
# Badger rules

## Feeding badgers

Badgers are fed at nine <!channel> <@U0BOT> <at>everyone</at> ![pixel](https://evil.example/p.png) \
<https://evil.example/|here> [there](javascript:alert(1)) <script>alert(2)</script> @everyone {{evil}}.
"""
HOSTILE_QUESTION = "When are badgers fed?"


@dataclass
class Product:
    """`drivers` by platform; the fakes for what a person does not see."""

    app: App
    address: str
    drivers: dict[str, Driver]
    slack: FakeSlack
    teams: FakeTeams
    settings: Settings
    is_toured: bool = False


@asynccontextmanager
async def running_product(folder: Path, **more: object) -> AsyncIterator[Product]:
    """`folder` is empty, or that of an earlier product."""
    async with FakeSlack() as slack, FakeTeams() as teams:
        settings = prepared(folder, slack.api_url, **more)
        async with started(settings) as (app, address):
            web = WebDriver(address)
            drivers: dict[str, Driver] = {
                "web": web,
                "slack": SlackDriver(slack, address),
                "teams": TeamsDriver(teams, address),
            }
            try:
                yield Product(app, address, drivers, slack, teams, settings)
            finally:
                await web.close()


def prepared(folder: Path, slack_api_url: str, **more: object) -> Settings:
    """Settings with all platforms; the library is indexed at the first time."""
    port = free_port()
    values = settings_in(folder).model_dump() | {
        "port": port,
        "base_url": f"http://127.0.0.1:{port}",
        "answer_from": 0.5,
        "offer_from": 0.2,
        "slack_bot_token": BOT_KEY,
        "slack_signing_secret": SIGNING_KEY,
        "slack_api_url": slack_api_url,
        "teams_playground": True,
        "admins": [ADMIN_ON_PAGE, ADMIN_EMAIL],
    }
    settings = Settings.model_validate(values | more)
    if not settings.snapshots.exists():
        library = write_library(folder)
        (library / "badgers.md").write_text(HOSTILE, encoding="utf-8")
        index_library(settings, library)
    return settings


@asynccontextmanager
async def running_native(folder: Path) -> AsyncIterator[Product]:
    """Teams alone, as Microsoft's cloud calls it and not its Playground."""
    async with FakeTeams(app_id=APP) as teams, serving(TokenIssuer()) as issuer, FakeSlack() as slack:
        with this_cloud(teams.url, issuer.metadata_url):
            settings = prepared(folder, slack.api_url, **{**NO_SLACK, **NATIVE})
            async with started(settings) as (app, address):
                drivers: dict[str, Driver] = {"teams": NativeTeamsDriver(teams, address, issuer)}
                yield Product(app, address, drivers, slack, teams, settings)


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[tuple[App, str]]:
    app = build(settings)
    app.relay.outlets.update({name: at_any_pace(outlet) for name, outlet in app.relay.outlets.items()})
    address = (await app.start()).rstrip("/")
    try:
        yield app, address
    finally:
        await app.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
