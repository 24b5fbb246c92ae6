"""What reports show of a verdict: plain data, secrets masked, control characters made visible, long texts cut."""

from __future__ import annotations

import http
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contract_tests.baseline import Key
from contract_tests.coverage import Coverage
from contract_tests.curl import address_of, curl
from contract_tests.evidence import Severity
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding
from contract_tests.masking import Mask
from contract_tests.places import Place, Places
from contract_tests.promise import Operation, Promise
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
    """A finding. ``why`` explains its rule; ``place`` is where that was promised; ``steps`` led there, oldest first.

    ``parameter`` is the one it is about, where it is about one.
    """

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
    parameter: str
    place: Place
    label: str
    waived: str
    count: int
    exchange: Shown
    steps: tuple[Shown, ...]

    @property
    def key(self) -> Key:
        """What tells it from all others, and what a baseline knows it by."""
        return (self.rule, self.operation, self.cause)

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
class Sent:
    """In which forms a parameter was sent: ``value``, ``empty``, ``absent``, ``other-case``."""

    parameter: str
    forms: tuple[str, ...]


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
    parameters: tuple[Sent, ...]
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
    shard: str
    strict: str
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
    unmatched: tuple[str, ...] = field(default=())

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
    promise, places = verdict.promise, Places(verdict.promise)
    findings = tuple(_reported(finding, verdict, mask, places) for finding in verdict.findings)
    rows = rows_of(promise, verdict.coverage, findings)
    return Report(
        api=promise.name,
        title=line(str(promise.conventions.get("title", promise.name))),
        address=line(mask(address_of(verdict.address))),
        mode=verdict.mode,
        seed=verdict.seed,
        shard=str(verdict.shard),
        strict=verdict.findings.strict.word,
        run=verdict.tag,
        finished=now().isoformat(timespec="seconds"),
        seconds=round(verdict.seconds, 3),
        requests=verdict.requests,
        refused=verdict.refused,
        engines=dict(verdict.engines),
        rules=len(verdict.rules),
        judged={rule: verdict.judged[rule] for rule in sorted(verdict.judged)},
        exit_code=verdict.exit_code,
        stopped=line(mask(verdict.stopped or verdict.spent)),
        coverage=verdict.coverage.share(promise),
        parameters=verdict.coverage.parameter_share(promise),
        tallies=tuple(tallies_of(rows, findings)),
        rows=rows,
        findings=findings,
        skipped=tuple(
            Skipped(rule=line(one.rule), subject=line(mask(one.subject)), why=line(mask(one.why)))
            for one in verdict.unjudged
        ),
        gates=tuple(Gate(gate.name, tuple(line(mask(one)) for one in gate.broken)) for gate in verdict.gates),
        unmatched=tuple(line(mask(one)) for one in verdict.waivers.unmatched),
    )


def key_of(finding: Finding, mask: Mask) -> Key:
    """The key by which reports and baselines know a finding."""
    return (
        line(finding.rule),
        line(finding.operation),
        _cause(finding, mask.knowing((*finding.steps, finding.exchange))),
    )


def _cause(finding: Finding, local: Mask) -> str:
    return line(local(cut(finding.complaint.cause)))


def rows_of(promise: Promise, coverage: Coverage, findings: Sequence[Reported]) -> tuple[Row, ...]:
    """A row for each operation of the promise."""
    return tuple(_row(operation, seen, coverage, findings) for operation, seen in coverage.rows(promise))


def _row(operation: Operation, seen: Counter[int], coverage: Coverage, findings: Sequence[Reported]) -> Row:
    statuses = sorted({*operation.replies, *(status for status, count in seen.items() if count)})
    return Row(
        operation=operation.id,
        request=f"{operation.method} {operation.path}",
        tag=operation.tag or NO_TAG,
        evidence=operation.evidence.word,
        reached=coverage.reached(operation),
        requests=seen.total(),
        cells=tuple(Cell(status=one, seen=seen[one], documented=one in operation.replies) for one in statuses),
        parameters=tuple(
            Sent(parameter=one.name, forms=tuple(sorted(coverage.parameters[operation.id, one.name])))
            for one in operation.parameters
        ),
        findings=Counter(one.severity for one in findings if one.operation == operation.id and not one.waived),
    )


def tallies_of(rows: Iterable[Row], findings: Iterable[Reported]) -> Iterator[Tally]:
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


def _reported(finding: Finding, verdict: Verdict, mask: Mask, places: Places) -> Reported:
    complaint = finding.complaint
    local = mask.knowing((*finding.steps, finding.exchange))
    rule = verdict.rules.get(finding.rule)
    parameter = _parameter(finding)
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
        cause=_cause(finding, local),
        parameter=line(parameter),
        place=places.of(finding.operation, parameter),
        label=line(finding.label),
        waived=line(finding.waived),
        count=finding.count,
        exchange=_shown(finding.exchange, verdict, local),
        steps=tuple(_shown(one, verdict, local) for one in finding.steps),
    )


def _parameter(finding: Finding) -> str:
    """The parameter that the cause names, or that was said to be at fault; empty where none is."""
    expect = finding.exchange.call.expect
    said = f"{finding.complaint.cause} {expect.why if expect else ''}"
    words = set(re.findall(r"[\w.$-]+", said))
    named = [one.name for one in finding.exchange.operation.parameters if words & {one.name, one.field}]
    return named[0] if len(named) == 1 else ""


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
