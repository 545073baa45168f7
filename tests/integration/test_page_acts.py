"""The buttons and forms of the chats, on a page."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Form, TextField, one, several
from bot.chat.reply import Button, Message, Paragraph, Post, Reply
from bot.chat.turn import Place, Turn
from bot.dashboard.acts import PageActs
from bot.dashboard.app import create_web_app
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.feature import Feature, FormRoute
from bot.features.page import Page, View
from bot.features.profile.reach import PAGE_THREAD
from bot.platforms.web.render_form import render_fields
from bot.router import Router
from bot.settings import Settings
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON

BOOK = Button("Book", "hours.book", "7&<8>", opens_form=True)
CANCEL = Button("Cancel it", "hours.cancel", "7", "danger", confirm="Sure?")
SECRET = Button("Not on a page", "hours.secret", "7")
ELSEWHERE = Place("slack", "T1:U9")
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


def form(state: str) -> Form:
    topics = (("a", "Pricing"), ("b", "Renewals"))
    return Form(
        "hours.booked",
        "Book a place",
        (TextField("brings", "What you bring"), ChoiceField("topics", "Topics", topics, multiple=True)),
        state=state,
    )


def message(words: str) -> Message:
    return Message(words, (Paragraph(words),))


@dataclass
class Hours:
    """Keeps what was done to it."""

    done: list[tuple[Turn, str]] = field(default_factory=list)

    def book(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=replace(form(turn.carried), intro="It is <full>: you wait."))

    def booked(self, turn: Turn, unit: UnitOfWork) -> Reply:
        if one(turn.values, "brings") == "nothing":
            raise FormRejected({"brings": "Bring <something>."})
        self.done.append((turn, "booked"))
        told = Post(message("A colleague booked."), "told", ELSEWHERE)
        return Reply((Post(message("Booked: the clinic."), "card"), told))

    def cancel(self, turn: Turn, unit: UnitOfWork) -> Reply:
        if self.done and self.done[-1][1] == "cancelled":
            raise UserFacingError("It is cancelled already.")
        self.done.append((turn, "cancelled"))
        return Reply((Post(message("Cancelled."), "standing"),))

    def feature(self) -> Feature:
        return Feature(
            "hours",
            buttons={BOOK.action: self.book, CANCEL.action: self.cancel, SECRET.action: self.cancel},
            forms={"hours.booked": FormRoute(self.booked, form), "hours.other": FormRoute(self.booked, form)},
            on_pages=frozenset({BOOK.action, CANCEL.action, "hours.booked"}),
        )


@dataclass(frozen=True)
class Shown:
    """A section that has nothing but a template."""

    templates: Path
    name: str = "shown"
    verified_paths: frozenset[str] = frozenset()

    def routes(self, frame: object) -> Sequence[web.RouteDef]:
        return ()

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class House:
    session: ClientSession
    server: TestServer
    database: Database
    hours: Hours

    async def get(self, path: str) -> str:
        response = await self.session.get(self.server.make_url(path))
        assert response.status == 200, response.status
        return await response.text()

    async def post(self, path: str, fields: list[tuple[str, str]]) -> ClientResponse:
        return await self.session.post(
            self.server.make_url(path), data=fields, headers={"Origin": str(self.server.make_url("")).rstrip("/")}
        )

    async def hidden(self, path: str) -> dict[str, str]:
        return {name: unescape(value) for name, value in HIDDEN.findall(await self.get(path))}

    def queued(self) -> list[tuple[str, str]]:
        with self.database.reading() as unit:
            rows = unit.connection.exec_driver_sql("SELECT conversation, message_key FROM outbox ORDER BY id").all()
        return [(row[0], row[1]) for row in rows]


@pytest.fixture
async def house(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    hours = Hours()
    catalog = Catalog([hours.feature()])
    dispatcher = Dispatcher(sqlite_database, Router(catalog), lambda: NOON)
    directory = Directory(sqlite_database, lambda: NOON)
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "hours.html").write_text(
        '{% extends "base.html" %}{% from "acts.html" import acts %}{% block main %}{{ acts(buttons, proof, here) }}'
        "{% endblock %}"
    )
    shown = Shown(tmp_path / "shown")
    app = create_web_app(
        Settings.model_validate({"home": tmp_path}),
        pages=[Page("/hours", lambda asked: View("shown/hours.html", {"buttons": (BOOK, CANCEL)}))],
        sections=[PageActs(dispatcher, render_fields, lambda: NOON), shown],
        directory=directory,
        clock=lambda: NOON,
    )
    async with TestServer(app) as server, ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        found = House(session, server, sqlite_database, hours)
        proof = (await found.hidden("/sign-in"))["proof"]
        await found.post("/sign-in", [("proof", proof), ("name", "Dana")])
        yield found
    dispatcher.stop()


async def test_a_button_with_a_form_leads_to_that_form_and_back(house: House) -> None:
    page = await house.get("/hours")
    link = unescape(re.findall(r'href="(/do/[^"]*)"', page)[0])
    hidden = await house.hidden(link)
    assert hidden["form-state"] == BOOK.value
    assert hidden["form-back"] == "/hours"
    assert house.hours.done == []

    sent = [*hidden.items(), ("brings", "A slow\r\nrenewal"), ("topics", "a"), ("topics", "b")]
    answer = await house.post("/do/hours.booked/send", sent)
    assert str(answer.url).endswith("/hours")
    assert "Booked: the clinic." in await answer.text()
    ((turn, _),) = house.hours.done
    assert (one(turn.values, "brings"), several(turn.values, "topics")) == ("A slow\nrenewal", ("a", "b"))
    assert (turn.person.name, turn.place) == ("Dana", Place("web", turn.person.id, PAGE_THREAD))
    assert [key for _, key in house.queued()] == ["told"]


async def test_what_was_typed_is_not_lost_to_a_problem(house: House) -> None:
    hidden = await house.hidden("/do/hours.book?value=7&back=/hours")
    answer = await house.post("/do/hours.booked/send", [*hidden.items(), ("brings", "nothing"), ("topics", "b")])
    page = await answer.text()
    assert answer.status == 422
    assert "Bring &lt;something&gt;." in page
    assert 'value="nothing"' in page
    assert re.search(r'value="b" checked', page)
    assert not re.search(r'value="a" checked', page)
    assert 'name="form-state" value="7"' in page
    assert "It is &lt;full&gt;: you wait.</p>" in page
    assert house.hours.done == []


@pytest.mark.parametrize("wording", ["", "[", "7", '["a"]', '[1, "b", "c", {}]', '["a", "b", "c", []]', "[" * 9_000])
async def test_a_wording_that_cannot_be_read_is_left_out(house: House, wording: str) -> None:
    hidden = {**await house.hidden("/do/hours.book?value=7&back=/hours"), "form-wording": wording}
    answer = await house.post("/do/hours.booked/send", [*hidden.items(), ("brings", "nothing"), ("topics", "b")])
    assert answer.status == 422
    assert "<h1>Book a place</h1>" in await answer.text()


async def test_what_is_missing_is_said_beside_its_field(house: House) -> None:
    hidden = await house.hidden("/do/hours.book?value=7&back=/hours")
    answer = await house.post("/do/hours.booked/send", [*hidden.items(), ("brings", "")])
    assert answer.status == 422
    assert re.search(r'data-problem="brings">This is needed.', await answer.text())


async def test_a_button_does_its_work_and_says_so(house: House) -> None:
    with house.database.begin() as unit:
        Outbox(unit).add(Post(message("Booked."), "standing"), Place("web", "web:dana", PAGE_THREAD), NOON)
    page = await house.get("/hours")
    assert 'data-confirm="Sure?"' in page
    hidden = dict(HIDDEN.findall(page))
    answer = await house.post("/do/hours.cancel", list(hidden.items()))
    assert "Cancelled." in await answer.text()
    assert [key for _, key in house.queued()] == ["standing"], "the card in the thread is the one that is changed"

    again = await house.post("/do/hours.cancel", list(hidden.items()))
    assert len(house.hours.done) == 1, "the same page sent twice"
    assert again.status == 200
    other = [(name, value) for name, value in hidden.items() if name != "form-key"]
    assert "It is cancelled already." in await (await house.post("/do/hours.cancel", other)).text()


@pytest.mark.parametrize("path", ["/do/hours.secret", "/do/hours.other/send", "/do/no.such", "/do/no.such/send"])
async def test_what_is_not_for_pages_is_not_done_there(house: House, path: str) -> None:
    proof = (await house.hidden("/hours"))["proof"]
    answer = await house.post(path, [("proof", proof), ("value", "7"), ("brings", "x"), ("form-back", "/hours")])
    assert "older version" in await answer.text()
    assert house.hours.done == []


async def test_to_look_at_what_has_no_form_does_nothing(house: House) -> None:
    page = await house.get("/do/hours.cancel?value=7&back=/hours")
    assert "Cancelled." not in page
    assert "nothing was changed" in page
    assert house.queued() == []


async def test_without_the_proof_of_the_session_nothing_is_done(house: House) -> None:
    answer = await house.post("/do/hours.cancel", [("value", "7")])
    assert answer.status == 403
    assert house.hours.done == []


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_nobody_is_led_away(house: House, back: str) -> None:
    page = await house.get(f"/do/hours.book?value=7&back={back}")
    assert "evil.example" not in page
    assert "javascript" not in page


async def test_what_has_no_files_is_not_read_beyond_what_a_form_can_hold(house: House) -> None:
    response = await house.post("/do/hours.cancel", [("value", "x" * 600_000)])
    assert response.status == 413
    assert house.hours.done == []
