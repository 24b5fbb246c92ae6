"""What reports show of a verdict: plain data, secrets masked, control characters made visible, long texts cut."""

from __future__ import annotations

import http
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from contract_tests.curl import address_of, curl
from contract_tests.evidence import Severity
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding
from contract_tests.masking import Mask
from contract_tests.promise import Operation
from contract_tests.reports.text import SHOWN, body_text, cut, flowing, line, plain
from contract_tests.verdict import Gate, Verdict

#: Where operations and findings without a resource are shown.
NO_TAG = "other"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An exchange. ``sent`` says what the request was made to provoke."""

    number: int
    engine: str
    sent: str
    request: str
    answer: str
    curl: str


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A finding. ``why`` explains its rule; ``steps`` led there, oldest first."""

    rule: str
    title: str
    why: str
    source: str
    family: str
    evidence: str
    severity: str
    operation: str
    tag: str
    message: str
    promised: str
    received: str
    cause: str
    label: str
    waived: str
    count: int
    exchange: Shown
    steps: tuple[Shown, ...]

    @property
    def fails(self) -> bool:
        """Whether it makes the run fail."""
        return self.severity == Severity.ERROR and not self.waived


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How often an operation answered with a status, and whether it documents it."""

    status: int
    seen: int
    documented: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """An operation: what it answered, and how many findings there are at it."""

    operation: str
    request: str
    tag: str
    evidence: str
    reached: bool
    requests: int
    cells: tuple[Cell, ...]
    findings: Counter[str]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Operations of one resource, counted."""

    tag: str
    operations: int
    reached: int
    requests: int
    findings: Counter[str]


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A rule that was not judged on something."""

    rule: str
    subject: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A verdict as it is shown."""

    api: str
    title: str
    address: str
    mode: str
    seed: int
    run: str
    finished: str
    seconds: float
    requests: int
    refused: int
    engines: dict[str, int]
    rules: int
    judged: dict[str, int]
    exit_code: int
    stopped: str
    coverage: float
    parameters: float
    tallies: tuple[Tally, ...]
    rows: tuple[Row, ...]
    findings: tuple[Reported, ...]
    skipped: tuple[Skipped, ...]
    gates: tuple[Gate, ...]

    @property
    def conforms(self) -> bool:
        return self.exit_code == 0

    def count(self, severity: Severity) -> int:
        """Findings of a severity that are not waived."""
        return sum(1 for one in self.findings if one.severity == severity and not one.waived)

    def at(self, operation: str) -> Iterator[Reported]:
        """Findings at an operation."""
        return (one for one in self.findings if one.operation == operation)

    def elsewhere(self) -> Iterator[Reported]:
        """Findings at none of the promised operations."""
        known = {row.operation for row in self.rows}
        return (one for one in self.findings if one.operation not in known)


