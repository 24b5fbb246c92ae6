"""Types, formats and allowed values of what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Promise
from contract_tests.rules.registry import exchange_rule
from contract_tests.schema import Fault, Schema, properties_of

#: Faults of one answer that are reported; a wrong type in a list repeats in every item.
REPORTED = 20
#: Keywords other rules judge with better words.
ELSEWHERE = ("required", "additionalProperties")


def _faults(exchange: Exchange) -> Iterator[Fault]:
    reply = exchange.reply
    if reply is None or reply.validator is None or exchange.response.json is MISSING:
        return
    yield from islice(reply.validator.faults(exchange.response.json), REPORTED)


def _complaint(fault: Fault) -> Complaint:
    place = re.sub(r"/\d+(?=/|$)", "/*", fault.pointer)
    return Complaint(
        f"{place or 'the body'}: {fault.message}"[:300], fault.message[:200], fault.keyword, f"{place} {fault.keyword}"
    )


@exchange_rule("types", title="Values have the promised types", source="response schema")
def types(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Numbers are not strings, booleans not words, lists not objects, and null stands only where it is allowed."""
    yield from (_complaint(one) for one in _faults(exchange) if one.keyword not in (*ELSEWHERE, "format", "enum"))


@exchange_rule("formats", title="Values have the promised formats", source="format in the response schema")
def formats(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Ids, dates and times are written as their format says."""
    yield from (_complaint(one) for one in _faults(exchange) if one.keyword == "format")


@exchange_rule(
    "values-in-form",
    title="Texts have the promised form",
    source="x-form in the response schema",
)
def values_in_form(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """Names of the directory, ids and times that are texts to JSON look as they are described."""
    for pointer, value, schema in exchange.objects:
        for key, form in _forms(schema).items():
            text = value.get(key)
            if isinstance(text, str) and not re.fullmatch(form["pattern"], text):
                place = f"{pointer}/{key}"
                yield Complaint(
                    f"{place} is {text!r}"[:300], text, form["pattern"], place, level_of(form, Evidence.CLIENT)
                )


def _forms(schema: Schema) -> dict[str, Mapping[str, Any]]:
    return {key: declared["x-form"] for key, declared in properties_of(schema).items() if "x-form" in declared}


@exchange_rule("allowed-values", title="Values are among the promised ones", source="enum in the response schema")
def allowed_values(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A word outside the list breaks every client that branches on it, also when only its case is wrong."""
    yield from (_complaint(one) for one in _faults(exchange) if one.keyword == "enum")
