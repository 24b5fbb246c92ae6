"""SARIF 2.1.0: each finding at the file and line of what was promised, for code scanning and editors."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from apitwin import __version__
from contract_tests.places import Place
from contract_tests.reports.view import Report, Reported
from contract_tests.reports.words import details_of

NAME = "report.sarif"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: The folder that holds ``specs/``; what shows the results knows where it lies.
ROOT = "SRCROOT"


def write(report: Report, folder: Path) -> Path:
    """Write the report."""
    path = folder / NAME
    path.write_bytes(orjson.dumps(document(report), option=orjson.OPT_INDENT_2))
    return path


def document(report: Report) -> dict[str, Any]:
    """The report as SARIF."""
    ids = list(dict.fromkeys(one.rule for one in report.findings))
    rules = [_rule(next(one for one in report.findings if one.rule == rule)) for rule in ids]
    driver = {"name": "apitwin", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"apitwin/{report.api}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": _message("The folder that holds specs/.")}},
        "invocations": [_invocation(report)],
        "results": [_result(one, ids.index(one.rule)) for one in report.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Reported) -> dict[str, Any]:
    known = [f"Known as {finding.evidence}", *([f"source: {finding.source}"] if finding.source else [])]
    return {
        "id": finding.rule,
        "shortDescription": _message(finding.title),
        "fullDescription": _message(finding.why or finding.title),
        "help": _message(f"{finding.why or finding.title}\n\n{'; '.join(known)}."),
        "defaultConfiguration": {"level": finding.severity},
        "properties": {"tags": [finding.family], "precision": "very-high"},
    }


def _invocation(report: Report) -> dict[str, Any]:
    """How the run ended, and what of it as a whole was not kept."""
    broken = [f"Not true: {gate.name}: {one}" for gate in report.gates for one in gate.broken]
    return {
        "executionSuccessful": not report.stopped,
        "exitCode": report.exit_code,
        "endTimeUtc": report.finished.replace("+00:00", "Z"),
        "toolExecutionNotifications": [{"level": "error", "message": _message(one)} for one in broken],
    }


def _result(finding: Reported, index: int) -> dict[str, Any]:
    identity = "\0".join(finding.key).encode("utf-8", "surrogatepass")
    suppressions = [{"kind": "external", "status": "accepted", "justification": finding.waived}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": _message("\n".join(_lines(finding))),
        "locations": [_location(finding.place, finding.operation)],
        "occurrenceCount": finding.count,
        "partialFingerprints": {"finding/v1": blake2b(identity, digest_size=16).hexdigest()},
        "properties": {"operation": finding.operation, "cause": finding.cause, "label": finding.label},
        **({"suppressions": suppressions} if finding.waived else {}),
    }


def _lines(finding: Reported) -> Iterable[str]:
    yield f"{finding.operation}: {finding.message}"
    for label, text in details_of(finding):
        yield f"{label}: {text}"
    yield f"try it: {finding.exchange.curl}"


def _location(place: Place, operation: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file), "uriBaseId": ROOT},
            "region": {"startLine": place.line},
        },
        "logicalLocations": [{"name": operation, "kind": "function"}],
    }


def _message(text: str) -> dict[str, str]:
    """Plain text: square brackets would make links of it."""
    for char in "\\[]":
        text = text.replace(char, f"\\{char}")
    return {"text": text}
