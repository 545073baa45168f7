"""Fetches one address: every hop checked after DNS resolution and connected to exactly what was checked."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import SplitResult, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_REDIRECTS = 5
AGENT = "Guildhall/0.1 (+indexer of an internal knowledge base)"
_HOLD_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


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
            url = self._redirected(url, found.headers.get("location", ""))
        raise FetchFailed(f"{url}: more than {MAX_REDIRECTS} redirects")

    def _redirected(self, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
            host = urlsplit(target).hostname
        except ValueError as error:
            raise FetchFailed(f"{url} leads to no web address: {error}") from error
        if target == url or (self.host and host != self.host):
            raise FetchFailed(f"{url} leads to another host ({host})")
        return target

    def _hop(self, url: str, headers: Mapping[str, str], deadline: float) -> Fetched:
        try:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
                raise FetchFailed(f"{url} is no web address")
            with self._connected(parts, deadline) as connection:
                return self._exchange(connection, parts, headers, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() > deadline:
                raise FetchFailed(f"{url} took longer than {self.seconds:g} seconds") from error
            raise FetchFailed(f"{url} did not answer: {error}") from error

    @contextmanager
    def _connected(self, parts: SplitResult, deadline: float) -> Iterator[http.client.HTTPConnection]:
        """Cut off at the deadline: a site that sends a byte now and then runs into no time limit of a socket."""
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._checked_address(host, port)
        raw = socket.create_connection((address, port), timeout=max(0.1, min(15, deadline - time.monotonic())))
        same = raw.dup()
        timer = Timer(max(0.0, deadline - time.monotonic()), _cut_off, (same,))
        timer.daemon = True
        timer.start()
        connection = http.client.HTTPConnection(host, port)
        connection.sock = raw
        try:
            if parts.scheme == "https":
                connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
            yield connection
        finally:
            timer.cancel()
            connection.close()
            same.close()

    def _checked_address(self, host: str, port: int) -> str:
        """The first of the host's addresses; all of them must be public unless private ones are allowed."""
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            targets = _reached(ipaddress.ip_address(address.split("%")[0]))
            if any(target.is_link_local or target.is_multicast or target.is_unspecified for target in targets):
                raise FetchFailed(f"{host} is at {address}, which is never read")
            if not self.private and not all(map(_is_public, targets)):
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
                break
        if time.monotonic() > deadline:
            raise FetchFailed(f"{parts.geturl()} took longer than {self.seconds:g} seconds")
        return Fetched(parts.geturl(), 200, received, bytes(body))


def _reached(ip: Address) -> list[Address]:
    """The address, and the IPv4 address that it stands for behind a gateway (RFC 4291, 6052, 3056)."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    last = [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)] if any(ip in net for net in _HOLD_IPV4) else []
    return [ip, *last, *([ip.sixtofour] if ip.sixtofour else [])]


def _is_public(ip: Address) -> bool:
    return ip.is_global and not (isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local)


def _cut_off(connection: socket.socket) -> None:
    with suppress(OSError):  # ended by itself
        connection.shutdown(socket.SHUT_RDWR)
