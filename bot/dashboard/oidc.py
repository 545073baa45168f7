"""OpenID Connect with the company's identity provider: authorization code, PKCE, state and nonce."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

import aiohttp

from bot.dashboard.access import SettingMissing
from bot.dashboard.claims import needs_domains
from bot.dashboard.frame import Clock
from bot.settings import Settings
from bot.signing_keys import SigningKeys, TokenRefused, is_safe, json_object, verified_claims

CALLBACK = "/sign-in/callback"
TIMEOUT = aiohttp.ClientTimeout(total=10)
ALGORITHMS = ("RS256", "ES256", "PS256")


class ProviderFailed(Exception):
    """The identity provider cannot be reached, or answers what it should not. Repeats nothing secret."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at signing in, between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str
    next: str

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def new_attempt(next_path: str) -> Attempt:
    return Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), next_path)


class OidcProvider:
    """The provider that the settings name. Raises SettingMissing where the settings would let anybody in."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.groups_claim = settings.oidc_groups_claim
        self.domains = settings.oidc_domains
        if not is_safe(self.issuer):
            raise SettingMissing(f"GUILDHALL_OIDC_ISSUER has to be an https address, not {self.issuer}")
        if needs_domains(self.issuer) and not self.domains:
            raise SettingMissing(
                f"With {self.issuer} anybody in the world could sign in. Set GUILDHALL_OIDC_DOMAINS to the mail "
                'domains of your company, e.g. ["example.com"]. Nothing was started.'
            )
        self._client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret
        self._redirect = settings.base_url.rstrip("/") + CALLBACK
        self._clock = clock
        metadata = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        self._keys = SigningKeys(metadata, clock, algorithms=ALGORITHMS)

    async def close(self) -> None:
        await self._keys.close()

    async def authorization_url(self, attempt: Attempt) -> str:
        """Where the browser goes. Raises ProviderFailed."""
        metadata = await self._metadata()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect,
            "scope": "openid profile email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = _endpoint(metadata, "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def claims(self, code: str, attempt: Attempt) -> Mapping[str, object]:
        """What the provider says of whoever came back with `code`. Raises ProviderFailed or TokenRefused."""
        metadata = await self._metadata()
        token = await self._redeem(metadata, code, attempt)
        claims = await verified_claims(
            token, keys=self._keys, issuers={str(metadata["issuer"])}, audience=self._client_id, now=self._clock()
        )
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise TokenRefused("answers another sign-in")
        if isinstance(claims.get("aud"), list) and claims.get("azp", self._client_id) != self._client_id:
            raise TokenRefused("made for another application")
        return claims

    async def _metadata(self) -> Mapping[str, object]:
        metadata = await self._keys.metadata()
        if not metadata:
            raise ProviderFailed("its metadata cannot be read")
        if str(metadata.get("issuer", "")).rstrip("/") != self.issuer.rstrip("/"):
            raise ProviderFailed("its metadata is of another issuer")
        return metadata

    async def _redeem(self, metadata: Mapping[str, object], code: str, attempt: Attempt) -> str:
        """The code for an id token, with the client's secret in the way that the provider takes it."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._client_id,
            "code_verifier": attempt.verifier,
        }
        headers = {"Accept": "application/json"}
        if self._secret is not None:
            ways = metadata.get("token_endpoint_auth_methods_supported")
            if isinstance(ways, list) and "client_secret_post" in ways:
                form["client_secret"] = self._secret.get_secret_value()
            else:
                headers["Authorization"] = _basic(self._client_id, self._secret.get_secret_value())
        endpoint = _endpoint(metadata, "token_endpoint")
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session,
                session.post(endpoint, data=form, headers=headers, allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise ProviderFailed(f"its token endpoint answers {response.status}")
                token = (await json_object(response)).get("id_token")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ProviderFailed(f"its token endpoint cannot be reached or read: {type(error).__name__}") from error
        if not isinstance(token, str):
            raise ProviderFailed("its token endpoint gives no id token")
        return token


def _basic(client_id: str, secret: str) -> str:
    """RFC 6749, 2.3.1: both are form-encoded first."""
    return "Basic " + base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def _endpoint(metadata: Mapping[str, object], name: str) -> str:
    url = metadata.get(name)
    if not isinstance(url, str) or not is_safe(url):
        raise ProviderFailed(f"its metadata has no safe {name}")
    return url
