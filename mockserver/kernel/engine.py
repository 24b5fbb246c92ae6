"""Serving one decoded request: admission, handler, response check, all in one transaction on one world.

Both lanes end here, so they cannot answer differently once a request is decoded.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.api import Api, Conventions, Handler
from mockserver.kernel.asked import Asked
from mockserver.kernel.compiled import Compiled, Doubt
from mockserver.kernel.errors import ApiError, Hidden, Internal
from mockserver.kernel.http import ANONYMOUS, Call, Caller, Reply
from mockserver.kernel.operation import Operation, PromiseError
from mockserver.kernel.promise import Promise
from mockserver.kernel.settings import Settings, Value
from mockserver.kernel.store.protocol import Store
from mockserver.kernel.work import Work, begin

log = logging.getLogger("apitwin.twin")

#: Settings mappings remembered together with the operations they show: worlds rarely differ in more.
KEPT_VIEWS = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: the answer, who asked, when in the world's time, and the refusal if it was one."""

    reply: Reply
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
        self.conventions: Conventions = api.conventions(conventions)
        self.media_type: str = conventions["media_type"]
        casing = conventions["casing"]
        fold, fold_enums = (casing.get(what) == "insensitive" for what in ("query_names", "enums"))
        self.compiled = {
            operation.id: Compiled(operation, media_type=self.media_type, fold=fold, fold_enums=fold_enums)
            for operation in promise.operations.values()
        }
        self._handlers = _bound(api, promise)
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
        with self.store.transaction(world) as store:
            return self.shown(self.settings.values(store))

    def admit(self, work: Work, asked: Asked) -> Caller:
        """Who asks, if the operation exists here and the caller may use it; raises the refusal otherwise."""
        operation = asked.compiled.operation
        if operation.id not in self.shown(work.settings):
            raise Hidden(f"{operation.method} {operation.path} is not offered here")
        if not operation.secured:
            return ANONYMOUS
        return self.conventions.identify(work, operation, asked.credential)

    def check_admission(self, asked: Asked) -> Caller:
        """`admit` in a transaction of its own, for the stack that asks before it validates."""
        with self.store.transaction(asked.world) as store:
            return self.admit(begin(store, self.settings), asked)

    def serve_plainly(self, asked: Asked) -> Outcome | None:
        """Serve a request that is right in every respect; ``None`` at the first doubt, with nothing changed."""
        caller = None
        try:
            arguments = asked.compiled.arguments(asked.path, asked.query)
            with self.store.transaction(asked.world) as store:
                work = begin(store, self.settings)
                caller = self.admit(work, asked)
                return self._run(work, asked, caller, arguments, None)
        except Doubt:
            return None
        except ApiError as error:
            return self.refuse(error, asked.world, caller) if caller is not None else None
        except Exception as error:  # a fault of ours must reach the client as an answer, and the log as a trace
            return self.fail(error, asked)

    def serve(self, asked: Asked, arguments: Mapping[str, Any], body: Any) -> Outcome:
        """Serve a request whose arguments the full stack has validated."""
        caller = ANONYMOUS
        try:
            with self.store.transaction(asked.world) as store:
                work = begin(store, self.settings)
                caller = self.admit(work, asked)
                return self._run(work, asked, caller, arguments, body)
        except ApiError as error:
            return self.refuse(error, asked.world, caller)
        except Exception as error:  # as above
            return self.fail(error, asked)

    def refuse(self, error: ApiError, world: str, caller: Caller | None = None) -> Outcome:
        """The answer to a refusal. Nothing was changed: the transaction is rolled back."""
        reply = self.conventions.failure(error)
        with self.store.transaction(world) as store:
            time = begin(store, self.settings).clock.timestamp()
        return Outcome(reply, (caller or ANONYMOUS).name, time, error)

    def fail(self, error: Exception, asked: Asked) -> Outcome:
        """The answer to a fault of the twin: the trace goes to the log, never to the client."""
        log.error("%s failed", asked.compiled.operation.id, exc_info=error)
        return self.refuse(Internal("the twin failed on this request; its log says why"), asked.world)

    def _run(self, work: Work, asked: Asked, caller: Caller, arguments: Mapping[str, Any], body: Any) -> Outcome:
        operation: Operation = asked.compiled.operation
        call = Call(operation, arguments, frozenset((*asked.path, *asked.query)), caller, body)
        answer = self._handlers[operation.id](work, call)
        error = answer if isinstance(answer, ApiError) else None
        reply = self.conventions.failure(answer) if isinstance(answer, ApiError) else answer
        fault = asked.compiled.fault(reply.status, reply.body)
        if fault is not None:
            raise PromiseError(f"{operation.id} answers {reply.status} against its promise: {fault}")
        return Outcome(reply, caller.name, work.clock.timestamp(), error)


def _bound(api: Api, promise: Promise) -> Mapping[str, Handler]:
    missing = sorted(promise.operations.keys() - api.handlers.keys())
    unknown = sorted(api.handlers.keys() - promise.operations.keys())
    if missing or unknown:
        raise PromiseError(f"{api.name}: operations without handler: {missing}; handlers without operation: {unknown}")
    return api.handlers
