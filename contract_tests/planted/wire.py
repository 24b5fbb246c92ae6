"""Faults at the wire: requests and answers changed between the judge and a correct server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from apitwin.data.names import nearest
from contract_tests.planted.fault import Plant, bell
from contract_tests.promise import Operation, Promise, PromiseError
from contract_tests.targets import Asgi

Scope = MutableMapping[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """A request at the wire: method, raw path, decoded query pairs, headers in lower case.

    ``operation`` is the promised one it is for, ``values`` its decoded path values by name, ``base`` what stands before
    its path in the document.
    """

    method: str
    path: str
    query: Pairs
    headers: tuple[tuple[bytes, bytes], ...]
    operation: Operation | None
    values: Mapping[str, str]
    body: bytes = b""
    base: str = ""

    @property
    def id(self) -> str:
        return self.operation.id if self.operation else ""

    def header(self, name: str) -> str | None:
        return next((value.decode("latin-1") for key, value in self.headers if key == name.encode()), None)

    def argument(self, name: str) -> str | None:
        """A path value by its name, or the first query value of that name in any case."""
        if name in self.values:
            return self.values[name]
        return next((value for key, value in self.query if key.lower() == name.lower()), None)

    @property
    def json(self) -> Any:
        """The decoded body; ``None`` where it is none of JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_json(self, value: Any) -> Asked:
        """The same with another body."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return replace(self, body=body).with_header("content-length", str(len(body)))

    def with_header(self, name: str, value: str) -> Asked:
        kept = tuple(one for one in self.headers if one[0] != name.encode())
        return replace(self, headers=(*kept, (name.encode(), value.encode("latin-1"))))


@dataclass(frozen=True)
class Answer:
    """An answer at the wire; header names as the server wrote them."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The decoded body; ``None`` where there is none."""
        return json.loads(self.body) if self.body else None

    def with_json(self, value: Any) -> Answer:
        """The same with another body."""
        return self.with_body(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def with_body(self, body: bytes) -> Answer:
        """The same with another body and its length."""
        return replace(self, body=body).with_header("content-length", str(len(body)))

    def with_header(self, name: str, text: str | None) -> Answer:
        """The same with another value of a header, or without it."""
        kept = tuple(one for one in self.headers if one[0].lower() != name.encode())
        return replace(self, headers=kept if text is None else (*kept, (name.encode(), text.encode())))


Again = Callable[[Asked], Awaitable[Answer]]
ChangeAsked = Callable[[Asked], Asked]
ChangeAnswer = Callable[[Asked, Answer], Answer]
Talk = Callable[[Asked, Again], Awaitable[Answer]]


def talking(talk: Talk, *operations: str) -> Plant:
    """A server in front of the good one, which it may ask as often as it likes; for the named operations or for all.

    Planting it raises ``PromiseError`` for an operation the promise does not have.
    """

    @contextmanager
    def plant(app: Asgi, promise: Promise) -> Iterator[Asgi]:
        ring = bell()
        _know(operations, promise)

        async def faulty(scope: Scope, receive: Any, send: Any) -> None:
            asked = read_asked(promise, scope) if scope["type"] == "http" else None
            if asked is not None:
                asked = replace(asked, body=await _read(receive))
                receive = _Once(asked.body)
            if asked is None or (operations and asked.id not in operations):
                await app(scope, receive, send)
                return
            server = _Server(app, scope, asked)
            answer = await talk(asked, server.ask)
            if not server.answered_only(answer):
                ring()
            await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
            await send({"type": "http.response.body", "body": answer.body})

        yield faulty

    return plant


def _know(operations: tuple[str, ...], promise: Promise) -> None:
    for name in operations:
        if name not in promise.operations:
            close = nearest(name, promise.operations)
            raise PromiseError(f"{promise.name}: a fault is planted in an unknown operation {name!r}{close}")


class _Server:
    """The good server, as one request finds it, and whether it alone has dealt with that request."""

    def __init__(self, app: Asgi, scope: Scope, asked: Asked) -> None:
        self._app, self._scope, self._asked = app, scope, asked
        self._talk: list[tuple[Asked, Answer]] = []

    async def ask(self, asked: Asked) -> Answer:
        answer = await ask(self._app, self._scope, asked, _Once(asked.body))
        self._talk.append((asked, answer))
        return answer

    def answered_only(self, answer: Answer) -> bool:
        """Whether it was asked once, what the client asked, and its answer is the one the client gets."""
        return self._talk == [(self._asked, answer)]


def answers(change: ChangeAnswer, *operations: str) -> Plant:
    """Answers changed, of the named operations or of all."""

    async def talk(asked: Asked, server: Again) -> Answer:
        return change(asked, await server(asked))

    return talking(talk, *operations)


def requests(change: ChangeAsked, *operations: str) -> Plant:
    """Requests changed before the server sees them, of the named operations or of all."""

    async def talk(asked: Asked, server: Again) -> Answer:
        return await server(change(asked))

    return talking(talk, *operations)


def read_asked(promise: Promise, scope: Scope) -> Asked:
    """The request of an ASGI scope."""
    path = scope["raw_path"].decode("latin-1")
    base = next((one for one in promise.bases if one and path.startswith(one + "/")), "")
    query = tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    found = promise.routes.find(scope["method"], path.removeprefix(base))
    operation, raw = found if found else (None, ())
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")] if operation else []
    values = {name: unquote(value) for name, value in zip(names, raw, strict=True)}
    return Asked(scope["method"], path, query, tuple(scope["headers"]), operation, values, base=base)


class _Once:
    """A body as an application receives it."""

    def __init__(self, body: bytes) -> None:
        self._incoming: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def __call__(self) -> MutableMapping[str, Any]:
        return self._incoming.pop() if self._incoming else {"type": "http.disconnect"}


async def _read(receive: Any) -> bytes:
    """The whole body of a request."""
    body = bytearray()
    while True:
        message = await receive()
        body.extend(message.get("body", b""))
        if not message.get("more_body"):
            return bytes(body)


async def ask(app: Asgi, scope: Scope, asked: Asked, receive: Any) -> Answer:
    """The server's answer to a request."""
    started: dict[str, Any] = {}
    body = bytearray()

    async def keep(message: Any) -> None:
        started.update(message if message["type"] == "http.response.start" else {})
        body.extend(message.get("body", b""))

    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in asked.query)
    changed = {
        **scope,
        "method": asked.method,
        "raw_path": asked.path.encode("latin-1"),
        "path": unquote(asked.path),
        "query_string": query.encode(),
        "headers": list(asked.headers),
    }
    await app(changed, receive, keep)
    return Answer(started["status"], tuple((bytes(k), bytes(v)) for k, v in started["headers"]), bytes(body))
