"""What a machine sends to make things: names out of a small pool, a place or ends that exist, all else made up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from contract_tests.arguments import Values
from contract_tests.compare import from_wire
from contract_tests.evidence import Evidence
from contract_tests.machines.families import Family, place_of
from contract_tests.machines.model import Model
from contract_tests.model import Action, Reference, Resource
from contract_tests.promise import Parameter
from contract_tests.showing import field_schema
from contract_tests.stage import Stage
from contract_tests.thing import Blocked, Thing

#: Names (and other telling values) of one resource in one play: few, so that they are given again and again.
POOL = 4

#: What a thing is hung on, by parameter, with the key by which that is named.
Hung = dict[str, tuple[Thing, Reference]]


class Making:
    """Makes arguments of creations in one play."""

    def __init__(self, stage: Stage, family: Family, model: Model) -> None:
        self._stage, self._family, self._model = stage, family, model
        self._pool: dict[tuple[str, str, int], str] = {}

    def hung(self, resource: Resource, action: Action, where: int, other: int) -> Hung:
        """A place for a thing, or the ends of a link; raises ``Blocked`` where there is none."""
        if resource.fresh:
            return self._ends(resource, action, where, other)
        hung = place_of(resource, action)
        return {} if hung is None else {hung[0]: (chosen(self._model.of(hung[1].resource), where), hung[1])}

    def _ends(self, resource: Resource, action: Action, *numbers: int) -> Hung:
        """Different things that may be linked."""
        alike = self._family.facts.alike.get(resource.name)
        keys = alike.keys if alike else ()
        found: Hung = {}
        for number, (parameter, reference) in zip(numbers, action.parts.items(), strict=False):
            taken = [one for one, _ in found.values()]
            others = [one for one in self._model.of(reference.resource) if one not in taken]
            fit = [one for one in others if all(one.get(key) == end.get(key) for end in taken for key in keys)]
            found[parameter] = (chosen(fit, number), reference)
        return found

    def hung_as(self, former: Thing) -> Hung:
        """The place or ends that a former thing had; raises ``Blocked`` where one of them is gone."""
        places = {} if former.resource.fresh else dict([place_of(former.resource, former.action) or ("", None)])
        found: Hung = {}
        for parameter, part in former.parts.items():
            reference = places.get(parameter) or former.action.parts[parameter]
            found[parameter] = (chosen([part] if part in self._model.living else [], 0), reference)
        return found

    def values(
        self,
        resource: Resource,
        action: Action,
        hung: Hung,
        names: Mapping[str, str] = MappingProxyType({}),
        *,
        name: int = 0,
        rich: bool = False,
        variant: int = 0,
    ) -> Values:
        """All that a creation is sent, ``names`` as they are; ``rich`` sets what can be set."""
        values: Values = {**made_with(resource), **names}
        values |= {one: str(part.get(reference.key)) for one, (part, reference) in hung.items()}
        values |= self._names(resource, action, name, values)
        # what refers to other things is left to the walk
        references = self._stage.conventions.get("references", {})
        away = {one.name for one in action.operation.parameters if one.field in references}
        blank = dict.fromkeys(away, "")
        given, _ = self._stage.arguments.creation(resource, action, {**blank, **values}, full=rich, variant=variant)
        return {one: value for one, value in given.items() if one not in away}

    def _names(self, resource: Resource, action: Action, name: int, values: Mapping[str, str]) -> Values:
        """Values by which things are told apart, from the pool."""
        keys = {*self._family.facts.unique_of(resource).keys, *resource.identity}
        found: Values = {}
        for parameter, key in action.target.items():
            if parameter in values:
                continue
            if key in resource.naming:
                found[parameter] = self.name(resource, key, name)
            elif key in keys:
                known = action.operation.by_name[parameter]
                found[parameter] = self._pooled(resource, key, name // POOL, known)
        return found

    def name(self, resource: Resource, key: str, number: int) -> str:
        """A name of the pool."""
        return self._pooled(resource, key, number, None)

    def _pooled(self, resource: Resource, key: str, number: int, parameter: Parameter | None) -> str:
        slot = (resource.name, key, number % POOL)
        if slot not in self._pool:
            made_up = parameter is not None
            sample = self._stage.arguments.sample(parameter, number % POOL) if parameter is not None else ""
            self._pool[slot] = sample if made_up else self._stage.arguments.fresh_name(resource)
        return self._pool[slot]


def promised(thing: Thing, given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """What a creation leaves in the keys it sets, and how well that is known: what was sent, else the default.

    That a free text nobody gave is empty is our reading.
    """
    resource, action = thing.resource, thing.action
    found: dict[str, Any] = dict(action.fixed)
    known: dict[str, Evidence] = {}
    for parameter in action.operation.parameters:
        key = parameter.field
        if key is None or not field_schema(thing, key):
            continue
        own = key in resource.naming | resource.computed or parameter.name in action.parts
        if parameter.name in given:
            kind = str(field_schema(thing, key).get("type", "string"))
            found[key], known[key] = from_wire(given[parameter.name], kind), parameter.evidence
        elif not own and key not in found and (parameter.default is not None or _is_free(parameter)):
            found[key] = parameter.default
            known[key] = Evidence.ASSUMED if parameter.default is None else parameter.evidence
    return found, known


def _is_free(parameter: Parameter) -> bool:
    """Whether any text may be sent: one of a few words has a default though none is written down."""
    return parameter.is_text and "enum" not in parameter.schema


def made_with(resource: Resource) -> Values:
    """What a creation must say for every action to be allowed."""
    return {name: str(value) for one in resource.actions for name, value in one.made_with.items()}


def chosen(choices: Any, number: int) -> Any:
    """One of several by a number; raises ``Blocked`` where there is none."""
    if not choices:
        raise Blocked("there is nothing to choose from")
    return choices[number % len(choices)]


def is_flag(thing: Thing, name: str) -> bool:
    """Whether a key of a thing is a boolean."""
    return field_schema(thing, name).get("type") == "boolean"
