"""What is answered as soon as its head is there, and what goes uvicorn's usual way; on the wire nobody can tell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from apitwin.protocol import Protocol
from mockserver.kernel.http import Written
from tests.face.command import Twin

Send = Callable[[dict[str, Any]], Awaitable[None]]

CLOSING = b"Connection: close\r\n"
LARGE = b"x" * 1_000_000


class Both:
    """An application with both ways: every answer says which one it came, and from where. `/long` has no short way."""

    def __init__(self, content: bytes = b"") -> None:
        self._content = content
        self.asked: list[str] = []

    def at_once(self, scope: Any) -> Written | None:
        """The short way."""
        path = scope["raw_path"].decode()
        self.asked.append(path)
        return None if path.startswith("/long") else Written(200, *self._answer(f"short {path}"))

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """The long way."""
        lines, content = self._answer(f"long {scope['path']}")
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, text: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
        content = f"<{text}>".encode() + self._content
        return [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(content))], content


@asynccontextmanager
async def listening(app: Both, **given: Any) -> AsyncIterator[int]:
    """The port at which an application is served."""
    config = uvicorn.Config(app, **given, ws="none", lifespan="off", access_log=False, log_config=None)
    config.load()
    protocol = partial(Protocol, at_once=app.at_once, config=config, server_state=ServerState(), app_state={})
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def talk(port: int, sent: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    received = await reader.read()
    writer.close()
    await writer.wait_closed()
    return received


def request(path: str, lines: bytes = b"", version: bytes = b"1.1") -> bytes:
    """One request without a body."""
    return b"GET %b HTTP/%b\r\nHost: twin\r\n%b\r\n" % (path.encode(), version, lines)


def ways(*requests: bytes) -> list[str]:
    """Which way each of some requests on one connection went."""

    async def course() -> bytes:
        async with listening(Both()) as port:
            return await talk(port, b"".join(requests))

    return re.findall(r"<(.*?)>", asyncio.run(course()).decode())


LAST = request("/last", CLOSING)


@pytest.mark.parametrize(
    ("sent", "went"),
    [
        ([request("/a"), LAST], ["short /a", "long /last"]),
        ([request("/a?b=c"), request("/d"), LAST], ["short /a", "short /d", "long /last"]),
        ([request("/a", version=b"1.0")], ["long /a"]),
        ([request("/a", b"Connection: upgrade\r\nUpgrade: websocket\r\n" + CLOSING)], ["long /a"]),
        ([request("/long"), LAST], ["long /long", "long /last"]),
        ([request("/long"), request("/a"), request("/b"), LAST], ["long /long", "long /a", "long /b", "long /last"]),
        ([request("/a"), request("/long"), request("/b"), LAST], ["short /a", "long /long", "long /b", "long /last"]),
    ],
)
def test_answers_come_in_the_order_of_their_requests_whatever_way(sent: list[bytes], went: list[str]) -> None:
    assert ways(*sent) == went


def test_many_requests_in_one_piece_are_all_answered() -> None:
    paths = [f"/{'long' if number % 7 == 0 else 'a'}{number}" for number in range(2_000)]
    went = ways(*(request(path) for path in paths), LAST)
    assert [one.partition(" ")[2] for one in went] == [*paths, "/last"]


def test_a_connection_that_was_idle_goes_on_both_ways() -> None:
    async def course() -> list[bytes]:
        async with listening(Both()) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answers = []
            for path in ("/a", "/long", "/b", "/long", "/c"):
                writer.write(request(path))
                answers.append(await reader.readuntil(b">"))
            writer.close()
            return answers

    assert [re.findall(rb"<(\w+) ", one) for one in asyncio.run(course())] == [
        [b"short"], [b"long"], [b"short"], [b"long"], [b"short"],
    ]  # fmt: skip


def test_who_does_not_read_is_not_answered_on_and_on() -> None:
    app = Both(LARGE)

    async def course() -> tuple[int, bytes]:
        async with listening(app) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request("/a") * 50 + LAST)
            await talk(port, LAST)  # by now all of them were read
            asked = len(app.asked)
            received = await reader.read()
            writer.close()
            return asked, received

    asked, received = asyncio.run(course())
    assert asked < 50
    assert received.count(b"<") == 51


@pytest.mark.parametrize("path", ["/a", "/long"])
def test_an_idle_connection_is_closed(path: str) -> None:
    async def course() -> bytes:
        async with listening(Both(), timeout_keep_alive=0) as port:
            return await talk(port, request(path))

    assert asyncio.run(course()).endswith(f"{path}>".encode())


def test_both_ways_look_the_same_on_the_wire(served_twin: Callable[[bytes], list[str]]) -> None:
    plain = served_twin(b"")
    assert plain[0] == "HTTP/1.1 200 OK"
    assert "content-type: application/json" in plain
    assert plain == served_twin(b"X-Forwarded-Proto: http\r\n")


@pytest.fixture
def served_twin(served: Twin) -> Callable[[bytes], list[str]]:
    """Lines of the answer of the real command to a request with more headers."""
    port = int(served.url.rpartition(":")[2])
    token = "".join(f"{name}: {value}\r\n" for name, value in served.header("twin-admin").items()).encode()

    def ask(lines: bytes) -> list[str]:
        asked = request("/api/ADUser/api.ad/Details", token + lines) + request("/", CLOSING)
        first, *_ = asyncio.run(talk(port, asked)).split(b"HTTP/1.1 404")
        return [line for line in first.decode().split("\r\n") if not line.startswith("date: ")]

    return ask
