"""The guard: no request of any engine passes that could touch what is not the run's own. Unknown is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote

import orjson

from contract_tests.exchange import Request
from contract_tests.ledger import Ledger
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Promise

SAFE = ("GET", "HEAD", "OPTIONS")


class Refused(Exception):
    """A request the guard does not let through; says which and why."""


class Guard:
    """Lets a write through only if what it names is in the ledger or carries the run's tag.

    Which parameters name the target of a write is read from the resources of the conventions.
    """

    def __init__(self, *, promise: Promise, resources: Iterable[Resource], ledger: Ledger) -> None:
        self._promise, self._ledger = promise, ledger
        self.refused: Counter[str] = Counter()
        self._actions: dict[str, list[tuple[Resource, Action]]] = {}
        for resource in resources:
            for action in resource.actions:
                self._actions.setdefault(action.operation.id, []).append((resource, action))
        sessions = promise.conventions.get("sessions", ())
        self._accounts = {one["operation"]: next(iter(one["arguments"])) for one in sessions}
        insensitive = promise.conventions.get("casing", {}).get("query_names") == "insensitive"
        self._fold = str.lower if insensitive else str

    def check(self, request: Request) -> None:
        """Raises ``Refused`` unless the request may be sent."""
        reason = self._objection(request)
        if reason is not None:
            self.refused[reason] += 1
            raise Refused(f"{request.method} {request.path}: {reason}")

    def _objection(self, request: Request) -> str | None:
        if request.method in SAFE:
            return None
        found = self._promise.routes.find(request.method, request.path)
        if found is None:
            return self._unrouted(request)
        operation, raw = found
        given = self.arguments(request, operation, raw)
        if operation.id in self._accounts:
            # failed attempts may lock an account; without an account there is none to lock
            values = given.get(self._accounts[operation.id], [])
            allowed = all(not value or self._ledger.owns(value) for value in values)
        else:
            actions = self._actions.get(operation.id, ())
            allowed = any(self._allows(resource, action, given) for resource, action in actions)
        return None if allowed else f"{operation.id} would reach something that is not of this run"

    def _unrouted(self, request: Request) -> str | None:
        """A method nobody documented: only on a path whose every value is the run's own."""
        for _, raw in self._promise.routes.match(request.path):
            if raw and all(self._ledger.owns(unquote(value)) for value in raw):
                return None
        return "no operation is documented there"

    def arguments(self, request: Request, operation: Operation, raw: tuple[str, ...]) -> dict[str, list[str]]:
        """Every value a request gives each parameter of its operation, wherever it stands."""
        segments = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
        given: dict[str, list[str]] = {name: [unquote(value)] for name, value in zip(segments, raw, strict=True)}
        pairs = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        pairs += _body_pairs(request)
        names = {self._fold(one.name): one.name for one in operation.parameters if one.place != "path"}
        for name, value in pairs:
            if self._fold(name) in names:
                given.setdefault(names[self._fold(name)], []).append(value)
        return given

    def _allows(self, resource: Resource, action: Action, given: Mapping[str, list[str]]) -> bool:
        if action.verb == "bulk":
            # a server that ignores one filter still meets the other
            return all(self._owned(given.get(name)) for name in action.target)
        names = [name for name, key in action.sets.items() if key in resource.naming]
        if any(name in given and not self._owned(given[name]) for name in names):
            return False
        owned = {key for name, key in action.target.items() if self._owned(given.get(name))}
        alternatives = [group & set(action.target.values()) for group in resource.owned_by]
        return any(group and group <= owned for group in alternatives)

    def _owned(self, values: list[str] | None) -> bool:
        return bool(values) and all(self._ledger.owns(value) for value in values or ())


def _body_pairs(request: Request) -> list[tuple[str, str]]:
    if not request.body:
        return []
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return [(name, str(value)) for name, value in body.items()] if isinstance(body, dict) else []
