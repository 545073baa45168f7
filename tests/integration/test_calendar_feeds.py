from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import vobject
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.dashboard.app import create_web_app
from bot.dashboard.feeds import CalendarFeeds, feed_url
from bot.directory import Directory
from bot.features.catalog import Catalog
from bot.features.feature import Feature
from bot.settings import Settings
from bot.storage.subscriptions import Subscription, Subscriptions
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import CalendarEvent, Method, calendar_file

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MINE = Subscription("hours.mine", "", "sam")


def mine(asked: Subscription, now: datetime, unit: UnitOfWork) -> bytes | None:
    if asked.person_id != "sam":
        return None
    session = CalendarEvent("7@coe.example", 0, now, now + timedelta(hours=1), "UTC", f"Hours of {asked.person_id}")
    return calendar_file(Method.PUBLISH, [session], now, "My office hours")


def feeds(database: Database) -> CalendarFeeds:
    catalog = Catalog([Feature("hours", feeds={"hours.mine": mine})])
    return CalendarFeeds(database, catalog.feeds, lambda: NOW)


def served(database: Database, home: Path) -> TestServer:
    directory = Directory(database, lambda: NOW)
    settings = Settings.model_validate({"home": home})
    app = create_web_app(settings, pages=[], sections=[feeds(database)], directory=directory, clock=lambda: NOW)
    return TestServer(app)


def key_of(database: Database, subscription: Subscription) -> str:
    with database.begin() as unit:
        return Subscriptions(unit).key_of(subscription, NOW)


async def test_a_calendar_program_reads_the_feed_without_a_sign_in(database: Database, tmp_path: Path) -> None:
    key = key_of(database, MINE)
    async with served(database, tmp_path) as server, ClientSession() as session:
        response = await session.get(server.make_url("/calendar.ics").with_query(key=key))

        assert response.status == 200
        assert response.content_type == "text/calendar"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in response.headers
        assert vobject.readOne(await response.text()).vevent.summary.value == "Hours of sam"


@pytest.mark.parametrize("key", ["", "unknown", "x" * 500, "\x00", "ключ", "' OR 1=1 --"])
async def test_without_a_key_of_ours_there_is_nothing(sqlite_database: Database, tmp_path: Path, key: str) -> None:
    async with served(sqlite_database, tmp_path) as server, ClientSession() as session:
        response = await session.get(server.make_url("/calendar.ics").with_query(key=key))

        assert response.status == 404


async def test_a_feed_that_has_nothing_for_them_any_more_is_gone(sqlite_database: Database, tmp_path: Path) -> None:
    of_dana = key_of(sqlite_database, replace(MINE, person_id="dana"))
    unfilled = key_of(sqlite_database, replace(MINE, feed="hours.of_old"))
    async with served(sqlite_database, tmp_path) as server, ClientSession() as session:
        for key in (of_dana, unfilled):
            assert (await session.get(server.make_url("/calendar.ics").with_query(key=key))).status == 404


async def test_a_key_opens_its_calendar_and_no_page(sqlite_database: Database, tmp_path: Path) -> None:
    key = key_of(sqlite_database, MINE)
    async with served(sqlite_database, tmp_path) as server, ClientSession() as session:
        response = await session.get(server.make_url("/library").with_query(key=key))
        posted = await session.post(server.make_url("/calendar.ics").with_query(key=key))

        assert response.status == 401
        assert posted.status == 405


def test_two_features_fill_no_feed_together() -> None:
    both = [Feature("a", feeds={"hours.mine": mine}), Feature("b", feeds={"hours.mine": mine})]

    with pytest.raises(ValueError, match=r"hours\.mine"):
        Catalog(both)


def test_there_is_no_address_where_people_reach_no_page() -> None:
    assert feed_url("https://coe.example", "k") == "https://coe.example/calendar.ics?key=k"
    assert feed_url("", "k") == ""


async def test_who_has_the_same_from_last_time_is_sent_nothing_until_something_changes(
    sqlite_database: Database, tmp_path: Path
) -> None:
    at, title = [NOW], ["Renewals"]

    def source(asked: Subscription, now: datetime, unit: UnitOfWork) -> bytes:
        session = CalendarEvent("7@coe.example", 0, NOW, NOW + timedelta(hours=1), "UTC", title[0])
        return calendar_file(Method.PUBLISH, [session], now, "Hours")

    key = key_of(sqlite_database, MINE)
    section = CalendarFeeds(sqlite_database, {"hours.mine": source}, lambda: at[0])
    directory, settings = Directory(sqlite_database, lambda: NOW), Settings.model_validate({"home": tmp_path})
    app = create_web_app(settings, pages=[], sections=[section], directory=directory, clock=lambda: NOW)
    async with TestServer(app) as server, ClientSession() as session:
        address = server.make_url("/calendar.ics").with_query(key=key)
        first = await session.get(address)
        known = {"If-None-Match": first.headers["ETag"]}
        at[0] += timedelta(hours=3)
        again = await session.get(address, headers=known)
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        title[0] = "Renewals and pricing"
        changed = await session.get(address, headers=known)
        assert (changed.status, changed.headers["ETag"] == first.headers["ETag"]) == (200, False)
        broken = await session.get(address, headers={"If-None-Match": 'W/"x, "'})
        assert broken.status == 200
