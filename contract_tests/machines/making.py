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
        if hung is None:
            return {}
        place = chosen(self._model.of(hung[1].resource), where)
        return {hung[0]: (place, hung[1])} | self._beside(resource, action, hung[0], place, other)

    def _beside(self, resource: Resource, action: Action, name: str, place: Thing, number: int) -> Hung:
        """What else a thing is hung on that must be like its place."""
        alike = self._family.facts.alike.get(resource.name)
        found: Hung = {}
        for parameter, reference in action.parts.items() if alike else ():
            if parameter != name and reference.key:
                fit = self._alike(reference, place, alike.keys if alike else ())
                found[parameter] = (chosen(fit, number), reference)
        return found

    def _alike(self, reference: Reference, thing: Thing, keys: tuple[str, ...]) -> list[Thing]:
        things = self._model.of(reference.resource)
        return [one for one in things if all(one.get(key) == thing.get(key) for key in keys)]

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

    def area(self, resource: Resource, creation: Action) -> tuple[Values, dict[str, Thing]]:
        """What something to work in is made with: it lies in what there is to work in already."""
        fixed = {one.resource.name: one for one in self._model.fixed}
        hung = {name: fixed[one.resource] for name, one in creation.parts.items() if one.resource in fixed}
        places = {name: str(one.get(creation.parts[name].key)) for name, one in hung.items()}
        values = {**made_with(resource), **places}
        return self._stage.arguments.creation(resource, creation, values, full=False, variant=0)[0], hung

    def goals(self, thing: Thing, reference: Reference) -> list[Thing]:
        """Where a thing can be moved to."""
        alike = self._family.facts.alike.get(thing.resource.name)
        return self._alike(reference, thing, alike.keys if alike else ())

    def wanted(
        self, resource: Resource, action: Action, given: Mapping[str, str], holder: Thing | None
    ) -> dict[str, Any]:
        """What a new thing would have by key; what the thing it lies in has, it has too."""
        found: dict[str, Any] = {key: given.get(parameter) for parameter, key in action.target.items()}
        if holder is not None:
            found = {key: holder.get(key) for key in self._family.facts.unique_of(resource).keys} | found
        return found

    def hung_as(self, former: Thing) -> tuple[Action, Hung]:
        """How to make a former thing anew, in the place or between the ends it had last.

        Raises ``Blocked`` where one of them is gone.
        """
        action = self._maker(former)
        place = None if former.resource.fresh else place_of(former.resource, action)
        found: Hung = {}
        for number, (parameter, part) in enumerate(former.parts.items()):
            name, reference = (parameter, action.parts.get(parameter)) if place is None or number else place
            if reference is not None:
                found[name] = (chosen([part] if part in self._model.living else [], 0), reference)
        return action, found

    def _maker(self, former: Thing) -> Action:
        """The creation that makes a thing where this one lay: it may have been moved into something else."""
        holder = self._model.holder(former)
        return former.action if holder is None else self.maker(former, holder)

    def maker(self, thing: Thing, holder: Thing) -> Action:
        """The creation that makes what a thing is in something."""
        for action in (thing.action, *thing.resource.all("create")):
            place = place_of(thing.resource, action)
            if place is not None and place[1].resource == holder.resource.name:
                return action
        return thing.action

    def put(self, thing: Thing, goal: Thing, place: str) -> None:
        """Know that a thing lies in something else, as if it had been made there."""
        old, thing.action = next(iter(thing.action.parts)), self.maker(thing, goal)
        hung = next(iter(thing.action.parts))
        thing.parts = {hung: goal, **{name: part for name, part in thing.parts.items() if name not in (old, hung)}}
        thing.sent = {**{name: text for name, text in thing.sent.items() if name != old}, hung: place}

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


def updated(thing: Thing, key: str, text: str) -> Any:
    """The value of a key after an update: of a map the entries that were sent are others, the rest stays."""
    value = from_wire(text, str(field_schema(thing, key).get("type", "string")))
    before = thing.get(key)
    return {**before, **value} if key in thing.resource.map and isinstance(before, dict) else value
