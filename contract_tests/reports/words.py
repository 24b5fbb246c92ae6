"""The sentences all reports share: a finding in a few lines, and the outcome of a run in one."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from contract_tests.evidence import Severity
from contract_tests.reports.text import cut
from contract_tests.reports.view import Report, Reported

#: Characters of what was promised or received; the page shows more.
LIMIT = 600


def described(finding: Reported) -> str:
    """A finding as a few lines, the last ones for a shell: what led to it, oldest first, and its request."""
    times = f", {finding.count} times" if finding.count > 1 else ""
    waived = f" (waived: {finding.waived})" if finding.waived else ""
    seen = "" if finding.label == "steady" else f", {finding.label}"
    details = "\n".join(f"{label}: {cut(text, LIMIT)}" for label, text in details_of(finding))
    head = f"{finding.severity}: {finding.rule} at {finding.operation}{times}{seen}{waived}"
    before = [f"  {one.curl}" for one in finding.steps if one.number < finding.exchange.number]
    rest = [indent(finding.message, "  "), indent(details, "  "), *before, f"  {finding.exchange.curl}"]
    return "\n".join([head, *rest])


def details_of(finding: Reported) -> Iterator[tuple[str, str]]:
    """What was promised, what was received, and how the promise is known, each with its label."""
    if finding.promised:
        yield "promised", finding.promised
    if finding.received:
        yield "received", finding.received
    yield "answered", finding.exchange.answer.partition("\n")[0]
    yield "known as", f"{finding.evidence} ({finding.source})" if finding.source else finding.evidence


def outcome(report: Report) -> str:
    """The verdict in one line."""
    counted = [counted_as(report.count(severity), severity) for severity in Severity]
    word = "conforms" if report.conforms else "does not conform"
    return f"{report.api} at {report.address} {word}: {', '.join(counted)}"


def counted_as(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``, ``no errors``."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def reached(report: Report) -> str:
    """How many operations succeeded at least once."""
    return f"{sum(row.reached for row in report.rows)} of {len(report.rows)}"
