"""Narrowing: parameters of a list that are called like keys of its items choose the items with that value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.batches import batch_of, keys_of, pages
from contract_tests.compare import NOTHING, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.listing import whole
from contract_tests.promise import Operation, Parameter
from contract_tests.rules.registry import scenario_rule
from contract_tests.schema import properties_of
from contract_tests.stage import Stage

Items = list[Mapping[str, Any]]


@scenario_rule(
    "query-narrows",
    title="A list that is asked for a value has the items with it, and no others",
    source="parameters and keys of one name in the OpenAPI document",
    writes=False,
    each="operation",
)
def query_narrows(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """Each such parameter alone, with two values that items have and one that none has, and all of them together."""
    chosen = _choosing(stage, operation)
    if not chosen:
        return
    items, exchange, entire = _asked(stage, operation, {})
    if not exchange.succeeded or not items:
        return
    kinds = {name: _kind(stage, operation, name) for name in chosen}
    for values in _questions(items, chosen):
        wanted = [one for one in items if entire and _has(one, values, kinds)]
        evidence = min(chosen[name].evidence for name in values)
        yield from _differing(stage, operation, values, wanted, evidence)


def _choosing(stage: Stage, operation: Operation) -> dict[str, Parameter]:
    """Parameters of the query that are called like keys of the items of a list, but for those of its batches."""
    reply = next((one for code, one in operation.replies.items() if str(code).startswith("2")), None)
    if not operation.safe or reply is None or any(one.required for one in operation.parameters):
        return {}
    schema = reply.schema or {}
    listed = properties_of(schema).get(keys_of(stage.promise).get("items", ""), schema)
    keys = properties_of(listed.get("items", {}))
    paging = pages(stage.promise, operation).values()
    return {
        one.name: one
        for one in operation.parameters
        if one.place == "query" and one.name in keys and one.name not in paging
        if _kind(stage, operation, one.name) != "ignore"
    }


def _kind(stage: Stage, operation: Operation, name: str) -> str:
    """How values of a key are compared."""
    found = stage.action_of(operation)
    kind = found[0].compare.get(name, "exact") if found else "exact"
    free = {"operation": operation.id, "name": name} in stage.conventions.get("case_free", ())
    return "fold" if free and kind == "exact" else kind


def _wire(value: Any) -> str:
    """What is asked for to have the items with a value."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _questions(items: Items, chosen: Mapping[str, Parameter]) -> Iterator[dict[str, str]]:
    """Values to ask for, by parameter."""
    for name, parameter in chosen.items():
        known = [_wire(one[name]) for one in items if one.get(name) not in NOTHING]
        yield from ({name: value} for value in dict.fromkeys((*known[:1], *known[-1:])))
        if parameter.kind == "integer":
            yield {name: str(1 + max((int(one) for one in known if one.isdigit()), default=0))}
    fullest = max(items, key=lambda one: sum(one.get(name) not in NOTHING for name in chosen))
    every = {name: _wire(fullest[name]) for name in chosen if fullest.get(name) not in NOTHING}
    yield from [every] if len(every) > 1 else []


def _has(item: Mapping[str, Any], values: Mapping[str, str], kinds: Mapping[str, str]) -> bool:
    return all(same(kinds[name], _wire(item.get(name)), value) for name, value in values.items())


def _differing(
    stage: Stage,
    operation: Operation,
    values: Mapping[str, str],
    wanted: Items,
    evidence: Evidence,
) -> Iterator[Complaint]:
    """What a list has too much, and what it lacks of what it must have. Others may write: it is looked at twice."""
    kinds = {name: _kind(stage, operation, name) for name in values}
    for _ in range(2):
        items, exchange, _ = _asked(stage, operation, values)
        odd = [one for one in items if not _has(one, values, kinds)]
        missing = [one for one in wanted if one not in items]
        if not exchange.succeeded or not (odd or missing):
            return
    told = ", ".join(f"{name}={value}" for name, value in values.items())
    message = f"{operation.id} with {told}: {len(odd)} items too many, {len(missing)} missing"
    shown, meant = str(odd[:1] or len(items))[:200], str(missing[:1] or told)[:200]
    yield Complaint(message, shown, meant, " ".join(values), evidence, exchange=exchange)


def _asked(stage: Stage, operation: Operation, values: Mapping[str, str]) -> tuple[Items, Exchange, bool]:
    """The items of all batches, the answer with the first, and whether those are all there are."""
    exchange = stage.call(operation, dict(values), why="a list for some values")
    items: Items = [one for one in whole(stage, exchange) if isinstance(one, dict)]
    batch = batch_of(stage.promise, stage.payload(exchange))
    return items, exchange, batch is None or bool(batch.total == len(items))
