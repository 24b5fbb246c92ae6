"""What a run has reached: operation x status x parameter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from contract_tests.exchange import Exchange
from contract_tests.promise import Operation, Promise


@dataclass
class Coverage:
    """Counts of answers per operation and status, and in which form each parameter was sent.

    ``excused`` are operations that need what the run was not given.
    """

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    parameters: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    methods: Counter[str] = field(default_factory=Counter)
    excused: set[str] = field(default_factory=set)

    def note(self, exchange: Exchange) -> None:
        self.methods[exchange.request.method] += 1
        if exchange.call.method is not None and not exchange.call.mirrored:
            return
        self.statuses[exchange.operation.id][exchange.response.status] += 1
        for parameter in exchange.operation.parameters:
            self.parameters[exchange.operation.id, parameter.name].add(_form(exchange, parameter.name))

    def reached(self, operation: Operation) -> bool:
        """Whether it has succeeded once, or told that what it is asked for is not there yet."""
        return any(operation.succeeded(status) or status == operation.pending for status in self.statuses[operation.id])

    def missing(self, promise: Promise) -> list[str]:
        """Operations that never succeeded, but for those that nobody gave what they need."""
        return [one.id for one in promise.operations.values() if not self.reached(one) and one.id not in self.excused]

    def share(self, promise: Promise) -> float:
        """Documented (operation, status) pairs that were seen, 0 to 1."""
        pairs = [(one.id, status) for one in promise.operations.values() for status in one.replies]
        seen = sum(1 for operation, status in pairs if self.statuses[operation][status])
        return seen / len(pairs) if pairs else 1.0

    def parameter_share(self, promise: Promise) -> float:
        """Parameters that were sent with a value at least once, 0 to 1."""
        names = [(one.id, each.name) for one in promise.operations.values() for each in one.parameters]
        seen = sum(1 for key in names if "value" in self.parameters[key])
        return seen / len(names) if names else 1.0

    def shares(self, promise: Promise) -> dict[str, float]:
        """Both by the names that thresholds use."""
        return {"statuses": self.share(promise), "parameters": self.parameter_share(promise)}

    def rows(self, promise: Promise) -> Iterable[tuple[Operation, Counter[int]]]:
        return ((one, self.statuses[one.id]) for one in promise.operations.values())


def _form(exchange: Exchange, name: str) -> str:
    value = exchange.call.values.get(name)
    if value is None:
        return "absent"
    if name in exchange.call.renamed:
        return "other-case"
    return "empty" if value == "" else "value"
