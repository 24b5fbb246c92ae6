"""The one way to the target: every request of every engine passes here, is guarded, judged and counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from contract_tests.blocked import Blocked
from contract_tests.breakdown import MISTAKES, Breakdown, breakdown_of
from contract_tests.budget import Budget, OutOfBudget
from contract_tests.coverage import Coverage
from contract_tests.credentials import Credentials
from contract_tests.evidence import Evidence
from contract_tests.exchange import Call, Exchange, Request, Response, build_request
from contract_tests.findings import Again, Complaint, Finding, Findings
from contract_tests.guard import Guard
from contract_tests.ledger import Ledger
from contract_tests.promise import Promise
from contract_tests.resources import resources_of
from contract_tests.rules.registry import Rule
from contract_tests.samples import tag_of
from contract_tests.stopping import Stop
from contract_tests.targets import HttpTarget, Target, Unreachable

if TYPE_CHECKING:
    from contract_tests.elsewhere import Elsewhere
    from contract_tests.thing import Thing

__all__ = ("Budget", "OutOfBudget", "Session")

#: Statuses of a target that asks for patience.
TOO_MANY, UNAVAILABLE = 429, 503
IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")


@dataclass
class Session:
    """A run against one target: exchange rules judge each answer, ``seen`` is told of each.

    ``allowance`` raises ``guard.Refused`` for an operation and method that was not planned.
    ``lost`` counts writes of which nobody knows whether they were done.
    ``again`` does once more what is being done: findings carry it, so that they can be judged again. ``headers`` are
    sent with every request, ``elsewhere`` has copies of the target that may be put into other states.
    ``borrowed`` are things of others that were read, ``excused`` says which answers are not the target's fault.
    ``breakdowns`` are of rules that could not cope with what they met, by rule and subject; ``broke`` is told of each.
    """

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
    lost: int = 0
    last: Exchange | None = None
    again: Again | None = None
    allowance: Callable[[str, str], None] | None = None
    stop: Stop = field(default_factory=Stop)
    borrowed: list[Thing] = field(default_factory=list)
    breakdowns: dict[tuple[str, str], Breakdown] = field(default_factory=dict)
    broke: Callable[[Breakdown], None] = lambda breakdown: None
    excused: Callable[[Exchange], bool] = lambda exchange: False
    headers: tuple[tuple[str, str], ...] = ()
    elsewhere: Elsewhere | None = None

    def __post_init__(self) -> None:
        self._judges = [one for one in self.rules.values() if one.scope == "exchange"]

    def send(self, call: Call, *, engine: str | None = None) -> Exchange:
        """Send a call and judge its answer.

        Raises ``guard.Refused``, ``OutOfBudget``, ``targets.Unreachable``, ``stopping.Stopped``, and ``Blocked`` when a
        write was sent twice, since its answer was lost, and then refused: perhaps because the first one was done.
        """
        request = self.vet(call)
        with nullcontext() if self.target.in_process or self.budget.closing is not None else self.stop:
            response = self._answered(call, request)
        self.exchanges += 1
        exchange = Exchange(call, request, response, self.exchanges, engine or self.engine)
        self.last = exchange
        self.coverage.note(exchange)
        self.seen(exchange)
        if response.repeated and not exchange.succeeded and not call.operation.safe:
            told = f"{call.operation.id} was sent again, since its answer was lost, and answered {response.status}"
            self.lost += 1
            raise Blocked(f"{told}: what the first one has done is not known")
        for rule in () if self.excused(exchange) else self._judges:
            subject = exchange.operation.id
            self.note(rule, subject, self.judged(rule, subject, exchange, self.promise), exchange)
        return exchange

    def judged(self, rule: Rule, subject: str, *given: Any) -> Iterator[Complaint]:
        """What a rule says of something; one that cannot cope with it ends there, and the run goes on."""
        try:
            yield from rule.judge(*given) or ()
        except MISTAKES as error:
            if (rule.id, subject) not in self.breakdowns:
                found = self.breakdowns[rule.id, subject] = breakdown_of(rule, subject, error)
                self.broke(found)

    def _answered(self, call: Call, request: Request) -> Response:
        """The answer, once the target is no longer too busy; raises ``Unreachable`` when it stays so."""
        spend = partial(self._spend, call, request)
        if isinstance(self.target, HttpTarget):
            self.target.repeating = spend  # one that is sent again is one more
        for number in itertools.count():
            spend()
            response = self.target.send(request)
            if self.target.in_process or not _is_busy(request, response):
                break
            if not self.budget.pause(response.header("retry-after"), number):
                if response.status == TOO_MANY:
                    raise Unreachable(f"{self.target.address} answers 429, however long the run waits; lower --rate")
                break
        return response

    def _spend(self, call: Call, request: Request) -> None:
        if self.allowance is not None and self.budget.closing is None:
            self.allowance(call.operation.id, request.method)
        self.budget.spend()

    def vet(self, call: Call) -> Request:
        """The request of a call, which the guard lets through; raises ``guard.Refused``."""
        request = build_request(call, self.headers, base=self.promise.base)
        request = self._credentialed(request, call.credential)
        self.guard.check(request)
        return replace(request, once=call.operation.method not in IDEMPOTENT)

    def _credentialed(self, request: Request, name: str | None) -> Request:
        value = self.credentials.get(name) if name else None
        if value is None:
            return request
        place = self.promise.conventions["credential"]
        if place.get("in", "header") == "header":
            return Request(request.method, request.target, (*request.headers, (place["name"], value)), request.body)
        joint = "&" if "?" in request.target else "?"
        target = f"{request.target}{joint}{place['name']}={quote(value, safe='')}"
        return Request(request.method, target, request.headers, request.body)

    @contextmanager
    def engaged(self, engine: str) -> Iterator[None]:
        """Whatever is sent meanwhile is sent by an engine, also to make and remove its things."""
        before, self.engine = self.engine, engine
        try:
            yield
        finally:
            self.engine, self.again = before, None

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
                    again=self.again,
                )
            )


def _is_busy(request: Request, response: Response) -> bool:
    """Whether a request was not processed: after 503 that is sure only where the target says when to come back."""
    if response.status == UNAVAILABLE:
        return response.header("retry-after") is not None or (request.method in IDEMPOTENT and not request.once)
    return response.status == TOO_MANY


def plain_session(
    promise: Promise,
    target: Target,
    credentials: Credentials,
    *,
    ledger: Ledger | None = None,
    budget: Budget | None = None,
) -> Session:
    """A session that judges nothing: for what is not a run. Without a ledger nothing is its own."""
    ledger = ledger or Ledger(None, tag=tag_of(0), api=promise.name)
    guard = Guard(promise=promise, resources=resources_of(promise).values(), ledger=ledger)
    return Session(promise, target, credentials, ledger, guard, {}, budget=budget or Budget(), engine="clear")
