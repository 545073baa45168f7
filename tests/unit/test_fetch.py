"""Fetching from sites that mean harm: addresses inside the own network, and answers that never end."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from indexer.sources.fetch import Fetcher, FetchFailed


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:10.0.0.1]",
        ".".join("0000"),
        "2130706433",
        "0x7f000001",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
        "[::10.0.0.1]",
        "[fec0::1]",
        "[fd00:ec2::254]",
    ],
)
def test_private_addresses_are_not_read(host: str) -> None:
    with pytest.raises(FetchFailed, match=r"private network|never read"):
        Fetcher().fetch(f"http://{host}:9/")


def test_the_cloud_s_metadata_address_is_never_read() -> None:
    with pytest.raises(FetchFailed, match="never read"):
        Fetcher(private=True).fetch("http://169.254.169.254/latest/")


def test_a_name_is_checked_by_what_it_resolves_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(FetchFailed, match=r"10\.1\.2\.3"):
        Fetcher().fetch("http://docs.example.org/")


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"])
def test_a_site_that_sends_a_byte_now_and_then_is_cut_off(start: bytes) -> None:
    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(start)
            while True:
                connection.sendall(b"0")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        began = time.monotonic()
        with pytest.raises(FetchFailed, match="longer than 1 seconds"):
            Fetcher(private=True, seconds=1).fetch(f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert time.monotonic() - began < 10
        dripping.join()
