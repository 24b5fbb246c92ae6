"""The guard: no request of any engine passes that could touch what is not the run's own. Unknown is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from urllib.parse import parse_qsl, unquote

import orjson

from contract_tests.exchange import Request
from contract_tests.ledger import Ledger
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Promise


class Mode(StrEnum):
    """``READ_ONLY``: reads, and refused credentials; ``ADDITIVE``: own things only; ``FULL``: refusals on foreign ones too."""

    READ_ONLY = "read-only"
    ADDITIVE = "additive"
    FULL = "full"


class Refused(Exception):
    """A request the guard does not let through; says which and why."""


SAFE = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Lets a write through only if its target is in the ledger or carries the run's tag.

    Which parameters name the target of a write is read from the resources of the conventions.
    """

    def __init__(
        self,
        *,
        promise: Promise,
        resources: Iterable[Resource],
        ledger: Ledger,
        mode: Mode,
        plan: Mapping[str, int] | None = None,
    ) -> None:
        self._promise, self._ledger, self.mode = promise, ledger, mode
        self._plan = plan
        self._sent: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._actions: dict[str, list[tuple[Resource, Action]]] = {}
        for resource in resources:
            for action in resource.actions:
                self._actions.setdefault(action.operation.id, []).append((resource, action))
        self._harmless = set(promise.conventions.get("guard", {}).get("harmless", ()))
        self._credential = str(promise.conventions["credential"]["name"]).lower()
        fold = promise.conventions.get("casing", {}).get("query_names") == "insensitive"
        self._fold = str.lower if fold else str

    def check(self, request: Request, *, credential_is_wrong: bool = False) -> None:
        """Raises ``Refused`` unless the request may be sent."""
        reason = self._objection(request, credential_is_wrong)
        if reason is not None:
            self.refused[reason] += 1
            raise Refused(f"{request.method} {request.path}: {reason}")
        self._keep_to_plan(request)

    def _keep_to_plan(self, request: Request) -> None:
        if self._plan is None:
            return
        found = self._promise.routes.find(request.method, request.path)
        name = f"{request.method} {found[0].id if found else 'other'}"
        self._sent[name] += 1
        if self._sent[name] > self._plan.get(name, 0):
            raise Refused(f"{name}: the plan allows {self._plan.get(name, 0)} of these requests")

    def _objection(self, request: Request, credential_is_wrong: bool) -> str | None:
        if request.method in SAFE:
            return None
        found = self._promise.routes.find(request.method, request.path)
        if self.mode is Mode.READ_ONLY and not (credential_is_wrong and request.method != "POST"):
            return "a read-only run writes nothing"
        if found is None:
            return self._unrouted(request)
        operation, raw = found
        if operation.id in self._harmless:
            return None
        actions = self._actions.get(operation.id)
        if not actions:
            return f"conventions do not say what {operation.id} changes"
        given = self.arguments(request, operation, raw)
        if any(self._allows(resource, action, given) for resource, action in actions):
            return None
        return f"{operation.id} would reach something that is not of this run"

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
        pairs += self._body_pairs(request)
        names = {self._fold(one.name): one.name for one in operation.parameters if one.place != "path"}
        for name, value in pairs:
            if self._fold(name) in names:
                given.setdefault(names[self._fold(name)], []).append(value)
        return given

    def _body_pairs(self, request: Request) -> list[tuple[str, str]]:
        if not request.body:
            return []
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return [(name, str(value)) for name, value in body.items()] if isinstance(body, dict) else []

    def _allows(self, resource: Resource, action: Action, given: Mapping[str, list[str]]) -> bool:
        if action.bulk:
            return self._allows_bulk(action, given)
        owned = {name for name in action.target if self._owned(given.get(name))}
        if action.verb in ("create", "rename") and any(
            name in given and not self._owned(given[name])
            for name in action.sets
            if action.sets[name] in resource.naming
        ):
            return False
        fields = {action.target[name] for name in owned}
        alternatives = [set(one) & set(action.target.values()) for one in resource.owned_by]
        return any(one and one <= fields for one in alternatives)

    def _allows_bulk(self, action: Action, given: Mapping[str, list[str]]) -> bool:
        """Every filter that is given must be the run's own; on a foreign system all of them must be given, so that a
        server that ignores one still meets the other."""
        filters = [given[name] for name in action.target if any(given.get(name, ()))]
        enough = len(filters) == len(action.target) if self.mode is Mode.ADDITIVE else bool(filters)
        return enough and all(self._owned(values) for values in filters)

    def _owned(self, values: list[str] | None) -> bool:
        return bool(values) and all(self._ledger.owns(value) for value in values or ())
