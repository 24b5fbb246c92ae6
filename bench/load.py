"""A load client: keep-alive connections that send prepared requests as fast as the answers come back."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured: answers, how many a second, waiting times, and how many had another status."""

    answers: int
    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


class _Connection(asyncio.Protocol):
    """One connection that always has one request under way."""

    def __init__(self, requests: Iterator[bytes], expected: bytes, until: float) -> None:
        self._requests, self._expected, self._until = requests, expected, until
        self._buffer = b""
        self._started = 0.0
        self.times: list[float] = []
        self.wrong = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by name
        self._next()

    def data_received(self, data: bytes) -> None:
        if self._buffer:  # an answer nearly always comes in one piece
            data = self._buffer = self._buffer + data
        head = data.find(b"\r\n\r\n")
        if head < 0:
            self._buffer = data
            return
        length = LENGTH.search(data, 0, head)
        if len(data) < head + 4 + (int(length[1]) if length else 0):
            self._buffer = data
            return
        self._buffer = b""
        self.times.append(time.perf_counter() - self._started)
        self.wrong += data[9:12] != self._expected
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None or time.perf_counter() > self._until:
            self._transport.close()
            return
        self._started = time.perf_counter()
        self._transport.write(request)


def request(method: str, target: str, headers: dict[str, str], content: bytes = b"") -> bytes:
    """One prepared HTTP/1.1 request; a body has its length told."""
    told = {**headers, "Content-Length": str(len(content))} if content else headers
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {target} HTTP/1.1\r\nHost: twin\r\n{lines}\r\n".encode() + content


async def run(port: int, streams: Sequence[Iterator[bytes]], *, expected: int = 200, seconds: float = 3.0) -> Figures:
    """Send every stream of requests over a connection of its own for a while."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    until = started + seconds
    made = [
        await loop.create_connection(partial(_Connection, stream, str(expected).encode(), until), "127.0.0.1", port)
        for stream in streams
    ]
    connections = [protocol for _, protocol in made]
    await asyncio.gather(*(connection.done for connection in connections))
    elapsed = time.perf_counter() - started
    times = sorted(moment for connection in connections for moment in connection.times)
    return Figures(
        answers=len(times),
        per_second=len(times) / elapsed,
        p50_ms=times[len(times) // 2] * 1000,
        p99_ms=times[int(len(times) * 0.99)] * 1000,
        wrong=sum(connection.wrong for connection in connections),
    )
