"""What is judged: a deployment at an address, or an application in this process."""

from __future__ import annotations

import asyncio
import http.client
import re
import select
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from contract_tests.exchange import Request, Response

#: Seconds to wait for a connection or an answer; the first answer must come sooner, so that a run soon says it cannot.
PATIENCE, FIRST_PATIENCE = 10.0, 7.0
#: Times a request is sent at most whose connection is lost, and the methods of those that may be repeated.
TRIES, REPEATABLE = 4, ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
#: Bytes of one answer that are read; a larger one is a fault of the target.
ANSWER_LIMIT = 64 * 1024 * 1024
#: The path of a twin's world that is none by default, and the header that names one as well.
WORLD, WORLD_HEADER, DEFAULT_WORLD = re.compile("/__world__/([^/]+)"), "Twin-World", "default"

Asgi = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]


class Unreachable(Exception):
    """The target does not answer; says why in one line."""


class Target(Protocol):
    """Something that answers requests. ``in_process`` targets are never somebody's real system."""

    address: str
    in_process: bool

    def send(self, request: Request) -> Response:
        """The answer; raises ``Unreachable``."""
        ...

    def close(self) -> None: ...


class HttpTarget:
    """A deployment at an http(s) address, over one kept connection. ``ca`` is a file of trusted certificates."""

    in_process = False

    def __init__(self, address: str, *, ca: str | None = None, patience: float = PATIENCE) -> None:
        parts = _parts(address)
        self.address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._base = parts.path.rstrip("/")
        self._patience, self._limit, self._ca = min(patience, FIRST_PATIENCE), patience, ca
        self._parts = parts
        self._context = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        self._connection: http.client.HTTPConnection | None = None
        self._named: tuple[tuple[str, str], ...] = ()
        #: Told before a request is sent again; it raises what forbids it.
        self.repeating: Callable[[], None] = lambda: None

    @property
    def world(self) -> str:
        """The world of a twin that the address leads to."""
        found = WORLD.match(self._parts.path)
        return unquote(found[1]) if found else DEFAULT_WORLD

    def enter(self, world: str) -> None:
        """Send everything to another world of the twin from now on."""
        self._base = WORLD.sub("", self._parts.path.rstrip("/"), count=1)
        self._named = ((WORLD_HEADER, world),)

    def send(self, request: Request) -> Response:
        """A request that may be repeated is, when its connection is lost before the whole answer is there; it may have
        been carried out each time."""
        return self._tried(request, TRIES if request.method in REPEATABLE and not request.once else 1)

    def _tried(self, request: Request, tries: int) -> Response:
        try:
            response = self._exchange(request)
        except (ConnectionResetError, BrokenPipeError, http.client.IncompleteRead) as error:
            if tries > 1:
                return self._again(request, tries)
            raise Unreachable(f"{self.address}: connection lost ({error})") from error
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{self.address} does not answer: {_reason(error)}") from error
        return self._again(request, tries) if tries > 1 and _is_cut_off(request, response) else response

    def _again(self, request: Request, tries: int) -> Response:
        self.repeating()
        return replace(self._tried(request, tries - 1), repeated=True)

    def at_root(self) -> HttpTarget:
        """The same server without the path of the address."""
        return HttpTarget(f"{self._parts.scheme}://{self._parts.netloc}", ca=self._ca, patience=FIRST_PATIENCE)

    def outside(self) -> HttpTarget:
        """The same address without the world of a twin that it names."""
        root = f"{self._parts.scheme}://{self._parts.netloc}"
        return HttpTarget(root + WORLD.sub("", self._parts.path, count=1), ca=self._ca, patience=self._limit)

    def _exchange(self, request: Request) -> Response:
        """One request and its answer; a connection that was left in the middle of one, as by Ctrl-C, is given up."""
        try:
            return self._exchanged(request, self._open())
        except BaseException:
            self.close()
            raise

    def _exchanged(self, request: Request, connection: http.client.HTTPConnection) -> Response:
        started = time.perf_counter()
        connection.putrequest(request.method, self._base + request.target)
        for name, value in (*request.headers, *self._named):
            connection.putheader(name, value.encode("latin-1", "replace"))
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        answer = connection.getresponse()
        body = answer.read(ANSWER_LIMIT)
        if self._patience < self._limit:
            self._patience = self._limit
            if connection.sock is not None:
                connection.sock.settimeout(self._limit)
        headers = tuple((name.lower(), value) for name, value in answer.getheaders())
        if answer.will_close:
            self.close()
        return Response(answer.status, headers, body, time.perf_counter() - started)

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is not None and _is_stale(self._connection):
            self.close()
        if self._connection is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._context is not None:
                self._connection = http.client.HTTPSConnection(
                    host, port, timeout=self._patience, context=self._context
                )
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=self._patience)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class AsgiTarget:
    """An ASGI application in this process, called bare: no client library, no socket."""

    in_process = True

    def __init__(self, app: Asgi, *, address: str = "in-process") -> None:
        self.address = address
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._lifespan = _Lifespan(app)
        self._loop.run_until_complete(self._lifespan.start())

    def send(self, request: Request) -> Response:
        return self._loop.run_until_complete(self._serve(request))

    async def _serve(self, request: Request) -> Response:
        started = time.perf_counter()
        incoming = [{"type": "http.request", "body": request.body, "more_body": False}]
        status, headers, body = 0, [], []

        async def receive() -> Any:
            return incoming.pop() if incoming else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", ()))
            elif message["type"] == "http.response.body":
                body.append(bytes(message.get("body", b"")))

        try:
            await self._app(asgi_scope(request), receive, send)
        except Exception as error:
            # a server around it would answer 500: the judge sees what a client would see
            return Response(500, (("content-type", "text/plain"),), repr(error).encode())
        lines = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
        return Response(status, lines, b"".join(body), time.perf_counter() - started)

    def close(self) -> None:
        if not self._loop.is_closed():
            self._loop.run_until_complete(self._lifespan.stop())
            self._loop.close()


