import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.dashboard.access import Access, SettingMissing, SignInMissing, access_of
from bot.dashboard.session import (
    COOKIE,
    FRAMED_COOKIE,
    LIFETIME,
    Sessions,
    new_session,
    session_key,
)
from bot.dashboard.sign_in import local_path, person_from, slug_of
from bot.directory import SIGN_IN_HOLDS
from bot.settings import Settings, is_loopback
from tests.builders import DANA, NOON

KEY = b"k" * 32


def cookie_of(sessions: Sessions, person: object = DANA) -> str:
    response = web.Response()
    sessions.write(response, new_session(NOON, DANA if person is DANA else None))
    return response.cookies[COOKIE].value


def request_with(cookie: str) -> web.Request:
    return make_mocked_request("GET", "/", headers={"Cookie": f"{COOKIE}={cookie}"})


def test_a_session_comes_back_as_it_was_written() -> None:
    sessions = Sessions(KEY)
    session = sessions.read(request_with(cookie_of(sessions)), NOON)
    assert session is not None
    assert session.person == DANA


def test_a_session_that_was_tampered_with_or_signed_elsewhere_is_none() -> None:
    sessions = Sessions(KEY)
    cookie = cookie_of(sessions)
    body, _, signature = cookie.partition(".")
    for odd in ("", ".", body, f"{body}.", f"{body}x.{signature}", f"{body}.{signature[:-1]}", "a.b.c", "ö"):
        assert sessions.read(request_with(odd), NOON) is None
    assert Sessions(b"x" * 32).read(request_with(cookie), NOON) is None


def test_bytes_that_are_no_text_are_no_token() -> None:
    assert not Sessions(KEY).is_token(new_session(NOON), "\udcff")


def test_a_session_runs_out() -> None:
    sessions = Sessions(KEY)
    request = request_with(cookie_of(sessions))
    assert sessions.read(request, NOON + LIFETIME) is not None
    assert sessions.read(request, NOON + LIFETIME + timedelta(seconds=1)) is None
    assert sessions.read(request, NOON - timedelta(hours=1)) is None


def test_whoever_an_identity_provider_vouched_for_signs_in_again_the_next_day() -> None:
    sessions = Sessions(KEY)
    response = web.Response()
    sessions.write(response, new_session(NOON, replace(DANA, id="oidc:login.example:1")))
    request = request_with(response.cookies[COOKIE].value)
    assert sessions.read(request, NOON + SIGN_IN_HOLDS) is not None
    assert sessions.read(request, NOON + SIGN_IN_HOLDS + timedelta(seconds=1)) is None


def test_a_name_given_before_the_sign_in_was_configured_lets_nobody_in() -> None:
    cookie = cookie_of(Sessions(KEY))
    assert Sessions(KEY, by_name=False).read(request_with(cookie), NOON) is None


def test_a_session_inside_teams_has_a_cookie_that_goes_nowhere_else() -> None:
    response = web.Response()
    sessions = Sessions(KEY)
    sessions.write(response, new_session(NOON, replace(DANA, id="teams:t:o"), is_framed=True))
    assert not response.cookies
    (cookie,) = response.headers.getall("Set-Cookie")
    value, *attributes = cookie.split("; ")
    assert {"HttpOnly", "Secure", "SameSite=None", "Partitioned"} <= set(attributes)
    assert value.startswith(f"{FRAMED_COOKIE}=")
    request = make_mocked_request("GET", "/", headers={"Cookie": value})
    session = sessions.read(request, NOON)
    assert session is not None
    assert session.is_framed


def test_what_was_sealed_for_one_purpose_is_nothing_for_another() -> None:
    sessions = Sessions(KEY)
    cookie = sessions.sealed("attempt", b"{}")
    assert sessions.unsealed("attempt", cookie) == b"{}"
    assert sessions.unsealed("session", cookie) is None
    assert sessions.read(request_with(cookie), NOON) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    response = web.Response()
    Sessions(KEY, secure=True).write(response, new_session(NOON, DANA))
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"] and cookie["secure"]
    assert cookie["samesite"] == "Lax"


