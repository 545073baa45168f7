"""Whatever is sent to any address, signed in or not, nothing breaks: raw bytes to the real server."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.running import index_library, running, settings_in

ROUNDS = 300

PATHS = (
    "/", "/threads", "/t/thread-12345", "/t/thread-12345/turns", "/t/thread-12345/delete", "/library", "/library.csv",
    "/library/Starter%20knowledge%2Fopen.md", "/admin", "/admin/sources", "/admin/sources/x", "/admin/sources/x/remove",
    "/admin/uploads", "/admin/uploads/remove", "/admin/runs/x", "/admin/runs/x/cancel", "/admin/runs/x/publish",
    "/admin/indexes", "/admin/indexes/roll-back", "/sign-in", "/healthz", "/static/x/y", "/nothing",
    "/settings", "/settings/undo", "/settings/not-me", "/settings/mine", "/sign-in/callback", "/teams/tab",
    "/reviews.csv", "/reviews/figures", "/reviews/rubrics/x", "/reviews/x", "/reviews/x/files", "/reviews/x/files/y",
    "/reviews/x/files/y/delete", "/office-hours", "/office-hours.csv", "/office-hours/x", "/office-hours/x/subscribe",
    "/office-hours/session/x", "/office-hours/session/x.ics", "/introductions", "/introductions/x", "/events",
    "/events.csv", "/events/x", "/events/x/people.csv", "/calendar", "/calendar.csv", "/calendar/file/x.ics",
    "/calendar/subscribe", "/calendar.ics", "/stories", "/stories/x", "/stories/x/picture", "/do/office_hours.book",
    "/do/office_hours.point/send", "/do/events.answer", "/do/events.plan/send", "/do/introductions.open/send", "/do/x",
)  # fmt: skip
ODD = (
    "", "x", "%00", "%ff%fe", "%ed%a0%80", "..%2f..", "%2e%2e/%2e%2e", "\\", "<script>", "a" * 5_000, "9" * 5_000,
    "-1", "http://[", "//x", "²", "%EF%B7%BA" * 60, "%0d%0aSet-Cookie:x=y", "'\"&<>", "ü",
)  # fmt: skip
NAMES = ("q", "page", "kind", "hub", "sort", "chunk", "fragment", "after", "next", "name", "location", "golden",
         "time_zone", "review_by", "audience", "ref", "groups", "force",
         "value", "back", "form-state", "form-back", "form-key", "month", "whose", "view", "which", "key")  # fmt: skip
BYTES = (b"", b"\xff", b"\x80abc.\xff", b"http://[", b"null", b"a" * 9_000, b"1, 2", b"\xc3\xbc", b"*/*", b"text/html")
HEADERS = ("Origin", "X-Guildhall-Proof", "Accept", "Accept-Language", "Content-Encoding", "Last-Event-ID", "Cookie",
           "HX-Request", "Range", "If-None-Match", "Transfer-Encoding", "Content-Length")  # fmt: skip
PART = b"--x\r\nContent-Disposition: form-data; name=%s\r\n%s\r\ny\r\n--x--\r\n"
BODIES = (
    (b"application/json", b'{"kind":"said","key":"12345678","text":"\\ud800"}'),
    (b"application/json", b'{"kind":"submitted","form":"questions.unhelpful","key":"12345678","values":{"reason":[]}}'),
    (b"application/json", b"[" * 30_000),
    (b"application/json", b"\xff"),
    (b"application/x-www-form-urlencoded; charset=hex", b"a=b"),
    (b"application/x-www-form-urlencoded", b"name=%ff\xff&kind=website"),
    (b"multipart/form-data", b"x"),
    (b"multipart/form-data; boundary=x", PART % (b'"a"', b"Content-Transfer-Encoding: zzz\r\n")),
    (b"multipart/form-data; boundary=x", PART % (b'"a"', b"Content-Encoding: gzip\r\n")),
    (b"multipart/form-data; boundary=x", PART % (b'"files"; filename="../\xff\r.md"', b"")),
    (b"multipart/form-data; boundary=x", PART % (b'"files"; filename="a.md"', b"Content-Type: multipart/mixed\r\n")),
)


@dataclass(frozen=True)
class Signed:
    """Who sends: a cookie and the token that belongs to it."""

    cookie: bytes = b""
    proof: bytes = b""


class Sender:
    def __init__(self, address: str) -> None:
        self.host, port = address.removeprefix("http://").split(":")
        self.port = int(port)
        self.authority = f"{self.host}:{port}".encode()

    def signed_in(self, name: str) -> Signed:
        stranger = self._read("/sign-in", b"")
        form = b"proof=" + stranger.proof + b"&next=/&name=" + name.encode()
        headers = {"Content-Type": b"application/x-www-form-urlencoded", "Origin": b"http://" + self.authority}
        answer = self.raw("POST", "/sign-in", {**headers, "Cookie": stranger.cookie}, form)
        return self._read("/", _cookie(answer) or b"")

    def _read(self, path: str, cookie: bytes) -> Signed:
        page = self.raw("GET", path, {"Accept": b"text/html", "Cookie": cookie})
        proof = re.search(rb'name="proof" content="([0-9a-f]+)"', page)
        return Signed(_cookie(page) or cookie, proof[1] if proof else b"")

    def raw(self, method: str, path: str, headers: dict[str, bytes], body: bytes = b"") -> bytes:
        """The answer as it came, or what of it came within the time."""
        usual = {"Host": self.authority, "Connection": b"close", "Content-Length": str(len(body)).encode()}
        lines = [name.encode() + b": " + value for name, value in {**usual, **headers}.items()]
        request = b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines, b"", body])
        with socket.create_connection((self.host, self.port), timeout=2) as connection:
            answer = b""
            with suppress(OSError):  # it may hang up early, or wait for the rest of a body
                connection.sendall(request)
                while part := connection.recv(65_536):
                    answer += part
            return answer

    def is_healthy(self) -> bool:
        connection = HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        finally:
            connection.close()


def _cookie(answer: bytes) -> bytes | None:
    found = re.search(rb'Set-Cookie: (guildhall_session="?[^;"]+"?)', answer)
    return found[1] if found else None


def status_of(answer: bytes) -> int:
    """0 where nothing came: the server waits for more, or hung up."""
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    folder = tmp_path_factory.mktemp("hostile")
    library = folder / "library"
    library.mkdir()
    (library / "open.md").write_text("---\naudience: everyone\n---\n# Open\nWords that all may read.\n", "utf-8")
    configured = settings_in(folder)
    index_library(configured, library)
    with running(configured) as address:
        yield Sender(address)


@pytest.fixture(scope="module")
def people(sender: Sender) -> tuple[Signed, ...]:
    """Nobody, somebody and an admin."""
    found = (Signed(), sender.signed_in("Dana"), sender.signed_in("admin"))
    assert all(person.proof for person in found[1:])
    return found


@pytest.mark.promise
@pytest.mark.filterwarnings("ignore::Warning:aiohttp")  # it warns of each malformed part of a form
@settings(max_examples=ROUNDS, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_request_makes_a_5xx(sender: Sender, people: tuple[Signed, ...], chance: Random) -> None:
    person = chance.choice(people)
    method = chance.choice(("GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS", "FOO"))
    path = chance.choice(PATHS)
    if chance.random() < 0.2:
        path = path.replace("x", chance.choice(ODD[2:6]))
    query = "&".join(f"{chance.choice(NAMES)}={chance.choice(ODD)}" for _ in range(chance.randrange(3)))
    headers = {"Cookie": person.cookie, "X-Guildhall-Proof": person.proof, "Accept": b"text/html"}
    body = b""
    if method in ("POST", "PUT"):
        headers["Origin"] = b"http://" + sender.authority
        headers["Content-Type"], body = chance.choice(BODIES)
        if chance.random() < 0.5:
            fields = "&".join(f"{chance.choice(NAMES)}={chance.choice(ODD)}" for _ in range(6))
            headers["Content-Type"] = b"application/x-www-form-urlencoded"
            body = f"kind={chance.choice(('folder', 'git', 'website'))}&{fields}".encode()
    if chance.random() < 0.4:
        headers[chance.choice(HEADERS)] = chance.choice(BYTES)
    answer = sender.raw(method, f"{path}?{query}" if query else path, headers, body)
    assert status_of(answer) < 500, (method, path, query, headers, body[:200])


def test_after_all_that_the_page_still_answers(sender: Sender) -> None:
    assert sender.is_healthy()


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/library", {"Cookie": b"guildhall_session=\xff.abc"}, b""),
        ("/library", {"Cookie": b"guildhall_session=abc.\xff"}, b""),
        ("/t/thread-12345/turns", {"X-Guildhall-Proof": b"\xff"}, b"{}"),
        ("/t/thread-12345/turns", {"Origin": b"http://["}, b"{}"),
        ("/t/thread-12345/turns", {"Content-Type": b"application/json", "Content-Encoding": b"gzip"}, b"no gzip"),
        ("/admin/uploads", {"Content-Type": b"multipart/form-data; boundary=x", "Content-Encoding": b"gzip"}, b"no"),
        *(("/admin/uploads", {"Content-Type": kind}, body) for kind, body in BODIES if kind.startswith(b"multipart")),
        *(
            ("/admin/sources", {"Content-Type": b"application/x-www-form-urlencoded"}, b"name=x&kind=" + rest)
            for rest in (
                b"website&location=http://[",
                b"folder&location=" + b"a" * 900,
                b"folder&location=/&golden=" + b"a" * 5_000,
            )
        ),
    ],
)
def test_malformed_bytes_get_a_4xx(sender: Sender, path: str, headers: dict[str, bytes], body: bytes) -> None:
    admin = sender.signed_in("admin")
    usual = {"Cookie": admin.cookie, "X-Guildhall-Proof": admin.proof, "Origin": b"http://" + sender.authority}
    assert 400 <= status_of(sender.raw("POST", path, {**usual, **headers}, body)) < 500


def test_a_stranger_sends_no_long_body_by_not_saying_its_length(sender: Sender) -> None:
    headers = {"Origin": b"http://" + sender.authority, "Content-Type": b"application/x-www-form-urlencoded"}
    chunked = {**headers, "Transfer-Encoding": b"chunked"}
    connection = HTTPConnection(sender.host, sender.port, timeout=10)
    try:
        connection.request("POST", "/sign-in", iter([b"name=x"]), {k: v.decode() for k, v in chunked.items()},
                           encode_chunked=True)  # fmt: skip
        assert connection.getresponse().status == 413
    finally:
        connection.close()
