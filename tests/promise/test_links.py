"""Links lead from each creation to what reads, changes and deletes the thing, and can be followed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from mockserver.app import Twin
from mockserver.kernel.operation import Operation
from mockserver.kernel.promise import Promise
from tests.promise.test_conventions import actions, payload_keys
from tests.support.client import Answer, TwinClient
from tests.support.right import RIGHT, WORKSTATIONS

EXPRESSION = re.compile(r"\$request\.(?P<place>path|query)\.(?P<name>\w+)|\$response\.body#/result/(?P<key>\w+)")

#: What a link cannot know: the new name, place or password a change is to give.
NEW: Mapping[str, str] = {
    "NewADComputerName": "NEWNAME",
    "NewGroupName": "New Name",
    "NewUsername": "new.name",
    "OUNewName": "New Name",
    "OUDestinationPath": WORKSTATIONS,
    "newPassword": "Bl4ck-Coffee!",
}
CREATIONS = ("registerComputer", "createDistributionGroup", "createSecurityGroup", "addUserToGroup", "addGroupToGroup",
             "createUser", "createOu", "createDnsARecord", "createDnsAAAARecord", "createDnsCNameRecord",
             "createDnsLookupZone", "createDnsReverseLookupZone")  # fmt: skip

Link = Mapping[str, Any]


def links(promise: Promise) -> Iterator[tuple[Operation, str, Link]]:
    """Every link of every answer: the operation that has it, its name, itself."""
    for operation in promise.operations.values():
        for response in operation.responses.values():
            for name, link in response.get("links", {}).items():
                yield operation, name, link


def test_every_creation_leads_to_all_that_can_be_done_with_the_thing(promise: Promise) -> None:
    linked: dict[str, set[str]] = {}
    for operation, _, link in links(promise):
        linked.setdefault(operation.id, set()).add(link["operationId"])
    for name, resource in promise.conventions["resources"].items():
        created = [use["operation"] for word, use in actions(resource) if word == "create"]
        wanted = {
            use["operation"] for word, use in actions(resource) if word not in ("create", "bulk") and "target" in use
        }
        for operation in created:
            assert wanted - linked.get(operation, set()) == set(), (name, operation)


def test_only_creations_have_links(promise: Promise) -> None:
    assert {operation.id for operation, _, _ in links(promise)} == set(CREATIONS)


def test_links_name_operations_parameters_and_values_that_exist(promise: Promise) -> None:
    for operation, name, link in links(promise):
        linked = promise.operations[link["operationId"]]
        assert name == linked.id, operation.id
        given = {one.name for one in linked.parameters}
        assert set(link["parameters"]) <= given, (operation.id, name)
        for expression in link["parameters"].values():
            match = EXPRESSION.fullmatch(expression)
            assert match, (operation.id, name, expression)
            if match["key"]:
                assert match["key"] in payload_keys(operation), (operation.id, name, expression)
            else:
                places = {(one.place, one.name) for one in operation.parameters if one.required}
                assert (match["place"], match["name"]) in places, (operation.id, name, expression)


def test_links_fill_everything_mandatory_but_what_is_new(promise: Promise) -> None:
    for operation, name, link in links(promise):
        mandatory = {one.name for one in promise.operations[name].parameters if one.required}
        assert mandatory - set(link["parameters"]) - set(NEW) == set(), (operation.id, name)


def followed(link: Link, linked: Operation, created: Answer, sent: Mapping[str, Any]) -> str:
    """The target of a request that follows a link."""
    values: dict[str, Any] = {one.name: NEW[one.name] for one in linked.parameters if one.name in NEW}
    for name, expression in link["parameters"].items():
        match = EXPRESSION.fullmatch(expression)
        assert match
        values[name] = created.result[match["key"]] if match["key"] else sent[match["name"]]
    path = linked.path
    for parameter in linked.parameters_in("path"):
        path = path.replace("{" + parameter.name + "}", quote(values.pop(parameter.name), safe=""))
    return path + ("?" + urlencode(values) if values else "")


@pytest.mark.parametrize("creation", CREATIONS)
def test_every_link_of_a_creation_can_be_followed(creation: str, kopicloud: Twin, twin: TwinClient) -> None:
    promise = kopicloud.engines["kopicloud-ad"].promise
    operation, right = promise.operations[creation], RIGHT[creation]
    created = twin.call(operation.method, right.target(operation, {}))
    assert created.status == 200, created.output
    found = operation.responses[200]["links"]
    for number, (name, link) in enumerate(found.items()):
        world = f"{twin.world}-{number}"
        kopicloud.worlds.fork(twin.world, world)
        target = followed(link, promise.operations[name], created, {**right.path, **right.query})
        answer = twin.call(promise.operations[name].method, target, headers={"Twin-World": world})
        kopicloud.worlds.drop(world)
        assert answer.status == 200, (name, target, answer.output)
    assert found
