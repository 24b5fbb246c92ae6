"""Every conventions.yaml names only what its specification has, and leaves no operation out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.kernel.promise import Promise
from tests.promise.reading import (
    Node,
    actions,
    arguments,
    every_action,
    mandatory,
    nodes,
    operations,
    payload,
    payload_keys,
)

#: Words of an action that map arguments of its operation to something, and the one that maps something to them.
PARAMETERS = ("target", "in", "to", "within", "needs")
SWITCHES = "switches"
#: Words of a resource that hold keys of its own.
KEYS = ("id", "naming", "identity", "owned_by", "compare", "computed", "follows_name", "follows_place", "also_named",
        "place", "ghosts", "item", "map")  # fmt: skip
#: Situations that belong to no operation: the address has none, or the server is to blame.
OUTSIDE = {"hidden", "no-route", "wrong-method", "internal", "unavailable"}


@pytest.fixture(scope="module")
def rules(promise: Promise) -> Node:
    """The conventions."""
    return promise.conventions


def flat(value: Any) -> Iterator[str]:
    """The keys a word of a resource names, however they are grouped."""
    if isinstance(value, str):
        yield value
    else:
        for inner in value:
            yield from flat(inner)


def told(rules: Node) -> set[str]:
    """Keys that are told by a header of a creation: its id, where its answer is empty."""
    headers = rules.get("outcomes", {}).get("create", {}).get("headers", {})
    return {"id"} if "{id}" in headers.values() else set()


def keys_of(resource: Node, promise: Promise) -> set[str]:
    """What may be said of a thing: keys of its answers, and what it is created with."""
    known: set[str] = {resource["id"]} if "id" in resource and told(promise.conventions) else set()
    for word, use in actions(resource):
        operation = promise.operations[use["operation"]]
        known |= payload_keys(operation, promise.conventions)
        if word == "create":
            known |= {*use["target"].values(), *arguments(operation)}
    return known


def test_every_operation_is_used_and_no_other(rules: Node, promise: Promise) -> None:
    used = {use["operation"] for _, _, use in every_action(rules)}
    used |= {one["operation"] for one in rules.get("sessions", ())}
    used |= {rules["authorization"]["exchange"]} if "authorization" in rules else set()
    assert used == set(promise.operations)


def test_actions_name_only_arguments_of_their_operation(rules: Node, promise: Promise) -> None:
    for resource, word, use in every_action(rules):
        named = {name for part in PARAMETERS for name in use.get(part, ())} | set(use.get(SWITCHES, {}).values())
        unknown = named - arguments(promise.operations[use["operation"]])
        assert unknown == set(), (resource, word, use["operation"])


def test_actions_name_every_mandatory_argument(rules: Node, promise: Promise) -> None:
    """An action that leaves one out could never be sent."""
    for resource, word, use in every_action(rules):
        named = {name for part in PARAMETERS for name in use.get(part, ())} | set(use.get(SWITCHES, {}).values())
        left_out = mandatory(promise.operations[use["operation"]]) - named
        assert left_out == set(), (resource, word, use["operation"])


def test_actions_name_only_keys_of_their_resource(rules: Node, promise: Promise) -> None:
    for resource, word, use in every_action(rules):
        known = keys_of(rules["resources"][resource], promise)
        named = {*use.get("target", {}).values(), *use.get("where", ()), *use.get("fixed", ())}
        assert named <= known, (resource, word, use["operation"], named - known)


def test_resources_name_only_keys_of_their_own(rules: Node, promise: Promise) -> None:
    for name, resource in rules["resources"].items():
        named = {key for word in KEYS if word in resource for key in flat(resource[word])}
        assert named - keys_of(resource, promise) == set(), name


def test_places_of_other_things_exist(rules: Node, promise: Promise) -> None:
    """``ou.path`` is a key of another resource; a bare word is a fact of the environment, or a key of its own."""
    for resource, word, use in every_action(rules):
        for place in [*use.get("in", {}).values(), *use.get("to", {}).values()]:
            other, dot, key = place.partition(".")
            if dot:
                assert key in keys_of(rules["resources"][other], promise), (resource, word, place)
            else:
                assert place in {*rules["environment"], *keys_of(rules["resources"][resource], promise)}, place


def test_what_things_come_with_and_are_mapped_by_exists(rules: Node, promise: Promise) -> None:
    for name, resource in rules["resources"].items():
        for place in [*resource.get("part_of", {}).values(), *resource.get("map", {}).values()]:
            other, dot, key = place.partition(".")
            known = keys_of(rules["resources"][other], promise) if dot else set(rules["environment"])
            assert (key or other) in known, (name, place)


def test_what_a_creation_fixes_is_allowed(rules: Node, promise: Promise) -> None:
    for resource, word, use in every_action(rules):
        properties = payload(promise.operations[use["operation"]], rules).get("properties", {})
        for key, value in {**use.get("fixed", {}), **use.get("where", {})}.items():
            assert value in properties.get(key, {}).get("enum", [value]), (resource, word, key, value)


def test_families_and_what_is_unique_are_of_resources(rules: Node, promise: Promise) -> None:
    machines = rules["machines"]
    assert {name for family in machines["families"].values() for name in family} <= set(rules["resources"])
    for name, one in machines["unique"].items():
        assert set(one["keys"]) <= {"in", *keys_of(rules["resources"][name], promise)}, name


def test_facts_are_read_by_operations_that_exist(rules: Node, promise: Promise) -> None:
    for name, fact in rules["environment"].items():
        operation = promise.operations[fact["operation"]]
        assert set(fact.get("values", ())) == mandatory(operation), name
        assert "key" not in fact or fact["key"] in payload_keys(operation, rules), name


def test_sections_are_those_of_the_operations(rules: Node, promise: Promise) -> None:
    assert set(rules["sections"]) == {one.section for one in promise.operations.values()}
    tags: dict[str, set[str]] = {}
    for _, _, node in operations(promise.document):
        tags.setdefault(node["x-section"], set()).update(node["tags"])
    assert tags == {name: {section["title"]} for name, section in rules["sections"].items()}
    assert [one["name"] for one in promise.document["tags"]] == [one["title"] for one in rules["sections"].values()]


def test_statuses_of_refusals_are_promised(rules: Node, promise: Promise) -> None:
    codes = {name: situation["code"] for name, situation in rules["situations"].items() if name not in OUTSIDE}
    promised = {status for one in promise.operations.values() for status in one.responses}
    assert {name for name, code in codes.items() if code not in promised} == set()
    assert set(rules["check_order"]) <= set(rules["situations"])
    assert rules["success"]["code"] in promised


def test_every_rule_says_how_it_is_known(rules: Node) -> None:
    for one in [rules["casing"], rules["envelope"], rules["success"], *rules["situations"].values()]:
        assert one["evidence"]["level"] in ("documented", "client", "assumed"), one
    for place, node in nodes("", rules):
        if isinstance(node.get("evidence"), dict):
            assert node["evidence"]["source"], place