def report_of(verdict: Verdict, mask: Mask, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Report:
    """What is shown of a verdict. Nothing else of it may reach a file or a terminal."""
    promise = verdict.promise
    rows = tuple(_row(verdict, operation, seen) for operation, seen in verdict.coverage.rows(promise))
    findings = tuple(_reported(finding, verdict, mask) for finding in verdict.findings)
    return Report(
        api=promise.name,
        title=line(str(promise.conventions.get("title", promise.name))),
        address=line(mask(address_of(verdict.address))),
        mode=verdict.mode,
        seed=verdict.seed,
        run=verdict.tag,
        finished=now().isoformat(timespec="seconds"),
        seconds=round(verdict.seconds, 3),
        requests=verdict.requests,
        refused=verdict.refused,
        engines=dict(verdict.engines),
        rules=len(verdict.rules),
        judged={rule: verdict.judged[rule] for rule in sorted(verdict.judged)},
        exit_code=verdict.exit_code,
        stopped=line(mask(verdict.stopped)),
        coverage=verdict.coverage.share(promise),
        parameters=verdict.coverage.parameter_share(promise),
        tallies=tuple(_tallies(rows, findings)),
        rows=rows,
        findings=findings,
        skipped=tuple(
            Skipped(rule=line(one.rule), subject=line(mask(one.subject)), why=line(mask(one.why)))
            for one in verdict.unjudged
        ),
        gates=tuple(Gate(gate.name, tuple(line(mask(one)) for one in gate.broken)) for gate in verdict.gates),
    )


def _row(verdict: Verdict, operation: Operation, seen: Counter[int]) -> Row:
    statuses = sorted({*operation.replies, *(status for status, count in seen.items() if count)})
    return Row(
        operation=operation.id,
        request=f"{operation.method} {operation.path}",
        tag=operation.tag or NO_TAG,
        evidence=operation.evidence.word,
        reached=verdict.coverage.reached(operation),
        requests=seen.total(),
        cells=tuple(Cell(status=one, seen=seen[one], documented=one in operation.replies) for one in statuses),
        findings=_counted(one.severity for one in verdict.of_operation(operation.id) if not one.waived),
    )


def _counted(severities: Iterable[Severity]) -> Counter[str]:
    return Counter(str(one) for one in severities)


def _tallies(rows: Iterable[Row], findings: Iterable[Reported]) -> Iterator[Tally]:
    """One per resource, in the order of the promise; findings at no operation of it come last."""
    kept = list(findings)
    by_tag: dict[str, list[Row]] = {}
    for row in rows:
        by_tag.setdefault(row.tag, []).append(row)
    for one in kept:
        by_tag.setdefault(one.tag, [])
    for tag, of_tag in by_tag.items():
        yield Tally(
            tag=tag,
            operations=len(of_tag),
            reached=sum(row.reached for row in of_tag),
            requests=sum(row.requests for row in of_tag),
            findings=Counter(one.severity for one in kept if one.tag == tag and not one.waived),
        )


def _reported(finding: Finding, verdict: Verdict, mask: Mask) -> Reported:
    complaint = finding.complaint
    local = mask.knowing((*finding.steps, finding.exchange))
    rule = verdict.rules.get(finding.rule)
    return Reported(
        rule=line(finding.rule),
        title=line(rule.title if rule else finding.rule),
        why=plain(flowing(rule.explanation)) if rule else "",
        source=line(finding.source),
        family=line(finding.family),
        evidence=finding.evidence.word,
        severity=str(finding.severity),
        operation=line(finding.operation),
        tag=line(finding.tag) or NO_TAG,
        message=cut(line(local(cut(complaint.message))), SHOWN),
        promised=cut(plain(local(cut(complaint.promised))), SHOWN),
        received=cut(plain(local(cut(complaint.received))), SHOWN),
        cause=line(local(cut(complaint.cause))),
        label=line(finding.label),
        waived=line(finding.waived),
        count=finding.count,
        exchange=_shown(finding.exchange, verdict, local),
        steps=tuple(_shown(one, verdict, local) for one in finding.steps),
    )


def _shown(exchange: Exchange, verdict: Verdict, mask: Mask) -> Shown:
    expect = exchange.call.expect
    sent = f"{expect.situation}: {expect.why}" if expect and expect.why else expect.situation if expect else ""
    place = verdict.promise.conventions.get("credential", {})
    request = mask.request(exchange.request)
    address = mask(address_of(verdict.address))
    command = curl(request, address=address, credential=exchange.call.credential, place=place)
    return Shown(
        number=exchange.number,
        engine=exchange.engine,
        sent=line(mask(sent)),
        request=_request_text(exchange, mask),
        answer=_answer_text(exchange, mask),
        curl=line(command),
    )


def _request_text(exchange: Exchange, mask: Mask) -> str:
    request = mask.request(exchange.request)
    credential = exchange.call.credential
    head = [f"{request.method} {request.target}", *(f"{name}: {value}" for name, value in request.headers)]
    lines = [*(cut(line(one), SHOWN) for one in head), f"(credential: {credential or 'none'})"]
    body = body_text(request.body, mask)
    return "\n".join([*lines, "", body] if body else lines)


def _answer_text(exchange: Exchange, mask: Mask) -> str:
    response = exchange.response
    try:
        phrase = http.HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    head = [f"{response.status} {phrase}".strip()]
    head += [f"{name}: {mask.header(name, value)}" for name, value in response.headers]
    body = body_text(response.body, mask)
    lines = [cut(line(one), SHOWN) for one in head]
    return "\n".join([*lines, "", body] if body else lines)
