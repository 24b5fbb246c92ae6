"""Limits: the longest values, values that exclude each other, and updates that are refused as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import as_sent, kept, settable
from contract_tests.stage import Stage, Thing

#: What longest values are made of: no two neighbours are alike, so that a cut shows wherever it is made.
STUFF = "0123456789abcdefghijklmnopqrstuvwxyz"


@scenario_rule(
    "longest-value",
    title="A value of the greatest length is kept whole",
    source="x-max-length of parameters",
    evidence=Evidence.ASSUMED,
)
def longest_value(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation with every text at its limit succeeds, and reading shows the texts as they were sent."""
    for action in resource.all("create"):
        texts = {one.name: longest(one) for one in limited(action)}
        if texts:
            thing = stage.make(resource, texts, action=action, why="create with the longest values")
            body, exchange = stage.refresh(thing)
            yield from as_sent(thing, body, texts, exchange, "at its greatest length")


@scenario_rule(
    "too-long-value",
    title="A value that is too long is refused, not cut",
    source="x-max-length of parameters",
    evidence=Evidence.ASSUMED,
)
def too_long_value(stage: Stage, resource: Resource) -> None:
    """One more character than allowed, in each limited text of creations and updates."""
    for action in resource.all("create"):
        for parameter in limited(action):
            values = {parameter.name: longest(parameter, 1)}
            given, parts = stage.arguments.creation(resource, action, values, full=False, variant=0)
            why = f"{parameter.name} is too long"
            stage.create(resource, action, given, parts, "bad-input", why=why, evidence=Evidence.ASSUMED)
    for action in resource.all("update"):
        thing = stage.make_for(resource, action, why="create something to update")
        for parameter in limited(action):
            values = {**stage.address(action, thing), parameter.name: longest(parameter, 1)}
            why = f"{parameter.name} is too long"
            stage.call(action.operation, values, "bad-input", why=why, evidence=Evidence.ASSUMED)


def limited(action: Action) -> list[Parameter]:
    """Free texts of a limited length."""
    return [
        one
        for one in action.operation.parameters
        if one.max_length and one.is_text and one.name not in action.target and "enum" not in one.schema
    ]


def longest(parameter: Parameter, more: int = 0) -> str:
    """A text of the greatest length, or of some characters more."""
    length = (parameter.max_length or 0) + more
    return (STUFF * (length // len(STUFF) + 1))[:length]


@scenario_rule(
    "exclusive-values",
    title="Values that exclude each other are refused together",
    source="exclusive in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def exclusive_values(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation and an update with two of them are refused; the update changes nothing."""
    for action in resource.all("create"):
        for both in _together(stage, action):
            given, parts = stage.arguments.creation(resource, action, both, full=False, variant=0)
            why = f"{' and '.join(both)} together"
            stage.create(resource, action, given, parts, "bad-input|rule", why=why, evidence=Evidence.ASSUMED)
    for action in resource.all("update"):
        thing = stage.standing(resource.name, resource.creation(action))
        for both in _together(stage, action):
            before = look(stage, thing)
            values = {**stage.address(action, thing), **both}
            why = f"{' and '.join(both)} together"
            exchange = stage.call(action.operation, values, "bad-input|rule", why=why, evidence=Evidence.ASSUMED)
            yield from kept(thing, before, look(stage, thing), exchange, why=" by a refused update")


def _together(stage: Stage, action: Action) -> Iterator[dict[str, str]]:
    for group in stage.conventions.get("exclusive", ()):
        present = [one for one in map(action.operation.parameter, group) if one is not None]
        if len(present) > 1:
            yield {one.name: "true" if one.kind == "boolean" else stage.arguments.sample(one, 1) for one in present[:2]}


@scenario_rule(
    "refused-update-changes-nothing",
    title="An update with one bad value changes nothing",
    source="a refused request has no effect",
    evidence=Evidence.ASSUMED,
)
def refused_update_changes_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A good value beside one that cannot be read, or is too long, is not taken."""
    for action in resource.all("update"):
        thing = stage.make_for(resource, action, full=True, why="create something to update")
        before, _ = stage.refresh(thing)
        for bad in _bad_values(stage, action):
            good = _good_value(stage, thing, action, bad)
            values = {**stage.address(action, thing), **good, **bad}
            why = f"{', '.join(good)} beside a bad {', '.join(bad)}"
            exchange = stage.call(action.operation, values, "bad-input", why=why, evidence=Evidence.ASSUMED)
            after, seen = stage.refresh(thing)
            yield from kept(thing, before, after, exchange, why=" by a refused update", steps=(seen,))


def _bad_values(stage: Stage, action: Action) -> Iterator[dict[str, str]]:
    bad = stage.arguments.unreadable(action.operation)
    if bad and set(bad).isdisjoint(action.target):
        yield bad
    for parameter in limited(action)[-1:]:
        yield {parameter.name: longest(parameter, 1)}


def _good_value(stage: Stage, thing: Thing, action: Action, bad: dict[str, str]) -> dict[str, str]:
    """A new value for the first key that can be set beside the bad one."""
    for parameter in settable(action, thing):
        if parameter.name not in bad and parameter.is_text:
            current = thing.get(parameter.field or "")
            return stage.arguments.another(thing.resource, action.operation, parameter, current) or {}
    return {}
