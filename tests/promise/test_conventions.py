"""conventions.yaml names only what the specification has, and leaves no operation out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mockserver.kernel.operation import Operation
from mockserver.kernel.promise import Promise
from tests.promise.lists import blocks

Rules = Mapping[str, Any]

#: Words of an action that map parameters of its operation to something, and the one that maps something to them.
PARAMETERS = ("target", "in", "to", "within", "needs")
SWITCHES = "switches"
#: Words of a resource that hold keys of its own.
KEYS = ("id", "naming", "identity", "owned_by", "compare", "computed", "follows_name", "follows_place", "also_named",
        "place", "ghosts", "item")  # fmt: skip


@pytest.fixture(scope="module")
def rules(promise: Promise) -> Rules:
    """The conventions."""
    return promise.conventions


def actions(resource: Rules) -> Iterator[tuple[str, Rules]]:
    """Every action of a resource with the word it stands under."""
    for word, uses in resource.items():
        for use in uses if isinstance(uses, list) else ():
            if isinstance(use, Mapping) and "operation" in use:
                yield word, use


def every_action(rules: Rules) -> Iterator[tuple[str, str, Rules]]:
    """Every action of every resource: resource, word, action."""
    for name, resource in rules["resources"].items():
        for word, use in actions(resource):
            yield name, word, use


def flat(value: Any) -> Iterator[str]:
    """The keys a word of a resource names, however they are grouped."""
    if isinstance(value, str):
        yield value
    else:
        for inner in value:
            yield from flat(inner)


def payload_keys(operation: Operation) -> set[str]:
    """Keys of the object, or of each object of the list, that an operation answers with."""
    good = operation.responses[200]["content"]["application/json"]["schema"]["properties"]["result"]
    return set(good.get("items", good).get("properties", ()))


def keys_of(resource: Rules, promise: Promise) -> set[str]:
    """What may be said of a thing: keys of its answers, and what it is created with."""
    known: set[str] = set()
    for word, use in actions(resource):
        operation = promise.operations[use["operation"]]
        known |= payload_keys(operation)
        if word == "create":
            known |= {*use["target"].values(), *(one.name for one in operation.parameters)}
    return known


def test_every_operation_is_used_and_no_other(rules: Rules, promise: Promise) -> None:
    used = {use["operation"] for _, _, use in every_action(rules)} | {one["operation"] for one in rules["sessions"]}
    assert used == set(promise.operations)


def test_actions_name_only_parameters_of_their_operation(rules: Rules, promise: Promise) -> None:
    for resource, word, use in every_action(rules):
        known = {one.name for one in promise.operations[use["operation"]].parameters}
        named = {name for part in PARAMETERS for name in use.get(part, ())} | set(use.get(SWITCHES, {}).values())
        assert named <= known, (resource, word, use["operation"], named - known)


def test_actions_name_every_mandatory_parameter(rules: Rules, promise: Promise) -> None:
    """An action that leaves one out could never be sent."""
    for resource, word, use in every_action(rules):
        mandatory = {one.name for one in promise.operations[use["operation"]].parameters if one.required}
        named = {name for part in PARAMETERS for name in use.get(part, ())}
        assert mandatory <= named, (resource, word, use["operation"], mandatory - named)


def test_actions_name_only_keys_of_their_resource(rules: Rules, promise: Promise) -> None:
    for resource, word, use in every_action(rules):
        known = keys_of(rules["resources"][resource], promise)
        named = {*use.get("target", {}).values(), *use.get("where", ()), *use.get("fixed", ())}
        assert named <= known, (resource, word, use["operation"], named - known)


def test_resources_name_only_keys_of_their_own(rules: Rules, promise: Promise) -> None:
    for name, resource in rules["resources"].items():
        named = {key for word in KEYS if word in resource for key in flat(resource[word])}
        assert named - keys_of(resource, promise) == set(), name


def test_places_of_other_things_exist(rules: Rules, promise: Promise) -> None:
    """``ou.path`` is a key of another resource; a bare word is a fact of the environment."""
    for resource, word, use in every_action(rules):
        for place in [*use.get("in", {}).values(), *use.get("to", {}).values()]:
            other, dot, key = place.partition(".")
            if dot:
                assert key in keys_of(rules["resources"][other], promise), (resource, word, place)
            else:
                assert place in {*rules["environment"], *keys_of(rules["resources"][resource], promise)}, place


def test_what_a_creation_fixes_is_allowed(rules: Rules, promise: Promise) -> None:
    for resource, _, use in every_action(rules):
        good = promise.operations[use["operation"]].responses[200]["content"]["application/json"]["schema"]
        payload = good["properties"]["result"]
        properties = payload.get("items", payload).get("properties", {})
        for key, value in {**use.get("fixed", {}), **use.get("where", {})}.items():
            assert value in properties[key].get("enum", [value]), (resource, key, value)


def test_sections_are_those_of_the_operations(rules: Rules, promise: Promise) -> None:
    assert set(rules["sections"]) == {one.section for one in promise.operations.values()}
    tags: dict[str, set[str]] = {}
    for item in promise.document["paths"].values():
        for node in item.values():
            tags.setdefault(node["x-section"], set()).update(node["tags"])
    assert tags == {name: {section["title"]} for name, section in rules["sections"].items()}


def test_statuses_of_refusals_are_promised(rules: Rules, promise: Promise) -> None:
    """405, 500 and 503 belong to no operation (ERROR-405)."""
    codes = {name: situation["code"] for name, situation in rules["situations"].items()}
    promised = {status for one in promise.operations.values() for status in one.responses}
    assert {name for name, code in codes.items() if code not in promised} == {"wrong-method", "internal", "unavailable"}
    assert set(rules["check_order"]) <= set(codes)
    assert rules["success"]["code"] in promised


def test_versions_are_those_of_the_operations(rules: Rules) -> None:
    versions = {one["version"] for one in rules["versions"]}
    assert {block.head.split()[3] for block in blocks("operations.txt")} <= versions


def test_every_rule_says_how_it_is_known(rules: Rules) -> None:
    for one in [rules["casing"], rules["envelope"], rules["success"], *rules["situations"].values()]:
        assert one["evidence"]["level"] in ("documented", "client", "assumed"), one
        assert one["evidence"]["source"], one
