"""Authorisation: a code that somebody has got for an application is exchanged once, and for that application only."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Blocked, Stage


@scenario_rule(
    "code-is-exchanged-once",
    title="An authorisation code is exchanged once, for a credential that is known",
    source="authorization in conventions.yaml",
    evidence=Evidence.ASSUMED,
    writes=False,
    each="run",
)
def code_is_exchanged_once(stage: Stage, promise: object) -> Iterator[Complaint]:
    """With all that belongs to it a code is exchanged for a credential, with which a read succeeds. The second time it
    is refused, and so is one that nobody was given, or one with the secret of nobody. Judged where the run was given a
    code."""
    name = stage.conventions.get("authorization", {}).get("exchange")
    if name is None:
        return
    operation, given = stage.promise.operation(name), stage.session.credentials.arguments
    missing = [one.variable for one in stage.session.credentials.wanted(stage.promise) if one.name not in given]
    if missing:
        raise Blocked(f"no code was given to exchange: set {', '.join(missing)}")
    code = next(one for one in operation.parameters if one.secret and one.name in given and "code" in one.name)
    exchange = stage.call(operation, given, credential=None, why="a code that was given")
    body, place = stage.payload(exchange), stage.conventions["credential"]
    token = body.get(place["name"]) if isinstance(body, dict) else None
    reading = next((one for one in stage.promise.operations.values() if one.safe and one.secured), None)
    if reading is not None and isinstance(token, str) and place.get("in") == "query":
        why = "the credential that a code was exchanged for"
        stage.call(reading, stage.happy(reading), credential=None, extra=((place["name"], token),), why=why)
    elif exchange.succeeded:
        yield Complaint("no credential is answered", exchange.response.text[:50], place["name"], exchange=exchange)
    for changed, why in (
        ({}, "a code that was exchanged already"),
        ({code.name: "0" * len(given[code.name])}, "a code of nobody"),
        ({name: f"{text}x" for name, text in given.items() if name != code.name}, "a code of another application"),
    ):
        stage.call(operation, {**given, **changed}, "bad-input|unauthenticated", credential=None, why=why)
