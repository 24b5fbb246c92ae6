"""uvicorn's protocol, with a short way for requests that can be answered without waiting for anything.

What is no HTTP request is refused in the words of the API, too.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mockserver.kernel.http import Written

#: The answer to an ASGI scope without a body, ``None`` where it takes the application itself.
AtOnce = Callable[[Any], Written | None]

#: The refusal of a request whose first line cannot be read, ``None`` where nobody has one.
Unreadable = Callable[[bytes], Written | None]

_OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]")


class Protocol(HttpToolsProtocol):
    """Asks ``at_once``, if there is one, as soon as the headers of a request are there; any doubt leaves the request to
    uvicorn.

    An answer at once needs no task and no turn of the event loop, and is written in one piece. After it one timer
    watches over the idle connection, however often it is not idle before the timer goes off.
    """

    def __init__(self, *, at_once: AtOnce | None = None, unreadable: Unreadable | None = None, **given: Any) -> None:
        super().__init__(**given)
        self._at_once, self._unreadable = at_once, unreadable
        self._line, self._reading = b"", False
        self._answered = False
        self._idle_since: float | None = None
        self._watch: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Something came. An address may be written as it is read, in any script, where its line comes whole and no
        other request comes before it in the same piece; elsewhere only ASCII is taken."""
        self._idle_since = None
        if not self._reading:  # a request begins
            end = data.find(b"\r\n")
            line = self._line = data if end < 0 else data[:end]
            if not line.isascii():
                self._line = _OUTSIDE_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line)
                data = self._line + data[len(line) :]
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP request, and hang up."""
        written = None if self._unreadable is None else self._unreadable(self._line)
        if written is None:
            super().send_400_response(msg)
            return
        self.transport.write(self._head(written, (b"connection", b"close")) + written.content)
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is no more."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._reading = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head of a request was read."""
        written = self._at_once(self._described()) if self._at_once and self._is_plain() else None
        self._answered = written is not None
        if written is None:
            self._idle_since = None
            super().on_headers_complete()
        else:
            self._write(written)

    def on_message_complete(self) -> None:
        """A request was read."""
        self._reading = False
        if not self._answered:
            super().on_message_complete()

    def _is_plain(self) -> bool:
        """Whether the connection has nothing else to do, and stays as it is after the answer."""
        idle = self.cycle is None or self.cycle.response_complete
        writable = not self.flow.write_paused and not self.transport.is_closing()
        parser = self.parser
        stays = parser.get_http_version() == "1.1" and parser.should_keep_alive() and not parser.should_upgrade()
        return idle and writable and stays

    def _described(self) -> Any:
        """The scope, with what the head said."""
        url = httptools.parse_url(self.url)
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["raw_path"], self.scope["query_string"] = url.path, url.query or b""
        return self.scope

    def _write(self, written: Written) -> None:
        self.transport.write(self._head(written) + written.content)
        self.server_state.total_requests += 1
        self._idle_since = self.loop.time()
        if self._watch is None:
            self._watch = self.loop.call_later(self.timeout_keep_alive, self._look)

    def _head(self, written: Written, *more: tuple[bytes, bytes]) -> bytes:
        lines = [b"%b: %b\r\n" % line for line in (*self.server_state.default_headers, *written.lines, *more)]
        return b"".join((STATUS_LINE[written.status], *lines, b"\r\n"))

    def _look(self) -> None:
        """Hang up when nothing came since the last answer at once, for as long as uvicorn waits."""
        self._watch = None
        if self._idle_since is None:
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._watch = self.loop.call_later(left, self._look)
        else:
            self.transport.close()
