"""What conventions.yaml of the Copernica REST API keeps beside what every one does, and DEVIATIONS.md with it."""

from __future__ import annotations

import re
from pathlib import Path

from mockserver.kernel.operation import Operation
from mockserver.kernel.promise import Promise
from tests.promise.copernica_v1.lists import blocks
from tests.promise.deviations import deviations_in
from tests.promise.reading import body_keys, operations

#: Where the sources contradict each other, leave a question, or were decided upon.
DECISIONS = blocks("decisions.txt")


def outcome(operation: Operation) -> str:
    """The class of a success, as methods and statuses tell it."""
    classes = {"GET": "read", "DELETE": "delete", "PUT": "update"}
    return classes.get(operation.method, "create" if 201 in operation.responses else "update")


def test_outcomes_are_those_of_methods_and_statuses(promise: Promise) -> None:
    outcomes = promise.conventions["outcomes"]
    for _, _, node in operations(promise.document):
        operation = promise.operations[node["operationId"]]
        assert node["x-outcome"] == outcome(operation), operation.id
        assert outcomes[node["x-outcome"]]["code"] in operation.responses, operation.id
        good = operation.responses[outcomes[node["x-outcome"]]["code"]]
        assert set(good.get("headers", {})) == set(outcomes[node["x-outcome"]]["headers"]), operation.id
        assert bool(good.get("content")) == outcomes[node["x-outcome"]]["body"], operation.id


def test_a_put_that_may_make_a_thing_says_so(promise: Promise) -> None:
    code, wanted = 303, set(promise.conventions["outcomes"]["create-by-put"]["headers"])
    makes = {one.id: one for one in promise.operations.values() if code in one.responses}
    assert set(makes) == {"updateDatabaseProfiles", "updateProfileSubprofiles"}
    for name, one in makes.items():
        assert "create" in {parameter.name for parameter in one.parameters}, name
        assert set(one.responses[code]["headers"]) == wanted, name


def test_refusals_are_400_but_for_two(promise: Promise) -> None:
    for one in promise.operations.values():
        refusals = {status for status in one.responses if status >= 400}
        assert refusals == ({400, 404} if one.id == "getDatarequestData" else {400}), one.id
        assert (204 in one.responses) == (one.method == "DELETE"), one.id


def test_addresses_name_path_parameters_of_their_operation(promise: Promise) -> None:
    for path, method, node in operations(promise.document):
        assert ("x-location" in node) == (method in ("post", "put")), node["operationId"]
        assert ("x-deleted" in node) == (method == "delete"), node["operationId"]
        named = set(re.findall(r"{([^}]*)}", node.get("x-location", "")))
        known = set(re.findall(r"{([^}]*)}", path)) | ({"id"} if node["x-outcome"] == "create" else set())
        assert named <= known, node["operationId"]


def test_addresses_can_be_read_or_written(promise: Promise) -> None:
    """Whatever X-Location names is an address of the document."""
    shapes = {re.sub(r"{[^}]*}", "{}", path) for path, _, _ in operations(promise.document)}
    for _, _, node in operations(promise.document):
        if "x-location" in node:
            assert re.sub(r"{[^}]*}", "{}", node["x-location"]) in shapes, node["operationId"]


def test_addresses_that_differ_have_both_methods(promise: Promise) -> None:
    """And they are all that have both: anywhere else one method stands for the other."""
    methods: dict[str, set[str]] = {}
    for path, method, _ in operations(promise.document):
        methods.setdefault(path, set()).add(method.upper())
    mirrors = promise.conventions["mirrors"]
    assert {path for path, has in methods.items() if has >= set(mirrors["methods"])} == set(mirrors["differ"])


def test_aliases_lead_to_addresses_that_exist_and_hide_none(promise: Promise) -> None:
    aliases = promise.conventions["addresses"]["aliases"]
    assert set(aliases.values()) <= set(promise.document["paths"])
    assert set(aliases) & set(promise.document["paths"]) == set()
    for alias, path in aliases.items():
        assert re.findall(r"{[^}]*}", alias) == re.findall(r"{[^}]*}", path)


def test_bare_ids_are_of_things_that_are_listed_beside_them(promise: Promise) -> None:
    addresses = {operation["operationId"]: path for path, _, operation in operations(promise.document)}
    entries = promise.conventions["bare_ids"]
    assert len(entries) == 4
    for ids, entry in entries.items():
        assert addresses[ids].rpartition("/")[0] == addresses[entry["of"]].rpartition("/")[0]


def test_names_stand_for_ids_where_the_sources_say_so(promise: Promise) -> None:
    for rule in promise.conventions["names_as_ids"]:
        for name in rule["operations"]:
            (parameter,) = (one for one in promise.operations[name].parameters if one.name == rule["parameter"])
            assert "pattern" not in parameter.schema, name


def test_words_without_case_have_a_list(promise: Promise) -> None:
    for rule in promise.conventions["case_free"]:
        operation = promise.operations[rule["operation"]]
        listed, _, name = rule["name"].rpartition(".")
        keys = body_keys(operation)[listed]["items"]["properties"] if listed else body_keys(operation)
        found = [one.schema for one in operation.parameters if one.name == rule["name"]]
        found += [schema for key, schema in keys.items() if key == name]
        assert any("enum" in schema for schema in found), rule


def test_paging_parameters_are_those_of_every_list(promise: Promise) -> None:
    paging = promise.conventions["paging"]
    for operation in promise.operations.values():
        by_name = {one.name: one for one in operation.parameters if one.schema.get("format") != "date"}
        for choice in (paging[word] for word in ("start", "limit", "total", "order_by", "direction")):
            if choice["parameter"] in by_name:
                assert by_name[choice["parameter"]].default == choice["default"], (operation.id, choice)
                assert "maximum" not in by_name[choice["parameter"]].schema, "a larger one is no error"


def test_one_address_has_two_meanings(promise: Promise) -> None:
    names, file = promise.operations["listLogfileNames"], promise.operations["getLogfileCsv"]
    assert (names.method, names.path) == ("GET", "/logfiles/{date}")
    assert (file.method, file.path) == ("GET", "/logfiles/{filename}")
    assert re.search(names.parameters[0].schema["pattern"], "2016-11-04")
    assert not re.search(names.parameters[0].schema["pattern"], "cdm-attempts.2016-11-04.log")


def test_dialects_say_what_differs(promise: Promise) -> None:
    assert list(promise.conventions["dialects"]) == ["v1", "seed-002"]
    older = promise.conventions["dialects"]["seed-002"]
    assert older["outcomes"]["create"]["headers"] == older["outcomes"]["update"]["headers"] == {"X-Location": "{id}"}
    assert {one["code"] for one in older["situations"].values()} == {400}


def test_every_decision_has_a_line(folder: Path) -> None:
    found = deviations_in(folder)
    assert [block.name for block in DECISIONS if block.name not in found] == []
    assert {block.name: block.head.split()[1] for block in DECISIONS} == {
        block.name: found[block.name]["level"] for block in DECISIONS
    }
