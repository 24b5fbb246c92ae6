"""Identity: each part of what names a thing counts, and what a setting stands in for may be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_tests.clearing import unscoped
from contract_tests.compare import same
from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.listing import check_length, whole
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Blocked, Stage, Thing

#: Values that are made up for a part, until one is nobody's.
TRIES = 4


@scenario_rule(
    "every-part-counts",
    writes=False,
    title="A thing is read by all that names it",
    source="apart in conventions.yaml; the code for absent objects in the status table",
)
def every_part_counts(stage: Stage, resource: Resource) -> None:
    """Read by the name of one thing and an address that is nobody's, there is none."""
    if not resource.apart:
        return
    thing = stage.standing(resource.name)
    for action in stage.actions(thing, "read"):
        for parameter in resource.apart:
            if parameter not in action.target or parameter in thing.action.parts:
                continue
            other = _nobodys(stage, thing, action, parameter)
            if other is not None:
                values = {**stage.address(action, thing), parameter: other}
                stage.call(action.operation, values, "not-found", why=f"another {parameter}", evidence=action.evidence)


def _nobodys(stage: Stage, thing: Thing, action: Action, parameter: str) -> str | None:
    """A value that no thing of this kind has in a part of its name, as far as lists show; ``None`` where none does."""
    key, described = action.target[parameter], action.operation.parameter(parameter)
    lists = list(unscoped(thing.resource))
    if described is None or not lists:
        return None
    items, _ = stage.listed(lists[0], {})
    taken = [item.get(key) for item in items if isinstance(item, dict)]
    kind = thing.resource.compare.get(key, "exact")
    made = (stage.arguments.sample(described, stage.arguments.unused()) for _ in range(TRIES))
    return next((one for one in made if not any(same(kind, known, one) for known in taken)), None)


@scenario_rule(
    "bare-ids-agree",
    writes=False,
    title="A list of ids has the ids of what is listed beside it",
    source="bare_ids in conventions.yaml",
    each="operation",
)
def bare_ids_agree(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """The same ones, however many there are; that they come in the same order is assumed. Others may write: the things
    are listed before and after."""
    entry: Mapping[str, str] | None = stage.conventions.get("bare_ids", {}).get(operation.id)
    if entry is None:
        return
    values = stage.happy(operation)
    wanted = _ids_of(stage, entry, values)
    exchange = stage.call(operation, values, why="their ids alone")
    ids = [str(one) for one in whole(stage, exchange)]
    if not exchange.succeeded or ids == wanted or wanted != _ids_of(stage, entry, values):
        return
    shown, meant = str(ids)[:200], str(wanted)[:200]
    if sorted(ids) == sorted(wanted):
        yield Complaint("ids come in another order", shown, meant, "order", Evidence.ASSUMED, exchange)
    else:
        yield Complaint(f"{len(ids)} ids of {len(wanted)} things", shown, meant, "ids", exchange=exchange)


def _ids_of(stage: Stage, entry: Mapping[str, str], values: Mapping[str, str]) -> list[str]:
    """The ids of the things that are listed; raises ``Blocked`` where they are not, or too many."""
    exchange = stage.call(stage.promise.operation(entry["of"]), dict(values), why="the things")
    check_length(stage, exchange)
    if not exchange.succeeded:
        raise Blocked(f"{entry['of']} answered {exchange.response.status}")
    return [str(one.get(entry["key"])) for one in whole(stage, exchange) if isinstance(one, dict)]


@scenario_rule(
    "left-to-its-setting",
    writes=False,
    title="What a setting stands in for may be left out",
    source="x-default-setting of parameters",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def left_to_its_setting(stage: Stage, operation: Operation) -> None:
    """A read without such an argument is about what the setting names, whatever that is: found or not, it is no bad
    request."""
    settings = [one for one in operation.parameters if not one.required and "x-default-setting" in one.raw]
    if not operation.safe or not settings:
        return
    values = stage.happy(operation)
    for one in settings:
        left = {name: value for name, value in values.items() if name != one.name}
        why = f"{one.name} is left to its setting"
        stage.call(operation, left, "success|not-found", why=why, evidence=Evidence.ASSUMED)
