"""Keys of bodies: those a promise lists mean something, those it lists as without effect or not at all do not."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.keys import sorting

MAP = {"type": "object", "additionalProperties": {"type": "string"}}
LINE = {"type": "object", "properties": {"kind": {"type": "string"}, "size": {"x-ignored": True}}}
BODY = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "inverted": {"type": "boolean", "x-field": "inversed"},
        "inversed": {"type": "boolean", "x-field": "inversed"},
        "created": {"x-ignored": True},
        "lines": {"type": "array", "items": LINE},
        "values": MAP,
    },
}


@pytest.mark.parametrize(
    ("given", "meant", "unknown"),
    [
        ({"name": "x", "created": 5}, {"name": "x"}, []),
        ({"Name": "x"}, {}, ["body: unknown key 'Name' (did you mean 'name'?)"]),
        ({"inverted": True}, {"inversed": True}, []),
        ({"values": {"any": "x", "Name": "y"}}, {"values": {"any": "x", "Name": "y"}}, []),
        (
            {"lines": [{"kind": "a", "size": 1}, {"Kind": "b"}]},
            {"lines": [{"kind": "a"}, {}]},
            ["body.lines.1: unknown key 'Kind' (did you mean 'kind'?)"],
        ),
        ([1], [1], []),
        ({"lines": "x"}, {"lines": "x"}, []),
    ],
)
def test_keys_are_sorted(given: Any, meant: Any, unknown: list[str]) -> None:
    sort = sorting(BODY)
    assert sort is not None
    assert sort(given, "body") == (meant, unknown)


@pytest.mark.parametrize("schema", [{}, {"type": "array", "items": {"type": "string"}}, MAP])
def test_where_every_key_means_itself_nothing_is_sorted(schema: Any) -> None:
    assert sorting(schema) is None
