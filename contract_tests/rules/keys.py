"""JSON keys: exactly the promised ones, at every level, in lists too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Promise
from contract_tests.rules.content import reply_of
from contract_tests.rules.registry import exchange_rule
from contract_tests.schema import Schema, is_open, properties_of

#: Items of one list that are looked at for keys; a list of thousands repeats one shape.
LOOKED_AT = 200


def objects_in(value: Any, schema: Schema, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any], Schema]]:
    """Every object of a value with the schema it stands under. Pointers name list items as ``*``."""
    if isinstance(value, Mapping):
        if properties_of(schema) and not is_open(schema):
            yield pointer, value, schema
        known = properties_of(schema)
        for key, inner in value.items():
            if key in known:
                yield from objects_in(inner, known[key], f"{pointer}/{key}")
    elif isinstance(value, list):
        for item in value[:LOOKED_AT]:
            yield from objects_in(item, schema.get("items", {}), f"{pointer}/*")


def judged(exchange: Exchange) -> Iterator[tuple[str, Mapping[str, Any], Schema]]:
    """Every object of an answer whose shape is promised."""
    reply = reply_of(exchange)
    if reply is not None and reply.schema is not None and exchange.response.json is not MISSING:
        yield from objects_in(exchange.response.json, reply.schema)


def plain(key: str) -> str:
    """A key without case and separators: what two near misses have in common."""
    return "".join(letter for letter in key.lower() if letter.isalnum())


@exchange_rule("key-casing", title="Keys are spelled exactly as promised", source="properties of the response schema")
def key_casing(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A key that equals a promised one but for letter case or separators is read by no client: keys are
    case-sensitive, even where the key is optional and the schema alone would let it pass."""
    for pointer, value, schema in judged(exchange):
        declared = properties_of(schema)
        near = {plain(key): key for key in declared}
        for key in value:
            if key not in declared and plain(key) in near:
                meant = near[plain(key)]
                evidence = level_of(declared[meant], Evidence.DOCUMENTED)
                yield Complaint(f"key {key!r} should be {meant!r}", key, meant, f"{pointer}/{meant}", evidence)


@exchange_rule("undocumented-key", title="No key that is not promised", source="properties of the response schema")
def undocumented_key(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """The schema names the keys of an answer. Another one is either a leak or a promise nobody wrote down."""
    for pointer, value, schema in judged(exchange):
        declared = properties_of(schema)
        near = {plain(key) for key in declared}
        for key in value:
            if key not in declared and plain(key) not in near:
                yield Complaint(f"key {key!r} is not documented", key, ", ".join(declared), f"{pointer}/{key}")


@exchange_rule("missing-key", title="No promised key is missing", source="required keys of the response schema")
def missing_key(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Keys the schema requires are there; a value that is unset is null, not left out."""
    for pointer, value, schema in judged(exchange):
        declared = properties_of(schema)
        for key in schema.get("required", ()):
            if key not in value:
                evidence = level_of(declared.get(key), Evidence.DOCUMENTED)
                yield Complaint(f"key {key!r} is missing", ", ".join(value), key, f"{pointer}/{key}", evidence)
