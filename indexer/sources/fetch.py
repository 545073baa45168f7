"""Fetches one address: every hop checked after DNS resolution and connected to exactly what was checked."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_REDIRECTS = 5
AGENT = "Guildhall/0.1 (+indexer of an internal knowledge base)"


class FetchFailed(Exception):
    """Why nothing came; `status` is HTTP's, 0 where it never came so far."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is where the redirects ended. `status` is 200, or 304 with an empty body."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`private` admits addresses inside the own network, which an admin allows for one source."""

    private: bool = False
    max_bytes: int = 20 * 2**20
    seconds: float = 60
    host: str = ""  # with it, redirects to other hosts are refused

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Raises FetchFailed."""
        deadline = time.monotonic() + self.seconds
        for _ in range(MAX_REDIRECTS + 1):
            found = self._hop(url, headers or {}, deadline)
            if found.status not in (301, 302, 303, 307, 308):
                return found
            target = urljoin(url, found.headers.get("location", ""))
            if target == url or (self.host and urlsplit(target).hostname != self.host):
                raise FetchFailed(f"{url} leads to another host ({urlsplit(target).hostname})")
            url = target
        raise FetchFailed(f"{url}: more than {MAX_REDIRECTS} redirects")

    def _hop(self, url: str, headers: Mapping[str, str], deadline: float) -> Fetched:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise FetchFailed(f"{url} is no web address")
        try:
            connection = self._connect(parts, deadline)
            try:
                return self._exchange(connection, parts, headers, deadline)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchFailed(f"{url} did not answer: {error}") from error

    def _connect(self, parts: SplitResult, deadline: float) -> http.client.HTTPConnection:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._checked_address(host, port)
        raw = socket.create_connection((address, port), timeout=max(0.1, min(15, deadline - time.monotonic())))
        if parts.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock = raw
        return connection

    def _checked_address(self, host: str, port: int) -> str:
        """The first of the host's addresses; all of them must be public unless private ones are allowed."""
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            ip = ipaddress.ip_address(address.split("%")[0])
            mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
            target = mapped or ip
            if target.is_link_local or target.is_multicast or target.is_unspecified:
                raise FetchFailed(f"{host} is at {address}, which is never read")
            if not target.is_global and not self.private:
                raise FetchFailed(f"{host} is at {address}, inside a private network, which this source may not read")
        return found[0]

    def _exchange(
        self, connection: http.client.HTTPConnection, parts: SplitResult, headers: Mapping[str, str], deadline: float
    ) -> Fetched:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close", **headers}
        connection.request("GET", target, headers=sent)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        if response.status in (301, 302, 303, 304, 307, 308):
            return Fetched(parts.geturl(), response.status, received)
        if response.status != 200:
            raise FetchFailed(f"{parts.geturl()} answered {response.status}", response.status)
        body = bytearray()
        while block := response.read1(65_536):
            body += block
            if len(body) > self.max_bytes:
                raise FetchFailed(f"{parts.geturl()} is larger than {self.max_bytes // 2**20} MB")
            if time.monotonic() > deadline:
                raise FetchFailed(f"{parts.geturl()} took longer than {self.seconds:g} seconds")
        return Fetched(parts.geturl(), 200, received, bytes(body))
