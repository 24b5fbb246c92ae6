"""Status codes: documented at all, and the right one for the situation that was provoked."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Operation, Promise
from contract_tests.rules.registry import exchange_rule

#: Outside every operation's table: the method or the whole route does not exist.
ROUTING_CODES = {"wrong-method": 405, "no-route": 404}


@exchange_rule(
    "no-server-error",
    title="No request makes the server fail",
    source="the status table of the API names no 5xx: unexpected errors are a documented client-side code",
)
def no_server_error(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Whatever is sent, the answer is one of the promised codes. A 5xx says that the server lost control.

    501 and 503 are no exceptions: a deployment that is down for maintenance is not one that can be judged.
    """
    if exchange.response.status >= 500:
        yield Complaint(
            f"answered {exchange.response.status}",
            received=str(exchange.response.status),
            promised=_codes(exchange),
            cause=str(exchange.response.status),
        )


@exchange_rule(
    "status-documented",
    title="Every status code is one the operation documents",
    source="responses of the operation in the OpenAPI document",
)
def status_documented(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A code that the operation does not list leaves clients without a branch for it."""
    status = exchange.response.status
    if (exchange.call.method and not exchange.call.mirrored) or status >= 500 or status in exchange.operation.replies:
        return
    yield Complaint(f"answered {status}, which is not documented", str(status), _codes(exchange), cause=str(status))


@exchange_rule(
    "status-fits-situation",
    title="The status code is the promised one for what happened",
    source="situations in conventions.yaml",
)
def status_fits_situation(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Not just any documented code: a success answers the success code, an absent object the code for absent
    objects, a missing credential the code for credentials, and so on for every situation the judge provokes."""
    expect = exchange.call.expect
    if expect is None:
        return
    status = exchange.response.status
    if status >= 500 or (expect.situation == "success" and status not in exchange.operation.replies):
        return  # another rule says so already
    allowed = codes_for(exchange, promise)
    if status in allowed:
        return
    yield Complaint(
        f"answered {status} where {_spoken(allowed)} is promised: {expect.why or expect.situation}",
        received=str(status),
        promised=_spoken(allowed),
        cause=f"{expect.situation} {status} {expect.why}",
        evidence=evidence_of(exchange, promise),
    )


def codes_for(exchange: Exchange, promise: Promise) -> set[int]:
    """The codes that are right for what an exchange was to provoke."""
    expect = exchange.call.expect
    if expect is None:
        return set(exchange.operation.replies)
    if expect.situation == "success":
        late = exchange.operation.pending
        return success_codes(exchange.operation) | ({late} if late is not None else set())
    if expect.situation in ROUTING_CODES and expect.situation not in promise.conventions["situations"]:
        return {ROUTING_CODES[expect.situation]}
    return {promise.status_of(one) for one in expect.situation.split("|")}


def success_codes(operation: Operation) -> set[int]:
    """The codes that say that an operation was done."""
    return set(operation.good) or {code for code in operation.replies if code < 300} or {200}


def evidence_of(exchange: Exchange, promise: Promise) -> Evidence:
    """How well the right code is known: as the situation, the operation, and the expectation itself say."""
    expect = exchange.call.expect
    if expect is None or expect.situation == "success":
        own = expect.evidence if expect else Evidence.DOCUMENTED
        return min(own, exchange.operation.evidence)
    if exchange.succeeded and expect.refused is not None:
        return min(expect.refused, exchange.operation.evidence)
    known = [promise.situation_evidence(one) for one in expect.situation.split("|")]
    return min(expect.evidence, exchange.operation.evidence, *known)


def _codes(exchange: Exchange) -> str:
    return _spoken(set(exchange.operation.replies))


def _spoken(codes: set[int]) -> str:
    return " or ".join(str(code) for code in sorted(codes))
