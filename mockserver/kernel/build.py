"""One API made into one ASGI application: the whole way of a request, in one readable place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.types import Receive, Scope, Send

from mockserver.kernel.addresses import base_url
from mockserver.kernel.asked import Asked
from mockserver.kernel.authority import Authority
from mockserver.kernel.decoding import decode, query_pairs
from mockserver.kernel.engine import Engine, Outcome, told
from mockserver.kernel.errors import ApiError, Hidden, MalformedRequest, NoRoute, NoWorld, OutOfService, WrongMethod
from mockserver.kernel.evidence import evidence_header
from mockserver.kernel.http import Reply, Written
from mockserver.kernel.journal import KEPT_BYTES, MASK, Entry, Journal
from mockserver.kernel.pages import Pages, visit_of
from mockserver.kernel.receiving import BODY_LIMIT, ClientGone, body_of, has_body, joined
from mockserver.kernel.routing import Match, Router
from mockserver.kernel.store.protocol import Conflict, Unavailable, UnknownWorld
from mockserver.kernel.worlds import is_hidden

#: Statuses of answers that have no content, whose length is not told either (RFC 9110, 8.6).
WITHOUT_CONTENT = (204, 304)

#: How much of a line that cannot be read a refusal shows.
SHOWN_BYTES = 80

#: Headers of a request that came through a proxy: what they say is the server's to judge.
PASSED_ON = frozenset((b"x-forwarded-for", b"x-forwarded-proto"))


class Door:
    """The door of one API: an ASGI application that serves its promise in any world.

    ``check_world`` raises ``UnknownWorld`` for a world clients cannot use. ``lane`` off sends every request through
    connexion; the answers are the same, only slower. ``public_url`` is what clients put in front of a path.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        journal: Journal,
        check_world: Callable[[str], None],
        lane: bool = True,
        public_url: str | None = None,
    ) -> None:
        self.engine, self.journal, self.check_world, self.lane = engine, journal, check_world, lane
        conventions = engine.promise.conventions
        first: str = conventions.get("base_paths", ("/",))[0]
        self._public_url, self._base_path = public_url, first.rstrip("/")
        self._router = Router.of(engine.promise.operations.values(), conventions)
        self._body_limit: int = conventions.get("bodies", {}).get("max_bytes", BODY_LIMIT)
        self._types_nothing = conventions.get("empty", {}).get("media_type") == "sent"
        self._credential = (conventions["credential"]["in"], conventions["credential"]["name"])
        # of a credential that stands twice in the query
        self._counting = -1 if conventions.get("query", {}).get("repeated") == "last" else 0
        self._credential_header = conventions["credential"]["name"].lower().encode()
        self._situations = conventions.get("situations", {})
        self._content_type = (b"content-type", engine.media_type.encode())
        self._authority = Authority(engine=engine)
        self._quick = lane and not journal.waits
        self._pages = Pages(engine, engine.api.pages) if engine.api.pages else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request in the world named by ``scope["twin.world"]``."""
        world: str = scope["twin.world"]
        headers = joined(scope["headers"])
        asked: Asked | None = None
        served_by_lane = False
        try:
            # the body's size is refused before anything is read
            body = await body_of(headers, receive, self._body_limit)
            if is_hidden(world):
                self.check_world(world)
            outcome = self._page(world, scope, headers, body) if self._pages else None
            if outcome is None:
                # route on the raw path: an encoded slash is data
                match = self._routed(world, scope)
                # values become text under the wire names of the promise
                asked = self._asked(world, match, scope, headers, body)
                # the lane serves what is right in every respect; anything else goes through the whole stack
                outcome = self.engine.serve_plainly(asked) if self.lane else None
                served_by_lane = outcome is not None
                if outcome is None:
                    self.check_world(world)
                    outcome = await self._authority.serve(asked, scope)
        except ClientGone:
            return
        except ApiError as refusal:
            outcome = self.engine.refuse(self._foremost(refusal, world), world)
        except (UnknownWorld, Conflict, Unavailable) as error:
            outcome = self.engine.refuse(told(error), world)
        except Exception as error:  # whatever breaks before an operation is reached is answered like a broken handler
            outcome = self.engine.fail(error, world)
        # one place writes the journal, and one the answer: who has the answer finds it in the journal
        if not isinstance(outcome.error, NoWorld | OutOfService):
            written = self._write_down(world, scope, asked, outcome, served_by_lane)
            if written is not None:
                await written
        status, lines, content = self._written(scope, headers, asked, outcome)
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": content})

    def at_once(self, scope: Scope) -> Written | None:
        """The answer to a request that the lane serves without waiting for anything.

        ``None``, with nothing done, to any other: one that has a body, one in doubt, one that a proxy passed on.
        """
        world, headers = scope["twin.world"], joined(scope["headers"])
        if not self._quick or is_hidden(world) or has_body(headers) or not PASSED_ON.isdisjoint(headers):
            return None
        path = scope["raw_path"].decode("latin-1")
        match = None if self._pages and self._pages.at(path) else self._router.match(scope["method"], path)
        if match is None:
            return None
        try:
            asked = self._asked(world, match, scope, headers, b"")
            outcome = self.engine.serve_plainly(asked)
        except Exception:  # the long way meets it again, and answers it
            return None
        if outcome is None or isinstance(outcome.error, NoWorld | OutOfService):
            return None
        self._write_down(world, scope, asked, outcome, True)
        return self._written(scope, headers, asked, outcome)

    def unreadable(self, line: bytes, scope: Scope) -> Written:
        """The refusal of what is no HTTP request; its query is not shown, which may hold a secret."""
        shown = line.partition(b"?")[0][:SHOWN_BYTES].decode("latin-1")
        refusal = MalformedRequest(f"request: {shown!r} cannot be read; allowed: HTTP/1.1 with well-formed headers")
        world: str = scope["twin.world"]
        return self._written({"method": "GET"}, {}, None, self.engine.refuse(self._foremost(refusal, world), world))

    def _foremost(self, refusal: ApiError, world: str) -> ApiError:
        """That there is no such world comes before anything else."""
        try:
            self.check_world(world)
        except (UnknownWorld, Conflict, Unavailable) as error:
            return told(error)
        return refusal

    def _page(self, world: str, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> Outcome | None:
        """One of the API's own pages, if the path leads to one."""
        path = scope["raw_path"].decode("latin-1")
        page = self._pages.at(path) if self._pages else None
        if self._pages is None or page is None:
            return None
        self.check_world(world)
        base = partial(base_url, self._public_url, scope, headers, "")
        visit = visit_of(
            method=scope["method"],
            path=path,
            query=scope["query_string"],
            headers=headers,
            content=body,
            base=base,
        )
        return self._pages.show(page, visit, world)

    def _routed(self, world: str, scope: Scope) -> Match:
        method, raw = scope["method"], scope["raw_path"]
        path = raw.decode("latin-1")
        match = self._router.match(method, path)
        if match is not None:
            return match
        shown, there = decode(raw, "path"), self._router.at(path)
        if not there:
            raise NoRoute(f"no operation at {shown!r}")
        offered = self.engine.offered(world)
        allowed = ", ".join(self._router.methods(one for one in there if one.id in offered))
        if not allowed:
            raise Hidden(f"{method} {shown} is not offered here")
        raise WrongMethod(f"{method} is not offered here; allowed: {allowed}", headers=(("Allow", allowed),))

    def _asked(
        self,
        world: str,
        match: Match,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        body: bytes,
    ) -> Asked:
        compiled = self.engine.compiled[match.operation.id]
        path = {
            name: decode(value.encode("latin-1"), name)
            for name, value in zip(compiled.path_names, match.values, strict=True)
        }
        pairs = query_pairs(scope["query_string"])
        query = compiled.settle(pairs)
        if compiled.headers:
            compiled.settle_headers(headers, query)
        return Asked(
            world=world,
            method=scope["method"],
            compiled=compiled,
            path=compiled.settle_path(path) if compiled.spellings else path,
            query=query,
            pairs=self._shown(pairs),
            credential=self._credential_of(headers, pairs),
            headers=headers,
            content=body,
            base=partial(base_url, self._public_url, scope, headers, self._base_path),
        )

    def _credential_of(self, headers: Mapping[bytes, bytes], pairs: list[tuple[str, str]]) -> str | None:
        place, name = self._credential
        if place == "header":
            value = headers.get(self._credential_header)
            return None if value is None else value.decode("latin-1")
        values = [value for given, value in pairs if given == name]
        return values[self._counting] if values else None

    def _shown(self, pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The query without the credential, in whatever case or with whatever brackets its name came."""
        place, secret = self._credential
        if place != "query":
            return tuple(pairs)
        secret = secret.lower()
        return tuple((name, MASK if name.lower().partition("[")[0] == secret else value) for name, value in pairs)

    def _written(self, scope: Scope, headers: Mapping[bytes, bytes], asked: Asked | None, outcome: Outcome) -> Written:
        content = outcome.content
        reply = outcome.reply
        lines: list[tuple[bytes, bytes]] = []
        if reply.status not in WITHOUT_CONTENT:
            if reply.media_type is not None:
                lines.append((b"content-type", reply.media_type.encode("latin-1")))
            elif content or self._types_nothing:
                lines.append(self._content_type)
            lines.append((b"content-length", b"%d" % len(content)))
        if reply.headers:
            lines += _lines(reply)
        if headers.get(b"twin-evidence") == b"1":
            operation = asked.compiled.operation if asked else None
            told = evidence_header(operation, reply.status, outcome.error, self._situations)
            lines.append((b"twin-evidence", told.encode()))
        return Written(reply.status, lines, b"" if scope["method"] == "HEAD" else content)

    def _write_down(
        self, world: str, scope: Scope, asked: Asked | None, outcome: Outcome, lane: bool
    ) -> Awaitable[None] | None:
        return self.journal.add(
            world,
            Entry(
                api=self.engine.api.name,
                time=outcome.time,
                method=scope["method"],
                path=scope["raw_path"],
                operation=asked.compiled.operation if asked else None,
                query=asked.pairs if asked else (),
                caller=outcome.caller,
                status=outcome.reply.status,
                # a page is no exchange of the promise, and may hold what is secret
                body=outcome.content[:KEPT_BYTES] if asked or outcome.error else b"",
                lane=lane,
            ),
        )


class _Spelt(bytes):
    """A name that keeps its spelling where the server would write it in small letters."""

    __slots__ = ()

    def lower(self) -> bytes:
        """The name as it is."""
        return self


def _lines(reply: Reply) -> list[tuple[bytes, bytes]]:
    """Headers in the spelling of the promise: there are clients that look for it, though names have no case."""
    return [(_Spelt(name.encode("latin-1")), value.encode("latin-1")) for name, value in reply.headers]
