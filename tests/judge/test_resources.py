"""From conventions to resources: everything named there must be in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from apitwin.data import api_names, specs_dir
from contract_tests.machines.families import families_of
from contract_tests.promise import Promise, PromiseError, load
from contract_tests.resources import resources_of


def changed(promise: Promise, *path: Any, value: Any) -> Promise:
    """The promise with one place of its conventions changed."""
    conventions: Any = deepcopy(dict(promise.conventions))
    node = conventions
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return replace(promise, conventions=conventions)


def test_every_operation_but_the_session_belongs_to_a_resource(kopicloud_promise: Promise) -> None:
    resources = resources_of(kopicloud_promise)
    used = {action.operation.id for resource in resources.values() for action in resource.actions}
    assert set(kopicloud_promise.operations) - used == {"login"}


def test_keys_of_a_resource_are_keys_of_its_schema(kopicloud_promise: Promise) -> None:
    for resource in resources_of(kopicloud_promise).values():
        declared = set(resource.schema.get("properties", ()))
        if declared:
            assert {*resource.compare, *resource.place, *resource.follows_name, *resource.computed} <= declared


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("resources", "user", "titel"), "x", r"resources\.user: unknown name 'titel' \(did you mean 'title'\?\)"),
        (("resources", "ou", "read", 0, "operation"), "getOuByPat", "getOuByPat"),
        (("resources", "ou", "read", 0, "target"), {"OUPaht": "path"}, r"'OUPaht' \(did you mean 'OUPath'\?"),
        (("resources", "group", "letter"), "u", r"resources\.group\.letter: 'u' is that of user already"),
        (("resources", "ou", "compare"), {"path": "dns"}, r"compare\.path: unknown name 'dns'"),
        (("resources", "user", "create", 0, "in"), {"OUPath": "oux.path"}, r"unknown name 'oux' \(did you mean 'ou'\?"),
        (("resources", "ou", "create", 0, "in"), {"OUDestinationPath": "rot"}, r"unknown name 'rot'"),
        (("resources", "user", "list", 1, "switches"), {"recursive": "Rekursive"}, r"did you mean 'Recursive'"),
    ],
)
def test_a_name_the_document_does_not_have_is_an_error_with_its_place(
    kopicloud_promise: Promise, path: tuple[Any, ...], value: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(PromiseError, match=message):
        resources_of(changed(kopicloud_promise, *path, value=value))


@pytest.mark.parametrize("api", api_names())
def test_resources_and_families_of_every_api_are_understood(api: str) -> None:
    promise = load(specs_dir() / api)
    resources = resources_of(promise)
    assert set(resources) == set(promise.conventions["resources"])
    assert {one.name for one in families_of(promise, resources)} == set(promise.conventions["machines"]["families"])


def test_what_a_thing_comes_with_and_what_a_map_names_are_resources() -> None:
    promise = load(specs_dir() / "copernica-v1")
    coming = resources_of(promise)["database_unsubscribe"].coming
    assert coming is not None
    assert coming.parts["databaseId"].resource == "database"
    for word, value in {"part_of": {"databaseId": "databse.ID"}, "map": {"fields": "databse.name"}}.items():
        broken = changed(promise, "resources", "database_unsubscribe", word, value=value)
        with pytest.raises(PromiseError, match=r"database_unsubscribe: unknown name .databse. \(did you mean"):
            resources_of(broken)
