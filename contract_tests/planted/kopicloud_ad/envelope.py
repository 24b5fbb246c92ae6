"""Wrong envelopes: keys that are missing, misspelled or empty, refusals in another shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import bodies, payloads
from contract_tests.planted.fault import Plant, fault
from contract_tests.planted.wire import answers

Body = Any


def refusals(change: Callable[[Body], Body], *codes: int) -> Plant:
    """Bodies of refusals changed, of some codes or of all."""
    return answers(
        lambda _, got: got.with_json(change(got.json)) if not got.good and (not codes or got.status in codes) else got
    )


def _only(*keys: str) -> Callable[[Body], Body]:
    return lambda body: {key: body[key] for key in keys if key in body}


def _as(names: Mapping[str, str]) -> Callable[[Body], Body]:
    return lambda body: {names.get(key, key): value for key, value in body.items()}


def _with(**more: Any) -> Callable[[Body], Body]:
    return lambda body: {**body, **more}


PASCAL = {"output": "Output", "result": "Result"}

FAULTS = (
    fault(
        "bare-payload",
        "answers are the payload alone",
        "envelope-on-success types undocumented-key",
        bodies(lambda body: body["result"]),
    ),
    fault(
        "bare-lists",
        "lists come without the envelope",
        "envelope-on-success",
        bodies(lambda body: body["result"] if isinstance(body["result"], list) else body),
    ),
    fault(
        "no-result-on-deletion",
        "deletions answer no result",
        "envelope-on-success missing-key deleted-is-gone",
        bodies(_only("output"), "deleteUser", "removeOu"),
    ),
    fault("no-output", "successes have no outcome text", "envelope-on-success", bodies(_only("result"))),
    fault(
        "no-output-on-exists",
        "questions for existence have no outcome text",
        "envelope-on-success missing-key exists-agrees",
        bodies(_only("result"), "groupExists"),
    ),
    fault(
        "output-null",
        "the outcome text of a deletion is null",
        "success-says-something deleted-is-gone",
        bodies(_with(output=None), "deleteDnsARecord"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "result-null-on-deletion",
        "deletions answer null",
        "success-has-payload types deletion-answers-the-thing",
        bodies(_with(result=None), "removeComputer"),
    ),
    fault(
        "result-null-on-empty-list",
        "empty lists are null",
        "success-has-payload lists-nothing-as-empty",
        payloads(lambda one: None if one == [] else one),
        evidence=Evidence.CLIENT,
    ),
    fault("pascal-case", "the envelope is spelled Output and Result", "key-casing", bodies(_as(PASCAL))),
    fault(
        "pascal-case-on-refusal",
        "the envelope of refusals is spelled Output and Result",
        "key-casing",
        refusals(_as(PASCAL)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "wrapped-again",
        "the envelope stands in another one",
        "undocumented-key envelope-on-success",
        bodies(lambda body: {"data": body}),
    ),
    fault("result-as-text", "the payload is a text of JSON", "types", payloads(json.dumps, "getGroup")),
    fault(
        "refusal-as-error",
        "refusals say error",
        "envelope-on-refusal",
        refusals(lambda body: {"error": body["output"]}),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "refusal-as-text",
        "refusals are a bare text",
        "envelope-on-refusal",
        refusals(lambda body: body["output"]),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "refusal-of-missing-values",
        "missing values are told per field",
        "envelope-on-refusal unreadable-value",
        refusals(lambda body: {"errors": {"Username": ["is required"]}}, 400),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "no-envelope-404",
        "the answer to what is absent has no envelope",
        "envelope-on-refusal",
        refusals(lambda body: {"title": "Not Found", "status": 404}, 404),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "no-result-404",
        "the answer to what is absent has no result",
        "envelope-on-refusal missing-key",
        refusals(_only("output"), 404),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "no-reason",
        "refusals have an empty outcome text",
        "refusal-says-why",
        refusals(_with(output="")),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "no-reason-401",
        "a wrong credential is answered with null",
        "refusal-says-why",
        refusals(_with(output=None), 401),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "data-on-401",
        "a refused caller gets the data",
        "refusal-carries-no-data",
        refusals(_with(result={"name": "secret"}), 401),
    ),
    fault("extra-key", "answers say how long they took", "undocumented-key", bodies(_with(tookMs=3))),
    fault(
        "output-as-object",
        "the outcome text is an object",
        "types",
        bodies(lambda body: {**body, "output": {"text": body["output"]}}),
    ),
)
