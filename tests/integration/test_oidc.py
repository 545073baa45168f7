"""Signing in through an identity provider, and who that is then: the page over HTTP, the provider is ours."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer, unused_port

from bot.chat.ports import Profile
from bot.chat.turn import Person
from bot.dashboard.access import SettingMissing
from bot.dashboard.app import create_web_app
from bot.dashboard.claims import person_from_claims
from bot.directory import Directory
from bot.features.page import Page, PageRequest, Redirect
from bot.settings import Settings
from bot.signing_keys import TokenRefused
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.fake_oidc import CLIENT, SECRET, FakeOidc, running_oidc
from tests.token_issuer import rsa_key

DANA = Profile("Dana Okafor", "dana@example.com", True, "Europe/Berlin", "de")
SLACK = "slack:T1:U1"
PAGE = {"Accept": "text/html"}
TENANT = "0f8b7e2c-3d6a-4a7e-9d1b-1c2d3e4f5a6b"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"


class Hall:
    """The page, a directory over a real database, and one browser."""

    def __init__(self, database: Database, provider: FakeOidc, session: ClientSession, address: str) -> None:
        self.directory = Directory(database, lambda: provider.now, admins=frozenset({"dana@example.com"}))
        self.provider = provider
        self.session = session
        self.address = address
        self.seen: list[Person] = []

    async def sign_in(self, **claims: object) -> ClientResponse:
        self.provider.claims = {"email": DANA.email, "email_verified": True, "name": "Dana", **claims}
        return await self.session.get(f"{self.address}/sign-in/start?next=/who", headers=PAGE)

    async def who(self) -> Person | None:
        """Whom a page sees; None for nobody."""
        self.seen.clear()
        await self.session.get(f"{self.address}/who", headers=PAGE)
        return self.seen[-1] if self.seen else None

    def page(self, request: PageRequest) -> Redirect:
        self.seen.append(request.person)
        return Redirect("/healthz", "Seen.")


@pytest.fixture
async def provider() -> AsyncIterator[FakeOidc]:
    async with running_oidc(NOON) as running:
        yield running


@asynccontextmanager
async def running_hall(database: Database, provider: FakeOidc, home: Path, **values: object) -> AsyncIterator[Hall]:
    port = unused_port()
    address = f"http://localhost:{port}"
    usual = {"home": home, "base_url": address, "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT}
    settings = Settings.model_validate({**usual, "oidc_client_secret": SECRET, **values})
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        hall = Hall(database, provider, session, address)
        pages = [Page("/who", hall.page)]
        app = create_web_app(settings, pages=pages, sections=[], directory=hall.directory, clock=lambda: provider.now)
        server = TestServer(app, port=port)
        await server.start_server()
        try:
            yield hall
        finally:
            await server.close()


@pytest.fixture
async def hall(sqlite_database: Database, provider: FakeOidc, tmp_path: Path) -> AsyncIterator[Hall]:
    async with running_hall(sqlite_database, provider, tmp_path) as running:
        yield running


async def test_whoever_signs_in_on_the_page_is_the_person_that_slack_knows(hall: Hall) -> None:
    hall.directory.sign_in(Person(SLACK, "Dana"), DANA)
    response = await hall.sign_in(groups=["board", "sales"])
    assert response.url.path == "/healthz"
    person = await hall.who()
    assert person is not None
    assert (person.id, person.groups, person.is_admin) == (SLACK, frozenset({"board", "sales"}), True)
    assert (person.time_zone, person.language) == ("Europe/Berlin", "de")


async def test_a_session_follows_its_account_into_another_person(hall: Hall) -> None:
    await hall.sign_in(email="")
    first = await hall.who()
    assert first is not None
    assert first.id == "oidc:127.0.0.1:42"
    hall.directory.sign_in(Person(SLACK, "Dana"), DANA)
    hall.directory.sign_in(Person(first.id, "Dana"), DANA)  # in another browser, with an address this time
    merged = await hall.who()
    assert merged is not None
    assert hall.directory.person_of(Person(SLACK, "")).id == merged.id


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}, {"email": "dana@example.com\n"}],
)
async def test_an_address_that_the_provider_does_not_vouch_for_takes_nobody_over(
    hall: Hall, claims: Mapping[str, object]
) -> None:
    hall.directory.sign_in(Person(SLACK, "Dana"), DANA)
    await hall.sign_in(sub="mallory", **claims)
    person = await hall.who()
    assert person is not None
    assert person.id == "oidc:127.0.0.1:mallory"
    assert not person.is_admin


def unsigned(provider: FakeOidc) -> None:
    provider.signing_key = rsa_key("another")


def by_shared_secret(provider: FakeOidc) -> None:
    provider.algorithm = "HS256"


def out_of_order(provider: FakeOidc) -> None:
    provider.token_status = 500


@pytest.mark.parametrize("fault", [unsigned, by_shared_secret, out_of_order])
async def test_what_is_not_signed_by_the_provider_lets_nobody_in(hall: Hall, fault: Callable[[FakeOidc], None]) -> None:
    fault(hall.provider)
    response = await hall.sign_in()
    assert response.status == 403
    assert "not signed in" in await response.text()
    assert await hall.who() is None


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(NOON.timestamp()) - 3_600},
        {"exp": "soon"},
        {"sub": ""},
        {"sub": {"a": 1}},
    ],
)
async def test_claims_of_another_time_place_or_purpose_let_nobody_in(hall: Hall, claims: Mapping[str, object]) -> None:
    response = await hall.sign_in(**claims)
    assert response.status == 403
    assert await hall.who() is None


async def test_metadata_of_another_issuer_is_not_followed(hall: Hall) -> None:
    hall.provider.metadata_issuer = "https://evil.example"
    response = await hall.sign_in()
    assert "cannot be reached" in await response.text()
    assert hall.provider.redeemed == 0


async def test_coming_back_without_having_left_from_this_browser_is_refused(hall: Hall) -> None:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as mallory:
        left = await mallory.get(f"{hall.address}/sign-in/start", allow_redirects=False)
        there = await mallory.get(left.headers["Location"], allow_redirects=False)
    back = await hall.session.get(there.headers["Location"], headers=PAGE)
    assert back.status == 403
    assert await hall.who() is None
    assert hall.provider.redeemed == 0


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?error=access_denied", "?state=%ff&code=%00"])
async def test_odd_ways_back_get_a_page_that_says_what_to_do(hall: Hall, query: str) -> None:
    await hall.session.get(f"{hall.address}/sign-in/start", allow_redirects=False)
    response = await hall.session.get(f"{hall.address}/sign-in/callback{query}", headers=PAGE)
    assert response.status == 403
    assert "Try again" in await response.text()


async def test_a_code_is_redeemed_once(hall: Hall) -> None:
    left = await hall.session.get(f"{hall.address}/sign-in/start", allow_redirects=False)
    there = await hall.session.get(left.headers["Location"], allow_redirects=False)
    assert (await hall.session.get(there.headers["Location"], allow_redirects=False)).status == 303
    assert (await hall.session.get(there.headers["Location"], allow_redirects=False)).status == 403


async def test_what_leaves_for_the_provider_says_no_more_than_it_must(hall: Hall) -> None:
    left = await hall.session.get(f"{hall.address}/sign-in/start?next=//evil.example", allow_redirects=False)
    query = parse_qs(urlsplit(left.headers["Location"]).query)
    assert set(query) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert SECRET not in left.headers["Location"]
    cookie = left.cookies["guildhall_sign_in"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    there = await hall.session.get(left.headers["Location"], allow_redirects=False)
    back = await hall.session.get(there.headers["Location"], allow_redirects=False)
    assert back.headers["Location"] == "/"


async def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(hall: Hall) -> None:
    hall.provider.takes_secret_in_form = True
    await hall.sign_in()
    assert await hall.who() is not None


async def test_a_token_that_arrives_in_pieces_is_read_whole(hall: Hall) -> None:
    hall.provider.in_pieces = True
    await hall.sign_in()
    assert await hall.who() is not None


async def test_signing_in_by_name_is_off_and_the_sign_in_page_leads_to_the_provider(hall: Hall) -> None:
    page = await (await hall.session.get(f"{hall.address}/who", headers=PAGE)).text()
    assert 'href="/sign-in/start?next=/who"' in page
    proof = re.search(r'name="proof" content="([0-9a-f]+)"', page)
    assert proof
    form = {"name": "admin", "proof": proof[1]}
    refused = await hall.session.post(f"{hall.address}/sign-in", data=form, headers={"Origin": hall.address})
    assert refused.status == 405
    assert await hall.who() is None


async def test_signing_out_ends_the_session(hall: Hall) -> None:
    await hall.sign_in()
    page = await (await hall.session.get(f"{hall.address}/sign-in", headers=PAGE)).text()
    proof = re.search(r'name="proof" content="([0-9a-f]+)"', page)
    assert proof
    await hall.session.post(f"{hall.address}/sign-out", data={"proof": proof[1]}, headers={"Origin": hall.address})
    assert await hall.who() is None


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example", "localhost", "localhost:1", "x@localhost", "[::1"])
async def test_the_page_opens_under_its_own_address_only(hall: Hall, host: str) -> None:
    response = await hall.session.get(f"{hall.address}/sign-in", headers={"Host": host, **PAGE})
    assert response.status == 421


async def test_many_groups_fit_because_the_cookie_does_not_hold_them(hall: Hall) -> None:
    groups = [f"{number:08}-{TENANT[9:]}" for number in range(200)]
    await hall.sign_in(groups=groups)
    person = await hall.who()
    assert person is not None
    assert person.groups == set(groups)


def test_no_group_is_taken_for_everyone_or_for_somebody() -> None:
    claims = {"sub": "s", "groups": ["everyone", SLACK, "oidc:login.example:7", "Everyone", "sales"]}
    person, _ = person_from_claims(claims, "https://login.example", "groups", ())
    assert person.groups == {"Everyone", "sales"}


async def test_groups_are_those_of_the_last_sign_in(hall: Hall) -> None:
    await hall.sign_in(groups=["board"])
    await hall.sign_in(groups=["sales", 7, "", None, "x" * 1_000])
    person = await hall.who()
    assert person is not None
    assert person.groups == {"sales"}


async def test_on_both_databases_the_sign_in_is_one_person(
    database: Database, provider: FakeOidc, tmp_path: Path
) -> None:
    async with running_hall(database, provider, tmp_path) as hall:
        hall.directory.sign_in(Person(SLACK, "Dana"), DANA)
        await hall.sign_in()
        person = await hall.who()
        assert person is not None
        assert person.id == SLACK


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "https://slack.com"])
async def test_a_provider_for_the_whole_world_needs_the_companys_domains(
    sqlite_database: Database, provider: FakeOidc, tmp_path: Path, issuer: str
) -> None:
    with pytest.raises(SettingMissing, match="GUILDHALL_OIDC_DOMAINS"):
        async with running_hall(sqlite_database, provider, tmp_path, oidc_issuer=issuer):
            pass


async def test_an_issuer_without_https_is_refused(
    sqlite_database: Database, provider: FakeOidc, tmp_path: Path
) -> None:
    with pytest.raises(SettingMissing, match="https"):
        async with running_hall(sqlite_database, provider, tmp_path, oidc_issuer="http://login.example"):
            pass


async def test_a_domain_that_may_not_sign_in_is_refused(
    sqlite_database: Database, provider: FakeOidc, tmp_path: Path
) -> None:
    async with running_hall(sqlite_database, provider, tmp_path, oidc_domains={"Example.com"}) as hall:
        assert (await hall.sign_in(email="eve@evil.example")).status == 403
        assert (await hall.sign_in(email="eve@example.com", email_verified=False)).status == 403
        await hall.sign_in()
        assert await hall.who() is not None


GOOGLE = "https://accounts.google.com"
MEMBER: Mapping[str, object] = {"sub": "s", "name": "Dana", "email": "dana@example.com", "tid": TENANT, "iss": ENTRA}


@pytest.mark.parametrize(
    ("claims", "is_verified", "is_guest"),
    [
        (MEMBER, True, False),
        ({**MEMBER, "xms_edov": True}, True, False),
        ({**MEMBER, "xms_edov": "1"}, True, False),
        ({**MEMBER, "xms_edov": False}, False, False),
        ({**MEMBER, "tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}, False, False),
        ({**MEMBER, "acct": 1}, False, True),
        ({**MEMBER, "idp": "https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/"}, False, True),
        ({**MEMBER, "preferred_username": "dana_gmail.com#EXT#@example.onmicrosoft.com"}, False, True),
        ({**MEMBER, "email": ""}, False, False),
        ({**MEMBER, "tid": "", "email_verified": True}, False, False),
    ],
)
def test_entra_vouches_for_members_of_the_tenant_only(
    claims: Mapping[str, object], is_verified: bool, is_guest: bool
) -> None:
    for issuer in (ENTRA, f"https://login.microsoftonline.us/{TENANT}/v2.0"):  # the government's
        person, profile = person_from_claims({**claims, "iss": issuer}, issuer, "groups", ())
        assert (profile.is_email_verified, profile.is_guest, person.is_guest) == (is_verified, is_guest, is_guest)


def test_googles_private_accounts_with_a_company_address_stay_out() -> None:
    private = {"sub": "1", "email": "dana@example.com", "email_verified": True}
    with pytest.raises(TokenRefused):
        person_from_claims(private, GOOGLE, "groups", {"example.com"})
    person, _ = person_from_claims({**private, "hd": "example.com"}, GOOGLE, "groups", {"example.com"})
    assert person.id == "oidc:accounts.google.com:1"


def test_a_long_subject_becomes_a_short_account() -> None:
    person, _ = person_from_claims({"sub": "x" * 255}, "https://login.example", "groups", ())
    other, _ = person_from_claims({"sub": "x" * 254 + "y"}, "https://login.example", "groups", ())
    assert len(person.id) <= 200
    assert person.id != other.id


async def test_without_any_sign_in_a_public_address_shows_no_page(sqlite_database: Database, tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, "slack_bot_token": "xoxb-1", "host": "10.0.0.1"})
    directory = Directory(sqlite_database, lambda: NOON)
    app = create_web_app(settings, pages=[], sections=[Events()], directory=directory, clock=lambda: NOON)
    async with TestServer(app) as server, ClientSession() as session:
        for host in ("localhost", "127.0.0.1", "guildhall.example"):
            for path in ("/", "/sign-in", "/static/x/y.js", "/nothing"):
                response = await session.get(server.make_url(path), headers={"Host": host})
                assert response.status == 404
            assert (await session.get(server.make_url("/healthz"), headers={"Host": host})).status == 200
            events = await session.post(server.make_url("/slack/events"), data=b"{}", headers={"Host": host})
            assert await events.text() == "verified"


async def test_signing_in_by_name_is_for_this_machine_and_not_behind_a_proxy(
    sqlite_database: Database, tmp_path: Path
) -> None:
    settings = Settings.model_validate({"home": tmp_path})
    directory = Directory(sqlite_database, lambda: NOON)
    app = create_web_app(settings, pages=[], sections=[Events()], directory=directory, clock=lambda: NOON)
    async with TestServer(app) as server, ClientSession() as session:
        sign_in, events = server.make_url("/sign-in"), server.make_url("/slack/events")
        assert (await session.get(sign_in, headers=PAGE)).status == 200
        for header in ("X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "X-Real-IP"):
            assert (await session.get(sign_in, headers={header: "192.0.2.1"})).status == 421
        assert (await session.get(sign_in, headers={"Host": "evil.example"})).status == 421
        assert await (await session.post(events, headers={"Host": "guildhall.example"})).text() == "verified"


class Events:
    """A section that verifies its own requests."""

    name = "events"
    templates = Path("nowhere")
    verified_paths = frozenset({"/slack/events"})

    def routes(self, frame: object) -> list[web.RouteDef]:
        async def take(request: web.Request) -> web.Response:
            return web.Response(text="verified")

        return [web.post("/slack/events", take)]

    async def close(self) -> None:
        """Nothing is open."""
