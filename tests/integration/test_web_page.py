"""The web page over HTTP: the real server, dispatcher, relay, database and index."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar

from tests.running import index_library, running, settings_in

RENEWALS = """---
title: Renewal playbook
kind: playbook
audience: [everyone]
---
# Renewal playbook
## When the clock starts
The renewal clock starts 120 days before the contract's end date.
"""
THREAD = "thread-of-a-test"
KEY = "0b8e4a52-6a3e-4a7e-9d1b-1c2d3e4f5a6b"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    library = folder / "library"
    library.mkdir()
    (library / "renewals.md").write_text(RENEWALS, encoding="utf-8")
    settings = settings_in(folder)
    index_library(settings, library)
    with running(settings) as base:
        yield base


class Browser:
    """A client that keeps its cookie and sends what our page sends."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self.session = session
        self.address = address
        self.proof = ""

    async def sign_in(self, name: str) -> None:
        await self._read_proof("/sign-in")
        form = {"proof": self.proof, "name": name, "next": "/"}
        response = await self.session.post("/sign-in", data=form, headers={"Origin": self.address})
        assert response.status == 200
        await self._read_proof("/")

    async def _read_proof(self, path: str) -> None:
        page = await (await self.session.get(path, headers={"Accept": "text/html"})).text()
        found = re.search(r'name="proof" content="([0-9a-f]+)"', page)
        assert found
        self.proof = found[1]

    async def send(self, body: object, *, thread: str = THREAD, **headers: str) -> ClientResponse:
        usual = {"X-Guildhall-Proof": self.proof, "Origin": self.address, "Content-Type": "application/json"}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.session.post(f"/t/{thread}/turns", data=content, headers=usual | headers)

    async def ask(self, text: str, *, key: str = KEY, thread: str = THREAD) -> ClientResponse:
        return await self.send({"kind": "said", "key": key, "text": text}, thread=thread)

    async def events(self, count: int, *, thread: str = THREAD, **headers: str) -> list[dict[str, object]]:
        """The next `count` entries of a thread, each with its revision."""
        found: list[dict[str, object]] = []
        async with self.session.get(f"/t/{thread}/stream", headers=headers) as response:
            revision = 0
            async for line in response.content:
                if line.startswith(b"id: "):
                    revision = int(line[4:])
                elif line.startswith(b"data: "):
                    found.append({**json.loads(line[6:]), "revision": revision})
                    if len(found) == count:
                        break
        return found


@asynccontextmanager
async def browser(address: str, name: str = "") -> AsyncIterator[Browser]:
    async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as session:
        client = Browser(session, address)
        if name:
            await client.sign_in(name)
        yield client


async def test_a_question_comes_back_answered_over_the_stream_and_resumes_where_it_was(address: str) -> None:
    async with asyncio.timeout(30), browser(address, "Dana") as dana:
        assert (await dana.ask("When does the renewal clock start?")).status == 202
        said, answer = await dana.events(2)
        assert "renewal clock" in str(said["html"])
        assert "120 days" in str(answer["html"])
        assert "/library/Starter%20knowledge%2Frenewals.md?chunk=" in str(answer["html"])
        resumed = await dana.events(1, **{"Last-Event-ID": str(said["revision"])})
        assert resumed == [answer]


async def test_a_resend_has_no_second_effect(address: str) -> None:
    async with asyncio.timeout(30), browser(address, "Resender") as person:
        first = await (await person.ask("What is the renewal clock?")).json()
        again = await (await person.ask("What is the renewal clock?")).json()
        assert (first, again) == ({"accepted": True}, {"accepted": False})
        assert len(await person.events(2)) == 2
        page = await (await person.session.get(f"/t/{THREAD}", headers={"Accept": "text/html"})).text()
        assert page.count('class="entry said"') == 1
        assert page.count('class="entry answer"') == 1


