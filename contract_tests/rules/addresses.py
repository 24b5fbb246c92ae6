"""Addresses: one thing under every base path, with a slash at the end, under another path, by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_tests.evidence import Evidence, level_of
from contract_tests.findings import Complaint
from contract_tests.model import Reference
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
    """A read gets the same answer under each of them; what is written under another one names the first."""
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
    "written-under-another-base-path",
    title="What is made under another base path is named under the first",
    source="base_paths and outcomes in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="run",
)
def written_under_another_base_path(stage: Stage, promise: object) -> None:
    """The first resource that can be made is made under each: the rule on headers looks at its address."""
    for resource in stage.resources.values():
        for action in resource.all("create") if len(stage.promise.bases) > 1 else ():
            if not resource.first("delete"):
                continue
            for base in stage.promise.bases[1:]:
                given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
                stage.create(resource, action, given, parts, base=base, why=f"create under {base or '/'}")
            return


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
