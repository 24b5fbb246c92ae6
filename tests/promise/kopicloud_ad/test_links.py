"""Every link of the KopiCloud AD API can be followed on the twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from mockserver.app import Twin
from mockserver.kernel.operation import Operation
from mockserver.kernel.promise import Promise
from tests.promise.reading import Node
from tests.promise.test_links import EXPRESSION, links
from tests.support.client import Answer, TwinClient
from tests.support.right import RIGHT, WORKSTATIONS

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


def test_creations_have_links(promise: Promise) -> None:
    assert {operation.id for operation, _, _, _ in links(promise)} == set(CREATIONS)


def followed(link: Node, linked: Operation, created: Answer, sent: Mapping[str, Any]) -> str:
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