async def test_the_same_key_of_another_person_is_another_question(address: str) -> None:
    async with asyncio.timeout(30), browser(address, "Anna") as anna, browser(address, "Ben") as ben:
        assert await (await anna.ask("When is the clock?", key="shared-key-1")).json() == {"accepted": True}
        assert await (await ben.ask("When is the clock?", key="shared-key-1")).json() == {"accepted": True}


async def test_a_stale_button_says_so_and_changes_nothing(address: str) -> None:
    async with asyncio.timeout(30), browser(address, "Presser") as person:
        await person.ask("When does the renewal clock start?")
        answer = (await person.events(2))[1]
        pressed = {"kind": "pressed", "key": KEY + "2", "action": "questions.helpful", "value": "x", "nonce": "old"}
        response = await person.send({**pressed, "message": answer["id"]})
        assert response.status == 409
        assert "Nothing was done" in (await response.json())["error"]


DEEP = b'{"kind":"said","key":"12345678","text":' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"not json", {}, 400),
        (b"\xff\xfe\x00", {}, 400),
        (b"[1]", {}, 400),
        (b"null", {}, 400),
        (DEEP, {}, 400),
        (b'{"kind":"said","key":"12345678","text":' + b"9" * 5_000 + b"}", {}, 400),
        (b'{"kind":"said","key":"12345678","text":"\\ud800"}', {}, 400),
        (b'{"kind":"said","key":"12345678","text":"' + b"x" * 5_000 + b'"}', {}, 413),
        (b" " * 70_000, {}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"x=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"x", {"Content-Type": "multipart/form-data"}, 415),
    ],
)
async def test_malformed_requests_get_a_4xx_in_words(
    address: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    async with browser(address, "Fuzzer") as person:
        response = await person.send(body, **headers)
        assert response.status == status
        assert "othing was" in (await response.json())["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Guildhall-Proof": ""},
        {"X-Guildhall-Proof": "0" * 64},
        {"X-Guildhall-Proof": "ö"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_what_another_page_sends_is_refused(address: str, headers: dict[str, str]) -> None:
    async with browser(address, "Victim") as person:
        response = await person.send({"kind": "said", "key": "from-elsewhere", "text": "hello"}, **headers)
        assert response.status == 403


async def test_a_form_without_its_token_is_refused(address: str) -> None:
    async with browser(address, "Victim") as person:
        for data in ({}, {"proof": "x"}):
            response = await person.session.post(f"/t/{THREAD}/delete", data=data, headers={"Origin": address})
            assert response.status == 403


@pytest.mark.parametrize("body", [b"--x\r\n\r\n", b"x", b"--x\r\nContent-Disposition: form-data\r\n\r\ny\r\n--x--"])
async def test_a_malformed_form_gets_a_4xx(address: str, body: bytes) -> None:
    async with browser(address, "admin") as person:
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": address}
        response = await person.session.post("/admin/uploads", data=body, headers=headers)
        assert 400 <= response.status < 500


async def test_another_host_name_is_turned_away(address: str) -> None:
    async with browser(address, "Rebound") as person:
        response = await person.session.get("/library", headers={"Host": "evil.example", "Accept": "text/html"})
        assert response.status == 421
        assert "Renewal playbook" not in await response.text()


async def test_a_thread_deleted_in_another_tab_is_gone_in_this_one_too(address: str) -> None:
    async with asyncio.timeout(30), browser(address, "Tabs") as tabs:
        await tabs.ask("When does the renewal clock start?", thread="two-tabs")
        _, answer = await tabs.events(2, thread="two-tabs")
        form = {"proof": tabs.proof}
        await tabs.session.post("/t/two-tabs/delete", data=form, headers={"Origin": address})
        async with tabs.session.get(f"/t/two-tabs/stream?after={answer['revision']}") as stream:
            assert b"event: deleted\n" in [line async for line in stream.content]
        button = re.search(
            r'data-action="questions.helpful" data-value="(\w+)" data-nonce="([\w-]+)"', str(answer["html"])
        )
        assert button
        press = {"key": KEY, "kind": "pressed", "action": "questions.helpful", "message": answer["id"]}
        refused = await tabs.send({**press, "value": button[1], "nonce": button[2]}, thread="two-tabs")
        assert refused.status == 409
        assert "deleted" in (await refused.json())["error"]


async def test_somebody_who_signed_out_elsewhere_is_told_so(address: str) -> None:
    async with browser(address, "Leaver") as leaver:
        form = {"proof": leaver.proof}
        await leaver.session.post("/sign-out", data=form, headers={"Origin": address})
        refused = await leaver.ask("When does the renewal clock start?")
        assert refused.status == 401
        assert "signed out" in (await refused.json())["error"]


async def test_without_signing_in_nothing_but_the_way_in_opens(address: str) -> None:
    async with browser(address) as stranger:
        for path in ("/", "/library", "/admin", f"/t/{THREAD}"):
            response = await stranger.session.get(path, headers={"Accept": "text/html"}, allow_redirects=False)
            assert response.status == 303
            assert response.headers["Location"].startswith("/sign-in?next=/")
        assert (await stranger.session.get(f"/t/{THREAD}/stream")).status == 401
        assert (await stranger.session.get("/healthz")).status == 200
        too_much = await stranger.session.post("/sign-in", data=b"x" * 100_000, headers={"Origin": address})
        assert too_much.status == 413


async def test_admins_pages_refuse_others(address: str) -> None:
    async with browser(address, "Dana") as dana:
        form = {"proof": dana.proof}
        for path in ("/admin/runs", "/admin/indexes/roll-back", "/admin/sources"):
            assert (await dana.session.post(path, data=form, headers={"Origin": address})).status == 403


async def test_every_response_carries_the_security_headers(address: str) -> None:
    async with browser(address, "Dana") as dana:
        paths = ["/", "/library", "/nothing", "/healthz", "/static/x/y.js", f"/t/{THREAD}/stream"]
        for path in paths:
            async with dana.session.get(path, headers={"Accept": "text/html"}) as response:
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                assert "unsafe" not in response.headers["Content-Security-Policy"]
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert response.headers["Cache-Control"] == "no-store"


async def test_static_files_are_kept_for_good_and_nothing_else_is_served(address: str) -> None:
    async with browser(address, "Dana") as dana:
        page = await (await dana.session.get("/", headers={"Accept": "text/html"})).text()
        for name in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
            response = await dana.session.get(name)
            assert response.status == 200
            assert "immutable" in response.headers["Cache-Control"]
        digest = re.search(r"/static/([0-9a-f]+)/", page)
        assert digest
        for name in ("../app.py", "%2e%2e/app.py", "..%2f..%2fsettings.py", "nothing.js"):
            assert (await dana.session.get(f"/static/{digest[1]}/{name}")).status == 404


async def test_no_page_has_a_script_or_style_inside(address: str) -> None:
    async with browser(address, "admin") as admin:
        for path in ("/", "/library", "/admin", "/admin/runs", "/sign-in"):
            page = await (await admin.session.get(path, headers={"Accept": "text/html"})).text()
            assert not re.search(r"<style|style=|<script(?![^>]*\bsrc=)|\son\w+=", page), path


async def test_failures_are_pages_for_people_and_json_for_scripts(address: str) -> None:
    async with browser(address, "Dana") as dana:
        page = await dana.session.get("/library/nothing", headers={"Accept": "text/html"})
        assert page.status == 404
        assert "Nothing here that you can open" in await page.text()
        script = await dana.session.get("/library/nothing", headers={"Accept": "application/json"})
        assert "error" in await script.json()
        wrong_method = await dana.session.post("/library", data={"proof": dana.proof}, headers={"Origin": address})
        assert wrong_method.status == 405


async def test_stopping_does_not_wait_for_open_streams(tmp_path: Path) -> None:
    product = running(settings_in(tmp_path))
    base = product.__enter__()
    async with browser(base, "Dana") as dana:
        stream = await dana.session.get(f"/t/{THREAD}/stream")
        assert await stream.content.readline()
        began = time.monotonic()
        await asyncio.to_thread(product.__exit__, None, None, None)
        assert time.monotonic() - began < 10
