"""The order of what stands on a target: names one after the other, as far as every collation agrees."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.narrowed import by_places, whole_of

if TYPE_CHECKING:
    from contract_tests.stage import Stage


def unordered(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Two neighbours of which the first has the later name, in the lists of all and of containers."""
    if len(resource.naming) != 1 or resource.item:
        return
    (key,) = resource.naming
    for action in resource.all("list"):
        for values in _arguments(stage, resource, action):
            items, exchange = stage.listed(action, values, why="list in order")
            names = [str(one[key]) for one in items if isinstance(one, dict) and isinstance(one.get(key), str)]
            for one, other in pairwise(names):
                if is_later(one, other):
                    message = f"{one} stands before {other}"
                    yield Complaint(message, f"{one}, {other}", f"{other}, {one}", "order", exchange=exchange)
                    break


def _arguments(stage: Stage, resource: Resource, action: Action) -> Iterator[dict[str, str]]:
    """No arguments, and, for a list of a container, some containers."""
    if action.target or action.ids or any(one.required for one in action.operation.parameters):
        return
    yield {}
    whole = whole_of(resource)
    if whole is not None and action.within:
        items: list[Any] = [one for one in stage.listed(whole, {}, why="list all")[0] if isinstance(one, dict)]
        for narrowing in by_places(stage, resource, action, items):
            yield dict(narrowing.values)


def is_later(one: str, other: str) -> bool:
    """Whether a name comes after another in every collation without case: the first letters or digits of ASCII in
    which they differ say so; where they differ in anything else, nobody can tell."""
    for first, second in zip(one.casefold(), other.casefold(), strict=False):
        if first != second:
            return first.isascii() and second.isascii() and first.isalnum() and second.isalnum() and first > second
    return False
