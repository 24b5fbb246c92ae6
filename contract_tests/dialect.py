"""A promise as another age of its API keeps it, from ``dialects`` of the conventions."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from apitwin.data.names import nearest
from contract_tests.promise import METHODS, Promise


def in_dialect(promise: Promise, name: str) -> Promise:
    """The promise in a dialect; raises ``ValueError`` naming the nearest one."""
    known: Mapping[str, Any] = promise.conventions.get("dialects", {})
    if name not in known:
        names = ", ".join(known) or "none"
        raise ValueError(f"{name!r} is none of {promise.name}{nearest(name, known)}; known: {names}")
    told: Mapping[str, Any] = known[name] or {}
    if not told:
        return promise
    conventions = {**promise.conventions}
    for part in ("outcomes", "situations"):
        conventions[part] = {**promise.conventions.get(part, {}), **told.get(part, {})}
    document = copy.deepcopy(dict(promise.document))
    for raw in _operations(document):
        _adapt(raw, promise.conventions, conventions)
    return replace(promise, conventions=conventions, document=document)


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                yield item[method]
                yield from item[method].get("x-also", ())


def _adapt(raw: dict[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Give the answers of an operation the codes and headers of the dialect."""
    replies: dict[str, Any] = raw["responses"]
    for situation in ("delete-unknown", "not-ready"):
        old, new = (str(one.get("situations", {}).get(situation, {}).get("code")) for one in (before, now))
        if old != new and old in replies:
            if situation == "not-ready":
                raw["x-pending"] = int(new)
            replies.setdefault(new, replies[old])
            del replies[old]
    for outcome in {raw.get("x-outcome", "")} | ({"create-by-put"} if raw.get("x-outcome") == "update" else set()):
        old, new = (one.get("outcomes", {}).get(outcome) for one in (before, now))
        if old and new and str(old["code"]) in replies:
            reply = replies.pop(str(old["code"]))
            headers = {key: one for key, one in reply.get("headers", {}).items() if key in new["headers"]}
            replies[str(new["code"])] = {**reply, **({"headers": headers} if "headers" in reply else {})}
