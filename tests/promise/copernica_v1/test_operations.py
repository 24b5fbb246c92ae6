"""All operations, parameters, bodies, schemas and words, exactly as the sources have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver.kernel.promise import Promise
from tests.promise.copernica_v1.lists import blocks, kind, operation_block
from tests.promise.lists import Block
from tests.promise.reading import operations

OPERATIONS = blocks("operations.txt")
SCHEMAS = blocks("schemas.txt")
WORDS = {block.name: list(block.lines) for block in blocks("words.txt")}
LOGFILES = blocks("logfiles.txt")

#: What we add to what the sources list: the other spelling of a key (INVERSED), of a word (PARENT-TYPE), the address in
#: a header of its own (LOCATION).
SPELLINGS = {"key inversed boolean", "key inverted boolean"}
OURS = {"header Location"}
PARENT = ("key parent-type string words=database|view", "key parent-type string words=database|view|selection")


@pytest.fixture(scope="module")
def promised(promise: Promise, schemas: dict[str, Any]) -> dict[str, Block]:
    """The operations of the specification by id."""
    found = [operation_block(path, method, node, schemas) for path, method, node in operations(promise.document)]
    return {block.name: block for block in found}


def test_the_lists_are_complete() -> None:
    """Counts as the sources have them: a line lost from a list would weaken every test below."""
    assert len(OPERATIONS) == 105
    assert Counter(block.head.split()[1] for block in OPERATIONS) == {"GET": 61, "POST": 18, "PUT": 18, "DELETE": 8}
    assert len(LOGFILES) == 16
    assert len([block for block in SCHEMAS if block.name.startswith("Condition.")]) == 15
    assert len(WORDS["field_types"]) == 14
    assert len({block.head.split()[3] for block in OPERATIONS}) == 16


def test_operations_are_exactly_the_listed_ones(promised: Mapping[str, Block]) -> None:
    assert {one.head for one in promised.values()} == {one.head for one in OPERATIONS}


@pytest.mark.parametrize("listed", OPERATIONS, ids=lambda block: block.name)
def test_an_operation_is_said_what_is_listed(listed: Block, promised: Mapping[str, Block]) -> None:
    wanted = Counter(PARENT[1] if line == PARENT[0] else line for line in listed.lines)
    found = Counter(promised[listed.name].lines)
    assert wanted - found == Counter()
    extra = set(found - wanted)
    assert extra <= (SPELLINGS if SPELLINGS & set(wanted) else set()) | OURS


def test_both_spellings_of_a_key_mean_one(promise: Promise, schemas: dict[str, Any]) -> None:
    for name in ("RuleNew", "RuleChange", "MiniruleChange"):
        keys = schemas[name]["properties"]
        assert {key: keys[key]["x-field"] for key in ("inversed", "inverted")} == {
            "inversed": "inversed",
            "inverted": "inversed",
        }


def test_bodies_come_in_both_encodings_and_are_one(promise: Promise) -> None:
    with_body = [one for one in promise.operations.values() if one.body is not None]
    assert {one.method for one in with_body} == {"POST", "PUT"}
    assert len(with_body) == 36
    for one in with_body:
        content = one.body["content"] if one.body else {}
        assert list(content) == promise.conventions["bodies"]["media_types"], one.id
        json, form = content.values()
        assert json == form, one.id


@pytest.mark.parametrize("listed", [block for block in SCHEMAS if "." not in block.name], ids=lambda block: block.name)
def test_a_schema_has_exactly_the_listed_keys(listed: Block, schemas: dict[str, Any]) -> None:
    schema = schemas[listed.name]
    if listed.name == "Condition":
        for one in schema["oneOf"]:
            assert list(one["properties"])[:3] == ["ID", "type", "rule"]
        assert [word for one in schema["oneOf"] for word in one["properties"]["type"]["enum"]] == WORDS[
            "condition_types"
        ]
        return
    found = [f"{key} {kind(one, schemas)}" for key, one in schema["properties"].items()]
    assert found == list(listed.lines)


@pytest.mark.parametrize("listed", [block for block in SCHEMAS if "." in block.name], ids=lambda block: block.name)
def test_a_condition_has_exactly_the_listed_keys(listed: Block, schemas: dict[str, Any]) -> None:
    """Shown and sent: what a client may say of a type is what an answer shows of it."""
    name = listed.name.partition(".")[2]
    shown = list(schemas[f"{name}Condition"]["properties"])[3:]
    assert shown == [line.split()[0] for line in listed.lines]
    sent = [key for key, one in schemas["ConditionInput"]["properties"].items() if name in one["x-types"]]
    assert sorted(sent) == sorted([*shown, "type"])
    for line in listed.lines:
        key, _, words = line.partition(" words=")
        if words:
            one = schemas["ConditionInput"]["properties"][key]
            enums = [schemas[f"{name}Condition"]["properties"][key]["enum"], one.get("enum", one.get("x-enum-by-type"))]
            assert enums[0] == words.split("|")
            assert enums[1] == enums[0] if isinstance(enums[1], list) else enums[1][name] == enums[0]


def test_logfiles_have_exactly_the_listed_columns(schemas: dict[str, Any]) -> None:
    named = schemas["LogfileRow"]["x-logfiles"]
    found = {name: list(schemas[schema]["properties"]) for name, schema in named.items()}
    assert found == {block.name: list(block.lines) for block in LOGFILES}
    assert schemas["LogfileRow"]["anyOf"] == [schemas[schema] for schema in named.values()]


def test_events_are_those_of_the_logfiles(schemas: dict[str, Any]) -> None:
    events = schemas["Event"]["x-logfiles"]
    assert list(events) == schemas["Event"]["properties"]["event"]["x-enum"]
    found = {file: event for event, files in events.items() for file in files.values()}
    assert found == {block.name: block.head.split()[1] for block in LOGFILES}


def test_words_are_exactly_the_listed_ones(promise: Promise, schemas: dict[str, Any]) -> None:
    filters = promise.conventions["filter"]
    order = promise.conventions["paging"]["order_by"]
    (body_type,) = (one for one in promise.operations["getMessageBody"].parameters if one.name == "type")
    assert schemas["FieldNew"]["properties"]["type"]["enum"] == WORDS["field_types"]
    assert schemas["ConditionInput"]["properties"]["type"]["enum"] == WORDS["condition_types"]
    assert schemas["ConditionInput"]["properties"]["required-errors"]["x-enum"] == WORDS["email_required_errors"]
    assert sorted(filters["operators"]) == sorted(WORDS["fields_operators"])
    assert filters["names"] == WORDS["fields_special_names"]
    assert [order["default"], *order["also"]] == WORDS["orderby_special_values"]
    assert body_type.schema["enum"] == WORDS["message_body_types"]


def test_longer_operators_are_looked_for_first(promise: Promise) -> None:
    lengths = [len(operator) for operator in promise.conventions["filter"]["operators"]]
    assert lengths == sorted(lengths, reverse=True)


def test_every_list_has_the_paging_envelope(schemas: dict[str, Any], folder: Path) -> None:
    lists = [name for name in schemas if name.endswith("List")]
    assert len(lists) == 11
    for name in lists:
        assert list(schemas[name]["properties"]) == ["start", "limit", "count", "total", "data"], name
        assert schemas[name]["required"] == ["start", "limit", "count", "data"], name
