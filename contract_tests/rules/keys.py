"""JSON keys: exactly the promised ones, at every level, in lists too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Promise
from contract_tests.rules.registry import exchange_rule
from contract_tests.schema import Schema, properties_of


@lru_cache(maxsize=8192)
def plain(key: str) -> str:
    """A key without case and separators: what two near misses have in common."""
    return "".join(letter for letter in key.lower() if letter.isalnum())


@exchange_rule("key-casing", title="Keys are spelled exactly as promised", source="properties of the response schema")
def key_casing(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A key that equals a promised one but for letter case or separators is read by no client: keys are
    case-sensitive, even where the key is optional and the schema alone would let it pass."""
    for pointer, value, schema in exchange.objects:
        declared = properties_of(schema)
        strange = value.keys() - declared.keys()
        near = {plain(key): key for key in declared} if strange else {}
        for key in value:
            if key in strange and plain(key) in near:
                meant = near[plain(key)]
                evidence = level_of(declared[meant], Evidence.DOCUMENTED)
                yield Complaint(f"key {key!r} should be {meant!r}", key, meant, f"{pointer}/{meant}", evidence)


def _form_known(schema: Schema) -> Evidence:
    """How well it is known which keys an object has: a form that nobody but the promise tells, as that of refusals may
    be, is assumed."""
    ours = level_of(schema, Evidence.DOCUMENTED) is Evidence.ASSUMED
    return Evidence.ASSUMED if ours else Evidence.DOCUMENTED


@exchange_rule("undocumented-key", title="No key that is not promised", source="properties of the response schema")
def undocumented_key(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """The schema names the keys of an answer. Another one is either a leak or a promise nobody wrote down, unless the
    schema says that there are others (``additionalProperties: true``)."""
    for pointer, value, schema in exchange.objects:
        if schema.get("additionalProperties") is True:
            continue
        declared = properties_of(schema)
        strange = value.keys() - declared.keys()
        near = {plain(key) for key in declared} if strange else set()
        for key in value:
            if key in strange and plain(key) not in near:
                known, promised = _form_known(schema), ", ".join(declared)
                yield Complaint(f"key {key!r} is not documented", key, promised, f"{pointer}/{key}", known)


@exchange_rule("missing-key", title="No promised key is missing", source="required keys of the response schema")
def missing_key(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Keys the schema requires are there; a value that is unset is null, not left out."""
    for pointer, value, schema in exchange.objects:
        declared = properties_of(schema)
        for key in schema.get("required", ()):
            if key not in value:
                evidence = level_of(declared.get(key), _form_known(schema))
                yield Complaint(f"key {key!r} is missing", ", ".join(value), key, f"{pointer}/{key}", evidence)
