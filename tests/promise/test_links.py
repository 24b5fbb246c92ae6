"""Links lead from each creation to what reads, changes and deletes the thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.kernel.operation import Operation
from mockserver.kernel.promise import Promise
from tests.promise.reading import Node, actions, every_action, mandatory, payload_keys

EXPRESSION = re.compile(
    r"\$request\.(?P<place>path|query)\.(?P<name>\w+)"
    r"|\$response\.body#/result/(?P<key>\w+)"
    r"|\$response\.header\.(?P<header>[\w-]+)"
)


def links(promise: Promise) -> Iterator[tuple[Operation, Mapping[str, Any], str, Node]]:
    """Every link of every answer: the operation and the answer that have it, its name, itself."""
    for operation in promise.operations.values():
        for response in operation.responses.values():
            for name, link in response.get("links", {}).items():
                yield operation, response, name, link


def concerns(creation: Node, use: Node) -> bool:
    """Whether an action is for what a creation makes."""
    fixed = creation.get("fixed", {})
    return all(fixed.get(key, value) == value for key, value in use.get("where", {}).items())


def test_every_creation_leads_to_all_that_can_be_done_with_the_thing(promise: Promise) -> None:
    linked: dict[str, set[str]] = {}
    for operation, _, _, link in links(promise):
        linked.setdefault(operation.id, set()).add(link["operationId"])
    for name, resource in promise.conventions["resources"].items():
        for creation in resource.get("create", ()):
            uses = [use for word, use in actions(resource) if word not in ("create", "bulk") and "target" in use]
            wanted = {use["operation"] for use in uses if concerns(creation, use)}
            assert wanted - linked.get(creation["operation"], set()) == set(), (name, creation["operation"])


def test_only_creations_have_links(promise: Promise) -> None:
    """A bulk change may make one, too."""
    made = {use["operation"] for _, word, use in every_action(promise.conventions) if word in ("create", "bulk")}
    assert {operation.id for operation, _, _, _ in links(promise)} <= made


def test_links_name_operations_parameters_and_values_that_exist(promise: Promise) -> None:
    for operation, response, name, link in links(promise):
        linked = promise.operations[link["operationId"]]
        assert name == linked.id, operation.id
        assert set(link["parameters"]) <= {one.name for one in linked.parameters}, (operation.id, name)
        for expression in link["parameters"].values():
            match = EXPRESSION.fullmatch(expression)
            assert match, (operation.id, name, expression)
            if match["key"]:
                assert match["key"] in payload_keys(operation, promise.conventions), (operation.id, name, expression)
            elif match["header"]:
                assert response["headers"][match["header"]]["required"], (operation.id, name, expression)
            else:
                places = {(one.place, one.name) for one in operation.parameters if one.required}
                assert (match["place"], match["name"]) in places, (operation.id, name, expression)


def test_links_fill_every_mandatory_part_of_an_address(promise: Promise) -> None:
    """What is left is what only the caller knows: new names, places and content."""
    new = {"NewADComputerName", "NewGroupName", "NewUsername", "OUNewName", "OUDestinationPath", "newPassword"}
    for operation, _, name, link in links(promise):
        linked = promise.operations[name]
        wanted = mandatory(linked) & {one.name for one in linked.parameters}
        assert wanted - set(link["parameters"]) - new == set(), (operation.id, name)
