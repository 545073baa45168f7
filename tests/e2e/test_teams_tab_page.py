"""The tab in Chromium, in a frame of a page that answers as Teams does: the library's handshake, the cookie, the page.

Both sites are served over TLS on this machine under their real names.
"""

import asyncio
import shutil
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page

from bot.dashboard.app import create_web_app
from bot.directory import Directory
from bot.features.page import Page as FeaturePage
from bot.features.page import PageRequest, View
from bot.settings import ENTRA, Settings
from bot.storage.unit_of_work import Database
from tests.e2e.conftest import FLAGS
from tests.token_issuer import public_jwk, rsa_key

pytestmark = pytest.mark.browser

TENANT = "0f8b7e2c-3d6a-4a7e-9d1b-1c2d3e4f5a6b"
APP = "5a4b3c2d-1e0f-4a5b-8c7d-6e5f4a3b2c1d"
USER = "7c1e2d3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"
PAGE, TEAMS = "https://guildhall.example", "https://teams.microsoft.com"
KEY = rsa_key("k1")

HOST_PAGE = """<!doctype html><title>Teams</title><iframe src="%s" width="900" height="700"></iframe><script>
const runtime = { apiVersion: 4, hostVersionsInfo: {}, isLegacyTeams: false, supports: { pages: { config: {} } } };
const app = { host: { name: "Teams", clientType: "web" } };
const answers = {
  initialize: ["FRAME", "web", JSON.stringify(runtime), "2.58.0"],
  getContext: [{ app, page: { id: "x", frameContext: "content", subPageId: "" }, user: { id: "u" } }],
  "settings.setSettings": [true],
  "authentication.getAuthToken": [true, "TOKEN"],
};
window.said = [];
addEventListener("message", ({ data, source, origin }) => {
  window.said.push(data.func);
  if (data.func === "settings.setSettings") window.settings = data.args[0];
  const { id, uuidAsString } = data;
  if (data.func in answers) source.postMessage({ id, uuidAsString, args: answers[data.func] }, origin);
});
</script>"""


def token() -> str:
    claims = {
        "iss": f"{ENTRA['public']}/{TENANT}/v2.0", "aud": APP, "tid": TENANT, "oid": USER, "scp": "access_as_user",
        "name": "Dana Okafor", "preferred_username": "dana@example.com", "exp": datetime.now(UTC) + timedelta(hours=1),
    }  # fmt: skip
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k1"})


def tls(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody has to trust: the browser is told to take any."""
    key, now = rsa_key("tls"), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = built.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    file = folder / "tls.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        + dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


def who(request: PageRequest) -> View:
    return View("failure.html", {"title": f"Hello {request.person.name}", "text": request.person.id, "status": 200})


async def serve(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[TestServer]:
    async def metadata(asked: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"{ENTRA['public']}/keys"})

    async def keys(asked: web.Request) -> web.Response:
        return web.json_response({"keys": [public_jwk(KEY, "k1")]})

    async def host(asked: web.Request) -> web.Response:
        frame = "settings" if "configure" in asked.query["tab"] else "content"
        body = HOST_PAGE.replace("TOKEN", token()).replace("FRAME", frame) % (PAGE + asked.query["tab"])
        return web.Response(text=body, content_type="text/html")

    entra, teams = web.Application(), web.Application()
    entra.add_routes(
        [web.get(f"/{TENANT}/v2.0/.well-known/openid-configuration", metadata), web.get("/keys", keys)]
    )  # fmt: skip
    teams.add_routes([web.get("/", host)])
    issuer = TestServer(entra)
    await issuer.start_server()
    monkeypatch.setitem(ENTRA, "public", str(issuer.make_url("")).rstrip("/"))
    values = {"home": folder, "base_url": PAGE, "teams_app_id": APP, "teams_tenant_id": TENANT}

    def now() -> datetime:
        return datetime.now(UTC)

    app = create_web_app(
        Settings.model_validate(values),
        pages=[FeaturePage("/who", who)],
        sections=[],
        directory=Directory(database, now),
        clock=now,
    )
    page, outside = TestServer(app), TestServer(teams)
    for server in (page, outside):
        await server.start_server(ssl=tls(folder))
    return [issuer, page, outside]


@pytest.fixture
def stage(
    browser: Browser, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A page of a browser that finds both sites here. Afterwards nothing may have broken the security policy."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    troubles: list[str] = []
    servers = asyncio.run_coroutine_threadsafe(serve(sqlite_database, tmp_path, monkeypatch), loop).result(30)
    _, page_server, teams_server = servers
    ports = {"guildhall.example": page_server.port, "teams.microsoft.com": teams_server.port}
    rules = ", ".join(f"MAP {host}:443 127.0.0.1:{port}" for host, port in ports.items())
    own = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*FLAGS, f"--host-resolver-rules={rules}, MAP * ~NOTFOUND"]
    )
    page = own.new_context(ignore_https_errors=True).new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: troubles.append(message.text) if "Security Policy" in message.text else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    try:
        yield page
    finally:
        own.close()
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
    assert troubles == []


def test_a_tab_signs_in_by_itself_and_shows_the_page_in_its_frame(stage: Page) -> None:
    stage.goto(f"{TEAMS}/?tab=/teams/tab%3Fnext=/who")
    frame = stage.frame_locator("iframe")
    frame.get_by_role("heading", name="Hello Dana Okafor").wait_for()
    assert frame.get_by_text(f"teams:{TENANT}:{USER}").is_visible()
    assert frame.get_by_role("button", name="Sign out").count() == 0
    said = stage.evaluate("window.said")
    assert {"initialize", "authentication.getAuthToken", "appInitialization.success"} <= set(said)
    (cookie,) = [each for each in stage.context.cookies() if each["name"] == "guildhall_frame"]
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "None"


def test_outside_teams_the_tab_says_where_it_belongs(stage: Page) -> None:
    stage.goto(f"{PAGE}/teams/tab")
    stage.get_by_role("heading", name="This page belongs inside Teams").wait_for()


def test_a_session_of_the_frame_is_none_outside_it(stage: Page) -> None:
    test_a_tab_signs_in_by_itself_and_shows_the_page_in_its_frame(stage)
    response = stage.goto(f"{PAGE}/who")
    assert response is not None
    assert response.url.startswith(f"{PAGE}/sign-in")


def test_adding_the_tab_to_a_channel_gives_teams_its_address(stage: Page) -> None:
    stage.goto(f"{TEAMS}/?tab=/teams/configure")
    stage.wait_for_function("window.said.includes('settings.setValidityState')")
    stage.evaluate(
        "document.querySelector('iframe').contentWindow.postMessage({func: 'settings.save', args: [{}]}, '*')"
    )
    stage.wait_for_function("window.said.includes('settings.save.success')")
    assert stage.evaluate("window.settings.contentUrl") == f"{PAGE}/teams/channel-tab"
