import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.signing_keys import PAUSE, SigningKeys, TokenRefused, verified_claims
from tests.fakes import FixedClock
from tests.token_issuer import TokenIssuer, rsa_key, serving, unsigned

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
GOOD = {"iss": "https://issuer.example", "aud": "app-1", "sub": "somebody"}


@pytest.fixture
async def issuer() -> AsyncIterator[TokenIssuer]:
    async with serving(TokenIssuer()) as running:
        yield running


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def keys(issuer: TokenIssuer, clock: FixedClock) -> AsyncIterator[SigningKeys]:
    fetched = SigningKeys(issuer.metadata_url, clock)
    yield fetched
    await fetched.close()


async def claims_of(
    token: str, keys: SigningKeys, *, now: datetime = NOW, endorsement: str = ""
) -> Mapping[str, object]:
    return await verified_claims(
        token, keys=keys, issuers=["https://issuer.example"], audience="app-1", now=now, endorsement=endorsement
    )


async def test_good_token_gives_its_claims_and_keys_are_fetched_once(issuer: TokenIssuer, keys: SigningKeys) -> None:
    token = issuer.token(GOOD, at=NOW)
    found = await asyncio.gather(*[claims_of(token, keys) for _ in range(10)])
    assert all(each["sub"] == "somebody" for each in found)
    assert issuer.fetched == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-app"},
        {"aud": ["another-app"]},
        {"aud": 7},
        {"iss": ["https://issuer.example"]},
        {"iss": None},
        {"exp": "soon"},
        {"exp": 10**400},
        {"exp": -1},
        {"exp": True},
        {"nbf": "early"},
        {"nbf": int((NOW + timedelta(minutes=6)).timestamp())},
    ],
)
async def test_token_with_a_wrong_claim_is_refused(
    issuer: TokenIssuer, keys: SigningKeys, changed: Mapping[str, object]
) -> None:
    assert await claims_of(issuer.token(GOOD, at=NOW), keys)
    encode = jwt.api_jws.PyJWS().encode  # the plain encoder refuses to make such claims
    claims = {"nbf": 0, "exp": int(NOW.timestamp()) + 60, **GOOD, **changed}
    token = encode(json.dumps(claims).encode(), rsa_key("key-1"), "RS256", {"kid": "key-1"})
    with pytest.raises(TokenRefused):
        await claims_of(token, keys)


async def test_token_is_good_until_five_minutes_after_its_expiry(issuer: TokenIssuer, keys: SigningKeys) -> None:
    token = issuer.token(GOOD, at=NOW, lasts=timedelta(minutes=10))
    assert await claims_of(token, keys, now=NOW + timedelta(minutes=14))
    with pytest.raises(TokenRefused, match="expired"):
        await claims_of(token, keys, now=NOW + timedelta(minutes=16))


async def test_unsigned_token_is_refused_without_asking_for_keys(issuer: TokenIssuer, keys: SigningKeys) -> None:
    for algorithm in ("none", "None", "", "HS256", ["RS256"], {}, None):
        with pytest.raises(TokenRefused):
            await claims_of(unsigned({"alg": algorithm, "kid": "key-1"}, GOOD), keys)
    assert issuer.fetched == []


async def test_public_key_does_not_serve_as_a_shared_secret(issuer: TokenIssuer, keys: SigningKeys) -> None:
    await claims_of(issuer.token(GOOD, at=NOW), keys)
    secret = rsa_key("key-1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = unsigned({"alg": "HS256", "kid": "key-1"}, {**GOOD, "exp": NOW.timestamp() + 60}).rstrip(".")
    signature = hmac.new(secret, signing_input.encode(), hashlib.sha256).digest()
    forged = f"{signing_input}.{jwt.utils.base64url_encode(signature).decode()}"
    with pytest.raises(TokenRefused, match="not taken"):
        await claims_of(forged, keys)


async def test_token_signed_by_another_key_under_a_known_id_is_refused(issuer: TokenIssuer, keys: SigningKeys) -> None:
    with pytest.raises(TokenRefused):
        await claims_of(issuer.token(GOOD, at=NOW, kid="key-1", signed_by="stranger"), keys)


@pytest.mark.parametrize(
    "junk",
    ["", ".", "..", "a.b.c", "Bearer x", "\ud800", "é.é.é", "e30.e30.", "x" * 100_000, "[" * 20_000, "W10.e30.e30"],
)
async def test_junk_is_refused(keys: SigningKeys, junk: str) -> None:
    with pytest.raises(TokenRefused):
        await claims_of(junk, keys)


async def test_unknown_key_id_is_looked_for_once_and_then_not_for_a_while(
    issuer: TokenIssuer, keys: SigningKeys, clock: FixedClock
) -> None:
    await claims_of(issuer.token(GOOD, at=NOW), keys)
    issuer.kids = ["key-2"]
    clock.at += PAUSE
    assert await claims_of(issuer.token(GOOD, at=NOW, kid="key-2"), keys)
    assert len(issuer.fetched) == 4
    for number in range(20):
        with pytest.raises(TokenRefused):
            await claims_of(issuer.token(GOOD, at=NOW, kid=f"made-up-{number}", signed_by="stranger"), keys)
    assert len(issuer.fetched) == 4
    with pytest.raises(TokenRefused):
        await claims_of(issuer.token(GOOD, at=NOW, kid="key-1"), keys)


async def test_old_keys_stay_in_force_while_new_ones_cannot_be_fetched(
    issuer: TokenIssuer, keys: SigningKeys, clock: FixedClock
) -> None:
    token = issuer.token(GOOD, at=NOW, lasts=timedelta(days=9))
    await claims_of(token, keys)
    issuer.failing = True
    clock.at += timedelta(days=2)
    assert await claims_of(token, keys)
    with pytest.raises(TokenRefused):
        await claims_of(issuer.token(GOOD, at=NOW, kid="key-2"), keys)
    assert len(issuer.fetched) == 3
    assert await claims_of(token, keys)


async def test_hanging_key_server_holds_up_nobody_else(issuer: TokenIssuer, clock: FixedClock) -> None:
    hang, keys = asyncio.Event(), SigningKeys(issuer.metadata_url, clock, timeout=0.15)
    issuer.before_answer = hang.wait
    waiting = asyncio.create_task(claims_of(issuer.token(GOOD, at=NOW), keys))
    others = 0
    while not waiting.done():
        await asyncio.sleep(0.005)
        others += 1
    assert others > 2
    with pytest.raises(TokenRefused):
        await waiting
    hang.set()
    await keys.close()


async def test_key_has_to_be_endorsed_for_the_channel(issuer: TokenIssuer, keys: SigningKeys) -> None:
    token = issuer.token(GOOD, at=NOW)
    assert await claims_of(token, keys, endorsement="msteams")
    with pytest.raises(TokenRefused, match="endorsed"):
        await claims_of(token, keys, endorsement="webchat")


async def test_keys_come_over_https_or_from_this_machine(clock: FixedClock) -> None:
    for url in ("http://issuer.example/x", "ftp://issuer.example", "https://", "file:///etc/passwd", "http://[::1"):
        with pytest.raises(ValueError, match="https"):
            SigningKeys(url, clock)
    for algorithms in ((), ("none",), ("HS256",), ("RS256", "HS512")):
        with pytest.raises(ValueError, match="algorithms"):
            SigningKeys("https://issuer.example/x", clock, algorithms=algorithms)