def test_a_form_token_belongs_to_one_session() -> None:
    sessions = Sessions(KEY)
    mine, other = new_session(NOON, DANA), new_session(NOON, DANA)
    assert sessions.is_token(mine, sessions.token(mine))
    assert not sessions.is_token(mine, sessions.token(other))
    assert not sessions.is_token(mine, "")


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = session_key(None, tmp_path / "home")
    assert len(key) == 32
    assert session_key(None, tmp_path / "home") == key
    assert stat.S_IMODE((tmp_path / "home" / "session.key").stat().st_mode) == 0o600


def test_a_secret_from_the_settings_keeps_nothing_on_disk(tmp_path: Path) -> None:
    assert session_key("s3cret", tmp_path) == session_key("s3cret", tmp_path)
    assert session_key("s3cret", tmp_path) != session_key("other", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sessions(b"short")


def settings(**values: object) -> Settings:
    return Settings.model_validate({"home": "unused", **values})


SLACK = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}
OIDC = {"oidc_issuer": "https://login.example", "oidc_client_id": "c", "base_url": "https://guildhall.example"}
TEAMS = {"teams_app_id": "a", "teams_tenant_id": "t", "base_url": "https://guildhall.example"}


@pytest.mark.parametrize("host", ["10.0.0.1", "::", "192.168.1.4", "guildhall.example", ""])
def test_anything_but_loopback_refuses_to_start_and_says_what_to_do(host: str) -> None:
    with pytest.raises(SignInMissing, match="GUILDHALL_HOST"):
        access_of(settings(host=host))


@pytest.mark.parametrize(
    ("values", "access"),
    [
        ({}, Access.BY_NAME),
        ({"base_url": "http://localhost:8080"}, Access.BY_NAME),
        ({"host": "10.0.0.1", **SLACK}, Access.NONE),
        (SLACK, Access.BY_NAME),
        ({"base_url": "https://guildhall.example"}, Access.NONE),
        (OIDC, Access.OIDC),
        ({"host": "10.0.0.1", **OIDC}, Access.OIDC),
        (TEAMS, Access.TEAMS),
        ({"host": "10.0.0.1", **TEAMS}, Access.TEAMS),
        ({"host": "10.0.0.1", **TEAMS, "base_url": ""}, Access.NONE),
        ({**TEAMS, **OIDC}, Access.OIDC),
    ],
)
def test_who_may_open_the_page_follows_from_the_settings(values: dict[str, object], access: Access) -> None:
    assert access_of(settings(**values)) is access


@pytest.mark.parametrize("missing", ["oidc_client_id", "base_url"])
def test_half_a_sign_in_refuses_to_start(missing: str) -> None:
    with pytest.raises(SettingMissing, match="GUILDHALL_BASE_URL"):
        access_of(settings(**{**OIDC, missing: ""}))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:8080"])
def test_a_loopback_host_header_is_let_in(host: str) -> None:
    assert is_loopback(f"//{host}")


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil@x", "[::1", "[x]y", "a:b:c"]
)
def test_a_host_header_from_elsewhere_is_not_loopback(host: str) -> None:
    assert not is_loopback(f"//{host}")


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Dana Okafor", "dana-okafor"), ("  ÉLODIE  d'Arc ", "elodie-d-arc"), ("李雷", "李雷"), ("***", ""), ("", "")],
)
def test_a_name_becomes_a_stable_id(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_an_id_stays_short_where_one_letter_stands_for_many() -> None:
    assert 0 < len(slug_of("\ufdfa" * 60)) <= 120


def test_groups_and_hubs_are_taken_from_the_form() -> None:
    person = person_from(
        {"name": "Dana", "groups": " sales , , emea", "hubs": "crm", "time_zone": "Europe/Berlin"}, "de"
    )
    assert person is not None
    assert (person.groups, person.hubs) == (frozenset({"sales", "emea"}), frozenset({"crm"}))
    assert (person.time_zone, person.language, person.is_admin) == ("Europe/Berlin", "de", False)


def test_an_unknown_time_zone_is_utc() -> None:
    person = person_from({"name": "Dana", "time_zone": "../../etc/passwd"}, "en")
    assert person is not None
    assert person.time_zone == "UTC"


@given(st.text())
def test_after_signing_in_nobody_is_sent_to_another_site(path: str) -> None:
    kept = local_path(path)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert kept.isprintable()
