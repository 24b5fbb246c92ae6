"""A promise as another age of its API keeps it, from ``dialects`` of the conventions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from apitwin.data import dialects
from apitwin.data.names import nearest
from contract_tests.promise import METHODS, Promise


def in_dialect(promise: Promise, name: str) -> Promise:
    """The promise in a dialect; raises ``ValueError`` naming the nearest one."""
    known: Mapping[str, Any] = promise.conventions.get("dialects", {})
    if name not in known:
        names = ", ".join(known) or "none"
        raise ValueError(f"{name!r} is none of {promise.name}{nearest(name, known)}; known: {names}")
    if not known[name]:
        return promise
    late = _late(promise.conventions)
    pending = {one["operationId"] for one in _operations(promise.document) if late in one["responses"]}
    conventions = dialects.conventions_in(promise.conventions, name)
    document = dialects.document_in(promise.document, promise.conventions, name)
    for one in _operations(document):
        # its code may be that of any refusal here, so that it no longer shows in the answers
        if one["operationId"] in pending and _late(conventions) != late:
            one["x-pending"] = int(_late(conventions))
    return replace(promise, conventions=conventions, document=document)


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                yield item[method]
                yield from item[method].get("x-also", ())


def _late(conventions: Mapping[str, Any]) -> str:
    """The code of a result that is not there yet."""
    return str(conventions.get("situations", {}).get("not-ready", {}).get("code"))
