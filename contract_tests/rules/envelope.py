"""The envelope around every answer: its keys, what a refusal says, what it must not carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Promise
from contract_tests.refusal import message_in, message_path
from contract_tests.rules.content import succeeded
from contract_tests.rules.registry import exchange_rule
from contract_tests.schema import properties_of


def envelope_of(promise: Promise) -> tuple[str | None, str | None]:
    """The keys of outcome text and payload; ``None`` where the API has no envelope."""
    envelope: Mapping[str, Any] = promise.conventions.get("envelope") or {}
    return envelope.get("message"), envelope.get("payload")


@exchange_rule(
    "envelope-on-success",
    title="A success comes in the promised envelope",
    source="envelope in conventions.yaml",
)
def envelope_on_success(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Clients unpack every answer the same way: both keys are there, also for booleans and lists."""
    if succeeded(exchange):
        yield from _faults(exchange, promise)


@exchange_rule(
    "envelope-on-refusal",
    title="A refusal comes in the same envelope",
    source="envelope in conventions.yaml",
    evidence=Evidence.CLIENT,
)
def envelope_on_refusal(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A client that shows the outcome text finds it in a refusal where it finds it in a success, or where the promise
    says that refusals keep it."""
    if not 400 <= exchange.response.status < 500:
        return
    body = exchange.response.json
    if "error" not in (promise.conventions.get("envelope") or {}):
        yield from _faults(exchange, promise)
    elif body is not MISSING and message_in(promise, body) is MISSING:
        path = ".".join(message_path(promise))
        yield Complaint(f"the refusal lacks {path}", exchange.response.text[:200], path, cause=path)


def _faults(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    body = exchange.response.json
    expected = [key for key in envelope_of(promise) if key]
    if not expected or body is MISSING:
        return
    if not isinstance(body, dict):
        yield Complaint("the body is no envelope", type(body).__name__, ", ".join(expected), cause="kind")
        return
    for key in expected:
        if key not in body:
            yield Complaint(f"the envelope lacks {key!r}", ", ".join(body) or "(no keys)", key, cause=key)


@exchange_rule(
    "refusal-says-why",
    title="A refusal says in words what was wrong",
    source="the outcome text is what clients show to people",
    evidence=Evidence.CLIENT,
)
def refusal_says_why(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """The outcome text of a refusal is text, and not empty."""
    message = message_in(promise, exchange.response.json)
    if message is MISSING or not 400 <= exchange.response.status < 500:
        return
    if not isinstance(message, str) or not message.strip():
        yield Complaint("the refusal gives no reason", repr(message), "a text", cause=str(exchange.response.status))


@exchange_rule(
    "refusal-in-promised-words",
    title="A refusal says what the promise says of its situation",
    source="situations in conventions.yaml",
)
def refusal_in_promised_words(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Where the promise has words for a situation, clients tell it by them. That a missing credential is refused in the
    words for an unknown one is less well known."""
    situation = exchange.situation or ""
    wanted = promise.conventions["situations"].get(situation, {}).get("message")
    if wanted is None or exchange.call.expect is None or not 400 <= exchange.response.status < 500:
        return
    message = message_in(promise, exchange.response.json)
    if message != wanted:
        known = min(exchange.call.expect.evidence, promise.situation_evidence(situation))
        given = exchange.call.credential
        cause = f"{situation} with {'one that is wrong' if given else 'none'}"
        evidence = known if given else Evidence.ASSUMED
        yield Complaint("the refusal has other words", repr(message)[:200], wanted, cause, evidence)


@exchange_rule(
    "success-says-something",
    title="A success has an outcome text",
    source="the published client fails on a null outcome text",
    evidence=Evidence.CLIENT,
)
def success_says_something(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """The published client dereferences the outcome text of every success, deletions included."""
    key, _ = envelope_of(promise)
    body = exchange.response.json
    if key and succeeded(exchange) and isinstance(body, dict) and key in body and body[key] is None:
        yield Complaint("the outcome text is null", "null", "a text", cause=key)


@exchange_rule(
    "success-has-payload",
    title="A success has a payload",
    source="the published client fails on a null payload",
    evidence=Evidence.CLIENT,
)
def success_has_payload(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """The object, list or boolean that was asked for is there; only operations whose schema makes it nullable for
    single values may answer null."""
    _, key = envelope_of(promise)
    body = exchange.response.json
    if not key or not succeeded(exchange) or not isinstance(body, dict) or key not in body or body[key] is not None:
        return
    reply = exchange.reply
    if reply is not None and reply.schema is not None and properties_of(reply.schema).get(key, {}).get("nullable"):
        return
    yield Complaint("the payload is null", "null", "what was asked for", cause=key)


@exchange_rule(
    "refusal-carries-no-data",
    title="A refusal carries no data",
    source="a refused caller has no right to the object",
)
def refusal_carries_no_data(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A refused credential or permission that still delivers the object has refused nothing."""
    _, key = envelope_of(promise)
    body = exchange.response.json
    if exchange.response.status not in (401, 403) or not key or not isinstance(body, dict):
        return
    if body.get(key) not in (None, "", [], {}, False):
        yield Complaint(
            "the refusal carries a payload", str(body[key])[:200], "null", cause=str(exchange.response.status)
        )
