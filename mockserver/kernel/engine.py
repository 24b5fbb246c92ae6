"""Serving one decoded request: admission, handler, response check, all in one transaction on one world.

Both lanes end here, so they cannot answer differently once a request is decoded.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from mockserver.kernel.admission import Admissions
from mockserver.kernel.api import Api, Conventions, Handler
from mockserver.kernel.asked import Asked
from mockserver.kernel.compiled import Compiled, Doubt
from mockserver.kernel.errors import (
    ApiError,
    BadInput,
    Hidden,
    Internal,
    NoWorld,
    OutOfService,
    RuleBroken,
)
from mockserver.kernel.http import ANONYMOUS, Call, Caller, Done, Reply
from mockserver.kernel.manners import Dialect, Dialects
from mockserver.kernel.operation import Operation, PromiseError
from mockserver.kernel.promise import Promise
from mockserver.kernel.settings import Settings, Value
from mockserver.kernel.store.attempts import attempt
from mockserver.kernel.store.protocol import (
    Conflict,
    FrozenWorld,
    Store,
    StoreError,
    Transaction,
    Unavailable,
    UnknownWorld,
)
from mockserver.kernel.work import Work, begin

log = logging.getLogger("apitwin.twin")

#: Methods of operations that usually change nothing.
READING = ("GET", "HEAD")

#: Settings mappings remembered together with the operations they show: worlds rarely differ in more.
KEPT_VIEWS = 64


class Outcome(NamedTuple):
    """What came of a request: the answer and its bytes, who asked, when in the world's time, the refusal if any."""

    reply: Reply
    content: bytes
    caller: str = ANONYMOUS.name
    time: float = 0.0
    error: ApiError | None = None


class Engine:
    """One API on one store.

    Raises ``PromiseError`` when handlers and promise do not match, listing every difference.
    """

    def __init__(self, *, api: Api, promise: Promise, store: Store) -> None:
        self.api, self.promise, self.store = api, promise, store
        self.settings: Settings = api.declared_settings
        conventions = promise.conventions
        self._dialects = Dialects(api, promise)
        self.conventions: Conventions = self._dialects.usual.conventions
        self._strict: str | None = conventions.get("bodies", {}).get("unknown_keys", {}).get("setting")
        self.media_type: str = conventions["media_type"]
        self.compiled = {one.id: Compiled(one, conventions) for one in promise.operations.values()}
        self._handlers = _bound(api, promise)
        self.admissions = Admissions(self._decide, self.settings)
        self.admit = self.admissions.admit
        self._views: dict[int, tuple[Mapping[str, Value], frozenset[str]]] = {}

    def shown(self, values: Mapping[str, Value]) -> frozenset[str]:
        """Ids of the operations that exist under these settings."""
        known = self._views.get(id(values))
        if known is None or known[0] is not values:
            visible = self.conventions.visible
            ids = frozenset(one.id for one in self.promise.operations.values() if visible(values, one))
            if len(self._views) >= KEPT_VIEWS:
                self._views.clear()
            known = self._views[id(values)] = (values, ids)
        return known[1]

    def offered(self, world: str) -> frozenset[str]:
        """Ids of the operations a world offers."""
        return attempt(self.store, world, lambda store: self.shown(self.settings.values(store)))

    def promised(self, world: str) -> Promise:
        """The promise in the dialect of a world."""
        return attempt(self.store, world, lambda store: self._dialects.spoken(self.settings.values(store))).promise

    def _decide(self, work: Work, asked: Asked) -> Caller:
        """Who asks, if the operation exists here and the caller may use it; raises the refusal otherwise."""
        operation = asked.compiled.operation
        if operation.id not in self.shown(work.settings):
            raise Hidden(f"{operation.method} {operation.path} is not offered here")
        if not operation.secured:
            return ANONYMOUS
        return self.conventions.identify(work, operation, asked.credential)

    def version(self, world: str) -> str:
        """The version a world says it is: that of a setting where the conventions name one."""
        setting = self.promise.conventions.get("served", {}).get("version")
        if setting is None:
            return str(self.promise.document["info"]["version"])
        return attempt(self.store, world, lambda store: str(self.settings.values(store)[setting]))

    def check_admission(self, asked: Asked) -> Caller:
        """Who asks, in a transaction of its own, for the stack that asks before it validates."""
        return attempt(self.store, asked.world, lambda store: self.admit(begin(store, self.settings), asked))

    def serve_plainly(self, asked: Asked) -> Outcome | None:
        """Serve a request that is right in every respect; ``None`` at the first doubt, with nothing changed.

        A world the store does not know is a doubt too: which worlds clients can use is not the store's to tell.
        """
        course = _Course(self, asked)
        try:
            course.arguments = asked.compiled.arguments(asked.path, asked.query)
            if asked.compiled.body is not None:
                try:
                    asked.read_body()
                except ApiError:
                    return None
            return attempt(self.store, asked.world, course, writing=course.writes)
        except (Doubt, UnknownWorld):
            return None
        except Exception as error:
            unadmitted = course.caller is None and isinstance(error, ApiError)
            return None if unadmitted else self._stopped(error, asked, course.caller or ANONYMOUS)

    def serve(self, asked: Asked, arguments: Mapping[str, Any]) -> Outcome:
        """Serve a request whose arguments and body the full stack has validated."""
        course = _Course(self, asked)
        try:
            course.arguments = arguments
            return attempt(self.store, asked.world, course, writing=course.writes)
        except Exception as error:
            return self._stopped(error, asked, course.caller or ANONYMOUS)

    def refuse(self, error: ApiError, world: str, *, asked: Asked | None = None, caller: Caller = ANONYMOUS) -> Outcome:
        """The answer to a refusal. Nothing was changed: the transaction is rolled back.

        A refusal that its operation does not promise is a fault of the twin.
        """
        time, dialect = self._standing(world)
        operation = asked.compiled.operation if asked else None
        error = dialect.meant(error, operation)
        reply = dialect.conventions.failure(error)
        fault = None if operation is None or isinstance(error, Internal) else _fault(dialect, operation, reply)
        if fault is not None:
            fault.__cause__ = error
            return self.fail(fault, world, asked=asked)
        return Outcome(reply, encoded(reply), caller.name, time, error)

    def fail(self, error: Exception, world: str, *, asked: Asked | None = None) -> Outcome:
        """The answer to a fault of the twin: the trace goes to the log, never to the client."""
        log.error("%s failed", asked.compiled.operation.id if asked else "a request", exc_info=error)
        return self.refuse(Internal("the twin failed on this request; its log says why"), world, asked=asked)

    def _stopped(self, error: Exception, asked: Asked, caller: Caller) -> Outcome:
        """What stopped an operation; a fault of ours must reach the client as an answer, and the log as a trace."""
        if isinstance(error, FrozenWorld):
            error = RuleBroken(str(error))
        elif isinstance(error, Conflict | Unavailable | UnknownWorld):
            return self.refuse(told(error), asked.world)
        if isinstance(error, ApiError):
            return self.refuse(error, asked.world, asked=asked, caller=caller)
        return self.fail(error, asked.world, asked=asked)

    def _standing(self, world: str) -> tuple[float, Dialect]:
        """A world's time and dialect; of one that cannot be reached neither is known."""

        def course(store: Transaction) -> tuple[float, Dialect]:
            work = begin(store, self.settings)
            return work.clock.timestamp(), self._dialects.spoken(work.settings)

        try:
            return attempt(self.store, world, course)
        except (UnknownWorld, Unavailable, Conflict):
            return 0.0, self._dialects.usual

    def run(self, work: Work, asked: Asked, caller: Caller, arguments: Mapping[str, Any]) -> Outcome:
        operation: Operation = asked.compiled.operation
        body, body_type = (asked.body.value, asked.body.media_type) if asked.body is not None else (None, None)
        if asked.body is not None and asked.body.unknown and self._strict and work.settings[self._strict]:
            raise BadInput(asked.body.unknown[0], rule="UNKNOWN-KEYS")
        given = frozenset((*asked.path, *asked.query))
        paging = asked.compiled.paging
        call = Call(
            operation, arguments, given, caller, body, body_type, asked.method, asked.base, paging.page(arguments)
        )
        answer = self._handlers[operation.id](work, call)
        dialect = self._dialects.spoken(work.settings)
        error = None
        if isinstance(answer, ApiError):
            error = dialect.meant(answer, operation)
            reply = dialect.conventions.failure(error)
        else:
            reply = dialect.done(answer, call, paging) if isinstance(answer, Done) else answer
        fault = _fault(dialect, operation, reply)
        if fault is not None:
            raise fault
        # written while the transaction is open: an answer that cannot be written changes nothing
        return Outcome(reply, encoded(reply), caller.name, work.clock.timestamp(), error)


