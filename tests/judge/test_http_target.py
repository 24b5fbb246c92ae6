"""The connection to a target: what an interruption leaves of it, and which addresses are none."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType

import pytest

from contract_tests.exchange import Request
from contract_tests.targets import HttpTarget, Unreachable

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def interrupting() -> Iterator[str]:
    """The address of a server that sends this process a signal instead of its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            first, _ = listener.accept()
            first.recv(65_536)
            os.kill(os.getpid(), signal.SIGUSR1)
            second, _ = listener.accept()
            second.recv(65_536)
            second.sendall(ANSWER)
            first.close()
            second.close()

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_an_interrupted_exchange_does_not_spoil_the_next() -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with interrupting() as address:
            target = HttpTarget(address)
            with pytest.raises(KeyboardInterrupt):
                target.send(Request("GET", "/"))
            assert target.send(Request("DELETE", "/")).body == b"ok"
            target.close()
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize(
    "address", ["", "ftp://x", "http://", "http://[::1", "http://x:y", "http://x:70000", "http://x:0"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(Unreachable, match=r"is no address"):
        HttpTarget(address)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://ad.example.org/api/", "https://ad.example.org/api"),
    ],
)
def test_an_address_is_taken_as_people_write_it(given: str, address: str) -> None:
    assert HttpTarget(given).address == address
