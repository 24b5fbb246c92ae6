"""The one way to the target: every request of every engine passes here, is guarded, judged and counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from contract_tests.coverage import Coverage
from contract_tests.credentials import Credentials
from contract_tests.evidence import Evidence
from contract_tests.exchange import Call, Exchange, Request, build_request
from contract_tests.findings import Complaint, Finding, Findings
from contract_tests.guard import Guard
from contract_tests.ledger import Ledger
from contract_tests.promise import Promise
from contract_tests.rules.registry import Rule
from contract_tests.targets import Target


class OutOfBudget(Exception):
    """The run has used its requests or its time."""


@dataclass
class Budget:
    """How much a run may send: requests in all, seconds in all, requests per second. ``None`` is no limit."""

    requests: int | None = None
    seconds: float | None = None
    rate: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    started: float = 0.0
    sent: int = 0
    _next: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.clock()

    def spend(self) -> None:
        """Wait for the next slot of the rate; raises ``OutOfBudget``."""
        now = self.clock()
        if self.requests is not None and self.sent >= self.requests:
            raise OutOfBudget(f"{self.requests} requests are sent")
        if self.seconds is not None and now - self.started >= self.seconds:
            raise OutOfBudget(f"{self.seconds:g} s are over")
        if self.rate:
            if now < self._next:
                self.sleep(self._next - now)
            self._next = max(now, self._next) + 1 / self.rate
        self.sent += 1

    @property
    def elapsed(self) -> float:
        return self.clock() - self.started


@dataclass
class Session:
    """A run against one target: exchange rules judge each answer, ``seen`` is told of each."""

    promise: Promise
    target: Target
    credentials: Credentials
    ledger: Ledger
    guard: Guard
    rules: Mapping[str, Rule]
    findings: Findings = field(default_factory=Findings)
    coverage: Coverage = field(default_factory=Coverage)
    budget: Budget = field(default_factory=Budget)
    seen: Callable[[Exchange], None] = lambda exchange: None
    engine: str = "walk"
    exchanges: int = 0
    last: Exchange | None = None

    def __post_init__(self) -> None:
        self._judges = [one for one in self.rules.values() if one.scope == "exchange"]
        self._base = str(self.promise.conventions.get("base_path", ""))

    def send(self, call: Call, *, engine: str | None = None) -> Exchange:
        """Send a call and judge its answer. Raises ``guard.Refused``, ``OutOfBudget``, ``targets.Unreachable``."""
        request = self.vet(call)
        self.budget.spend()
        response = self.target.send(request)
        self.exchanges += 1
        exchange = Exchange(call, request, response, self.exchanges, engine or self.engine)
        self.last = exchange
        self.coverage.note(exchange)
        self.seen(exchange)
        for rule in self._judges:
            self.note(rule, exchange.operation.id, rule.judge(exchange, self.promise) or (), exchange)
        return exchange

    def vet(self, call: Call) -> Request:
        """The request of a call, which the guard lets through; raises ``guard.Refused``."""
        request = self._credentialed(build_request(call, base=self._base), call.credential)
        self.guard.check(request)
        return request

    def _credentialed(self, request: Request, name: str | None) -> Request:
        value = self.credentials.get(name) if name else None
        if value is None:
            return request
        place = self.promise.conventions["credential"]
        if place.get("in", "header") == "header":
            return Request(request.method, request.target, (*request.headers, (place["name"], value)), request.body)
        joint = "&" if "?" in request.target else "?"
        target = f"{request.target}{joint}{place['name']}={value}"
        return Request(request.method, target, request.headers, request.body)

    def note(self, rule: Rule, operation: str, complaints: Iterable[Complaint], exchange: Exchange) -> None:
        """Turn a rule's complaints into findings."""
        for complaint in complaints:
            evidence: Evidence = min(rule.evidence, complaint.evidence)
            shown = complaint.exchange or exchange
            self.findings.add(
                Finding(
                    rule=rule.id,
                    family=rule.family,
                    operation=shown.operation.id if complaint.exchange else operation,
                    tag=shown.operation.tag,
                    complaint=complaint,
                    severity=self.findings.weigh(evidence),
                    evidence=evidence,
                    exchange=shown,
                    source=rule.source,
                    steps=complaint.steps,
                )
            )
