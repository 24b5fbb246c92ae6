"""A summary in Markdown, small enough for ``$GITHUB_STEP_SUMMARY`` and merge requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from contract_tests.evidence import Severity
from contract_tests.reports.text import cut
from contract_tests.reports.view import Report, Reported
from contract_tests.reports.words import counted_as, details_of, reached

NAME = "summary.md"
#: Bytes of the whole; GitHub takes 1 MiB from a step, GitLab 1 million characters in a comment.
LIMIT = 200_000
#: Characters of one text.
SHOWN = 300
#: Characters that mean nothing to Markdown or HTML, and cannot begin a link, a mention or a reference.
_PLAIN = re.compile(r"[^\w ,;/'\"?=%()-]|_")


def write(report: Report, folder: Path) -> Path:
    """Write the summary."""
    path = folder / NAME
    path.write_text(page(report), encoding="utf-8")
    return path


def page(report: Report, limit: int = LIMIT) -> str:
    """The summary; what does not fit is counted."""
    word = "conforms" if report.conforms else "does not conform"
    head = "\n".join([f"## {_text(report.title)} {word}", "", *_facts(report), *_broken(report), "", *_table(report)])
    rest = "\n".join(["", *_skipped(report)])
    size = len(head.encode()) + len(rest.encode())
    parts, left = [], 0
    for finding in report.findings:
        part = "\n".join(_finding(finding))
        size += len(part.encode()) + 1
        if size > limit:
            left += 1
        else:
            parts.append(part)
    more = [f"\n{counted_as(left, 'more finding')}: the other reports have them all.\n"] if left else []
    return "\n".join([head, *parts, *more, rest]).rstrip("\n") + "\n"


def _facts(report: Report) -> Iterator[str]:
    counted = ", ".join(counted_as(report.count(severity), severity) for severity in Severity)
    waived = sum(1 for one in report.findings if one.waived)
    yield f"**{counted}**" + (f", {counted_as(waived, 'waived finding')}" if waived else "")
    yield ""
    seen = f"{report.coverage:.0%} of documented statuses seen, {report.parameters:.0%} of parameters sent"
    yield f"{reached(report)} operations reached, {seen}, {report.requests} requests in {report.seconds:.1f} s."
    shard = "" if report.shard == "1/1" else f", shard {report.shard}"
    yield f"Target {_code(report.address)}, mode {_text(report.mode)}, seed {report.seed}{shard}."


def _broken(report: Report) -> Iterator[str]:
    lines = [f"- **Not true: {_text(gate.name)}.** {_text(one)}" for gate in report.gates for one in gate.broken]
    lines += [f"- Waives nothing any more: {_text(one)}" for one in report.unmatched]
    yield from ["", *lines[:50], *([f"- and {len(lines) - 50} more"] if len(lines) > 50 else [])] if lines else ()


def _table(report: Report) -> Iterator[str]:
    heads = ["resource", "operations", "reached", "requests", *(f"{severity}s" for severity in Severity)]
    yield _row(heads)
    yield _row(["---", *["---:"] * (len(heads) - 1)])
    for one in report.tallies:
        figures = [one.operations, one.reached, one.requests, *(one.findings[severity] or "" for severity in Severity)]
        yield _row([_text(one.tag), *map(str, figures)])
    yield ""


def _finding(finding: Reported) -> Iterator[str]:
    times = f" ×{finding.count}" if finding.count > 1 else ""
    waived = f" (waived: {_text(finding.waived)})" if finding.waived else ""
    title = f"{finding.severity}: {_code(finding.rule)} at {_code(finding.operation)}{times}{waived}"
    yield f"<details><summary>{title}: {_text(finding.message)}</summary>"
    yield ""
    for label, text in details_of(finding):
        yield f"- {label}: {_code(text)}"
    yield f"- promised at: {_code(f'{finding.place.file}:{finding.place.line}')}"
    yield f"- try it: {_code(finding.exchange.curl, 2_000)}"
    yield ""
    yield "</details>"


def _skipped(report: Report) -> Iterator[str]:
    """One line per reason."""
    reasons: dict[str, set[str]] = {}
    for one in report.skipped:
        reasons.setdefault(one.why, set()).add(one.rule)
    if reasons:
        yield f"Not judged, and not counted as passed: {len(report.skipped)}"
        yield ""
    for why, rules in list(reasons.items())[:50]:
        yield f"- {_text(why)}: {_text(', '.join(sorted(rules)), 1_000)}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str, limit: int = SHOWN) -> str:
    return f"<code>{_text(text, limit)}</code>"


def _text(text: str, limit: int = SHOWN) -> str:
    """Text on one line in which nothing is markup, a link, a mention or a reference."""
    return _PLAIN.sub(_encoded, " ".join(cut(text, limit).split()))


def _encoded(found: re.Match[str]) -> str:
    """A character as an entity. Mentions and references are looked for once more in the finished page: parted there."""
    char = found.group(0)
    return f"&#{ord(char)};{'<!-- -->' if char in '@#' else ''}"
