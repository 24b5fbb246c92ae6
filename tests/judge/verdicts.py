"""Verdicts made by hand, of runs that never happened: what a report must do with them is known exactly."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

import orjson

from apitwin.data import specs_dir
from contract_tests.coverage import Coverage
from contract_tests.credentials import Credentials, from_environment
from contract_tests.evidence import Evidence, severity
from contract_tests.exchange import Call, Exchange, Expectation, Request, Response, build_request
from contract_tests.findings import Complaint, Finding, Findings
from contract_tests.masking import Mask, mask_for
from contract_tests.promise import Promise, load
from contract_tests.reports.view import Report, report_of
from contract_tests.rules.registry import discover
from contract_tests.verdict import Unjudged, Verdict

ADDRESS = "http://127.0.0.1:9999"

#: A JWT and a Basic credential with a telling password.
JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1bmlxdWVfbmFtZSI6InR3aW4tYWRtaW4iLCJqdGkiOiI0ZGFkZjM2ZCJ9"
    ".MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY"
)
PASSWORD = 'p+8"K/w&é<7 z'
BASIC = base64.b64encode(f"KOPI\\ann:{PASSWORD}".encode()).decode()

#: What an attacker would put into an answer: markup, quotes, terminal commands, text direction, no XML at all.
HOSTILE = "</pre><script>alert(1)</script>\x1b[2J\x1b]0;owned\x07\r\n]]>&amp;\u202egnp.exe\x00\x9b31m\ufffe'\" onload=x"


@cache
def promise() -> Promise:
    """The promise of the KopiCloud AD API."""
    return load(specs_dir() / "kopicloud-ad")


def credentials(token: str = f"Bearer {JWT}", **more: str) -> Credentials:
    """What a run has with this credential; more from the environment by variable."""
    return from_environment({"APITWIN_TOKEN": token, **more})


def mask(token: str = f"Bearer {JWT}") -> Mask:
    """The mask of such a run."""
    return mask_for(promise(), credentials(token))


def exchange(
    operation: str = "getGroup",
    values: dict[str, str | list[str]] | None = None,
    *,
    status: int = 200,
    body: str | bytes = '{"output":"ok","result":null}',
    headers: Iterable[tuple[str, str]] = (("content-type", "application/json"),),
    token: str = f"Bearer {JWT}",
    credential: str | None = "valid",
    expect: Expectation | None = None,
    number: int = 1,
) -> Exchange:
    """An exchange of an operation."""
    known = promise().operation(operation)
    filled = {one.name: "staff" for one in known.parameters if one.place == "path"}
    call = Call(known, {**filled, **(values or {})}, credential, expect)
    request = build_request(call)
    if credential is not None:
        lines = (*request.headers, ("Auth-Token", token))
        request = Request(request.method, request.target, lines, request.body)
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Exchange(call, request, Response(status, tuple(headers), content), number)


def finding(
    at: Exchange | None = None,
    *,
    rule: str = "key-casing",
    message: str = "key displayname is spelled differently",
    evidence: Evidence = Evidence.DOCUMENTED,
    operation: str | None = None,
    steps: Iterable[Exchange] = (),
    count: int = 1,
    waived: str = "",
    **complaint: Any,
) -> Finding:
    """A finding at an exchange."""
    at = at or exchange()
    known = discover()[rule]
    return Finding(
        rule=rule,
        family=known.family,
        operation=operation or at.operation.id,
        tag=at.operation.tag,
        complaint=Complaint(message, **complaint),
        severity=severity(evidence),
        evidence=evidence,
        exchange=at,
        source=known.source,
        steps=tuple(steps),
        count=count,
        waived=waived,
    )


def verdict(*found: Finding, reached: Iterable[str] | None = None, **more: Any) -> Verdict:
    """A verdict with these findings; every operation answered 200 twice and 401 once, unless ``reached`` names some."""
    findings = Findings()
    for one in found:
        findings.add(one)
        findings.by_key[one.key].count = one.count
    coverage = Coverage()
    for name in promise().operations if reached is None else reached:
        coverage.statuses[name].update({200: 2, 401: 1})
    details: dict[str, Any] = {
        "rules": dict(discover()),
        "judged": dict.fromkeys(discover(), 252),
        "requests": 252,
        "seconds": 12.5,
        "engines": {"walk": 200, "fuzz": 52},
        **more,
    }
    return Verdict(
        promise=promise(),
        address=details.pop("address", ADDRESS),
        mode="additive",
        seed=7,
        tag="tw1234",
        findings=findings,
        coverage=coverage,
        **details,
    )


def report(*found: Finding, token: str = f"Bearer {JWT}", **more: Any) -> Report:
    """The same as it is shown."""
    return shown(verdict(*found, **more), token=token)


def shown(of: Verdict, *, token: str = f"Bearer {JWT}") -> Report:
    """A verdict as it is shown, finished at a fixed time."""
    return report_of(of, mask(token), now=lambda: datetime(2026, 11, 3, 12, 0, tzinfo=UTC))


def skipped(rule: str = "renamed", subject: str = "user", why: str = "the API has no such operation") -> Unjudged:
    """A rule that was not judged."""
    return Unjudged(rule, subject, why)


def forms(secret: str) -> dict[str, str]:
    """The secret in each form that programs send or print it in."""
    content = secret.encode()
    return {
        "as it is": secret,
        "percent-encoded": quote(secret, safe=""),
        "percent-encoded in part": quote(secret),
        "percent-encoded in lower case": "".join(
            char if char.isalnum() and char.isascii() else quote(char, safe="").lower() for char in secret
        ),
        "percent-encoded twice": quote(quote(secret, safe=""), safe=""),
        "Base64": base64.b64encode(content).decode(),
        "Base64 behind one letter": base64.b64encode(b"x" + content).decode(),
        "Base64 behind two letters": base64.b64encode(b"xy" + content + b" and more").decode(),
        "Base64 for URLs": base64.urlsafe_b64encode(content + b"?>").decode().rstrip("="),
        "JSON": orjson_text(secret),
        "JSON in JSON": orjson_text(orjson_text(secret)),
        "JSON with escapes": "".join(char if char.isalnum() else f"\\u{ord(char):04X}" for char in secret),
        "HTML": secret.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&#34;"),
        "other letters": secret.swapcase(),
    }


def leaks(text: str, secret: str) -> list[str]:
    """The forms of a secret that stand in a text, also once its own escapes are undone."""
    views = [text, unescape(text), unquote(text), re.sub(r"\\\\+", r"\\", text)]
    return [name for name, form in forms(secret).items() if any(form in view for view in views)]


def orjson_text(text: str) -> str:
    """A text as it stands in JSON, without the quotes around it."""
    return orjson.dumps(text).decode()[1:-1]
