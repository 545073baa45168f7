"""Guildhall's page inside Teams: the token's way to a session, and what may frame what."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer

from bot.chat.ports import Profile
from bot.chat.turn import Person
from bot.dashboard.app import create_web_app
from bot.dashboard.guard import TEAMS_HOSTS
from bot.dashboard.session import FRAMED_COOKIE
from bot.directory import Directory
from bot.features.page import Page, PageRequest, Redirect
from bot.settings import ENTRA, Settings
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.token_issuer import TokenIssuer, serving

TENANT = "0f8b7e2c-3d6a-4a7e-9d1b-1c2d3e4f5a6b"
APP = "5a4b3c2d-1e0f-4a5b-8c7d-6e5f4a3b2c1d"
USER = "7c1e2d3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"
OTHER = "9188040d-6c67-4c5b-b112-36a304b66dad"
ACCOUNT = f"teams:{TENANT}:{USER}"
HOST = "guildhall.example"
ORIGIN = f"https://{HOST}"
DANA = Profile("Dana Okafor", "dana@example.com", True)
TEAMS = {"teams_app_id": APP, "teams_tenant_id": TENANT, "base_url": ORIGIN, "teams_app_password": "p"}


class Tab:
    """The page as Teams shows it: https ends at a proxy, and the cookie comes back as a browser sends it."""

    def __init__(
        self, session: ClientSession, server: TestServer, directory: Directory, issuer: TokenIssuer, seen: list[Person]
    ) -> None:
        self.session = session
        self.server = server
        self.directory = directory
        self.issuer = issuer
        self.cookie = ""
        self.seen = seen

    def token(self, *, signed_by: str = "", **claims: object) -> str:
        usual = {
            "iss": f"{self.issuer.url}/{TENANT}/v2.0",
            "aud": APP,
            "tid": TENANT,
            "oid": USER,
            "ver": "2.0",
            "scp": "access_as_user",
            "name": "Dana",
            "preferred_username": "dana@example.com",
        }
        return self.issuer.token({**usual, **claims}, at=NOON, signed_by=signed_by)

    async def sign_in(self, token: str = "", *, next_path: str = "/who", **headers: str) -> ClientResponse:
        body = json.dumps({"token": token or self.token(), "next": next_path}).encode()
        response = await self.post(body, **{"Origin": ORIGIN, "Content-Type": "application/json", **headers})
        for cookie in response.headers.getall("Set-Cookie", []):
            if cookie.startswith(FRAMED_COOKIE):
                self.cookie = cookie.partition(";")[0]
        return response

    async def post(self, body: bytes, **headers: str) -> ClientResponse:
        address = self.server.make_url("/teams/sign-in")
        return await self.session.post(address, data=body, headers={"Host": HOST, **headers})

    async def get(self, path: str, **headers: str) -> ClientResponse:
        sent = {"Host": HOST, "Accept": "text/html", "Cookie": self.cookie, **headers}
        return await self.session.get(self.server.make_url(path), headers=sent, allow_redirects=False)


@pytest.fixture
async def tab(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tab]:
    async with serving(TokenIssuer()) as issuer, ClientSession(cookie_jar=DummyCookieJar()) as session:
        monkeypatch.setitem(ENTRA, "public", issuer.url)
        settings = Settings.model_validate({"home": tmp_path, **TEAMS})
        directory = Directory(sqlite_database, lambda: NOON)
        seen: list[Person] = []

        def who(asked: PageRequest) -> Redirect:
            seen.append(asked.person)
            return Redirect("/healthz")

        pages = [Page("/who", who)]
        app = create_web_app(settings, pages=pages, sections=[], directory=directory, clock=lambda: NOON)
        async with TestServer(app) as server:
            yield Tab(session, server, directory, issuer, seen)
        assert set(issuer.fetched) <= {f"/{TENANT}/v2.0/.well-known/openid-configuration", "/keys"}


async def test_a_token_of_teams_becomes_a_session_of_the_same_person(tab: Tab) -> None:
    tab.directory.sign_in(Person("slack:T1:U1", "Dana"), DANA)
    response = await tab.sign_in()
    assert response.status == 200
    assert await response.json() == {"next": "/who"}
    cookie = response.headers["Set-Cookie"]
    assert cookie.endswith("; Path=/; HttpOnly; Secure; SameSite=None; Partitioned")
    await tab.get("/who")
    assert tab.seen[0].id == "slack:T1:U1"


async def test_what_teams_directory_said_goes_before_the_token(tab: Tab) -> None:
    tab.directory.sign_in(Person(ACCOUNT, "Dana"), DANA)
    await tab.sign_in(tab.token(name="Somebody", preferred_username="other@example.com"))
    await tab.get("/who")
    assert (tab.seen[0].id, tab.seen[0].name) == (ACCOUNT, "Dana Okafor")


async def test_version_one_tokens_are_taken_too(tab: Tab) -> None:
    old = tab.token(iss=f"https://sts.windows.net/{TENANT}/", aud=f"api://{HOST}/{APP}", ver="1.0", upn="d@example.com")
    assert (await tab.sign_in(old)).status == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"tid": OTHER},
        {"iss": f"https://login.microsoftonline.com/{OTHER}/v2.0"},
        {"iss": f"https://sts.windows.net/{OTHER}/"},
        {"aud": OTHER},
        {"aud": f"api://evil.example/{APP}"},
        {"oid": "not a guid"},
        {"oid": None},
        {"exp": int(NOON.timestamp()) - 3_600},
        {"scp": ""},
        {"scp": None, "roles": ["x"]},
    ],
)
async def test_a_token_of_another_tenant_app_or_time_lets_nobody_in(tab: Tab, claims: Mapping[str, object]) -> None:
    response = await tab.sign_in(tab.token(**claims))
    assert response.status == 403
    assert "not signed in" in (await response.json())["error"]
    assert "Set-Cookie" not in response.headers


async def test_a_token_that_entra_did_not_sign_lets_nobody_in(tab: Tab) -> None:
    assert (await tab.sign_in(tab.token(signed_by="another"))).status == 403
    for junk in ("x", "a.b.c", "ö", "e30.e30.", "." * 500):
        assert (await tab.sign_in(junk)).status == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"acct": 1},
        {"idp": f"https://sts.windows.net/{OTHER}/"},
        {"preferred_username": "", "upn": "dana_example.com#EXT#@house.onmicrosoft.com"},
    ],
)
async def test_a_guest_is_nobody_else_and_a_guest(tab: Tab, claims: Mapping[str, object]) -> None:
    tab.directory.sign_in(Person("slack:T1:U1", "Dana"), DANA)
    await tab.sign_in(tab.token(**claims))
    await tab.get("/who")
    assert (tab.seen[0].id, tab.seen[0].is_guest) == (ACCOUNT, True)


async def test_the_mail_that_a_member_wrote_themselves_links_nothing(tab: Tab) -> None:
    tab.directory.sign_in(Person("slack:T1:U1", "Dana"), DANA)
    await tab.sign_in(tab.token(preferred_username="eve@example.com", email="dana@example.com"))
    await tab.get("/who")
    assert tab.seen[0].id == ACCOUNT


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://teams.microsoft.com", "http://["])
async def test_a_token_that_another_page_sends_is_refused(tab: Tab, origin: str) -> None:
    assert (await tab.sign_in(Origin=origin)).status == 403


async def test_a_token_without_a_page_is_refused(tab: Tab) -> None:
    body = json.dumps({"token": tab.token()}).encode()
    assert (await tab.post(body, **{"Content-Type": "application/json"})).status == 403


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 20_000, "application/json", 400),
        (b" " * 40_000, "application/json", 413),
        (b"token=x", "application/x-www-form-urlencoded", 415),
        (b'{"token": {"a": 1}}', "application/json", 403),
        (b"{}", "application/json", 403),
    ],
)
async def test_what_is_no_token_gets_a_4xx(tab: Tab, body: bytes, content_type: str, status: int) -> None:
    response = await tab.post(body, **{"Origin": ORIGIN, "Content-Type": content_type})
    assert response.status == status


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/sign-in", "\\", "javascript:x"])
async def test_after_signing_in_the_tab_stays_on_this_site(tab: Tab, next_path: str) -> None:
    assert await (await tab.sign_in(next_path=next_path)).json() == {"next": "/"}


async def test_only_teams_may_frame_the_tabs_and_what_is_opened_in_them(tab: Tab) -> None:
    for path in ("/teams/tab", "/teams/channel-tab", "/teams/configure"):
        response = await tab.get(path)
        assert response.status == 200
        assert response.headers["Content-Security-Policy"].endswith(f"frame-ancestors {TEAMS_HOSTS}")
        assert "X-Frame-Options" not in response.headers
    for path in ("/sign-in", "/who", "/nothing"):
        response = await tab.get(path)
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert response.headers["X-Frame-Options"] == "DENY"
    await tab.sign_in()
    response = await tab.get("/nothing")
    assert response.headers["Content-Security-Policy"].endswith(f"frame-ancestors {TEAMS_HOSTS}")
    assert "X-Frame-Options" not in response.headers


async def test_the_tabs_pages_load_teams_own_library_and_nothing_from_elsewhere(tab: Tab) -> None:
    for path in ("/teams/tab", "/teams/channel-tab", "/teams/configure"):
        text = await (await tab.get(path)).text()
        assert "vendor/teams.min.js" in text
        assert "<script>" not in text
    text = await (await tab.get("/teams/tab?next=/library%3Fq=x")).text()
    assert 'data-next="/library?q=x"' in text
    assert 'data-next="/"' in await (await tab.get("/teams/tab?next=//evil.example")).text()
    assert 'data-next="/library"' in await (await tab.get("/teams/channel-tab")).text()


async def test_a_frame_whose_session_ran_out_goes_through_teams_again(tab: Tab) -> None:
    response = await tab.get("/who?x=1&y=2", **{"Sec-Fetch-Dest": "iframe"})
    again = urlsplit(response.headers["Location"])
    assert (again.path, parse_qs(again.query)) == ("/teams/tab", {"next": ["/who?x=1&y=2"]})
    assert (await tab.get("/who")).headers["Location"].startswith("/sign-in")


async def test_without_another_sign_in_the_page_says_where_it_opens(tab: Tab) -> None:
    response = await tab.get("/sign-in")
    assert response.status == 403
    assert "inside Microsoft Teams" in await response.text()


async def test_the_session_of_a_frame_changes_things_with_its_proof_only(tab: Tab) -> None:
    await tab.sign_in()
    address = tab.server.make_url("/sign-out")
    headers = {"Host": HOST, "Cookie": tab.cookie, "Origin": ORIGIN}
    assert (await tab.session.post(address, headers=headers)).status == 403
    from_elsewhere = {**headers, "Origin": "https://evil.example"}
    assert (await tab.session.post(address, headers=from_elsewhere)).status == 403


@pytest.mark.parametrize("missing", ["teams_app_id", "teams_tenant_id"])
async def test_without_a_teams_app_there_are_no_tabs(sqlite_database: Database, tmp_path: Path, missing: str) -> None:
    settings = Settings.model_validate({"home": tmp_path, **TEAMS, missing: "", "base_url": ""})
    directory = Directory(sqlite_database, lambda: NOON)
    app = create_web_app(settings, pages=[], sections=[], directory=directory, clock=lambda: NOON)
    async with TestServer(app) as server, ClientSession() as session:
        for path in ("/teams/tab", "/teams/channel-tab", "/teams/configure"):
            assert (await session.get(server.make_url(path))).status == 404
