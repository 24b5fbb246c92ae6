"""Lists inside of things: they show what the lists of their own show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from contract_tests.evidence import Evidence, level_of
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Stage, Thing


@scenario_rule(
    "embedded-lists-agree",
    title="A list inside of a thing shows what the list of its own shows",
    source="keys of a thing that hold the list which lies below its address",
    writes=False,
)
def embedded_lists_agree(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Where a thing is read at an address and a list lies below it, under a key of the thing, both have the same items
    in the same order, however many there are, also where the thing is in a list itself. Others may write: what is wrong
    is looked at again, and must be the same."""
    action = resource.first("read")
    if action is None or not stage.conventions.get("lists"):
        return
    below = list(_below(stage, resource, action.operation))
    if not below:
        return
    thing = stage.make(resource, why=f"create a {resource.title} with lists")
    if stage.mode.writes:
        _fill(stage, resource, thing)
    first = _told(_differing(stage, resource, thing, action, below))
    again = _told(_differing(stage, resource, thing, action, below)) if first else {}
    yield from (again[key] for key in first if key in again)


def _told(complaints: Iterable[Complaint]) -> dict[tuple[object, ...], Complaint]:
    """Complaints by all that tells them apart from those of another look."""
    return {(one.message, one.received, one.promised): one for one in complaints}


def _differing(
    stage: Stage, resource: Resource, thing: Thing, action: Action, below: Sequence[tuple[str, Operation]]
) -> Iterator[Complaint]:
    """What a thing shows otherwise than the lists below it."""
    views = [stage.read(thing, action)]
    for listing in resource.all("list"):
        if listing.own_answer and not listing.ids:
            items, seen = stage.listed(listing, {**stage.address(listing, thing), **stage.scope(listing, thing)})
            views += [(item, seen) for item in items if stage.is_item(item, thing)]
    inner = str(stage.conventions["lists"]["items"])
    for key, operation in below:
        alone = stage.call(operation, stage.address(action, thing), why=f"the list of {key}")
        wanted = _items(stage.payload(alone), inner)
        for body, exchange in views if wanted is not None else ():
            shown = _items(body.get(key) if isinstance(body, dict) else None, inner)
            if shown is not None and shown != wanted:
                known = level_of(stage.conventions["lists"], Evidence.DOCUMENTED)
                message = f"{key} of a {resource.title} are not those of their list"
                yield Complaint(message, str(shown)[:200], str(wanted)[:200], key, known, exchange)


def _below(stage: Stage, resource: Resource, reading: Operation) -> Iterator[tuple[str, Operation]]:
    """Keys of a thing, and the lists that lie below its address under those names."""
    for operation in stage.promise.operations.values():
        head, _, key = operation.path.rpartition("/")
        if operation.safe and head == reading.path and key in resource.derived:
            yield key, operation


def _fill(stage: Stage, resource: Resource, thing: Thing) -> None:
    """Make two things of each kind in it, and one in each of those."""
    for other in stage.resources.values():
        creation = other.first("create")
        held = [name for name, one in (creation.parts if creation else {}).items() if one.resource == resource.name]
        if creation is None or not held or len(creation.parts) > 1 or (not other.listing and not other.all("list")):
            continue
        for _ in range(2):
            reference = creation.parts[held[0]]
            made = stage.make(other, {held[0]: str(thing.get(reference.key))}, why=f"create a {other.title} in it")
            if other.derived and other is not resource and not other.place:
                _fill(stage, other, made)


def _items(body: Any, inner: str) -> list[Any] | None:
    found = body.get(inner) if isinstance(body, dict) else None
    return found if isinstance(found, list) else None
