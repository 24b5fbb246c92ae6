"""Lists as answers hold them: bare or below a key of an envelope, whole or in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import MISSING, Exchange
from contract_tests.promise import Operation, Promise

#: Batches of one list that are asked for.
MOST = 40


@dataclass(frozen=True)
class Batch:
    """A part of a list as its envelope describes it; a key that is not there is ``MISSING``."""

    items: list[Any]
    start: Any = MISSING
    limit: Any = MISSING
    count: Any = MISSING
    total: Any = MISSING


def keys_of(promise: Promise) -> Mapping[str, str]:
    """The keys of the envelope of lists, by what they hold; empty where lists are bare."""
    names = ("items", "start", "limit", "count", "total")
    lists: Mapping[str, str] = promise.conventions.get("lists", {})
    return {name: lists[name] for name in names if name in lists}


def batch_of(promise: Promise, body: Any) -> Batch | None:
    """The batch that a payload is; ``None`` for anything else."""
    keys = keys_of(promise)
    if not keys or not isinstance(body, dict) or not isinstance(body.get(keys["items"]), list):
        return None
    return Batch(**{name: body.get(key, MISSING) for name, key in keys.items()})


def items_in(promise: Promise, body: Any) -> list[Any] | None:
    """The items of a list, in an envelope or not; ``None`` for what is no list."""
    if isinstance(body, list):
        return body
    batch = batch_of(promise, body)
    return None if batch is None else batch.items


def pages(promise: Promise, operation: Operation) -> Mapping[str, str]:
    """The parameters by which an operation shows a batch, by what they mean; empty where it shows all."""
    paging: Mapping[str, Any] = promise.conventions.get("paging", {})
    named = {role: one["parameter"] for role, one in paging.items() if role != "evidence"}
    found = {role: name for role, name in named.items() if operation.parameter(name) is not None}
    start = operation.parameter(found.get("start", ""))
    return found if start is not None and start.kind == "integer" and "limit" in found else {}


def rest_of(promise: Promise, exchange: Exchange, body: Any) -> dict[str, str] | None:
    """The argument that asks for the next batch of a list; ``None`` after the last."""
    batch, names = batch_of(promise, body), pages(promise, exchange.operation)
    if batch is None or not names or not batch.items or not all(_is_number(one) for one in (batch.start, batch.total)):
        return None
    after = batch.start + len(batch.items)
    return {names["start"]: str(after)} if after < batch.total else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
