"""Lists of names in a thing: what is added is there beside the others, what replaces is there alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import kept
from contract_tests.stage import Stage, Thing

SOURCE = "adds and replaces of actions, members of resources in conventions.yaml"


@scenario_rule(
    "members-are-set", title="Names are added to a list, or take its place, as the action says", source=SOURCE
)
def members_are_set(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """As a list of names, and as a map that says of each whether it is on. An action that adds leaves the others as
    they are; one that replaces leaves nothing else. Both encodings mean the same, and nothing but the list changes."""
    for action in resource.all("act", "update"):
        for parameter in action.operation.parameters:
            field = parameter.field or parameter.name
            if field in resource.members and parameter.place in ("body", "content"):
                for form in (False, True):
                    yield from _Members(stage, resource, action, parameter, form=form).complaints()


class _Members:
    """One action on one list of a thing, tried with a few names, as JSON or as a ``form``."""

    def __init__(self, stage: Stage, resource: Resource, action: Action, parameter: Parameter, *, form: bool) -> None:
        self._stage, self._action, self._parameter, self._form = stage, action, parameter, form
        field = self._field = parameter.field or parameter.name
        self._thing: Thing = stage.make_for(resource, action, why="create something with a list")
        self._adds = action.adds == field
        reference = resource.members[field]
        found = stage.arguments.members(reference, self._thing.action, self._thing.sent)
        self._names = found[:2]

    def complaints(self) -> Iterator[Complaint]:
        """The steps, each from what the ones before it have left."""
        if len(self._names) < len("ab"):
            return
        one, other = self._names
        steps: list[tuple[Any, set[str]]] = [([one], {one}), ([other], {one, other} if self._adds else {other})]
        steps.append(([], {one, other} if self._adds else set()))
        if "object" in _kinds(self._parameter):
            steps.append(({one: 1, other: 0}, {one}))
            steps.append(({other: 1}, {one, other} if self._adds else {other}))
            steps.append(({one: 0, other: 0}, set()))
        for value, wanted in steps:
            if value or not self._form or self._parameter.place == "content":  # a form has no empty list in a key
                yield from self._step(value, wanted)

    def _step(self, value: Any, wanted: set[str]) -> Iterator[Complaint]:
        stage, thing = self._stage, self._thing
        before = look(stage, thing)
        sent = {**stage.address(self._action, thing), self._parameter.name: orjson.dumps(value).decode()}
        kind = "a map" if isinstance(value, dict) else "a list"
        told = f"{self._field} as {'a form' if self._form else 'JSON'}, {kind}"
        exchange = stage.call(self._action.operation, sent, form=self._form, why=told)
        after = look(stage, thing)
        shown = after.get(self._field)
        if exchange.succeeded and isinstance(shown, list) and set(map(str, shown)) != wanted:
            yield self._complaint(shown, wanted, told, exchange)
        yield from kept(thing, before, after, exchange, free={self._field}, why=f" with {self._field}")

    def _complaint(self, shown: list[Any], wanted: set[str], told: str, exchange: Exchange) -> Complaint:
        verb = "adding" if self._adds else "replacing"
        message = f"{self._field} is {shown!r} after {verb} {told}"
        return Complaint(
            message, str(sorted(map(str, shown))), str(sorted(wanted)), f"{verb} {told}", exchange=exchange
        )


def _kinds(parameter: Parameter) -> set[str]:
    """The types a value may have."""
    return {str(one.get("type")) for one in parameter.schema.get("oneOf", (parameter.schema,))}
