"""All operations and parameters, exactly as the sources have them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mockserver.kernel.promise import Promise
from tests.promise.kopicloud_ad.lists import Block, blocks, envelope_block, operation_blocks, schema_block

LISTED = blocks("operations.txt")
SCHEMAS = blocks("schemas.txt")


def promised(promise: Promise, schemas: dict[str, Any]) -> list[Block]:
    """The operations of the specification."""
    envelopes = {name: schema for name, schema in schemas.items() if name.endswith("Result")}
    return list(operation_blocks(promise.document, envelopes))


def test_the_lists_are_complete() -> None:
    """Counts as the sources have them: a line lost from a list would weaken every test below."""
    places = Counter(line.split()[0] for block in LISTED for line in block.lines)
    assert len(LISTED) == 84
    assert places == {"query": 195, "path": 57, "header": 83}
    assert Counter(block.head.split()[1] for block in LISTED) == {"GET": 45, "POST": 13, "PUT": 13, "DELETE": 13}
    assert len([block for block in SCHEMAS if block.lines]) == 6
    assert sum(len(block.lines) for block in SCHEMAS) == 66
    assert len([block for block in SCHEMAS if not block.lines]) == 15


def test_operations_are_exactly_the_listed_ones(promise: Promise, schemas: dict[str, Any]) -> None:
    assert {one.head for one in promised(promise, schemas)} == {one.head for one in LISTED}


def test_parameters_are_exactly_the_listed_ones(promise: Promise, schemas: dict[str, Any]) -> None:
    listed = {block.name: sorted(block.lines) for block in LISTED}
    assert {one.name: sorted(one.lines) for one in promised(promise, schemas)} == listed


def test_schemas_have_exactly_the_listed_keys(schemas: dict[str, Any]) -> None:
    objects = [block for block in SCHEMAS if block.lines]
    assert [schema_block(block.name, schemas[block.name]) for block in objects] == objects


def test_envelopes_hold_exactly_what_is_listed(schemas: dict[str, Any]) -> None:
    objects = {block.name: schemas[block.name] for block in SCHEMAS if block.lines}
    envelopes = [block for block in SCHEMAS if not block.lines]
    assert [envelope_block(block.name, schemas[block.name], objects) for block in envelopes] == envelopes
    assert {name for name in schemas if name not in objects} == {one.name for one in envelopes} | {"ErrorResult"}


def test_every_envelope_has_output_and_result(schemas: dict[str, Any]) -> None:
    for name, schema in schemas.items():
        if name.endswith("Result"):
            assert list(schema["properties"]) == ["output", "result"], name
            assert schema["properties"]["output"]["type"] == "string", name
            assert schema["additionalProperties"] is False, name


def test_no_operation_has_a_request_body(promise: Promise) -> None:
    assert [one.id for one in promise.operations.values() if one.body is not None] == []
