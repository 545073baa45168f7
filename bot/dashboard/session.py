"""Who is signed in: a signed cookie, and the token that proves that a form came from our own page."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.chat.turn import Person
from bot.directory import SIGN_IN_HOLDS

COOKIE = "guildhall_session"
FRAMED_COOKIE = "guildhall_frame"
LIFETIME = timedelta(days=14)
KEY_BYTES = 32
NOTICE_LIMIT = 600  # characters; the whole cookie has to stay below 4 KB


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `account` signed in, `person` is whose account that is, looked up at each request: without one
    nobody has signed in yet. `notice` is said once on the next page. `is_framed`: inside Teams."""

    id: str
    issued_at: datetime
    account: Person | None = None
    notice: str = ""
    is_framed: bool = False
    person: Person | None = None

    def saying(self, notice: str) -> "Session":
        return replace(self, notice=notice[:NOTICE_LIMIT])


def new_session(now: datetime, account: Person | None = None, *, is_framed: bool = False) -> Session:
    return Session(secrets.token_urlsafe(18), now, account, is_framed=is_framed, person=account)


def session_key(secret: str | None, home: Path) -> bytes:
    """The key that signs cookies: from the settings, or made once and kept in `home`, readable by the owner only."""
    if secret:
        return hashlib.sha256(b"guildhall session\0" + secret.encode()).digest()
    file = home / "session.key"
    if not file.is_file():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=home)  # readable by the owner only
        with os.fdopen(descriptor, "wb") as fresh:
            fresh.write(secrets.token_bytes(KEY_BYTES))
            fresh.flush()
            os.fsync(fresh.fileno())
        with suppress(FileExistsError):  # another process was faster; both take its key
            os.link(unfinished, file)
        Path(unfinished).unlink()
    return file.read_bytes()


class Sessions:
    """Reads and writes the session cookie. Without `by_name` nobody who only gave a name is let in any longer."""

    def __init__(self, key: bytes, *, secure: bool = False, by_name: bool = True) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"A session key has at least {KEY_BYTES} bytes; this one has {len(key)}.")
        self._key = key
        self.is_secure = secure
        self._by_name = by_name

    def read(self, request: web.Request, now: datetime) -> Session | None:
        """The session of this request; None without one, or if it was tampered with or has run out."""
        kept = self.unsealed("session", request.cookies.get(COOKIE) or request.cookies.get(FRAMED_COOKIE, ""))
        try:
            session = _from_json(kept) if kept else None
        except (ValueError, KeyError, TypeError):
            return None
        if session is None:
            return None
        by_name = session.account is not None and session.account.id.startswith("web:")
        if by_name and not self._by_name:
            return None
        lifetime = LIFETIME if by_name or session.account is None else SIGN_IN_HOLDS
        return session if now - lifetime <= session.issued_at <= now + timedelta(minutes=5) else None

    def write(self, response: web.StreamResponse, session: Session) -> None:
        """A session in a frame has a cookie of its own, that goes to this site inside Teams and nowhere else."""
        value = self.sealed("session", _to_json(session))
        seconds = int(LIFETIME.total_seconds())
        if session.is_framed:  # as a header, because http.cookies knows "Partitioned" only from Python 3.14 on
            attributes = f"Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
            response.headers.add("Set-Cookie", f"{FRAMED_COOKIE}={value}; {attributes}")
            return
        response.set_cookie(COOKIE, value, max_age=seconds, httponly=True, samesite="Lax", secure=self.is_secure)

    def forget(self, response: web.StreamResponse) -> None:
        response.del_cookie(COOKIE)
        response.del_cookie(FRAMED_COOKIE, secure=True, httponly=True, samesite="None")

    def sealed(self, purpose: str, content: bytes) -> str:
        """`content` for a cookie: readable, and signed for this purpose."""
        body = base64.urlsafe_b64encode(content).decode().rstrip("=")
        return f"{body}.{self._sign(purpose, body)}"

    def unsealed(self, purpose: str, cookie: str) -> bytes | None:
        """None for what was not sealed here, or for something else."""
        body, _, signature = cookie.partition(".")
        if not hmac.compare_digest(_bytes(signature), self._sign(purpose, body).encode()):
            return None
        try:
            return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        except ValueError:
            return None

    def token(self, session: Session) -> str:
        """What every form of this session carries."""
        return self._sign("form", session.id)

    def is_token(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(_bytes(token), self.token(session).encode())

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, _bytes(f"{purpose}\0{text}"), hashlib.sha256).hexdigest()


def _bytes(header: str) -> bytes:
    """What came over the wire: headers may hold bytes that are no UTF-8."""
    return header.encode(errors="surrogateescape")


def _to_json(session: Session) -> bytes:
    account = session.account
    return json.dumps(
        {
            "id": session.id,
            "at": int(session.issued_at.timestamp()),
            "notice": session.notice,
            "framed": session.is_framed,
            "person": account
            and {
                "id": account.id,
                "name": account.name,
                "groups": sorted(account.groups),
                "hubs": sorted(account.hubs),
                "language": account.language,
                "time_zone": account.time_zone,
                "guest": account.is_guest,
            },
        }
    ).encode()


def _from_json(content: bytes) -> Session:
    kept = json.loads(content)
    account = kept["person"] and Person(
        id=kept["person"]["id"],
        name=kept["person"]["name"],
        groups=frozenset(kept["person"]["groups"]),
        hubs=frozenset(kept["person"]["hubs"]),
        language=kept["person"]["language"],
        time_zone=kept["person"]["time_zone"],
        is_guest=kept["person"].get("guest", False),
    )
    issued_at = datetime.fromtimestamp(kept["at"], UTC)
    return Session(kept["id"], issued_at, account, kept["notice"], kept.get("framed", False), account)
