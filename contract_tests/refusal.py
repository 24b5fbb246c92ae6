"""Where an answer keeps what it is about, and its words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.exchange import MISSING, Exchange
from contract_tests.promise import Promise


def payload_of(promise: Promise, exchange: Exchange) -> Any:
    """What an answer is about, without its envelope; ``MISSING`` when there is none. What is no JSON is a text."""
    body, reply = exchange.response.json, exchange.reply
    if reply is not None and reply.media_types and not any("json" in one for one in reply.media_types):
        return exchange.response.text
    key = promise.conventions.get("envelope", {}).get("payload")
    if key is None or body is MISSING:
        return body
    return body.get(key, MISSING) if isinstance(body, dict) else MISSING


def message_path(promise: Promise) -> tuple[str, ...]:
    """The keys that lead to the message of a refusal; none where the promise does not say."""
    envelope: Mapping[str, str] = promise.conventions.get("envelope") or {}
    path = envelope.get("error") or envelope.get("message") or ""
    return tuple(path.split(".")) if path else ()


def message_in(promise: Promise, body: Any) -> Any:
    """The message of a refusal; ``MISSING`` where it is not in its place."""
    path = message_path(promise)
    for key in path:
        if not isinstance(body, dict) or key not in body:
            return MISSING
        body = body[key]
    return body if path else MISSING
