"""Addresses: one thing under every base path, with a slash at the end, under another path, by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.evidence import Evidence, level_of
from contract_tests.findings import Complaint
from contract_tests.model import Action, Reference, Resource
from contract_tests.promise import Operation
from contract_tests.rules.inputs import differs
from contract_tests.rules.registry import scenario_rule
from contract_tests.samples import other_case
from contract_tests.stage import Stage, Thing


@scenario_rule(
    "every-base-path",
    title="An operation is the same under every base path",
    source="base_paths in conventions.yaml",
    evidence=Evidence.ASSUMED,
    writes=False,
    each="operation",
)
def every_base_path(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read gets the same answer under each of them."""
    if not operation.safe or len(stage.promise.bases) == 1:
        return
    values = stage.happy(operation)
    before = stage.call(operation, values, why="as promised")
    for base in stage.promise.bases[1:]:
        exchange = stage.call(operation, values, None, base=base, why=f"under the base path {base or '/'}")
        if differs(stage, before, exchange, values):
            told = f"{exchange.response.status}, another answer"
            yield Complaint(f"under {base or '/'} it is something else", told, "the same answer", exchange=exchange)


@scenario_rule(
    "slash-at-the-end",
    title="A slash at the end of an address means nothing",
    source="addresses in conventions.yaml",
    evidence=Evidence.ASSUMED,
    writes=False,
    each="operation",
)
def slash_at_the_end(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read with one gets the same answer."""
    if operation.safe and stage.conventions.get("addresses", {}).get("trailing_slash") == "ignored":
        yield from _same(stage, operation, operation.path + "/", "a slash at the end")


@scenario_rule(
    "other-addresses",
    title="An address that is also served shows the same",
    source="addresses.aliases in conventions.yaml",
    writes=False,
    each="operation",
)
def other_addresses(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read under it gets the answer of the promised address."""
    addresses: Mapping[str, Mapping[str, str]] = stage.conventions.get("addresses", {})
    for other, path in addresses.get("aliases", {}).items():
        if operation.safe and operation.path == path:
            yield from _same(stage, operation, other, f"the address {other}")


def _same(stage: Stage, operation: Operation, path: str, how: str) -> Iterator[Complaint]:
    values = stage.happy(operation)
    before = stage.call(operation, values, why="as promised")
    exchange = stage.call(operation, values, None, path_case=path, why=how)
    if differs(stage, before, exchange, values):
        told = f"{exchange.response.status}, another answer"
        evidence = level_of(stage.conventions.get("addresses"), Evidence.ASSUMED)
        yield Complaint(f"{how} changes the answer", told, "the same answer", how, evidence, exchange)


@scenario_rule(
    "names-stand-for-ids",
    title="A name stands for an id where the promise says so",
    source="names_as_ids in conventions.yaml",
    writes=False,
    each="operation",
)
def names_stand_for_ids(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read by the name gets the answer of one by the id; where names count in their exact case, one by the name in
    another case finds nothing."""
    for entry in stage.conventions.get("names_as_ids", ()):
        parameter, reference = entry["parameter"], Reference.of(entry["key"])
        if operation.parameter(parameter) is None or not operation.safe:
            continue
        listed = operation.id in entry["operations"]
        evidence = level_of(entry, Evidence.DOCUMENTED) if listed else Evidence.ASSUMED
        values = stage.happy(operation)
        holder = stage.resources[reference.resource]
        thing = next((one for one in stage.things if one.resource is holder and _is(one, values[parameter])), None)
        if thing is None:
            continue
        name = str(thing.get(reference.key))
        before = stage.call(operation, values, why="by its id")
        exchange = stage.call(operation, {**values, parameter: name}, None, why="by its name", evidence=evidence)
        if differs(stage, before, exchange, values):
            told = f"{exchange.response.status}, another answer"
            yield Complaint("by its name it is something else", told, "the same answer", parameter, evidence, exchange)
        exact = stage.conventions.get("casing", {}).get("names") == "exact"
        if exact and stage.arguments.tag in name and other_case(name) != name:
            turned, why = {**values, parameter: other_case(name)}, "by its name in another case"
            stage.call(operation, turned, "not-found", why=why, evidence=Evidence.ASSUMED)


def _is(thing: Thing, value: str) -> bool:
    return thing.resource.id is not None and str(thing.get(thing.resource.id)) == value


def names_for(stage: Stage, operation: Operation, values: Mapping[str, Any]) -> dict[str, str]:
    """Names of things of the run, in the place of the ids that an operation is sent."""
    entries = [one for one in stage.conventions.get("names_as_ids", ()) if one["parameter"] in values]
    parameters = [one["parameter"] for one in entries]
    found: dict[str, str] = {}
    for entry in entries:
        parameter, reference = entry["parameter"], Reference.of(entry["key"])
        if operation.id not in entry["operations"] and parameters.count(parameter) > 1:
            continue  # whose name it is depends on the operation
        alike = (one for one in stage.things if one.resource.name == reference.resource)
        holder = next((one for one in alike if _is(one, values[parameter])), None)
        name = str(holder.get(reference.key)) if holder else ""
        found |= {parameter: name} if stage.arguments.tag in name else {}
    return found


@scenario_rule(
    "writes-at-every-address",
    title="A write is the same at every address",
    source="base_paths, addresses and names_as_ids in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def writes_at_every_address(stage: Stage, operation: Operation) -> None:
    """Each write is done once below every other base path, with a slash at the end of its address, and by names that
    stand for ids."""
    found = stage.action_of(operation)
    if operation.safe or found is None:
        return
    for why, more in _elsewhere(stage, operation):
        _written(stage, *found, why=why, evidence=Evidence.ASSUMED, **more)
    if stage.conventions.get("names_as_ids"):
        _written(stage, *found, named=True, why="names in the place of ids", evidence=Evidence.ASSUMED)


def _elsewhere(stage: Stage, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    addresses: Mapping[str, Any] = stage.conventions.get("addresses", {})
    for base in stage.promise.bases[1:]:
        yield f"under the base path {base or '/'}", {"base": base}
    if addresses.get("trailing_slash") == "ignored":
        yield "a slash at the end", {"path_case": operation.path + "/"}


@scenario_rule(
    "writes-at-other-addresses",
    title="A write is the same at an address that is also served",
    source="addresses.aliases in conventions.yaml; ALIASES in DEVIATIONS.md",
    evidence=Evidence.ASSUMED,
    grave=True,
    each="operation",
)
def writes_at_other_addresses(stage: Stage, operation: Operation) -> None:
    """Each write is done once under each other path of its address."""
    found, addresses = stage.action_of(operation), stage.conventions.get("addresses", {})
    for other, path in addresses.get("aliases", {}).items():
        if operation.path == path and not operation.safe and found is not None:
            _written(stage, *found, path_case=other, why=f"the address {other}", evidence=Evidence.ASSUMED)


def _written(stage: Stage, resource: Resource, action: Action, *, named: bool = False, **more: Any) -> None:
    """Do what a write is for, on something made for it; where names are wanted, only where there are some."""
    operation, parts = action.operation, None
    if action.verb == "create":
        values, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
    else:
        if named and not names_for(stage, operation, stage.happy(operation)):
            return
        thing = stage.make_for(resource, action, why="create something to write to")
        values = stage.values(thing, action)
    names = names_for(stage, operation, values) if named else {}
    if named and not names:
        return
    sent = {**values, **names}
    if action.verb == "create":
        stage.create(resource, action, sent, parts, **more)
        return
    exchange = stage.call(operation, sent, **more)
    if exchange.succeeded and action.verb == "delete":
        stage.mark_gone(thing)
    elif exchange.succeeded:
        thing.fields |= {key: sent[name] for name, key in action.sets.items()}