class _Lifespan:
    """The start and stop events of an application; one that knows none is left alone."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self._incoming: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._done = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        await self._incoming.put({"type": "lifespan.startup"})
        await self._done.wait()

    async def _run(self) -> None:
        async def send(_: Any) -> None:
            self._done.set()

        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        try:
            await self._app(scope, self._incoming.get, send)
        except Exception:  # noqa: S110 - the specification says: an exception here means "not supported"
            pass
        finally:
            self._done.set()

    async def stop(self) -> None:
        if self._task is not None and not self._task.done():
            await self._incoming.put({"type": "lifespan.shutdown"})
            await asyncio.wait([self._task], timeout=1)
            self._task.cancel()


def asgi_scope(request: Request) -> dict[str, Any]:
    """The ASGI scope of a request, as a server in front would make it."""
    path, _, query = request.target.partition("?")
    headers = [(b"host", b"127.0.0.1"), (b"accept", b"*/*")]
    headers += [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in request.headers]
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path, errors="replace"),
        "raw_path": path.encode("latin-1", "replace"),
        "query_string": query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


def twin(api: str, *, seed: str = "baseline") -> AsgiTarget:
    """The twin of an API in this process: the default target, never anybody's real system."""
    from mockserver.app import Options, build

    return AsgiTarget(build([api], Options(seed=seed)).app, address=f"twin of {api} in this process")


def rehearsal(api: str) -> tuple[AsgiTarget, list[str]]:
    """A twin to rehearse on, and every credential it knows: which of them are good is for the caller to try."""
    from mockserver.app import Options, build

    twin = build([api], Options())
    return AsgiTarget(twin.app, address="rehearsal"), [value for _, value in twin.credentials(api)]


def _parts(address: str) -> SplitResult:
    """An http(s) address taken apart; raises ``Unreachable``."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError as error:
        raise Unreachable(f"{address!r} is no address: {error}") from None
    raise Unreachable(f"{address!r} is no address; give one such as http://127.0.0.1:8080")


def _is_stale(connection: http.client.HTTPConnection) -> bool:
    """A server that has said goodbye: bytes (or the end) wait on an idle connection."""
    return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])


def _is_cut_off(request: Request, response: Response) -> bool:
    """Whether a body ends before its length: when that is so each time, it is a fault of the target."""
    length = response.header("content-length") or ""
    bodiless = request.method == "HEAD" or response.status in (204, 304)
    return not bodiless and length.isdecimal() and len(response.body) < min(int(length), ANSWER_LIMIT)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
