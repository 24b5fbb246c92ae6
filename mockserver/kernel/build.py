"""One API made into one ASGI application: the whole way of a request, in one readable place."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.types import Message, Receive, Scope, Send

from mockserver.kernel.asked import Asked
from mockserver.kernel.authority import Authority
from mockserver.kernel.decoding import decode, query_pairs
from mockserver.kernel.engine import Engine, Outcome
from mockserver.kernel.errors import ApiError, Hidden, MalformedRequest, NoRoute, WrongMethod
from mockserver.kernel.evidence import evidence_header
from mockserver.kernel.http import Reply
from mockserver.kernel.journal import KEPT_BYTES, Journal
from mockserver.kernel.operation import Operation
from mockserver.kernel.routing import Match, Router

#: The largest request body read, in bytes.
BODY_LIMIT = 1024 * 1024


class Door:
    """The door of one API: an ASGI application that serves its promise in any world.

    ``lane`` off sends every request through connexion; the answers are the same, only slower.
    """

    def __init__(self, *, engine: Engine, journal: Journal, lane: bool = True) -> None:
        self.engine, self.journal, self.lane = engine, journal, lane
        conventions = engine.promise.conventions
        self._router = Router(engine.promise.operations.values(), fold=conventions["casing"]["routes"] == "insensitive")
        self._credential = (conventions["credential"]["in"], conventions["credential"]["name"])
        self._credential_header = conventions["credential"]["name"].lower().encode()
        self._content_type = (b"content-type", engine.media_type.encode())
        self._authority = Authority(engine=engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request in the world named by ``scope["twin.world"]``."""
        world: str = scope["twin.world"]
        headers = dict(scope["headers"])
        asked: Asked | None = None
        served_by_lane = False
        try:
            # the body's size is refused before anything is read
            body = await self._body(headers, receive)
            # route on the raw path: an encoded slash is data
            match = self._routed(scope)
            operation = self._chosen(world, match, scope["method"])
            # values become text under the wire names of the promise
            asked = self._asked(world, operation, match, scope, headers, body)
            # the lane serves what is right in every respect; anything else goes through the whole stack
            outcome = self.engine.serve_plainly(asked) if self.lane and operation.body is None else None
            served_by_lane = outcome is not None
            if outcome is None:
                outcome = await self._authority.serve(asked, scope)
        except ApiError as refusal:
            outcome = self._refused(refusal, world)
        # one place writes the answer, and one the journal
        content = encoded(outcome.reply)
        await self._send(send, scope, headers, asked, outcome, content)
        self._write_down(world, scope, asked, outcome, content, served_by_lane)

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        length = headers.get(b"content-length", b"0")
        if length == b"0" and b"transfer-encoding" not in headers:
            return b""
        if length.isdigit() and int(length) > BODY_LIMIT:
            raise MalformedRequest(f"request body: {int(length)} bytes are too many; at most {BODY_LIMIT}")
        parts, size = [], 0
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > BODY_LIMIT:
                raise MalformedRequest(f"request body: more than {BODY_LIMIT} bytes")
            if not message.get("more_body"):
                return b"".join(parts)

    def _routed(self, scope: Scope) -> Match:
        raw: bytes = scope["raw_path"]
        match = self._router.match(raw.decode("latin-1"))
        if match is None:
            raise NoRoute(f"no operation at {decode(raw, 'path')!r}")
        return match

    def _chosen(self, world: str, match: Match, method: str) -> Operation:
        operation = match.methods.get(method)
        if operation is not None:
            return operation
        offered = self.engine.offered(world)
        allowed = ", ".join(sorted(name for name, one in match.methods.items() if one.id in offered))
        if not allowed:
            raise Hidden(f"{method} {next(iter(match.methods.values())).path} is not offered here")
        raise WrongMethod(f"{method} is not offered here; allowed: {allowed}", headers=(("Allow", allowed),))

    def _asked(
        self,
        world: str,
        operation: Operation,
        match: Match,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        body: bytes,
    ) -> Asked:
        compiled = self.engine.compiled[operation.id]
        values = [
            decode(value.encode("latin-1"), name) for name, value in zip(compiled.path_names, match.values, strict=True)
        ]
        pairs = query_pairs(scope["query_string"])
        return Asked(
            world=world,
            compiled=compiled,
            path=dict(zip(compiled.path_names, values, strict=True)),
            query=compiled.settle(pairs),
            pairs=tuple(pairs),
            credential=self._credential_of(headers, pairs),
            headers=headers,
            body=body,
        )

    def _credential_of(self, headers: Mapping[bytes, bytes], pairs: list[tuple[str, str]]) -> str | None:
        place, name = self._credential
        if place == "header":
            value = headers.get(self._credential_header)
            return None if value is None else value.decode("latin-1")
        return next((value for given, value in pairs if given == name), None)

    def _refused(self, error: ApiError, world: str) -> Outcome:
        return self.engine.refuse(error, world)

    async def _send(
        self,
        send: Send,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        asked: Asked | None,
        outcome: Outcome,
        content: bytes,
    ) -> None:
        lines = [(b"content-length", b"%d" % len(content)), *_lines(outcome.reply)]
        if content:
            lines.insert(0, self._content_type)
        if headers.get(b"twin-evidence") == b"1":
            operation = asked.compiled.operation if asked else None
            lines.append((b"twin-evidence", evidence_header(operation, outcome.reply.status, outcome.error).encode()))
        await send({"type": "http.response.start", "status": outcome.reply.status, "headers": lines})
        message: Message = {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content}
        await send(message)

    def _write_down(
        self, world: str, scope: Scope, asked: Asked | None, outcome: Outcome, content: bytes, lane: bool
    ) -> None:
        self.journal.add(
            world,
            api=self.engine.api.name,
            time=outcome.time,
            method=scope["method"],
            path=scope["raw_path"],
            operation=asked.compiled.operation if asked else None,
            query=asked.pairs if asked else (),
            caller=outcome.caller,
            status=outcome.reply.status,
            body=content[:KEPT_BYTES],
            lane=lane,
        )


def encoded(reply: Reply) -> bytes:
    """The body as JSON bytes; nothing at all where the reply has no body."""
    return b"" if reply.body is None else orjson.dumps(reply.body)


def _lines(reply: Reply) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