class _Course:
    """One request's way through a transaction: admission, handler, check. It can be taken again from the start."""

    __slots__ = ("_asked", "_engine", "arguments", "caller", "writes")

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self._engine, self._asked = engine, asked
        self.writes = asked.compiled.operation.method not in READING
        self.arguments: Mapping[str, Any] = {}
        self.caller: Caller | None = None

    def __call__(self, store: Transaction) -> Outcome:
        """Take it."""
        self.caller = None
        work = begin(store, self._engine.settings)
        self.caller = self._engine.admit(work, self._asked)
        return self._engine.run(work, self._asked, self.caller, self.arguments)


def told(error: StoreError) -> NoWorld | OutOfService:
    """What a client reads when there is no such world, or its state cannot be reached or changed; the log says why."""
    if isinstance(error, UnknownWorld):
        return NoWorld(str(error))
    log.error("%s", error)
    cause = "many change it at once" if isinstance(error, Conflict) else "its database cannot be used"
    return OutOfService(f"the twin's state is out of reach: {cause}; try again later", headers=(("Retry-After", "1"),))


def encoded(reply: Reply) -> bytes:
    """The body as bytes, JSON unless it is made of bytes; nothing at all where the reply has no body."""
    if reply.body is None:
        return b""
    return reply.body if isinstance(reply.body, bytes) else orjson.dumps(reply.body)


def _fault(dialect: Dialect, operation: Operation, reply: Reply) -> PromiseError | None:
    """How an answer breaks the promise of its operation."""
    fault = dialect.fault(operation, reply)
    return (
        None if fault is None else PromiseError(f"{operation.id} answers {reply.status} against its promise: {fault}")
    )


def _bound(api: Api, promise: Promise) -> Mapping[str, Handler]:
    missing = sorted(promise.operations.keys() - api.handlers.keys())
    unknown = sorted(api.handlers.keys() - promise.operations.keys())
    if missing or unknown:
        raise PromiseError(f"{api.name}: operations without handler: {missing}; handlers without operation: {unknown}")
    return api.handlers
