"""Secrets that come at run time, sealed with a key that is not in the database, and leases on them."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, String, Table, Text, delete, select, update

from bot.storage.tables import UtcDateTime, insert_once, insert_or_change, metadata
from bot.storage.unit_of_work import Database

NONCE_BYTES = 12  # what AES-GCM takes

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("sealed", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

log = structlog.stdlib.get_logger(__name__)


class SqlVault:
    """Fills `bot.chat.ports.Vault`. `key` is the installation's own, e.g. that of the web sessions."""

    def __init__(self, database: Database, key: bytes, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"guildhall vault").derive(key))
        self._clock = clock
        self._holder = uuid4().hex

    def put(self, name: str, secret: str) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), name.encode())).decode()
        with self._database.begin() as unit:
            insert_or_change(unit.connection, secrets, {"sealed": sealed}, name=name, sealed=sealed)

    def get(self, name: str) -> str | None:
        """None, and a line in the log, for what was sealed with another key."""
        with self._database.reading() as unit:
            query = select(secrets.c.sealed).where(secrets.c.name == name)
            kept = unit.connection.execute(query).scalar_one_or_none()
        if kept is None:
            return None
        sealed = b64decode(kept)
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()).decode()
        except InvalidTag:
            log.exception("a secret was sealed with another GUILDHALL_SECRET", name=name)
            return None

    def remove(self, name: str) -> None:
        with self._database.begin() as unit:
            unit.connection.execute(delete(secrets).where(secrets.c.name == name))

    def hold(self, name: str, seconds: float) -> bool:
        """False while anybody holds it, the same replica's other threads included."""
        now = self._clock()
        held = {"holder": self._holder, "until": now + timedelta(seconds=seconds)}
        with self._database.begin() as unit:
            if insert_once(unit.connection, leases, name=name, **held):
                return True
            free = (leases.c.name == name) & (leases.c.until <= now)
            return unit.connection.execute(update(leases).where(free).values(**held)).rowcount == 1

    def let_go(self, name: str) -> None:
        with self._database.begin() as unit:
            mine = (leases.c.name == name) & (leases.c.holder == self._holder)
            unit.connection.execute(delete(leases).where(mine))
