"""Authorisation: a code that somebody has got for an application is exchanged once, and for that application only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Operation, Parameter
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Blocked, Stage

SOURCE = "authorization in conventions.yaml"
REFUSED = "bad-input|unauthenticated"


@scenario_rule(
    "code-is-exchanged-once",
    title="An authorisation code is exchanged once, for a credential that is known",
    source=SOURCE,
    evidence=Evidence.ASSUMED,
    writes=False,
    each="run",
)
def code_is_exchanged_once(stage: Stage, promise: object) -> Iterator[Complaint]:
    """With all that belongs to it a code is exchanged for a credential, with which a read succeeds. The second time it
    is refused, and so is one that nobody was given, or one with the secret of nobody. In a copy of a twin each argument
    is left out, cut, longer, or in another case, and the address with more behind it: that is refused, and the code
    works afterwards. Judged where the run was given a code."""
    found = _given(stage)
    if found is None:
        return
    operation, given = found
    _try_wrong(stage, operation, given)
    exchange = stage.call(operation, given, credential=None, why="a code that was given")
    token, place = _token(stage, exchange), stage.conventions["credential"]
    reading = next((one for one in stage.promise.operations.values() if one.safe and one.secured), None)
    if reading is not None and token is not None and place.get("in") == "query":
        why = "the credential that a code was exchanged for"
        stage.call(reading, stage.happy(reading), credential=None, extra=((place["name"], token),), why=why)
    elif exchange.succeeded and token is None:
        yield Complaint("no credential is answered", exchange.response.text[:50], place["name"], exchange=exchange)
    code = _code(operation)
    for changed, why in (
        ({}, "a code that was exchanged already"),
        ({code.name: "0" * len(given[code.name])}, "a code of nobody"),
        ({name: f"{text}x" for name, text in given.items() if name != code.name}, "a code of another application"),
    ):
        stage.call(operation, {**given, **changed}, REFUSED, credential=None, why=why)


def _try_wrong(stage: Stage, operation: Operation, given: Mapping[str, str]) -> None:
    """In a copy of a twin, where the code is as it was given, exchange it with one thing wrong, and then as it is."""
    elsewhere = stage.session.elsewhere
    if elsewhere is None:
        return
    with suppress(Blocked), elsewhere.copy(stage) as place:
        for values, why in _wrong(given):
            place.stage.call(operation, values, REFUSED, credential=None, why=why, evidence=Evidence.ASSUMED)
        why = "a code whose exchange was refused before"
        place.stage.call(operation, given, credential=None, why=why, evidence=Evidence.ASSUMED)


def _wrong(given: Mapping[str, str]) -> Iterator[tuple[dict[str, str], str]]:
    """The arguments of an exchange with one thing wrong, and what that is."""
    for name, text in given.items():
        rest = {one: value for one, value in given.items() if one != name}
        yield rest, f"{name} is missing"
        for wrong, why in ((" ", "blank"), (text[:-1], "cut"), (f"{text}x", "longer"), (text.swapcase(), "other case")):
            if wrong != text:
                yield {**rest, name: wrong}, f"{name} is {why}"
        if "://" in text:
            for more in ("/", "/more", "?more=1", "#more"):
                yield {**rest, name: text + more}, f"{name} has {more} behind it"


def _given(stage: Stage) -> tuple[Operation, Mapping[str, str]] | None:
    """The operation that exchanges a code, and its arguments; ``None`` where there is none, ``Blocked`` without a
    code."""
    name = stage.conventions.get("authorization", {}).get("exchange")
    if name is None:
        return None
    operation, given = stage.promise.operation(name), stage.session.credentials.arguments
    missing = [one.variable for one in stage.session.credentials.wanted(stage.promise) if one.name not in given]
    if missing:
        raise Blocked(f"no code was given to exchange: set {', '.join(missing)}")
    return operation, given


def _code(operation: Operation) -> Parameter:
    return next(one for one in operation.parameters if one.secret and "code" in one.name)


def _token(stage: Stage, exchange: Exchange) -> str | None:
    body, name = stage.payload(exchange), stage.conventions["credential"]["name"]
    token = body.get(name) if exchange.succeeded and isinstance(body, dict) else None
    return token if isinstance(token, str) else None
